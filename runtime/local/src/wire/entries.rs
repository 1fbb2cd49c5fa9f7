//! `PutEvents` of which some entries are refused: the others go on to the bus, and one answer tells of both.

use anyhow::Context as _;
use serde_json::{Value, json};

use super::message::Message;

/// Takes out of a request the entries that `is_refused`: what is left and their places, or the answer where nothing
/// is left.
pub(super) fn split(
    mut request: Message,
    mut is_refused: impl FnMut() -> bool,
) -> Result<(Message, Vec<usize>), Message> {
    let Ok(mut body) = serde_json::from_slice::<Value>(&request.body) else {
        return Ok((request, Vec::new()));
    };
    let Some(entries) = body["Entries"].as_array_mut() else { return Ok((request, Vec::new())) };
    let count = entries.len();
    let refused: Vec<usize> = (0..count).filter(|_| is_refused()).collect();
    if refused.is_empty() {
        return Ok((request, refused));
    }
    let mut place = 0;
    entries.retain(|_| {
        place += 1;
        !refused.contains(&(place - 1))
    });
    if entries.is_empty() {
        let results = vec![throttled(); count];
        let body = json!({ "FailedEntryCount": count, "Entries": results });
        return Err(Message::answer("200 OK", &body));
    }
    request.replace(&body);
    Ok((request, refused))
}

/// Puts the refused entries back into the answer, each at its place.
pub(super) fn join(mut answer: Message, refused: &[usize]) -> anyhow::Result<Message> {
    if refused.is_empty() || answer.status() != Some(200) {
        return Ok(answer);
    }
    let mut body: Value = serde_json::from_slice(&answer.body)?;
    let failed = body["FailedEntryCount"].as_u64().unwrap_or_default();
    let entries = body["Entries"].as_array_mut().context("the bus answers of no entries")?;
    for place in refused {
        entries.insert(*place, throttled());
    }
    body["FailedEntryCount"] = json!(failed + u64::try_from(refused.len())?);
    answer.replace(&body);
    Ok(answer)
}

fn throttled() -> Value {
    json!({ "ErrorCode": "ThrottlingException", "ErrorMessage": "There are too many events." })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_told_of_at_its_place() -> anyhow::Result<()> {
        let body = json!({ "Entries": [{ "n": 0 }, { "n": 1 }, { "n": 2 }] });
        let request = Message::answer("200 OK", &body);
        let mut number = 0;
        let (left, refused) = split(request, || {
            number += 1;
            number != 2
        })
        .map_err(|_| anyhow::anyhow!("something is left"))?;
        let left: Value = serde_json::from_slice(&left.body)?;
        assert_eq!(left, json!({ "Entries": [{ "n": 1 }] }));
        let body = json!({ "FailedEntryCount": 0, "Entries": [{ "EventId": "1" }] });
        let answer = join(Message::answer("200 OK", &body), &refused)?;
        let length = answer.header("content-length").map(str::to_owned);
        assert_eq!(length, Some(answer.body.len().to_string()));
        let answer: Value = serde_json::from_slice(&answer.body)?;
        assert_eq!(answer["FailedEntryCount"], 2);
        assert_eq!(answer["Entries"][1]["EventId"], "1");
        assert_eq!(answer["Entries"][2]["ErrorCode"], "ThrottlingException");
        Ok(())
    }
}
