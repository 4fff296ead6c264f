//! Transactions: done, refused by a condition, or met by another one.
//! Must never take a meeting for a refusal where nobody decides anew.
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, TransactWriteItem};

use super::{Commit, InvoiceStore, TRIES_MAX};
use crate::Fault;

/// How one transaction ended; nothing is written unless it is done.
enum Tried {
    Done,
    /// A condition did not hold.
    Refused,
    /// Another transaction was at one of the items: whether the conditions hold is not known.
    Met,
}

impl InvoiceStore {
    /// For whoever decides anew after a lost race: a meeting is one too.
    pub(super) async fn transact(
        &self,
        doing: &'static str,
        writes: Vec<TransactWriteItem>,
    ) -> Result<Commit, Fault> {
        Ok(match self.attempt(doing, writes).await? {
            Tried::Done => Commit::Done,
            Tried::Refused | Tried::Met => Commit::Lost,
        })
    }

    /// For whoever takes a lost race for "somebody else has done it": only a condition says so.
    pub(super) async fn insist(
        &self,
        doing: &'static str,
        writes: Vec<TransactWriteItem>,
    ) -> Result<Commit, Fault> {
        for _ in 0..TRIES_MAX {
            match self.attempt(doing, writes.clone()).await? {
                Tried::Done => return Ok(Commit::Done),
                Tried::Refused => return Ok(Commit::Lost),
                Tried::Met => {}
            }
        }
        Err(Fault::Contended)
    }

    async fn attempt(
        &self,
        doing: &'static str,
        writes: Vec<TransactWriteItem>,
    ) -> Result<Tried, Fault> {
        let sent = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        let error = match sent {
            Ok(done) => {
                self.units.wrote(done.consumed_capacity());
                return Ok(Tried::Done);
            }
            Err(error) => error,
        };
        let tried = match cancelled_by(&error) {
            codes if codes.contains(&"ConditionalCheckFailed") => Tried::Refused,
            codes if codes.contains(&"TransactionConflict") => Tried::Met,
            _ => return Err(Fault::store(doing, &error)),
        };
        self.units.failed_condition();
        Ok(tried)
    }
}

/// Why a transaction was cancelled, as far as it was.
fn cancelled_by<R>(error: &SdkError<TransactWriteItemsError, R>) -> Vec<&str> {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
        error.as_service_error()
    else {
        return Vec::new();
    };
    cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect()
}
