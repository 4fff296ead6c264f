//! A line that meets another transaction: filed anew, since what it met may have been older.
//! Must never take a mere meeting for a newer line.
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use domain::CaseState;
use platform::store::{Commit, InvoiceStore, Shelf};

use crate::queue::{CASE, dispute, disputes};
use crate::table::{Cost, Table};

/// Has the first transaction that files version 2 lose, as one that meets another does: the
/// table in this process takes them one by one, so none ever meets another there.
#[derive(Debug, Default)]
struct Meeting(AtomicBool);

impl Intercept for Meeting {
    fn name(&self) -> &'static str {
        "Meeting"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let sent = std::str::from_utf8(request.body().bytes().unwrap_or_default())?.to_owned();
        let losing = sent.replace(r#"":version":{"N":"2"}"#, r#"":version":{"N":"0"}"#);
        if losing != sent && !self.0.swap(true, Ordering::Relaxed) {
            *request.body_mut() = losing.into();
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_line_that_only_met_another_transaction_is_filed_in_the_end() {
    for before in [1, 2] {
        let table = Table::start().await;
        let store = table.store();
        store.file_line(&dispute(CASE, before, CaseState::Submitted)).await.unwrap();
        let config = table.client.config().to_builder().interceptor(Meeting::default()).build();
        let meeting = InvoiceStore::new(Client::from_conf(config), "invoices".to_owned());
        let line = dispute(CASE, 2, CaseState::Asked);
        assert_eq!(meeting.file_line(&line).await.unwrap(), Commit::Done, "after {before}");
        assert_eq!(Cost::of(&meeting).failed_conditions, 1, "it did meet one");
        let page = store.queue(&disputes(Shelf::Open), None).await.unwrap();
        assert_eq!(page.lines, [line], "after {before}");
    }
}
