//! A backend of any size to measure the generator with: entities as people write them, each with a state
//! machine, access patterns, operations, permissions and events.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context as _;

/// How many entities share the permissions of one resource: a platform has at most 128 permissions.
const RESOURCES: usize = 30;

/// An entity's name is one of each: 1,024 names, none of which a checker could guess from its neighbour.
const FIRST: [&str; 32] = [
    "Amber", "Basic", "Cargo", "Daily", "Early", "Field", "Grain", "Harbor", "Inner", "Joint",
    "Known", "Local", "Metal", "North", "Ocean", "Paper", "Quick", "River", "Solar", "Total",
    "Urban", "Vapor", "Water", "Xenon", "Yearly", "Zonal", "Alpine", "Bronze", "Carbon", "Desert",
    "Export", "Forest",
];
const SECOND: [&str; 32] = [
    "Account", "Batch", "Claim", "Device", "Engine", "Folder", "Group", "Hub", "Invoice",
    "Journal", "Kit", "Ledger", "Meter", "Notice", "Order", "Parcel", "Quote", "Report", "Sensor",
    "Ticket", "Unit", "Vendor", "Wallet", "Yard", "Zone", "Asset", "Budget", "Contract",
    "Delivery", "Estimate", "Forecast", "Guide",
];

/// The entity that the others belong to.
const OWNER: &str = r#"
[entity]
name = "Member"
description = "Somebody who uses the backend."
key = { partition = "MEMBER#{member_id}", sort = "METADATA" }
owner = "member_id"
version = "version"

[fields]
member_id = { type = "id", prefix = "member", description = "The member's id." }
email = { type = "string", format = "email", max_length = 254, description = "The member's e-mail address." }
version = { type = "integer", minimum = 1, description = "How many times the member has been written." }

[access.by_email]
index = "GSI1"
partition = "EMAIL#{email}"
sort = "MEMBER"

[operations.get]
http = "GET /members/{member_id}"
permission = "resource_0:read"
"#;

/// Entities, where `@N` is the name in PascalCase, `@s` in snake_case, `@K` in capitals, `@r` the resource of its
/// permissions.
const ENTITY: &str = r#"
[entity]
name = "@N"
description = "One of the many things that the backend keeps for its members."
key = { partition = "@K#{@s_id}", sort = "METADATA" }
version = "version"
owner = "member_id"

[fields]
@s_id = { type = "id", prefix = "@s", description = "Its id." }
member_id = { type = "ref", entity = "Member", description = "The member who owns it." }
name = { type = "string", min_length = 1, max_length = 256, description = "What people call it." }
role = { type = "enum", values = ["primary", "standby", "archive"], default = "primary", description = "What it is for." }
status = { type = "enum", values = ["idle", "processing", "waiting", "error"], description = "What it is doing." }
note = { type = "string", max_length = 2_000, optional = true, description = "What people say of it." }
due_at = { type = "timestamp", optional = true, description = "When it is due." }
created_at = { type = "timestamp", set = "on_create", description = "When it was created." }
updated_at = { type = "timestamp", set = "on_write", description = "When it was last changed." }
version = { type = "integer", minimum = 1, description = "How many times it has been written." }

[fields.configuration]
type = "object"
description = "How it is set up."

[fields.configuration.fields]
provider = { type = "enum", values = ["first", "second", "third", "local"], description = "Who provides it." }
model = { type = "string", min_length = 1, description = "The provider's name for it." }
remark = { type = "string", max_length = 10_000, optional = true, description = "What is to be known before anything else." }
ratio = { type = "number", minimum = 0, maximum = 2, default = 0.7, description = "How much of it is used." }
limit = { type = "integer", minimum = 1, default = 4096, description = "The most of it at once." }
labels = { type = "set", items = { type = "string", min_length = 1 }, max_items = 50, description = "What it is found by." }

[status]
field = "status"
initial = "idle"

[status.transitions]
start = { from = ["idle"], to = "processing", description = "Work has arrived." }
finish = { from = ["processing"], to = "idle", description = "The work is done." }
wait = { from = ["processing"], to = "waiting", description = "The work needs something from outside." }
resume = { from = ["waiting"], to = "processing", description = "What the work needed has come." }
fail = { from = ["idle", "processing", "waiting"], to = "error", description = "Something went wrong." }
recover = { from = ["error"], to = "idle", description = "What went wrong is mended." }

