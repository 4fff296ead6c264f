//! What Stripe says, however often and in whatever order.
use acceptance::{Bill, Stack, World, eventually};
use serde_json::{Value, json};

/// A bill paid by card while its webhooks are held back; the events in the order they happened.
async fn paid_quietly(world: &World) -> (Bill, Vec<String>) {
    world.stripe.webhooks("hold").await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    let events = world.stripe.events("").await;
    let ids = events.iter().filter(|event| event["payload"].to_string().contains(&bill.id));
    let ids = ids.map(|event| event["id"].as_str().unwrap().to_owned()).collect();
    (bill, ids)
}

async fn deliver(world: &World, ids: &[String]) -> Vec<u64> {
    let answer = world.stripe.control("events/deliver", json!({ "ids": ids })).await;
    let answers = answer["answers"].as_array().unwrap().iter();
    answers.map(|answer| answer["status"].as_u64().unwrap_or(0)).collect()
}

/// Posts a hand-made event with a good signature.
async fn post_signed(world: &World, event: &Value) -> u16 {
    let body = event.to_string();
    let signature = world.stripe.sign(&body).await;
    let headers = [("stripe-signature", signature.as_str()), ("content-type", "application/json")];
    let url = world.api("/webhooks/stripe");
    world.payer.request("POST", &url, &headers, body.into_bytes()).await.status
}

/// The `checkout.session.completed` event of a quietly paid bill.
async fn completed(world: &World, bill: &Bill) -> Value {
    let events = world.stripe.events("checkout.session.completed").await;
    let found = events.into_iter().find(|event| event["payload"].to_string().contains(&bill.id));
    found.unwrap()["payload"].clone()
}

