//! Suggestions for a misspelt name.

/// The longest text that is compared, in bytes: comparing takes time that grows with the square.
const MAX_COMPARED: usize = 64;

/// As many names as a help line can list.
const MAX_LISTED: usize = 16;

/// A help line naming the candidate nearest to `written`, or all of them where they are few.
#[must_use]
pub fn suggest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut candidates: Vec<&str> =
        candidates.into_iter().filter(|candidate| !candidate.is_empty()).collect();
    if let Some(candidate) = nearest(written, candidates.iter().copied()) {
        return Some(format!("did you mean `{candidate}`?"));
    }
    candidates.retain(|candidate| candidate.len() <= MAX_COMPARED);
    match candidates.len() {
        0 => None,
        1..=MAX_LISTED => Some(format!("known here: {}", quoted(candidates))),
        _ => None,
    }
}

/// The candidate that `written` was most likely meant to be.
pub(crate) fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if written.len() > MAX_COMPARED {
        return None;
    }
    let lower = written.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            // A quarter of the letters may be wrong; beyond that a suggestion misleads.
            let longer = candidate.len().max(written.len());
            let allowed = (longer / 4).max(1).min(longer.saturating_sub(1));
            if candidate.len().abs_diff(written.len()) > allowed || longer > MAX_COMPARED {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            (distance <= allowed).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Names in backticks, separated by commas.
pub(crate) fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_and_nothing_far_fetched() {
        let names = ["user_id", "created_at", "status", "set"];
        let check = |written, expected: Option<&str>| {
            assert_eq!(nearest(written, names), expected, "{written}");
        };
        check("user_di", Some("user_id"));
        check("USER_ID", Some("user_id"));
        check("craeted_at", Some("created_at"));
        check("statuss", Some("status"));
        check("price", None);
        check("text", None);
        check("", None);
        check(&"s".repeat(1_000_000), None);
        assert_eq!(nearest("a", ["b"]), None);
    }

    #[test]
    fn few_names_are_listed_and_many_are_not() {
        assert_eq!(suggest("x", ["north", "south"]), Some("known here: `north`, `south`".into()));
        assert_eq!(suggest("x", []), None);
        assert_eq!(suggest("x", ["abcdef"; 17]), None);
    }
}
