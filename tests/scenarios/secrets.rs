//! What no log may hold, looked for after a journey that touches every function but one: the
//! sweeper of uploads would sweep what a story beside this one has just laid out for it.
use acceptance::forms::{Part, day, hidden};
use acceptance::{Stack, World};
use serde_json::{Value, json};

/// The functions that a journey leaves lines of.
const ROUTES: [&str; 40] = [
    "portal-view",
    "portal-pay",
    "portal-paid",
    "portal-receipt",
    "portal-new-link",
    "portal-plan",
    "portal-promise",
    "portal-dispute",
    "portal-answer",
    "portal-files",
    "portal-refusal",
    "stripe-webhook",
    "invoice-import",
    "invoice-read",
    "invoice-list",
    "invoice-owner",
    "invoice-receipt",
    "link-regen",
    "link-share",
    "mailer",
    "case-list",
    "case-read",
    "case-act",
    "case-clock",
    "plan-queue",
    "dispute-queue",
    "import-read",
    "settings",
    "audit",
    "notices",
    "operators",
    "console-login",
    "console-page",
    "console-act",
    "timeline-relay",
    "receipt-maker",
    "cadence-sender",
    "expiry-sweeper",
    "outbox-sweeper",
    "payment-reconciler",
];

/// A journey with everything in it that goes well; what of it nobody may read in a log.
async fn good_journey(world: &World) -> Vec<(&'static str, String)> {
    let bill = world.bill("80.00", "USD").await;
    world.payer.get(&bill.link).await;
    world.payer.head(&bill.link).await;
    let session = world.checkout(&bill).await;
    let code = json!({ "code": "insufficient_funds" });
    world.stripe.control(&format!("decline/{session}"), code).await;
    world.wait_for(&bill.id, "PaymentDeclined").await;
    world.stripe.pay(&session).await;
    world.payer.get(&format!("{}/paid", bill.link)).await;
    world.inbox.wait_for(&bill.contact, "eceipt").await;
    world.payer.get(&format!("{}/receipt", bill.link)).await;
    let newer = world.regenerate(&bill.id, true).await["pay_link"].as_str().unwrap().to_owned();
    world.payer.press(&format!("{}/new-link", bill.link)).await;
    world.inbox.wait_for(&bill.contact, "ew link").await;
    world.by_number(&bill.number).await;
    let path = |below: &str| format!("/invoices/{}/{below}", bill.id);
    world.operate("POST", &path("owner"), Some("{\"owner\":\"me\"}")).await;
    world.operate("GET", &path("receipt"), None).await;
    world.operate("GET", &path("link"), None).await;
    world.operate("POST", &path("link/mail"), None).await;
    let token = |link: &str| link.rsplit('/').next().unwrap().to_owned();
    let (name, domain) = bill.contact.split_once('@').unwrap();
    vec![
        ("a contact", bill.contact.clone()),
        ("a contact's name", format!("{name}@")),
        ("a masked contact's domain", format!("•@{domain}")),
        ("a token", token(&bill.link)),
        ("the new token", token(&newer)),
        ("the sender", format!("billing@{}.example", world.tenant)),
    ]
}

/// Everything that goes wrong, with canaries in it; the canaries.
async fn bad_journey(world: &World) -> Vec<(&'static str, String)> {
    let canary = |name: &str| format!("{name}-{}", world.tenant);
    let bill = world.bill("80.00", "USD").await;
    for kind in ["rate_limit", "drop_before_commit", "error_after_commit"] {
        world.stripe.fault("*", kind, 20).await;
        world.payer.press(&format!("{}/pay", bill.link)).await;
        world.payer.get(&format!("{}/paid", bill.link)).await;
        world.stripe.fault("*", kind, 0).await;
    }
    let base = world.stack.text("portal");
    world.payer.get(&format!("{base}/p/{}", canary("forged"))).await;
    world.payer.request("DELETE", &bill.link, &[], canary("body").into_bytes()).await;
    world.payer.get(&format!("{}?q={}", bill.link, canary("query"))).await;
    let csv = format!(
        "Invoice Number,Due Date,Balance,Contact Email\nX-1,soon,1.00,{0}@bad.example\nX-1,{0},{0},{0}\n",
        canary("row")
    );
    world.import(csv.as_bytes()).await;
    let path = format!("/invoices/{}/link", bill.id);
    world.operate("POST", &path, Some(&canary("body"))).await;
    world.operate("GET", &format!("/invoices/{}", canary("id")), None).await;
    let url = world.api("/webhooks/stripe");
    let unreadable = canary("event");
    let signed = world.stripe.sign(&unreadable).await;
    for signature in [canary("signature"), signed.clone()] {
        let headers = [("stripe-signature", signature.as_str()), ("cookie", "cookie-canary")];
        world.payer.request("POST", &url, &headers, unreadable.clone().into_bytes()).await;
    }
    let poison = json!({ "Records": [{ "messageId": "m-1", "body": canary("message") }] });
    for queue in ["mailer", "receipt-maker"] {
        world.aws.invoke_with(queue, &poison).await;
    }
    let names = ["forged", "body", "query", "row", "id", "event", "signature", "message"];
    let mut canaries: Vec<_> = names.map(|name| (name, canary(name))).into();
    canaries.push(("a signature", signed));
    canaries.push(("another token", bill.link.rsplit('/').next().unwrap().to_owned()));
    canaries
}

