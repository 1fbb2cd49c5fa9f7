//! The events that are to be published: for each item in their order, items beside each other.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::publisher::{MAX_ENTRIES, MAX_REQUEST_BYTES, PreparedEvent};

/// The place of a record in its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(pub(super) usize);

/// Events by the item that they tell of.
#[derive(Default)]
pub(super) struct Queue {
    lanes: Vec<VecDeque<(Place, PreparedEvent)>>,
    lane_of: HashMap<String, usize>,
    /// Lanes whose first event cannot be published for now.
    put_off: HashSet<usize>,
}

impl Queue {
    pub(super) fn push(&mut self, key: String, place: Place, event: PreparedEvent) {
        let lanes = &mut self.lanes;
        let lane = *self.lane_of.entry(key).or_insert_with(|| {
            lanes.push(VecDeque::new());
            lanes.len() - 1
        });
        self.lanes[lane].push_back((place, event));
    }

    /// The first events of as many items as one request holds: never two of one item, the later of which could be
    /// published though the earlier is not.
    pub(super) fn heads(&self) -> Vec<PreparedEvent> {
        let mut heads: Vec<(Place, &PreparedEvent)> = self
            .open()
            .filter_map(|lane| self.lanes[lane].front())
            .map(|(place, event)| (*place, event))
            .collect();
        heads.sort_by_key(|(place, _)| *place);
        let mut bytes = 0;
        heads
            .into_iter()
            .take(MAX_ENTRIES)
            .take_while(|(_, event)| {
                let is_first = bytes == 0;
                bytes += event.bytes();
                is_first || bytes < MAX_REQUEST_BYTES
            })
            .map(|(_, event)| event.clone())
            .collect()
    }

    fn open(&self) -> impl Iterator<Item = usize> {
        (0..self.lanes.len()).filter(|lane| !self.put_off.contains(lane))
    }

    /// The first event of its item is done with.
    pub(super) fn settle(&mut self, id: &str) {
        let is_head = |lane: &&mut VecDeque<(Place, PreparedEvent)>| {
            lane.front().is_some_and(|(_, event)| event.event_id() == id)
        };
        if let Some(lane) = self.lanes.iter_mut().find(is_head) {
            lane.pop_front();
        }
    }

    /// Leaves out the items whose first events these are. Whether any others have events left.
    pub(super) fn put_off(&mut self, ids: &[String]) -> bool {
        for (index, lane) in self.lanes.iter().enumerate() {
            if lane.front().is_some_and(|(_, event)| ids.iter().any(|id| id == event.event_id())) {
                self.put_off.insert(index);
            }
        }
        self.open().any(|lane| !self.lanes[lane].is_empty())
    }

    /// The records that have events left.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        self.lanes.iter().flatten().map(|(place, _)| *place)
    }
}
