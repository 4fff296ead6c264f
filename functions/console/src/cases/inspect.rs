//! GET /console/invoices/{id}/cases/{case}: a case with all of it, and what can be done about it.
//! Must never show a form that the role may not send.
use askama::Template;
use domain::{CaseKind, words::amount};
use futures_util::future;
use platform::http::Reply;
use platform::operator::Task;
use serde::Deserialize;

use super::matter::{self, Detail, Instalment, PaperView, Proof};
use super::model::{Asked, CaseFile};
use super::words::{self, Mark};
use crate::choice::Pick;
use crate::mend::Wrongs;
use crate::people::{self, Colleague};
use crate::shell::{Here, Section, Shown};
use crate::stop::{Problem, Stop};
use crate::visit::Visit;

/// What was typed into the forms of a case, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) decision: String,
    pub(crate) credited: String,
    pub(crate) note: String,
    pub(crate) text: String,
    pub(crate) wrongs: Wrongs,
}

/// A question as shown.
struct Question<'a> {
    text: &'a str,
    asked: String,
    answer: Option<Answer<'a>>,
}

/// The answer to it.
struct Answer<'a> {
    text: &'a str,
    at: String,
    papers: Vec<PaperView>,
}

/// A decision as shown.
struct Verdict<'a> {
    said: String,
    note: &'a str,
}

#[derive(Template)]
#[template(path = "case.html", whitespace = "minimize")]
struct CaseView<'a> {
    here: &'a Here,
    case: &'a CaseFile,
    /// Address of the case.
    base: String,
    kind: &'static str,
    amount: String,
    balance: String,
    due: String,
    marks: Vec<Mark>,
    sent: String,
    details: Vec<Detail>,
    instalments: Vec<Instalment>,
    proofs: Vec<Proof>,
    papers: Vec<PaperView>,
    questions: Vec<Question<'a>>,
    verdict: Option<Verdict<'a>>,
    owner: String,
    /// To whom it can be given; none if the role may not.
    owners: Option<Pick>,
    /// Whether a question can be asked now, by this role.
    ask: bool,
    /// The decisions that this role can take now.
    choices: Vec<(&'static str, &'static str)>,
    /// Why a plan cannot be approved here.
    over_limit: bool,
    draft: &'a Draft,
}

/// The page of a case.
///
/// # Errors
/// [`Stop`].
pub async fn show(visit: &Visit, invoice: &str, case: &str) -> Result<Shown, Stop> {
    let case = read(visit, invoice, case).await?;
    page(visit, &case, &Draft::default()).await
}

/// The way to a document: a link that lives for a minute.
///
/// # Errors
/// [`Stop`]; a document that is withheld says why.
pub async fn document(
    visit: &Visit,
    (invoice, case): (&str, &str),
    document: &str,
) -> Result<Shown, Stop> {
    #[derive(Deserialize)]
    struct Link {
        url: String,
    }
    let path = format!("/invoices/{invoice}/cases/{case}/documents/{document}");
    let Link { url } = visit.api.get(&path, &[]).await?;
    Ok(Reply::redirect(&url).into())
}

/// The case as the API has it.
pub(crate) async fn read(visit: &Visit, invoice: &str, case: &str) -> Result<CaseFile, Stop> {
    let is_id = |part: &str| part.len() == 26 && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_id(invoice) || !is_id(case) {
        return Err(Problem::not_found().into());
    }
    visit.api.get(&format!("/invoices/{invoice}/cases/{case}"), &[]).await
}

/// The page with what was typed before; 422 if something is wrong with it.
pub(crate) async fn page(visit: &Visit, case: &CaseFile, draft: &Draft) -> Result<Shown, Stop> {
    let (people, limit) = future::join(people::list(visit), limit(visit, case)).await;
    let section = match case.kind() {
        CaseKind::Plan | CaseKind::Promise => Section::Plans,
        CaseKind::Dispute => Section::Disputes,
    };
    let view = view(visit, case, draft, (people.as_slice(), limit));
    let title = format!("{} {}", view.kind, case.reference);
    let status = if draft.wrongs.is_empty() { 200 } else { 422 };
    Ok(Shown::page(section, title, &view)?.status(status))
}

