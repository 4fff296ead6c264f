//! What the holder of each link is offered, along the life of a plan, a promise and a dispute.
//! Must never touch a network: the domain's own verbs make the invoices.

use domain::form::{Contact, DisputeForm, PlanForm, PromiseForm};
use domain::import;
use domain::review::{DisputeVerdict, PlanVerdict, Reviewer};
use domain::schedule::{Interval, equal};
use domain::submit::{Proposal, Submission};
use domain::{
    Actor, Change, Currency, InvoiceFile, Moment, PaymentEvent, Policy, Start, Tenant, tenant,
};
use jiff::civil::date;
use platform::token::{Claim, LinkKeys};
use ulid::Ulid;

use super::*;
use crate::page::{Mark, Way};

/// An invoice of 1,250.00 USD with a live link, and what is done with it.
struct Story {
    file: InvoiceFile,
    moment: Moment,
    tenant: Tenant,
    keys: LinkKeys,
}

impl Story {
    fn new() -> Self {
        let tenant = Tenant {
            id: "northwind".into(),
            name: "Northwind Works".into(),
            brand_colour: "#0f766e".into(),
            zone: "America/New_York".into(),
            stripe_account: Some("acct_1".into()),
            country: "US".into(),
            sender: "billing@northwind.example".into(),
            reply_to: "ar@northwind.example".into(),
            policy: Policy::default(),
            reasons: tenant::standard_reasons(),
            holidays: Vec::new(),
            mail: None,
        };
        let csv = "Invoice Number,Due Date,Balance,Contact Email\n\
                   INV-1,2026-11-30,1250.00,ap@acme.example\n";
        let sheet = import::read(csv.as_bytes(), Currency::parse("USD").unwrap()).unwrap();
        let mut moment = Moment::new("2026-11-22T12:00:00Z".parse().unwrap(), Ulid(1_000));
        let (change, description) =
            InvoiceFile::import(&sheet.rows[0], &tenant, Actor::Portal, &mut moment);
        let (links, payments, cases) = (Vec::new(), Vec::new(), Vec::new());
        let file = InvoiceFile { invoice: change.invoice, description, links, payments, cases };
        let keys = LinkKeys::parse(&format!(r#"{{"current":"1","1":"{}"}}"#, "k".repeat(64)));
        let mut story = Self { file, moment, tenant, keys: keys.unwrap() };
        let change = story.file.cadence_step(&mut story.moment).unwrap();
        story.commit(change);
        story
    }

    fn commit(&mut self, change: Change) {
        self.file = self.file.clone().after(change);
    }

    fn link(&self) -> Ulid {
        self.file.invoice.link.unwrap()
    }

    fn usd(&self, minor: i64) -> Amount {
        Amount { minor, ..self.file.invoice.balance }
    }

    /// Sends a proposal through the current link and answers that link.
    fn send(&mut self, proposal: Proposal) -> Ulid {
        let link = self.link();
        let form = self.moment.fresh_id();
        let submission = Submission { form, proposal, documents: Vec::new() };
        let change = self.file.submit(link, &submission, &self.tenant, &mut self.moment);
        self.commit(change.unwrap().unwrap());
        link
    }

    fn plan(&mut self) -> Ulid {
        let balance = self.file.invoice.balance;
        let instalments = equal(balance, 4, Interval::Monthly, date(2026, 11, 24)).unwrap();
        let reason = "Our own customer pays in March.".to_owned();
        self.send(Proposal::Plan(PlanForm { instalments, reason, contact: contact() }))
    }

    fn dispute(&mut self, minor: i64) -> Ulid {
        let (amount, description) = (self.usd(minor), "Two boxes were missing.".to_owned());
        let reason = "never_received".to_owned();
        self.send(Proposal::Dispute(DisputeForm {
            reason,
            amount,
            description,
            contact: contact(),
        }))
    }

    fn decide_plan(&mut self, verdict: PlanVerdict) {
        let case = self.file.invoice.case.unwrap();
        let note = "As discussed.".to_owned();
        let change = self.file.decide_plan(case, verdict, note, &controller(), &mut self.moment);
        self.commit(change.unwrap());
    }

    fn decide_dispute(&mut self, verdict: DisputeVerdict) {
        let case = self.file.invoice.case.unwrap();
        let note = "As discussed.".to_owned();
        let change = self.file.decide_dispute(case, verdict, note, &controller(), &mut self.moment);
        self.commit(change.unwrap());
    }

    /// Lets the clock look at the open case.
    fn tick(&mut self) {
        let case = self.file.invoice.case.unwrap();
        let change = self.file.case_step(case, &mut self.moment).unwrap();
        self.commit(change);
    }

    /// Pays what is due through the current link and answers that link.
    fn pay(&mut self) -> Ulid {
        let link = self.link();
        let start = self.file.start_payment(link, &self.tenant, &mut self.moment).unwrap();
        let Start::New(payment, change) = start else { panic!("no new payment: {start:?}") };
        self.commit(*change);
        let paid = PaymentEvent::Paid {
            session: "cs_1".into(),
            stripe_payment: Some("pi_1".into()),
            received: Some(payment.amount),
        };
        let change = self.file.apply(payment.id, &paid, &mut self.moment).unwrap().unwrap();
        self.commit(change);
        link
    }

    fn visit(&self, link: Ulid) -> Visit {
        let claim = Claim { invoice: self.file.invoice.id, link };
        let token = self.keys.sign(claim).unwrap();
        let (network, visitor) = (None, crate::visitor::Visitor::Person);
        Visit { claim, path: token.clone(), token, network, visitor }
    }

    fn page(&self, link: Ulid) -> InvoicePage {
        let visit = self.visit(link);
        let state = standing::of(&self.keys, &visit, &self.file, self.moment.now).unwrap();
        invoice_page(&visit, &self.file, state, Notice::None, self.moment.now)
    }
}

fn contact() -> Contact {
    Contact { name: "Ada Byron".into(), email: "ada@acme.example".into(), phone: None }
}

fn controller() -> Reviewer {
    Reviewer { operator: "op-1".into(), may_exceed_limit: true }
}

const PAY: Way = Way::Pay { ach: true, again: false };

#[test]
fn a_plan_is_shown_from_its_proposal_to_its_last_instalment() {
    let mut story = Story::new();
    assert_eq!(story.page(story.link()).state, State::Due { ach: true });
    let first = story.plan();
    assert_eq!(story.page(first).state, State::PlanSubmitted { approval: false, asked: false });
    story.decide_plan(PlanVerdict::Approve);
    let page = story.page(first);
    assert!(
        matches!(&page.state, State::PlanActive { next, way: Way::ByMail } if next.place == "1 of 4")
    );
    assert_eq!(page.sent.unwrap().schedule[0].mark, Mark::Next);
    // Three mornings before, the first instalment's link goes out.
    story.moment.now = "2026-11-22T14:00:00Z".parse().unwrap();
    story.tick();
    let page = story.page(story.link());
    assert!(
        matches!(&page.state, State::PlanActive { next, way: PAY } if next.amount == "$312.50")
    );
    let paid_through = story.pay();
    let page = story.page(paid_through);
    let State::PartPaid { amount, next: Some(next), .. } = &page.state else {
        panic!("{:?}", page.state)
    };
    assert_eq!((amount.as_str(), next.place.as_str()), ("$312.50", "2 of 4"));
    assert_eq!(page.paid.len(), 1);
    assert_eq!(page.sent.unwrap().schedule[0].mark, Mark::Paid);
    assert_eq!(page.amount, "$937.50");
}

#[test]
fn a_declined_plan_is_explained_and_its_new_link_pays() {
    let mut story = Story::new();
    let old = story.plan();
    story.decide_plan(PlanVerdict::Decline);
    let page = story.page(story.link());
    assert_eq!(page.state, State::Due { ach: true });
    let verdict = page.verdict.unwrap();
    assert_eq!((verdict.title, verdict.note.as_deref()), ("Plan declined", Some("As discussed.")));
    assert_eq!(story.page(old).state, State::Used);
}

#[test]
fn a_promise_is_paid_through_the_link_of_its_day() {
    let mut story = Story::new();
    let (day, amount) = (date(2026, 11, 23), story.usd(50_000));
    let promise = PromiseForm { date: day, amount, contact: contact(), note: None };
    let first = story.send(Proposal::Promise(promise));
    assert!(matches!(story.page(first).state, State::Promised { way: Way::ByMail, .. }));
    story.moment.now = "2026-11-22T14:00:00Z".parse().unwrap();
    story.tick();
    let page = story.page(story.link());
    assert!(matches!(&page.state, State::Promised { way: PAY, amount, .. } if amount == "$500.00"));
    // Half is paid: the rest is due at once, through another link.
    let paid_through = story.pay();
    assert!(matches!(story.page(paid_through).state, State::PartPaid { next: None, .. }));
}

#[test]
fn whoever_disputes_a_part_can_go_on_to_pay_the_rest() {
    let mut story = Story::new();
    let first = story.dispute(25_000);
    let page = story.page(first);
    let State::Disputed { way: Way::Elsewhere { path }, rest: Some(rest), by, .. } = page.state
    else {
        panic!("{:?}", page.state)
    };
    assert_eq!((rest.as_str(), by.as_deref()), ("$1,000.00", Some("24 November 2026")));
    let claim = story.keys.verify(&path).unwrap();
    assert_eq!(claim.link, story.link());
    let page = story.page(story.link());
    assert!(matches!(page.state, State::Disputed { way: PAY, .. }));
    // Once it is paid, nobody is offered to pay it again.
    let paid_through = story.pay();
    assert!(matches!(story.page(paid_through).state, State::PartPaid { .. }));
    assert!(matches!(
        story.page(first).state,
        State::Disputed { way: Way::Nothing, rest: None, .. }
    ));
}

#[test]
fn a_question_is_shown_where_it_can_be_answered_and_mentioned_elsewhere() {
    let mut story = Story::new();
    let first = story.dispute(125_000);
    let case = story.file.invoice.case.unwrap();
    let text = "Which boxes?".to_owned();
    let change = story.file.ask(case, text.clone(), &controller(), &mut story.moment).unwrap();
    story.commit(change);
    assert_eq!(story.page(story.link()).state, State::Question { text });
    assert!(matches!(story.page(first).state, State::Disputed { asked: true, .. }));
}

#[test]
fn a_dispute_that_was_right_leaves_nothing_to_pay() {
    let mut story = Story::new();
    let first = story.dispute(125_000);
    story.decide_dispute(DisputeVerdict::Accept);
    let page = story.page(first);
    assert_eq!(page.state, State::Closed { receipt: false });
    assert_eq!(page.amount, "$1,250.00");
    assert_eq!(page.verdict.unwrap().credited.as_deref(), Some("$1,250.00"));
}

#[test]
fn a_paid_invoice_shows_the_payment_of_the_link_at_hand() {
    let mut story = Story::new();
    let first = story.dispute(25_000);
    let rest = story.pay();
    story.decide_dispute(DisputeVerdict::Reject);
    let last = story.pay();
    for (link, amount) in [(rest, "$1,000.00"), (last, "$250.00"), (first, "$250.00")] {
        let page = story.page(link);
        assert!(
            matches!(&page.state, State::Paid { amount: paid, .. } if paid == amount),
            "{amount}"
        );
        assert_eq!(page.paid.len(), 2);
    }
}
