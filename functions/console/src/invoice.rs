//! One invoice: what is owed, its link, its cases, what happened to it, and what can be done.
//! Must never show a link that pays to somebody whose role may not share it.
use askama::Template;
use domain::{Amount, CaseKind, CaseState};
use jiff::Timestamp;
use platform::http::Reply;
use platform::operator::Task;
use serde::Deserialize;
use serde_json::Value;

use crate::cases::words::Mark;
use crate::choice::Pick;
use crate::people::{self, Colleague};
use crate::person::Person;
use crate::shell::{Here, Section, Shown};
use crate::stop::{Problem, Stop};
use crate::visit::Visit;
use crate::{cases, words};

mod act;

pub use act::{assign, confirm, done, mail, receipt, regenerate};

#[derive(Deserialize)]
struct Invoice {
    id: String,
    number: String,
    customer: String,
    #[serde(default)]
    contacts: Vec<String>,
    balance_text: String,
    billed: Amount,
    #[serde(default)]
    credited_minor: i64,
    due_date: String,
    days_overdue: Option<i64>,
    status: String,
    #[serde(default)]
    description: String,
    cadence: Cadence,
    link: Option<Link>,
    #[serde(default)]
    payments: Vec<Payment>,
    #[serde(default)]
    cases: Vec<Case>,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    notices: Vec<String>,
    #[serde(default)]
    timeline: Vec<Event>,
}

#[derive(Deserialize)]
struct Cadence {
    state: String,
    next_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Link {
    state: String,
    expires_at: Timestamp,
    opened_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Payment {
    id: String,
    state: String,
    amount: Amount,
    settled_at: Option<Timestamp>,
    #[serde(default)]
    receipt: bool,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    kind: CaseKind,
    reference: String,
    state: CaseState,
    amount: Amount,
}

impl Case {
    fn called(&self) -> &'static str {
        cases::words::kind(self.kind)
    }

    fn mark(&self) -> Mark {
        cases::words::state(self.kind, self.state)
    }
}

#[derive(Deserialize)]
struct Event {
    id: String,
    at: Timestamp,
    actor: Value,
    name: String,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize)]
struct LiveLink {
    pay_link: String,
}

/// Something that happened, in words.
struct Told {
    at: Timestamp,
    when: String,
    who: String,
    what: String,
}

/// The receipt of a payment, as it is called here.
struct ReceiptLink<'a> {
    payment: &'a str,
    label: String,
}

/// A notice that is still open.
struct Notice<'a> {
    id: &'a str,
    what: String,
}

#[derive(Template)]
#[template(path = "invoice.html", whitespace = "minimize")]
struct View<'a> {
    here: &'a Here,
    invoice: &'a Invoice,
    due: String,
    age: Option<String>,
    status: &'a str,
    tone: &'static str,
    credited: Option<String>,
    owner: String,
    /// Whom it can be given to; none if the role may not.
    owners: Option<Pick>,
    cadence: String,
    link: Option<(String, String)>,
    pay_link: Option<&'a str>,
    receipts: Vec<ReceiptLink<'a>>,
    notices: Vec<Notice<'a>>,
    person: &'a Person,
    events: Vec<Told>,
}

#[derive(Template)]
#[template(path = "timeline.html", whitespace = "minimize")]
struct TimelineView {
    events: Vec<Told>,
}

/// The page of an invoice.
///
/// # Errors
/// [`Stop`].
pub async fn show(visit: &Visit, id: &str) -> Result<Shown, Stop> {
    let path = path(id)?;
    let may_share = visit.person.may(Task::ShareLink);
    let link = async {
        if !may_share {
            return None;
        }
        // No live link is no mistake: then there is nothing to copy.
        visit.api.get::<LiveLink>(&format!("{path}/link"), &[]).await.ok()
    };
    let (invoice, people, live) = futures_util::future::join3(
        visit.api.get::<Invoice>(&path, &[]),
        people::list(visit),
        link,
    )
    .await;
    let invoice = invoice?;
    let title = format!("Invoice {}", invoice.number);
    let pay_link = live.as_ref().map(|live| live.pay_link.as_str());
    Shown::page(Section::Invoices, title, &view(visit, &invoice, &people, pay_link))
}

