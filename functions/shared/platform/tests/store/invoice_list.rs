//! The list of invoices: what is found, by what, and whose.
//! Must never find another tenant's invoice.
use domain::import::Row;
use domain::{Actor, InvoiceFile, Status};
use jiff::Timestamp;
use platform::store::{
    Among, Commit, InvoiceLine, InvoicePlace, InvoiceQuery, InvoiceStore, OwnedBy, Shelf,
};

use crate::crash_cases::{by, submit};
use crate::invoices::{
    HOUR, at, committed, linked, moment, opened, paid, rows, start_of_time, started, tenant,
};
use crate::table::{Cost, Table};

/// All that is open of the tenant of the other tests, fifty a page.
pub(crate) fn open() -> InvoiceQuery {
    InvoiceQuery {
        tenant: "northwind".to_owned(),
        among: Among::Shelf(Shelf::Open),
        status: None,
        owner: None,
        overdue_days: None,
        limit: 50,
    }
}

pub(crate) fn search(text: &str) -> InvoiceQuery {
    InvoiceQuery { among: Among::Search { text: text.to_owned(), shelf: None }, ..open() }
}

fn number(number: &str, shelf: Option<Shelf>) -> InvoiceQuery {
    InvoiceQuery { among: Among::Number { number: number.to_owned(), shelf }, ..open() }
}

pub(crate) fn row(number: &str, customer: &str, due: &str) -> Row {
    let row = rows(1).remove(0);
    let (number, customer) = (number.to_owned(), customer.to_owned());
    Row { number, customer, due_date: due.parse().unwrap(), ..row }
}

/// Imports rows for a tenant, without any mail.
pub(crate) async fn import(store: &InvoiceStore, tenant_id: &str, rows: &[Row]) {
    let tenant = domain::Tenant { id: tenant_id.to_owned(), ..tenant() };
    let mut moment = moment(tenant_id.bytes().map(u128::from).sum());
    for batch in rows.chunks(30) {
        let change = |row| InvoiceFile::import(row, &tenant, Actor::Portal, &mut moment);
        let changes: Vec<_> = batch.iter().map(change).collect();
        assert_eq!(store.create(&changes).await.unwrap(), Commit::Done);
    }
}

async fn found(store: &InvoiceStore, wanted: &InvoiceQuery, now: Timestamp) -> Vec<InvoiceLine> {
    let page = store.invoices(wanted, None, now).await.unwrap();
    assert_eq!(page.next, None, "all of it is on the first page");
    page.lines
}

async fn numbers(store: &InvoiceStore, wanted: &InvoiceQuery) -> Vec<String> {
    let lines = found(store, wanted, start_of_time()).await;
    lines.into_iter().map(|line| line.invoice.number).collect()
}

/// Three tenants' invoices; that of the other tests has four.
async fn three_tenants(table: &Table) -> InvoiceStore {
    let store = table.store();
    let ours = [
        row("INV-10", "Acme Ltd", "2026-12-03"),
        row("inv-2", "ACME Inc", "2026-12-01"),
        row("INV-2", "Zeta", "2026-12-02"),
        row("R-7", "Straße 9 ΟΔΟΣ", "2026-11-30"),
    ];
    import(&store, "northwind", &ours).await;
    import(&store, "southwind", &[row("INV-1", "Acme Ltd", "2026-12-01")]).await;
    // Its name begins like ours, and its number is one of ours.
    import(&store, "northwind#open", &[row("INV-2", "Acme Ltd", "2026-12-01")]).await;
    store
}

#[tokio::test]
async fn an_invoice_is_found_by_the_beginning_of_its_number_or_customer_in_either_case() {
    let table = Table::start().await;
    let store = three_tenants(&table).await;
    for (text, expected) in [
        ("inv-", &["INV-10", "INV-2", "inv-2"][..]),
        ("INV-2", &["INV-2", "inv-2"]),
        ("Inv-10", &["INV-10"]),
        ("acme", &["inv-2", "INV-10"]),
        ("ACME L", &["INV-10"]),
        ("z", &["INV-2"]),
        ("STRASSE", &["R-7"]),
        ("straße 9 οδος", &["R-7"]),
        ("straße 9 οδοσ", &["R-7"]),
        // In the middle is not at the beginning, and a customer's key goes on with the number.
        ("ltd", &[]),
        ("10", &[]),
        ("zeta#inv", &[]),
        ("acme ltd and sons", &[]),
    ] {
        let mut seen = numbers(&store, &search(text)).await;
        if text.to_lowercase().starts_with("inv") {
            // Two that differ by case only have no order between them.
            seen.sort();
        }
        assert_eq!(seen, expected, "{text}");
    }
}

