//! Every fact by every actor is on the timeline as it was told.
//! Must never leave out a kind: the compiler asks for its place in the chain.
use domain::case::SlaState;
use domain::fact::{LetterKind, LinkMailReason};
use domain::{Actor, Amount, CaseKind, CaseState, Currency, Entry, Fact};
use ulid::Ulid;

use crate::invoices::{imported, moment, rows, usd};
use crate::table::Table;

/// Facts chained so that a new kind cannot be left out: the compiler asks for its place.
fn next(fact: &Fact) -> Option<Fact> {
    let (link, payment) = (Ulid(11), Ulid(12));
    let (amount, to) = (usd(i64::MAX), "a•••@acme.example".to_owned());
    let euros = Amount { minor: i64::MIN, currency: Currency::parse("EUR").unwrap() };
    let (code, dispute) = ("generic_decline".to_owned(), "dp_1".to_owned());
    let stripe_payment = Some("pi_1".to_owned());
    Some(match fact {
        Fact::InvoiceImported { .. } => Fact::CadenceStepDue { step: u8::MAX, link },
        Fact::CadenceStepDue { .. } => {
            Fact::LinkMailDue { link, reason: LinkMailReason::Requested }
        }
        Fact::LinkMailDue { .. } => Fact::MailSent { letter: LetterKind::Cadence, to },
        Fact::MailSent { .. } => Fact::MailFailed { letter: LetterKind::PaidTwice, to },
        Fact::MailFailed { .. } => Fact::LinkOpened { link },
        Fact::LinkOpened { .. } => Fact::LinkIssued { link },
        Fact::LinkIssued { .. } => Fact::LinkRegenerated { link, replaced: link },
        Fact::LinkRegenerated { .. } => Fact::LinkExpired { link },
        Fact::LinkExpired { .. } => Fact::PaymentStarted { payment, amount },
        Fact::PaymentStarted { .. } => Fact::CheckoutExpired { payment },
        Fact::CheckoutExpired { .. } => Fact::PaymentDeclined { payment, code },
        Fact::PaymentDeclined { .. } => Fact::PaymentProcessing { payment },
        Fact::PaymentProcessing { .. } => Fact::PaymentSettled { payment, amount, stripe_payment },
        Fact::PaymentSettled { .. } => Fact::PaymentFailed { payment, code },
        Fact::PaymentFailed { .. } => Fact::PaymentMismatched {
            payment,
            expected: amount,
            received: Some(euros),
            stripe_payment,
        },
        Fact::PaymentMismatched { .. } => {
            Fact::PaymentDuplicated { payment, amount, stripe_payment: None }
        }
        Fact::PaymentDuplicated { .. } => {
            Fact::PaymentRefunded { payment, total: euros, stripe_payment }
        }
        Fact::PaymentRefunded { .. } => Fact::ChargebackOpened { payment, dispute },
        Fact::ChargebackOpened { .. } => Fact::ChargebackClosed { payment, dispute, won: false },
        Fact::ChargebackClosed { .. } => Fact::ReceiptMade { payment },
        Fact::ReceiptMade { .. } => Fact::InvoiceAssigned { owner: Some("operator-2".to_owned()) },
        Fact::InvoiceAssigned { .. } => {
            Fact::NoticeClosed { notice: payment, what: "MailFailed".to_owned() }
        }
        Fact::NoticeClosed { .. }
        | Fact::PlanSubmitted { .. }
        | Fact::PromiseMade { .. }
        | Fact::DisputeSubmitted { .. }
        | Fact::CaseAssigned { .. }
        | Fact::InformationRequested { .. }
        | Fact::InformationAdded { .. }
        | Fact::PlanApproved { .. }
        | Fact::PlanDeclined { .. }
        | Fact::DisputeDecided { .. }
        | Fact::SlaMoved { .. }
        | Fact::InstalmentDue { .. }
        | Fact::InstalmentPaid { .. }
        | Fact::InstalmentMissed { .. }
        | Fact::PromiseDue { .. }
        | Fact::PromiseMissed { .. }
        | Fact::CaseClosed { .. } => return next_of_a_case(fact),
    })
}

