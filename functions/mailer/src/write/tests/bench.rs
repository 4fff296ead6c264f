//! An invoice on a bench: cases are brought about by the domain's own verbs.
//! Must never reach a state that the product cannot.
use domain::case::Matter;
use domain::document::Content;
use domain::form::{Contact, DisputeForm, PlanForm, PromiseForm};
use domain::import;
use domain::review::{DisputeVerdict, PlanVerdict, Reviewer};
use domain::schedule::{Interval, equal};
use domain::submit::{Proposal, Reply, Submission};
use domain::{Actor, Amount, Case, Change, Currency, Document, Fact, InvoiceFile, Moment, Tenant};
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use crate::write::{Post, posts};

pub(super) const LINK: &str = "https://pay.plixo.example/p/dG9rZW4";
pub(super) const CONTACTS: [&str; 2] = ["ap@acme.example", "cfo@acme.example"];
pub(super) const TEAM: &str = "help@northwind.example";
pub(super) const TYPED: &str = "jane@acme.example";

pub(crate) struct Bench {
    pub(crate) file: InvoiceFile,
    pub(super) moment: Moment,
    pub(super) tenant: Tenant,
    /// What the timeline said of the last change.
    pub(super) facts: Vec<Fact>,
}

impl Bench {
    /// An invoice of 1,250.00 USD with two contacts and a live link.
    pub(crate) fn new() -> Self {
        let tenant = tenant();
        let file = "Invoice Number,Due Date,Balance,Contact Email,Customer Name\n\
                    INV-1,2026-11-30,1250.00,ap@acme.example;cfo@acme.example,Acme\n";
        let row = import::read(file.as_bytes(), usd(1).currency).unwrap().rows.remove(0);
        let now: Timestamp = "2026-11-23T15:00:00Z".parse().unwrap();
        let mut moment = Moment::new(now, Ulid(1 << 80));
        let (change, description) = InvoiceFile::import(&row, &tenant, Actor::Portal, &mut moment);
        let file = InvoiceFile {
            invoice: change.invoice,
            description,
            links: Vec::new(),
            payments: Vec::new(),
            cases: Vec::new(),
        };
        let mut bench = Self { file, moment, tenant, facts: Vec::new() };
        let change = bench.file.cadence_step(&mut bench.moment).unwrap();
        bench.commit(change);
        bench
    }

    fn commit(&mut self, change: Change) {
        self.facts = change.entries.iter().map(|entry| entry.fact.clone()).collect();
        self.file = self.file.clone().after(change);
    }

    /// The payer sends this, with one document and this address.
    pub(super) fn submit(mut self, proposal: Proposal) -> Self {
        let form = self.moment.fresh_id();
        let submission = Submission { form, proposal, documents: vec![document()] };
        let link = self.file.invoice.link.unwrap();
        let change = self.file.submit(link, &submission, &self.tenant, &mut self.moment);
        self.commit(change.unwrap().unwrap());
        self
    }

    pub(crate) fn plan(self, why: &str, email: &str) -> Self {
        let first = "2026-12-15".parse().unwrap();
        let instalments = equal(usd(125_000), 4, Interval::Monthly, first).unwrap();
        let contact = contact(email);
        self.submit(Proposal::Plan(PlanForm { instalments, reason: why.to_owned(), contact }))
    }

    pub(crate) fn promise(self, minor: i64) -> Self {
        self.promise_by("2026-12-15", minor)
    }

    pub(super) fn promise_by(self, date: &str, minor: i64) -> Self {
        let (date, contact) = (date.parse().unwrap(), contact(TYPED));
        let note = Some("After our <payday>".to_owned());
        self.submit(Proposal::Promise(PromiseForm { date, amount: usd(minor), note, contact }))
    }

    pub(crate) fn dispute(self, minor: i64, description: &str) -> Self {
        self.submit(Proposal::Dispute(DisputeForm {
            reason: "already_paid".to_owned(),
            amount: usd(minor),
            description: description.to_owned(),
            contact: contact(TYPED),
        }))
    }

