//! Schemas in which every construct of the generator occurs, with names of any length.

mod reacting;

use super::documents::Folder;

/// The names that one entity's document is written with.
pub(crate) struct Names {
    /// The entity, in snake_case.
    pub(crate) entity: String,
    /// What the names of its fields, operations and states begin with.
    pub(crate) field: String,
}

impl Names {
    /// Whether the entity expires and has collections and rows; others are deleted so that they can be
    /// restored.
    fn is_kept(&self) -> bool {
        self.entity.len().is_multiple_of(2)
    }
}

/// A folder with what the entities refer to.
pub(crate) fn folder() -> Folder {
    let folder = Folder::valid();
    std::fs::remove_file(folder.path("schemas/entities/order.toml")).expect("removable");
    std::fs::remove_file(folder.path("schemas/events/orders.toml")).expect("removable");
    folder.write("schemas/permissions.toml", PERMISSIONS);
    folder.write("schemas/entities/person.toml", PERSON);
    folder.write("schemas/entities/place.toml", PLACE);
    folder
}

/// Adds an entity and its events.
pub(crate) fn write(folder: &Folder, names: Names) {
    let name = &names.entity;
    folder.write(&format!("schemas/entities/{name}.toml"), &entity(&names));
    if names.is_kept() {
        folder.write(&format!("schemas/entities/{name}_kk.toml"), &member(&names));
    }
    reacting::write(folder, &names);
}

/// A name of that many letters and digits, a new word now and then.
pub(crate) fn word(length: usize, letter: char) -> String {
    let at = |at: usize| match at % 9 {
        8 if at + 1 < length => '_',
        7 if at.is_multiple_of(2) => '2',
        _ => letter,
    };
    (0..length).map(at).collect()
}

/// Roles that see and give everything, nothing that is guarded, and what is their own.
const PERMISSIONS: &str = r#"everything = "admin:*"
[permissions]
"order:write" = "Place orders."
"order:read" = "See orders."
"secret:read" = "See secrets."
"secret:write" = "Make secrets."
[roles.admin]
grants = ["admin:*"]
[roles.buyer]
grants = ["order:*"]
[roles.auditor]
grants = ["order:*:any", "secret:read"]
"#;

const PERSON: &str = r#"[entity]
name = "Person"
key = { partition = "PERSON#{person_id}", sort = "PERSON" }
[fields]
person_id = { type = "id", prefix = "person" }
"#;

const PLACE: &str = r#"[entity]
name = "Place"
key = { partition = "PLACE#{place_id}", sort = "PLACE" }
owner = "person_id"
[fields]
place_id = { type = "id", prefix = "place" }
person_id = { type = "ref", entity = "Person" }
"#;

fn pascal(name: &str) -> String {
    purlin_schema::Name::new(name).pascal()
}

/// An id's prefix of letters only.
fn prefix(name: &str) -> String {
    let letters =
        name.bytes().map(|byte| if byte.is_ascii_digit() { b'k' + byte - b'0' } else { byte });
    letters.map(char::from).take(60).collect()
}

