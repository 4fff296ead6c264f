//! An operator regenerates a link.
use acceptance::{Stack, World, eventually};
use serde_json::json;

pub(crate) async fn the_old_link_is_refused_from_that_commit_on(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let newer = world.regenerate(&bill.id, false).await["pay_link"].as_str().unwrap().to_owned();
    assert_ne!(newer, bill.link);
    for (method, path) in [("GET", ""), ("GET", "/paid"), ("GET", "/receipt"), ("POST", "/pay")] {
        let url = format!("{}{path}", bill.link);
        let answer = world.payer.request(method, &url, &[], Vec::new()).await;
        assert_eq!((answer.status, answer.state().as_str()), (410, "replaced"), "{method} {path}");
    }
    assert_eq!(world.payer.get(&newer).await.state(), "due");
    assert_eq!(world.count(&bill.id, "PaymentStarted").await, 0);
}

pub(crate) async fn an_open_session_of_the_old_link_is_expired_at_stripe(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    let answer = world.regenerate(&bill.id, false).await;
    assert_eq!(answer["checkout_ended"], true);
    let expired = world.stripe.events("checkout.session.expired").await;
    assert!(
        expired.iter().any(|event| event["payload"]["data"]["object"]["id"] == session.as_str())
    );
    assert_eq!(world.count(&bill.id, "CheckoutExpired").await, 1);
    assert_eq!(world.read(&bill.id).await["payments"][0]["state"], "Expired");
    // With Stripe away at that moment, the reconciler does it.
    let bill = acceptance::Bill { link: answer["pay_link"].as_str().unwrap().to_owned(), ..bill };
    world.checkout(&bill).await;
    world.stripe.fault("checkout.sessions.expire", "drop_before_commit", 1).await;
    assert_eq!(world.regenerate(&bill.id, false).await["checkout_ended"], false);
    let invoice = world.read(&bill.id).await;
    let payments = invoice["payments"].as_array().unwrap();
    let open = payments.iter().find(|payment| payment["state"] == "Open").unwrap();
    let key =
        (format!("INVOICE#{}", bill.id), format!("4#payment#{}", open["id"].as_str().unwrap()));
    let past = json!({ ":past": { "N": "1" } });
    world.aws.update_item((&key.0, &key.1), "SET due_at = :past", past).await;
    eventually("the reconciler ends it", || async {
        world.aws.invoke("payment-reconciler").await;
        (world.count(&bill.id, "CheckoutExpired").await == 2).then_some(())
    })
    .await;
}

pub(crate) async fn a_session_found_complete_becomes_the_payment(stack: Stack) {
    let world = World::new(&stack).await;
    world.stripe.webhooks("drop").await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    let newer = world.regenerate(&bill.id, false).await["pay_link"].as_str().unwrap().to_owned();
    assert_eq!(world.read(&bill.id).await["status"], "Paid");
    assert_eq!(world.payer.get(&newer).await.state(), "paid");
    assert_eq!(world.payer.press(&format!("{newer}/pay")).await.state(), "paid");
    assert_eq!(world.count(&bill.id, "PaymentSettled").await, 1);
}

pub(crate) async fn the_new_link_is_mailed_if_asked(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let answer = world.regenerate(&bill.id, true).await;
    let mail = world.inbox.wait_for(&bill.contact, "ew link").await;
    let link = answer["pay_link"].as_str().unwrap();
    assert!(mail.text.contains(link) && mail.html.contains(link));
    world.wait_for(&bill.id, "MailSent").await;
}

pub(crate) async fn only_roles_that_may_can_and_only_their_own_invoices(stack: Stack) {
    let (world, other) = (World::new(&stack).await, World::new(&stack).await);
    let bill = world.bill("80.00", "USD").await;
    let path = format!("/invoices/{}/link", bill.id);
    let url = world.api(&path);
    let nobody = world.payer.request("POST", &url, &[], Vec::new()).await;
    assert_eq!(nobody.status, 401);
    let viewer = format!("Bearer {}", world.aws.operator(&world.tenant, "viewer").await);
    let headers = [("authorization", viewer.as_str())];
    assert_eq!(world.payer.request("POST", &url, &headers, Vec::new()).await.status, 403);
    assert_eq!(other.operate("POST", &path, None).await.status, 404, "another tenant's");
    assert_eq!(other.operate("GET", &format!("/invoices/{}", bill.id), None).await.status, 404);
    for body in ["{", "[]", "{\"mail\":\"yes\"}", "{\"post\":true}"] {
        assert_eq!(world.operate("POST", &path, Some(body)).await.status, 400, "{body}");
    }
    assert_eq!(world.payer.get(&bill.link).await.state(), "due", "nothing was changed");
}
