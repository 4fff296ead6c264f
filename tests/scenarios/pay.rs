//! A payer pays, or tries to.
use acceptance::{Stack, World};
use serde_json::json;

pub(crate) async fn a_card_payment_shows_paid_at_once_and_closes_the_cadence(stack: Stack) {
    let world = World::new(&stack).await;
    world.stripe.webhooks("drop").await;
    let bill = world.bill("1250.00", "USD").await;
    let page = world.payer.get(&bill.link).await;
    assert_eq!((page.status, page.state().as_str()), (200, "due"));
    assert!(page.text().contains("1,250.00"), "{}", page.text());
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    let page = world.payer.get(&format!("{}/paid", bill.link)).await;
    assert_eq!((page.status, page.state().as_str()), (200, "paid"));
    let invoice = world.read(&bill.id).await;
    assert_eq!(invoice["status"], "Paid");
    assert_eq!(invoice["cadence"]["state"], "Closed");
    assert_eq!(invoice["link"]["state"], "Spent");
    world.wait_for(&bill.id, "ReceiptMade").await;
    let told = world.timeline(&bill.id).await;
    let expected = [
        "InvoiceImported",
        "LinkIssued",
        "LinkOpened",
        "PaymentStarted",
        "PaymentSettled",
        "ReceiptMade",
    ];
    let order: Vec<&str> =
        told.iter().map(String::as_str).filter(|name| expected.contains(name)).collect();
    assert_eq!(order, expected);
}

pub(crate) async fn a_declined_card_may_be_tried_again_and_its_code_is_on_the_timeline(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    let code = json!({ "code": "insufficient_funds" });
    world.stripe.control(&format!("decline/{session}"), code).await;
    world.wait_for(&bill.id, "PaymentDeclined").await;
    let invoice = world.read(&bill.id).await;
    let declined = invoice["timeline"].as_array().unwrap().iter();
    let declined: Vec<_> = declined.filter(|entry| entry["name"] == "PaymentDeclined").collect();
    assert_eq!(declined[0]["data"]["code"], "insufficient_funds");
    let page = world.payer.get(&bill.link).await;
    assert_eq!(page.notice(), "declined");
    assert_eq!(world.checkout(&bill).await, session, "the session is still open");
    world.stripe.pay(&session).await;
    world.wait_for_status(&bill.id, "Paid").await;
}

pub(crate) async fn a_bank_account_refused_at_once_leaves_the_checkout_open(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.control(&format!("refuse-bank/{session}"), json!({})).await;
    world.wait_for(&bill.id, "PaymentDeclined").await;
    let page = world.payer.get(&bill.link).await;
    assert_eq!(page.notice(), "declined");
    assert_eq!(world.checkout(&bill).await, session, "no second session beside it");
    world.stripe.pay(&session).await;
    world.wait_for_status(&bill.id, "Paid").await;
    assert_eq!(world.count(&bill.id, "PaymentStarted").await, 1);
    assert_eq!(world.count(&bill.id, "PaymentFailed").await, 0);
}

pub(crate) async fn leaving_checkout_costs_nothing_and_keeps_the_link(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    world.checkout(&bill).await;
    let page = world.payer.get(&format!("{}?checkout=cancelled", bill.link)).await;
    assert_eq!((page.status, page.notice().as_str()), (200, "cancelled"));
    assert_eq!(page.state(), "checkout-open");
    let page = world.payer.get(&format!("{}/paid", bill.link)).await;
    assert_eq!((page.status, page.notice().as_str()), (200, "not-paid"));
    assert_eq!(world.read(&bill.id).await["link"]["state"], "Live");
}

pub(crate) async fn two_tabs_get_the_same_session(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let (first, second) = (world.checkout(&bill).await, world.checkout(&bill).await);
    assert_eq!(first, second);
    assert_eq!(world.count(&bill.id, "PaymentStarted").await, 1);
}

pub(crate) async fn twenty_presses_at_once_make_one_session(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let presses = (0..20).map(|_| {
        let (payer, url) = (world.payer.clone(), format!("{}/pay", bill.link));
        tokio::task::spawn(async move { payer.press(&url).await })
    });
    let mut sessions = std::collections::BTreeSet::new();
    for press in presses.collect::<Vec<_>>() {
        let answer = press.await.unwrap();
        // Who loses every race is told to press again; nobody gets a second session.
        assert!(matches!(answer.status, 303 | 503), "{} {}", answer.status, answer.text());
        if answer.status == 303 {
            sessions.insert(answer.header("location").to_owned());
        }
    }
    assert_eq!(sessions.len(), 1, "{sessions:?}");
    assert_eq!(world.count(&bill.id, "PaymentStarted").await, 1);
}

pub(crate) async fn a_forged_return_address_pays_nothing(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let forged = format!("{}/paid?session_id=cs_test_forged&status=complete", bill.link);
    let page = world.payer.get(&forged).await;
    assert_eq!((page.status, page.state().as_str()), (200, "due"));
    assert_eq!(world.read(&bill.id).await["status"], "Open");
}

