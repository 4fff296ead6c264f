//! What must be true when all is over: our books are Stripe's, and every outcome was told once.
//! Must never look at how it came about, only at what is left.
use std::collections::{BTreeMap, BTreeSet};

use domain::{Entry, InvoiceFile, PaymentState};
use serde_json::{Value, json};
use ulid::Ulid;

use crate::bench::{ACCOUNT, BALANCE_MINOR};
use crate::simulation::Simulation;
use crate::table;

/// What an operator's decision is told as.
const DECISIONS: [&str; 3] = ["PlanApproved", "PlanDeclined", "DisputeDecided"];

/// A payment that succeeded at Stripe.
#[derive(Debug)]
struct Charge {
    payment: Ulid,
    amount_minor: i64,
}

/// Everything that is wrong; nothing, if all is well.
pub(crate) async fn wrongs(sim: &Simulation) -> Vec<String> {
    let items = items(sim);
    let entries = entries(&items);
    let mut wrongs = books(sim).await;
    outbox(sim, &items, &entries, &mut wrongs);
    mails(sim, &items, &entries, &mut wrongs);
    wrongs
}

/// Whether our books are Stripe's, and each state has its line.
pub(crate) async fn books(sim: &Simulation) -> Vec<String> {
    let mut wrongs = sim.bugs();
    let file = sim.bench.look(sim.invoice).await;
    money(&file, &charges(sim).await, &mut wrongs);
    wrongs.extend(halves(sim).await);
    let open = sim.bench.net.services().seen().open_sessions_max;
    check(&mut wrongs, open <= 1, || format!("{open} sessions could be paid at once"));
    wrongs
}

/// What is half done in the table now: a state without its line on the timeline, or a line
/// without its state.
pub(crate) async fn halves(sim: &Simulation) -> Vec<String> {
    let file = sim.bench.look(sim.invoice).await;
    let mut wrongs = Vec::new();
    links(&file, &mut wrongs);
    timeline(&file, &timeline_of(sim), &mut wrongs);
    let billed = file.billed().minor;
    check(&mut wrongs, billed == BALANCE_MINOR, || format!("billed has become {billed}"));
    wrongs
}

/// The names on the timeline.
pub(crate) fn told(sim: &Simulation) -> Vec<String> {
    timeline_of(sim).iter().map(|entry| entry.fact.name().to_owned()).collect()
}

/// The whole timeline.
pub(crate) fn timeline_of(sim: &Simulation) -> Vec<Entry> {
    entries(&items(sim))
}

fn check(wrongs: &mut Vec<String>, holds: bool, what: impl FnOnce() -> String) {
    if !holds {
        wrongs.push(what());
    }
}

/// The sum of what Stripe took is what we say was paid, payment by payment.
fn money(file: &InvoiceFile, charges: &[Charge], wrongs: &mut Vec<String>) {
    for charge in charges {
        let known = file.payment(charge.payment);
        let recorded = known.is_some_and(|payment| match payment.state {
            PaymentState::Paid => payment.amount.minor == charge.amount_minor,
            PaymentState::Mismatched => payment.taken().minor == charge.amount_minor,
            _ => false,
        });
        check(wrongs, recorded, || {
            format!("paid at Stripe, here {:?}", known.map(|one| one.state))
        });
    }
    for payment in &file.payments {
        let taken = charges.iter().filter(|charge| charge.payment == payment.id).count();
        let expected = match payment.state {
            PaymentState::Paid | PaymentState::Mismatched => 1,
            _ => 0,
        };
        check(wrongs, taken == expected, || format!("{:?} here, {taken} at Stripe", payment.state));
        check(wrongs, !payment.is_live(), || format!("{:?} when all is over", payment.state));
    }
    let billed = file.billed().minor;
    check(wrongs, billed == BALANCE_MINOR, || format!("billed has become {billed}"));
    let counted: i64 = counting(file).map(|payment| payment.amount.minor).sum();
    let too_much = charges.iter().map(|charge| charge.amount_minor).sum::<i64>() - counted;
    let flagged: i64 = flagged(file).map(|payment| payment.taken().minor).sum();
    check(wrongs, too_much == flagged, || format!("{too_much} too much, {flagged} flagged"));
    let live = file.payments.iter().filter(|payment| payment.is_live()).count();
    check(wrongs, live <= 1, || format!("{live} live payments"));
}

