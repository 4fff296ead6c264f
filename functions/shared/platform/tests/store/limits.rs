//! Counts of what is sent: exact, gone with their window, and never in a payment's way.
//! Must never wait for a window to pass: time is given.
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use domain::{Limit, Sending};
use jiff::SignedDuration;
use platform::store::{Counted, InvoiceStore};
use tokio::task::JoinSet;

use crate::invoices::{moment, start_of_time};
use crate::table::{Cost, Table};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn link(subject: &str) -> Counted {
    Counted { limit: Sending::Write.per_link(), subject: subject.to_owned() }
}

fn address(subject: &str) -> Counted {
    Counted { limit: Sending::Write.per_address(), subject: subject.to_owned() }
}

#[tokio::test]
async fn a_check_is_two_small_writes_side_by_side() {
    let table = Table::start().await;
    let store = table.store();
    let now = moment(0).now;
    assert_eq!(store.count_sending(&link("a"), Some(&address("b")), now).await, None);
    let cost = Cost::of(&store);
    println!("a sending counted: {cost}");
    assert_eq!(cost, Cost { round_trips: 2, write_halves: 4, ..Cost::NOTHING });
    let alone = table.store();
    assert_eq!(alone.count_sending(&link("a"), None, now).await, None);
    assert_eq!(Cost::of(&alone), Cost { round_trips: 1, write_halves: 2, ..Cost::NOTHING });
}

#[tokio::test]
async fn of_hundreds_side_by_side_exactly_the_limit_is_taken() {
    let table = Table::start().await;
    let now = moment(0).now;
    let mut senders = JoinSet::new();
    for _ in 0..16 {
        let store = table.store();
        senders.spawn(async move {
            let mut answers = Vec::new();
            for _ in 0..25 {
                answers.push(store.count_sending(&link("one"), None, now).await);
            }
            answers
        });
    }
    let answers: Vec<_> = senders.join_all().await.into_iter().flatten().collect();
    let taken = answers.iter().filter(|refused| refused.is_none()).count();
    assert_eq!(taken, usize::try_from(Sending::Write.per_link().max).unwrap());
    assert!(answers.iter().flatten().all(|limit| *limit == Sending::Write.per_link()));
}

/// Sends until it is too much; how often it was taken, and what said no.
async fn until_refused(store: &InvoiceStore, links: u32, now: jiff::Timestamp) -> (u32, Limit) {
    for sent in 0..1_000 {
        let link = link(&format!("link {}", sent % links));
        if let Some(limit) = store.count_sending(&link, Some(&address("office")), now).await {
            return (sent, limit);
        }
    }
    panic!("nothing says no");
}

#[tokio::test]
async fn a_window_is_full_to_its_last_second_and_empty_after_it() {
    let table = Table::start().await;
    let store = table.store();
    let start = start_of_time();
    let limit = Sending::Write.per_link();
    let last = start + limit.window - SECOND;
    assert_eq!(limit.window_start_s(start), start.as_second(), "the scene begins with a window");
    assert_eq!(until_refused(&store, 1, start).await, (limit.max, limit));
    assert_eq!(store.count_sending(&link("link 0"), None, last).await, Some(limit));
    assert_eq!(store.count_sending(&link("another"), None, last).await, None);
    assert_eq!(store.count_sending(&link("link 0"), None, last + SECOND).await, None);
}

#[tokio::test]
async fn one_address_is_limited_over_all_its_links() {
    let table = Table::start().await;
    let store = table.store();
    let limit = Sending::Write.per_address();
    assert_eq!(until_refused(&store, 10, start_of_time()).await, (limit.max, limit));
    let elsewhere = address("home");
    let now = start_of_time();
    assert_eq!(store.count_sending(&link("link 11"), Some(&elsewhere), now).await, None);
}

#[tokio::test]
async fn a_count_holds_no_more_than_a_number_and_when_it_may_go() {
    let table = Table::start().await;
    let now = start_of_time() + SECOND;
    table.store().count_sending(&link("01JD9Z3V7Q"), None, now).await;
    let pk = format!("LIMIT#write-link#01JD9Z3V7Q#{}", start_of_time().as_second());
    let items = table.items(&pk).await;
    let mut names: Vec<&str> = items[0].keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!((items.len(), names), (1, vec!["pk", "sk", "ttl_s", "uses"]));
    let window_end_s = start_of_time().as_second() + 600;
    let ttl_s: i64 = items[0]["ttl_s"].as_n().unwrap().parse().unwrap();
    assert!((window_end_s + 60..window_end_s + 86_400).contains(&ttl_s), "{ttl_s}");
}

/// A store whose requests go to `endpoint`, tried once.
fn store_at(table: &Table, endpoint: &str) -> InvoiceStore {
    let config = table.client.config().to_builder().endpoint_url(endpoint);
    let retries = aws_sdk_dynamodb::config::retry::RetryConfig::disabled();
    let config = config.retry_config(retries).build();
    InvoiceStore::new(Client::from_conf(config), "invoices".to_owned())
}

#[tokio::test]
async fn a_counter_that_does_not_answer_stops_nobody() {
    let table = Table::start().await;
    // One that nobody listens at, one that takes every request and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    for endpoint in ["http://127.0.0.1:9", &silent] {
        let store = store_at(&table, endpoint);
        let began = Instant::now();
        let counted = store.count_sending(&link("a"), Some(&address("b")), moment(0).now).await;
        assert_eq!(counted, None, "{endpoint}");
        // A bound for a hang, far beyond the second that it may take.
        assert!(began.elapsed() < Duration::from_secs(30), "{endpoint}");
    }
}
