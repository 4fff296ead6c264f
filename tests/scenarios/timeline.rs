//! What happened to an invoice, as operators read it and as the bus gets it.
use acceptance::inbox::Received;
use acceptance::{Bill, Stack, World, eventually, within};
use serde_json::{Value, json};

fn entries(invoice: &Value) -> Vec<Value> {
    invoice["timeline"].as_array().unwrap().clone()
}

fn entry_of(invoice: &Value, name: &str) -> Value {
    let found = entries(invoice).into_iter().find(|entry| entry["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {invoice}"))
}

fn key_of(entry: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (format!("INVOICE#{}", text(&entry["invoice"])), format!("T#{}", text(&entry["id"])))
}

/// Whether the table still waits for the entry's publication to be confirmed.
async fn unpublished(world: &World, entry: &Value) -> bool {
    let (pk, sk) = key_of(entry);
    let items = world.aws.partition(&pk).await;
    let item = items.iter().find(|item| item["sk"]["S"] == sk.as_str()).unwrap();
    item["due_bucket"].is_object()
}

/// As if the bus had never confirmed that it took the entry.
async fn never_confirmed(world: &World, entry: &Value) {
    let (pk, sk) = key_of(entry);
    let values = json!({ ":bucket": { "S": "outbox#0" }, ":due": { "N": "1" } });
    let expression = "SET due_bucket = :bucket, due_at = :due";
    world.aws.update_item((&pk, &sk), expression, values).await;
}

async fn swept(world: &World, entry: &Value) {
    eventually("the sweeper publishes it", || async {
        world.aws.invoke("outbox-sweeper").await;
        (!unpublished(world, entry).await).then_some(())
    })
    .await;
}

fn link_of(mail: &Received) -> String {
    mail.text.split_whitespace().find(|word| word.contains("/p/")).unwrap().to_owned()
}

/// A message as the bus puts it into a queue.
fn message(entry: &Value) -> String {
    json!({ "source": "plixo.portal", "detail-type": entry["name"], "detail": entry }).to_string()
}

