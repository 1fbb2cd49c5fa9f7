//! Requests as API Gateway and the local gateway hand them over, good and bad.

use http::HeaderValue;
use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize, Validate)]
struct Thing {
    #[garde(length(chars, min = 1))]
    name: String,
}

fn request(change: impl FnOnce(&mut ApiGatewayV2httpRequest)) -> Request {
    let mut event = ApiGatewayV2httpRequest::default();
    change(&mut event);
    Request::new(event, (Method::POST, "/things/{thing_id}"))
}

fn with_body(content_type: &'static str, body: impl Into<String>) -> Request {
    request(|event| {
        if !content_type.is_empty() {
            event.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        event.body = Some(body.into());
    })
}

fn with_query(query: &str) -> Request {
    request(|event| event.raw_query_string = Some(query.to_owned()))
}

fn with_if_match(values: &[&'static str]) -> Request {
    request(|event| {
        for value in values {
            event.headers.append(IF_MATCH, HeaderValue::from_static(value));
        }
    })
}

fn code(result: Result<Thing>) -> &'static str {
    result.expect_err("the body is refused").code()
}

const GOOD: &str = r#"{"name": "bolt"}"#;

#[test]
fn a_json_body_is_read() {
    for content_type in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "application/json;",
        "application/json; profile=\"x\"",
    ] {
        let thing: Thing = with_body(content_type, GOOD).body().expect(content_type);
        assert_eq!(thing.name, "bolt");
    }
}

#[test]
fn another_content_type_is_refused() {
    for content_type in [
        "",
        "text/plain",
        "text/json",
        "application/json5",
        "application/jsonx",
        "application/merge-patch+json",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
        "multipart/form-data; boundary=application/json",
    ] {
        assert_eq!(
            code(with_body(content_type, GOOD).body()),
            "unsupported-media-type",
            "{content_type}"
        );
    }
}

#[test]
fn a_body_is_required() {
    assert_eq!(code(request(|_| {}).body()), "invalid-body");
    assert_eq!(code(with_body("application/json", "").body()), "invalid-body");
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let padded = |bytes: usize| format!("{GOOD}{}", " ".repeat(bytes - GOOD.len()));
    assert!(with_body("application/json", padded(MAX_BODY_BYTES)).body::<Thing>().is_ok());
    for bytes in [MAX_BODY_BYTES + 1, 10 * 1024 * 1024] {
        assert_eq!(
            code(with_body("application/json", padded(bytes)).body()),
            "body-too-large",
            "{bytes}"
        );
    }
}

#[test]
fn a_base64_body_is_decoded_and_limited_as_decoded() {
    let encoded = |bytes: &[u8]| {
        let mut request = with_body("application/json", STANDARD.encode(bytes));
        request.is_base64_encoded = true;
        request.body::<Thing>()
    };
    assert_eq!(encoded(GOOD.as_bytes()).expect("it is good").name, "bolt");
    assert_eq!(code(encoded(b"{\"name\": \"\xff\"}")), "invalid-body");

    let mut padded = GOOD.as_bytes().to_vec();
    padded.resize(MAX_BODY_BYTES, b' ');
    assert!(encoded(&padded).is_ok());
    for bytes in [MAX_BODY_BYTES + 1, MAX_BODY_BYTES + 2, 10 * 1024 * 1024] {
        padded.resize(bytes, b' ');
        assert_eq!(code(encoded(&padded)), "body-too-large", "{bytes}");
    }

    let mut request = with_body("application/json", "not base64!");
    request.is_base64_encoded = true;
    assert_eq!(code(request.body()), "invalid-body");
}

#[test]
fn a_malformed_path_parameter_is_not_found() {
    let request = request(|event| {
        event.path_parameters.insert("number".to_owned(), "7".to_owned());
        event.path_parameters.insert("text".to_owned(), "seven".to_owned());
    });
    assert_eq!(request.path::<u8>("number").ok(), Some(7));
    assert!(request.path::<u8>("text").expect_err("no number").is_not_found());
    assert!(request.path::<u8>("absent").expect_err("nothing").is_not_found());
}

