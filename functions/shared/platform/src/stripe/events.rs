//! What happened in a connected account, newest first: which payments to ask about.
//! Must never be taken for what happened: events come in the version of the API that the account
//! had, and say less than the object itself.
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::Stripe;
use crate::Fault;
use crate::stripe_event::About;

/// Events of one answer: as many as Stripe gives.
const PAGE: u8 = 100;

/// Which events.
#[derive(Clone, Copy, Debug)]
pub struct EventQuery<'a> {
    /// Such as `checkout.session.completed`; 20 at most.
    pub kinds: &'a [&'a str],
    /// Made in this second or later; since 1970.
    pub since_s: i64,
    /// Made in this second or earlier.
    pub until_s: i64,
    /// Only those that come after this one in the list, that is, older ones.
    pub after: Option<&'a str>,
}

/// Some of them, newest first.
#[derive(Debug, Deserialize)]
pub struct EventPage {
    /// At most a hundred.
    pub data: Vec<Happened>,
    /// Whether there are older ones.
    pub has_more: bool,
}

/// That something happened to an object.
#[derive(Debug, Deserialize)]
pub struct Happened {
    /// `evt_…`.
    pub id: String,
    data: Data,
}

#[derive(Debug, Deserialize)]
struct Data {
    object: Object,
}

#[derive(Debug, Deserialize)]
struct Object {
    #[serde(default)]
    metadata: HashMap<String, String>,
}

impl Happened {
    /// Which payment of ours it is about; `None` if the object is not ours.
    pub fn about(&self) -> Option<About> {
        About::read(&self.data.object.metadata)
    }
}

#[derive(Serialize)]
struct Params<'a> {
    types: &'a [&'a str],
    created: Created,
    limit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_after: Option<&'a str>,
}

#[derive(Serialize)]
struct Created {
    gte: i64,
    lte: i64,
}

impl Stripe {
    /// A page of what happened in `account`.
    ///
    /// # Errors
    /// [`Fault::Stripe`], [`Fault::StripeRefused`].
    pub async fn events(&self, account: &str, query: EventQuery<'_>) -> Result<EventPage, Fault> {
        let created = Created { gte: query.since_s, lte: query.until_s };
        let params =
            Params { types: query.kinds, created, limit: PAGE, starting_after: query.after };
        let request = RequestBuilder::new(StripeMethod::Get, "/events").query(&params);
        self.ask(request, account).await
    }
}
