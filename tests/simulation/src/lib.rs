//! The real handlers, many at once, against a table, a Stripe and a network that fail by a seed,
//! under a clock that is injected. Must never share anything with what is deployed but the code.
//!
//! Read in this order: `net` is what can become of a request (`wire`); `services` and `table`
//! are behind it; `bench` has the handlers; `people` and `machines` call them, as `simulation`
//! has it by its `plan`; `ledger` is what must be true in the end. Then the promises: `races`,
//! `interleavings`, `silence`, `watched`, `crash`, `answers`, `sweeps`; and what it costs: `counted`, by `meter`.
#![cfg(test)]

mod answers;
mod bench;
mod counted;
mod crash;
mod interleavings;
mod ledger;
mod machines;
mod meter;
mod net;
mod people;
mod plan;
mod races;
mod requests;
mod services;
mod silence;
mod simulation;
mod sweeps;
mod table;
mod time;
mod watched;
mod wire;
