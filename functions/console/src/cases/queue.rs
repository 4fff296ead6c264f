//! GET /console/plans and /console/disputes: a queue with its filters.
//! Must never hide that a filter is on, nor that more pages follow.
use askama::Template;
use domain::CaseState;
use domain::queue::Queue;
use futures_util::future;
use platform::operator::Task;
use serde::Deserialize;

use super::model::{Line, QueuePage};
use super::words::{self, Feel, Mark};
use crate::choice::Pick;
use crate::people::{self, Colleague};
use crate::shell::{Section, Shown};
use crate::stop::Stop;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "queue.html", whitespace = "minimize")]
struct QueueView {
    heading: &'static str,
    picks: Vec<Pick>,
    rows: Vec<Row>,
    /// The next page, if there is one.
    next: Option<String>,
    /// Whether this is not the first page.
    later: bool,
}

/// A page of a queue.
///
/// # Errors
/// [`Stop`].
pub async fn show(visit: &Visit, queue: Queue) -> Result<Shown, Stop> {
    let wanted = Wanted::of(visit);
    let query = wanted.query(queue);
    let page = visit.api.get::<QueuePage>("/cases", &query);
    let names = ReasonNames::read(visit, queue);
    let (page, people, reasons) = future::join3(page, people::list(visit), names).await;
    let page = page?;
    let desk = Desk { visit, people, reasons };
    let (section, heading) = match queue {
        Queue::Plans => (Section::Plans, "Plans and promises"),
        Queue::Disputes => (Section::Disputes, "Disputes"),
    };
    let view = QueueView {
        heading,
        picks: wanted.picks(queue, &desk),
        rows: page.cases.iter().map(|line| desk.row(line)).collect(),
        next: page.next.as_deref().map(|cursor| wanted.href(queue, cursor)),
        later: !wanted.cursor.is_empty(),
    };
    Shown::page(section, heading, &view)
}

/// What lines are written with: who looks, and what ids and codes are called.
struct Desk<'a> {
    visit: &'a Visit,
    people: Vec<Colleague>,
    reasons: ReasonNames,
}

/// One line as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) href: String,
    pub(crate) reference: String,
    pub(crate) kind: &'static str,
    pub(crate) number: String,
    pub(crate) customer: String,
    pub(crate) amount: String,
    /// Where it stands, then what to look at.
    pub(crate) marks: Vec<Mark>,
    /// Why, and what is to happen when; may be empty.
    pub(crate) due: String,
    pub(crate) age: String,
    pub(crate) owner: String,
}

/// What was chosen in the filters, as the address has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) owner: String,
    pub(crate) state: String,
    pub(crate) kind: String,
    pub(crate) reason: String,
    pub(crate) sla: String,
    pub(crate) cursor: String,
}

/// The reasons of disputes, to be called by their names.
#[derive(Clone, Debug, Default, Deserialize)]
struct ReasonNames {
    reasons: Vec<ReasonName>,
}

#[derive(Clone, Debug, Deserialize)]
struct ReasonName {
    code: String,
    label: String,
}

impl ReasonNames {
    /// Those of the settings, for who may read them. Without them the codes have to do.
    async fn read(visit: &Visit, queue: Queue) -> Self {
        if queue != Queue::Disputes || !visit.person.may(Task::ReadSettings) {
            return Self::default();
        }
        visit.api.get("/settings", &[]).await.unwrap_or_default()
    }

    fn called(&self, code: &str) -> String {
        let known = self.reasons.iter().find(|one| one.code == code);
        known.map_or_else(|| code.replace('_', " "), |one| one.label.clone())
    }
}

impl Wanted {
    fn of(visit: &Visit) -> Self {
        let text = |name| visit.param(name).to_owned();
        Self {
            owner: text("owner"),
            state: text("state"),
            kind: text("kind"),
            reason: text("reason"),
            sla: text("sla"),
            cursor: text("cursor"),
        }
    }

    /// What the API is asked for.
    pub(crate) fn query(&self, queue: Queue) -> Vec<(&'static str, &str)> {
        let mut query = vec![
            ("queue", word(queue)),
            ("owner", self.owner.as_str()),
            ("state", self.state.as_str()),
        ];
        match queue {
            Queue::Plans => query.push(("kind", self.kind.as_str())),
            Queue::Disputes => {
                query.extend([("reason", self.reason.as_str()), ("sla", self.sla.as_str())]);
            }
        }
        query.push(("cursor", self.cursor.as_str()));
        query.retain(|(_, value)| !value.is_empty());
        query
    }

