//! A small application on the local platform: what a handler sees of a request, and what a caller sees of its answer.

use http::StatusCode;
use purlin::{
    App, Context, Error, Event, Grants, Operation, PermissionType, Permissions, Permit, Request,
    Response, TableIndex,
};
use purlin_local::Platform;
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Clone, Copy)]
struct UseThings;

impl Permissions for UseThings {
    const ALL: &'static [Self] = &[Self];
    const ROLES: &'static [&'static str] = &["owner", "guest"];

    fn name(self) -> &'static str {
        "thing:use"
    }

    fn index(self) -> u32 {
        0
    }

    fn grants(role: &str) -> Option<Grants> {
        match role {
            "owner" => Some(Grants::NONE.own(0)),
            "guest" => Some(Grants::NONE),
            _ => None,
        }
    }
}

impl PermissionType for UseThings {
    type Catalogue = Self;
    const PERMISSION: Self = Self;
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ThingUsed {
    thing_id: String,
}

impl Event for ThingUsed {
    const SOURCE: &'static str = "example.things";
    const DETAIL_TYPE: &'static str = "ThingUsed";
    const VERSION: u32 = 1;
}

async fn echo(permit: Permit<UseThings>, request: Request) -> purlin::Result<Response> {
    let ctx = permit.ctx();
    let thing_id: String = request.path("thing_id")?;
    ctx.publish(&ThingUsed { thing_id: thing_id.clone() }).await?;
    let seen = json!({
        "thingId": thing_id,
        "subject": permit.subject::<String>()?,
        "q": request.query("q")?,
        "header": request.header(&http::HeaderName::from_static("x-note"))?,
        "requestId": ctx.request_id(),
    });
    Response::json(StatusCode::CREATED, &seen)
}

async fn fail(_: Context, _: Request) -> purlin::Result<Response> {
    Err(Error::internal("the disk is on fire"))
}

async fn panic(_: Context, _: Request) -> purlin::Result<Response> {
    panic!("the handler gave up")
}

async fn read_body(_: Context, request: Request) -> purlin::Result<Response> {
    request.body::<Anything>().map(|body| Response::ok(&body.0))?
}

#[derive(serde::Deserialize)]
struct Anything(Value);

impl garde::Validate for Anything {
    type Context = ();

    fn validate_into(&self, (): &(), _: &mut dyn FnMut() -> garde::Path, _: &mut garde::Report) {}
}

const INDEXES: &[TableIndex] = &[TableIndex::all("GSI1"), TableIndex::all("GSI2")];

fn app() -> App {
    App::new("things").permissions::<UseThings>().indexes(INDEXES).operations([
        Operation::new("things.echo", "POST", "/things/{thing_id}", echo),
        Operation::public("things.fail", "GET", "/fail", fail),
        Operation::public("things.panic", "GET", "/panic", panic),
        Operation::public("things.body", "POST", "/body", read_body),
    ])
}

#[tokio::test]
async fn a_request_reaches_its_operation_and_its_event_the_bus() {
    let platform = Platform::for_test(app()).await;
    let response = platform
        .request("things.echo")
        .path("thing_id", "a/b c")
        .query("q", "1,2 & 3")
        .header("x-note", "hello")
        .as_role("owner")
        .send()
        .await;
    response.assert_status(201);
    let seen = response.json();
    assert_eq!(seen["thingId"], "a/b c");
    assert_eq!(seen["q"], "1,2 & 3");
    assert_eq!(seen["header"], "hello");
    assert_eq!(seen["subject"], platform.user("owner", 1));
    assert_eq!(response.header("apigw-requestid"), seen["requestId"].as_str());

    let events = platform.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].source.as_str(), events[0].subject()), ("example.things", Some("a/b c")));
    assert_eq!(events[0].detail["metadata"]["correlationId"], seen["requestId"]);
    assert_eq!(platform.events_of("ThingUsed").await, events);
    assert_eq!(platform.events_of("Another").await, []);
}

#[tokio::test]
async fn credentials_tell_callers_apart() {
    let platform = Platform::for_test(app()).await;
    let request = || platform.request("things.echo").path("thing_id", "1");
    let first = request().as_user("owner", 1).send().await.field("/subject");
    let second = request().as_user("owner", 2).send().await.field("/subject");
    assert_ne!(first, second);
    request().send().await.assert_problem(401, "unauthenticated");
    request().bearer("nonsense").send().await.assert_problem(401, "unauthenticated");
    request().as_role("stranger").send().await.assert_problem(401, "unauthenticated");
    request().as_role("guest").send().await.assert_problem(403, "permission-denied");
}

#[tokio::test]
async fn what_is_nowhere_is_a_problem() {
    let platform = Platform::for_test(app()).await;
    platform.http("GET", "/nowhere").send().await.assert_problem(404, "not-found");
    let response = platform.http("PUT", "/things/1").send().await;
    assert_eq!(response.assert_problem(405, "method-not-allowed").header("allow"), Some("POST"));
}

#[tokio::test]
async fn a_failure_keeps_its_cause_and_the_platform_goes_on() {
    let platform = Platform::for_test(app()).await;
    for operation in ["things.fail", "things.panic"] {
        let response = platform.request(operation).send().await;
        response.assert_problem(500, "internal");
        assert!(
            !response.text().contains("fire") && !response.text().contains("gave up"),
            "{}",
            response.text()
        );
    }
    platform
        .request("things.echo")
        .path("thing_id", "1")
        .as_role("owner")
        .send()
        .await
        .assert_status(201);
}

#[tokio::test]
async fn bodies_arrive_as_they_were_sent() {
    let platform = Platform::for_test(app()).await;
    let request = || platform.request("things.body");
    let body = json!({ "text": "äöü \u{1F980}", "list": [1, null] });
    assert_eq!(request().json(body.clone()).send().await.json(), body);
    request()
        .body("application/json", &b"\xff\xfe"[..])
        .send()
        .await
        .assert_problem(400, "invalid-body");
    request()
        .body("application/octet-stream", &b"\x00"[..])
        .send()
        .await
        .assert_problem(415, "unsupported-media-type");
    let over_ours = vec![b' '; 1024 * 1024 + 1];
    request()
        .body("application/json", over_ours)
        .send()
        .await
        .assert_problem(413, "body-too-large");
    let over_the_gateways = vec![b' '; 10 * 1024 * 1024 + 1];
    let refused = request().body("application/json", over_the_gateways).send().await;
    assert!(refused.assert_problem(413, "body-too-large").text().contains("10 MB"));
}

#[tokio::test]
async fn the_table_has_the_indexes_of_the_application() -> anyhow::Result<()> {
    let platform = Platform::for_test(app()).await;
    let table = platform.client().describe_table().table_name(platform.table()).send().await?.table;
    let table = table.expect("the table exists");
    let mut indexes: Vec<_> =
        table.global_secondary_indexes().iter().filter_map(|index| index.index_name()).collect();
    indexes.sort_unstable();
    assert_eq!(indexes, ["GSI1", "GSI2"]);
    Ok(())
}
