//! The stand-in spoken to over HTTP, a file for each thing it promises.
//! A test must never reach another test's account or stand-in.
#![cfg(test)]
#![allow(clippy::unwrap_used, reason = "in a test a panic is the failure")]

mod events;
mod faults;
mod idempotency;
mod money;
mod pages;
mod sessions;
mod support;
mod webhooks;