    /// The address of the page that begins at `cursor`, with the same filters.
    pub(crate) fn href(&self, queue: Queue, cursor: &str) -> String {
        let next = Self { cursor: cursor.to_owned(), ..self.clone() };
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(next.query(queue).into_iter().filter(|(name, _)| *name != "queue"));
        format!("?{}", text.finish())
    }

    /// The fields of the filter.
    fn picks(&self, queue: Queue, desk: &Desk<'_>) -> Vec<Pick> {
        let fixed = [("", "Everybody"), ("me", "Me"), ("nobody", "Nobody")];
        let chosen = (fixed.as_slice(), self.owner.as_str());
        let mut picks = vec![
            people::pick(desk.visit, &desk.people, ("owner", "Owner"), chosen),
            Pick::new(("state", "State"), [("", "Open"), ("closed", "Closed")], &self.state),
        ];
        match queue {
            Queue::Plans => {
                let kinds = [("", "Any"), ("plan", "Plans"), ("promise", "Promises")];
                picks.push(Pick::new(("kind", "Kind"), kinds, &self.kind));
            }
            Queue::Disputes => {
                let states =
                    [("", "Any"), ("open", "In time"), ("at_risk", "Due today"), ("late", "Late")];
                picks.push(Pick::new(("sla", "Deadline"), states, &self.sla));
                let reasons = &desk.reasons.reasons;
                if !(reasons.is_empty() && self.reason.is_empty()) {
                    let known = reasons.iter().map(|one| (one.code.as_str(), one.label.as_str()));
                    let all = std::iter::once(("", "Any")).chain(known);
                    let called = |code: &str| desk.reasons.called(code);
                    picks.push(Pick::calling(("reason", "Reason"), all, &self.reason, called));
                }
            }
        }
        picks
    }
}

impl QueueView {
    fn is_filtered(&self) -> bool {
        self.picks.iter().any(Pick::narrows)
    }
}

impl Desk<'_> {
    fn row(&self, line: &Line) -> Row {
        let Line { case, invoice, .. } = line;
        let owner = line.owner.as_deref().map(|id| people::called(self.visit, &self.people, id));
        Row {
            href: format!("{}/console/invoices/{invoice}/cases/{case}", self.visit.here.root),
            reference: line.reference.clone(),
            kind: words::kind(line.kind),
            number: line.number.clone(),
            customer: line.customer.clone(),
            amount: domain::words::amount(line.amount),
            marks: marks(line),
            due: self.due(line),
            age: words::age(line.age_s),
            owner: owner.unwrap_or_else(|| "Nobody".to_owned()),
        }
    }

    fn due(&self, line: &Line) -> String {
        let reason = line.reason.as_ref().map(|code| self.reasons.called(code));
        let waits = is_waiting(line);
        let deadline = line.late_at.filter(|_| waits);
        let deadline = deadline.map(|at| format!("Decide by {}", self.visit.last_day(at)));
        let next = line.next_due.map(|date| format!("Next payment {}", words::day(date)));
        reason.into_iter().chain(deadline).chain(next).collect::<Vec<_>>().join(" · ")
    }
}

fn marks(line: &Line) -> Vec<Mark> {
    let mut marks = vec![words::state(line.kind, line.state)];
    let waits = is_waiting(line);
    marks.extend(line.sla.filter(|_| waits).map(words::sla));
    if line.needs_approval == Some(true) && waits {
        marks.push(Mark::new(Feel::Warn, "Controller approves"));
    }
    if line.is_behind {
        marks.push(Mark::new(Feel::Bad, "Instalment missed"));
    }
    if let Some(percent) = line.adherence_percent {
        marks.push(Mark::new(Feel::Calm, format!("{percent}% in time")));
    }
    match line.missing.len() {
        0 => {}
        1 => marks.push(Mark::new(Feel::Warn, "1 document missing")),
        count => marks.push(Mark::new(Feel::Warn, format!("{count} documents missing"))),
    }
    marks
}

/// Whether the seller has to decide it, now or after an answer.
fn is_waiting(line: &Line) -> bool {
    matches!(line.state, CaseState::Submitted | CaseState::Asked)
}

/// The queue's name in the API and in addresses.
pub(crate) fn word(queue: Queue) -> &'static str {
    match queue {
        Queue::Plans => "plans",
        Queue::Disputes => "disputes",
    }
}
