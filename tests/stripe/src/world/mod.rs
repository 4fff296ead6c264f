//! Everything the stand-in remembers, one account apart from the other.
//! It must never let one account's objects be reached through another.

pub(crate) mod account;
pub(crate) mod charge;
pub(crate) mod dispute;
pub(crate) mod event;
pub(crate) mod intent;
pub(crate) mod refund;
pub(crate) mod rules;
pub(crate) mod session;
pub(crate) mod shelf;

pub(crate) use account::Account;

use rules::WebhookRules;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The account that owns the API key, used when no `Stripe-Account` header is sent.
pub(crate) const PLATFORM: &str = "acct_platform";
const ACCOUNTS_MAX: usize = 20_000;

/// All accounts and the rules for those without rules of their own.
#[derive(Debug, Default)]
pub(crate) struct World {
    /// By account id.
    pub(crate) accounts: BTreeMap<String, Account>,
    /// How events are delivered unless the account says otherwise.
    pub(crate) rules: WebhookRules,
    /// Refuse accounts that nobody set up.
    pub(crate) only_listed_accounts: bool,
}

impl World {
    /// The account, made on first use unless only listed ones are allowed.
    pub(crate) fn account_mut(&mut self, id: &str) -> Option<&mut Account> {
        let known = self.accounts.contains_key(id);
        let well_formed = id.len() <= 100
            && id.strip_prefix("acct_").is_some_and(|rest| {
                !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            });
        let may_make = well_formed
            && self.accounts.len() < ACCOUNTS_MAX
            && (!self.only_listed_accounts || id == PLATFORM);
        if !known && may_make {
            self.accounts.insert(id.to_owned(), Account::new(id, "US", "Test seller"));
        }
        self.accounts.get_mut(id).filter(|account| !account.refused)
    }

    /// The account that owns the object with this id.
    pub(crate) fn owner_of(&mut self, id: &str) -> Option<&mut Account> {
        self.accounts.values_mut().find(|account| account.owns(id))
    }
}

/// What a verb needs to know about the moment it runs in.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// Seconds since 1970.
    pub(crate) now_s: i64,
    /// Origin of hosted pages, without a trailing slash.
    pub(crate) public_url: String,
    /// API version written into events.
    pub(crate) api_version: String,
    /// Id of the API request that caused this, None for a payer's click.
    pub(crate) request_id: Option<String>,
    /// That request's idempotency key.
    pub(crate) idempotency_key: Option<String>,
}

/// An object with its id and type, and these fields null.
pub(crate) fn object(kind: &str, id: &str, null_fields: &[&str]) -> Map<String, Value> {
    let mut map = Map::new();
    for field in null_fields {
        map.insert((*field).to_owned(), Value::Null);
    }
    map.insert("object".to_owned(), Value::from(kind));
    map.insert("id".to_owned(), Value::from(id));
    map
}

/// Sets the given fields.
pub(crate) fn set(map: &mut Map<String, Value>, fields: Value) {
    if let Value::Object(fields) = fields {
        map.extend(fields);
    }
}
