//! An invoice on a bench: verbs are tried on it, and what they answer is committed.
//! Must never let a change pass that the store or a reader could not live with.
use std::collections::HashSet;

use domain::import::{self, Row};
use domain::{
    Actor, Amount, Change, Currency, Entry, InvoiceFile, Moment, Payment, PaymentEvent,
    PaymentState, Refusal, Start, Status, Tenant, Verify,
};
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

pub(crate) const SESSION: &str = "cs_test_1";
pub(crate) const BALANCE_MINOR: i64 = 125_000;

/// An invoice of 1,250.00 USD, with everything its timeline says.
#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) file: InvoiceFile,
    pub(crate) moment: Moment,
    pub(crate) entries: Vec<Entry>,
    pub(crate) tenant: Tenant,
}

impl Bench {
    /// Imported, no mail sent yet.
    pub(crate) fn imported() -> Self {
        let tenant = tenant();
        let mut moment = Moment::new(instant("2026-11-22T12:00:00Z"), Ulid(1_000));
        let (change, description) =
            InvoiceFile::import(&row(), &tenant, Actor::Portal, &mut moment);
        let file = InvoiceFile {
            invoice: change.invoice,
            description,
            links: Vec::new(),
            payments: Vec::new(),
            cases: Vec::new(),
        };
        Self { file, moment, entries: change.entries, tenant }
    }

    /// The first mail is sent: there is a live link.
    pub(crate) fn linked() -> Self {
        let mut bench = Self::imported();
        let change = bench.file.cadence_step(&mut bench.moment).unwrap();
        bench.commit(change);
        bench
    }

    pub(crate) fn commit(&mut self, change: Change) {
        assert_eq!(change.invoice.version, self.file.invoice.version + 1, "version grows by one");
        assert!(
            !change.entries.is_empty() || !change.payments.is_empty() || !change.cases.is_empty(),
            "a change says something"
        );
        // The store writes a change in one transaction, which takes no item twice.
        let mut items: Vec<Ulid> = change.links.iter().map(|link| link.id).collect();
        items.extend(change.payments.iter().map(|payment| payment.id));
        items.extend(change.cases.iter().map(|case| case.id));
        items.extend(change.entries.iter().map(|entry| entry.id));
        let distinct: HashSet<Ulid> = items.iter().copied().collect();
        assert_eq!(distinct.len(), items.len(), "each item of a change is there once");
        self.entries.extend(change.entries.clone());
        self.file = self.file.clone().after(change);
    }

    pub(crate) fn wait(&mut self, time: SignedDuration) {
        self.moment.now = self.moment.now.saturating_add(time).unwrap();
    }

    /// The current link.
    pub(crate) fn link(&self) -> Ulid {
        self.file.invoice.link.unwrap()
    }

    pub(crate) fn start(&mut self, link: Ulid) -> Result<Start, Refusal> {
        let start = self.file.start_payment(link, &self.tenant, &mut self.moment)?;
        if let Start::New(_, change) = &start {
            self.commit((**change).clone());
        }
        Ok(start)
    }

    /// A new payment through the current link, started and not yet answered.
    pub(crate) fn started(&mut self) -> Ulid {
        match self.start(self.link()) {
            Ok(Start::New(payment, _)) => payment.id,
            other => panic!("no new payment: {other:?}"),
        }
    }

    /// Puts a payment on file as if it had been started, whatever the invoice's state: the way
    /// a second one comes about is a fault outside, so no verb makes it.
    pub(crate) fn planted(&mut self, state: PaymentState) -> Ulid {
        let mut other = Self::linked();
        let id = other.started();
        let mut payment = other.file.payment(id).unwrap().clone();
        payment.id = self.moment.fresh_id();
        payment.state = state;
        payment.link = self.link();
        let id = payment.id;
        self.file.payments.push(payment);
        id
    }

    pub(crate) fn apply(&mut self, payment: Ulid, event: &PaymentEvent) -> bool {
        match self.file.apply(payment, event, &mut self.moment).unwrap() {
            Some(change) => {
                self.commit(change);
                true
            }
            None => false,
        }
    }

    pub(crate) fn regenerate(&mut self) -> Ulid {
        let operator = Actor::Operator("operator-1".to_owned());
        let change = self.file.regenerate(operator, true, &mut self.moment);
        self.commit(change);
        self.link()
    }

    pub(crate) fn payment(&self, id: Ulid) -> &Payment {
        self.file.payment(id).unwrap()
    }

    pub(crate) fn status(&self) -> Status {
        self.file.invoice.status
    }

    /// How often the timeline says that.
    pub(crate) fn count(&self, fact: &str) -> usize {
        self.entries.iter().filter(|entry| entry.fact.name() == fact).count()
    }
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
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

pub(crate) fn row() -> Row {
    let file = "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Description\n\
                INV-1,2026-11-30,1250.00,ap@acme.example,Acme,Drill bits\n";
    import::read(file.as_bytes(), usd(1).currency).unwrap().rows.remove(0)
}

pub(crate) fn opened() -> PaymentEvent {
    let url = "https://checkout.example/cs_test_1".to_owned();
    PaymentEvent::CheckoutOpened { session: SESSION.to_owned(), url }
}

pub(crate) fn processing() -> PaymentEvent {
    PaymentEvent::Processing {
        session: SESSION.to_owned(),
        stripe_payment: Some("pi_1".to_owned()),
        verify: Verify::NotNeeded,
    }
}

pub(crate) fn paid() -> PaymentEvent {
    paid_with(Some(usd(BALANCE_MINOR)))
}

pub(crate) fn paid_with(received: Option<Amount>) -> PaymentEvent {
    PaymentEvent::Paid {
        session: SESSION.to_owned(),
        stripe_payment: Some("pi_1".to_owned()),
        received,
    }
}

pub(crate) fn failed() -> PaymentEvent {
    PaymentEvent::Failed { code: "insufficient_funds".to_owned() }
}

/// A bank account that was refused when it was entered.
pub(crate) fn bank_refused() -> PaymentEvent {
    PaymentEvent::Declined { charge: "py_1".to_owned(), code: "bank_account_unusable".to_owned() }
}

pub(crate) fn declined(charge: &str) -> PaymentEvent {
    PaymentEvent::Declined { charge: charge.to_owned(), code: "generic_decline".to_owned() }
}

pub(crate) fn refunded(total_minor: i64) -> PaymentEvent {
    PaymentEvent::Refunded { total_minor }
}

pub(crate) fn chargeback_opened() -> PaymentEvent {
    PaymentEvent::ChargebackOpened { id: "dp_1".to_owned() }
}

pub(crate) fn chargeback_closed(won: bool) -> PaymentEvent {
    PaymentEvent::ChargebackClosed { id: "dp_1".to_owned(), won }
}
