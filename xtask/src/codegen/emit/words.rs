//! Words of prose: descriptions, and what stands in their place where a schema has none.

use purlin_schema::Name;

use crate::codegen::rust::prose;

/// A description as documentation; where there is none, or it is blank, something else.
pub(crate) fn documented(text: &Option<String>, otherwise: impl FnOnce() -> String) -> String {
    let text = text.as_deref().filter(|text| !text.trim().is_empty());
    text.map_or_else(otherwise, prose)
}

/// `created_at` as `Created at.`
pub(crate) fn sentence(name: &Name) -> String {
    capitalised(&name.spaced()) + "."
}

/// `order item` as `Order item`
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// `an order`
pub(crate) fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    // Spoken with another sound than they are written with.
    let spoken = ["eu", "one", "uni", "use", "uti"].iter().any(|start| noun.starts_with(start));
    format!("{} {noun}", if vowel && !spoken { "an" } else { "a" })
}

/// `a, b or c`
pub(crate) fn either(texts: &[String]) -> String {
    joined(texts, "or")
}

/// `a, b and c`
pub(crate) fn both(texts: &[String]) -> String {
    joined(texts, "and")
}

fn joined(texts: &[String], last_word: &str) -> String {
    match texts {
        [others @ .., last] if !others.is_empty() => {
            format!("{} {last_word} {last}", others.join(", "))
        }
        _ => texts.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_the_one_that_is_spoken() {
        let nouns = ["order", "user", "unit", "uncle", "task", "event", "euro"];
        assert_eq!(
            nouns.map(article),
            ["an order", "a user", "a unit", "an uncle", "a task", "an event", "a euro"]
        );
    }

    #[test]
    fn texts_are_joined_by_a_word_before_the_last() {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(either(&texts(&["a", "b", "c"])), "a, b or c");
        assert_eq!(both(&texts(&["a", "b"])), "a and b");
        assert_eq!(both(&texts(&["a"])), "a");
        assert_eq!(both(&[]), "");
    }
}
