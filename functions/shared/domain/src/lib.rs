//! The rules of the house: what an invoice, its links and its payments may do.
//! Never talks to anything: no AWS, HTTP, async, clock, randomness or environment.
//!
//! The invariants:
//!
//! - Money is `i64` minor units of an ISO 4217 currency; no float touches it.
//! - A link authorises at most one accepted outcome, and opening is not one.
//! - At most one payment per invoice is live; a paid invoice never becomes unpaid.
//! - What Stripe confirmed is recorded, whatever the link's or invoice's state.
//! - At most one case (plan, promise, dispute) per invoice is open.
//! - Every transition carries its timeline entries in the same [`Change`].
#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::as_conversions,
        clippy::indexing_slicing,
        clippy::wildcard_enum_match_arm
    )
)]

pub mod audit;
pub mod business_days;
pub mod cadence;
pub mod case;
pub mod change;
pub mod desk;
pub mod document;
pub mod fact;
pub mod form;
pub mod import;
pub mod invoice;
pub mod limit;
pub mod link;
pub mod mail_template;
pub mod money;
pub mod payment;
pub mod payment_event;
pub mod queue;
pub mod review;
pub mod schedule;
pub mod settings;
pub mod sheet_cell;
pub mod stripe_units;
pub mod submit;
pub mod tenant;
pub mod words;

mod case_clock;
mod colour;
mod links;
mod refusal;
mod settle;
mod start;

pub use audit::{Act, Deed};
pub use case::{Case, CaseKind, CaseState};
pub use change::{Change, Moment};
pub use document::Document;
pub use fact::{Actor, Entry, Fact};
pub use invoice::{Invoice, InvoiceFile, Status};
pub use limit::{Limit, Sending};
pub use link::{Link, LinkState};
pub use money::{Amount, Currency};
pub use payment::{Payment, PaymentState};
pub use payment_event::{PaymentEvent, Verify};
pub use refusal::Refusal;
pub use start::Start;
pub use tenant::{Policy, Reason, Seller, Tenant};
