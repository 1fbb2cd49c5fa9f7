//! Dead letters as people read them.

use purlin::dead_letter::DeadLetter;

const HEADS: [&str; 6] = ["ID", "AT", "COMPONENT", "EVENT", "ATTEMPTS", "ERROR"];

/// How many characters of an error a line shows; `show` has it whole.
const ERROR_WIDTH: usize = 80;

/// What stands where a letter does not know what happened.
const UNKNOWN: &str = "-";

/// A line for each letter, under a head. Nothing, where there are none.
pub(super) fn table(letters: &[DeadLetter]) -> String {
    if letters.is_empty() {
        return String::new();
    }
    let mut rows = vec![HEADS.map(str::to_owned)];
    rows.extend(letters.iter().map(row));
    let mut widths = [0; HEADS.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn row(letter: &DeadLetter) -> [String; HEADS.len()] {
    let mut error = plain(&letter.error);
    if let Some((end, _)) = error.char_indices().nth(ERROR_WIDTH) {
        error.truncate(end);
        error.push('…');
    }
    [
        plain(&letter.id),
        letter.at.to_string(),
        plain(&letter.component),
        plain(letter.detail_type.as_deref().unwrap_or(UNKNOWN)),
        letter.attempts.to_string(),
        error,
    ]
}

/// All that a letter says.
pub(super) fn whole(letter: &DeadLetter) -> String {
    let detail_type = letter.detail_type.as_deref().unwrap_or(UNKNOWN);
    let event_id = letter.event_id.as_deref().unwrap_or(UNKNOWN);
    let at = letter.at.to_string();
    let attempts = letter.attempts.to_string();
    let lines = [
        ("Id", &*letter.id),
        ("At", &at),
        ("Component", &letter.component),
        ("Event", detail_type),
        ("Event id", event_id),
        ("Attempts", &attempts),
        ("Error", &letter.error),
    ];
    let mut text = String::new();
    for (name, value) in lines {
        text.push_str(&format!("{name:9}  {}\n", plain(value)));
    }
    // JSON escapes what could steer a terminal, and this form of it cannot fail.
    text.push_str(&format!("\n{:#}\n", letter.event));
    text
}

/// A text of one line that steers no terminal: an error may quote what anybody has written.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn letter(error: &str) -> DeadLetter {
        let event = json!({ "detail-type": "Made", "detail": { "metadata": { "eventId": "e1" } } });
        let mut letter = DeadLetter::new("count", error, 5, event);
        letter.id = "l1".to_owned();
        letter.at = "2030-01-01T00:00:00.000Z".parse().expect("a time");
        letter
    }

    #[test]
    fn columns_stand_below_each_other_and_an_error_takes_one_line() {
        let mut nameless = letter(&"long ".repeat(30));
        nameless.detail_type = None;
        let cut = format!("{}…", "long ".repeat(16));
        assert_eq!(
            table(&[letter("no\nuser \u{1b}[31m"), nameless]),
            format!(
                "ID  AT                        COMPONENT  EVENT  ATTEMPTS  ERROR\n\
                 l1  2030-01-01T00:00:00.000Z  count      Made   5         no user  [31m\n\
                 l1  2030-01-01T00:00:00.000Z  count      -      5         {cut}\n"
            )
        );
        assert_eq!(table(&[]), "");
    }

    #[test]
    fn a_letter_is_shown_with_its_event() {
        let text = whole(&letter("no user"));
        assert!(text.starts_with("Id         l1\nAt         2030-"), "{text}");
        assert!(text.contains("\nEvent id   e1\n"), "{text}");
        assert!(text.ends_with("}\n") && text.contains(r#""detail-type": "Made""#), "{text}");
    }
}
