//! A payer disputes an invoice, and every way it is decided. Documents: `documents.rs`.
//! Must never look behind the pages and endpoints, except to let time pass.
use acceptance::forms::{CONTACT, Part, hidden};
use acceptance::{Bill, Stack, World};
use serde_json::json;

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

pub(crate) async fn a_dispute_reaches_its_queue_with_its_deadline_and_the_payer_gets_a_copy(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    world.with_dispute(&bill, "").await;
    let page = world.payer.get(&bill.link).await;
    assert_eq!((page.status, page.state().as_str()), (200, "disputed"), "{}", page.text());
    let case = world.case(&bill).await;
    let reference = case["reference"].as_str().unwrap().to_owned();
    assert!(page.text().contains("Dispute Received") && page.text().contains(&reference));
    assert!(page.text().contains("We were billed for this in May already."));
    assert!(!page.text().contains("/pay\""), "nothing to pay: {}", page.text());
    let line = world.wait_for_line("queue=disputes", &bill, "submitted").await;
    assert_eq!(line["sla"], "open");
    assert_eq!((&line["reason"], &line["documents"]), (&json!("duplicate"), &json!(0)));
    assert!(line["late_at"].as_str().is_some() && line["owner"].is_null());
    let copy = world.inbox.wait_for(&bill.contact, "ispute").await;
    assert!(copy.text.contains(&reference) && copy.text.contains("billed for this in May"));
    world.inbox.wait_for("ada@elsewhere.example", &bill.number).await;
    world.inbox.wait_for(&format!("team@{}.example", world.tenant), "ispute").await;
    assert_eq!(world.read(&bill.id).await["cadence"]["state"], "Paused");
}

pub(crate) async fn what_is_not_disputed_can_be_paid_at_once(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    world.with_dispute(&bill, "400.00").await;
    let page = world.payer.get(&bill.link).await;
    assert!(page.text().contains("$600.00"), "{}", page.text());
    assert_eq!(world.payer.press(&format!("{}/pay", bill.link)).await.status, 200, "it is spent");
    assert_eq!(world.count(&bill.id, "PaymentStarted").await, 0);
    let rest = world.link_mailed(&bill.contact, "ispute").await;
    assert_ne!(rest, bill.link);
    let token = rest.rsplit('/').next().unwrap();
    assert!(page.text().contains(token), "the page leads to the rest's own link");
    let session = world.checkout(&Bill { link: rest.clone(), ..bill.clone() }).await;
    world.stripe.pay(&session).await;
    let back = world.payer.get(&format!("{rest}/paid")).await;
    assert_eq!(back.status, 200);
    let invoice = world.wait_for_status(&bill.id, "Disputed").await;
    assert_eq!(invoice["balance"], json!({ "minor": 40_000, "currency": "USD" }));
    world.wait_for(&bill.id, "ReceiptMade").await;
    assert_eq!(world.payer.get(&format!("{rest}/receipt")).await.status, 200);
    // Accepted: what was disputed is credited, and nothing is left.
    world.decide(&bill, "accept").await;
    world.wait_for_status(&bill.id, "Paid").await;
}

pub(crate) async fn a_rejected_dispute_opens_the_invoice_through_a_new_link(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    world.with_dispute(&bill, "").await;
    world.decide(&bill, "reject").await;
    let link = world.link_mailed(&bill.contact, "not accepted").await;
    let page = world.payer.get(&link).await;
    assert_eq!(page.state(), "due");
    assert!(page.text().contains("$1,000.00") && page.text().contains("We have looked at it."));
    world.wait_for_line("queue=disputes&state=closed", &bill, "rejected").await;
    assert_eq!(world.payer.get(&bill.link).await.status, 200, "what was sent stays readable");
}

