//! What plans, promises and disputes cost, in DynamoDB's own units; the figures are printed.
//! Must never grow unseen: a figure here is a promise of the README.
use domain::queue::QueueLine;
use domain::review::PlanVerdict;
use domain::{CaseState, InvoiceFile};
use platform::store::{Commit, Decided, QueueQuery, Shelf};

use crate::crash_cases::{KINDS, after, by, submit};
use crate::invoices::{HOUR, at, moment, one_linked};
use crate::table::{Cost, Table};

fn print(work: &str, cost: Cost) {
    println!("{work}: {cost}");
}

fn wrote(write_halves: u64) -> Cost {
    Cost { round_trips: 1, write_halves, ..Cost::NOTHING }
}

#[tokio::test]
async fn a_submission_is_one_transaction_and_its_repetition_writes_nothing() {
    // The invoice, its link, the case and the entry, and what the index holds of them. Only a
    // plan waits for no clock until it is agreed.
    for (kind, write_halves) in KINDS.into_iter().zip([22, 24, 24]) {
        let table = Table::start().await;
        let file = one_linked(&table.store(), &mut moment(0)).await;
        let store = table.store();
        let mut one = at(1, HOUR);
        let take = |file: &InvoiceFile| submit(kind, file, &mut one);
        let decided = store.decide_on(file, take).await.unwrap();
        let invoice = committed(&decided).invoice.id;
        print(kind, Cost::of(&store));
        assert_eq!(Cost::of(&store), wrote(write_halves), "{kind}");
        let again = table.store();
        let mut two = at(2, HOUR);
        let decided = again.decide(invoice, |file| submit(kind, file, &mut two)).await.unwrap();
        assert!(matches!(decided, Decided::Unchanged(_)), "{decided:?}");
        assert_eq!(
            Cost::of(&again),
            Cost { round_trips: 1, read_halves: 2, ..Cost::NOTHING },
            "{kind}: a double click reads and writes nothing"
        );
    }
}

fn committed(decided: &Decided) -> &InvoiceFile {
    match decided {
        Decided::Committed(file) => file,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_view_of_an_invoice_with_a_case_is_one_round_trip_and_one_read_unit() {
    for kind in KINDS {
        let table = Table::start().await;
        let file = one_linked(&table.store(), &mut moment(0)).await;
        let change = submit(kind, &file, &mut at(1, HOUR)).unwrap().unwrap();
        assert_eq!(table.store().commit(&change).await.unwrap(), Commit::Done);
        let view = table.store();
        let found = view.load(file.invoice.id).await.unwrap().unwrap();
        assert_eq!(found.cases.len(), 1);
        print(&format!("view of a {kind}"), Cost::of(&view));
        let once = Cost { round_trips: 1, read_halves: 2, ..Cost::NOTHING };
        assert_eq!(Cost::of(&view), once, "{kind}");
    }
}

#[tokio::test]
async fn a_decision_is_one_transaction() {
    let table = Table::start().await;
    let file = after(&table.store(), &[|file, now| submit("plan", file, now)]).await;
    let case = file.cases[0].id;
    let store = table.store();
    let mut then = at(2, HOUR * 2);
    let approve = |file: &InvoiceFile| {
        let note = "As agreed.".to_owned();
        file.decide_plan(case, PlanVerdict::Approve, note, &by(), &mut then).map(Some)
    };
    let decided = store.decide_on(file, approve).await.unwrap();
    assert_eq!(committed(&decided).cases[0].state, CaseState::Active);
    print("plan approved", Cost::of(&store));
    // One of these units: what an operator did stands in the index of the audit.
    assert_eq!(Cost::of(&store), wrote(18));
}

#[tokio::test]
async fn a_line_is_one_transaction_and_a_page_of_the_queue_one_query() {
    let table = Table::start().await;
    let file = after(&table.store(), &[|file, now| submit("plan", file, now)]).await;
    let line = QueueLine::of(&file, &file.cases[0], moment(3).now);
    let store = table.store();
    assert_eq!(store.file_line(&line).await.unwrap(), Commit::Done);
    print("line filed", Cost::of(&store));
    assert_eq!(Cost::of(&store), wrote(8), "put in one half, taken out of the other");
    let reader = table.store();
    let wanted = QueueQuery {
        tenant: "northwind".to_owned(),
        queue: domain::queue::Queue::Plans,
        shelf: Shelf::Open,
        owner: None,
        reason: None,
        sla: None,
        kind: None,
        limit: 50,
    };
    assert_eq!(reader.queue(&wanted, None).await.unwrap().lines, [line]);
    print("a page of the queue", Cost::of(&reader));
    assert_eq!(Cost::of(&reader), Cost { round_trips: 1, read_halves: 1, ..Cost::NOTHING });
}
