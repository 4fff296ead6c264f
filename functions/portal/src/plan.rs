//! GET and POST /p/{token}/plan: fill in a plan, see its schedule, send it.
//! Must never take a plan that does not add up to the balance.
use domain::form::{self, PlanForm, Typed, Wrong};
use domain::submit::{Proposal, Submission};
use domain::{InvoiceFile, Moment, words};
use lambda_http::Request;
use lambda_http::http::Method;
use platform::Fault;
use platform::http::Reply;
use ulid::Ulid;

use crate::page::{Mark, NoPlanPage, Part, PlanCheckPage, PlanPage};
use crate::submission::{self, Desk, Sent};
use crate::visit::Visit;
use crate::{Till, show, view};

/// Rows for own dates on a page that is opened, and how many are added on request.
const ROWS: u16 = 4;
/// More than any policy needs, so that no form can ask for a page of any length.
const ROWS_MAX: u16 = 120;
/// The fields that are kept for a payer whose link died, as they are called on the page.
const LABELS: [(&str, &str); 9] = [
    ("count", "Number of instalments"),
    ("interval", "How often"),
    ("first", "First instalment"),
    ("date_", "Date"),
    ("amount_", "Amount"),
    ("why", "Reason"),
    ("name", "Name"),
    ("email", "Email"),
    ("phone", "Phone"),
];

/// Shows the form, the schedule that it makes, or takes the plan.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(till: &Till, request: Request, mut moment: Moment) -> Result<Reply, Fault> {
    if request.method() == Method::POST {
        return filled(till, &request, moment).await;
    }
    let portal = &till.portal;
    let visit = match Visit::read(&portal.keys, &request) {
        Ok(visit) => visit,
        Err(reply) => return Ok(reply),
    };
    let may = |file: &InvoiceFile, moment: &Moment| file.may_submit(visit.claim.link, moment);
    let desk = match submission::open(portal, &visit, &mut moment, may).await? {
        Ok(desk) => desk,
        Err(reply) => return Ok(reply),
    };
    let begun = [("terms", "equal"), ("interval", "monthly")];
    let typed = begun.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let filled = Filled { id: moment.fresh_id(), typed: Typed(typed.into()) };
    filled.page(200, till, &visit, &desk, Vec::new())
}

async fn filled(till: &Till, request: &Request, mut moment: Moment) -> Result<Reply, Fault> {
    let portal = &till.portal;
    let (visit, typed) = match Visit::read_typed(&portal.keys, request) {
        Ok(read) => read,
        Err(reply) => return Ok(reply),
    };
    let kept = || submission::kept(&typed, &LABELS);
    let desk = match Desk::receive(portal, &visit, &moment, kept).await? {
        Ok(desk) => desk,
        Err(reply) => return Ok(reply),
    };
    let read = form::plan(&typed, &desk.limits());
    let complete = typed.get("do") == "send" && read.is_ok();
    let sent = Sent { typed: &typed, labels: &LABELS, complete };
    if let Some(reply) = submission::barred(portal, &visit, &desk.file, sent, &moment)? {
        return Ok(reply);
    }
    if !complete && let Some(link) = desk.file.link(visit.claim.link) {
        view::note_opening(portal, &visit, (&desk.file, link), &mut moment).await;
    }
    let filled = Filled { id: submission::form_id(&typed, &mut moment), typed };
    match (filled.typed.get("do"), read) {
        ("edit", _) => filled.page(200, till, &visit, &desk, Vec::new()),
        ("more", _) if filled.typed.get("terms") == "own" => {
            filled.page(200, till, &visit, &desk, Vec::new())
        }
        (_, Err(wrongs)) => filled.page(422, till, &visit, &desk, wrongs),
        ("send", Ok(plan)) => send(till, &visit, desk, filled, plan, moment).await,
        (_, Ok(plan)) => filled.check(till, &visit, &desk, &plan),
    }
}

