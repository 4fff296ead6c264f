//! Invoices, links and payments to load the stack with, made as operators and payers make them.
//! Must never be made while anything is measured.
use acceptance::{Bill, Stack, World, within};
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::json;
use std::time::Duration;

use crate::flight::{Flight, Wanted};
use crate::schedule::{Arrival, PHASES, Phase, Route, count};
use crate::settings::Settings;

/// Payers who read, who pay, and who have paid.
const READERS: usize = 60;
const BUYERS: usize = 40;
const SPENT: usize = 4;
/// Steps of the scene at once.
const AT_ONCE: usize = 8;
/// Events of a card payment; the last one settles it.
const EVENTS: u64 = 3;
/// What one link may send in ten minutes (domain/src/limit.rs), and those minutes.
const WRITES_PER_LINK: (u32, i64) = (60, 600);
/// How long what follows from the scene may take: mails and receipts.
const PATIENCE: Duration = Duration::from_mins(2);

/// A payment whose events are still to come.
#[derive(Clone, Debug)]
struct Quiet {
    invoice: String,
    events: Vec<String>,
}

/// Everything the load is played with.
#[derive(Debug)]
pub(crate) struct Scene {
    world: World,
    readers: Vec<String>,
    buyers: Vec<String>,
    spent: Vec<String>,
    /// The link of somebody who has pressed "Pay now" as often as a link may.
    impatient: String,
    /// By measured phase.
    quiet: Vec<Vec<Quiet>>,
}

impl Scene {
    /// Makes it, on a stack without throttles.
    pub(crate) async fn new(stack: &Stack, settings: &Settings) -> Self {
        let world = World::new(stack).await;
        let payments = PHASES.map(|phase| payments(phase, settings));
        let all = READERS + BUYERS + SPENT + 1 + payments.iter().sum::<usize>();
        let mut bills = bills(&world, all).await;
        let links = |bills: Vec<Bill>| bills.into_iter().map(|bill| bill.link).collect();
        let readers = links(bills.split_off(bills.len() - READERS));
        let buyers = links(bills.split_off(bills.len() - BUYERS));
        let impatient = bills.split_off(bills.len() - 1);
        for bill in &impatient {
            use_up(&world, bill).await;
        }
        let spent = spend(&world, bills.split_off(bills.len() - SPENT)).await;
        world.stripe.webhooks("hold").await;
        let mut quiet = pay_quietly(&world, bills).await.into_iter();
        let quiet = payments.map(|most| quiet.by_ref().take(most).collect()).to_vec();
        settle(&world).await;
        let impatient = impatient.into_iter().map(|bill| bill.link).collect();
        Self { world, readers, buyers, spent, impatient, quiet }
    }

    /// What is sent for an arrival; `None` for a webhook beyond the last whole payment.
    pub(crate) fn flight(&self, phase: Phase, arrival: &Arrival) -> Option<Flight> {
        let page = |path: &str| to_payer(arrival, (&self.readers, path), 200);
        match arrival.route {
            // One of seven is a guess at a link.
            Route::View if arrival.turn % 7 == 3 => {
                let mut forged = to_payer(arrival, (&self.readers, ""), 404)?;
                forged.url = forge(&forged.url);
                Some(forged)
            }
            Route::View => page(""),
            Route::Plan => page("/plan"),
            Route::Promise => page("/promise"),
            Route::Dispute => page("/dispute"),
            Route::Receipt => to_payer(arrival, (&self.spent, "/receipt"), 200),
            // One of fourteen is pressed by somebody who has done so too often.
            Route::Pay if arrival.turn % 14 == 1 => Some(Flight {
                route: Route::Pay,
                url: format!("{}/pay", self.impatient),
                address: "10.2.0.1".to_owned(),
                body: String::new(),
                wanted: Wanted::Limited,
            }),
            Route::Pay => to_payer(arrival, (&self.buyers, "/pay"), 303),
            Route::Webhook => self.to_us(phase, arrival.turn),
        }
    }

    fn to_us(&self, phase: Phase, turn: u64) -> Option<Flight> {
        let at = |number: u64| usize::try_from(number).ok();
        let quiet = self.of(phase).get(at(turn / EVENTS)?)?;
        Some(Flight {
            route: Route::Webhook,
            url: format!("{}/webhooks/stripe", self.world.stack.text("portal")),
            address: "10.3.0.1".to_owned(),
            body: quiet.events.get(at(turn % EVENTS)?)?.clone(),
            wanted: Wanted::Status(200),
        })
    }

    fn of(&self, phase: Phase) -> &[Quiet] {
        let index = PHASES.iter().position(|one| one.name == phase.name);
        index.and_then(|index| self.quiet.get(index)).map_or(&[], Vec::as_slice)
    }

    /// How many payments a phase's webhooks tell of, and how many of these the table has as paid.
    pub(crate) async fn applied(&self, phase: Phase) -> (usize, usize) {
        let ids: Vec<String> = self.of(phase).iter().map(|quiet| quiet.invoice.clone()).collect();
        let mut paid = 0;
        // As many as one read may ask for, which answers with less than it was asked if it is much.
        for some in ids.chunks(25) {
            let items = self.world.aws.invoice_items(some).await;
            paid += items.iter().filter(|item| item["status"]["S"] == "Paid").count();
        }
        (ids.len(), paid)
    }

