//! Purlin's derives: attributes on a type, through the checks of the schema language, to the
//! implementations that the runtime works with.
//!
//! Use them through the crate `purlin`, which exports each beside the trait of the same name.

use proc_macro::TokenStream;
use syn::DeriveInput;

mod arguments;
mod attribute;
mod entity;
mod event;
mod faults;
mod fields;
mod item;
mod names;
mod patch;
mod paths;
mod permissions;
mod projection;
mod require;

/// Implements `Entity` for a struct with named fields, which is stored as one item of the table.
///
/// ```text
/// #[derive(Serialize, Deserialize, Entity)]
/// #[serde(rename_all = "camelCase")]
/// #[entity(partition = "DEPOT#{depot_id}", sort = "PARCEL#{parcel_id}")]
/// #[entity(id = "parcel", version = version, owner = sender_id)]
/// #[entity(index(by_sender, on = GSI1, partition = "SENDER#{sender_id}", sort = "PARCEL#{sent_at}", descending))]
/// #[entity(access(of_depot))]
/// pub struct Parcel { /* … */ }
/// ```
///
/// | On the struct | Says |
/// |---|---|
/// | `partition = "…"`, `sort = "…"` | the primary key; both are required |
/// | `id = "parcel"` | what the text of an `Id<Parcel>` begins with (`impl IdPrefix`) |
/// | `version = field` | the `u64` or `u32` that counts the writes |
/// | `owner = field` | who an item belongs to |
/// | `ttl = field` | the `Timestamp`, or `Option` of one, from which on an item counts as gone |
/// | `soft_delete = field` | the `Option<Timestamp>` that deleting sets and restoring removes |
/// | `soft_delete(field, retain = 2592000)` | the same; after so many seconds a deleted item expires |
/// | `unique(name(field, …), …)` | fields whose values, taken together, no two items share, by a name for each rule |
/// | `index(name, on = GSI1, partition = "…", sort = "…")` | an access pattern on an index, `GSI1` to `GSI20` |
/// | `access(name)` | an access pattern on the table: the primary key's partition |
///
/// | On a field | Says |
/// |---|---|
/// | `set = on_create` | a `Timestamp` that is set once, by whoever makes the item |
/// | `set = on_write` | a `Timestamp` that every update sets |
/// | `counter` | an integer that starts at 0 and is only added to |
/// | `status` | a state, which transitions alone change |
///
/// # Access patterns
///
/// A template is made of literals and of the names of fields, `{field}`; an index also reaches into objects,
/// `{field.nested}`. Between two fields stands a `#`. An index leaves out the items in which a field of its key is
/// `None`.
///
/// Each access pattern becomes a function of the struct, as public as the struct, that takes the partition's
/// fields in order: `Parcel::by_sender(&sender_id)`. With `descending` at its end it starts from the greatest
/// sort key. Its type lists the sort key's fields, by which a query can be narrowed in their order. The list ends
/// before a field inside an object, and before one that is followed by another literal than one that begins with
/// `#`: the order of keys is then not that of the values.
///
/// With `project = Type` the index holds a part of an item, as a type deriving [`Projection`](derive@Projection)
/// says, and that is what a query returns. The table must have such an index: `TableIndex::including`. It holds the
/// projection's attributes but for those that are read from keys; besides, where they exist, that of `soft_delete`
/// and `_ttl`. Where its partition key does not hold the owner, the projection must: callers read their own alone.
///
/// # Paths
///
/// `Parcel::fields()` returns a `ParcelFields`, as public as the struct, with a method for each field, as public as
/// the field, that returns the typed path to it. Conditions and updates are made of paths. A path says what an update
/// may do there:
///
/// | The field | Its path | An update |
/// |---|---|---|
/// | in the primary key, the version, the owner, `set`, `status`, `soft_delete`'s | `Fixed` | leaves it alone |
/// | a `counter` | `Counter` | adds to it |
/// | in an index's key or `unique`, `ttl`'s | `Indexed` | sets it to a value that it knows |
/// | any other | `Free` | does anything |
///
/// # Names
///
/// Attributes have the names that serde gives to the fields in JSON: `rename_all` and `rename` count, as does
/// `default` where an item lacks the field. Options of serde's that would give JSON another shape than the item,
/// such as `flatten` and `skip`, are refused; `skip_serializing` is what a hidden field needs.
///
/// # Visibility
///
/// | On a field | Means |
/// |---|---|
/// | `hidden` | no answer shows it: it needs `#[serde(skip_serializing)]`, too |
/// | `read_by = order::Manage` | `Response::entity_for` and its like show it to callers with this permission |
/// | `write_by = order::Manage` | `Request::body_for` takes it from callers with this permission |
///
/// What would tell the field all the same is refused, such as having it in the primary key.
#[proc_macro_derive(Entity, attributes(entity, serde))]
pub fn entity(input: TokenStream) -> TokenStream {
    derive(input, entity::derive)
}

