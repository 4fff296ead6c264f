//! GET and POST /p/{token}/answer: the seller's question, and the payer's answer to it.
//! Must never show a question to whoever cannot answer it.
use domain::document::{CASE_DOCUMENTS_MAX, DOCUMENTS_MAX};
use domain::form;
use domain::submit;
use domain::tenant::Evidence;
use domain::{Case, InvoiceFile, Moment};
use lambda_http::Request;
use lambda_http::http::Method;
use platform::Fault;
use platform::http::Reply;
use platform::uploads::{Place, Uploads};
use ulid::Ulid;

use crate::documents::{self, Filled, Tray};
use crate::multipart;
use crate::page::{AnswerPage, script_hash};
use crate::submission::{self, Desk};
use crate::visit::Visit;
use crate::{Till, show};

/// What is shown of an answer that came too late.
const LABELS: [(&str, &str); 1] = [("answer", "Your answer")];

/// Shows the question, or takes the answer.
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

/// Where an answer is taken.
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
        let may = |file: &InvoiceFile, moment: &Moment| file.may_answer(link, moment);
        let desk = match submission::open(portal, &visit, &mut moment, may).await? {
            Ok(desk) => desk,
            Err(reply) => return Ok(reply),
        };
        let id = moment.fresh_id();
        self.page(200, &visit, &desk, Filled::new(id, form::Typed::default()))
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
        let again = was_taken(&desk.file, id);
        if !again && let Err(refusal) = desk.file.may_answer(link, &moment) {
            let kept = documents::kept_text(&sent, &LABELS);
            return submission::late(portal, &visit, (&desk.file, refusal), kept);
        }
        let tray = Tray {
            uploads: self.uploads,
            place: Place::of(&desk.file.invoice, link),
            kinds: asked_for(&desk.file).iter().map(|one| one.code.clone()).collect(),
            documents_max: if again { DOCUMENTS_MAX } else { room(&desk.file) },
            again,
        };
        let mut filled = Filled::new(id, sent.typed.clone());
        filled.gathered = tray.gather(&sent, &mut moment).await?;
        let documents = filled.gathered.documents.clone();
        let read = form::answer(&sent.typed, documents.len());
        let text = match documents::with_wrongs(read, &filled.gathered) {
            Ok(text) => text,
            // It was taken; what has become of it is on the invoice's page.
            Err(_) if again => return Ok(Reply::redirect(&visit.path)),
            Err(wrongs) => return self.page(422, &visit, &desk, Filled { wrongs, ..filled }),
        };
        let reply = submit::Reply { form: id, text, documents };
        let answer = |file: &InvoiceFile| file.answer(link, &reply, &desk.tenant, &mut moment);
        let decided = portal.store.decide_on(desk.file.clone(), answer).await?;
        let outcome = submission::outcome(self.till, decided, &mut moment).await?;
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
        let Some(case) = desk.file.open_case() else { return Ok(Reply::redirect(&visit.path)) };
        let question = case.questions.last().map(|question| question.text.as_str());
        let page = AnswerPage {
            question: question.unwrap_or_default().lines().map(str::to_owned).collect(),
            about: case.reference(),
            attach: documents::attach(room(&desk.file), &asked_for(&desk.file), &filled.gathered),
            form: desk.form(visit, filled.id, filled.typed, filled.wrongs),
        };
        let reply = show::finish(status, &self.till.portal, page.render())?;
        Ok(reply.with_script(script_hash(), self.uploads.origin()))
    }
}

fn was_taken(file: &InvoiceFile, form: Ulid) -> bool {
    let questions = file.cases.iter().flat_map(|case| &case.questions);
    questions.filter_map(|question| question.answer.as_ref()).any(|answer| answer.form == form)
}

/// Documents that the reason asks for, also those that came: one that the scanner has found
/// infected has to come again.
fn asked_for(file: &InvoiceFile) -> Vec<Evidence> {
    let evidence = file.open_case().map(Case::evidence).unwrap_or_default().iter();
    let optional = |one: &Evidence| format!("{} (optional)", one.label);
    evidence.map(|one| Evidence { label: optional(one), code: one.code.clone() }).collect()
}

/// Documents that can still come.
fn room(file: &InvoiceFile) -> usize {
    let there = file.open_case().map_or(0, |case| case.all_documents().count());
    CASE_DOCUMENTS_MAX.saturating_sub(there).min(DOCUMENTS_MAX)
}
