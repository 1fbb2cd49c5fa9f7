//! Comparing text: in either case, and with wildcards.

/// Whether upper and lower case differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Told,
    Ignored,
}

/// Whether `value` begins with `operand`.
pub(super) fn begins(value: &str, operand: &str, case: Case) -> bool {
    match case {
        Case::Told => value.starts_with(operand),
        Case::Ignored => !ends_of_heads(value, operand).is_empty(),
    }
}

/// Whether `value` ends with `operand`.
pub(super) fn ends(value: &str, operand: &str, case: Case) -> bool {
    match case {
        Case::Told => value.ends_with(operand),
        Case::Ignored => !starts_of_tails(value, operand).is_empty(),
    }
}

/// Whether `value` is `operand` in whatever case.
pub(super) fn equals_ignoring_case(value: &str, operand: &str) -> bool {
    if operand.is_ascii() {
        return value.eq_ignore_ascii_case(operand);
    }
    ends_of_heads(value, operand).contains(&value.len())
}

/// The forms in which EventBridge takes a letter of an operand: its lower case and its upper case, each of which may
/// be longer than one letter (`ß` is `SS`).
///
/// Letters that change in any other way, such as a final sigma, are not taken for each other.
fn forms(letter: char) -> [String; 2] {
    [letter.to_lowercase().collect(), letter.to_uppercase().collect()]
}

/// Where in `value` the heads end that are `operand` in whatever case.
///
/// There can be several, since the forms of a letter differ in length; walking with all of them at once takes time
/// that is linear in the length of the operand.
fn ends_of_heads(value: &str, operand: &str) -> Vec<usize> {
    walk(operand.chars(), 0, |at, form| {
        value.get(at..).is_some_and(|rest| rest.starts_with(form)).then(|| at + form.len())
    })
}

/// Where in `value` the tails start that are `operand` in whatever case.
fn starts_of_tails(value: &str, operand: &str) -> Vec<usize> {
    walk(operand.chars().rev(), value.len(), |at, form| {
        value.get(..at).is_some_and(|rest| rest.ends_with(form)).then(|| at - form.len())
    })
}

fn walk(
    letters: impl Iterator<Item = char>,
    from: usize,
    step: impl Fn(usize, &str) -> Option<usize>,
) -> Vec<usize> {
    let mut reached = vec![from];
    for letter in letters {
        let forms = forms(letter);
        let mut next: Vec<usize> =
            reached.iter().flat_map(|at| forms.iter().filter_map(|form| step(*at, form))).collect();
        next.sort_unstable();
        next.dedup();
        reached = next;
        if reached.is_empty() {
            break;
        }
    }
    reached
}

/// A text in which `*` stands for any text, none included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wildcard {
    /// The literal texts between the stars; one alone where there is no star.
    pieces: Vec<String>,
}

/// Why a text is no wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoWildcard {
    /// `**`
    TwoStars,
    /// A backslash before something else than `*` or `\`.
    Escape,
}

impl Wildcard {
    /// Reads a wildcard, in which `\*` is a star and `\\` a backslash.
    pub(super) fn parse(text: &str) -> Result<Self, NoWildcard> {
        let mut pieces = vec![String::new()];
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            let literal = match letter {
                '*' if letters.peek() == Some(&'*') => return Err(NoWildcard::TwoStars),
                '*' => {
                    pieces.push(String::new());
                    continue;
                }
                '\\' => match letters.next() {
                    Some(escaped @ ('*' | '\\')) => escaped,
                    _ => return Err(NoWildcard::Escape),
                },
                literal => literal,
            };
            if let Some(piece) = pieces.last_mut() {
                piece.push(literal);
            }
        }
        Ok(Self { pieces })
    }

    /// Whether `value` is of this form.
    pub(super) fn matches(&self, value: &str) -> bool {
        let [head, middle @ .., tail] = &self.pieces[..] else {
            return self.pieces.first().is_some_and(|only| only == value);
        };
        let Some(rest) = value.strip_prefix(head.as_str()) else { return false };
        let Some(mut rest) = rest.strip_suffix(tail.as_str()) else { return false };
        // Taking each piece where it comes first leaves the most for those that follow.
        for piece in middle {
            match rest.find(piece.as_str()) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
        true
    }

    /// The literal texts between the stars.
    pub(super) fn pieces(&self) -> &[String] {
        &self.pieces
    }
}