#[tokio::test]
async fn an_invoice_whose_number_and_customer_begin_alike_is_found_once() {
    let table = Table::start().await;
    let store = table.store();
    let ours = [
        row("ACME-1", "Acme Ltd", "2026-12-01"),
        row("B-1", "Acme Ltd", "2026-12-01"),
        row("ACME-2", "Beta", "2026-12-01"),
    ];
    import(&store, "northwind", &ours).await;
    assert_eq!(numbers(&store, &search("acme")).await, ["ACME-1", "ACME-2", "B-1"]);
}

#[tokio::test]
async fn the_list_holds_what_is_open_by_date_and_nothing_of_another_tenant() {
    let table = Table::start().await;
    let store = three_tenants(&table).await;
    assert_eq!(numbers(&store, &open()).await, ["R-7", "inv-2", "INV-2", "INV-10"]);
    for other in ["northwind#", "north", "NORTHWIND", "northwind#open#"] {
        let wanted = InvoiceQuery { tenant: other.to_owned(), ..open() };
        assert!(numbers(&store, &wanted).await.is_empty(), "{other}");
    }
    let theirs = InvoiceQuery { tenant: "southwind".to_owned(), ..open() };
    assert_eq!(numbers(&store, &theirs).await, ["INV-1"]);
}

#[tokio::test]
async fn a_number_is_exact_and_read_as_it_is_now() {
    let table = Table::start().await;
    let store = three_tenants(&table).await;
    assert_eq!(numbers(&store, &number("INV-2", None)).await, ["INV-2"]);
    assert_eq!(numbers(&store, &number("inv-2", None)).await, ["inv-2"]);
    for (text, shelf) in
        [("INV", None), ("INV-1", None), ("", None), ("INV-2", Some(Shelf::Closed))]
    {
        assert!(numbers(&store, &number(text, shelf)).await.is_empty(), "{text}");
    }
    let reader = table.store();
    numbers(&reader, &number("INV-2", None)).await;
    assert_eq!(Cost::of(&reader), Cost { round_trips: 1, read_halves: 2, ..Cost::NOTHING });
}

#[tokio::test]
async fn a_paid_invoice_leaves_the_open_ones_and_is_found_among_the_closed() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let files = linked(&store, &rows(3), &mut moment).await;
    let closed = InvoiceQuery { among: Among::Shelf(Shelf::Closed), ..open() };
    assert!(numbers(&store, &closed).await.is_empty());
    for file in files.into_iter().take(2) {
        let (payment, change) = started(&file, &mut moment);
        let file = committed(&store, file, change).await;
        let change = file.apply(payment.id, &opened(), &mut moment).unwrap().unwrap();
        let file = committed(&store, file, change).await;
        let change = file.apply(payment.id, &paid(), &mut moment).unwrap().unwrap();
        committed(&store, file, change).await;
    }
    assert_eq!(numbers(&store, &open()).await, ["INV-2"]);
    assert_eq!(numbers(&store, &closed).await, ["INV-1", "INV-0"], "the newest first");
    assert_eq!(numbers(&store, &search("inv")).await, ["INV-0", "INV-1", "INV-2"]);
    let among = Among::Search { text: "inv".to_owned(), shelf: Some(Shelf::Open) };
    assert_eq!(numbers(&store, &InvoiceQuery { among, ..open() }).await, ["INV-2"]);
}