async fn send(
    till: &Till,
    visit: &Visit,
    mut desk: Desk,
    filled: Filled,
    plan: PlanForm,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let submission =
        Submission { form: filled.id, proposal: Proposal::Plan(plan), documents: Vec::new() };
    let outcome = submission::submit(till, visit, &desk, &submission, &mut moment).await?;
    let kept = submission::kept(&filled.typed, &LABELS);
    match outcome.answer(&till.portal, visit, kept)? {
        Ok(reply) => Ok(reply),
        Err(again) => {
            desk.file = *again.file;
            filled.page(422, till, visit, &desk, vec![again.wrong])
        }
    }
}

/// A form with its identifier.
struct Filled {
    id: Ulid,
    typed: Typed,
}

impl Filled {
    fn page(
        self,
        status: u16,
        till: &Till,
        visit: &Visit,
        desk: &Desk,
        wrongs: Vec<Wrong>,
    ) -> Result<Reply, Fault> {
        let limits = desk.limits();
        let possible = limits.plan_possible();
        let most = limits.policy.instalments_max;
        let rows = rows(&self.typed, &wrongs, most);
        let (least, until) = (words::amount(limits.least_instalment()), limits.plan_until());
        let form = desk.form(visit, self.id, self.typed, wrongs);
        if !possible {
            let status = if status == 200 { 200 } else { 409 };
            return show::finish(status, &till.portal, NoPlanPage { form, least }.render());
        }
        let page = PlanPage {
            form,
            rows,
            most,
            least,
            until: words::date(until),
            first_day: desk.today.to_string(),
            last_day: until.to_string(),
        };
        show::finish(status, &till.portal, page.render())
    }

    fn check(
        self,
        till: &Till,
        visit: &Visit,
        desk: &Desk,
        plan: &PlanForm,
    ) -> Result<Reply, Fault> {
        let balance = desk.file.invoice.balance;
        let policy = &desk.tenant.policy;
        let over = policy.needs_approval(balance);
        let part = |one: &domain::schedule::Instalment| Part {
            due: words::date(one.due),
            amount: words::amount(one.amount),
            mark: Mark::None,
        };
        let page = PlanCheckPage {
            schedule: plan.instalments.iter().map(part).collect(),
            approval_over: over.then(|| words::amount(policy.approval_limit(balance.currency))),
            form: desk.form(visit, self.id, self.typed, Vec::new()),
        };
        show::finish(200, &till.portal, page.render())
    }
}

/// How many rows for own dates the page shows: all that were there, and more on request.
fn rows(typed: &Typed, wrongs: &[Wrong], most: u16) -> u16 {
    let row_of = |name: &str| {
        let row = name.strip_prefix("date_").or_else(|| name.strip_prefix("amount_"));
        row.and_then(|row| row.parse::<u16>().ok())
    };
    let names = typed.0.iter().map(|(name, _)| name.as_str());
    let names = names.chain(wrongs.iter().map(|wrong| wrong.field.as_str()));
    let there = names.filter_map(row_of).max().unwrap_or(0).max(ROWS);
    let more = if typed.get("do") == "more" { ROWS } else { 0 };
    there.saturating_add(more).min(most).min(ROWS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_added_up_to_what_the_seller_accepts() {
        let typed = |fields: &[(&str, &str)]| {
            Typed(fields.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
        };
        let beyond = Wrong { field: "date_5".to_owned(), says: String::new() };
        assert_eq!(rows(&typed(&[]), &[], 12), 4);
        assert_eq!(rows(&typed(&[]), &[], 3), 3);
        assert_eq!(rows(&typed(&[("date_4", "")]), &[beyond], 12), 5);
        assert_eq!(rows(&typed(&[("amount_8", ""), ("do", "more")]), &[], 12), 12);
        assert_eq!(rows(&typed(&[("amount_60000", "")]), &[], u16::MAX), ROWS_MAX);
    }
}