fn view<'a>(
    visit: &'a Visit,
    invoice: &'a Invoice,
    people: &[Colleague],
    pay_link: Option<&'a str>,
) -> View<'a> {
    let credited = Amount { minor: invoice.credited_minor, currency: invoice.billed.currency };
    View {
        here: &visit.here,
        due: words::date(&invoice.due_date),
        age: invoice.days_overdue.filter(|days| *days > 0).map(words::days_past_due),
        status: words::status(&invoice.status),
        tone: words::tone(&invoice.status),
        credited: (invoice.credited_minor != 0).then(|| credited.to_string()),
        owner: invoice
            .owner
            .as_deref()
            .map_or_else(|| "Nobody yet".to_owned(), |id| people::called(visit, people, id)),
        owners: visit.person.may(Task::AssignInvoice).then(|| {
            people::owners(visit, people, "Who looks after this invoice", invoice.owner.as_deref())
        }),
        cadence: cadence(visit, &invoice.cadence),
        link: invoice.link.as_ref().map(|link| link_words(visit, link)),
        pay_link,
        receipts: receipts(visit, invoice),
        notices: notices(invoice),
        person: &visit.person,
        events: events(visit, invoice, people),
        invoice,
    }
}

/// The timeline alone, for the page that is open.
///
/// # Errors
/// [`Stop`].
pub async fn timeline(visit: &Visit, id: &str) -> Result<Shown, Stop> {
    let path = path(id)?;
    let (invoice, people) =
        futures_util::future::join(visit.api.get::<Invoice>(&path, &[]), people::list(visit)).await;
    let view = TimelineView { events: events(visit, &invoice?, &people) };
    Ok(Reply::html(200, view.render()?, String::new(), "").into())
}

/// The invoice's address at the API.
fn path(id: &str) -> Result<String, Stop> {
    Ok(format!("/invoices/{}", word(id)?))
}

/// An id of ours is letters and digits; anything else could be another address.
fn word(id: &str) -> Result<&str, Stop> {
    let is_word = !id.is_empty() && id.len() <= 40 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_word { Ok(id) } else { Err(Problem::not_found().into()) }
}

fn cadence(visit: &Visit, cadence: &Cadence) -> String {
    match (cadence.state.as_str(), cadence.next_at) {
        ("Active", Some(at)) => format!("Next on {}", visit.time_text(at)),
        ("Active", None) => "No more to come".to_owned(),
        ("Paused", _) => "Paused".to_owned(),
        ("Closed", _) => "Ended".to_owned(),
        (other, _) => other.to_owned(),
    }
}

/// The link's state, and what its time means.
fn link_words(visit: &Visit, link: &Link) -> (String, String) {
    let until = visit.time_text(link.expires_at);
    let state = match link.state.as_str() {
        "Live" => ("Live".to_owned(), format!("Expires {until} if nobody opens it")),
        "Expired" => ("Expired".to_owned(), format!("On {until}")),
        "Spent" => {
            ("Used".to_owned(), "A payment, plan, promise or dispute came with it".to_owned())
        }
        other => (other.to_owned(), String::new()),
    };
    match link.opened_at {
        Some(at) if link.state == "Live" => {
            (state.0, format!("Expires {until}. First opened {}", visit.time_text(at)))
        }
        _ => state,
    }
}

/// One for each payment that has one; a single one needs no date to tell it from others.
fn receipts<'i>(visit: &Visit, invoice: &'i Invoice) -> Vec<ReceiptLink<'i>> {
    let made: Vec<_> = invoice.payments.iter().filter(|payment| payment.receipt).collect();
    let label = |payment: &Payment| match payment.settled_at {
        Some(at) if made.len() > 1 => {
            format!("Download the receipt of {}: {}", visit.time_text(at), payment.amount)
        }
        _ => "Download the receipt".to_owned(),
    };
    let link = |payment: &&'i Payment| ReceiptLink { payment: &payment.id, label: label(payment) };
    made.iter().map(link).collect()
}

fn notices<'i>(invoice: &'i Invoice) -> Vec<Notice<'i>> {
    let what = |id: &String| invoice.timeline.iter().find(|event| event.id == *id);
    let words = |event: &Event| words::notice(&event.name, &event.data);
    let notice =
        |id: &'i String| Notice { id, what: what(id).map_or("Needs you".to_owned(), words) };
    invoice.notices.iter().map(notice).collect()
}

/// Newest first, whatever order the API has.
fn events(visit: &Visit, invoice: &Invoice, people: &[Colleague]) -> Vec<Told> {
    let told = |event: &Event| Told {
        at: event.at,
        when: visit.time_text(event.at),
        who: actor(visit, people, &event.actor),
        what: words::fact(&event.name, &event.data),
    };
    let mut events: Vec<&Event> = invoice.timeline.iter().collect();
    events.sort_by(|one, other| other.id.cmp(&one.id));
    events.into_iter().map(told).collect()
}

fn actor(visit: &Visit, people: &[Colleague], actor: &Value) -> String {
    match actor.get("role").and_then(Value::as_str) {
        Some("payer") => "Payer".to_owned(),
        Some("stripe") => "Stripe".to_owned(),
        Some("operator") => {
            let id = actor.get("id").and_then(Value::as_str).unwrap_or_default();
            people::called(visit, people, id)
        }
        _ => "Plixo".to_owned(),
    }
}