/// Payments that pay something.
fn counting(file: &InvoiceFile) -> impl Iterator<Item = &domain::Payment> {
    file.payments.iter().filter(|one| one.state == PaymentState::Paid && !one.duplicate)
}

/// Payments whose money somebody has to look at.
fn flagged(file: &InvoiceFile) -> impl Iterator<Item = &domain::Payment> {
    file.payments.iter().filter(|one| one.duplicate || one.state == PaymentState::Mismatched)
}

/// A link carries one outcome at most, and one link at most may still carry one.
fn links(file: &InvoiceFile, wrongs: &mut Vec<String>) {
    for link in &file.links {
        let paid = counting(file).filter(|payment| payment.link == link.id);
        let sent = file.cases.iter().filter(|case| case.link == link.id);
        let (paid, sent): (Vec<_>, Vec<_>) = (paid.collect(), sent.collect());
        check(wrongs, paid.len() <= 1 && sent.len() <= 1, || {
            format!("a link carried {} payments and {} cases", paid.len(), sent.len())
        });
        // Money that came in a session from before the form cannot be refused: it is recorded,
        // though the form had asked for the session's end.
        if let (Some(paid), Some(_)) = (paid.first(), sent.first()) {
            check(wrongs, paid.cancel, || {
                "a payment went on through a link that was spent".to_owned()
            });
        }
    }
    let live = file.links.iter().filter(|link| link.state == domain::LinkState::Live);
    let live: Vec<_> = live.map(|link| Some(link.id)).collect();
    check(wrongs, live.iter().all(|link| *link == file.invoice.link), || {
        format!("{} live links", live.len())
    });
}

/// What happened is told, each thing once.
fn timeline(file: &InvoiceFile, entries: &[Entry], wrongs: &mut Vec<String>) {
    let mut told: BTreeMap<(&str, Option<Ulid>), usize> = BTreeMap::new();
    for entry in entries {
        *told.entry((entry.fact.name(), about(entry))).or_default() += 1;
    }
    let told_of = |name: &'static str, id| told.get(&(name, Some(id))).copied().unwrap_or_default();
    let once = |wrongs: &mut Vec<String>, name: &'static str, id: Ulid, expected: bool| {
        let times = told_of(name, id);
        check(wrongs, times == usize::from(expected), || format!("{name} told {times} times"));
    };
    for payment in &file.payments {
        let paid = payment.state == PaymentState::Paid;
        once(wrongs, "PaymentStarted", payment.id, true);
        once(wrongs, "PaymentSettled", payment.id, paid && !payment.duplicate);
        once(wrongs, "PaymentDuplicated", payment.id, payment.duplicate);
        once(wrongs, "PaymentMismatched", payment.id, payment.state == PaymentState::Mismatched);
        once(wrongs, "PaymentFailed", payment.id, payment.state == PaymentState::Failed);
    }
    for case in &file.cases {
        once(wrongs, submission(case), case.id, true);
        let verdicts = DECISIONS.iter().map(|name| told_of(name, case.id)).sum::<usize>();
        let decided = usize::from(case.decision.is_some());
        check(wrongs, verdicts == decided, || format!("{verdicts} decisions told, {decided} made"));
    }
    for link in &file.links {
        let opened = link.opened_at.is_some();
        once(wrongs, "LinkOpened", link.id, opened);
    }
}

fn submission(case: &domain::Case) -> &'static str {
    match case.kind() {
        domain::CaseKind::Plan => "PlanSubmitted",
        domain::CaseKind::Promise => "PromiseMade",
        domain::CaseKind::Dispute => "DisputeSubmitted",
    }
}

