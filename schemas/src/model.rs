//! The validated model: what the generator and the macros work from.
//!
//! Only [`check`](crate::check()) makes a model, so whatever an accessor returns holds together:
//! names resolve, limits are possible, keys are complete.

use crate::name::Name;

pub use data::{AccessKey, Collection, IndexProjection, SoftDelete, TableIndex, Ttl, Unique};
pub use entity::{Access, Entity, Parent, Status, Transition};
pub use event::{Delivery, Event, Fallback, Family, Moment, Sourced, Upcast};
pub use field::{Field, SetOn, Type};
pub(crate) use operation::path_fields as operation_path_fields;
pub use operation::{Method, Operation, OperationKind, Per, Rate};
pub use subscriber::{Reaction, Retry, Subscriber};

pub use crate::schedule::Schedule;

mod data;
mod entity;
mod event;
mod field;
pub(crate) mod index;
mod operation;
mod subscriber;

/// Defines a struct with private fields and an accessor for each.
macro_rules! model {
    ($(#[$meta:meta])* $name:ident { $( $(#[$doc:meta])* $field:ident: $type:ty, )* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name { $( pub(crate) $field: $type, )* }

        impl $name {
            $( $(#[$doc])* #[must_use] pub fn $field(&self) -> &$type { &self.$field } )*
        }
    };
}
pub(crate) use model;

model! {
    /// A whole backend.
    Model {
        /// The service's name, in kebab-case.
        service: Name,
        /// What the service does.
        description: Option<String>,
        /// The event that tells what was given up; none where nothing does.
        failure_event: Option<Name>,
        /// Every permission, in the order declared.
        permissions: Vec<Permission>,
        /// The grant that holds every permission.
        everything: Option<String>,
        /// The roles, in the order declared.
        roles: Vec<Role>,
        /// The entities, sorted by the path of their documents.
        entities: Vec<Entity>,
        /// The table's indexes, `GSI1` first.
        indexes: Vec<TableIndex>,
        /// The families of events, sorted by the path of their documents.
        families: Vec<Family>,
        /// The subscribers, sorted by the path of their documents.
        subscribers: Vec<Subscriber>,
    }
}

impl Model {
    /// The entity of this name.
    #[must_use]
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.name.as_str() == name)
    }

    /// The event of this name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&Event> {
        self.families
            .iter()
            .flat_map(|family| &family.events)
            .find(|event| event.name.as_str() == name)
    }

    /// The subscriber of this name.
    #[must_use]
    pub fn subscriber(&self, name: &str) -> Option<&Subscriber> {
        self.subscribers.iter().find(|subscriber| subscriber.name.as_str() == name)
    }

    /// The permission of this name.
    #[must_use]
    pub fn permission(&self, name: &str) -> Option<&Permission> {
        self.permissions.iter().find(|permission| permission.name == name)
    }
}

model! {
    /// A permission.
    Permission {
        /// `agent:create`
        name: String,
        /// What it allows.
        description: String,
        /// Whether what is done with it is told to the audit.
        privileged: bool,
        /// Whether handlers written by hand need it, though no operation may.
        by_hand: bool,
    }
}

impl Permission {
    /// The name as a Rust variant: `AgentCreate`.
    #[must_use]
    pub fn variant(&self) -> String {
        Name::new(self.name.replace(':', "_")).pascal()
    }

    /// What is acted on, which is also the module of its type: `agent`.
    #[must_use]
    pub fn resource(&self) -> &str {
        self.name.split_once(':').map_or("", |(resource, _)| resource)
    }

    /// The permission as a type, from the module of the catalogue: `agent::Create`.
    #[must_use]
    pub fn type_path(&self) -> String {
        let (resource, action) = self.name.split_once(':').unwrap_or_default();
        format!("{resource}::{}", Name::new(action).pascal())
    }
}

model! {
    /// A role.
    Role {
        /// The name a credential carries.
        name: String,
        /// Who holds it.
        description: Option<String>,
        /// What it holds.
        grants: Vec<String>,
    }
}

impl Model {
    /// Whether `role` holds `permission`, over its own resources at least.
    #[must_use]
    pub fn holds(&self, role: &Role, permission: &str) -> bool {
        role.grants
            .iter()
            .any(|grant| self.covers(grant.strip_suffix(":any").unwrap_or(grant), permission))
    }

    /// Whether `role` holds `permission` over everybody's resources.
    #[must_use]
    pub fn holds_any(&self, role: &Role, permission: &str) -> bool {
        role.grants.iter().any(|grant| {
            self.everything.as_ref() == Some(grant)
                || grant.strip_suffix(":any").is_some_and(|grant| self.covers(grant, permission))
        })
    }

    fn covers(&self, grant: &str, permission: &str) -> bool {
        self.everything.as_deref() == Some(grant)
            || grant == permission
            || grant.strip_suffix('*').is_some_and(|resource| permission.starts_with(resource))
    }
}
