//! The only crate that talks to anything. Concrete structs, no port traits.
//! Must never decide about money: it loads, sends, signs and commits what the domain says.

pub mod bus;
pub mod checkout;
pub mod clock;
pub mod config;
pub mod connector;
pub mod fault;
pub mod files;
pub mod http;
pub mod idempotency;
pub mod log;
pub mod mail;
pub mod multipart;
pub mod operator;
pub mod page;
pub mod queues;
pub mod request;
pub mod roles;
pub mod sealed;
pub mod session;
pub mod setup;
pub mod store;
pub mod stripe;
pub mod stripe_event;
pub mod token;
pub mod uploads;
pub mod web;
pub mod webhook;
pub mod worker;

pub use fault::Fault;
pub use setup::Setup;