pub(crate) async fn the_operator_reads_what_happened_with_time_actor_and_facts(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    world.payer.get(&bill.link).await;
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    world.wait_for(&bill.id, "ReceiptMade").await;
    eventually("the receipt's mail is told", || async {
        let told = entries(&world.read(&bill.id).await);
        told.iter().any(|entry| entry["data"]["letter"] == "receipt").then_some(())
    })
    .await;
    let invoice = world.read(&bill.id).await;
    assert_eq!(world.by_number(&bill.number).await.json()["timeline"], invoice["timeline"]);
    // The schedule of the cadence may have been quicker with the first link.
    let told = world.timeline(&bill.id).await;
    let again = told.iter().any(|name| name == "LinkRegenerated");
    let link_name = if again { "LinkRegenerated" } else { "LinkIssued" };
    for (name, role, facts) in [
        (
            "InvoiceImported",
            "operator",
            json!({ "balance": { "minor": 8_000, "currency": "USD" } }),
        ),
        (link_name, "operator", json!({ "link": invoice["link"]["id"] })),
        ("LinkOpened", "payer", json!({ "link": invoice["link"]["id"] })),
        ("PaymentStarted", "payer", json!({ "payment": invoice["payments"][0]["id"] })),
        (
            "PaymentSettled",
            "stripe",
            json!({ "stripe_payment": invoice["payments"][0]["stripe_payment"] }),
        ),
        ("ReceiptMade", "portal", json!({ "payment": invoice["payments"][0]["id"] })),
        ("MailSent", "portal", json!({ "to": format!("i•••@payer-{}.example", world.tenant) })),
    ] {
        let fits = |entry: &Value| {
            let data = facts.as_object().unwrap().iter();
            entry["name"] == name
                && data.into_iter().all(|(field, value)| entry["data"][field] == *value)
        };
        let entry = entries(&invoice).into_iter().find(fits);
        let entry = entry.unwrap_or_else(|| panic!("{name} {facts}: {invoice}"));
        assert_eq!(entry["actor"]["role"], role, "{name}");
        assert!(entry["at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{name}");
    }
    let order: Vec<String> =
        entries(&invoice).iter().map(|entry| entry["id"].to_string()).collect();
    assert!(order.is_sorted(), "{order:?}");
    assert!(!invoice.to_string().contains(bill.link.rsplit('/').next().unwrap()), "no token");
    let told = invoice["timeline"].to_string();
    assert!(!told.contains(&bill.contact), "addresses are masked: {told}");
}

pub(crate) async fn every_entry_reaches_the_bus_and_is_confirmed(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    // Two hops by way of the bus: the receipt, and from its entry the mail.
    world.inbox.wait_for(&bill.contact, "eceipt").await;
    eventually("nothing waits for the bus", || async {
        let items = world.aws.partition(&format!("INVOICE#{}", bill.id)).await;
        let timeline = |item: &&Value| item["sk"]["S"].as_str().unwrap().starts_with("T#");
        let mut timeline = items.iter().filter(timeline);
        timeline.all(|item| item["due_bucket"].is_null()).then_some(())
    })
    .await;
}

pub(crate) async fn faults_row_38_an_entry_never_confirmed_is_published_again_without_a_second_effect(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    world.regenerate(&bill.id, true).await;
    let link = link_of(&world.inbox.wait_for(&bill.contact, "ew link").await);
    let session = world.checkout(&Bill { link, ..bill.clone() }).await;
    world.stripe.pay(&session).await;
    world.inbox.wait_for(&bill.contact, "eceipt").await;
    let before = eventually("all mails are told", || async {
        let invoice = world.read(&bill.id).await;
        let letters = ["link", "receipt"].map(|letter| {
            entries(&invoice).iter().filter(|entry| entry["data"]["letter"] == letter).count()
        });
        (letters == [1, 1]).then_some(invoice)
    })
    .await;
    let subjects =
        |mails: Vec<Received>| mails.into_iter().map(|mail| mail.subject).collect::<Vec<_>>();
    let mails = subjects(world.inbox.to(&bill.contact).await);
    for name in ["LinkMailDue", "PaymentSettled", "ReceiptMade", "MailSent"] {
        let entry = entry_of(&before, name);
        eventually("the relay has confirmed it", || async {
            (!unpublished(&world, &entry).await).then_some(())
        })
        .await;
        never_confirmed(&world, &entry).await;
        swept(&world, &entry).await;
        // What the queue's handler makes of the second copy, told at once.
        let handler = if name == "PaymentSettled" { "receipt-maker" } else { "mailer" };
        let event = json!({ "Records": [{ "messageId": "m-1", "body": message(&entry) }] });
        let answer = world.aws.invoke_with(handler, &event).await;
        assert_eq!(answer, json!({ "batchItemFailures": [] }), "{name}");
    }
    assert_eq!(world.read(&bill.id).await["timeline"], before["timeline"]);
    assert_eq!(subjects(world.inbox.to(&bill.contact).await), mails);
}

pub(crate) async fn what_the_sweeper_publishes_reaches_the_mailer(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    world.regenerate(&bill.id, true).await;
    let first = world.inbox.wait_for(&bill.contact, "ew link").await;
    world.wait_for(&bill.id, "MailSent").await;
    let entry = entry_of(&world.read(&bill.id).await, "LinkMailDue");
    // Without its mark the mail was never sent, as far as the mailer can tell.
    let (pk, sk) = key_of(&entry);
    let mark = sk.replace("T#", "M#") + "#0";
    let known = world.aws.partition(&pk).await;
    assert!(known.iter().any(|item| item["sk"]["S"] == mark.as_str()), "{known:?}");
    world.aws.delete_item((&pk, &mark)).await;
    never_confirmed(&world, &entry).await;
    swept(&world, &entry).await;
    let again = eventually("the mail is sent again", || async {
        let mails = world.inbox.to(&bill.contact).await;
        let mut again = mails.into_iter().filter(|mail| mail.subject.contains("ew link"));
        again.nth(1)
    })
    .await;
    assert_eq!(link_of(&again), link_of(&first));
}

pub(crate) async fn faults_row_39_a_poison_message_fails_alone_in_its_batch(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    world.regenerate(&bill.id, true).await;
    world.inbox.wait_for(&bill.contact, "ew link").await;
    let good = entry_of(&world.read(&bill.id).await, "LinkMailDue");
    let mut newer = good.clone();
    newer["version"] = json!(2);
    let mut nobodys = good.clone();
    nobodys["invoice"] = json!("00000000000000000000000001");
    let bodies = [
        "not json".to_owned(),
        message(&good),
        message(&newer),
        "{}".to_owned(),
        message(&nobodys),
    ];
    let records: Vec<Value> = (0..).zip(&bodies)
        .map(|(place, body): (u32, &String)| json!({ "messageId": format!("m-{place}"), "body": body }))
        .collect();
    let answer = world.aws.invoke_with("mailer", &json!({ "Records": records })).await;
    let failed: Vec<&str> = answer["batchItemFailures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|failure| failure["itemIdentifier"].as_str().unwrap())
        .collect();
    assert_eq!(failed, ["m-0", "m-2", "m-3", "m-4"], "{answer}");
}

/// Runs alone: it shortens the wait of the mail queue, for everyone's mail.
pub(crate) async fn faults_row_39_a_poison_message_is_put_aside_and_the_mail_goes_on(stack: Stack) {
    const HIDDEN_S: u32 = 360;
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let poison = format!("poison {}", world.tenant);
    world.aws.hide_failed("mail_queue", 1).await;
    // In a task of its own, so that the wait is restored whatever becomes of it.
    let told = tokio::task::spawn(put_aside(world.clone(), bill.clone(), poison)).await;
    world.aws.hide_failed("mail_queue", HIDDEN_S).await;
    told.unwrap();
    world.wait_for(&bill.id, "MailSent").await;
    let letters = entries(&world.read(&bill.id).await);
    assert_eq!(letters.iter().filter(|entry| entry["data"]["letter"] == "link").count(), 1);
}

async fn put_aside(world: World, bill: Bill, poison: String) {
    world.aws.send("mail_queue", &poison).await;
    world.regenerate(&bill.id, true).await;
    world.inbox.wait_for(&bill.contact, "ew link").await;
    let patience = std::time::Duration::from_mins(2);
    within(patience, "five tries, then the dead-letter queue", || async {
        world.aws.peek("mail_dead_letters").await.contains(&poison).then_some(())
    })
    .await;
}
