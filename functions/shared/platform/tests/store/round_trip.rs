//! What was written is what is read: every kind of item, every field, every fact.
//! Must never pass a value that comes back changed, however odd it is.
use domain::form::{Contact, DisputeForm, PlanForm, PromiseForm};
use domain::payment::Receipt;
use domain::schedule::Instalment;
use domain::submit::{Proposal, Submission};
use domain::{Actor, InvoiceFile, PaymentEvent};
use jiff::Timestamp;
use platform::store::InvoiceStore;
use proptest::prelude::*;
use ulid::Ulid;

use crate::invoices::{
    HOUR, committed, imported, linked, moment, one_linked, opened, paid, rows, sorted, started,
    tenant, usd,
};
use crate::table::Table;

async fn check(store: &InvoiceStore, expected: &InvoiceFile) {
    let found = store.load(expected.invoice.id).await.unwrap().unwrap();
    assert_eq!(sorted(found), sorted(expected.clone()));
}

async fn told(
    store: &InvoiceStore,
    file: InvoiceFile,
    id: Ulid,
    event: &PaymentEvent,
) -> InvoiceFile {
    let change = file.apply(id, event, &mut moment(9)).unwrap().unwrap();
    committed(store, file, change).await
}

#[tokio::test]
async fn an_invoice_with_a_long_life_reads_back_as_it_was_at_every_step() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let (change, description) = imported(&rows(1)[0], &mut moment);
    store.create(&[(change.clone(), description.clone())]).await.unwrap();
    let (links, payments, cases) = (Vec::new(), Vec::new(), Vec::new());
    let mut file = InvoiceFile { invoice: change.invoice, description, links, payments, cases };
    check(&store, &file).await;
    let step = file.cadence_step(&mut moment).unwrap();
    file = committed(&store, file, step).await;
    check(&store, &file).await;
    let new_link = file.regenerate(Actor::Operator("operator-1".to_owned()), true, &mut moment);
    file = committed(&store, file, new_link).await;
    let asked = file.request_link(&mut moment).unwrap();
    file = committed(&store, file, asked).await;
    check(&store, &file).await;
    let (payment, change) = started(&file, &mut moment);
    file = committed(&store, file, change).await;
    let decline = |charge: &str| PaymentEvent::Declined {
        charge: charge.to_owned(),
        code: "generic_decline".to_owned(),
    };
    let processing = PaymentEvent::Processing {
        session: "cs_test_1".to_owned(),
        stripe_payment: Some("pi_1".to_owned()),
        verify: domain::Verify::At("https://payments.example/verify".to_owned()),
    };
    let dispute = || "dp_1".to_owned();
    for event in [
        opened(),
        decline("ch_1"),
        decline("ch_2"),
        processing,
        paid(),
        PaymentEvent::Refunded { total_minor: 5 },
        PaymentEvent::ChargebackOpened { id: dispute() },
        PaymentEvent::ChargebackClosed { id: dispute(), won: true },
    ] {
        file = told(&store, file, payment.id, &event).await;
        check(&store, &file).await;
    }
    let receipt = Receipt {
        key: "receipts/1.pdf".to_owned(),
        method: "Visa card ending 4242".to_owned(),
        paid_at: moment.now,
    };
    let change = file.receipt_made(payment.id, receipt, &mut moment).unwrap().unwrap();
    file = committed(&store, file, change).await;
    check(&store, &file).await;
}

#[tokio::test]
async fn every_kind_of_case_reads_back_and_is_found_by_its_clock() {
    let table = Table::start().await;
    let store = table.store();
    let mut moment = moment(0);
    let files = linked(&store, &rows(3), &mut moment).await;
    for (file, sent) in files.into_iter().zip(submissions(&mut moment)) {
        let link = file.invoice.link.unwrap();
        let change = file.submit(link, &sent, &tenant(), &mut moment).unwrap().unwrap();
        let file = committed(&store, file, change).await;
        check(&store, &file).await;
        let case = &file.cases[0];
        let next = case.next_at(&file.invoice.seller);
        let later = next.unwrap_or(moment.now) + HOUR;
        let due = store.due(platform::store::Sweep::Case, later, 10).await.unwrap();
        let found = due.iter().any(|due| due.id == case.id && due.invoice == file.invoice.id);
        assert_eq!(found, next.is_some(), "{:?}", case.kind());
    }
}