pub(crate) async fn a_bank_payment_is_processing_until_it_settles(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("4800.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.pay_by_bank(&session).await;
    let page = world.payer.get(&format!("{}/paid", bill.link)).await;
    assert_eq!((page.status, page.state().as_str()), (200, "processing"));
    let invoice = world.wait_for_status(&bill.id, "Processing").await;
    assert_eq!(invoice["cadence"]["state"], "Paused");
    let again = world.payer.press(&format!("{}/pay", bill.link)).await;
    assert_eq!((again.status, again.state().as_str()), (200, "processing"), "no second session");
    world.stripe.control(&format!("settle/{session}"), json!({})).await;
    world.wait_for_status(&bill.id, "Paid").await;
    assert_eq!(world.count(&bill.id, "PaymentSettled").await, 1);
}

pub(crate) async fn a_bank_payment_that_fails_releases_the_link_and_tells_the_payer(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("4800.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.pay_by_bank(&session).await;
    world.wait_for_status(&bill.id, "Processing").await;
    world.stripe.control(&format!("fail/{session}"), json!({})).await;
    let invoice = world.wait_for_status(&bill.id, "Open").await;
    assert_eq!(invoice["cadence"]["state"], "Active");
    assert_eq!(invoice["link"]["state"], "Live");
    let page = world.payer.get(&bill.link).await;
    assert_eq!((page.state().as_str(), page.notice().as_str()), ("due", "bank-failed"));
    world.inbox.wait_for(&bill.contact, "failed").await;
    assert_ne!(world.checkout(&bill).await, session, "a new try is a new session");
}

pub(crate) async fn a_balance_below_the_minimum_says_so_instead_of_a_button(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("0.30", "USD").await;
    let page = world.payer.get(&bill.link).await;
    assert_eq!(page.state(), "below-minimum");
    assert!(!page.text().contains("id=\"pay\"") && page.text().contains("$0.50 USD"));
    let forced = world.payer.press(&format!("{}/pay", bill.link)).await;
    assert_eq!((forced.status, forced.state().as_str()), (200, "below-minimum"));
    assert_eq!(world.count(&bill.id, "PaymentStarted").await, 0);
}

pub(crate) async fn yen_and_dinar_are_charged_in_their_own_units(stack: Stack) {
    let world = World::of_country(&stack, "JP").await;
    for (balance, currency, units) in [("120000", "JPY", 120_000), ("1234.500", "KWD", 1_234_500)] {
        let bill = world.bill(balance, currency).await;
        let session = world.checkout(&bill).await;
        world.stripe.pay(&session).await;
        world.wait_for_status(&bill.id, "Paid").await;
        let ledger = world.stripe.ledger().await;
        let amounts = ledger["payments"].as_array().unwrap().iter();
        let amounts: Vec<_> = amounts.map(|payment| payment["amount"].as_i64().unwrap()).collect();
        assert!(amounts.contains(&units), "{currency}: {amounts:?}");
    }
}

pub(crate) async fn ach_is_offered_to_dollar_invoices_of_us_sellers_only(stack: Stack) {
    for (country, currency, offered) in
        [("US", "USD", true), ("US", "EUR", false), ("DE", "USD", false)]
    {
        let world = World::of_country(&stack, country).await;
        let bill = world.bill("80.00", currency).await;
        let page = world.payer.get(&bill.link).await.text().to_lowercase();
        assert_eq!(page.contains("bank account"), offered, "{country} {currency}: the page");
        world.checkout(&bill).await;
        let hosted = world.payer.press(&format!("{}/pay", bill.link)).await;
        let hosted = world.payer.get(hosted.header("location")).await.text();
        assert_eq!(hosted.contains("pay-ach"), offered, "{country} {currency}: Checkout");
    }
}

pub(crate) async fn a_lost_answer_leads_to_the_same_session(stack: Stack) {
    let world = World::new(&stack).await;
    for kind in ["drop_after_commit", "garble_after_commit", "hang_after_commit"] {
        let bill = world.bill("80.00", "USD").await;
        let before = world.stripe.ledger().await;
        world.stripe.fault("checkout.sessions.create", kind, 1).await;
        let session = world.checkout(&bill).await;
        assert_eq!(world.checkout(&bill).await, session, "{kind}");
        world.stripe.pay(&session).await;
        world.wait_for_status(&bill.id, "Paid").await;
        let after = world.stripe.ledger().await;
        let count = |ledger: &serde_json::Value| ledger["payments"].as_array().unwrap().len();
        assert_eq!(count(&after), count(&before) + 1, "{kind}");
    }
}

pub(crate) async fn a_stored_failure_is_looked_up_before_a_new_try(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    world.stripe.fault("checkout.sessions.create", "error_after_commit", 1).await;
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    world.wait_for_status(&bill.id, "Paid").await;
    assert_eq!(world.count(&bill.id, "PaymentStarted").await, 1);
    // Where nothing was committed, the hold is released and a new try is made.
    let bill = world.bill("80.00", "USD").await;
    world.stripe.fault("checkout.sessions.create", "error_before_commit", 1).await;
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    world.wait_for_status(&bill.id, "Paid").await;
}

pub(crate) async fn stripe_being_away_says_try_again_and_holds_nothing_up(stack: Stack) {
    let world = World::new(&stack).await;
    for kind in ["rate_limit", "drop_before_commit"] {
        let bill = world.bill("80.00", "USD").await;
        world.stripe.fault("*", kind, 20).await;
        let page = world.payer.press(&format!("{}/pay", bill.link)).await;
        assert_eq!((page.status, page.notice().as_str()), (503, "try-again"), "{kind}");
        assert_ne!(page.header("retry-after"), "");
        let page = world.payer.press(&format!("{}/pay", bill.link)).await;
        assert_eq!((page.status, page.notice().as_str()), (503, "try-again"), "{kind}, again");
        let page = world.payer.get(&format!("{}/paid", bill.link)).await;
        assert_eq!((page.status, page.notice().as_str()), (200, "checking"), "{kind}");
        world.stripe.fault("*", kind, 0).await;
        let session = world.checkout(&bill).await;
        world.stripe.pay(&session).await;
        world.wait_for_status(&bill.id, "Paid").await;
    }
}
