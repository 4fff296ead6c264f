//! Those who run the place: the audit, imports and notices.
use acceptance::answers::assert_problem;
use acceptance::{Answer, Stack, World, eventually};
use serde_json::{Value, json};

/// The same seller, seen by an operator with another role.
pub(crate) async fn signed_in(world: &World, role: &str) -> World {
    World { token: world.aws.operator(&world.tenant, role).await, ..world.clone() }
}

pub(crate) async fn get(world: &World, path: &str) -> Value {
    let answer = world.operate("GET", path, None).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

pub(crate) async fn put_settings(world: &World, wish: &Value) -> Answer {
    world.operate("PUT", "/settings", Some(&wish.to_string())).await
}

/// Notes the operator as the console does at sign-in; the operator's id.
async fn sign_in(world: &World) -> String {
    let answer = world.operate("PUT", "/operators/me", None).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// What the audit says was done, newest first.
async fn done(world: &World, query: &str) -> Vec<String> {
    let page = get(world, &format!("/audit{query}")).await;
    let entries = page["entries"].as_array().unwrap();
    entries.iter().map(what).collect()
}

/// Whether the link was the first one depends on what other stories have the schedules do.
fn what(entry: &Value) -> String {
    entry["what"].as_str().unwrap().replace("LinkRegenerated", "LinkIssued")
}

pub(crate) async fn at_sign_in_every_role_is_told_for_whom_it_works(stack: Stack) {
    let world = World::new(&stack).await;
    let sales = signed_in(&world, "sales").await;
    let noted = sales.operate("PUT", "/operators/me", None).await.json();
    assert_eq!(noted["tenant"], json!({ "name": "Harbour & Sons", "zone": "America/New_York" }));
    let settings = sales.operate("GET", "/settings", None).await;
    assert_eq!(settings.status, 403, "it may not read the rest");
}

pub(crate) async fn the_audit_says_who_did_what_by_user_and_time(stack: Stack) {
    let world = World::new(&stack).await;
    let admin = signed_in(&world, "admin").await;
    let (manager, boss) = (sign_in(&world).await, sign_in(&admin).await);
    let bill = world.bill("80.00", "USD").await;
    let wish = json!({ "version": 0, "policy": { "instalments_max": 3 } });
    assert_eq!(put_settings(&admin, &wish).await.status, 200);
    eventually("all of it is in the audit", || async {
        (done(&admin, "").await.len() >= 5).then_some(())
    })
    .await;
    let all = done(&admin, "").await;
    assert_eq!(
        all,
        ["SettingsChanged", "LinkIssued", "InvoicesImported", "SignedIn", "SignedIn"],
        "newest first"
    );
    let theirs = done(&admin, &format!("?user={manager}")).await;
    assert_eq!(theirs, ["LinkIssued", "InvoicesImported", "SignedIn"]);
    assert_eq!(done(&admin, "?user=me").await, ["SettingsChanged", "SignedIn"]);
    let page = get(&admin, "/audit").await;
    let link = &page["entries"][1];
    assert_eq!((&link["invoice"], &link["number"]), (&json!(bill.id), &json!(bill.number)));
    assert_eq!(link["user"], manager);
    let email = format!("ar_manager-{}@operators.example", world.tenant);
    assert_eq!(link["user_email"], email);
    assert_eq!(page["entries"][0]["user"], boss);
    let at = link["at"].as_str().unwrap();
    assert_eq!(done(&admin, &format!("?from={at}")).await, all[..2]);
    assert_eq!(done(&admin, &format!("?to={at}")).await, all[2..]);
    // Page by page it is the same.
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    for _ in 0..10 {
        let page = get(&admin, &format!("/audit{query}")).await;
        seen.extend(page["entries"].as_array().unwrap().iter().map(what));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=2&cursor={next}");
    }
    assert_eq!(seen, all);
    let known = get(&admin, "/operators").await;
    assert_eq!(known["operators"].as_array().unwrap().len(), 2);
    for query in ["?form=x", "?from=yesterday", "?limit=0", "?cursor=x", "?user="] {
        let refused = admin.operate("GET", &format!("/audit{query}"), None).await;
        assert_problem(&refused, 400, query);
    }
    let operator = signed_in(&world, "ar_operator").await;
    assert_problem(&operator.operate("GET", "/audit", None).await, 403, "not everybody reads it");
    let other = signed_in(&World::new(&stack).await, "admin").await;
    assert!(done(&other, "").await.is_empty(), "another tenant's is another");
}

pub(crate) async fn an_exported_audit_calculates_nothing(stack: Stack) {
    let world = World::new(&stack).await;
    let admin = signed_in(&world, "admin").await;
    let csv = "Invoice Number,Due Date,Balance,Contact Email,Customer Name\n\
               +1-1,2096-12-31,1.00,ap@a.example,\"=HYPERLINK(\"\"https://evil.example\"\")\"\n";
    let report = world.import(csv.as_bytes()).await.json();
    let id = report["invoices"][0]["id"].as_str().unwrap().to_owned();
    world.regenerate(&id, false).await;
    let file = eventually("the act is in the file", || async {
        let answer = admin.operate("GET", "/audit/export", None).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
        assert!(answer.header("content-disposition").contains("audit.csv"));
        Some(answer.text()).filter(|text| text.contains(",Link"))
    })
    .await;
    assert!(file.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\")\","), "{file}");
    assert!(file.contains(",'+1-1,"), "{file}");
    for start in ["\n=", ",=", ",\"=", "\n+", ",+", ",\"+", ",@", ",\"@"] {
        assert!(!file.contains(start), "{start:?} in {file}");
    }
    eventually("that it was exported is told too", || async {
        done(&admin, "").await.contains(&"AuditExported".to_owned()).then_some(())
    })
    .await;
    let refused = world.operate("GET", "/audit/export?limit=5", None).await;
    assert_problem(&refused, 400, "a file has no pages");
}

pub(crate) async fn an_import_is_in_the_history_and_its_rejects_can_be_mended(stack: Stack) {
    let world = World::new(&stack).await;
    let csv = "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Note\n\
               H-1,2096-12-31,10.00,ap@h.example,Harbour,first\n\
               H-2,soon,20.00,nobody,=Sum,\"second, with comma\"\n";
    let answer = world.operate_csv("/invoices/import?file_name=november.csv", csv.as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let import = answer.json()["import"].as_str().unwrap().to_owned();
    let page = get(&world, "/imports").await;
    let line = &page["imports"][0];
    assert_eq!((&line["id"], &page["next"]), (&json!(import), &Value::Null));
    assert_eq!((&line["imported"], &line["rejected"]), (&json!(1), &json!(1)));
    assert_eq!((&line["file_name"], &line["currency"]), (&json!("november.csv"), &json!("USD")));
    let one = get(&world, &format!("/imports/{import}")).await;
    let told: Vec<&str> =
        one["rejects"].as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(told, ["Due Date", "Contact Email"]);
    let path = format!("/imports/{import}/rejects");
    let file = world.operate("GET", &path, None).await;
    assert_eq!(file.status, 200, "{}", file.text());
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let text = file.text();
    assert!(text.contains(",'=Sum,"), "{text}");
    assert!(!text.contains("H-1"), "what was accepted is not sent back");
    let mended = text.replace(",soon,20.00,nobody,", ",2096-12-31,20.00,ap@h.example,");
    assert_ne!(mended, text);
    let report = world.import(mended.as_bytes()).await.json();
    assert_eq!((&report["imported"], &report["rejected"]), (&json!(1), &json!(0)), "{report}");
    assert_eq!(world.by_number("H-2").await.json()["customer"], "=Sum", "as it was written");
    let clean = report["import"].as_str().unwrap();
    let nothing = world.operate("GET", &format!("/imports/{clean}/rejects"), None).await;
    assert_problem(&nothing, 404, "nothing was rejected");
    let pages = get(&world, "/imports?limit=1").await;
    assert_eq!(pages["imports"][0]["id"], clean, "newest first");
    let next = pages["next"].as_str().unwrap();
    let older = get(&world, &format!("/imports?limit=1&cursor={next}")).await;
    assert_eq!(older["imports"][0]["id"], import);
    let other = World::new(&stack).await;
    for path in [format!("/imports/{import}"), path, "/imports/none".to_owned()] {
        assert_problem(&other.operate("GET", &path, None).await, 404, &path);
    }
    let sales = signed_in(&world, "sales").await;
    assert_problem(&sales.operate("GET", "/imports", None).await, 403, "sales");
}

pub(crate) async fn faults_row_13_a_second_payment_is_a_notice_until_somebody_closes_it(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = crate::webhook::paid_twice(&world).await;
    let notice = eventually("a notice of the second payment", || async {
        let page = get(&world, "/notices").await;
        page["notices"].as_array().unwrap().first().cloned()
    })
    .await;
    assert_eq!((&notice["invoice"], &notice["number"]), (&json!(bill.id), &json!(bill.number)));
    assert_eq!(notice["what"], "PaymentDuplicated");
    assert!(notice["text"].as_str().unwrap().contains("$80.00 USD"), "{notice}");
    let path = format!("/invoices/{}/notices/{}", bill.id, notice["id"].as_str().unwrap());
    let viewer = signed_in(&world, "viewer").await;
    assert_eq!(get(&viewer, "/notices").await["notices"].as_array().unwrap().len(), 1);
    assert_problem(&viewer.operate("POST", &path, Some("{}")).await, 403, "a viewer looks only");
    let other = World::new(&stack).await;
    assert_problem(&other.operate("POST", &path, Some("{}")).await, 404, "another tenant's");
    assert!(get(&other, "/notices").await["notices"].as_array().unwrap().is_empty());
    for _ in 0..2 {
        let closed = world.operate("POST", &path, Some("{}")).await;
        assert_eq!(closed.status, 200, "{}", closed.text());
    }
    assert_eq!(world.count(&bill.id, "NoticeClosed").await, 1, "pressed twice, closed once");
    eventually("it is no notice any more", || async {
        get(&world, "/notices").await["notices"].as_array().unwrap().is_empty().then_some(())
    })
    .await;
    for id in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "none"] {
        let path = format!("/invoices/{}/notices/{id}", bill.id);
        assert_problem(&world.operate("POST", &path, Some("{}")).await, 404, id);
    }
}

/// Runs alone: what lies in that queue afterwards, every seller's operators see.
pub(crate) async fn faults_row_39_a_message_put_aside_is_shown_to_operators(stack: Stack) {
    let world = World::new(&stack).await;
    world.aws.send("mail_dead_letters", &format!("poison {}", world.tenant)).await;
    let queue = eventually("the queue is among the notices", || async {
        let page = get(&world, "/notices").await;
        let queues = page["queues"].as_array().unwrap();
        queues.iter().find(|queue| queue["name"] == "mail").cloned()
    })
    .await;
    assert!(queue["waiting"].as_u64().unwrap() >= 1, "{queue}");
    assert!(!get(&world, "/notices").await.to_string().contains("poison"), "a count, no more");
}