/// The same for facts about plans, promises and disputes.
fn next_of_a_case(fact: &Fact) -> Option<Fact> {
    let (case, link, payment, number) = (Ulid(13), Ulid(11), Ulid(12), u16::MAX);
    let (amount, kind) = (usd(i64::MAX), CaseKind::Plan);
    let dispute = CaseKind::Dispute;
    Some(match fact {
        Fact::NoticeClosed { .. } => {
            Fact::PlanSubmitted { case, kind, amount, instalments: 12, needs_approval: true }
        }
        Fact::PlanSubmitted { .. } => {
            let date = "9999-12-31".parse().unwrap();
            Fact::PromiseMade { case, kind: CaseKind::Promise, amount, date }
        }
        Fact::PromiseMade { .. } => {
            let reason = "already_paid".to_owned();
            Fact::DisputeSubmitted { case, kind: dispute, amount, reason, documents: 10 }
        }
        Fact::DisputeSubmitted { .. } => Fact::CaseAssigned { case, kind, owner: None },
        Fact::CaseAssigned { .. } => Fact::InformationRequested { case, kind, link },
        Fact::InformationRequested { .. } => Fact::InformationAdded { case, kind, documents: 0 },
        Fact::InformationAdded { .. } => Fact::PlanApproved { case, kind },
        Fact::PlanApproved { .. } => Fact::PlanDeclined { case, kind, link },
        Fact::PlanDeclined { .. } => {
            let (outcome, credited) = (CaseState::PartlyAccepted, Some(amount));
            Fact::DisputeDecided { case, kind: dispute, outcome, credited, link: None }
        }
        Fact::DisputeDecided { .. } => {
            Fact::SlaMoved { case, kind: dispute, state: SlaState::AtRisk }
        }
        Fact::SlaMoved { .. } => Fact::InstalmentDue { case, kind, number, link },
        Fact::InstalmentDue { .. } => Fact::InstalmentPaid { case, kind, number, payment },
        Fact::InstalmentPaid { .. } => Fact::InstalmentMissed { case, kind, number },
        Fact::InstalmentMissed { .. } => Fact::PromiseDue { case, kind, link },
        Fact::PromiseDue { .. } => Fact::PromiseMissed { case, kind },
        Fact::PromiseMissed { .. } => Fact::CaseClosed { case, kind, outcome: CaseState::Settled },
        _ => return None,
    })
}

#[tokio::test]
async fn every_fact_by_every_actor_reads_back_from_the_timeline() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let (change, _) = imported(&rows(1)[0], &mut moment);
    let actors = [Actor::Payer, Actor::Operator("ünï".to_owned()), Actor::Stripe, Actor::Portal];
    let mut expected = Vec::new();
    let mut fact = Some(Fact::InvoiceImported { balance: usd(1) });
    while let Some(this) = fact {
        for actor in actors.clone() {
            expected.push(Entry::new(&change.invoice, &mut moment, actor, this.clone()));
        }
        fact = next(&this);
    }
    for entry in &expected {
        store.append_once(entry).await.unwrap();
        assert_eq!(store.entry(entry.invoice, entry.id).await.unwrap().as_ref(), Some(entry));
    }
    assert_eq!(store.timeline(change.invoice.id).await.unwrap(), expected);
}

#[test]
fn a_fact_about_a_case_names_it_and_its_kind_where_the_bus_looks_for_it() {
    let mut fact = Some(Fact::NoticeClosed { notice: Ulid(1), what: String::new() });
    let mut told = 0;
    while let Some(this) = fact.as_ref().and_then(next) {
        let published = serde_json::to_value(&this).unwrap();
        assert_eq!(this.case(), Some(Ulid(13)), "{}", this.name());
        assert_eq!(published["name"], this.name());
        let kind = published["data"]["kind"].as_str();
        assert!(kind.is_some_and(|kind| ["plan", "promise", "dispute"].contains(&kind)));
        told += 1;
        fact = Some(this);
    }
    assert_eq!(told, 16);
}
