//! Settles an ACH debit after a wait, so that a person at the demo sees it happen.
//! It must never complain when a control was faster.

use crate::stand_in::Shared;
use crate::verbs::settle::{Answer, settle};
use std::sync::Arc;
use std::time::Duration;

/// Settles as the payer chose, `wait_ms` milliseconds from now.
pub(crate) fn settle_after(shared: &Shared, session: &str, wait_ms: u64) {
    let (shared, session) = (Arc::clone(shared), session.to_owned());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        let moment = shared.moment();
        let _already_settled = shared
            .on_owner(&session, |account| settle(account, &moment, &session, Answer::AsChosen));
    });
}