/// Implements `Attribute` for an object within an entity, or for an enum.
///
/// A struct with named fields is stored as a map. An enum whose variants carry no data is stored as a text, and
/// can be part of a key. Both follow serde's names, as an entity does.
///
/// The paths to the fields of a struct `Label` are methods of a `LabelFields`, which `fields()` of a path to the object
/// returns. An update may do there what it may do to the object.
#[proc_macro_derive(Attribute, attributes(serde))]
pub fn attribute(input: TokenStream) -> TokenStream {
    derive(input, attribute::derive)
}

/// Implements `Patch` for the input of an update.
///
/// ```text
/// #[derive(Default, Deserialize, Patch)]
/// #[serde(rename_all = "camelCase", default)]
/// #[patch(entity = Parcel)]
/// pub struct ParcelPatch {
///     pub state: Option<State>,
///     pub note: Option<Option<String>>,
/// }
/// ```
///
/// `None` leaves a field as it is. An optional field of the entity is an `Option<Option<…>>` here if the patch may
/// remove it. Each field has the name and type that it has in the entity, in Rust and in JSON; those of the
/// primary key, the version, the owner, what `set`, `status`, `counter` or `soft_delete` say cannot be patched.
#[proc_macro_derive(Patch, attributes(patch, serde))]
pub fn patch(input: TokenStream) -> TokenStream {
    derive(input, patch::derive)
}

/// Implements `Projection` for some fields of an entity: what an index holds of it, or what a reader asks for.
///
/// ```text
/// #[derive(Projection)]
/// #[projection(entity = Parcel)]
/// #[serde(rename_all = "camelCase")]
/// pub struct ParcelBySender { pub parcel_id: Id<Parcel>, pub sent_at: Timestamp }
/// ```
///
/// Each field has the name and type that it has in the entity, in Rust and in JSON. Fields that stand in a key need
/// not be held otherwise: they are read from it.
#[proc_macro_derive(Projection, attributes(projection, serde))]
pub fn projection(input: TokenStream) -> TokenStream {
    derive(input, projection::derive)
}

/// Implements `Event` for a struct with named fields, which serde writes as the event's data.
///
/// ```text
/// #[derive(Serialize, Event)]
/// #[event(source = "parcel-service.parcels", version = 2)]
/// pub struct ParcelSent { /* … */ }
/// ```
///
/// The source is the service's name, a dot and the family's. The version counts from 1, which it also is where it
/// is left out. The struct's name is the detail type.
///
/// - `of = Parcel`: it tells of an entity, and is made of it by `impl From<&Parcel>`.
/// - `fallback = Drop`, or `Outbox`: what becomes of one that is published directly, and that the bus does not take.
/// - `upcast = function`: makes the data of an earlier version into that of the next one.
#[proc_macro_derive(Event, attributes(event))]
pub fn event(input: TokenStream) -> TokenStream {
    derive(input, event::derive)
}

/// Implements `Permissions` for an enum with a variant for each permission, at most 128.
///
/// ```text
/// #[derive(Clone, Copy, Permissions)]
/// #[permissions(everything = "admin:*")]
/// #[permissions(role(admin, "admin:*"), role(courier, "parcel:*", "depot:read:any"))]
/// pub enum Permission {
///     #[permission("parcel:update")]
///     ParcelUpdate,
///     #[permission("depot:read")]
///     DepotRead,
/// }
/// ```
///
/// `#[permission("parcel:update", privileged)]` has every use of the permission told to the audit, and not only where
/// it is denied.
///
/// Beside the enum, and as public, stands a type for each permission, in a module for each resource: `parcel::Update`
/// and `depot::Read`. A `Permit<parcel::Update>` proves that a caller holds that permission and no other.
///
/// A role's grants are permissions (`depot:read`) and wildcards (`parcel:*`), over the holder's own resources, or
/// with `:any` appended over everybody's. `everything` names the grant of all permissions over everybody's
/// resources.
#[proc_macro_derive(Permissions, attributes(permission, permissions))]
pub fn permissions(input: TokenStream) -> TokenStream {
    derive(input, permissions::derive)
}

/// Gives a handler the permit of a permission, as its first parameter, under the name `permit`.
///
/// ```text
/// use platform::permission::parcel;
///
/// #[require_permission(parcel::update)]
/// async fn reroute(request: Request) -> Result<Response> {
///     let parcels = ParcelRepository::for_caller(&permit);
///     /* … */
/// }
/// ```
///
/// The permission is written by the path to its module, a colon pair and the action as the catalogue has it. The
/// function is then what `Operation::new` takes: it cannot be called without a permit, and the permit comes from an
/// authorized caller alone.
#[proc_macro_attribute]
pub fn require_permission(arguments: TokenStream, item: TokenStream) -> TokenStream {
    require::expand(arguments.into(), item.into()).into()
}

fn derive(input: TokenStream, derive: fn(&DeriveInput) -> proc_macro2::TokenStream) -> TokenStream {
    match syn::parse::<DeriveInput>(input) {
        Ok(input) => derive(&input).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

#[cfg(test)]
mod tests;
