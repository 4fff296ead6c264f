//! Sessions of the console: one small sealed item each, gone by TTL when they have ended.
//! Must never hold a token that can be read, nor touch anything but sessions.
use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::Timestamp;

use super::{InvoiceStore, keys};
use crate::Fault;
use crate::session::SessionKey;

/// One person's sessions that "sign out everywhere" ends, beyond what anybody has.
const SESSIONS_MAX: i32 = 200;

/// A session as the table keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// What only the cookie's key opens.
    pub sealed: Vec<u8>,
    /// When they signed in.
    pub started_at: Timestamp,
    /// When they were last seen, give or take a minute.
    pub seen_at: Timestamp,
    /// When it ends if they are not seen again: TTL may remove it any time later.
    pub ends_at: Timestamp,
}

impl InvoiceStore {
    /// Keeps a session, new or renewed.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn put_session(&self, key: &SessionKey, one: &StoredSession) -> Result<(), Fault> {
        let number = |at: Timestamp| AttributeValue::N(at.as_second().to_string());
        let mut item = keys::attributes(&place(key));
        item.insert("sealed".to_owned(), AttributeValue::B(Blob::new(one.sealed.clone())));
        item.insert("started_s".to_owned(), number(one.started_at));
        item.insert("seen_s".to_owned(), number(one.seen_at));
        item.insert("ttl_s".to_owned(), number(one.ends_at));
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Fault::store("keep a session", &error))?;
        self.units.wrote(sent.consumed_capacity());
        Ok(())
    }

    /// The session of a cookie, if the table still has it; whether it has ended is not asked.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn session(&self, key: &SessionKey) -> Result<Option<StoredSession>, Fault> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::attributes(&place(key))))
            // Whoever signs out must be out with the next request.
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Fault::store("read a session", &error))?;
        self.units.read(found.consumed_capacity());
        Ok(found.item().and_then(read))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`Fault::Store`].
    pub async fn delete_session(&self, key: &SessionKey) -> Result<(), Fault> {
        self.delete(keys::attributes(&place(key))).await
    }

    /// Ends all sessions of the cookie's person.
    ///
    /// # Errors
    /// [`Fault::Store`]; some may have ended then, and trying again ends the rest.
    pub async fn delete_sessions(&self, key: &SessionKey) -> Result<(), Fault> {
        let (pk, _) = place(key);
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(pk))
            .projection_expression("pk, sk")
            .consistent_read(true)
            .limit(SESSIONS_MAX)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Fault::store("find sessions", &error))?;
        self.units.read(found.consumed_capacity());
        for item in found.items.unwrap_or_default() {
            self.delete(item).await?;
        }
        Ok(())
    }

    async fn delete(&self, key: HashMap<String, AttributeValue>) -> Result<(), Fault> {
        let sent = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| Fault::store("end a session", &error))?;
        self.units.wrote(sent.consumed_capacity());
        Ok(())
    }
}

fn place(key: &SessionKey) -> keys::Key {
    (format!("SESSIONS#{}", key.subject), key.id())
}

/// An item that does not read back is no session: its owner signs in again.
fn read(item: &HashMap<String, AttributeValue>) -> Option<StoredSession> {
    let time = |name: &str| {
        let seconds = item.get(name)?.as_n().ok()?.parse().ok()?;
        Timestamp::from_second(seconds).ok()
    };
    Some(StoredSession {
        sealed: item.get("sealed")?.as_b().ok()?.as_ref().to_vec(),
        started_at: time("started_s")?,
        seen_at: time("seen_s")?,
        ends_at: time("ttl_s")?,
    })
}