fn submissions(moment: &mut domain::Moment) -> [Submission; 3] {
    let contact = || Contact {
        name: "Ada Åshdown 😀".to_owned(),
        email: "ada@acme.example".to_owned(),
        phone: Some("+1 555 0100".to_owned()),
    };
    let half = |day: &str| Instalment { due: day.parse().unwrap(), amount: usd(62_500) };
    let plan = Proposal::Plan(PlanForm {
        instalments: vec![half("2026-12-01"), half("2028-02-29")],
        reason: "A slow\nquarter".to_owned(),
        contact: contact(),
    });
    let promise = Proposal::Promise(PromiseForm {
        date: "2026-12-01".parse().unwrap(),
        amount: usd(1),
        contact: contact(),
        note: None,
    });
    let dispute = Proposal::Dispute(DisputeForm {
        reason: "already_paid".to_owned(),
        amount: usd(125_000),
        description: "مدفوعة".to_owned(),
        contact: contact(),
    });
    let document = domain::Document {
        id: Ulid(3),
        kind: "proof_of_payment".to_owned(),
        name: "überweisung.pdf".to_owned(),
        size_bytes: u64::from(u32::MAX),
        content: domain::document::Content::Pdf,
        sha256: "ab".repeat(32),
        key: "uploads/3".to_owned(),
        object_version: "v1".to_owned(),
    };
    [plan, promise, dispute].map(|proposal| Submission {
        form: moment.fresh_id(),
        proposal,
        documents: vec![document.clone()],
    })
}

#[tokio::test]
async fn nobodys_invoice_reads_back_as_none() {
    let table = Table::start().await;
    assert_eq!(table.store().load(Ulid(7)).await.unwrap(), None);
}

#[tokio::test]
async fn the_timeline_of_an_invoice_is_what_its_changes_said_in_order() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let (payment, change) = started(&file, &mut moment);
    let file = committed(&store, file, change).await;
    let change = file.apply(payment.id, &paid(), &mut moment).unwrap().unwrap();
    committed(&store, file.clone(), change).await;
    let timeline = store.timeline(file.invoice.id).await.unwrap();
    let names: Vec<_> = timeline.iter().map(|entry| entry.fact.name()).collect();
    let expected =
        ["InvoiceImported", "LinkIssued", "CadenceStepDue", "PaymentStarted", "PaymentSettled"];
    assert_eq!(names, expected);
    assert_eq!(store.entry(file.invoice.id, Ulid(7)).await.unwrap(), None);
}

#[tokio::test]
async fn a_file_of_several_pages_is_read_whole() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let mut file = one_linked(&store, &mut moment).await;
    let (payment, mut change) = started(&file, &mut moment);
    change.payments = (0..40_u128)
        .map(|n| {
            let session = Some(format!("cs_{}", "x".repeat(60_000)));
            domain::Payment { id: Ulid(payment.id.0 + n), session, ..payment.clone() }
        })
        .collect();
    file = committed(&store, file, change).await;
    check(&store, &file).await;
    assert!(store.units().round_trips() > 3, "more than one page");
}

#[tokio::test]
async fn an_item_that_does_not_read_back_is_a_fault_that_names_it() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let pk = format!("INVOICE#{}", file.invoice.id);
    table.put(&pk, "4#payment#torn", std::collections::HashMap::new()).await;
    let fault = store.load(file.invoice.id).await.unwrap_err();
    assert!(fault.to_string().contains("4#payment#torn"), "{fault}");
    assert!(!fault.is_retryable());
}

/// One emulator for all cases; each case has an invoice of its own.
#[test]
fn faults_row_48_any_text_number_and_instant_reads_back() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let table = runtime.block_on(Table::start());
    let store = table.store();
    let text = || ".*";
    let instant = || (-62_135_596_800_i64..=253_402_207_200, 0..1_000_000_000_i32);
    let case = (text(), text(), any::<i64>(), instant(), any::<u128>());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        source_file: Some(file!()),
        ..ProptestConfig::with_cases(64)
    });
    let outcome = runner.run(&case, |(customer, description, minor, (second, nano), id)| {
        let mut moment = moment(0);
        let (mut change, _) = imported(&rows(1)[0], &mut moment);
        change.invoice.id = Ulid(id);
        change.invoice.customer = customer;
        change.invoice.balance.minor = minor;
        change.invoice.link_mail_at = Some(Timestamp::new(second, nano).unwrap());
        change.invoice.version = minor.unsigned_abs();
        change.entries.clear();
        let found = runtime.block_on(async {
            store.create(&[(change.clone(), description.clone())]).await.unwrap();
            store.load(Ulid(id)).await.unwrap().unwrap()
        });
        prop_assert_eq!(found.invoice, change.invoice);
        prop_assert_eq!(found.description, description);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[tokio::test]
async fn a_link_keeps_its_clock_and_its_end() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = linked(&store, &rows(1), &mut moment).await.remove(0);
    let link = &file.links[0];
    moment.now += HOUR;
    store.note_opening(&file, link, &mut moment).await.unwrap();
    let found = store.load(file.invoice.id).await.unwrap().unwrap();
    let expected =
        domain::Link { opened_at: Some(moment.now), last_active_at: moment.now, ..link.clone() };
    assert_eq!(found.links, [expected]);
}
