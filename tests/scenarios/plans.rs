//! A payer proposes a plan, and what becomes of it.
//! Must never look behind the pages and endpoints, except to let time pass.
use acceptance::forms::{CONTACT, day, hidden};
use acceptance::{Bill, Stack, World};
use serde_json::json;

fn equal<'a>(count: &'a str, first: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("terms", "equal"),
        ("count", count),
        ("interval", "monthly"),
        ("first", first),
        ("why", "A slow quarter."),
    ]
}

pub(crate) async fn a_plan_is_shown_before_it_is_sent_and_reaches_queue_and_mailboxes(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let first = day(10);
    let form = hidden(&world.payer.open(&bill.link, "plan").await, "form");
    let mut fields = vec![("form", form.as_str()), ("do", "check")];
    fields.extend(equal("3", &first));
    fields.extend(CONTACT);
    let shown = world.payer.post(&bill.link, "plan", &fields).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert!(
        shown.text().contains("$333.33") && shown.text().contains("$333.34"),
        "the last differs"
    );
    assert_eq!(world.count(&bill.id, "PlanSubmitted").await, 0, "shown is not sent");
    fields[1] = ("do", "send");
    let sent = world.payer.post(&bill.link, "plan", &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    // A double click: the same form, the same answer, one plan.
    assert_eq!(world.payer.post(&bill.link, "plan", &fields).await.status, 303);
    assert_eq!(world.count(&bill.id, "PlanSubmitted").await, 1);
    let page = world.payer.get(&bill.link).await;
    assert_eq!((page.status, page.state().as_str()), (200, "plan-submitted"));
    let case = world.case(&bill).await;
    let reference = case["reference"].as_str().unwrap();
    assert!(page.text().contains("Plan Submitted") && page.text().contains(reference));
    assert_eq!(world.read(&bill.id).await["cadence"]["state"], "Paused");
    let line = world.wait_for_line("queue=plans", &bill, "submitted").await;
    assert_eq!((&line["kind"], &line["needs_approval"]), (&json!("plan"), &json!(false)));
    for address in [bill.contact.as_str(), "ada@elsewhere.example"] {
        let mails = world.inbox.wait_for(address, &bill.number).await;
        assert!(!mails.subject.is_empty());
    }
    let copy = world.inbox.wait_for(&bill.contact, "lan").await;
    assert!(copy.text.contains(reference) && copy.text.contains("333.34"), "{}", copy.text);
    let team = world.inbox.wait_for(&format!("team@{}.example", world.tenant), "lan").await;
    assert!(!team.text.contains("/p/"), "no link for the team");
}

pub(crate) async fn a_form_that_is_wrong_says_so_at_each_field_and_keeps_what_was_typed(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let wrong = [
        ("terms", "equal"),
        ("count", "1"),
        ("interval", "monthly"),
        ("why", "Slow <b>&"),
        ("do", "send"),
    ];
    let page = world.payer.post(&bill.link, "plan", &wrong).await;
    assert_eq!(page.status, 422, "{}", page.text());
    let text = page.text();
    for field in ["count", "first", "name", "email"] {
        assert!(text.contains(&format!("href=\"#{field}\"")), "{field} in the summary");
        assert!(text.contains(&format!("id=\"{field}-error\"")), "{field} at its place");
    }
    assert!(text.contains("autofocus"), "the summary gets the focus");
    assert!(
        text.contains("Slow &#60;b&#62;&#38;") || text.contains("Slow &lt;b&gt;&amp;"),
        "{text}"
    );
    assert!(!text.contains("href=\"#why\""), "what is right is not complained about");
    let own = [
        ("terms", "own"),
        ("date_1", &day(5)),
        ("amount_1", "400.00"),
        ("date_2", &day(3)),
        ("amount_2", "599.99"),
        ("why", "Slow."),
        ("do", "send"),
    ];
    let page = world.payer.post(&bill.link, "plan", &own.map(|(name, value)| (name, value))).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("$0.01"), "by how much it is short: {}", page.text());
    let told = world.timeline(&bill.id).await;
    assert_eq!(told, ["InvoiceImported", "LinkIssued", "LinkOpened"], "nothing else was changed");
    assert_eq!(world.payer.get(&bill.link).await.state(), "due");
}

pub(crate) async fn a_plan_over_the_limit_is_approved_by_the_controller_or_legal_only(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = world.bill("50000.01", "USD").await;
    let page = world.payer.open(&bill.link, "plan").await;
    let form = hidden(&page, "form");
    let first = day(10);
    let mut fields = vec![("form", form.as_str()), ("do", "check")];
    fields.extend(equal("3", &first));
    fields.extend(CONTACT);
    let shown = world.payer.post(&bill.link, "plan", &fields).await;
    assert!(shown.text().contains("Controller"), "{}", shown.text());
    world.with_plan(&bill, "3", &first).await;
    let line = world.wait_for_line("queue=plans", &bill, "submitted").await;
    assert_eq!(line["needs_approval"], true);
    let body = json!({ "decision": "approve", "note": "Fine." });
    let refused = world.act(&world.token, &bill, "decision", body.clone()).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert_eq!(world.read(&bill.id).await["status"], "PlanSubmitted");
    let legal = world.aws.operator(&world.tenant, "legal").await;
    let agreed = world.act(&legal, &bill, "decision", body.clone()).await;
    assert_eq!(agreed.status, 200, "{}", agreed.text());
    assert_eq!(world.read(&bill.id).await["status"], "PlanActive");
    assert_eq!(world.act(&legal, &bill, "decision", body).await.status, 409, "decided already");
}