/// What an entry is about, as its fact names it.
fn about(entry: &Entry) -> Option<Ulid> {
    let fact = serde_json::to_value(&entry.fact).unwrap();
    let fields = fact.get("data").unwrap_or(&fact);
    let id = ["payment", "case", "link"].iter().find_map(|name| fields.get(name)?.as_str());
    Ulid::from_string(id?).ok()
}

/// Every entry was published, and nothing waits to be.
fn outbox(sim: &Simulation, items: &[Value], entries: &[Entry], wrongs: &mut Vec<String>) {
    let services = sim.bench.net.services();
    let published: BTreeSet<String> = services
        .seen()
        .published
        .iter()
        .map(|detail| detail["id"].as_str().unwrap().to_owned())
        .collect();
    for entry in entries {
        let is_out = published.contains(&entry.id.to_string());
        check(wrongs, is_out, || format!("{} was never published", entry.fact.name()));
    }
    let waiting = |item: &&Value| {
        item["due_bucket"]["S"].as_str().is_some_and(|bucket| bucket.starts_with("outbox"))
    };
    let waiting = items.iter().filter(waiting).count();
    check(wrongs, waiting == 0, || format!("{waiting} entries wait to be published"));
}

/// Each cause was mailed once to each recipient: told once, and sent once but for crashes.
fn mails(sim: &Simulation, items: &[Value], entries: &[Entry], wrongs: &mut Vec<String>) {
    let is_sent = |item: &&Value| sk(item).starts_with("M#") && !item["sent_at"].is_null();
    let marks = items.iter().filter(is_sent).count();
    let told = entries.iter().filter(|entry| entry.fact.name() == "MailSent").count();
    check(wrongs, marks == told, || format!("{marks} mails are marked, {told} told"));
    let sent = sim.bench.net.services().seen().mails.len();
    // SES cannot tell a repetition: each answer of its that is lost may mean one mail more.
    let more = sim.mails_uncertain() + sim.bench.net.mails_in_doubt();
    check(wrongs, (marks..=marks + more).contains(&sent), || {
        format!("{sent} mails sent, {marks} marked, {more} uncertain")
    });
}

fn entries(items: &[Value]) -> Vec<Entry> {
    let entries = items.iter().filter(|item| sk(item).starts_with("T#"));
    entries.map(|item| serde_json::from_value(table::plain(item)).unwrap()).collect()
}

fn sk(item: &Value) -> &str {
    item["sk"]["S"].as_str().unwrap_or_default()
}

/// The invoices that an import has written, by partition: how many items each has.
pub(crate) fn rows(sim: &Simulation) -> BTreeMap<String, usize> {
    let scan = json!({ "TableName": table::NAME }).to_string();
    let answer = sim.bench.net.services().table().serve("Scan", &scan).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let own = format!("INVOICE#{}", sim.invoice);
    let mut rows = BTreeMap::new();
    for item in answer["Items"].as_array().unwrap() {
        let pk = item["pk"]["S"].as_str().unwrap();
        if pk.starts_with("INVOICE#") && pk != own {
            *rows.entry(pk.to_owned()).or_default() += 1;
        }
    }
    rows
}

/// All that is stored of the invoice.
pub(crate) fn items(sim: &Simulation) -> Vec<Value> {
    let query = json!({
        "TableName": table::NAME,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": { ":pk": { "S": format!("INVOICE#{}", sim.invoice) } },
        "ConsistentRead": true,
    });
    let answer = sim.bench.net.services().table().serve("Query", &query.to_string()).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    answer["Items"].as_array().unwrap().clone()
}

async fn charges(sim: &Simulation) -> Vec<Charge> {
    let services = sim.bench.net.services();
    let path = format!("/_control/ledger?account={ACCOUNT}");
    let answer = services.stripe().call("GET", &path, &[], Vec::new()).await.unwrap().unwrap();
    let ledger: Value = serde_json::from_slice(&answer.body).unwrap();
    let payments = ledger["payments"].as_array().unwrap();
    let charge = |payment: &Value| Charge {
        payment: Ulid::from_string(payment["client_reference_id"].as_str().unwrap()).unwrap(),
        amount_minor: payment["amount"].as_i64().unwrap(),
    };
    payments.iter().map(charge).collect()
}