    /// Waits until what has happened has no more consequences under way.
    pub(crate) async fn rest(&self) {
        settle(&self.world).await;
    }
}

/// A payer's request through the link that was picked. Every link has a payer of its own, at an
/// address of its own.
fn to_payer(arrival: &Arrival, (links, path): (&[String], &str), status: u16) -> Option<Flight> {
    let among = u64::try_from(links.len()).ok()?;
    let which = usize::try_from(arrival.pick.checked_rem(among)?).ok()?;
    let link = links.get(which)?;
    Some(Flight {
        route: arrival.route,
        url: format!("{link}{path}"),
        address: format!("10.1.{}.{which}", u8::from(arrival.route == Route::Pay)),
        body: String::new(),
        wanted: Wanted::Status(status),
    })
}

/// Whole payments that the webhooks of a phase have room for.
fn payments(phase: Phase, settings: &Settings) -> usize {
    usize::try_from(count(Route::Webhook, phase, settings) / EVENTS).unwrap_or_default()
}

/// The same link with other last letters, which its seal does not fit.
fn forge(link: &str) -> String {
    let kept = link.len().saturating_sub(4);
    let letters = if link.ends_with("AAAA") { "BBBB" } else { "AAAA" };
    format!("{}{letters}", link.get(..kept).unwrap_or_default())
}

/// Imports so many invoices in one file, and makes a link for each.
async fn bills(world: &World, count: usize) -> Vec<Bill> {
    let head = "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Currency\n";
    let row = |n| format!("LOAD-{n},2096-12-31,80.00,ap{n}@load.example,Acme {n},USD\n");
    let csv: String = std::iter::once(head.to_owned()).chain((0..count).map(row)).collect();
    let report = world.import(csv.as_bytes()).await;
    assert_eq!(report.status, 200, "{}", report.text());
    let report = report.json();
    let made = report["invoices"].as_array().cloned().unwrap_or_default();
    assert_eq!(made.len(), count, "{report}");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let links = stream::iter(made).map(|one| async move {
        let (id, number) = (text(&one["id"]), text(&one["number"]));
        let link = text(&world.regenerate(&id, false).await["pay_link"]);
        Bill { id, number, contact: String::new(), link }
    });
    links.buffered(AT_ONCE).collect().await
}

/// Opens Checkout at an address of its own, and pays there by card.
async fn pay(world: &World, bill: Bill) -> Bill {
    let payer = World { payer: world.payer.elsewhere(), ..world.clone() };
    let session = payer.checkout(&bill).await;
    world.stripe.pay(&session).await;
    bill
}

/// Links that are spent and have their receipt.
async fn spend(world: &World, bills: Vec<Bill>) -> Vec<String> {
    let paid = stream::iter(bills).map(|bill| async move {
        let bill = pay(world, bill).await;
        world.wait_for(&bill.id, "ReceiptMade").await;
        bill.link
    });
    paid.buffered(AT_ONCE).collect().await
}

/// Payments of which nobody has told us yet, with the events that will.
async fn pay_quietly(world: &World, bills: Vec<Bill>) -> Vec<Quiet> {
    let paid = stream::iter(bills).map(|bill| pay(world, bill)).buffered(AT_ONCE);
    let paid: Vec<Bill> = paid.collect().await;
    let events: Vec<String> =
        world.stripe.events("").await.iter().map(|event| event["payload"].to_string()).collect();
    let quiet = |bill: Bill| {
        let of_bill = events.iter().filter(|event| event.contains(&bill.id)).cloned();
        Quiet { events: of_bill.collect(), invoice: bill.id }
    };
    let quiet: Vec<Quiet> = paid.into_iter().map(quiet).collect();
    for one in &quiet {
        assert_eq!(one.events.len() as u64, EVENTS, "events of {}", one.invoice);
    }
    quiet
}

/// Sets a link's count to its limit, in this window and in the next, which may begin meanwhile.
#[expect(clippy::disallowed_methods, reason = "a window is one of the deployed clock")]
async fn use_up(world: &World, bill: &Bill) {
    let (most, window_s) = WRITES_PER_LINK;
    let link = world.read(&bill.id).await["link"]["id"].as_str().unwrap_or_default().to_owned();
    let now_s = jiff::Timestamp::now().as_second();
    let start_s = now_s - now_s % window_s;
    for start_s in [start_s, start_s + window_s] {
        let key = format!("LIMIT#write-link#{link}#{start_s}");
        let values = json!({ ":max": { "N": most.to_string() } });
        world.aws.update_item((&key, "LIMIT"), "SET uses = :max", values).await;
    }
}

/// Waits until no mail and no receipt waits to be made.
async fn settle(world: &World) {
    within(PATIENCE, "queues that are empty", || async {
        let waiting = world.aws.waiting("mail_queue").await;
        (waiting + world.aws.waiting("receipt_queue").await == 0).then_some(())
    })
    .await;
}
