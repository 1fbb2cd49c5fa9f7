//! The table of figures: ours, the peer's or the limit, the ratio of the two, and whether it is what was aimed at.

use std::fmt::Write as _;

use serde_json::Value;

/// One figure beside what it is measured against.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    name: String,
    unit: String,
    ours: f64,
    peer: f64,
    /// The ratio that is aimed at; without one, the row is for information.
    target: Option<f64>,
}

impl Row {
    /// A duration in seconds against the longest it may be.
    pub(super) fn limit(name: &str, ours: f64, limit: f64) -> Self {
        let (name, unit) = (name.to_owned(), "s".to_owned());
        Self { name, unit, ours, peer: limit, target: Some(1.0) }
    }

    /// A part of another figure, in seconds, against the whole of it.
    pub(super) fn part(name: &str, ours: f64, whole: f64) -> Self {
        let (name, unit) = (name.to_owned(), "s".to_owned());
        Self { name, unit, ours, peer: whole, target: None }
    }

    /// A duration in seconds against another, and how many times as long it may take.
    pub(super) fn against(name: &str, ours: f64, peer: f64, target: f64) -> Self {
        let (name, unit) = (name.to_owned(), "s".to_owned());
        Self { name, unit, ours, peer, target: Some(target) }
    }

    /// What a benchmark program prints: an object with the row's fields. `None` for any other line.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let row: Value = serde_json::from_str(line).ok()?;
        Some(Self {
            name: row["name"].as_str()?.to_owned(),
            unit: row["unit"].as_str()?.to_owned(),
            ours: row["ours"].as_f64()?,
            peer: row["peer"].as_f64()?,
            target: row["target"].as_f64(),
        })
    }

    fn ratio(&self) -> f64 {
        self.ours / self.peer
    }

    fn cells(&self) -> [String; 6] {
        let (target, met) = match self.target {
            None => ("—".to_owned(), "—"),
            Some(target) => {
                (format!("≤ {target}"), if self.ratio() <= target { "yes" } else { "NO" })
            }
        };
        let amount = |value| format!("{} {}", number(value), self.unit);
        [
            self.name.clone(),
            amount(self.ours),
            amount(self.peer),
            format!("{:.3}", self.ratio()),
            target,
            met.to_owned(),
        ]
    }
}

/// Four digits of a small number, thousands apart in a large one.
fn number(value: f64) -> String {
    if value < 1000.0 {
        let decimals = [100.0, 10.0, 1.0].iter().filter(|bound| value < **bound).count();
        return format!("{value:.decimals$}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The rows as a Markdown table, its columns aligned.
pub(super) fn table(rows: &[Row]) -> String {
    let head = ["what", "ours", "peer or limit", "ratio", "target", "met"].map(str::to_owned);
    let mut lines = vec![head];
    lines.extend(rows.iter().map(Row::cells));
    let width = |column: usize| {
        lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut text = String::new();
    for (index, cells) in lines.iter().enumerate() {
        text.push('|');
        for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            // Writing to a `String` cannot fail. Names stand to the left, figures to the right.
            let _ = match column {
                0 => write!(text, " {cell:<width$} |"),
                _ => write!(text, " {cell:>width$} |"),
            };
        }
        text.push('\n');
        if index == 0 {
            text.push('|');
            for (column, width) in widths.iter().enumerate() {
                let line = "-".repeat(width + 1);
                text.push_str(&if column == 0 { format!("{line}-|") } else { format!("{line}:|") });
            }
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_and_says_what_was_missed() {
        let rows = [
            Row::limit("quick", 0.5, 2.0),
            Row::against("slow", 1234.5, 100.0, 12.0),
            Row::part("a part", 1.0, 4.0),
        ];
        let expected = "\
| what   |    ours | peer or limit |  ratio | target | met |
|--------|--------:|--------------:|-------:|-------:|----:|
| quick  | 0.500 s |        2.00 s |  0.250 |    ≤ 1 | yes |
| slow   | 1,234 s |         100 s | 12.345 |   ≤ 12 |  NO |
| a part |  1.00 s |        4.00 s |  0.250 |      — |   — |
";
        assert_eq!(table(&rows), expected);
    }

    #[test]
    fn a_program_prints_rows_among_other_lines() {
        let line = r#"{"name":"a","unit":"instructions","ours":1.0,"peer":2.0,"target":1.05}"#;
        let expected = Row {
            name: "a".to_owned(),
            unit: "instructions".to_owned(),
            ours: 1.0,
            peer: 2.0,
            target: Some(1.05),
        };
        assert_eq!(Row::parse(line), Some(expected));
        assert_eq!(Row::parse("measuring"), None);
        assert_eq!(Row::parse("{}"), None);
    }
}
