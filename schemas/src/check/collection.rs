//! Collections: one query reads the item and all that shares its partition, and nothing else.

use std::collections::HashMap;

use super::space::Writers;
use super::{EntityView, Scope, View, access};
use crate::draft::CollectionDraft;
use crate::name::Name;
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use crate::suggest::{quoted, suggest};
use crate::template::Template;

mod order;

/// A collection whose index, if it names one, exists.
struct Collection<'v, 'a> {
    name: &'a Located<String>,
    draft: &'a CollectionDraft,
    root: &'v EntityView<'a>,
    index: Option<&'a str>,
}

/// An entity that a collection names, and where.
struct Member<'v, 'a> {
    written: &'a Located<String>,
    entity: &'v EntityView<'a>,
    /// Whether all its items are read, rather than the first.
    many: bool,
}

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    let any = view.entities.iter().any(|entity| entity.collections().next().is_some());
    if view.scope == Scope::Alone || !any {
        return;
    }
    let writers = Writers::new(view);
    for root in &view.entities {
        for (name, draft) in root.collections() {
            access::order(&draft.order, problems);
            let index = draft.index.as_ref();
            if index.is_some_and(|index| !access::known_index(index, problems)) {
                continue;
            }
            let index = index.map(|index| index.value.as_str());
            one(view, &Collection { name, draft, root, index }, &writers, problems);
        }
    }
}

fn one(
    view: &View<'_>,
    collection: &Collection<'_, '_>,
    writers: &Writers<'_, '_>,
    problems: &mut Problems,
) {
    let before = problems.len();
    let members = members(view, collection, problems);
    let named = problems.len() == before;
    let Some((partition, sort)) = collection.root.keys_in(collection.index) else {
        return unwritten(collection, collection.name.place, collection.root, problems);
    };
    single(collection, partition, sort, problems);
    whole(collection, collection.root, collection.name.place, problems);
    for member in &members {
        shares(collection, member, partition, problems);
        whole(collection, member.entity, member.written.place, problems);
    }
    parts(collection, &members, problems);
    // Where a member's name is not known, it may be the very one that seems to be missing.
    if named {
        complete(collection, &members, partition, writers, problems);
    }
    if problems.len() == before {
        order::check(collection, &members, problems);
    }
}

/// The entities that a collection names, each once and none the one that it is of.
fn members<'v, 'a>(
    view: &'v View<'a>,
    collection: &Collection<'v, 'a>,
    problems: &mut Problems,
) -> Vec<Member<'v, 'a>> {
    let Collection { name, draft, root, .. } = collection;
    let many = draft.many.iter().flatten().map(|written| (written, true));
    let first = draft.first.iter().flatten().map(|written| (written, false));
    let all: Vec<_> = many.chain(first).collect();
    if all.is_empty() {
        let message = format!("the collection `{}` has no members", name.value);
        problems.push(
            Problem::new(Code::MissingKey, name.place, message)
                .help("name the entities to read with it: `many = [\"…\"]`"),
        );
    }
    if let Some(second) = draft.first.iter().flatten().nth(1) {
        let message = "only one entity can come last, of which the first item is read";
        problems.push(
            Problem::new(Code::CollectionOrder, second.place, message).help("move it to `many`"),
        );
    }
    let mut seen: HashMap<&str, Place> = HashMap::new();
    let mut members = Vec::new();
    for (written, many) in all {
        let Some(entity) = view.entity(&written.value) else {
            if view.resolves_names() {
                let message = format!("unknown entity `{}`", written.value);
                problems.push(
                    Problem::new(Code::UnknownEntity, written.place, message)
                        .maybe_help(suggest(&written.value, view.entity_names()))
                        .or_help("declare it in a document of `entities/`"),
                );
            }
            continue;
        };
        let before = match seen.insert(&written.value, written.place) {
            Some(first) => Some((first, "first named here")),
            None => (entity.name == root.name).then_some((name.place, "the collection is its own")),
        };
        let Some((place, text)) = before else {
            members.push(Member { written, entity, many });
            continue;
        };
        let message = format!("`{}` is in the collection already", written.value);
        problems.push(
            Problem::new(Code::DuplicateName, written.place, message)
                .label(place, text)
                .help("remove it here"),
        );
    }
    members
}

/// The parts of a collection bear its members' names, so that these differ.
fn parts(collection: &Collection<'_, '_>, members: &[Member<'_, '_>], problems: &mut Problems) {
    let Collection { name, root, .. } = collection;
    let mut seen = HashMap::from([(Name::new(root.name).snake(), name.place)]);
    for member in members {
        let part = match member.many {
            true => member.entity.plural().snake(),
            false => Name::new(member.entity.name).snake(),
        };
        let message = format!("two parts of the collection would be called `{part}`");
        if let Some(first) = seen.insert(part, member.written.place) {
            problems.push(
                Problem::new(Code::DuplicateName, member.written.place, message)
                    .label(first, "the other")
                    .help("rename one of the entities, or give it another `plural`"),
            );
        }
    }
}

