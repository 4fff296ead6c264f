//! Where an invoice stands for the holder of one of its links.
//! Must never offer to pay through a link that has carried its outcome.
use domain::case::{Dispute, Matter, Plan};
use domain::form::Limits;
use domain::{
    Case, CaseState, InvoiceFile, Link, LinkState, Payment, PaymentState, Policy, Refusal, Status,
    words,
};
use jiff::{SignedDuration, Timestamp};
use platform::Fault;
use platform::token::{Claim, LinkKeys};
use ulid::Ulid;

use crate::page::{Instalment, Offers, State, Way};
use crate::visit::Visit;

/// The state of the page that a link opens.
pub(super) fn of(
    keys: &LinkKeys,
    visit: &Visit,
    file: &InvoiceFile,
    now: Timestamp,
) -> Result<State, Fault> {
    let here = visit.claim.link;
    let lives = file.link(here).is_some_and(|link| link.is_live(now));
    let question = file.open_case().and_then(Case::open_question).filter(|_| lives);
    if let Some(question) = question {
        // Also while a bank is moving money: this link was mailed to be answered.
        return Ok(State::Question { text: question.text.clone() });
    }
    match file.invoice.status {
        Status::UnderReview => Ok(State::UnderReview),
        Status::Processing => Ok(processing(file, now)),
        Status::Paid => Ok(paid(file, here, now)),
        Status::Closed => Ok(State::Closed {
            receipt: payment_through(file, here).is_some_and(|one| one.receipt.is_some()),
        }),
        Status::Open
        | Status::PlanSubmitted
        | Status::PlanActive
        | Status::Promised
        | Status::Disputed => match payment_through(file, here) {
            Some(payment) if !lives => Ok(part_paid(file, payment, now)),
            _ if file.invoice.status == Status::Open && lives => Ok(open(file, now)),
            _ if file.invoice.status == Status::Open => Ok(State::Used),
            _ => {
                let gone = || Fault::Item("the invoice's open case is gone".to_owned());
                let case = file.open_case().ok_or_else(gone)?;
                let way = match way(file, lives, now) {
                    Way::Nothing => elsewhere(keys, visit, file, case, now)?,
                    way => way,
                };
                Ok(held(file, case, by_mail(file, way, lives), now))
            }
        },
    }
}

/// What is offered beside paying: what could be accepted at all. How far this seller goes
/// is in its settings, which the form's own page reads.
pub(super) fn offers(file: &InvoiceFile) -> Offers {
    let any = Policy { instalment_min: 0, ..Policy::default() };
    let invoice = &file.invoice;
    let limits = Limits { balance: invoice.balance, today: invoice.due_date, policy: &any };
    Offers { plan: limits.plan_possible(), promise: invoice.balance.to_stripe().is_ok() }
}

/// Whether a payment brought money for the invoice.
pub(super) fn is_money(payment: &Payment) -> bool {
    payment.state == PaymentState::Paid && !payment.duplicate
}

/// The payment that a link has carried.
pub(crate) fn payment_through(file: &InvoiceFile, link: Ulid) -> Option<&Payment> {
    file.payments.iter().find(|one| one.link == link && is_money(one))
}

fn processing(file: &InvoiceFile, now: Timestamp) -> State {
    let payment = file.live_payment();
    let since = payment.and_then(|payment| payment.settled_at).unwrap_or(now);
    State::Processing {
        since: words::date_of(since, &file.invoice.seller),
        amount: payment.map_or(file.invoice.balance, |payment| payment.amount).number(),
        verify_url: payment.and_then(|payment| payment.verify_url.clone()),
    }
}

fn paid(file: &InvoiceFile, here: Ulid, now: Timestamp) -> State {
    let last = || file.invoice.paid_by.and_then(|id| file.payment(id));
    let payment = payment_through(file, here).or_else(last);
    let on = payment.and_then(|payment| payment.settled_at).unwrap_or(now);
    State::Paid {
        on: words::date_of(on, &file.invoice.seller),
        amount: payment.map_or(file.billed(), |payment| payment.amount).number(),
        receipt: payment.is_some_and(|payment| payment.receipt.is_some()),
        refunded: payment.and_then(refunded),
        twice: file.payments.iter().any(|payment| payment.duplicate),
    }
}

fn part_paid(file: &InvoiceFile, payment: &Payment, now: Timestamp) -> State {
    let on = payment.settled_at.unwrap_or(now);
    let plan = file.open_case().and_then(|case| match &case.matter {
        Matter::Plan(plan) => Some(plan),
        Matter::Promise(_) | Matter::Dispute(_) => None,
    });
    State::PartPaid {
        on: words::date_of(on, &file.invoice.seller),
        amount: words::amount(payment.taken()),
        receipt: payment.receipt.is_some(),
        refunded: refunded(payment),
        next: plan.and_then(next_of),
    }
}

