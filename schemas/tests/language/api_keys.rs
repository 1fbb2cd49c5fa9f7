//! Entities whose items are API keys.

use crate::folder::{Cases, PERMISSIONS, accept, replace, write};

pub(crate) const KEY: &str = "entities/key.toml";

/// An entity of keys that lacks nothing.
pub(crate) const WHOLE: &str = r#"[entity]
name = "Key"
key = { partition = "CUSTOMER#{customer_id}", sort = "KEY#{key_id}" }
owner = "customer_id"
ttl = { field = "expires_at" }

[fields]
key_id = { type = "id", prefix = "key" }
customer_id = { type = "ref", entity = "Customer" }
shown = { type = "string" }
hash = { type = "string" }
role = { type = "string" }
limits = { type = "set", items = { type = "string" } }
used_at = { type = "timestamp", optional = true }
expires_at = { type = "timestamp", optional = true }

[api_key]
prefix = "od"
hash = "hash"
shown = "shown"
role = "role"
permissions = "limits"
last_used = "used_at"

[access.by_id]
index = "GSI2"
partition = "KEY#{key_id}"
sort = "KEY"

[operations.create]
http = "POST /keys"
permission = "order:pay"
input = ["limits", "expires_at"]
"#;

fn whole(from: &str, to: &str) -> String {
    assert!(WHOLE.contains(from), "{from}");
    WHOLE.replacen(from, to, 1)
}

#[test]
fn an_entity_of_keys_is_in_the_model() {
    let model = accept(&[write(KEY, WHOLE)]);
    let entity = model.entity("Key").expect("the entity");
    let key = entity.api_key().as_ref().expect("it is of keys");
    assert_eq!((key.prefix().as_str(), key.finder().as_str()), ("od", "by_id"));
    assert_eq!(key.permissions().as_str(), "limits");
    assert!(model.entity("Order").expect("the entity").api_key().is_none());
}

#[test]
fn incomplete_api_key() {
    let mut cases = Cases::new("api_keys/incomplete_api_key");
    let hash = |text: String| {
        text.replace(
            "hash = { type = \"string\" }",
            "hash = { type = \"string\", max_length = 64 }",
        )
    };
    for (from, to, problems) in [
        ("owner = \"customer_id\"\n", "", 2),
        ("partition = \"KEY#{key_id}\"", "partition = \"KEY#{hash}\"", 1),
        ("sort = \"KEY\"", "sort = \"KEY\"\nproject = [\"limits\"]", 1),
    ] {
        cases.check_several(&[write(KEY, &hash(whole(from, to)))], problems);
    }
    let text = whole(
        "key_id = { type = \"id\", prefix = \"key\" }",
        "key_id = { type = \"string\", max_length = 30 }",
    );
    let text = text.replace("input = [", "input = [\"key_id\", ");
    cases.check(&[write(KEY, &text)]);
    cases.finish();
}

#[test]
fn fields_of_api_keys() {
    let mut cases = Cases::new("api_keys/fields_of_api_keys");
    for (from, to, problems) in [
        ("hash = \"hash\"", "hash = \"hsah\"", 2),
        ("hash = \"hash\"", "hash = \"limits\"", 4),
        ("permissions = \"limits\"", "permissions = \"shown\"", 2),
        ("last_used = \"used_at\"", "last_used = \"role\"", 1),
        ("shown = \"shown\"", "shown = \"role\"", 2),
        ("prefix = \"od\"", "prefix = \"Od\"", 1),
        ("prefix = \"od\"", "prefix = \"o\"", 1),
        ("prefix = \"od\"\n", "", 1),
        ("shown = { type", "key = { type = \"json\", optional = true }\nshown = { type", 1),
        ("input = [\"limits\"", "input = [\"hash\", \"limits\"", 1),
        ("permission = \"order:pay\"\ninput", "public = true\ninput", 2),
    ] {
        cases.check_several(&[write(KEY, &whole(from, to))], problems);
    }
    cases.finish();
}

#[test]
fn two_entities_of_keys() {
    let mut cases = Cases::new("api_keys/two_entities_of_keys");
    let second = WHOLE
        .replace("\"Key\"", "\"Pass\"")
        .replace("#{customer_id}\", sort = \"KEY#", "#{customer_id}\", sort = \"PASS#")
        .replace("prefix = \"key\"", "prefix = \"pass\"")
        .replace("\"KEY#{key_id}\"\nsort = \"KEY\"", "\"PASS#{key_id}\"\nsort = \"PASS\"")
        .replace("POST /keys", "POST /passes");
    cases.check(&[write(KEY, WHOLE), write("entities/pass.toml", &second)]);
    cases.finish();
}

#[test]
fn a_permission_that_keys_alone_need_is_used() {
    accept(&[
        write(KEY, &whole("order:pay", "key:manage")),
        replace(PERMISSIONS, "[permissions]", "[permissions]\n\"key:manage\" = \"Make keys.\""),
    ]);
}