#[tokio::test]
async fn each_filter_leaves_out_what_does_not_pass_it() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let mut files = linked(&store, &rows(3), &mut moment).await;
    for (place, owner) in [(0, "operator-1"), (1, "operator-2")] {
        let file = files[place].clone();
        let change = file.assign_owner(Some(owner.to_owned()), "operator-1", &mut moment).unwrap();
        files[place] = committed(&store, file, change).await;
    }
    let change = submit("dispute", &files[2], &mut moment).unwrap().unwrap();
    committed(&store, files.remove(2), change).await;
    let owned = |owner| InvoiceQuery { owner: Some(owner), ..open() };
    let of = |status| InvoiceQuery { status: Some(status), ..open() };
    let operator = |id: &str| OwnedBy::Operator(id.to_owned());
    for (wanted, expected) in [
        (owned(operator("operator-1")), &["INV-0"][..]),
        (owned(operator("operator-2")), &["INV-1"]),
        (owned(operator("operator-3")), &[]),
        (owned(OwnedBy::Nobody), &["INV-2"]),
        (of(Status::Open), &["INV-0", "INV-1"]),
        (of(Status::Disputed), &["INV-2"]),
        (of(Status::Paid), &[]),
        (InvoiceQuery { status: Some(Status::Open), ..owned(OwnedBy::Nobody) }, &[]),
        (InvoiceQuery { owner: Some(operator("operator-1")), ..search("inv-1") }, &[]),
        (InvoiceQuery { owner: Some(operator("operator-2")), ..search("inv-1") }, &["INV-1"]),
    ] {
        assert_eq!(numbers(&store, &wanted).await, expected, "{wanted:?}");
    }
}

#[tokio::test]
async fn days_past_due_are_those_of_the_date_that_counts() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let mut files = linked(&store, &rows(2), &mut moment).await;
    let change = submit("plan", &files[0], &mut moment).unwrap().unwrap();
    let file = committed(&store, files.remove(0), change).await;
    let (case, note) = (file.cases[0].id, "Yes.".to_owned());
    let verdict = domain::review::PlanVerdict::Approve;
    let change = file.decide_plan(case, verdict, note, &by(), &mut at(1, HOUR)).unwrap();
    let agreed = committed(&store, file, change).await;
    assert_ne!(agreed.due_date(), agreed.invoice.due_date, "a plan has dates of its own");
    // Each invoice was due on 30 November; that of the plan is asked by its instalments.
    for days in [0, 1, 9, 10, 11, 400] {
        let now: Timestamp = "2026-11-30T17:00:00Z".parse().unwrap();
        let now = now + 24 * days * HOUR;
        for line in found(&store, &open(), now).await {
            let file = store.load(line.invoice.id).await.unwrap().unwrap();
            assert_eq!(line.days_overdue, file.days_overdue(now), "{days} days later");
        }
        for least in [1, 10, 30] {
            let wanted = InvoiceQuery { overdue_days: Some(least), ..open() };
            let lines = found(&store, &wanted, now).await;
            assert!(lines.iter().all(|line| line.days_overdue >= Some(least)));
            let is_there = lines.iter().any(|line| line.invoice.number == "INV-1");
            assert_eq!(is_there, days >= least, "{days} days later, at least {least}");
        }
    }
}

#[tokio::test]
async fn a_name_longer_than_any_key_is_stored_and_found() {
    let table = Table::start().await;
    let store = table.store();
    let long = "ΐ".repeat(5_000);
    import(&store, "northwind", &[row(&long, &long, "2026-12-01"), row("A", "B", "2026-12-01")])
        .await;
    assert_eq!(numbers(&store, &search(&"ΐ".repeat(100))).await.len(), 1);
    assert_eq!(numbers(&store, &search(&long)).await.len(), 1);
    assert!(numbers(&store, &search(&format!("{long}!"))).await.is_empty());
}

#[test]
fn a_place_reads_back_and_nothing_else_is_one() {
    let long = "A".repeat(10_000);
    for text in ["", "A", "next", "bA==", "é", "eA", "bAAAAAAAAAAAAAAAAAAAAAA", &long] {
        assert_eq!(InvoicePlace::parse(text), None, "{}", text.len());
    }
    for text in ["bA", "bg", "Yw"] {
        assert_eq!(InvoicePlace::parse(text).map(|place| place.to_string()).as_deref(), Some(text));
    }
}
