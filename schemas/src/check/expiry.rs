//! Expiry and soft deletion: durations that last, in fields that nothing else sets.

use super::View;
use crate::duration;
use crate::problem::Problems;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        let after = entity.ttl().and_then(|ttl| ttl.after.as_ref());
        let retain = entity.soft_delete().and_then(|deleted| deleted.retain.as_ref());
        for written in after.into_iter().chain(retain) {
            if let Err(problem) = duration::seconds(written) {
                problems.push(problem);
            }
        }
    }
}
