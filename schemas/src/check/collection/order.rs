//! The order of a collection: the query ends at the first item of the last entity, so that entity
//! comes after all others.

use std::cmp::Ordering;

use super::{Collection, Member};
use crate::problem::{Code, Problem, Problems};
use crate::template::Template;

pub(super) fn check(
    collection: &Collection<'_, '_>,
    members: &[Member<'_, '_>],
    problems: &mut Problems,
) {
    let Collection { name, draft, root, index } = collection;
    let Some(first) = draft.first.iter().flatten().next() else { return };
    let Some(last) = members.iter().find(|member| member.entity.name == first.value) else {
        return;
    };
    let Some((_, sort)) = last.entity.keys_in(*index) else { return };
    let others = members.iter().map(|member| member.entity).chain([*root]);
    let others: Vec<_> = others.filter(|other| other.name != first.value).collect();
    let orders: Vec<Option<Ordering>> = others
        .iter()
        .map(|other| other.keys_in(*index).and_then(|(_, theirs)| compare(sort, theirs)))
        .collect();
    let descending = draft.order.as_ref().is_some_and(|order| order.value == "descending");
    let (wanted, order, other_order) = match descending {
        true => (Ordering::Less, "descending", "ascending"),
        false => (Ordering::Greater, "ascending", "descending"),
    };
    let Some(before) = orders.iter().position(|order| *order != Some(wanted)) else { return };
    let message =
        format!("`{}` items do not come last where `{}` is read {order}", first.value, name.value);
    let other_way = orders.iter().all(|order| *order == Some(wanted.reverse()));
    let help = if other_way {
        format!("write `order = \"{other_order}\"`, or move `{}` to `many`", first.value)
    } else {
        let place = if descending { "before" } else { "after" };
        format!(
            "begin the sort key of `{}` with a literal that sorts {place} all others', or move it to `many`",
            first.value
        )
    };
    let other = others[before];
    problems.push(
        Problem::new(Code::CollectionOrder, first.place, message)
            .label(last.entity.places_in(*index).1, format!("the sort key of `{}`", first.value))
            .label(other.places_in(*index).1, format!("the sort key of `{}`", other.name))
            .help(help),
    );
}

/// How all keys of one template are to all keys of another, where that is the same for all.
fn compare(first: &Template, second: &Template) -> Option<Ordering> {
    let (a, b) = (first.literal_prefix(), second.literal_prefix());
    // Where one goes on as the other does, what the values are decides; a whole key that another
    // begins with comes before it.
    let undecided = (b.starts_with(a) && !first.is_constant())
        || (a.starts_with(b) && !second.is_constant())
        || a == b;
    (!undecided).then(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{Located, Place};

    fn parse(text: &str) -> Template {
        Template::parse(&Located::new(text.to_owned(), Place::default())).expect("a template")
    }

    #[test]
    fn keys_are_in_order_where_no_value_decides() {
        let check = |a, b, expected| {
            assert_eq!(compare(&parse(a), &parse(b)), expected, "{a} and {b}");
            let reversed = expected.map(Ordering::reverse);
            assert_eq!(compare(&parse(b), &parse(a)), reversed, "{b} and {a}");
        };
        check("CONTEXT#{a}", "METADATA", Some(Ordering::Less));
        check("TASK#{a}", "METADATA", Some(Ordering::Greater));
        check("TASK", "TASK#{a}", Some(Ordering::Less));
        check("TASK#{a}", "TASK#{b}", None);
        check("TA{a}", "TASK", None);
        check("{a}", "METADATA", None);
        check("TASK", "TASK", None);
    }
}