#[test]
fn query_parameters_are_decoded_and_others_ignored() {
    let request = with_query("status=a%2Cb+c&unknown=1&unknown=2&%66lag&empty=");
    assert_eq!(request.query("status").ok().flatten().as_deref(), Some("a,b c"));
    assert_eq!(request.query("flag").ok().flatten().as_deref(), Some(""));
    assert_eq!(request.query("empty").ok().flatten().as_deref(), Some(""));
    assert_eq!(request.query("absent").ok().flatten(), None);
    assert_eq!(request.query("unknown").expect_err("twice").code(), "invalid-parameter");
}

#[test]
fn without_the_raw_query_the_parsed_one_counts() {
    let request = request(|event| {
        let parameters =
            [("limit", vec!["7"]), ("status", vec!["a", "b"])].map(|(name, values)| {
                (name.to_owned(), values.into_iter().map(str::to_owned).collect::<Vec<_>>())
            });
        event.query_string_parameters = HashMap::from(parameters).into();
    });
    assert_eq!(request.limit().ok(), Some(7));
    assert_eq!(request.query("status").expect_err("twice").code(), "invalid-parameter");
}

#[test]
fn a_query_parameter_of_another_form_is_refused() {
    assert_eq!(with_query("n=7").query_as::<u8>("n").ok(), Some(Some(7)));
    assert_eq!(
        with_query("n=700").query_as::<u8>("n").expect_err("no u8").code(),
        "invalid-parameter"
    );
    assert_eq!(with_query("").query_as::<u8>("n").ok(), Some(None));
}

#[test]
fn a_limit_is_a_whole_number_from_1_to_100() {
    assert_eq!(with_query("").limit().ok(), Some(DEFAULT_LIMIT));
    for (query, limit) in [("limit=1", 1), ("limit=99", 99), ("limit=100", 100), ("limit=007", 7)] {
        assert_eq!(with_query(query).limit().ok(), Some(limit), "{query}");
    }
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=%2B5",
        "limit=",
        "limit",
        "limit=ten",
        "limit=1.0",
        "limit=99999999999999999999",
        "limit=1&limit=2",
        "limit=1,2",
        "limit=%FF",
    ] {
        assert_eq!(
            with_query(query).limit().expect_err(query).code(),
            "invalid-parameter",
            "{query}"
        );
    }
}

#[test]
fn an_if_match_says_which_version_is_expected() {
    for (values, expected) in [
        (&["\"3\""][..], Expected::Version(3)),
        (&["*"], Expected::Any),
        (&["\"3\"", "W/\"8\", \"4\""], Expected::Version(4)),
        (&["\"3\"", "*"], Expected::Any),
    ] {
        assert_eq!(with_if_match(values).require_if_match().ok(), Some(expected), "{values:?}");
        assert_eq!(with_if_match(values).if_match().ok(), Some(expected), "{values:?}");
    }
}

#[test]
fn a_missing_if_match_is_asked_for_only_where_required() {
    assert_eq!(with_if_match(&[]).if_match().ok(), Some(Expected::Any));
    let error = with_if_match(&[]).require_if_match().expect_err("it is required");
    assert_eq!(
        (error.code(), error.kind()),
        ("precondition-required", ErrorKind::PreconditionRequired)
    );
}

#[test]
fn an_if_match_that_cannot_hold_is_stale_and_a_malformed_one_invalid() {
    for values in [&["W/\"3\""][..], &["\"three\""], &["W/\"3\"", "\"x\""]] {
        assert!(
            with_if_match(values).if_match().expect_err("no version matches").is_stale(),
            "{values:?}"
        );
    }
    for values in [&["3"][..], &[""], &["\"3\"", "3"]] {
        let error = with_if_match(values).require_if_match().expect_err("malformed");
        assert_eq!(error.code(), "invalid-header", "{values:?}");
    }
}

#[test]
fn a_header_given_twice_is_refused() {
    let mut request = with_body("application/json", GOOD);
    request.headers.append(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    assert_eq!(code(request.body()), "invalid-header");
}
