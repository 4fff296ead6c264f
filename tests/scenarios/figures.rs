//! What a request costs: round trips and capacity units, counted by the deployed functions
//! themselves, and the bytes of each page. These stories run alone, so each line is theirs.
use std::collections::HashSet;
use std::io::Write as _;

use acceptance::{Answer, Bill, Stack, World, eventually};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// The largest page that fits one round trip of a new connection, compressed.
const PAGE_MAX_BYTES: usize = 13 * 1024;
const USUAL_PAGE_MAX_BYTES: usize = 2_560;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Cost {
    round_trips: u64,
    read_units: f64,
    write_units: f64,
}

/// The lines with which a function has closed its requests so far, by request id.
async fn answered(world: &World, route: &str) -> Vec<(String, Cost)> {
    let lines = world.aws.logs().await;
    let lines = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let lines =
        lines.filter(|line| line["message"] == "answered" && line["span"]["route"] == route);
    let read = |line: Value| {
        let id = line["span"]["request_id"].as_str().unwrap().to_owned();
        let cost = Cost {
            round_trips: line["round_trips"].as_u64().unwrap(),
            read_units: line["read_units"].as_f64().unwrap(),
            write_units: line["write_units"].as_f64().unwrap(),
        };
        (id, cost)
    };
    lines.map(read).collect()
}

/// What the requests cost that `act` makes to a function, each by itself.
async fn costs<T>(world: &World, route: &str, act: impl Future<Output = T>) -> (Vec<Cost>, T) {
    let before = answered(world, route).await.into_iter().map(|(id, _)| id);
    let before: HashSet<String> = before.collect();
    let result = act.await;
    let costs = eventually(&format!("a line of {route}"), || async {
        let lines = answered(world, route).await;
        let new = lines.into_iter().filter(|(id, _)| !before.contains(id));
        let new: Vec<Cost> = new.map(|(_, cost)| cost).collect();
        (!new.is_empty()).then_some(new)
    })
    .await;
    (costs, result)
}

/// The cost of the one request that `act` makes to a function.
async fn cost<T>(world: &World, route: &str, act: impl Future<Output = T>) -> Cost {
    let (costs, _) = costs(world, route, act).await;
    assert_eq!(costs.len(), 1, "{route}: {costs:?}");
    costs[0]
}

fn print(title: &str, lines: &[String]) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "\n\n  {title}");
    for line in lines {
        let _ = writeln!(out, "  {line}");
    }
}

fn row(what: &str, cost: Cost) -> String {
    let Cost { round_trips, read_units, write_units } = cost;
    format!("{what:<34}{round_trips:>12}{read_units:>12}{write_units:>12}")
}

async fn completed(world: &World, bill: &Bill) -> String {
    let events = world.stripe.events("checkout.session.completed").await;
    let found = events.iter().find(|event| event["payload"].to_string().contains(&bill.id));
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn each_request_costs_no_more_than_its_floor(stack: Stack) {
    let world = World::new(&stack).await;
    world.stripe.webhooks("drop").await;
    let bill = world.bill("80.00", "USD").await;
    let url = |action: &str| format!("{}/{action}", bill.link);
    let first = cost(&world, "portal-view", world.payer.get(&bill.link)).await;
    let view = cost(&world, "portal-view", world.payer.get(&bill.link)).await;
    let pay = cost(&world, "portal-pay", world.payer.press(&url("pay"))).await;
    let session = world.checkout(&bill).await;
    let again = cost(&world, "portal-pay", world.payer.press(&url("pay"))).await;
    world.stripe.pay(&session).await;
    let path = format!("events/{}/deliver", completed(&world, &bill).await);
    let deliver = || world.stripe.control(&path, json!({ "times": 1 }));
    let webhook = cost(&world, "stripe-webhook", deliver()).await;
    let duplicate = cost(&world, "stripe-webhook", deliver()).await;
    let paid = cost(&world, "portal-paid", world.payer.get(&url("paid"))).await;
    world.wait_for(&bill.id, "ReceiptMade").await;
    let receipt = cost(&world, "portal-receipt", world.payer.get(&url("receipt"))).await;
    let link = cost(&world, "link-regen", world.regenerate(&bill.id, false)).await;
    let csv = b"Invoice Number,Due Date,Balance,Contact Email\nF-1,2096-12-31,1.00,a@b.example\n";
    let import = cost(&world, "invoice-import", world.import(csv)).await;
    let unchanged = cost(&world, "invoice-import", world.import(csv)).await;
    let rows = [
        ("view, first opening", first),
        ("view", view),
        ("payment start", pay),
        ("payment start, again", again),
        ("webhook, applied", webhook),
        ("webhook, duplicate", duplicate),
        ("back from Checkout, paid", paid),
        ("receipt", receipt),
        ("link regenerated", link),
        ("import of a row", import),
        ("import, unchanged", unchanged),
    ];
    let head = format!("{:<34}{:>12}{:>12}{:>12}", "", "round trips", "read units", "write units");
    let table: Vec<String> = rows.iter().map(|(what, cost)| row(what, *cost)).collect();
    print(&head, &table);
    let free = |round_trips, read_units| Cost { round_trips, read_units, write_units: 0.0 };
    let reads = |cost: Cost| Cost { write_units: 0.0, ..cost };
    assert_eq!(view, free(1, 1.0), "the view's floor, exactly");
    assert_eq!(duplicate, free(1, 1.0), "a duplicate reads and writes nothing");
    assert_eq!(reads(webhook), free(2, 1.0), "one read, one transaction");
    assert_eq!(reads(first), free(2, 1.0), "the view, and one transaction");
    assert_eq!((paid, receipt), (free(1, 1.0), free(1, 1.0)));
    // Two counters beside the load: what a link and an address have sent.
    let counted = |cost: Cost| Cost { write_units: cost.write_units + 2.0, ..cost };
    assert_eq!(again, counted(free(4, 1.5)), "the same session costs no write but its count");
    assert!(pay.round_trips <= 6, "{pay:?}");
    // Two small items in one transaction, one of them in an index.
    assert_eq!(reads(unchanged), free(3, 0.5), "a file posted again is a line of the history");
    assert!(unchanged.write_units <= 6.0, "{unchanged:?}");
}

pub(crate) async fn faults_row_25_guessed_tokens_cost_no_read(stack: Stack) {
    const GUESSES: usize = 2_500;
    const AT_ONCE: usize = 10;
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let (base, genuine) = bill.link.rsplit_once('/').unwrap();
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let guess = |place: usize| -> String {
        let mut token = genuine.to_owned().into_bytes();
        // Half differ from a genuine one by a single character, half share none of its tail.
        let from = if place.is_multiple_of(2) { place % token.len() } else { 10 };
        let to = if place.is_multiple_of(2) { from + 1 } else { token.len() };
        for (index, byte) in token[from..to].iter_mut().enumerate() {
            let known = alphabet.iter().position(|letter| letter == byte).unwrap();
            *byte = alphabet[(known + 1 + (place + index) % 61) % 64];
        }
        String::from_utf8(token).unwrap()
    };
    let guesses: HashSet<String> = (0..GUESSES).map(guess).collect();
    assert!(guesses.len() > GUESSES / 2 && !guesses.contains(genuine));
    let before: HashSet<String> =
        answered(&world, "portal-view").await.into_iter().map(|(id, _)| id).collect();
    let all: Vec<String> = guesses.iter().map(|token| format!("{base}/{token}")).collect();
    let mut callers = JoinSet::new();
    for some in all.chunks(all.len().div_ceil(AT_ONCE)) {
        let (caller, some) = (world.payer.elsewhere(), some.to_vec());
        callers.spawn(async move {
            for url in some {
                assert_eq!(caller.get(&url).await.status, 404);
            }
        });
    }
    // 429 is the gateway's own answer to this; the emulator has no throttle.
    callers.join_all().await;
    let costs = eventually("a line for each guess", || async {
        let lines = answered(&world, "portal-view").await.into_iter();
        let new: Vec<_> = lines.filter(|(id, _)| !before.contains(id)).collect();
        (new.len() >= guesses.len()).then_some(new)
    })
    .await;
    assert!(costs.iter().all(|(_, cost)| cost.round_trips == 0), "{costs:?}");
}

fn compressed(page: &Answer) -> usize {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&page.bytes).unwrap();
    gzip.finish().unwrap().len()
}

