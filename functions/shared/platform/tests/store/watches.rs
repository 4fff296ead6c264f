//! Watches of accounts: begun once, prolonged and never shortened, moved by one run at a time.
//! Must never wait: time is given.
use jiff::Timestamp;
use platform::store::{InvoiceStore, Stopped, Watch};

use crate::table::Table;

const NOW_S: i64 = 1_800_000_000;

fn now() -> Timestamp {
    Timestamp::from_second(NOW_S).unwrap()
}

fn watch(account: &str) -> Watch {
    Watch { account: account.to_owned(), since_s: NOW_S, until_s: NOW_S + 3_600, stopped: None }
}

async fn only(store: &InvoiceStore) -> Watch {
    let mut watches = store.watches().await.unwrap();
    assert_eq!(watches.len(), 1);
    watches.remove(0)
}

#[tokio::test]
async fn each_account_has_a_watch_of_its_own() {
    let store = Table::start().await.store();
    for account in ["acct_2", "acct_1"] {
        store.begin_watch(&watch(account), now()).await.unwrap();
    }
    assert_eq!(store.watches().await.unwrap(), [watch("acct_1"), watch("acct_2")]);
}

#[tokio::test]
async fn a_watch_that_lives_is_not_begun_anew_and_one_that_has_ended_is() {
    let store = Table::start().await.store();
    let first = watch("acct_1");
    store.begin_watch(&first, now()).await.unwrap();
    for (at_s, is_kept) in [(first.until_s, true), (first.until_s + 1, false)] {
        let again = Watch { since_s: at_s, until_s: at_s + 3_600, ..first.clone() };
        let at = Timestamp::from_second(at_s).unwrap();
        store.begin_watch(&again, at).await.unwrap();
        let expected = if is_kept { &first } else { &again };
        assert_eq!(&only(&store).await, expected);
    }
}

#[tokio::test]
async fn a_watch_is_prolonged_and_never_shortened() {
    let store = Table::start().await.store();
    let known = watch("acct_1");
    store.begin_watch(&known, now()).await.unwrap();
    for (until_s, expected_s) in [(7_200, 7_200), (5_400, 7_200), (9_000, 9_000)] {
        // By what a run has read, however old that is.
        store.prolong_watch(&known, NOW_S + until_s).await.unwrap();
        assert_eq!(only(&store).await.until_s, NOW_S + expected_s);
    }
}

#[tokio::test]
async fn of_two_runs_that_read_on_from_one_place_the_first_moves_it() {
    let store = Table::start().await.store();
    let known = watch("acct_1");
    store.begin_watch(&known, now()).await.unwrap();
    let stopped = Stopped { to_s: NOW_S + 60, event: "evt_9".to_owned(), failed: true };
    let half = Watch { stopped: Some(stopped), ..known.clone() };
    store.move_watch(&known, &half).await.unwrap();
    assert_eq!(only(&store).await, half);
    let end = Watch { since_s: NOW_S + 60, ..known.clone() };
    store.move_watch(&half, &end).await.unwrap();
    assert_eq!(only(&store).await, end);
    let late = Watch { since_s: NOW_S + 30, ..known.clone() };
    store.move_watch(&known, &late).await.unwrap();
    assert_eq!(only(&store).await, end, "what is known is not forgotten");
}