fn view<'a>(
    visit: &'a Visit,
    case: &'a CaseFile,
    draft: &'a Draft,
    (people, limit): (&[Colleague], Option<i64>),
) -> CaseView<'a> {
    let base =
        format!("{}/console/invoices/{}/cases/{}", visit.here.root, case.invoice.id, case.id);
    let mut marks = vec![words::state(case.kind(), case.state)];
    marks.extend(matter::policy(case, limit));
    marks.extend(matter::adherence(case));
    if let domain::case::Matter::Dispute(dispute) = &case.matter
        && case.awaits_decision()
    {
        marks.push(words::sla(dispute.sla));
    }
    let may_work = visit.person.may(Task::WorkCases);
    let over_limit = case.needs_approval() && !may_exceed(visit);
    let question = |one: &'a Asked| question(visit, case, one, (people, base.as_str()));
    CaseView {
        here: &visit.here,
        kind: words::kind(case.kind()),
        amount: amount(case.amount),
        balance: amount(case.invoice.balance),
        due: words::day(case.invoice.due_date),
        marks,
        sent: visit.time_text(case.submitted_at),
        details: matter::details(case),
        instalments: matter::instalments(case),
        proofs: matter::proofs(case),
        papers: matter::papers(case, None, &base),
        questions: case.questions.iter().map(question).collect(),
        verdict: verdict(visit, case, people),
        owner: case
            .owner
            .as_deref()
            .map_or_else(|| "Nobody".to_owned(), |id| people::called(visit, people, id)),
        owners: (case.is_open && may_work).then(|| {
            people::owners(visit, people, "Who looks after this case", case.owner.as_deref())
        }),
        ask: may_work && case.awaits_question(),
        choices: choices(visit, case, over_limit),
        over_limit,
        draft,
        case,
        base,
    }
}

/// Whether the role approves plans over the limit.
pub(crate) fn may_exceed(visit: &Visit) -> bool {
    visit.person.0.may_exceed_limit()
}

/// What of decisions is offered, with its words.
fn choices(visit: &Visit, case: &CaseFile, over_limit: bool) -> Vec<(&'static str, &'static str)> {
    if !case.awaits_decision() || !visit.person.may(Task::DecideCases) {
        return Vec::new();
    }
    match case.kind() {
        CaseKind::Plan if over_limit => vec![("decline", "Decline the plan")],
        CaseKind::Plan => {
            vec![("approve", "Approve the plan"), ("decline", "Decline the plan")]
        }
        CaseKind::Dispute => vec![
            ("accept", "Accept: credit all that is disputed"),
            ("partly_accept", "Accept a part of it"),
            ("reject", "Reject: credit nothing"),
        ],
        CaseKind::Promise => Vec::new(),
    }
}

fn question<'a>(
    visit: &Visit,
    case: &CaseFile,
    one: &'a Asked,
    (people, base): (&[Colleague], &str),
) -> Question<'a> {
    let by = people::called(visit, people, &one.by);
    Question {
        text: &one.text,
        asked: format!("{by}, {}", visit.time_text(one.at)),
        answer: one.answer.as_ref().map(|answer| Answer {
            text: &answer.text,
            at: visit.time_text(answer.at),
            papers: matter::papers(case, Some(answer), base),
        }),
    }
}

fn verdict<'a>(visit: &Visit, case: &'a CaseFile, people: &[Colleague]) -> Option<Verdict<'a>> {
    let decided = case.decision.as_ref()?;
    let by = people::called(visit, people, &decided.by);
    let credited = decided.credited.filter(|credited| credited.minor > 0);
    let credited = credited.map(|one| format!(" {} was credited.", amount(one)));
    let (what, at) = (words::decided(case.state), visit.time_text(decided.at));
    let said = format!("{what}: {by}, {at}.{}", credited.unwrap_or_default());
    Some(Verdict { said, note: &decided.note })
}

/// The policy's limit in whole units, if it matters here and the role may know it.
async fn limit(visit: &Visit, case: &CaseFile) -> Option<i64> {
    #[derive(Deserialize)]
    struct Settings {
        policy: domain::Policy,
    }
    if !case.needs_approval() || !visit.person.may(Task::ReadSettings) {
        return None;
    }
    let read = visit.api.get::<Settings>("/settings", &[]).await;
    read.ok().map(|settings| settings.policy.approval_limit)
}
