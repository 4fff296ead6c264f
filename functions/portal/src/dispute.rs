//! GET and POST /p/{token}/dispute: why, how much, what happened, and what shows it.
//! Must never store a file that no dispute can come of.
use domain::document::DOCUMENTS_MAX;
use domain::form::{self, Typed, Wrong};
use domain::submit::{Proposal, Submission};
use domain::{InvoiceFile, Moment, Reason};
use lambda_http::http::Method;
use lambda_http::{Request, RequestExt as _};
use platform::Fault;
use platform::http::Reply;
use platform::uploads::{Place, Uploads};

use crate::documents::{self, Filled, Tray};
use crate::multipart;
use crate::page::{Choice, DisputePage, ReasonsPage, script_hash};
use crate::submission::{self, Desk};
use crate::visit::Visit;
use crate::{Till, show};

/// What is shown of a form that came too late, in the order of the page.
const LABELS: [(&str, &str); 5] = [
    ("amount", "How much of it"),
    ("description", "What is wrong"),
    ("name", "Your name"),
    ("email", "Email"),
    ("phone", "Phone"),
];

/// Shows the form, or takes what it sends.
///
/// # Errors
/// [`Fault`] when the store or S3 does not answer; nothing is lost, sending again continues.
pub async fn handle(
    till: &Till,
    uploads: &Uploads,
    request: Request,
    moment: Moment,
) -> Result<Reply, Fault> {
    let counter = Counter { till, uploads };
    if request.method() == Method::POST {
        counter.take(&request, moment).await
    } else {
        counter.open(&request, moment).await
    }
}

/// Where a dispute is taken.
struct Counter<'a> {
    till: &'a Till,
    uploads: &'a Uploads,
}

impl Counter<'_> {
    async fn open(&self, request: &Request, mut moment: Moment) -> Result<Reply, Fault> {
        let portal = &self.till.portal;
        let visit = match Visit::read(&portal.keys, request) {
            Ok(visit) => visit,
            Err(reply) => return Ok(reply),
        };
        let link = visit.claim.link;
        let may = |file: &InvoiceFile, moment: &Moment| file.may_submit(link, moment);
        let desk = match submission::open(portal, &visit, &mut moment, may).await? {
            Ok(desk) => desk,
            Err(reply) => return Ok(reply),
        };
        let id = moment.fresh_id();
        let chosen = request.query_string_parameters_ref().and_then(|query| query.first("reason"));
        if let Some(reason) = chosen.and_then(|code| desk.tenant.reason(code)) {
            let typed = Typed(vec![("reason".to_owned(), reason.code.clone())]);
            return self.page(200, &visit, &desk, Filled::new(id, typed));
        }
        let choose = |_| Wrong { field: "reason".to_owned(), says: "Choose a reason.".to_owned() };
        let wrongs = chosen.map(choose).into_iter().collect();
        let form = desk.form(&visit, id, Typed::default(), wrongs);
        let page = ReasonsPage { form, reasons: choices(&desk) };
        show::finish(200, portal, page.render())
    }

    async fn take(&self, request: &Request, mut moment: Moment) -> Result<Reply, Fault> {
        let portal = &self.till.portal;
        let (visit, sent) = match multipart::read_form(&portal.keys, request) {
            Ok(read) => read,
            Err(reply) => return Ok(reply),
        };
        let kept = || documents::kept_text(&sent, &LABELS);
        let mut desk = match Desk::receive(portal, &visit, &moment, kept).await? {
            Ok(desk) => desk,
            Err(reply) => return Ok(reply),
        };
        let link = visit.claim.link;
        let id = submission::form_id(&sent.typed, &mut moment);
        let again = desk.file.cases.iter().any(|case| case.form == id);
        if !again && let Err(refusal) = desk.file.may_submit(link, &moment) {
            let kept = documents::kept_text(&sent, &LABELS);
            return submission::late(portal, &visit, (&desk.file, refusal), kept);
        }
        let tray = Tray {
            uploads: self.uploads,
            place: Place::of(&desk.file.invoice, link),
            kinds: kinds(desk.tenant.reason(sent.typed.get("reason"))),
            documents_max: DOCUMENTS_MAX,
            again,
        };
        let mut filled = Filled::new(id, sent.typed.clone());
        filled.gathered = tray.gather(&sent, &mut moment).await?;
        let attached = filled.gathered.kinds();
        let read = form::dispute(&sent.typed, &desk.limits(), &desk.tenant.reasons, &attached);
        let proposal = match documents::with_wrongs(read, &filled.gathered) {
            Ok(form) => Proposal::Dispute(form),
            // It was taken; what has become of it is on the invoice's page.
            Err(_) if again => return Ok(Reply::redirect(&visit.path)),
            Err(wrongs) => return self.page(422, &visit, &desk, Filled { wrongs, ..filled }),
        };
        let documents = filled.gathered.documents.clone();
        let submission = Submission { form: id, proposal, documents };
        let outcome =
            submission::submit(self.till, &visit, &desk, &submission, &mut moment).await?;
        match outcome.answer(portal, &visit, documents::kept_text(&sent, &LABELS))? {
            Ok(reply) => Ok(reply),
            Err(again) => {
                desk.file = *again.file;
                filled.wrongs = vec![again.wrong];
                self.page(422, &visit, &desk, filled)
            }
        }
    }

    fn page(
        &self,
        status: u16,
        visit: &Visit,
        desk: &Desk,
        filled: Filled,
    ) -> Result<Reply, Fault> {
        let reason = desk.tenant.reason(filled.typed.get("reason"));
        let wanted = reason.map(|reason| reason.documents.as_slice()).unwrap_or_default();
        let page = DisputePage {
            reason: reason.map(choice),
            reasons: choices(desk),
            currency: desk.file.invoice.balance.currency.code().to_owned(),
            attach: documents::attach(DOCUMENTS_MAX, wanted, &filled.gathered),
            form: desk.form(visit, filled.id, filled.typed, filled.wrongs),
        };
        let reply = show::finish(status, &self.till.portal, page.render())?;
        Ok(reply.with_script(script_hash(), self.uploads.origin()))
    }
}

fn choices(desk: &Desk) -> Vec<Choice> {
    desk.tenant.reasons.iter().map(choice).collect()
}

fn choice(reason: &Reason) -> Choice {
    Choice { code: reason.code.clone(), label: reason.label.clone() }
}

fn kinds(reason: Option<&Reason>) -> Vec<String> {
    let documents = reason.map(|reason| reason.documents.as_slice()).unwrap_or_default();
    documents.iter().map(|document| document.code.clone()).collect()
}