/// A plan, a promise and a dispute with everything that can be typed, attached, asked and
/// decided; what of it nobody may read in a log.
async fn case_journey(world: &World) -> Vec<(&'static str, String)> {
    let canary = |name: &str| format!("{name} of {}", world.tenant);
    let address = format!("typed@{}.elsewhere.example", world.tenant);
    let (name, phone, first) = (canary("somebody"), "+1 212 555 0142 69", day(10));
    let contact = [("name", name.as_str()), ("email", &address), ("phone", phone)];
    let (why, note, about) = (canary("why"), canary("note"), canary("description"));
    let plan = [("terms", "equal"), ("count", "2"), ("interval", "weekly"), ("first", &*first)];
    let promise = [("date", first.as_str()), ("promised", "full"), ("note", &note)];
    let mut links = Vec::new();
    for (what, fields) in [("plan", &plan[..]), ("promise", &promise[..])] {
        let bill = world.bill("80.00", "USD").await;
        let form = hidden(&world.payer.open(&bill.link, what).await, "form");
        let mut all = vec![("form", form.as_str()), ("do", "send"), ("why", &why)];
        all.extend(fields);
        // Without a contact it is refused first.
        assert_eq!(world.payer.post(&bill.link, what, &all).await.status, 422);
        all.extend(contact);
        assert_eq!(world.payer.post(&bill.link, what, &all).await.status, 303);
        links.push(bill.link);
    }
    let bill = world.bill("80.00", "USD").await;
    let file_name = format!("{}.txt", canary("file"));
    let ticket = [("name", file_name.as_str()), ("size", "9")];
    assert_eq!(world.payer.post(&bill.link, "files", &ticket).await.status, 200);
    let form = world.payer.open(&bill.link, "dispute?reason=duplicate").await;
    let (form, content) = (hidden(&form, "form"), canary("content"));
    let mut all = vec![("form", form.as_str()), ("reason", "duplicate"), ("disputed", "all")];
    all.extend([("description", about.as_str())]);
    all.extend(contact);
    let file = Part { field: "doc-other", name: &file_name, bytes: content.as_bytes() };
    let sent = world.payer.post_files(&bill.link, "dispute", &all, &[file]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let (question, answer, verdict) = (canary("question"), canary("answer"), canary("verdict"));
    world.act(&world.token, &bill, "question", json!({ "text": question })).await;
    let fresh = world.link_mailed(&bill.contact, "uestion").await;
    let form = hidden(&world.payer.open(&fresh, "answer").await, "form");
    let fields = [("form", form.as_str()), ("answer", answer.as_str())];
    assert_eq!(world.payer.post_files(&fresh, "answer", &fields, &[]).await.status, 303);
    let note_to = json!({ "decision": "reject", "note": verdict });
    assert_eq!(world.act(&world.token, &bill, "decision", note_to).await.status, 200);
    world.wait_for_line("queue=disputes&state=closed", &bill, "rejected").await;
    let document = world.case(&bill).await["documents"][0]["id"].as_str().unwrap().to_owned();
    let case = world.case_id(&bill).await;
    let path = format!("/invoices/{}/cases/{case}/documents/{document}", bill.id);
    let download = world.operate("GET", &path, None).await;
    assert_eq!(download.status, 200, "{}", download.text());
    let signature = download.text().split("Signature=").nth(1).unwrap()[..64].to_owned();
    world.inbox.wait_for(&address, &bill.number).await;
    links.extend([bill.link, fresh]);
    let poison = json!({ "Records": [{ "messageId": "m-1", "body": canary("poison") }] });
    for queue in ["plan-queue", "dispute-queue"] {
        world.aws.invoke_with(queue, &poison).await;
    }
    world.aws.invoke("case-clock").await;
    let typed = [name, why, note, about, file_name, content, question, answer, verdict];
    let typed = typed.into_iter().chain([address, phone.to_owned(), canary("poison"), signature]);
    let tokens = links.iter().map(|link| link.rsplit('/').next().unwrap().to_owned());
    let typed = typed.map(|text| ("what was typed", text));
    typed.chain(tokens.map(|token| ("a link of a case", token))).collect()
}

/// What an Admin sets and reads, and what somebody without a session sends to the console.
async fn desk_journey(world: &World) -> Vec<(&'static str, String)> {
    let canary = |name: &str| format!("{name}-{}", world.tenant);
    let token = world.aws.operator(&world.tenant, "admin").await;
    let admin = World { token: token.clone(), ..world.clone() };
    let text = format!("{} {{pay_link}}", canary("letter"));
    let mut wish = json!({ "mail": { "subject": canary("subject"), "body": text } });
    let shown = admin.operate("POST", "/settings/preview", Some(&wish.to_string())).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    wish["version"] = json!(0);
    let set = admin.operate("PUT", "/settings", Some(&wish.to_string())).await;
    assert_eq!(set.status, 200, "{}", set.text());
    assert_eq!(admin.operate("PUT", "/operators/me", None).await.status, 200);
    for path in ["/settings", "/audit", "/audit/export", "/notices", "/operators", "/imports"] {
        assert_eq!(admin.operate("GET", path, None).await.status, 200, "{path}");
    }
    let portal = world.stack.text("portal");
    let cookie = format!("session={}", canary("cookie"));
    for (method, path) in [
        ("GET", format!("/console/invoices?search={}", canary("search"))),
        ("GET", format!("/console/callback?code={}&state={}", canary("code"), canary("state"))),
        ("POST", "/console/settings".to_owned()),
        ("POST", "/console/sign-out".to_owned()),
    ] {
        let headers =
            [("cookie", cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        let body = format!("form={}", canary("field")).into_bytes();
        let answer = world.payer.request(method, &format!("{portal}{path}"), &headers, body).await;
        assert!(answer.status < 500, "{method} {path}: {}", answer.status);
    }
    let names = ["letter", "subject", "cookie", "search", "code", "state", "field"];
    let mut canaries: Vec<_> = names.map(|name| (name, canary(name))).into();
    canaries.push(("an Admin's token", token));
    canaries
}

/// What nobody calls runs once more, with all of the journeys in the table.
async fn schedules_run(world: &World) {
    for name in ["cadence-sender", "expiry-sweeper", "outbox-sweeper", "payment-reconciler"] {
        world.aws.invoke(name).await;
    }
}

/// What the deployment itself keeps secret, and what a card says.
async fn standing_secrets(world: &World) -> Vec<(&'static str, String)> {
    let keys: Value = serde_json::from_str(&world.aws.secret("link_keys_secret").await).unwrap();
    vec![
        ("a link key", keys["1"].as_str().unwrap().to_owned()),
        ("the Stripe key", world.stack.text("stripe_key")),
        ("the webhook secret", world.stack.text("stripe_webhook_secret")),
        ("an operator's token", world.token.clone()),
        ("its signature", world.token.rsplit('.').next().unwrap().to_owned()),
        ("card digits", "4242424242424242".to_owned()),
        ("a cookie", "cookie-canary".to_owned()),
        ("the payer's address", format!("\"{}", world.payer.address())),
    ]
}

/// A line that Lambda writes around each run, not ours.
fn is_the_runtimes(line: &str) -> bool {
    ["START ", "END ", "REPORT ", "INIT_START "].iter().any(|start| line.starts_with(start))
}

/// The lines of our functions as the emulator shows them; its own begin with the time.
fn shown_by_the_emulator(log: &str) -> Vec<String> {
    log.lines().filter(|line| line.starts_with('{')).map(str::to_owned).collect()
}

pub(crate) async fn faults_row_57_no_log_holds_a_token_an_address_or_a_secret(stack: Stack) {
    let world = World::new(&stack).await;
    let mut canaries = good_journey(&world).await;
    canaries.extend(bad_journey(&world).await);
    canaries.extend(case_journey(&world).await);
    canaries.extend(desk_journey(&world).await);
    schedules_run(&world).await;
    canaries.extend(standing_secrets(&world).await);
    let mut lines = world.aws.logs().await;
    lines.extend(shown_by_the_emulator(&stack.emulator_log()));
    for route in ROUTES {
        let wanted = format!("\"route\":\"{route}\"");
        assert!(lines.iter().any(|line| line.contains(&wanted)), "nothing looked at of {route}");
    }
    for (what, canary) in &canaries {
        assert!(canary.len() > 8, "{what} is too short to be looked for");
        let found = lines.iter().find(|line| line.contains(canary));
        assert!(found.is_none(), "{what} is in a log line: {}", found.unwrap());
    }
}

pub(crate) async fn every_line_is_json_and_names_its_request(stack: Stack) {
    let world = World::new(&stack).await;
    good_journey(&world).await;
    bad_journey(&world).await;
    case_journey(&world).await;
    desk_journey(&world).await;
    schedules_run(&world).await;
    let mut requests = 0;
    for line in world.aws.logs().await.iter().filter(|line| !is_the_runtimes(line)) {
        let read: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        // A metric is counted, not followed.
        if read["_aws"].is_object() {
            continue;
        }
        assert!(read["level"].is_string() && read["message"].is_string(), "{line}");
        assert_eq!(line.matches("\"message\":").count(), 1, "one field of a name: {line}");
        // What is said of a request, a run or a batch names it; the start of a process has none.
        if read["span"].is_object() {
            let ids = [&read["span"]["request_id"], &read["span"]["requestId"]];
            let named = ids.iter().any(|id| id.as_str().is_some_and(|id| id.len() >= 32));
            assert!(named, "{line}");
            // A line of ours says of which function it is; the runtime's own cannot know.
            let is_ours = !read["target"].as_str().unwrap().starts_with("lambda_runtime");
            assert!(!is_ours || read["span"]["route"].is_string(), "{line}");
            requests += 1;
        }
    }
    assert!(requests > 20, "{requests}");
}
