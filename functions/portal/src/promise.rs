//! GET and POST /p/{token}/promise: one amount on one day.
//! Must never take a promise of more than is owed.
use domain::form::{self, PromiseForm, Typed, Wrong};
use domain::submit::{Proposal, Submission};
use domain::{InvoiceFile, Moment, words};
use lambda_http::Request;
use lambda_http::http::Method;
use platform::Fault;
use platform::http::Reply;
use ulid::Ulid;

use crate::page::PromisePage;
use crate::submission::{self, Desk, Sent};
use crate::visit::Visit;
use crate::{Till, show, view};

/// The fields that are kept for a payer whose link died, as they are called on the page.
const LABELS: [(&str, &str); 6] = [
    ("date", "Date"),
    ("amount", "Amount"),
    ("note", "Note"),
    ("name", "Name"),
    ("email", "Email"),
    ("phone", "Phone"),
];

/// Shows the form, or takes the promise.
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
    let typed = Typed(vec![("promised".to_owned(), "full".to_owned())]);
    let filled = Filled { id: moment.fresh_id(), typed };
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
    let read = form::promise(&typed, &desk.limits());
    let sent = Sent { typed: &typed, labels: &LABELS, complete: read.is_ok() };
    if let Some(reply) = submission::barred(portal, &visit, &desk.file, sent, &moment)? {
        return Ok(reply);
    }
    if read.is_err()
        && let Some(link) = desk.file.link(visit.claim.link)
    {
        view::note_opening(portal, &visit, (&desk.file, link), &mut moment).await;
    }
    let filled = Filled { id: submission::form_id(&typed, &mut moment), typed };
    match read {
        Err(wrongs) => filled.page(422, till, &visit, &desk, wrongs),
        Ok(promise) => send(till, &visit, desk, filled, promise, moment).await,
    }
}

async fn send(
    till: &Till,
    visit: &Visit,
    mut desk: Desk,
    filled: Filled,
    promise: PromiseForm,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let proposal = Proposal::Promise(promise);
    let submission = Submission { form: filled.id, proposal, documents: Vec::new() };
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
        let until = desk.limits().promise_until();
        let page = PromisePage {
            form: desk.form(visit, self.id, self.typed, wrongs),
            until: words::date(until),
            first_day: desk.today.to_string(),
            last_day: until.to_string(),
        };
        show::finish(status, &till.portal, page.render())
    }
}
