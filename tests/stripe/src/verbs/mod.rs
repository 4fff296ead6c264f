//! What can happen to a payment, one file a verb; each changes one account and emits its events.
//! A verb must never do I/O, read a clock, or touch a second account.

pub(crate) mod create;
pub(crate) mod dispute;
pub(crate) mod expire;
mod lines;
pub(crate) mod pay;
pub(crate) mod refund;
pub(crate) mod settle;
