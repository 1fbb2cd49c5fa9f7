//! Budgets: what an operation costs stays within what it may cost.

use super::View;
use crate::cost::{self, Cost};
use crate::draft::OperationDraft;
use crate::model::Model;
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};

/// DynamoDB: 400 KB an item.
const MAX_ITEM_KB: i64 = 400;

/// Sizes and budgets that can be.
pub(crate) fn check_limits(view: &View<'_>, problems: &mut Problems) {
    let service = view.draft.service.service.as_ref();
    let mut budgets: Vec<(&str, &Option<Located<i64>>)> = Vec::new();
    if let Some(service) = service {
        budgets.push(("max_write_units", &service.max_write_units));
        budgets.push(("max_read_units", &service.max_read_units));
    }
    for entity in &view.entities {
        for (_, operation) in entity.operations() {
            budgets.push(("max_write_units", &operation.max_write_units));
            budgets.push(("max_read_units", &operation.max_read_units));
        }
        let size = entity.document.entity.as_ref().and_then(|section| section.item_kb.as_ref());
        if let Some(size) = size.filter(|size| !(1..=MAX_ITEM_KB).contains(&size.value)) {
            let message = format!("no item has a size of {} KB", size.value);
            problems.push(
                Problem::new(Code::ImpossibleLimit, size.place, message).help(format!(
                    "write a whole number from 1 to {MAX_ITEM_KB}, DynamoDB's limit"
                )),
            );
        }
    }
    for (name, budget) in budgets {
        let possible = 0..=i64::from(u32::MAX);
        if let Some(budget) = budget.as_ref().filter(|budget| !possible.contains(&budget.value)) {
            let message = format!("`{name}` cannot be {}", budget.value);
            problems.push(
                Problem::new(Code::ImpossibleLimit, budget.place, message)
                    .help(format!("write a whole number from 0 to {}", u32::MAX)),
            );
        }
    }
}

/// A cost that grew with a schema's change would otherwise show on the bill first.
pub(crate) fn check(view: &View<'_>, model: &Model, problems: &mut Problems) {
    for (entity, lowered) in view.entities.iter().zip(model.entities()) {
        for ((name, draft), operation) in entity.operations().zip(lowered.operations()) {
            let budgets = [operation.max_write_units(), operation.max_read_units()];
            if budgets.iter().all(|budget| budget.is_none()) {
                continue;
            }
            let cost = cost::of(model, lowered, operation);
            let [write, read] = budgets.map(|budget| budget.map(f64::from));
            for (unit, costs, budget) in
                [(Unit::Write, cost.write_units, write), (Unit::Read, cost.read_units, read)]
            {
                if let Some(budget) = budget.filter(|budget| costs > *budget) {
                    problems.push(over(view, name, draft, unit, (costs, budget), &cost));
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Unit {
    Read,
    Write,
}

fn over(
    view: &View<'_>,
    name: &Located<String>,
    draft: &OperationDraft,
    unit: Unit,
    (costs, budget): (f64, f64),
    cost: &Cost,
) -> Problem {
    let service = view.draft.service.service.as_ref();
    let (word, own, default, parts) = match unit {
        Unit::Read => (
            "read",
            &draft.max_read_units,
            service.and_then(|service| service.max_read_units.as_ref()),
            &cost.reads,
        ),
        Unit::Write => (
            "write",
            &draft.max_write_units,
            service.and_then(|service| service.max_write_units.as_ref()),
            &cost.writes,
        ),
    };
    let units = if costs == 1.0 { "unit" } else { "units" };
    let message =
        format!("`{}` costs {costs} {word} {units}, over its budget of {budget}", name.value);
    let problem = match (own, default) {
        (Some(own), _) => Problem::new(Code::OverBudget, own.place, message),
        (None, Some(default)) => Problem::new(Code::OverBudget, name.place, message)
            .label(default.place, "the budget of every operation"),
        (None, None) => Problem::new(Code::OverBudget, name.place, message),
    };
    let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
    problem.help(format!("where they go: {}; raise the budget, or need fewer", parts.join(", ")))
}