fn open(file: &InvoiceFile, now: Timestamp) -> State {
    match way(file, true, now) {
        Way::Pay { ach, again: true } => State::CheckoutOpen { ach },
        Way::Pay { ach, again: false } => State::Due { ach },
        Way::BelowMinimum { minimum } => State::BelowMinimum { minimum },
        Way::CannotPay | Way::Nothing | Way::ByMail | Way::Elsewhere { .. } => State::CannotPay,
    }
}

/// The state of an invoice whose case is open.
fn held(file: &InvoiceFile, case: &Case, way: Way, now: Timestamp) -> State {
    let asked = case.open_question().is_some();
    match &case.matter {
        Matter::Plan(plan) => match next_of(plan) {
            Some(next) if case.state == CaseState::Active => State::PlanActive { next, way },
            _ => State::PlanSubmitted { approval: plan.needs_approval, asked },
        },
        Matter::Promise(promise) => State::Promised {
            on: words::date(promise.date),
            amount: words::amount(promise.amount),
            way,
        },
        Matter::Dispute(dispute) => State::Disputed {
            amount: words::amount(dispute.amount),
            by: answered_by(file, dispute, now),
            rest: file.undisputed(case).filter(|rest| rest.minor > 0).map(words::amount),
            way,
            asked,
        },
    }
}

/// How what is due now is paid through the link at hand.
fn way(file: &InvoiceFile, lives: bool, now: Timestamp) -> Way {
    if !lives {
        return Way::Nothing;
    }
    match file.payable() {
        Ok(_) => Way::Pay {
            ach: file.ach_offered(&file.invoice.seller.country),
            again: checkout_is_open(file, now),
        },
        Err(Refusal::BelowMinimum(minimum)) => Way::BelowMinimum { minimum: minimum.to_string() },
        Err(Refusal::NotPayable) => Way::CannotPay,
        Err(_) => Way::Nothing,
    }
}

/// Whoever wants to pay before the next link comes can have one mailed.
fn by_mail(file: &InvoiceFile, way: Way, lives: bool) -> Way {
    let nothing_here = way == Way::Nothing && !lives;
    if nothing_here && file.payable().is_ok() { Way::ByMail } else { way }
}

/// Whoever disputed a part can go on to pay the rest: the link was spent by the dispute, and
/// its successor lives.
fn elsewhere(
    keys: &LinkKeys,
    visit: &Visit,
    file: &InvoiceFile,
    case: &Case,
    now: Timestamp,
) -> Result<Way, Fault> {
    let spent_by_it = |link: &Link| {
        link.state == LinkState::Spent
            && (case.link == link.id || link.created_at >= case.submitted_at)
    };
    let came_through = file.link(visit.claim.link).is_some_and(spent_by_it);
    let disputed = matches!(case.matter, Matter::Dispute(_));
    // Issued with the dispute or an answer; one that was issued since is for its mail only.
    let answers = case.questions.iter().filter_map(|question| question.answer.as_ref());
    let own = |link: &&Link| {
        let at = link.created_at;
        at == case.submitted_at || answers.clone().any(|answer| answer.at == at)
    };
    let current = file.invoice.link.and_then(|id| file.link(id)).filter(own);
    match current.filter(|link| link.is_live(now)) {
        Some(current) if came_through && disputed && file.payable().is_ok() => {
            let claim = Claim { invoice: file.invoice.id, link: current.id };
            Ok(Way::Elsewhere { path: visit.path_of(&keys.sign(claim)?) })
        }
        _ => Ok(Way::Nothing),
    }
}

fn checkout_is_open(file: &InvoiceFile, now: Timestamp) -> bool {
    file.live_payment().is_some_and(|payment| {
        payment.state == PaymentState::Open && !payment.cancel && now < payment.checkout_ends_at
    })
}

fn next_of(plan: &Plan) -> Option<Instalment> {
    let (index, one) = plan.next()?;
    Some(Instalment {
        place: format!("{} of {}", index.saturating_add(1), plan.instalments.len()),
        amount: words::amount(one.amount),
        due: words::date(one.due),
        missed: one.missed,
    })
}

/// The last day of the deadline, as long as it is not over.
fn answered_by(file: &InvoiceFile, dispute: &Dispute, now: Timestamp) -> Option<String> {
    let late_at = dispute.deadline.late_at;
    let last = late_at.saturating_sub(SignedDuration::from_secs(1)).ok()?;
    (now < late_at).then(|| words::date_of(last, &file.invoice.seller))
}

fn refunded(payment: &Payment) -> Option<String> {
    let refunded = domain::Amount { minor: payment.refunded_minor, ..payment.amount };
    (refunded.minor > 0).then(|| refunded.to_string())
}