[access.by_member]
description = "Those of a member, newest first."
index = "GSI1"
partition = "MEMBER#{member_id}"
sort = "@K#{created_at}"
order = "descending"

[access.by_status]
description = "Those in a state, oldest first."
index = "GSI2"
partition = "@K_STATUS#{status}"
sort = "@K#{created_at}"

[operations.create]
description = "Create one."
http = "POST /@s"
permission = "@r:create"
input = ["name", "role", "note", "due_at", "configuration"]
emits = "@NCreated"

[operations.list]
description = "List the caller's, newest first."
http = "GET /@s"
permission = "@r:read"
access = "by_member"

[operations.get]
description = "Get one."
http = "GET /@s/{@s_id}"
permission = "@r:read"

[operations.update]
description = "Change one."
http = "PATCH /@s/{@s_id}"
permission = "@r:update"
input = ["name", "role", "note", "due_at", "configuration"]
if_match = "required"
emits = "@NUpdated"

[operations.delete]
description = "Delete one."
http = "DELETE /@s/{@s_id}"
permission = "@r:delete"
emits = "@NDeleted"

[operations.start]
description = "Have one start its work."
kind = "transition"
http = "POST /@s/{@s_id}/start"
permission = "@r:update"
"#;

const EVENTS: &str = r#"
[family]
name = "@s"
description = "What becomes of them."

[events.@NCreated]
description = "One was created."
entity = "@N"
carries = ["@s_id", "member_id", "name", "role", "status", "version"]

[events.@NUpdated]
description = "One was changed."
entity = "@N"
carries = ["@s_id", "member_id", "name", "role", "status", "version"]

[events.@NDeleted]
description = "One was deleted."
entity = "@N"
carries = ["@s_id", "member_id"]
"#;

/// Writes the documents of a backend with so many entities below `folder`.
pub(super) fn write(folder: &Path, entities: usize) -> anyhow::Result<()> {
    anyhow::ensure!(
        entities <= FIRST.len() * SECOND.len(),
        "there are no names for so many entities"
    );
    let put = |path: String, text: String| {
        let path = folder.join(path);
        fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))
    };
    for part in ["entities", "events"] {
        let part = folder.join(part);
        fs::create_dir_all(&part).with_context(|| format!("cannot make `{}`", part.display()))?;
    }
    let service = "[service]\nname = \"measured\"\ndescription = \"A backend to measure with.\"\n";
    put("service.toml".to_owned(), service.to_owned())?;
    put("permissions.toml".to_owned(), permissions())?;
    put("entities/member.toml".to_owned(), OWNER.to_owned())?;
    for index in 1..entities {
        put(format!("entities/{}.toml", fill("@s", index)), fill(ENTITY, index))?;
        put(format!("events/{}.toml", fill("@s", index)), fill(EVENTS, index))?;
    }
    Ok(())
}

/// A text about the entity of this number, counted from one: that of number zero is the others' owner.
pub(super) fn fill(template: &str, index: usize) -> String {
    let (first, second) = (FIRST[index % FIRST.len()], SECOND[index / FIRST.len()]);
    let snake = format!("{}_{}", first.to_lowercase(), second.to_lowercase());
    template
        .replace("@N", &format!("{first}{second}"))
        .replace("@K", &snake.to_uppercase())
        .replace("@r", &format!("resource_{}", index % RESOURCES))
        .replace("@s", &snake)
}

fn permissions() -> String {
    let mut text = "everything = \"admin:*\"\n\n[permissions]\n".to_owned();
    let mut grants = Vec::new();
    for resource in 0..RESOURCES {
        for action in ["create", "read", "update", "delete"] {
            // Writing to a `String` cannot fail.
            let _ = writeln!(
                text,
                "\"resource_{resource}:{action}\" = \"To {action} of resource {resource}.\""
            );
        }
        grants.push(format!("\"resource_{resource}:*\""));
    }
    let _ = write!(
        text,
        "\n[roles.admin]\ngrants = [\"admin:*\"]\n\n[roles.member]\ngrants = [{}]\n",
        grants.join(", ")
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backend_has_no_problems() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), 40).expect("it is written");
        let model = purlin_schema::compile(folder.path())
            .map_err(|refusal| refusal.render(false))
            .expect("no problems");
        assert_eq!(model.entities().len(), 40);
    }
}
