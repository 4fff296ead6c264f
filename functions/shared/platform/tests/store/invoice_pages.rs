//! Pages of the list of invoices: none skips an invoice or repeats one, and none reads without
//! an end. Must never need the first page to be asked for again.
use domain::Status;
use platform::store::{Among, InvoicePage, InvoicePlace, InvoiceQuery, InvoiceStore, Shelf};

use crate::invoice_list::{import, open, row, search};
use crate::invoices::start_of_time;
use crate::table::{Cost, Table};

/// Stores that many invoices, most of one customer, and one of another tenant for each ten.
async fn many(store: &InvoiceStore, count: usize) -> Vec<String> {
    let number = |place: usize| format!("INV-{place:04}");
    let customer = |place: usize| if place.is_multiple_of(3) { "Zeta" } else { "Inverness" };
    let due = |place: usize| format!("2026-12-{:02}", 1 + place / 50);
    let rows: Vec<_> =
        (0..count).map(|place| row(&number(place), customer(place), &due(place))).collect();
    import(store, "northwind", &rows).await;
    let others: Vec<_> = rows.iter().step_by(10).cloned().collect();
    import(store, "southwind", &others).await;
    (0..count).map(number).collect()
}

async fn page(store: &InvoiceStore, wanted: &InvoiceQuery, next: Option<&str>) -> InvoicePage {
    let place = next.map(|text| InvoicePlace::parse(text).unwrap());
    assert!(place.as_ref().is_none_or(|place| wanted.knows(place)), "{next:?}");
    let page = store.invoices(wanted, place, start_of_time()).await.unwrap();
    assert!(page.lines.iter().all(|line| line.invoice.tenant == "northwind"));
    page
}

/// The numbers of all pages, one after the other.
async fn all(store: &InvoiceStore, wanted: &InvoiceQuery) -> Vec<String> {
    let (mut seen, mut next) = (Vec::new(), None);
    for _ in 0..500 {
        let page = page(store, wanted, next.as_deref()).await;
        assert!(page.lines.len() <= wanted.limit.min(50));
        seen.extend(page.lines.into_iter().map(|line| line.invoice.number));
        next = page.next.map(|place| place.to_string());
        if next.is_none() {
            return seen;
        }
    }
    panic!("pages without an end: {wanted:?}");
}

#[tokio::test]
async fn pages_follow_each_other_by_date_without_a_gap() {
    let table = Table::start().await;
    let store = table.store();
    let expected = many(&store, 130).await;
    let status = Some(Status::Open);
    for wanted in [open(), InvoiceQuery { status, ..open() }, search("inv")] {
        for limit in [1, 7, 50, 1_000] {
            let wanted = InvoiceQuery { limit, ..wanted.clone() };
            assert_eq!(all(&store, &wanted).await, expected, "{limit} a page");
        }
    }
    assert_eq!(all(&store, &InvoiceQuery { limit: 7, ..search("zeta") }).await.len(), 44);
    let paid = InvoiceQuery { status: Some(Status::Paid), ..open() };
    assert!(all(&store, &paid).await.is_empty());
}

#[tokio::test]
async fn a_page_that_holds_all_there_is_is_the_last_one() {
    let table = Table::start().await;
    let store = table.store();
    let numbers = many(&store, 3).await;
    for (limit, is_last) in [(1, false), (2, false), (3, true), (4, true)] {
        let first = page(&store, &InvoiceQuery { limit, ..open() }, None).await;
        let seen: Vec<_> = first.lines.iter().map(|line| line.invoice.number.clone()).collect();
        assert_eq!(seen, numbers[..limit.min(3)], "{limit} a page");
        assert_eq!(first.next.is_none(), is_last, "{limit} a page");
    }
}

#[tokio::test]
async fn a_page_costs_a_query_and_a_batch_however_many_invoices_there_are() {
    let mut costs = Vec::new();
    for count in [60, 300] {
        let table = Table::start().await;
        many(&table.store(), count).await;
        let store = table.store();
        assert_eq!(page(&store, &open(), None).await.lines.len(), 50);
        println!("page of 50 among {count}: {}", Cost::of(&store));
        costs.push(Cost::of(&store));
        if count == 60 {
            continue;
        }
        let one = table.store();
        page(&one, &InvoiceQuery { limit: 1, ..search("inv-02") }, None).await;
        println!("search, one a page: {}", Cost::of(&one));
        assert_eq!(Cost::of(&one).round_trips, 2);
    }
    assert_eq!(costs[0], costs[1], "what is listed costs, not what there is");
    assert_eq!(costs[0].round_trips, 2);
    assert_eq!(costs[0].write_halves, 0);
    assert!(costs[0].read_halves <= 60, "half a unit each, and the keys: {}", costs[0]);
}

#[tokio::test]
async fn a_filter_that_nothing_passes_ends_after_a_bounded_number_of_reads() {
    let table = Table::start().await;
    let numbers = many(&table.store(), 850).await;
    let store = table.store();
    let paid = InvoiceQuery { status: Some(Status::Paid), ..open() };
    let first = page(&store, &paid, None).await;
    assert!(first.lines.is_empty());
    assert_eq!(Cost::of(&store).round_trips, 16, "eight queries and their batches");
    let next = first.next.unwrap().to_string();
    let rest = page(&store, &open(), Some(&next)).await;
    let seen: Vec<_> = rest.lines.iter().map(|line| line.invoice.number.clone()).collect();
    assert_eq!(seen, numbers[800..], "the next page goes on where this one stopped reading");
    assert_eq!(page(&store, &paid, Some(&next)).await.next, None);
}

#[tokio::test]
async fn a_place_of_one_search_is_none_in_another() {
    let table = Table::start().await;
    let store = table.store();
    many(&store, 30).await;
    let place = |wanted: InvoiceQuery| {
        let (store, wanted) = (store.clone(), InvoiceQuery { limit: 5, ..wanted });
        async move { page(&store, &wanted, None).await.next.unwrap() }
    };
    let (of_all, of_inv) = (place(open()).await, place(search("inv-000")).await);
    assert!(open().knows(&of_all) && search("INV-0").knows(&of_inv));
    assert!(!search("inv").knows(&of_all) && !open().knows(&of_inv));
    assert!(!search("zeta").knows(&of_inv), "the table would refuse to begin there");
    let number = Among::Number { number: "INV-0001".to_owned(), shelf: None };
    assert!(!InvoiceQuery { among: number, ..open() }.knows(&of_all));
    let closed = InvoiceQuery { among: Among::Shelf(Shelf::Closed), ..open() };
    let nothing = store.invoices(&closed, Some(of_all), start_of_time()).await.unwrap();
    assert!(nothing.lines.is_empty());
    // Given all the same, it is taken as the beginning.
    let again = store.invoices(&search("zeta"), Some(of_inv), start_of_time()).await.unwrap();
    assert_eq!(again.lines.len(), 10);
}