pub(crate) async fn faults_row_1_a_hundred_deliveries_make_one_payment_and_one_receipt(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let (bill, _) = paid_quietly(&world).await;
    let event = completed(&world, &bill).await;
    let path = format!("events/{}/deliver", event["id"].as_str().unwrap());
    let answer = world.stripe.control(&path, json!({ "times": 100, "concurrency": 32 })).await;
    let answers = answer["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 100);
    // A delivery that lost three races in a row is a 5xx, which Stripe delivers again.
    let refused = answers.iter().filter(|answer| answer["status"] != 200).count();
    assert_eq!(refused, 0, "{answers:?}");
    world.wait_for(&bill.id, "ReceiptMade").await;
    world.inbox.wait_for(&bill.contact, "eceipt").await;
    assert_eq!(world.count(&bill.id, "PaymentSettled").await, 1);
    assert_eq!(world.count(&bill.id, "ReceiptMade").await, 1);
    assert_eq!(world.stripe.ledger().await["payments"].as_array().unwrap().len(), 1);
}

pub(crate) async fn faults_row_3_events_in_reverse_order_end_the_same(stack: Stack) {
    let world = World::new(&stack).await;
    let (bill, mut ids) = paid_quietly(&world).await;
    ids.reverse();
    let twice = [ids.clone(), ids].concat();
    assert!(deliver(&world, &twice).await.iter().all(|status| *status == 200));
    assert_eq!(world.read(&bill.id).await["status"], "Paid");
    assert_eq!(world.count(&bill.id, "PaymentSettled").await, 1);
}

pub(crate) async fn faults_row_4_a_payment_without_webhook_is_found_by_the_reconciler(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    world.stripe.webhooks("drop").await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    let payment = world.read(&bill.id).await["payments"][0]["id"].as_str().unwrap().to_owned();
    // Ten minutes later, as far as the schedule can tell.
    let key = (format!("INVOICE#{}", bill.id), format!("4#payment#{payment}"));
    let past = json!({ ":past": { "N": "1" } });
    world.aws.update_item((&key.0, &key.1), "SET due_at = :past", past).await;
    eventually("the reconciler records it", || async {
        world.aws.invoke("payment-reconciler").await;
        (world.read(&bill.id).await["status"] == "Paid").then_some(())
    })
    .await;
    assert_eq!(world.count(&bill.id, "PaymentSettled").await, 1);
}

pub(crate) async fn faults_row_4_a_bank_payment_without_webhook_is_found_in_the_events_of_its_account(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    world.stripe.webhooks("drop").await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.pay_by_bank(&session).await;
    let payment = world.read(&bill.id).await["payments"][0]["id"].as_str().unwrap().to_owned();
    let key = (format!("INVOICE#{}", bill.id), format!("4#payment#{payment}"));
    eventually("its account is watched", || async {
        let past = json!({ ":past": { "N": "1" } });
        world.aws.update_item((&key.0, &key.1), "SET due_at = :past", past).await;
        world.aws.invoke("payment-reconciler").await;
        let watches = world.aws.partition("WATCH").await;
        watches.iter().any(|watch| watch["sk"]["S"] == world.account.as_str()).then_some(())
    })
    .await;
    assert_eq!(world.read(&bill.id).await["status"], "Processing");
    // The payment itself is not due before tomorrow: only the account's events can tell.
    let later = json!({ ":later": { "N": "4000000000" } });
    world.aws.update_item((&key.0, &key.1), "SET due_at = :later", later).await;
    world.stripe.control(&format!("settle/{session}"), json!({})).await;
    eventually("the reconciler records it", || async {
        world.aws.invoke("payment-reconciler").await;
        (world.read(&bill.id).await["status"] == "Paid").then_some(())
    })
    .await;
    assert_eq!(world.count(&bill.id, "PaymentSettled").await, 1);
}

pub(crate) async fn faults_row_7_an_event_of_another_tenants_account_changes_nothing(stack: Stack) {
    let (world, other) = (World::new(&stack).await, World::new(&stack).await);
    let (bill, _) = paid_quietly(&world).await;
    let mut event = completed(&world, &bill).await;
    for (id, account) in [("evt_foreign", other.account.as_str()), ("evt_nobody", "acct_nobody")] {
        event["account"] = json!(account);
        event["id"] = json!(format!("{id}{}", world.tenant));
        assert_eq!(post_signed(&world, &event).await, 200);
        let kept =
            world.aws.partition(&format!("STRIPE#{}{}", id.replace('_', ""), world.tenant)).await;
        assert_eq!(kept.len(), 1, "kept for an operator");
    }
    assert_eq!(world.read(&bill.id).await["status"], "Open");
}

pub(crate) async fn faults_row_8_a_live_event_on_a_test_stack_is_ignored(stack: Stack) {
    let world = World::new(&stack).await;
    let (bill, _) = paid_quietly(&world).await;
    let mut event = completed(&world, &bill).await;
    event["livemode"] = json!(true);
    assert_eq!(post_signed(&world, &event).await, 200);
    assert_eq!(world.read(&bill.id).await["status"], "Open");
}

pub(crate) async fn faults_row_9_a_forged_delivery_is_refused_and_stores_nothing(stack: Stack) {
    let world = World::new(&stack).await;
    let (bill, _) = paid_quietly(&world).await;
    let event = completed(&world, &bill).await.to_string();
    let good = world.stripe.sign(&event).await;
    let url = world.api("/webhooks/stripe");
    let wrong_scheme = good.replace("v1=", "v0=");
    let off = event.replacen('{', "{ ", 1);
    for (signature, body) in [
        ("", &event),
        (wrong_scheme.as_str(), &event),
        (good.as_str(), &off),
        ("t=1,v1=00", &event),
    ] {
        let headers = [("stripe-signature", signature), ("content-type", "application/json")];
        let answer = world.payer.request("POST", &url, &headers, body.clone().into_bytes()).await;
        assert_eq!(answer.status, 400, "{signature}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let unreadable = "not json at all".to_owned();
    let signature = world.stripe.sign(&unreadable).await;
    let headers = [("stripe-signature", signature.as_str()), ("content-type", "application/json")];
    let answer = world.payer.request("POST", &url, &headers, unreadable.into_bytes()).await;
    assert_eq!(answer.status, 200, "signed, so it is kept");
    assert_eq!(world.read(&bill.id).await["status"], "Open");
}

pub(crate) async fn faults_row_13_a_second_payment_is_kept_and_flagged(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = paid_twice(&world).await;
    let invoice = world.read(&bill.id).await;
    let payments = invoice["payments"].as_array().unwrap();
    assert_eq!(payments.iter().filter(|payment| payment["state"] == "Paid").count(), 2);
    assert_eq!(payments.iter().filter(|payment| payment["duplicate"] == true).count(), 1);
    assert_eq!(world.count(&bill.id, "PaymentSettled").await, 1);
    assert_eq!(world.count(&bill.id, "PaymentDuplicated").await, 1);
    world.inbox.wait_for(&bill.contact, "aid twice").await;
    world.inbox.wait_for(&format!("team@{}.example", world.tenant), "aid twice").await;
}

/// An invoice that was paid, and then once more.
pub(crate) async fn paid_twice(world: &World) -> Bill {
    let (bill, ids) = paid_quietly(world).await;
    // The first payment's expiry was reported by mistake, so a second one could be made.
    let mut expired = completed(world, &bill).await;
    expired["id"] = json!(format!("evt_expired{}", world.tenant));
    expired["type"] = json!("checkout.session.expired");
    expired["data"]["object"]["status"] = json!("expired");
    assert_eq!(post_signed(world, &expired).await, 200);
    let second = world.checkout(&bill).await;
    world.stripe.webhooks("deliver").await;
    world.stripe.pay(&second).await;
    world.wait_for_status(&bill.id, "Paid").await;
    assert!(deliver(world, &ids).await.iter().all(|status| *status == 200));
    bill
}

pub(crate) async fn faults_row_15_another_amount_is_never_taken_as_paid(stack: Stack) {
    let world = World::new(&stack).await;
    for (field, value) in [("amount_total", json!(7_999)), ("currency", json!("eur"))] {
        let (bill, _) = paid_quietly(&world).await;
        let mut event = completed(&world, &bill).await;
        event["id"] = json!(format!("evt_{field}{}", world.tenant));
        event["data"]["object"][field] = value;
        assert_eq!(post_signed(&world, &event).await, 200);
        let invoice = world.read(&bill.id).await;
        assert_eq!(invoice["status"], "UnderReview", "{field}");
        assert_eq!(world.count(&bill.id, "PaymentMismatched").await, 1);
        assert_eq!(world.count(&bill.id, "PaymentSettled").await, 0);
        let team = format!("team@{}.example", world.tenant);
        let mail = world.inbox.wait_for(&team, &bill.number).await;
        assert!(mail.subject.contains("another amount"), "{}", mail.subject);
        let page = world.payer.press(&format!("{}/pay", bill.link)).await;
        assert_eq!((page.status, page.state().as_str()), (200, "review"));
    }
}

pub(crate) async fn faults_row_18_refunds_add_up_on_the_timeline(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    let invoice = world.wait_for_status(&bill.id, "Paid").await;
    let intent = invoice["payments"][0]["stripe_payment"].as_str().unwrap().to_owned();
    for (amount, total) in [(2_000, 2_000), (6_000, 8_000)] {
        let refund = json!({ "payment_intent": intent, "amount": amount });
        world.stripe.control("refund", refund).await;
        eventually("the refund is recorded", || async {
            let invoice = world.read(&bill.id).await;
            (invoice["payments"][0]["refunded_minor"] == total).then_some(())
        })
        .await;
    }
    assert_eq!(world.count(&bill.id, "PaymentRefunded").await, 2);
    let page = world.payer.get(&bill.link).await;
    assert!(page.state() == "paid" && page.text().contains("$80.00 USD"), "{}", page.text());
}

pub(crate) async fn faults_row_19_a_chargeback_is_shown_from_opening_to_end(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    let invoice = world.wait_for_status(&bill.id, "Paid").await;
    let intent = invoice["payments"][0]["stripe_payment"].as_str().unwrap();
    let opened = world.stripe.control(&format!("dispute/{intent}"), json!({})).await;
    world.wait_for(&bill.id, "ChargebackOpened").await;
    let id = opened["dispute"]["id"].as_str().or(opened["dispute"].as_str()).unwrap();
    world.stripe.control(&format!("dispute/{id}/close"), json!({ "outcome": "lost" })).await;
    world.wait_for(&bill.id, "ChargebackClosed").await;
    let invoice = world.read(&bill.id).await;
    assert_eq!(invoice["payments"][0]["chargebacks"][0]["won"], false);
    let waiting = invoice["notices"].as_array().unwrap().len();
    assert_eq!(waiting, 2, "somebody answers the dispute, and decides about what was lost");
}

pub(crate) async fn an_expired_session_releases_the_invoice(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.control(&format!("expire/{session}"), json!({})).await;
    world.wait_for(&bill.id, "CheckoutExpired").await;
    assert_eq!(world.payer.get(&bill.link).await.state(), "due");
    assert_ne!(world.checkout(&bill).await, session);
}

pub(crate) async fn faults_row_2_two_endpoints_and_every_kind_of_event_make_one_payment(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let endpoint = json!({ "url": stack.text("stripe_webhook_url"),
                           "secret": stack.text("stripe_webhook_secret") });
    let rules = json!({ "account": world.account, "endpoints": [endpoint, endpoint] });
    world.stripe.control("webhooks", rules).await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    world.wait_for(&bill.id, "ReceiptMade").await;
    eventually("every event is delivered to both", || async {
        let events = world.stripe.events("").await;
        events.iter().all(|event| event["delivery"] == "delivered").then_some(())
    })
    .await;
    assert_eq!(world.count(&bill.id, "PaymentSettled").await, 1);
    assert_eq!(world.count(&bill.id, "ReceiptMade").await, 1);
    assert_eq!(world.read(&bill.id).await["payments"].as_array().unwrap().len(), 1);
}

pub(crate) async fn faults_row_5_an_event_before_our_row_is_asked_for_again_and_kept_in_the_end(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let (bill, _) = paid_quietly(&world).await;
    let mut event = completed(&world, &bill).await;
    let id = format!("evt_early{}", world.tenant);
    event["id"] = json!(id);
    event["data"]["object"]["metadata"]["plixo_payment"] = json!("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    assert_eq!(post_signed(&world, &event).await, 503, "Stripe delivers it again");
    let key = format!("STRIPE#{}", id.replace('_', ""));
    assert_eq!(world.aws.partition(&key).await.len(), 0);
    let two_hours_ago = event["created"].as_i64().unwrap() - 7_200;
    event["created"] = json!(two_hours_ago);
    assert_eq!(post_signed(&world, &event).await, 200);
    assert_eq!(world.aws.partition(&key).await.len(), 1, "kept for an operator");
    assert_eq!(world.read(&bill.id).await["status"], "Open");
}
