//! The gateway over real HTTP: what only a socket can show.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use purlin::{App, Context, Operation, Request, Response};
use purlin_local::Platform;
use serde_json::{Value, json};

async fn ping(_: Context, request: Request) -> purlin::Result<Response> {
    Response::ok(&json!({ "q": request.query("q")? }))
}

async fn platform() -> Platform {
    Platform::for_test(
        App::new("things").operations([Operation::public("ping", "GET", "/ping", ping)]),
    )
    .await
}

/// Sends `request` as it is and returns the status, the head and the body of the answer.
async fn send(platform: &Platform, request: &str) -> anyhow::Result<(u16, String, Vec<u8>)> {
    let address = platform.url().trim_start_matches("http://").to_owned();
    let request = format!("{request}\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    exchange(address, request).await
}

async fn exchange(address: String, request: String) -> anyhow::Result<(u16, String, Vec<u8>)> {
    let answer = tokio::task::spawn_blocking(move || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(std::time::Duration::from_secs(20)))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    })
    .await??;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    Ok((status, head, answer[end + 4..].to_vec()))
}

async fn get(platform: &Platform, path: &str) -> anyhow::Result<(u16, Value)> {
    let (status, _, body) = send(platform, &format!("GET {path} HTTP/1.1")).await?;
    Ok((status, serde_json::from_slice(&body)?))
}

#[tokio::test]
async fn operations_answer_over_http() -> anyhow::Result<()> {
    let platform = platform().await;
    let (status, head, body) = send(&platform, "GET /ping?q=a%20b HTTP/1.1").await?;
    assert_eq!((status, serde_json::from_slice(&body)?), (200, json!({ "q": "a b" })));
    assert!(
        head.contains("content-type: application/json") && head.contains("apigw-requestid: "),
        "{head}"
    );
    assert_eq!(get(&platform, "/nowhere").await?.0, 404);
    Ok(())
}

#[tokio::test]
async fn the_event_log_takes_a_limit() -> anyhow::Result<()> {
    let platform = platform().await;
    for query in ["", "?limit=1", "?limit=1000"] {
        assert_eq!(
            get(&platform, &format!("/_local/events{query}")).await?,
            (200, json!({ "items": [] }))
        );
    }
    for query in
        ["?limit=0", "?limit=1001", "?limit=-1", "?limit=+1", "?limit=", "?limit=x", "?limt=1"]
    {
        let (status, problem) = get(&platform, &format!("/_local/events{query}")).await?;
        assert_eq!((status, &problem["code"]), (400, &json!("invalid-parameter")), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn the_platforms_own_paths_are_not_the_applications() -> anyhow::Result<()> {
    let platform = platform().await;
    assert_eq!(get(&platform, "/_local/health").await?, (200, json!({ "status": "ok" })));
    assert_eq!(get(&platform, "/_local/another").await?.0, 404);
    Ok(())
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_it_is_read() -> anyhow::Result<()> {
    let platform = platform().await;
    let request = format!("POST /ping HTTP/1.1\r\ncontent-length: {}", 10 * 1024 * 1024 + 1);
    let (status, head, _) = send(&platform, &request).await?;
    assert_eq!(status, 413, "{head}");
    Ok(())
}

#[tokio::test]
async fn dead_letters_and_replays_have_paths_and_a_wrong_one_is_a_problem() -> anyhow::Result<()> {
    let platform = platform().await;
    let listed = get(&platform, "/_local/dead-letters?limit=5").await?;
    assert_eq!(listed, (200, json!({ "items": [] })));
    for (line, body, status, code) in [
        ("GET /_local/dead-letters?limit=0", "", 400, Some("invalid-parameter")),
        ("GET /_local/dead-letters/none", "", 404, Some("not-found")),
        ("DELETE /_local/dead-letters/none", "", 404, Some("not-found")),
        ("POST /_local/dead-letters/none/replay", "", 404, Some("not-found")),
        ("POST /_local/dead-letters/replay", "", 202, None),
        ("POST /_local/archive/replay", "{}", 400, Some("invalid-body")),
        (
            "POST /_local/archive/replay",
            r#"{"from":"2030-01-02T00:00:00Z","to":"2030-01-01T00:00:00Z"}"#,
            400,
            Some("invalid-body"),
        ),
        (
            "POST /_local/archive/replay",
            r#"{"from":"2030-01-01T00:00:00Z","to":"2030-01-01T00:00:00Z","rule":"none"}"#,
            400,
            Some("unknown-rule"),
        ),
        (
            "POST /_local/archive/replay",
            r#"{"from":"2030-01-01T00:00:00Z","to":"2030-01-01T00:00:00Z"}"#,
            202,
            None,
        ),
    ] {
        let (found, head, answer) = send_body(&platform, line, body).await?;
        let answer: Value = serde_json::from_slice(&answer)?;
        assert_eq!((found, answer["code"].as_str()), (status, code), "{line} {body}: {answer}");
        assert_eq!(head.contains("application/problem+json"), code.is_some(), "{head}");
    }
    Ok(())
}

/// Sends a request of this line with a body.
async fn send_body(
    platform: &Platform,
    line: &str,
    body: &str,
) -> anyhow::Result<(u16, String, Vec<u8>)> {
    let address = platform.url().trim_start_matches("http://").to_owned();
    exchange(
        address.clone(),
        format!(
            "{line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
    )
    .await
}
