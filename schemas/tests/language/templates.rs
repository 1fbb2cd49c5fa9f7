//! Key templates as the runtime writes them: what the checks promise holds for every value.

use proptest::prelude::*;
use purlin_schema::template::{Part, Template};
use purlin_schema::{Located, Place};

fn parse(text: &str) -> Template {
    let written = Located::new(text.to_owned(), Place::default());
    Template::parse(&written).expect("a valid template")
}

/// A key as the runtime writes it: in a value, every byte up to `$` is escaped.
fn render(template: &Template, values: &[String]) -> String {
    let mut values = values.iter();
    let mut key = String::new();
    for part in template.parts() {
        match part {
            Part::Literal(literal) => key.push_str(literal),
            Part::Field(_) => {
                for c in values.next().expect("a value for each field").chars() {
                    if u32::from(c) <= 0x24 {
                        key.push_str(&format!("${:02X}", u32::from(c)));
                    } else {
                        key.push(c);
                    }
                }
            }
        }
    }
    key
}

/// What stands between two separators: a literal, or a field with literals around it.
fn segment() -> impl Strategy<Value = (String, bool, String)> {
    ("[AB2]{0,2}", any::<bool>(), "[AB4]{0,1}")
}

/// A template of up to three segments, whose fields are `f0`, `f1`, …
fn template() -> impl Strategy<Value = Template> {
    prop::collection::vec(segment(), 1..=3).prop_filter_map("a key is not empty", |segments| {
        let texts: Vec<String> = segments
            .iter()
            .enumerate()
            .map(|(at, (prefix, hole, suffix))| match hole {
                true => format!("{prefix}{{f{at}}}{suffix}"),
                false => prefix.clone(),
            })
            .collect();
        let text = texts.join("#");
        (!text.is_empty()).then(|| parse(&text))
    })
}

/// As many values as any template has fields, of few characters, so that keys meet often.
fn values() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[AB24#$\\x00é]{0,3}", 3)
}

/// Values that make another template's key, or nearly so: its own parts, cut at the separators.
fn imitate(key: &str, template: &Template) -> Vec<String> {
    let mut segments = key.split('#');
    let mut values = Vec::new();
    for text in template.as_str().split('#') {
        let segment = segments.next().unwrap_or_default();
        if let (Some(start), Some(end)) = (text.find('{'), text.find('}')) {
            let inner = segment.strip_prefix(&text[..start]).unwrap_or(segment);
            values.push(inner.strip_suffix(&text[end + 1..]).unwrap_or(inner).to_owned());
        }
    }
    values
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn templates_that_make_one_key_overlap(a in template(), b in template(), of_a in values(), of_b in values()) {
        let key = render(&a, &of_a);
        for of_b in [of_b, imitate(&key, &b)] {
            if render(&b, &of_b) == key {
                prop_assert!(a.overlaps(&b) && b.overlaps(&a), "{} and {} make {key}", a.as_str(), b.as_str());
            }
        }
    }

    #[test]
    fn different_values_make_different_keys(template in template(), first in values(), second in values()) {
        let count = template.placeholders().count();
        if first[..count] != second[..count] {
            prop_assert_ne!(render(&template, &first), render(&template, &second), "{}", template.as_str());
        }
    }

    #[test]
    fn a_query_reads_every_key_it_finds(reader in template(), other in template(), of_other in values()) {
        let prefix = reader.literal_prefix();
        for of_other in [of_other, imitate(prefix, &other)] {
            let key = render(&other, &of_other);
            if key.starts_with(prefix) {
                prop_assert!(reader.reads(&other), "{} finds {key} of {}", reader.as_str(), other.as_str());
            }
        }
    }

    #[test]
    fn keys_are_in_the_order_of_their_values(mut texts in prop::collection::vec("[AB#$\\x00é]{0,4}", 2..8), tail in "(#X)?") {
        let template = parse(&format!("A#{{f0}}{tail}"));
        texts.sort();
        let keys: Vec<String> = texts.iter().map(|text| render(&template, std::slice::from_ref(text))).collect();
        prop_assert!(keys.is_sorted(), "{keys:?}");
    }

    #[test]
    fn any_text_is_a_template_or_a_problem(text in any::<String>()) {
        let written = Located::new(text.clone(), Place::default());
        match Template::parse(&written) {
            Ok(template) => prop_assert_eq!(template.as_str(), text),
            Err(problem) => prop_assert!(problem.help.is_some()),
        }
    }
}

/// All templates of one segment, against all short values: overlap is no more than it has to be.
#[test]
fn templates_of_one_segment_overlap_only_where_some_values_make_one_key() {
    let mut templates: Vec<Template> = ["A", "AB", "B", "BA", "ABA"].map(parse).into();
    for prefix in ["", "A", "AB", "B"] {
        for suffix in ["", "A", "AB"] {
            templates.push(parse(&format!("{prefix}{{f0}}{suffix}")));
        }
    }
    let mut values = vec![String::new()];
    for at in 0..31 {
        let shorter: String = values[at / 2].clone();
        values.push(shorter + if at % 2 == 0 { "A" } else { "B" });
    }
    for a in &templates {
        let keys = |template: &Template| -> std::collections::HashSet<String> {
            values.iter().map(|value| render(template, std::slice::from_ref(value))).collect()
        };
        for b in &templates {
            let meet = !keys(a).is_disjoint(&keys(b));
            assert_eq!(a.overlaps(b), meet, "{} and {}", a.as_str(), b.as_str());
        }
    }
}
