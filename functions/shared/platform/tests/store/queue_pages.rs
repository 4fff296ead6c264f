//! Pages of a queue: none skips a case or repeats one, and none reads without an end.
//! Must never need the first page to be asked for again.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::CaseState;
use domain::case::SlaState;
use domain::queue::QueueLine;
use platform::store::{Cursor, InvoiceStore, OwnedBy, QueuePage, QueueQuery, Shelf};
use ulid::Ulid;

use crate::queue::{CASE, dispute, disputes, filed};
use crate::table::{Cost, Table};

/// Files that many disputes, each tenth without an owner, the newest first.
async fn many(store: &InvoiceStore, count: u128) -> Vec<QueueLine> {
    let line = |place: u128| QueueLine {
        owner: (!place.is_multiple_of(10)).then(|| "operator-1".to_owned()),
        ..dispute(Ulid(CASE.0 + (place << 80)), 1, CaseState::Submitted)
    };
    let lines: Vec<_> = (0..count).map(line).collect();
    for line in lines.iter().rev() {
        filed(store, std::slice::from_ref(line)).await;
    }
    lines
}

async fn page(store: &InvoiceStore, wanted: &QueueQuery, next: Option<&str>) -> QueuePage {
    let cursor = next.map(|text| Cursor::parse(text).unwrap());
    store.queue(wanted, cursor).await.unwrap()
}

#[tokio::test]
async fn pages_follow_each_other_oldest_first_without_a_gap() {
    let table = Table::start().await;
    let store = table.store();
    let lines = many(&store, 120).await;
    let ownerless: Vec<_> = lines.iter().filter(|line| line.owner.is_none()).cloned().collect();
    let all = disputes(Shelf::Open);
    let nobody = QueueQuery { owner: Some(OwnedBy::Nobody), ..all.clone() };
    for (wanted, expected) in [(all, lines), (nobody, ownerless)] {
        for limit in [1, 7, 50, 1_000] {
            let wanted = QueueQuery { limit, ..wanted.clone() };
            let (mut seen, mut next) = (Vec::new(), None);
            loop {
                let page = page(&store, &wanted, next.as_deref()).await;
                assert!(page.lines.len() <= limit.min(50));
                seen.extend(page.lines);
                next = page.next.map(|cursor| cursor.to_string());
                if next.is_none() {
                    break;
                }
            }
            assert_eq!(seen, expected, "{limit} a page");
        }
    }
}

#[tokio::test]
async fn a_page_that_holds_all_there_is_is_the_last_one() {
    let table = Table::start().await;
    let store = table.store();
    let lines = many(&store, 3).await;
    for (limit, is_last) in [(1, false), (2, false), (3, true), (4, true)] {
        let first = page(&store, &QueueQuery { limit, ..disputes(Shelf::Open) }, None).await;
        assert_eq!(first.lines, lines[..limit.min(3)], "{limit} a page");
        assert_eq!(first.next.is_none(), is_last, "{limit} a page");
    }
}

#[tokio::test]
async fn a_filter_that_nothing_passes_ends_after_a_bounded_number_of_reads() {
    let table = Table::start().await;
    let lines = many(&table.store(), 850).await;
    let store = table.store();
    let late = QueueQuery { sla: Some(SlaState::Late), ..disputes(Shelf::Open) };
    let first = page(&store, &late, None).await;
    assert!(first.lines.is_empty());
    assert_eq!(Cost::of(&store).round_trips, 8);
    let next = first.next.unwrap();
    let rest = store.queue(&disputes(Shelf::Open), Some(next)).await.unwrap();
    assert_eq!(rest.lines, lines[800..], "the next page goes on where this one stopped reading");
    assert_eq!(store.queue(&late, Some(next)).await.unwrap().next, None);
}

#[test]
fn a_cursor_reads_back_and_nothing_else_is_one() {
    for id in [0, 1, CASE.0, u128::MAX] {
        let text = URL_SAFE_NO_PAD.encode(id.to_be_bytes());
        assert_eq!(Cursor::parse(&text).map(|cursor| cursor.to_string()), Some(text));
    }
    let long = "A".repeat(10_000);
    for text in ["", "A", "next", "AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAB", "é", &long]
    {
        assert_eq!(Cursor::parse(text), None, "{}", text.len());
    }
}