/// A bill with so many lines of description, and a link to it.
async fn long_bill(world: &World, lines: usize) -> String {
    let line = |place: usize| {
        format!("{place} pallets of rope, {} m, batch {:x}", place * 7, place * 7_919)
    };
    let text: Vec<String> = (1..=lines).map(line).collect();
    let csv = format!(
        "Invoice Number,Due Date,Balance,Contact Email,Description\n\
         LONG-{lines},2096-12-31,1.00,a@b.example,\"{}\"\n",
        text.join("\n")
    );
    let report = world.import(csv.as_bytes()).await.json();
    let id = report["invoices"][0]["id"].as_str().unwrap().to_owned();
    world.regenerate(&id, false).await["pay_link"].as_str().unwrap().to_owned()
}

pub(crate) async fn every_page_fits_one_round_trip(stack: Stack) {
    let world = World::new(&stack).await;
    let mut pages = Vec::new();
    let bill = world.bill("80.00", "USD").await;
    pages.push(("due", world.payer.get(&bill.link).await, "due"));
    let session = world.checkout(&bill).await;
    pages.push(("Checkout open", world.payer.get(&bill.link).await, "checkout-open"));
    world.stripe.pay_by_bank(&session).await;
    world.wait_for_status(&bill.id, "Processing").await;
    pages.push(("processing", world.payer.get(&bill.link).await, "processing"));
    world.stripe.control(&format!("settle/{session}"), json!({})).await;
    world.wait_for(&bill.id, "ReceiptMade").await;
    pages.push(("paid, with receipt", world.payer.get(&bill.link).await, "paid"));
    world.regenerate(&bill.id, false).await;
    pages.push(("replaced", world.payer.get(&bill.link).await, "replaced"));
    let resting = world.bill("80.00", "USD").await;
    world.let_link_rest(&resting, 8 * 24 * 3_600).await;
    pages.push(("expired", world.payer.get(&resting.link).await, "expired"));
    let small = world.bill("0.30", "USD").await;
    pages.push(("below the minimum", world.payer.get(&small.link).await, "below-minimum"));
    let nothing = format!("{}/p/nothing", stack.text("portal"));
    pages.push(("not found", world.payer.get(&nothing).await, "not-found"));
    let mut table = Vec::new();
    for (what, page, state) in &pages {
        assert_eq!(page.state(), *state, "{what}");
        let bytes = compressed(page);
        table.push(format!("{what:<34}{:>12}{bytes:>12}", page.bytes.len()));
        assert!(bytes <= USUAL_PAGE_MAX_BYTES, "{what}: {bytes} bytes");
    }
    for lines in [100, 500] {
        let page = world.payer.get(&long_bill(&world, lines).await).await;
        let bytes = compressed(&page);
        table.push(format!(
            "{:<34}{:>12}{bytes:>12}",
            format!("due, {lines} lines"),
            page.bytes.len()
        ));
        assert!(bytes <= PAGE_MAX_BYTES, "{lines} lines: {bytes} bytes");
    }
    print(&format!("{:<34}{:>12}{:>12}", "page", "bytes", "gzip"), &table);
}