fn place_of(index: Option<&str>) -> String {
    index.map_or_else(|| "the table".to_owned(), |index| format!("`{index}`"))
}

fn unwritten(
    collection: &Collection<'_, '_>,
    place: Place,
    entity: &EntityView<'_>,
    problems: &mut Problems,
) {
    // Keys that do not parse, or are not there, have been told of.
    let Some(index) = collection.index.filter(|index| entity.access_on(index).is_none()) else {
        return;
    };
    let message = format!("`{}` does not appear in `{index}`", entity.name);
    let mut problem = Problem::new(Code::CollectionMismatch, place, message);
    if let Some(written) = &collection.draft.index {
        problem = problem.label(written.place, "the collection's index");
    }
    problems.push(problem.help(format!(
        "declare an access pattern of `{}` on `{index}`, or name another index",
        entity.name
    )));
}

/// Two items of the entity in one partition would be two collections in one.
fn single(
    collection: &Collection<'_, '_>,
    partition: &Template,
    sort: &Template,
    problems: &mut Problems,
) {
    let Collection { name, root, index, .. } = collection;
    let (at_partition, at_sort) = root.places_in(*index);
    let mut refuse = |place, text: String, help: String| {
        let message =
            format!("a partition of `{}` may hold several `{}` items", name.value, root.name);
        problems
            .push(Problem::new(Code::ManyRoots, name.place, message).label(place, text).help(help));
    };
    if !sort.is_constant() {
        let text = "every item has a sort key of its own".to_owned();
        let help = format!(
            "a collection is of an entity whose sort key is a literal; declare it there, with `many = [\"{}\"]`",
            root.name
        );
        return refuse(at_sort, text, help);
    }
    // In the table, two keys are never the same; in an index they may be.
    let whole =
        |field: &&str| !partition.placeholders().any(|placeholder| placeholder.path == [*field]);
    let missing: Vec<&str> =
        root.key_fields().into_iter().filter(|_| index.is_some()).filter(whole).collect();
    if !missing.is_empty() {
        let text = format!("does not hold {}", quoted(missing.iter().copied()));
        let help = "build the index's partition key of the fields of the primary key".to_owned();
        refuse(at_partition, text, help);
    }
}

/// One query reads one partition, so all of a collection write the same.
fn shares(
    collection: &Collection<'_, '_>,
    member: &Member<'_, '_>,
    partition: &Template,
    problems: &mut Problems,
) {
    let Collection { root, index, .. } = collection;
    let Some((theirs, _)) = member.entity.keys_in(*index) else {
        return unwritten(collection, member.written.place, member.entity, problems);
    };
    if theirs.as_str() != partition.as_str() {
        let name = member.entity.name;
        let message = format!("`{name}` does not share the partition of `{}`", root.name);
        problems.push(
            Problem::new(Code::CollectionMismatch, member.written.place, message)
                .label(root.places_in(*index).0, format!("the partition of `{}`", root.name))
                .label(member.entity.places_in(*index).0, format!("the partition of `{name}`"))
                .help(format!(
                    "write `{}` in `{name}` as well, or remove it from the collection",
                    partition.as_str()
                )),
        );
    }
}

/// What an index leaves out of an item, a query of it cannot read.
fn whole(
    collection: &Collection<'_, '_>,
    entity: &EntityView<'_>,
    place: Place,
    problems: &mut Problems,
) {
    let access = collection.index.and_then(|index| entity.access_on(index));
    let Some(access) = access.filter(|access| access.draft.project.is_some()) else { return };
    let message =
        format!("{} does not hold whole items of `{}`", place_of(collection.index), entity.name);
    problems.push(
        Problem::new(Code::PartialCollection, place, message)
            .label(access.name.place, "holds a part of each")
            .help("remove `project` from the index's patterns, or use another index"),
    );
}

/// Items of anything else in the partition would be read, paid for, and be of no known type.
fn complete(
    collection: &Collection<'_, '_>,
    members: &[Member<'_, '_>],
    partition: &Template,
    writers: &Writers<'_, '_>,
    problems: &mut Problems,
) {
    let Collection { name, root, index, .. } = collection;
    let known = |entity: &EntityView<'_>| {
        entity.name == root.name || members.iter().any(|member| member.entity.name == entity.name)
    };
    for space in writers.of(*index, partition) {
        if known(space.entity) || !space.partition.overlaps(partition) {
            continue;
        }
        let other = space.entity.name;
        let message = format!("`{}` leaves out `{other}`, which writes its partition", name.value);
        problems.push(
            Problem::new(Code::IncompleteCollection, name.place, message)
                .label(space.place, format!("the partition of `{other}`"))
                .help(format!(
                    "add `{other}` to `many`, or give it a partition of its own in {}",
                    place_of(*index)
                )),
        );
    }
}
