//! Operators as they were last seen: who an id in the audit or in an owner's place is.
//! Must never be asked what somebody may: that, only a token says.
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::Act;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{InvoiceStore, items, put};
use crate::Fault;

/// Operators of one tenant that are shown.
const OPERATORS_MAX: i32 = 500;

/// An operator as their last token said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// Cognito subject.
    pub id: String,
    /// Sign-in address; empty if the token did not say it.
    pub email: String,
    /// What they are called, if the token said it.
    pub name: Option<String>,
    /// Groups of the Cognito pool.
    pub roles: Vec<String>,
    /// When they signed in last.
    pub seen_at: Timestamp,
}

impl InvoiceStore {
    /// The operators of a tenant who have signed in, 500 at most, in order of their ids.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn operators(&self, tenant: &str) -> Result<Vec<Colleague>, Fault> {
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(pk(tenant)))
            .limit(OPERATORS_MAX)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Fault::store("operators", &error))?;
        self.units.read(page.consumed_capacity());
        page.items.unwrap_or_default().into_iter().map(items::read).collect()
    }

    /// Notes who has signed in, with the act that tells of it.
    ///
    /// # Errors
    /// [`Fault::Store`], [`Fault::Item`].
    pub async fn note_operator(&self, seen: &Colleague, act: &Act) -> Result<(), Fault> {
        let item = items::keyed(&(pk(&act.tenant), seen.id.clone()), seen)?;
        self.insist("operator", vec![put(&self.table, item)?, self.put_act(act)?]).await?;
        Ok(())
    }
}

fn pk(tenant: &str) -> String {
    format!("OPERATORS#{tenant}")
}
