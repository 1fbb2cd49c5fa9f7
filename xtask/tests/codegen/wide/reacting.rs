//! The events of an entity, and subscribers of every kind to them.

use super::{Names, pascal};
use crate::codegen::documents::Folder;

pub(super) fn write(folder: &Folder, names: &Names) {
    let name = &names.entity;
    folder.write(&format!("schemas/events/{name}.toml"), &events(names));
    folder.write(&format!("schemas/entities/{name}_pp.toml"), &projection(names));
    for (letter, what) in subscribers(names) {
        folder.write(
            &format!("schemas/subscribers/{name}_{letter}.toml"),
            &format!("[subscriber]\nname = \"{name}_{letter}\"\n{what}"),
        );
    }
}

fn events(Names { entity: name, field: long }: &Names) -> String {
    let entity = pascal(name);
    format!(
        r#"[family]
name = "{name}_e"
[events.{entity}Made]
entity = "{entity}"
carries = ["own", "{long}l", "{long}m", "{long}k", "{long}i", "{long}x"]
[events.{entity}Moved]
entity = "{entity}"
fields = {{ {long}_at = {{ type = "timestamp" }}, {long}_why = {{ type = "enum", values = ["x", "y"], optional = true }} }}
[events.{entity}Went]
version = 3
entity = "{entity}"
carries = ["own", "{long}l", "{long}z", "{long}x"]
upcast.1 = {{ rename = {{ {long}a = "{long}b" }}, remove = ["{long}c"], set = {{ {long}d = 1, {long}e = "{long}" }} }}
upcast.2 = {{ custom = true }}
[events.{entity}Went.fields]
{long}_old = {{ was = "{long}s" }}
{long}_new = {{ now = "{long}s" }}
{long}_map = {{ was = "{long}m" }}
{long}_own = {{ type = "string", optional = true }}
[events.{entity}Seen]
delivery = "direct"
fallback = "outbox"
entity = "{entity}"
carries = ["own", "{long}l", "{long}x"]
fields = {{ {long}z = {{ type = "string" }}, {long}_at = {{ type = "timestamp" }} }}
[events.{entity}Lost]
delivery = "direct"
fallback = "drop"
entity = "{entity}"
carries = ["own"]
"#
    )
}

/// What subscribers write to.
fn projection(Names { entity: name, field: long }: &Names) -> String {
    let (entity, upper) = (pascal(name), name.to_uppercase());
    format!(
        r#"[entity]
name = "{entity}Pp"
plural = "{name}_p"
key = {{ partition = "{upper}PP#{{own}}", sort = "P" }}
version = "version"
[fields]
own = {{ type = "ref", entity = "{entity}" }}
{long}l = {{ type = "string" }}
{long}z = {{ type = "string", optional = true }}
{long}m = {{ type = "map", items = {{ type = "number" }} }}
{long}i = {{ type = "set", items = {{ type = "integer" }}, optional = true }}
{long}k = {{ type = "enum", values = ["{long}", "b"], default = "b" }}
{long}c = {{ type = "integer", counter = true }}
{long}d = {{ type = "number", default = 0.5 }}
{long}x = {{ type = "integer", default = 1 }}
{long}w = {{ type = "timestamp", set = "on_write" }}
version = {{ type = "integer", minimum = 1 }}
"#
    )
}

fn subscribers(Names { entity: name, field: long }: &Names) -> [(char, String); 8] {
    let entity = pascal(name);
    let step = format!("transition = {{ entity = \"{entity}\", step = \"{long}back\" }}\n");
    let into = format!("[subscriber.project]\ninto = \"{entity}Pp\"\n");
    [
        ('a', format!("on = [\"{entity}Made\"]\nrun = \"custom\"\n")),
        (
            'b',
            format!(
                "on = [\"{entity}Made\", \"{entity}Seen\"]\nrun = \"custom\"\nretry = {{ attempts = 3, backoff = \"1h\", max_age = \"2d\" }}\npattern = {{ detail = {{ data = {{ own = [{{ suffix = \"x\" }}, {{ suffix = \"y\" }}] }} }} }}\n"
            ),
        ),
        ('c', "schedule = \"rate(5 minutes)\"\nrun = \"custom\"\n".to_owned()),
        (
            'd',
            "schedule = \"cron(0 12 * * ? *)\"\nrun = \"custom\"\nretry = { attempts = 1 }\n"
                .to_owned(),
        ),
        ('e', format!("on = [\"{entity}Seen\"]\nretry = {{ attempts = 9 }}\n{step}")),
        ('f', format!("on = [\"{entity}Seen\", \"{entity}Lost\"]\n{step}")),
        (
            'g',
            format!(
                "on = [\"{entity}Made\"]\n{into}set = {{ {long}l = \"{long}l\", {long}m = \"{long}m\", {long}i = \"{long}i\" }}\nadd = {{ {long}c = 70000, {long}d = -2 }}\n"
            ),
        ),
        (
            'h',
            format!(
                "on = [\"{entity}Went\", \"{entity}Seen\"]\n{into}set = {{ {long}l = \"{long}l\", {long}z = \"{long}z\", {long}x = \"{long}x\" }}\nadd = {{ {long}c = 1 }}\n"
            ),
        ),
    ]
}
