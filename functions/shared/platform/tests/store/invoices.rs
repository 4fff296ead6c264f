//! Invoices to store: imported, linked, with a payment; each verb the domain's own.
//! Must never make up a state that no verb leads to.
use domain::import::{self, Row};
use domain::{
    Actor, Amount, Change, Currency, InvoiceFile, Moment, Payment, PaymentEvent, Start, Tenant,
};
use jiff::{SignedDuration, Timestamp};
use platform::store::{Commit, InvoiceStore};
use ulid::Ulid;

pub(crate) const BALANCE_MINOR: i64 = 125_000;
pub(crate) const HOUR: SignedDuration = SignedDuration::from_hours(1);

pub(crate) fn start_of_time() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// A moment whose identifiers nobody else has.
pub(crate) fn moment(seed: u128) -> Moment {
    Moment::new(start_of_time(), Ulid((seed + 1) << 40))
}

pub(crate) fn at(seed: u128, since_start: SignedDuration) -> Moment {
    let mut moment = moment(seed);
    moment.now = start_of_time().saturating_add(since_start).unwrap();
    moment
}

pub(crate) fn usd(minor: i64) -> Amount {
    Amount { minor, currency: Currency::parse("USD").unwrap() }
}

pub(crate) fn tenant() -> Tenant {
    Tenant {
        id: "northwind".to_owned(),
        name: "Northwind Tooling".to_owned(),
        brand_colour: "#0a5f8f".to_owned(),
        zone: "America/New_York".to_owned(),
        stripe_account: Some("acct_1".to_owned()),
        country: "US".to_owned(),
        sender: "billing@northwind.example".to_owned(),
        reply_to: "help@northwind.example".to_owned(),
        policy: domain::Policy::default(),
        reasons: domain::tenant::standard_reasons(),
        holidays: Vec::new(),
        mail: None,
    }
}

/// The rows of a file with that many invoices.
pub(crate) fn rows(count: usize) -> Vec<Row> {
    let header = "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Description\n";
    let text = (0..count).fold(header.to_owned(), |text, number| {
        text + &format!("INV-{number},2026-11-30,1250.00,ap@acme.example,Acme,Drill bits\n")
    });
    import::read(text.as_bytes(), usd(1).currency).unwrap().rows
}

pub(crate) fn imported(row: &Row, moment: &mut Moment) -> (Change, String) {
    InvoiceFile::import(row, &tenant(), Actor::Operator("operator-1".to_owned()), moment)
}

/// Stores invoices whose first mail is sent: each has a live link.
pub(crate) async fn linked(
    store: &InvoiceStore,
    rows: &[Row],
    moment: &mut Moment,
) -> Vec<InvoiceFile> {
    let mut files = Vec::new();
    for batch in rows.chunks(30) {
        let changes: Vec<_> = batch.iter().map(|row| imported(row, moment)).collect();
        assert_eq!(store.create(&changes).await.unwrap(), Commit::Done);
        for (change, description) in changes {
            let file = InvoiceFile {
                invoice: change.invoice,
                description,
                links: Vec::new(),
                payments: Vec::new(),
                cases: Vec::new(),
            };
            let step = file.cadence_step(moment).unwrap();
            files.push(committed(store, file, step).await);
        }
    }
    files
}

pub(crate) async fn one_linked(store: &InvoiceStore, moment: &mut Moment) -> InvoiceFile {
    linked(store, &rows(1), moment).await.remove(0)
}

pub(crate) async fn committed(
    store: &InvoiceStore,
    file: InvoiceFile,
    change: Change,
) -> InvoiceFile {
    assert_eq!(store.commit(&change).await.unwrap(), Commit::Done);
    file.after(change)
}

/// The change that a new payment through the current link makes.
pub(crate) fn started(file: &InvoiceFile, moment: &mut Moment) -> (Payment, Change) {
    match file.start_payment(file.invoice.link.unwrap(), &tenant(), moment) {
        Ok(Start::New(payment, change)) => (*payment, *change),
        other => panic!("no new payment: {other:?}"),
    }
}

pub(crate) fn opened() -> PaymentEvent {
    PaymentEvent::CheckoutOpened {
        session: format!("cs_test_{}", "a1".repeat(29)),
        url: format!(
            "https://checkout.example/c/pay/cs_test_{}#{}",
            "a1".repeat(29),
            "fid".repeat(40)
        ),
    }
}

pub(crate) fn paid() -> PaymentEvent {
    PaymentEvent::Paid {
        session: format!("cs_test_{}", "a1".repeat(29)),
        stripe_payment: Some("pi_3QabcDEFghiJKLmno12345".to_owned()),
        received: Some(usd(BALANCE_MINOR)),
    }
}

/// The same file whichever way it came about: links, payments and cases in the order of their ids.
pub(crate) fn sorted(mut file: InvoiceFile) -> InvoiceFile {
    file.links.sort_by_key(|link| link.id);
    file.payments.sort_by_key(|payment| payment.id);
    file.cases.sort_by_key(|case| case.id);
    file
}
