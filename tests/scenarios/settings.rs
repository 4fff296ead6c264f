//! What an Admin sets, and what pages and mails make of it.
use acceptance::answers::assert_problem;
use acceptance::inbox::Received;
use acceptance::{Answer, Stack, World, eventually};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::office::{get, put_settings, signed_in};

fn fields(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

pub(crate) async fn settings_are_changed_kept_and_told(stack: Stack) {
    let world = World::new(&stack).await;
    let admin = signed_in(&world, "admin").await;
    let before = get(&admin, "/settings").await;
    assert_eq!((&before["version"], &before["mail"]["standard"]), (&json!(0), &json!(true)));
    assert!(!before.to_string().contains(&world.account), "no account is shown");
    let wish = json!({
        "version": 0,
        "tenant": { "name": "Harbour Works", "zone": "Europe/Berlin" },
        "policy": { "instalments_max": 3 },
        "reasons": [{ "code": "late", "label": "It came late", "documents": [] }],
        "holidays": ["2026-12-25"],
        "mail": { "subject": "Please pay {invoice_number}", "body": "{customer_name}: {pay_link}" },
    });
    let answer = put_settings(&admin, &wish).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let after = get(&admin, "/settings").await;
    assert_eq!(after, answer.json());
    assert_eq!(after["version"], 1);
    assert_eq!(after["tenant"]["name"], "Harbour Works");
    assert_eq!(after["tenant"]["sender"], before["tenant"]["sender"], "the rest stays");
    assert_eq!(after["policy"]["instalments_max"], 3);
    assert_eq!(after["policy"]["approval_limit"], before["policy"]["approval_limit"]);
    assert_eq!((&after["reasons"], &after["holidays"]), (&wish["reasons"], &wish["holidays"]));
    assert_eq!(after["mail"]["subject"], "Please pay {invoice_number}");
    // Sent back as they are, they change nothing and are told by nobody.
    let same = put_settings(&admin, &after).await;
    assert_eq!((same.status, &same.json()["version"]), (200, &json!(1)));
    let page = eventually("the change is in the audit", || async {
        let page = get(&admin, "/audit").await;
        (page["entries"][0]["what"] == "SettingsChanged").then_some(page)
    })
    .await;
    assert_eq!(page["entries"].as_array().unwrap().len(), 1);
    let changes = page["entries"][0]["detail"]["changes"].as_array().unwrap();
    let name = json!({ "field": "tenant.name", "from": "Harbour & Sons", "to": "Harbour Works" });
    assert!(changes.contains(&name), "{changes:?}");
    // A bill of after the change is in the new name.
    let bill = world.bill("80.00", "USD").await;
    assert!(world.payer.get(&bill.link).await.text().contains("Harbour Works"));
}

pub(crate) async fn settings_that_somebody_else_has_changed_are_not_overwritten(stack: Stack) {
    let world = World::new(&stack).await;
    let (one, other) = (signed_in(&world, "admin").await, signed_in(&world, "controller").await);
    let first = json!({ "version": 0, "policy": { "instalments_max": 3 } });
    assert_eq!(put_settings(&one, &first).await.status, 200);
    for version in [0, 2] {
        let late = json!({ "version": version, "policy": { "instalments_max": 9 } });
        assert_problem(&put_settings(&other, &late).await, 409, "stale");
    }
    assert_eq!(get(&one, "/settings").await["policy"]["instalments_max"], 3);
    // Two at once: one is kept, and one is told.
    let wish = |count: u32| json!({ "version": 1, "policy": { "instalments_max": count } });
    let (four, five) = (wish(4), wish(5));
    let (a, b) = tokio::join!(put_settings(&one, &four), put_settings(&other, &five));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let kept = get(&one, "/settings").await;
    assert_eq!(kept["policy"]["instalments_max"], if a.status == 200 { 4 } else { 5 });
    assert_eq!(kept["version"], 2);
}

pub(crate) async fn wrong_settings_are_told_at_their_fields_and_change_nothing(stack: Stack) {
    let world = World::new(&stack).await;
    let admin = signed_in(&world, "admin").await;
    let before = get(&admin, "/settings").await;
    let wish = json!({
        "version": 0,
        "tenant": { "name": "Good", "brand_colour": "#ffd700", "zone": "Mars/Base", "country": "DE" },
        "policy": { "instalments_max": 1 },
        "reasons": [{ "code": "a", "label": "A" }, { "code": "a", "label": "B" }],
        "mail": { "subject": "Pay", "body": "No link, {nobody}" },
    });
    let answer = put_settings(&admin, &wish).await;
    assert_problem(&answer, 422, "wrong fields");
    assert_eq!(
        fields(&answer),
        [
            "tenant.brand_colour",
            "tenant.zone",
            "tenant.country",
            "policy.instalments_max",
            "reasons.1.code",
            "mail.body"
        ]
    );
    for body in ["", "[]", "{}", r#"{"version":0,"polcy":{}}"#, "{\"version\":0,"] {
        assert_problem(&admin.operate("PUT", "/settings", Some(body)).await, 400, body);
    }
    assert_eq!(get(&admin, "/settings").await, before);
}

pub(crate) async fn faults_row_56_settings_are_changed_by_those_who_may(stack: Stack) {
    let world = World::new(&stack).await;
    let policy = json!({ "version": 0, "policy": { "instalments_max": 3 } });
    let name = json!({ "version": 0, "tenant": { "name": "Mine" } });
    for role in ["viewer", "legal", "ar_operator"] {
        let operator = signed_in(&world, role).await;
        assert_problem(&put_settings(&operator, &policy).await, 403, role);
        assert_eq!(get(&operator, "/settings").await["version"], 0, "{role}");
    }
    let sales = signed_in(&world, "sales").await;
    assert_problem(&sales.operate("GET", "/settings", None).await, 403, "sales");
    let controller = signed_in(&world, "controller").await;
    assert_problem(&put_settings(&controller, &name).await, 403, "not the name");
    let preview = json!({ "mail": { "subject": "S", "body": "{pay_link}" } }).to_string();
    let refused = controller.operate("POST", "/settings/preview", Some(&preview)).await;
    assert_problem(&refused, 403, "not the mail");
    assert_eq!(put_settings(&controller, &policy).await.status, 200);
    let other = signed_in(&World::new(&stack).await, "admin").await;
    assert_eq!(get(&other, "/settings").await["version"], 0, "another tenant's are others");
}

/// What the API says a mail in these words would be.
async fn previewed(admin: &World, mail: &Value) -> Value {
    let ask = json!({ "mail": mail }).to_string();
    let answer = admin.operate("POST", "/settings/preview", Some(&ask)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Imports the sample of a preview; its first mail, which reads as was shown.
async fn arrives_as_shown(world: &World, preview: &Value) -> Received {
    let sample = &preview["sample"];
    let text = |name: &str| sample[name].as_str().unwrap().to_owned();
    let due = Date::strptime("%d %B %Y", text("due_date")).unwrap();
    let contact = format!("ap@{}.example", world.tenant);
    let csv = format!(
        "Invoice Number,Due Date,Balance,Contact Email,Customer Name\n\
         {},{due},1250.00,{contact},{}\n",
        text("invoice_number"),
        text("customer_name"),
    );
    assert_eq!(world.import(csv.as_bytes()).await.json()["imported"], 1);
    let arrived = eventually("the first mail arrives", || async {
        world.aws.invoke("cadence-sender").await;
        world.inbox.to(&contact).await.into_iter().next()
    })
    .await;
    assert_eq!(arrived.subject, preview["subject"].as_str().unwrap());
    let link = arrived.text.split_whitespace().find(|word| word.contains("/p/")).unwrap();
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let as_sample = arrived.text.replace(link, &text("pay_link"));
    assert_eq!(plain(&as_sample), plain(preview["text"].as_str().unwrap()));
    assert_eq!(world.payer.get(link).await.status, 200, "its link opens");
    arrived
}

pub(crate) async fn the_preview_is_the_mail_that_then_arrives(stack: Stack) {
    // Before anybody has written any, the words that are shown are those that go out.
    let world = World::new(&stack).await;
    let admin = signed_in(&world, "admin").await;
    let standard = get(&admin, "/settings").await["mail"].clone();
    arrives_as_shown(&world, &previewed(&admin, &standard).await).await;

    let world = World::new(&stack).await;
    let admin = signed_in(&world, "admin").await;
    let mail = json!({
        "subject": "{customer_name}: {invoice_number}, {invoice_balance} by {due_date}",
        "body": "Dear {customer_name},\n\nplease <b>pay</b> & smile:\n{pay_link}\n\nYours",
    });
    let preview = previewed(&admin, &mail).await;
    assert!(!preview["html"].as_str().unwrap().contains("<b>"), "what is typed is text");
    let bad = json!({ "mail": { "subject": "", "body": "{pay_link}" } }).to_string();
    let refused = admin.operate("POST", "/settings/preview", Some(&bad)).await;
    assert_problem(&refused, 422, "a bad template");
    assert_eq!(fields(&refused), ["mail.subject"]);
    assert_eq!(put_settings(&admin, &json!({ "version": 0, "mail": mail })).await.status, 200);
    let arrived = arrives_as_shown(&world, &preview).await;
    assert!(arrived.html.contains("&#60;b&#62;pay") || arrived.html.contains("&lt;b&gt;pay"));
}