pub(crate) async fn an_accepted_dispute_closes_the_invoice_and_a_part_leaves_the_rest(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    world.with_dispute(&bill, "").await;
    world.decide(&bill, "accept").await;
    assert_eq!(world.read(&bill.id).await["status"], "Closed");
    let page = world.payer.get(&bill.link).await;
    assert_eq!(page.state(), "closed", "{}", page.text());
    world.inbox.wait_for(&bill.contact, "accepted").await;
    let bill = world.bill("1000.00", "USD").await;
    world.with_dispute(&bill, "").await;
    for credited in ["0", "1000.00", "1000.01", "-1", "ten"] {
        let body = json!({ "decision": "partly_accept", "credited": credited, "note": "Half." });
        let answer = world.act(&world.token, &bill, "decision", body).await;
        assert!([400, 422].contains(&answer.status), "{credited}: {}", answer.text());
    }
    let body = json!({ "decision": "partly_accept", "credited": "250.00", "note": "A quarter." });
    let answer = world.act(&world.token, &bill, "decision", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let invoice = world.read(&bill.id).await;
    assert_eq!(invoice["balance"], json!({ "minor": 75_000, "currency": "USD" }));
    let link = world.link_mailed(&bill.contact, "partly").await;
    assert!(world.payer.get(&link).await.text().contains("$750.00"));
}

pub(crate) async fn the_seller_asks_and_the_payer_adds_text_and_files_through_a_fresh_link(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    world.with_dispute(&bill, "").await;
    let body = json!({ "text": "Which payment do you mean?" });
    let asked = world.act(&world.token, &bill, "question", body.clone()).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    assert_eq!(world.act(&world.token, &bill, "question", body).await.status, 409, "one at a time");
    world.wait_for_line("queue=disputes", &bill, "asked").await;
    let link = world.link_mailed(&bill.contact, "uestion").await;
    let page = world.payer.get(&link).await;
    assert!(page.text().contains("Which payment do you mean?"), "{}", page.text());
    let form = world.payer.open(&link, "answer").await;
    assert!(form.text().contains("Which payment do you mean?"));
    let id = hidden(&form, "form");
    let nothing =
        world.payer.post_files(&link, "answer", &[("form", &id), ("answer", " ")], &[]).await;
    assert_eq!(nothing.status, 422);
    let file = Part { field: "doc-other", name: "transfer.pdf", bytes: PDF };
    let fields = [("form", id.as_str()), ("answer", "The one of 3 May.")];
    let sent = world.payer.post_files(&link, "answer", &fields, &[file]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let case = world.case(&bill).await;
    assert_eq!(case["state"], "submitted");
    let answer = &case["questions"][0]["answer"];
    assert_eq!(answer["text"], "The one of 3 May.");
    assert_eq!(answer["documents"][0]["name"], "transfer.pdf");
    world.wait_for_line("queue=disputes", &bill, "submitted").await;
    assert_eq!(world.payer.get(&link).await.state(), "disputed", "the link is read-only now");
    assert_eq!(world.count(&bill.id, "InformationAdded").await, 1);
}

pub(crate) async fn the_deadline_moves_from_open_to_at_risk_to_late_by_the_schedule(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    world.with_dispute(&bill, "").await;
    world.wait_for_line("queue=disputes&sla=open", &bill, "submitted").await;
    let path = "matter.particulars.deadline";
    let (past, future) = ("2026-01-01T00:00:00Z", "2999-01-01T00:00:00Z");
    let set = format!("SET {path}.at_risk_at = :risk, {path}.late_at = :late");
    let risk = json!({ ":risk": { "S": past }, ":late": { "S": future } });
    world.let_time_pass(&bill, &set, risk).await;
    world.wait_for_line("queue=disputes&sla=at_risk", &bill, "submitted").await;
    let late = json!({ ":risk": { "S": past }, ":late": { "S": past } });
    world.let_time_pass(&bill, &set, late).await;
    world.wait_for_line("queue=disputes&sla=late", &bill, "submitted").await;
    assert_eq!(world.count(&bill.id, "SlaMoved").await, 2);
    assert!(world.queue("queue=disputes&sla=open").await.is_empty());
}

pub(crate) async fn a_case_is_assigned_filtered_and_paged(stack: Stack) {
    let world = World::new(&stack).await;
    let mut bills = Vec::new();
    for _ in 0..3 {
        let bill = world.bill("1000.00", "USD").await;
        world.with_dispute(&bill, "").await;
        world.wait_for_line("queue=disputes", &bill, "submitted").await;
        bills.push(bill);
    }
    let mine = world.act(&world.token, &bills[1], "owner", json!({ "owner": "me" })).await;
    assert_eq!(mine.status, 200, "{}", mine.text());
    acceptance::eventually("it is mine", || async {
        (world.queue("queue=disputes&owner=me").await.len() == 1).then_some(())
    })
    .await;
    assert_eq!(world.queue("queue=disputes&owner=nobody").await.len(), 2);
    assert_eq!(world.queue("queue=disputes&reason=duplicate").await.len(), 3);
    assert!(world.queue("queue=disputes&reason=other").await.is_empty());
    let (mut found, mut cursor) = (Vec::new(), String::new());
    for _ in 0..4 {
        let query = format!("/cases?queue=disputes&limit=1{cursor}");
        let page = world.operate("GET", &query, None).await.json();
        for line in page["cases"].as_array().unwrap() {
            found.push(line["invoice"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let expected: Vec<String> = bills.iter().map(|bill| bill.id.clone()).collect();
    assert_eq!(found, expected, "oldest first, each once");
    for bad in [
        "queue=none",
        "queue=disputes&sla=never",
        "queue=disputes&limit=0",
        "queue=disputes&cursor=%21",
        "queue=disputes&x=1",
        "",
    ] {
        let answer = world.operate("GET", &format!("/cases?{bad}"), None).await;
        assert_eq!(answer.status, 400, "{bad}: {}", answer.text());
    }
}

pub(crate) async fn cases_are_for_their_own_sellers_operators_with_the_right_roles(stack: Stack) {
    let (world, other) = (World::new(&stack).await, World::new(&stack).await);
    let bill = world.bill("1000.00", "USD").await;
    world.with_dispute(&bill, "").await;
    let path = format!("/invoices/{}/cases/{}", bill.id, world.case_id(&bill).await);
    assert_eq!(other.operate("GET", &path, None).await.status, 404);
    let reject = json!({ "decision": "reject", "note": "No." });
    let verbs = [
        ("decision", reject),
        ("question", json!({ "text": "Why?" })),
        ("owner", json!({ "owner": "me" })),
    ];
    for (verb, body) in &verbs {
        let foreign =
            other.operate("POST", &format!("{path}/{verb}"), Some(&body.to_string())).await;
        assert_eq!(foreign.status, 404, "{verb}");
    }
    assert!(other.queue("queue=disputes").await.is_empty());
    let nobody = world.payer.request("GET", &world.api(&path), &[], Vec::new()).await;
    assert_eq!(nobody.status, 401);
    for role in ["viewer", "sales", "csm"] {
        let token = world.aws.operator(&world.tenant, role).await;
        for (verb, body) in &verbs {
            let answer = world.act(&token, &bill, verb, body.clone()).await;
            assert_eq!(answer.status, 403, "{role} {verb}");
        }
    }
    for body in [
        "{",
        "[]",
        "{}",
        "{\"decision\":\"maybe\",\"note\":\"x\"}",
        "{\"decision\":\"reject\"}",
        "{\"decision\":\"reject\",\"note\":\"\"}",
        "{\"decision\":\"reject\",\"note\":\"x\",\"more\":1}",
    ] {
        let answer = world.operate("POST", &format!("{path}/decision"), Some(body)).await;
        assert!([400, 422].contains(&answer.status), "{body}: {}", answer.text());
    }
    assert_eq!(world.case(&bill).await["state"], "submitted", "nothing was changed");
}

pub(crate) async fn a_dispute_without_what_its_reason_asks_for_is_refused_at_its_field(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let reasons = world.payer.open(&bill.link, "dispute").await;
    for label in ["We never received it", "We have already paid", "Something else"] {
        assert!(reasons.text().contains(label), "{label}");
    }
    let form = hidden(&world.payer.open(&bill.link, "dispute?reason=already_paid").await, "form");
    let mut fields = vec![
        ("form", form.as_str()),
        ("reason", "already_paid"),
        ("disputed", "all"),
        ("description", "Paid on 3 May by bank transfer."),
    ];
    fields.extend(CONTACT);
    let refused = world.payer.post_files(&bill.link, "dispute", &fields, &[]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("href=\"#doc-proof_of_payment\""), "{}", refused.text());
    assert!(refused.text().contains("Paid on 3 May by bank transfer."), "kept");
    let other = Part { field: "doc-other", name: "photo.pdf", bytes: PDF };
    let refused = world.payer.post_files(&bill.link, "dispute", &fields, &[other]).await;
    assert_eq!(refused.status, 422, "another document is not a proof of payment");
    let kept = hidden_kept(&refused.text());
    assert!(kept.is_some(), "the file is kept: {}", refused.text());
    let proof = Part { field: "doc-proof_of_payment", name: "bank.pdf", bytes: PDF };
    let kept = kept.unwrap();
    fields.push(("kept", &kept));
    let sent = world.payer.post_files(&bill.link, "dispute", &fields, &[proof]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let case = world.case(&bill).await;
    assert_eq!(case["documents"].as_array().map(Vec::len), Some(2), "{case}");
    assert_eq!(case["missing"], json!([]));
}

/// The value of the first kept file of a page.
fn hidden_kept(text: &str) -> Option<String> {
    let (_, after) = text.split_once("name=\"kept\" value=\"")?;
    after.split('"').next().map(str::to_owned)
}
