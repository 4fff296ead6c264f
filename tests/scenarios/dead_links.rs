//! Links that are forged, expired, replaced or spent, and the inactivity clock.
use acceptance::{Stack, World, eventually};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) async fn forged_malformed_and_foreign_tokens_get_one_identical_404(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let (base, token) = bill.link.rsplit_once('/').unwrap();
    let mut claims = URL_SAFE_NO_PAD.decode(token).unwrap();
    claims[40] ^= 1;
    let forged = URL_SAFE_NO_PAD.encode(&claims);
    claims[40] ^= 1;
    claims[0] = 9;
    let foreign_key = URL_SAFE_NO_PAD.encode(&claims);
    let (cut, long, odd) = (&token[..67], format!("{token}A"), "é".repeat(34));
    let mut bodies = std::collections::BTreeSet::new();
    for bad in [
        forged.as_str(),
        &foreign_key,
        "short",
        &token[1..],
        cut,
        &long,
        &"A".repeat(68),
        "%20",
        "%00",
        "é",
        &odd,
    ] {
        let answer = world.payer.get(&format!("{base}/{bad}")).await;
        assert_eq!(answer.status, 404, "{bad}");
        let mut headers = answer.headers.clone();
        headers.retain(|(name, _)| name != "date" && !name.contains("request"));
        headers.sort();
        bodies.insert((answer.text(), headers));
        for (method, path) in
            [("POST", "/pay"), ("GET", "/paid"), ("GET", "/receipt"), ("POST", "/new-link")]
        {
            let url = format!("{base}/{bad}{path}");
            let answer = world.payer.request(method, &url, &[], Vec::new()).await;
            assert_eq!((answer.status, answer.state().as_str()), (404, "not-found"), "{bad}{path}");
        }
    }
    assert_eq!(bodies.len(), 1, "one answer for all of them");
}

pub(crate) async fn a_link_dies_after_seven_days_of_rest_and_not_before(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    // The boundary second itself is the domain's test; here: the deployed page obeys the clock.
    world.let_link_rest(&bill, 7 * 24 * 3_600).await;
    assert_eq!(world.payer.get(&bill.link).await.state(), "due", "an hour is left");
    let invoice = world.read(&bill.id).await;
    let expires: jiff::Timestamp = invoice["link"]["expires_at"].as_str().unwrap().parse().unwrap();
    let created: jiff::Timestamp = invoice["link"]["created_at"].as_str().unwrap().parse().unwrap();
    assert!(
        expires >= created + jiff::SignedDuration::from_hours(7 * 24),
        "opening winds the clock"
    );
    world.let_link_rest(&bill, 8 * 24 * 3_600).await;
    for (method, path) in [("GET", ""), ("POST", "/pay"), ("GET", "/receipt")] {
        let url = format!("{}{path}", bill.link);
        let answer = world.payer.request(method, &url, &[], Vec::new()).await;
        assert_eq!((answer.status, answer.state().as_str()), (410, "expired"), "{method} {path}");
    }
    assert_eq!(world.count(&bill.id, "PaymentStarted").await, 0);
}

pub(crate) async fn paying_coming_back_and_the_receipt_count_as_use(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    // In the last hour of its life each of them gives it its seven days again.
    let rest = || world.let_link_rest(&bill, 7 * 24 * 3_600);
    let is_young = async |after: &str| {
        let invoice = world.read(&bill.id).await;
        let text = |field: &str| invoice["link"][field].as_str().unwrap().to_owned();
        let expires: jiff::Timestamp = text("expires_at").parse().unwrap();
        let created: jiff::Timestamp = text("created_at").parse().unwrap();
        assert!(expires >= created + jiff::SignedDuration::from_hours(7 * 24), "{after}");
    };
    rest().await;
    let session = world.checkout(&bill).await;
    is_young("pressing Pay").await;
    rest().await;
    assert_eq!(world.payer.get(&format!("{}/paid", bill.link)).await.status, 200);
    is_young("coming back").await;
    world.stripe.pay(&session).await;
    world.wait_for(&bill.id, "ReceiptMade").await;
    rest().await;
    assert_eq!(world.payer.get(&format!("{}/receipt", bill.link)).await.status, 200);
    is_young("the receipt").await;
}

pub(crate) async fn a_dead_link_can_have_a_new_one_mailed_once_in_a_while(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    world.let_link_rest(&bill, 8 * 24 * 3_600).await;
    let asked = world.payer.press(&format!("{}/new-link", bill.link)).await;
    assert_eq!(asked.status, 200);
    assert!(!asked.text().contains(&bill.contact), "the address is not shown in full");
    assert!(asked.text().contains("•••"), "{}", asked.text());
    let mail = world.inbox.wait_for(&bill.contact, "ew link").await;
    let link = mail.text.split_whitespace().find(|word| word.contains("/p/")).unwrap();
    assert_eq!(world.payer.get(link).await.state(), "due");
    let again = world.payer.press(&format!("{}/new-link", bill.link)).await;
    assert_eq!(again.status, 429);
    assert_eq!(world.count(&bill.id, "LinkMailDue").await, 1);
}

