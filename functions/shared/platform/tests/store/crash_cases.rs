//! The process stops in the middle of a plan, promise or dispute: after any of its awaits, on
//! any of its writes. Must never leave half of it, nor make it twice when it is asked again.
use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::form::{self, Limits, Typed};
use domain::queue::QueueLine;
use domain::review::{DisputeVerdict, PlanVerdict, Reviewer};
use domain::submit::{Proposal, Reply, Submission};
use domain::{CaseState, Change, InvoiceFile, LinkState, Moment, Refusal};
use jiff::SignedDuration;
use platform::store::{Commit, Decided, InvoiceStore};
use ulid::Ulid;

use crate::crash::{POLLS_MAX, stopped_after};
use crate::invoices::{HOUR, at, committed, moment, one_linked, tenant};
use crate::table::Table;

/// The form that everything in here is sent with.
const FORM: Ulid = Ulid(9);

type Verb = fn(&InvoiceFile, &mut Moment) -> Result<Option<Change>, Refusal>;
type Items = Vec<HashMap<String, AttributeValue>>;

pub(crate) const KINDS: [&str; 3] = ["plan", "promise", "dispute"];

/// What a payer typed, as the form reads it: all of the invoice's 1,250.00.
pub(crate) fn proposal(kind: &str, file: &InvoiceFile) -> Proposal {
    let fields = [
        ("terms", "equal"),
        ("count", "4"),
        ("interval", "monthly"),
        ("first", "2026-12-01"),
        ("why", "A slow quarter."),
        ("date", "2026-12-01"),
        ("promised", "full"),
        ("reason", "duplicate"),
        ("disputed", "all"),
        ("description", "We were billed for this in May already."),
        ("name", "Ada Ashdown"),
        ("email", "ada@acme.example"),
    ];
    let typed = Typed(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    let tenant = tenant();
    let today = moment(0).now.to_zoned(file.invoice.seller.time_zone()).date();
    let limits = Limits { balance: file.invoice.balance, today, policy: &tenant.policy };
    match kind {
        "plan" => Proposal::Plan(form::plan(&typed, &limits).unwrap()),
        "promise" => Proposal::Promise(form::promise(&typed, &limits).unwrap()),
        _ => Proposal::Dispute(form::dispute(&typed, &limits, &tenant.reasons, &[]).unwrap()),
    }
}

pub(crate) fn submit(
    kind: &str,
    file: &InvoiceFile,
    moment: &mut Moment,
) -> Result<Option<Change>, Refusal> {
    let link = file.links.iter().map(|link| link.id).min().unwrap();
    let sent = Submission { form: FORM, proposal: proposal(kind, file), documents: Vec::new() };
    file.submit(link, &sent, &tenant(), moment)
}

pub(crate) fn by() -> Reviewer {
    Reviewer { operator: "operator-1".to_owned(), may_exceed_limit: false }
}

fn case(file: &InvoiceFile) -> Ulid {
    file.cases[0].id
}

fn ask(file: &InvoiceFile, moment: &mut Moment) -> Result<Option<Change>, Refusal> {
    file.ask(case(file), "Which one was paid?".to_owned(), &by(), moment).map(Some)
}

fn answer(file: &InvoiceFile, moment: &mut Moment) -> Result<Option<Change>, Refusal> {
    let text = "The one of 3 May.".to_owned();
    let reply = Reply { form: Ulid(10), text, documents: Vec::new() };
    file.answer(file.invoice.link.unwrap(), &reply, &tenant(), moment)
}

fn approve(file: &InvoiceFile, moment: &mut Moment) -> Result<Option<Change>, Refusal> {
    let note = "As agreed.".to_owned();
    file.decide_plan(case(file), PlanVerdict::Approve, note, &by(), moment).map(Some)
}

fn reject(file: &InvoiceFile, moment: &mut Moment) -> Result<Option<Change>, Refusal> {
    let note = "We have looked.".to_owned();
    file.decide_dispute(case(file), DisputeVerdict::Reject, note, &by(), moment).map(Some)
}

#[expect(clippy::unnecessary_wraps, reason = "one kind of verb for all")]
fn step(file: &InvoiceFile, moment: &mut Moment) -> Result<Option<Change>, Refusal> {
    Ok(file.case_step(case(file), moment))
}

/// An invoice with a live link, on which each verb was done, an hour apart.
pub(crate) async fn after(store: &InvoiceStore, verbs: &[Verb]) -> InvoiceFile {
    let mut file = one_linked(store, &mut moment(0)).await;
    for (place, verb) in (1..).zip(verbs) {
        let mut then = at(place, HOUR);
        let change = verb(&file, &mut then).unwrap().unwrap();
        file = committed(store, file, change).await;
    }
    file
}

/// What an uninterrupted `verb` leaves; the items are sorted by their keys.
async fn left_by(scene: &[Verb], verb: Verb, then: Moment) -> Items {
    let table = Table::start().await;
    let file = after(&table.store(), scene).await;
    let mut then = then;
    let change = verb(&file, &mut then).unwrap().unwrap();
    let file = committed(&table.store(), file, change).await;
    table.items_of(file.invoice.id).await
}

/// Stops `verb` after each of its awaits. What is found then is as before or as after; and
/// asked for again, it is done once.
async fn survives(what: &str, scene: &[Verb], verb: Verb, since_start: SignedDuration) {
    let (first, again) = (at(100, since_start), at(101, since_start));
    let by_first = left_by(scene, verb, first.clone()).await;
    let by_again = left_by(scene, verb, again.clone()).await;
    for polls in 0.. {
        assert!(polls < POLLS_MAX, "{what}: it never ends");
        let table = Table::start().await;
        let before = after(&table.store(), scene).await;
        let invoice = before.invoice.id;
        let items_before = table.items_of(invoice).await;
        let decide = async |mut then: Moment| {
            table.store().decide(invoice, |file| verb(file, &mut then)).await.unwrap()
        };
        let ended = stopped_after(polls, decide(first.clone())).await;
        let found = table.items_of(invoice).await;
        let whole = found == items_before || found == by_first;
        assert!(whole, "{what}: half of it after {polls} polls: {found:?}");
        let done = decide(again.clone()).await;
        let found = table.items_of(invoice).await;
        assert!(found == by_first || found == by_again, "{what}: {polls} polls: {found:?}");
        if ended.is_some() {
            assert!(polls > 2, "{what}: it was stopped at its read and at its write before");
            assert!(found == by_first, "{what}: done already");
            assert!(!matches!(done, Decided::Committed(_)), "{what}: {done:?}");
            return;
        }
    }
}

#[tokio::test]
async fn faults_row_36_a_submission_stopped_at_any_await_is_whole_or_not_there() {
    survives("plan", &[], |file, now| submit("plan", file, now), HOUR).await;
    survives("promise", &[], |file, now| submit("promise", file, now), HOUR).await;
    survives("dispute", &[], |file, now| submit("dispute", file, now), HOUR).await;
}

#[tokio::test]
async fn faults_row_36_a_question_and_its_answer_stopped_at_any_await_are_asked_and_given_once() {
    let dispute: Verb = |file, now| submit("dispute", file, now);
    survives("question", &[dispute], ask, HOUR * 2).await;
    survives("answer", &[dispute, ask], answer, HOUR * 3).await;
}

#[tokio::test]
async fn faults_row_36_a_decision_stopped_at_any_await_is_taken_once() {
    let plan: Verb = |file, now| submit("plan", file, now);
    let dispute: Verb = |file, now| submit("dispute", file, now);
    survives("approval", &[plan], approve, HOUR * 2).await;
    survives("rejection", &[dispute], reject, HOUR * 2).await;
}

#[tokio::test]
async fn faults_row_36_the_clock_stopped_at_any_await_moves_a_case_once() {
    let plan: Verb = |file, now| submit("plan", file, now);
    let promise: Verb = |file, now| submit("promise", file, now);
    let dispute: Verb = |file, now| submit("dispute", file, now);
    survives("instalment due", &[plan, approve], step, HOUR * 24 * 8).await;
    survives("instalment missed", &[plan, approve], step, HOUR * 24 * 12).await;
    survives("promise due", &[promise], step, HOUR * 24 * 8 + HOUR * 4).await;
    survives("promise missed", &[promise], step, HOUR * 24 * 12).await;
    survives("deadline", &[dispute], step, HOUR * 24 * 5).await;
}

/// A case that is over: the line goes from one half of the queue to the other.
#[tokio::test]
async fn faults_row_36_a_line_stopped_at_any_await_is_in_one_half_of_its_queue() {
    let scene: [Verb; 2] = [|file, now| submit("dispute", file, now), reject];
    for polls in 0.. {
        assert!(polls < POLLS_MAX, "it never ends");
        let table = Table::start().await;
        let store = table.store();
        let open = after(&store, &scene[..1]).await;
        let mut then = at(2, HOUR * 2);
        let closed = open.clone().after(reject(&open, &mut then).unwrap().unwrap());
        let line = |file: &InvoiceFile| QueueLine::of(file, &file.cases[0], then.now);
        let (older, newer) = (line(&open), line(&closed));
        assert_eq!(store.file_line(&older).await.unwrap(), Commit::Done);
        let victim = table.store();
        let ended = stopped_after(polls, victim.file_line(&newer)).await;
        let halves = async || {
            let shelf = async |shelf: &str| {
                table.items(&format!("QUEUE#northwind#disputes#{shelf}")).await.len()
            };
            (shelf("open").await, shelf("closed").await)
        };
        let (in_open, in_closed) = halves().await;
        assert!(ended.is_none() || (in_open, in_closed) == (0, 1), "{polls} polls");
        store.file_line(&newer).await.unwrap();
        assert_eq!(halves().await, (0, 1), "{polls} polls");
        assert_eq!(store.file_line(&older).await.unwrap(), Commit::Lost, "{polls} polls");
        assert_eq!(halves().await, (0, 1), "{polls} polls");
        if ended.is_some() {
            assert!(polls > 1, "it was stopped at its write before");
            return;
        }
    }
}

#[tokio::test]
async fn faults_row_28_of_many_submissions_at_once_one_is_committed() {
    let table = Table::start().await;
    let store = table.store();
    let file = one_linked(&store, &mut moment(0)).await;
    let (invoice, link) = (file.invoice.id, file.links[0].id);
    let mut racers = tokio::task::JoinSet::new();
    for racer in 1..=60_u128 {
        let (store, file) = (store.clone(), file.clone());
        racers.spawn(async move {
            let kind = KINDS[usize::try_from(racer % 3).unwrap()];
            let proposal = proposal(kind, &file);
            let sent = Submission { form: Ulid(racer), proposal, documents: Vec::new() };
            let mut then = at(racer, HOUR);
            let take = |file: &InvoiceFile| file.submit(link, &sent, &tenant(), &mut then);
            store.decide_on(file, take).await.unwrap()
        });
    }
    let answers = racers.join_all().await;
    let committed = answers.iter().filter(|answer| matches!(answer, Decided::Committed(_))).count();
    let refused = answers
        .iter()
        .filter(|answer| matches!(answer, Decided::Refused(Refusal::LinkSpent, _)))
        .count();
    assert_eq!((committed, refused), (1, 59));
    let file = store.load(invoice).await.unwrap().unwrap();
    assert_eq!((file.cases.len(), file.links[0].state), (1, LinkState::Spent));
    assert!([CaseState::Submitted, CaseState::Active].contains(&file.cases[0].state));
    let timeline = store.timeline(invoice).await.unwrap();
    let outcomes = timeline.iter().filter(|entry| entry.fact.case().is_some()).count();
    assert_eq!(outcomes, 1, "{timeline:?}");
}