fn entity(names: &Names) -> String {
    let Names { entity: name, field: long } = names;
    let entity = pascal(name);
    let upper = name.to_uppercase();
    let within = names.is_kept();
    let more = if within { kept(names) } else { deleted(names) };
    let expiry = match within {
        true => format!("ttl = {{ field = \"{long}u\", after = \"90s\" }}"),
        false => format!(
            "ttl = {{ field = \"{long}u\" }}\nsoft_delete = {{ field = \"{long}y\", retain = \"30d\" }}"
        ),
    };
    let parent_line = if within { "parent = \"above\"\n" } else { "" };
    let parent_field = if within { "above = { type = \"ref\", entity = \"Place\" }\n" } else { "" };
    let path = if within { format!("/{name}/{{above}}/x") } else { format!("/{name}") };
    format!(
        r#"[entity]
name = "{entity}"
plural = "{name}_m"
key = {{ partition = "{upper}#{{own}}", sort = "METADATA" }}
version = "{long}x"
owner = "{long}o"
{expiry}
{parent_line}
[unique]
{long}one = ["{long}l"]
{long}two = ["{long}o", "{long}f"]
[fields]
own = {{ type = "id", prefix = "{prefix}" }}
{long}o = {{ type = "ref", entity = "Person" }}
{parent_field}{long}x = {{ type = "integer", minimum = 1 }}
{long}s = {{ type = "enum", values = ["{long}", "b"] }}
{long}t = {{ type = "timestamp", optional = true }}
{long}k = {{ type = "enum", values = ["{long}", "b"], default = "b" }}
{long}n = {{ type = "object", fields = {{ {long} = {{ type = "set", items = {{ type = "string", min_length = 1, max_length = 10000 }}, min_items = 1, max_items = 5 }} }} }}
{long}m = {{ type = "map", items = {{ type = "number", minimum = 0, maximum = 5 }}, max_items = 70000 }}
{long}l = {{ type = "string", min_length = 3, max_length = 100, default = "{long}zzz\"\\日" }}
{long}z = {{ type = "string", max_length = 1000000, optional = true }}
{long}d = {{ type = "boolean", default = true }}
{long}f = {{ type = "string", max_length = 9, default = "d\"" }}
{long}p = {{ type = "object", optional = true, fields = {{ {long} = {{ type = "string", max_length = 20 }}, {long}e = {{ type = "enum", values = ["{long}", "b"], default = "b" }} }} }}
{long}r = {{ type = "list", items = {{ type = "ref", entity = "Person" }}, min_items = 1, max_items = 6 }}
{long}i = {{ type = "set", items = {{ type = "integer", minimum = -5 }}, max_items = 60, optional = true }}
{long}w = {{ type = "timestamp", set = "on_write" }}
{long}u = {{ type = "timestamp", optional = true }}
{long}y = {{ type = "timestamp", optional = true }}
{long}c = {{ type = "integer", counter = true }}
{long}h = {{ type = "string", max_length = 9, hidden = true, default = "dd" }}
{long}g = {{ type = "integer", minimum = 0, maximum = 9, optional = true, read_by = "secret:read", write_by = "secret:write" }}
{long}j = {{ type = "string", max_length = 9, optional = true, read_by = "secret:read", description = "What only some see." }}
{long}q = {{ type = "set", items = {{ type = "string", min_length = 1, max_length = 9 }}, max_items = 9, optional = true, hidden = true, write_by = "secret:write" }}

[status]
field = "{long}s"
initial = "{long}"
entered_at = {{ b = "{long}t" }}
emits = "{entity}Went"
[status.transitions]
{long}go = {{ from = ["{long}"], to = "b" }}
{long}back = {{ from = ["b"], to = "{long}", emits = "{entity}Made" }}

[access.{long}by]
index = "GSI1"
partition = "{upper}BY#{{{long}o}}"
sort = "{upper}#{{own}}"
order = "descending"

[access.{long}at]
index = "GSI2"
partition = "{upper}AT#{{{long}k}}#{{{long}l}}"
sort = "{upper}#{{{long}k}}#{{{long}f}}#{{own}}"

[access.{long}of]
index = "GSI3"
partition = "{upper}OF#{{{long}p.{long}}}#{{{long}p.{long}e}}"
sort = "{upper}#{{own}}"

[operations.create]
http = "POST {path}"
permission = "order:write"
input = ["{long}k", "{long}n", "{long}m", "{long}l", "{long}z", "{long}p", "{long}r", "{long}i", "{long}f", "{long}h", "{long}g", "{long}j", "{long}q"]
emits = "{entity}Made"
rate = "60/min"
[operations.{long}list]
kind = "list"
http = "GET /by/{name}"
permission = "order:read"
access = "{long}by"
filter = ["{long}s", "{long}k", "{long}l", "{long}d"]
[operations.{long}find]
kind = "list"
http = "GET /at/{name}/{{{long}k}}/{{{long}l}}"
permission = "order:read"
access = "{long}at"
[operations.get]
http = "GET /{name}/{{own}}"
permission = "order:read"
[operations.{long}some]
kind = "get"
http = "GET /{name}/{{own}}/some"
permission = "order:read"
output = ["{long}s", "{long}x", "{long}g"]
rate = "7/s burst 1"
[operations.update]
http = "PATCH /{name}/{{own}}"
permission = "order:write"
input = ["{long}m", "{long}n", "{long}z", "{long}i", "{long}d", "{long}g", "{long}h", "{long}q"]
if_match = "required"
[operations.{long}go]
kind = "transition"
http = "POST /{name}/{{own}}/go"
permission = "order:write"
rate = "1/h burst 1001"
emits = "{entity}Made"
[operations.delete]
http = "DELETE /{name}/{{own}}"
permission = "order:write"
emits = "{entity}Made"
{more}"#,
        prefix = prefix(name),
    )
}

fn kept(Names { entity: name, field: long }: &Names) -> String {
    let (entity, upper) = (pascal(name), name.to_uppercase());
    format!(
        r#"
[access.{long}pr]
index = "GSI4"
partition = "{upper}PR#{{{long}o}}"
sort = "{upper}#{{{long}k}}#{{own}}"
project = ["{long}l", "{long}j"]

[access.{long}pc]
index = "GSI5"
partition = "{upper}PC#{{{long}o}}"
sort = "{upper}PC"
project = []

[collections.{long}all]
order = "descending"
many = ["{entity}Kk"]

[operations.{long}rows]
kind = "list"
http = "GET /rows/{name}"
permission = "order:read"
access = "{long}pr"
filter = ["{long}l"]
[operations.{long}row]
kind = "get"
http = "GET /row/{name}"
permission = "order:read"
access = "{long}pc"
[operations.{long}part]
kind = "get"
http = "GET /part/{name}"
permission = "order:read"
access = "{long}pr"
output = ["{long}k", "{long}l", "{long}j"]
"#
    )
}

fn deleted(Names { entity: name, .. }: &Names) -> String {
    let entity = pascal(name);
    format!(
        r#"
[operations.restore]
http = "POST /{name}/{{own}}/restore"
permission = "order:write"
if_match = "required"
emits = "{entity}Made"
"#
    )
}

/// An entity that shares its partition with another, and has no more to say than literals can. Its only operation
/// has a rate.
fn member(Names { entity: name, .. }: &Names) -> String {
    let (entity, upper) = (pascal(name), name.to_uppercase());
    let prefix = prefix(name);
    format!(
        r#"[entity]
name = "{entity}Kk"
plural = "{name}_n"
key = {{ partition = "{upper}#{{own}}", sort = "K#{{kid}}" }}
[fields]
kid = {{ type = "id", prefix = "{prefix}_k" }}
own = {{ type = "ref", entity = "{entity}" }}
[operations.get]
http = "GET /{name}/{{own}}/k/{{kid}}"
permission = "order:read"
rate = "3/min burst 2"
"#
    )
}
