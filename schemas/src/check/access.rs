//! Access patterns: on indexes that exist, and apart from one another.

use std::collections::BTreeMap;

use super::space::{Space, conflicts};
use super::{AccessView, Scope, View};
use crate::draft::words;
use crate::name::Name;
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use crate::suggest::suggest;

/// DynamoDB: 20 global secondary indexes a table.
pub(crate) const MAX_INDEXES: u32 = 20;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        let mut used: BTreeMap<&str, Place> = BTreeMap::new();
        for access in &entity.accesses {
            let draft = access.draft;
            order(&draft.order, problems);
            let Some(index) = &draft.index else {
                own_key(access, problems);
                continue;
            };
            known_index(index, problems);
            let missing: Vec<&str> = [("partition", &draft.partition), ("sort", &draft.sort)]
                .into_iter()
                .filter_map(|(key, template)| template.is_none().then_some(key))
                .collect();
            if !missing.is_empty() {
                let message = format!(
                    "access pattern `{}` has no {} key for `{}`",
                    access.name.value,
                    missing.join(" and no "),
                    index.value
                );
                let help = missing.iter().map(|key| format!("`{key} = \"…\"`")).collect::<Vec<_>>();
                problems.push(
                    Problem::new(Code::MissingKey, access.name.place, message).help(format!(
                        "add {}; a literal will do for a sort key",
                        help.join(" and ")
                    )),
                );
            }
            match used.get(index.value.as_str()) {
                Some(first) => problems.push(
                    Problem::new(
                        Code::MixedAccessPattern,
                        index.place,
                        format!("`{}` uses `{}` twice", entity.name, index.value),
                    )
                    .label(*first, "first used here")
                    .help("an item has one key in each index; use another index here"),
                ),
                None => {
                    used.insert(&index.value, index.place);
                }
            }
        }
    }
}

/// A pattern without an index reads the entity's own key, which is written elsewhere.
fn own_key(access: &AccessView<'_>, problems: &mut Problems) {
    let mut templates = [&access.draft.partition, &access.draft.sort].into_iter().flatten();
    let Some(first) = templates.next() else { return };
    let message = format!("access pattern `{}` has keys but no index", access.name.value);
    let mut problem = Problem::new(Code::MissingKey, first.place, message);
    for template in templates {
        problem = problem.label(template.place, "and here");
    }
    problems.push(problem.help(
        "add `index = \"GSI1\"`; to read the table itself, by the entity's own key, remove the keys here",
    ));
}

/// Notes a word that is no order.
pub(crate) fn order(written: &Option<Located<String>>, problems: &mut Problems) {
    let known = |order: &&Located<String>| words::ORDER.contains(&order.value.as_str());
    if let Some(order) = written.as_ref().filter(|order| !known(order)) {
        let message = format!("unknown order `{}`", order.value);
        problems.push(
            Problem::new(Code::UnknownWord, order.place, message)
                .maybe_help(suggest(&order.value, words::ORDER.iter().copied())),
        );
    }
}

/// Notes a name that is no index's; `true` where it is one.
pub(crate) fn known_index(index: &Located<String>, problems: &mut Problems) -> bool {
    let known = is_index(&index.value);
    if !known {
        let message = format!("unknown index `{}`", index.value);
        problems.push(
            Problem::new(Code::UnknownIndex, index.place, message)
                .help(format!("a table's indexes are `GSI1` to `GSI{MAX_INDEXES}`")),
        );
    }
    known
}

fn is_index(name: &str) -> bool {
    name.strip_prefix("GSI")
        .filter(|number| !number.starts_with('0'))
        .and_then(|number| number.parse::<u32>().ok())
        .is_some_and(|number| (1..=MAX_INDEXES).contains(&number))
}

/// A pattern that reads another entity's items would hand them out as its own, or fail on them.
pub(crate) fn check_mixing(view: &View<'_>, problems: &mut Problems) {
    if view.scope == Scope::Alone {
        return;
    }
    let mut indexes: BTreeMap<Option<&str>, Vec<Space<'_, '_>>> = BTreeMap::new();
    for entity in &view.entities {
        // Whatever an entity keeps in the table is there for the table's own patterns to read.
        if let (Some(partition), Some(sort)) = (&entity.partition, &entity.sort) {
            indexes.entry(None).or_default().push(Space {
                entity,
                partition,
                sort,
                place: entity.places_in(None).1,
            });
        }
        for access in &entity.accesses {
            if let (Some(index), Some(partition), Some(sort)) =
                (&access.draft.index, &access.partition, &access.sort)
            {
                let place = access.draft.sort.as_ref().map_or(access.name.place, |sort| sort.place);
                let space = Space { entity, partition, sort, place };
                indexes.entry(Some(&index.value)).or_default().push(space);
            }
        }
    }
    for (index, spaces) in indexes {
        let clash = |first: &Space<'_, '_>, second: &Space<'_, '_>| {
            if first.entity.name == second.entity.name
                || !first.partition.overlaps(second.partition)
                // Two entities with one primary key are another rule's matter.
                || (index.is_none() && first.sort.overlaps(second.sort))
            {
                return None;
            }
            let reads = |reader: &Space<'_, '_>, other: &Space<'_, '_>| {
                let queried = index.is_some()
                    || reader.entity.accesses.iter().any(|access| access.draft.index.is_none());
                queried && reader.sort.reads(other.sort)
            };
            if reads(second, first) {
                Some(Reads::First)
            } else {
                reads(first, second).then_some(Reads::Second)
            }
        };
        for (first, second, what) in conflicts(&spaces, clash) {
            problems.push(match what {
                Reads::First => mixed(index, second, first),
                Reads::Second => mixed(index, first, second),
            });
        }
    }
}

/// Which of two spaces a query of the other would read.
enum Reads {
    First,
    Second,
}

fn mixed(index: Option<&str>, reader: &Space<'_, '_>, other: &Space<'_, '_>) -> Problem {
    let (a, b) = (reader.entity.name, other.entity.name);
    let of = index.map_or("the table".to_owned(), |index| format!("`{index}`"));
    // The one to change is the one whose sort key does not begin as its own would.
    let own = |entity: &str| format!("{}#", Name::new(entity).upper());
    let changed = if reader.sort.literal_prefix().starts_with(&own(a)) { b } else { a };
    let help = format!(
        "begin the sort key of `{changed}` with a literal of its own, for example `{}`",
        own(changed)
    );
    Problem::new(
        Code::MixedAccessPattern,
        reader.place,
        format!("a query of `{a}` in {of} would also read items of `{b}`"),
    )
    .saying(format!("reads sort keys like `{}`", reader.sort.as_str()))
    .label(other.place, format!("writes sort keys like `{}`", other.sort.as_str()))
    .help(help)
}
