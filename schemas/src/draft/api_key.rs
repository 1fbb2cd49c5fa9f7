//! `[api_key]` of an entity: its items are credentials.

use crate::place::{Located, Place};
use crate::read::table;

table! {
    /// Makes the entity's items API keys: credentials that a caller sends as `x-api-key`. Creating one answers with the key, once; what is stored of it is a hash. An item that is deleted or has expired is no credential any more.
    AccessKeyDraft {
        required {
            /// What a key's text begins with behind the environment: `ap` for `prod_ap_…`. Lower-case letters, 2 to 16.
            prefix: Located<String>,
            /// The `string` field that holds the hash of a key.
            hash: Located<String>,
            /// The `string` field that holds the part of a key that may be shown.
            shown: Located<String>,
            /// The `string` field that holds the role of whoever made the key, which bounds what it may do.
            role: Located<String>,
            /// The `set` of `string` that holds the permissions a key is limited to: `agent:read`, `task:*`. An empty one limits it to nothing.
            permissions: Located<String>,
            /// The optional `timestamp` field that holds when a key was last used, to the minute.
            last_used: Located<String>,
        }
        optional {}
    }
}