    pub(crate) fn ask(mut self, text: &str) -> Self {
        let (case, by) = (self.case().id, reviewer());
        let change = self.file.ask(case, text.to_owned(), &by, &mut self.moment).unwrap();
        self.commit(change);
        self
    }

    pub(crate) fn answer(mut self, text: &str) -> Self {
        let form = self.moment.fresh_id();
        let reply = Reply { form, text: text.to_owned(), documents: vec![document()] };
        let link = self.file.invoice.link.unwrap();
        let change = self.file.answer(link, &reply, &self.tenant, &mut self.moment);
        self.commit(change.unwrap().unwrap());
        self
    }

    pub(super) fn decide(mut self, verdict: PlanVerdict) -> Self {
        let (case, note) = (self.case().id, "Agreed <by> phone".to_owned());
        let change = self.file.decide_plan(case, verdict, note, &reviewer(), &mut self.moment);
        self.commit(change.unwrap());
        self
    }

    pub(super) fn settle(mut self, verdict: DisputeVerdict) -> Self {
        let (case, note) = (self.case().id, "We looked it up".to_owned());
        let change = self.file.decide_dispute(case, verdict, note, &reviewer(), &mut self.moment);
        self.commit(change.unwrap());
        self
    }

    /// The clock does what is due then.
    pub(super) fn clock(mut self, at: &str) -> Self {
        self.moment.now = at.parse().unwrap();
        let change = self.file.case_step(self.case().id, &mut self.moment).unwrap();
        self.commit(change);
        self
    }

    /// The next cadence step goes out.
    pub(super) fn cadence(mut self) -> Self {
        self.moment.now += SignedDuration::from_hours(1);
        let change = self.file.cadence_step(&mut self.moment).unwrap();
        self.commit(change);
        self
    }

    /// The instalment is paid, by whatever payment.
    pub(super) fn paid(mut self, place: usize) -> Self {
        let id = self.moment.fresh_id();
        let Matter::Plan(plan) = &mut self.file.cases[0].matter else { panic!("no plan") };
        plan.instalments[place].paid_by = Some(id);
        self
    }

    pub(crate) fn case(&self) -> &Case {
        &self.file.cases[0]
    }

    /// The letters of the fact of that name in the last change.
    pub(super) fn posts(&self, name: &str) -> Vec<Post> {
        let fact = self.facts.iter().find(|fact| fact.name() == name);
        self.posts_of(fact.unwrap_or_else(|| panic!("no {name} in {:?}", self.facts)))
    }

    pub(super) fn posts_of(&self, fact: &Fact) -> Vec<Post> {
        posts(&self.file, &self.tenant, fact, Some(LINK), self.moment.now).unwrap()
    }
}

pub(crate) fn usd(minor: i64) -> Amount {
    Amount { minor, currency: Currency::parse("USD").unwrap() }
}

fn reviewer() -> Reviewer {
    Reviewer { operator: "operator-1".to_owned(), may_exceed_limit: true }
}

fn contact(email: &str) -> Contact {
    let (name, phone) = ("Jane <Roe>".to_owned(), Some("+1 212 555 0100".to_owned()));
    Contact { name, email: email.to_owned(), phone }
}

fn document() -> Document {
    Document {
        id: Ulid(9),
        kind: "proof_of_payment".to_owned(),
        name: "transfer & receipt.pdf".to_owned(),
        size_bytes: 1_363_149,
        content: Content::Pdf,
        sha256: "0".repeat(64),
        key: "documents/9".to_owned(),
        object_version: "v1".to_owned(),
    }
}

fn tenant() -> Tenant {
    Tenant {
        id: "northwind".to_owned(),
        name: "Northwind Works".to_owned(),
        brand_colour: "#0f766e".to_owned(),
        zone: "America/New_York".to_owned(),
        stripe_account: Some("acct_1".to_owned()),
        country: "US".to_owned(),
        sender: "billing@northwind.example".to_owned(),
        reply_to: TEAM.to_owned(),
        policy: domain::Policy::default(),
        reasons: domain::tenant::standard_reasons(),
        holidays: vec!["2026-11-26".parse().unwrap()],
        mail: None,
    }
}
