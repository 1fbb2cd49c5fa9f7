//! Deliveries from beginning to end.

mod deliveries;
mod letters;
mod replays;
mod restarts;
mod schedules;