pub(crate) async fn an_approved_plan_is_paid_each_instalment_through_its_own_link(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    world.with_plan(&bill, "2", &day(10)).await;
    world.decide(&bill, "approve").await;
    let approved = world.inbox.wait_for(&bill.contact, "approved").await;
    assert!(approved.text.contains("500.00"), "{}", approved.text);
    let mut links = vec![bill.link.clone()];
    for number in [1, 2] {
        // Three days before its date, by moving the date.
        let due = format!("SET matter.particulars.instalments[{}].due = :due", number - 1);
        world.let_time_pass(&bill, &due, json!({ ":due": { "S": day(2) } })).await;
        let link = world.link_mailed(&bill.contact, &format!("nstalment {number} of 2")).await;
        assert!(!links.contains(&link), "a link of its own");
        let page = world.payer.get(&link).await;
        assert_eq!((page.status, page.state().as_str()), (200, "plan-active"), "{}", page.text());
        assert!(page.text().contains("$500.00"), "{}", page.text());
        let paying = Bill { link: link.clone(), ..bill.clone() };
        let session = world.checkout(&paying).await;
        world.stripe.pay(&session).await;
        assert_eq!(world.payer.get(&format!("{link}/paid")).await.status, 200);
        assert_eq!(world.count(&bill.id, "InstalmentPaid").await, number);
        assert_eq!(
            world.payer.press(&format!("{link}/pay")).await.status,
            200,
            "nothing new is started"
        );
        links.push(link);
    }
    let invoice = world.wait_for_status(&bill.id, "Paid").await;
    assert_eq!(invoice["balance"]["minor"], 0);
    assert_eq!(world.stripe.ledger().await["payments"].as_array().map_or(0, Vec::len), 2);
    world.wait_for_line("queue=plans&state=closed", &bill, "completed").await;
    assert!(world.queue("queue=plans").await.is_empty(), "no longer open");
}

pub(crate) async fn a_missed_instalment_flags_the_plan_and_wakes_the_cadence(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    world.with_plan(&bill, "2", &day(10)).await;
    world.decide(&bill, "approve").await;
    let due = "SET matter.particulars.instalments[0].due = :due";
    world.let_time_pass(&bill, due, json!({ ":due": { "S": day(-1) } })).await;
    world.wait_for(&bill.id, "InstalmentMissed").await;
    assert_eq!(behind(&world, &bill).await["adherence_percent"], 0);
    world.aws.invoke("cadence-sender").await;
    let link = world.link_mailed(&bill.contact, "Not paid yet").await;
    let page = world.payer.get(&link).await;
    assert_eq!((page.status, page.state().as_str()), (200, "plan-active"));
    let session = world.checkout(&Bill { link: link.clone(), ..bill.clone() }).await;
    world.stripe.pay(&session).await;
    world.payer.get(&format!("{link}/paid")).await;
    world.wait_for(&bill.id, "InstalmentPaid").await;
    assert_eq!(world.read(&bill.id).await["cadence"]["state"], "Paused");
}

async fn behind(world: &World, bill: &Bill) -> serde_json::Value {
    acceptance::eventually("the line says that it is behind", || async {
        let lines = world.queue("queue=plans").await;
        lines.into_iter().find(|line| line["invoice"] == bill.id && line["is_behind"] == true)
    })
    .await
}

pub(crate) async fn a_declined_plan_opens_the_invoice_again_through_a_new_link(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    world.with_plan(&bill, "2", &day(10)).await;
    world.decide(&bill, "decline").await;
    let link = world.link_mailed(&bill.contact, "declined").await;
    assert_ne!(link, bill.link);
    let page = world.payer.get(&link).await;
    assert_eq!(page.state(), "due");
    assert!(page.text().contains("We have looked at it."), "the note: {}", page.text());
    assert_eq!(world.read(&bill.id).await["status"], "Open");
    world.wait_for_line("queue=plans&state=closed", &bill, "declined").await;
}

pub(crate) async fn yen_and_dinar_are_cut_into_instalments_exactly(stack: Stack) {
    let world = World::new(&stack).await;
    for (balance, currency, first_amount, last_amount) in
        [("100000", "JPY", "33,333", "33,334"), ("100.000", "KWD", "33.330", "33.340")]
    {
        let bill = world.bill(balance, currency).await;
        let case = world.with_plan(&bill, "3", &day(10)).await.to_string();
        let page = world.payer.get(&bill.link).await.text();
        assert!(page.contains(first_amount) && page.contains(last_amount), "{page}\n{case}");
    }
}
