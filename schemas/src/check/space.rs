//! Spaces: the parts of the table and of its indexes that entities write, and which of them meet.

use std::collections::HashMap;

use super::{EntityView, View};
use crate::place::Place;
use crate::template::Template;

/// A part of the table or of an index that an entity writes.
pub(crate) struct Space<'v, 'a> {
    pub(crate) entity: &'v EntityView<'a>,
    pub(crate) partition: &'v Template,
    pub(crate) sort: &'v Template,
    pub(crate) place: Place,
}

/// For each space, the first before it that clashes with it.
///
/// Only spaces whose keys begin alike are compared: all with all would make a thousand entities
/// cost a million comparisons.
pub(crate) fn conflicts<'s, 'v, 'a, T>(
    spaces: &'s [Space<'v, 'a>],
    clash: impl Fn(&Space<'v, 'a>, &Space<'v, 'a>) -> Option<T>,
) -> Vec<(&'s Space<'v, 'a>, &'s Space<'v, 'a>, T)> {
    let mut buckets: Buckets<'_, Buckets<'_, Vec<usize>>> = HashMap::new();
    let mut found = Vec::new();
    for (at, space) in spaces.iter().enumerate() {
        let (partition, sort) = (space.partition.first_segment(), space.sort.closed_segment());
        let rival = alike(&buckets, partition)
            .flat_map(|buckets| alike(buckets, sort))
            .filter_map(|rivals| {
                rivals.iter().find_map(|rival| Some((*rival, clash(&spaces[*rival], space)?)))
            })
            .min_by_key(|(rival, _)| *rival);
        found.extend(rival.map(|(rival, told)| (&spaces[rival], space, told)));
        buckets.entry(partition).or_default().entry(sort).or_default().push(at);
    }
    found
}

/// Things by the literal that a key begins with; none where it may begin with anything.
type Buckets<'t, T> = HashMap<Option<&'t str>, T>;

/// The buckets of keys that may begin as this one does.
fn alike<'b, T>(
    buckets: &'b Buckets<'_, T>,
    start: Option<&'b str>,
) -> impl Iterator<Item = &'b T> {
    let same = start.and_then(|_| buckets.get(&start));
    let open = start.and_then(|_| buckets.get(&None));
    let all = start.is_none().then(|| buckets.values());
    same.into_iter().chain(open).chain(all.into_iter().flatten())
}

/// The partitions that entities write, by what they begin with.
pub(crate) struct Writers<'v, 'a>(HashMap<Option<&'v str>, Buckets<'v, Vec<Space<'v, 'a>>>>);

impl<'v, 'a> Writers<'v, 'a> {
    pub(crate) fn new(view: &'v View<'a>) -> Self {
        let mut writers: HashMap<_, Buckets<'_, Vec<Space<'_, '_>>>> = HashMap::new();
        for entity in &view.entities {
            let on = entity.accesses.iter().filter_map(|access| access.draft.index.as_ref());
            for index in on.map(|index| Some(index.value.as_str())).chain([None]) {
                let Some((partition, sort)) = entity.keys_in(index) else { continue };
                let place = entity.places_in(index).0;
                let buckets = writers.entry(index).or_default();
                let bucket = buckets.entry(partition.first_segment()).or_default();
                bucket.push(Space { entity, partition, sort, place });
            }
        }
        Self(writers)
    }

    /// The spaces of an index, or of the table, whose partitions may be of this template.
    pub(crate) fn of<'w>(
        &'w self,
        index: Option<&'w str>,
        partition: &'w Template,
    ) -> impl Iterator<Item = &'w Space<'v, 'a>> {
        let buckets = self.0.get(&index).into_iter();
        buckets.flat_map(move |buckets| alike(buckets, partition.first_segment())).flatten()
    }
}