pub(crate) async fn a_link_deleted_early_is_expired_and_can_be_replaced(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let link = world.read(&bill.id).await["link"]["id"].as_str().unwrap().to_owned();
    world.aws.delete_item((&format!("INVOICE#{}", bill.id), &format!("3#link#{link}"))).await;
    let page = world.payer.get(&bill.link).await;
    assert_eq!((page.status, page.state().as_str()), (410, "expired"));
    let newer = world.regenerate(&bill.id, false).await["pay_link"].as_str().unwrap().to_owned();
    assert_eq!(world.payer.get(&newer).await.state(), "due");
}

pub(crate) async fn a_spent_link_still_shows_what_was_paid(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    world.wait_for_status(&bill.id, "Paid").await;
    for path in ["", "/paid"] {
        let page = world.payer.get(&format!("{}{path}", bill.link)).await;
        assert_eq!((page.status, page.state().as_str()), (200, "paid"));
    }
    let press = world.payer.press(&format!("{}/pay", bill.link)).await;
    assert_eq!((press.status, press.state().as_str()), (200, "paid"), "it takes nothing more");
}

pub(crate) async fn the_sweeper_notes_an_expiry_once(stack: Stack) {
    let world = World::new(&stack).await;
    let (dead, alive) = (world.bill("80.00", "USD").await, world.bill("80.00", "USD").await);
    world.let_link_rest(&dead, 8 * 24 * 3_600).await;
    eventually("the sweeper notes it", || async {
        world.aws.invoke("expiry-sweeper").await;
        (world.count(&dead.id, "LinkExpired").await > 0).then_some(())
    })
    .await;
    world.aws.invoke("expiry-sweeper").await;
    assert_eq!(world.count(&dead.id, "LinkExpired").await, 1);
    assert_eq!(world.count(&alive.id, "LinkExpired").await, 0);
    assert_eq!(world.read(&dead.id).await["link"]["state"], "Expired");
}

/// What scanners send, as far as it is known: see `functions/portal/src/visitor.rs`.
const SCANNERS: [&[(&str, &str)]; 6] = [
    // Defender's sandbox: a whole browser that says it has no window.
    &[
        (
            "user-agent",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36",
        ),
        ("accept-language", "en-US"),
        ("sec-fetch-mode", "navigate"),
    ],
    // Outlook looks whether the link is alive before it hands it to the browser.
    &[
        ("user-agent", "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"),
        ("accept-language", "en-US"),
    ],
    &[("user-agent", "Barracuda Sentinel (EE)")],
    &[(
        "user-agent",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    )],
    // Teams shows what a link leads to.
    &[(
        "user-agent",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    )],
    // A gateway that borrows a browser's name, and nothing else of it.
    &[(
        "user-agent",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/72.0.3626.109 Safari/537.36",
    )],
];

pub(crate) async fn faults_row_23_a_thousand_opens_by_six_scanners_spend_nothing_and_open_nothing(
    stack: Stack,
) {
    const OPENS: usize = 1_002;
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let scanners = SCANNERS.into_iter().map(|headers| {
        let (scanner, link) = (world.payer.elsewhere().sending_only(headers), bill.link.clone());
        tokio::task::spawn(async move {
            for open in 0..OPENS / SCANNERS.len() {
                let answer = match open % 8 {
                    0 => scanner.head(&link).await,
                    1 => scanner.get(&format!("{link}/plan")).await,
                    _ => scanner.get(&link).await,
                };
                assert_eq!(answer.status, 200);
            }
        })
    });
    for scanner in scanners.collect::<Vec<_>>() {
        scanner.await.unwrap();
    }
    let invoice = world.read(&bill.id).await;
    assert_eq!(invoice["link"]["state"], "Live");
    assert_eq!(invoice["payments"].as_array().unwrap().len(), 0);
    let told = world.timeline(&bill.id).await;
    assert!(!told.iter().any(|name| name == "LinkOpened"), "not one of them has opened it");
    let items = world.aws.partition(&format!("INVOICE#{}", bill.id)).await;
    let link = items.iter().find(|item| item["sk"]["S"].as_str().unwrap().starts_with("3#link#"));
    assert!(link.unwrap()["opened_at"].is_null(), "{link:?}");
    eventually("nearly each is counted apart", || async {
        let lines = world.aws.logs().await;
        // Two of the same millisecond read as one line.
        let counted = lines.iter().filter(|line| line.contains("LinkScanned")).count();
        (counted > OPENS * 8 / 10).then_some(())
    })
    .await;
    // Then somebody comes.
    for _ in 0..2 {
        assert_eq!(world.payer.get(&bill.link).await.state(), "due");
    }
    assert_eq!(world.count(&bill.id, "LinkOpened").await, 1);
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    world.wait_for_status(&bill.id, "Paid").await;
}

pub(crate) async fn faults_row_24_a_scanner_that_clicks_every_control_reaches_no_outcome(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let open = |path: &str| format!("{}{path}", bill.link);
    for path in ["", "/paid", "/receipt", "?checkout=cancelled"] {
        world.payer.get(&open(path)).await;
    }
    assert_eq!(world.payer.press(&open("/pay")).await.status, 303);
    let back = world.payer.press(&open("/new-link")).await;
    assert_eq!(back.status, 303, "a link that works needs no other");
    assert_eq!(world.payer.get(&open("/paid")).await.state(), "checkout-open");
    let invoice = world.read(&bill.id).await;
    assert_eq!((&invoice["status"], &invoice["link"]["state"]), (&"Open".into(), &"Live".into()));
    assert_eq!(world.count(&bill.id, "LinkMailDue").await, 0);
}
