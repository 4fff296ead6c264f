//! A local Stripe for tests and for the demo: Checkout, Connect direct charges, ACH, signed webhooks.
//! It must never ship, listen on anything but 127.0.0.1, or speak to the real Stripe.
//!
//! Reading order: `config` and `server` start it; `world` is what it remembers; `verbs` are what can
//! happen to a payment; `api` is `/v1`; `pages` are for people; `control` is for tests.

mod api;
mod clock;
mod config;
mod control;
mod currency;
mod deliver;
mod error;
mod form;
mod ids;
mod in_process;
mod pages;
mod server;
mod signature;
mod stand_in;
mod verbs;
mod world;

pub use config::{AccountSetting, Config, Endpoint, parse_arguments};
pub use in_process::{Answer, Emitted, InProcess};
pub use server::{Running, start};
pub use signature::sign;
