//! Plans, promises and disputes: their queues, one case with all of it, and what is done about it.
//! Must never decide anything in one step: what the payer will be told is shown first.
pub mod act;
pub mod inspect;
pub mod queue;

pub(crate) mod words;

mod confirm;
mod matter;
mod model;
