//! What operators see of all invoices: the list, who looks after which, the link, the receipt.
//! Must never find another seller's invoice.
use acceptance::{Answer, Stack, World, eventually};
use serde_json::{Value, json};

const HEAD: &str = "Invoice Number,Due Date,Balance,Contact Email,Customer Name\n";

/// Imports invoices of a number, a date and a customer; their ids by place.
async fn imported(world: &World, rows: &[(&str, &str, &str)]) -> Vec<String> {
    let row = |(number, due, customer): &(&str, &str, &str)| {
        format!("{number},{due},80.00,ap@payer-{}.example,{customer}\n", world.tenant)
    };
    let csv = HEAD.to_owned() + &rows.iter().map(row).collect::<String>();
    let report = world.import(csv.as_bytes()).await;
    assert_eq!(report.status, 200, "{}", report.text());
    let mut ids = Vec::new();
    for (number, ..) in rows {
        ids.push(world.by_number(number).await.json()["id"].as_str().unwrap().to_owned());
    }
    ids
}

/// The answer to a list with these parameters.
async fn list(world: &World, query: &str) -> Value {
    let answer = world.operate("GET", &format!("/invoices?{query}"), None).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    answer.json()
}

fn numbers(list: &Value) -> Vec<String> {
    let invoices = list["invoices"].as_array().unwrap().iter();
    invoices.map(|invoice| invoice["number"].as_str().unwrap().to_owned()).collect()
}

/// Waits until a list holds just these numbers, in this order: an index lags.
async fn shows(world: &World, query: &str, expected: &[&str]) -> Value {
    let mut seen = Value::Null;
    for _ in 0..3 {
        seen = list(world, query).await;
        if numbers(&seen) == expected {
            return seen;
        }
    }
    eventually(&format!("{query} shows {expected:?}, at first {seen}"), || async {
        Some(list(world, query).await).filter(|list| numbers(list) == expected)
    })
    .await
}

async fn assign(world: &World, id: &str, owner: Value) -> Answer {
    let body = json!({ "owner": owner }).to_string();
    world.operate("POST", &format!("/invoices/{id}/owner"), Some(&body)).await
}

pub(crate) async fn the_list_is_paged_by_date_without_a_gap(stack: Stack) {
    let world = World::new(&stack).await;
    let days: Vec<String> = (1..=9).map(|day| format!("2030-01-0{day}")).collect();
    let names: Vec<String> = (1..=9).map(|day| format!("P-{day}")).collect();
    let rows: Vec<_> =
        names.iter().zip(&days).map(|(name, day)| (&**name, &**day, "Acme Ltd")).rev().collect();
    imported(&world, &rows).await;
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    shows(&world, "", &all).await;
    let (mut seen, mut query) = (Vec::new(), "limit=4".to_owned());
    for page in 0..3 {
        let list = list(&world, &query).await;
        seen.extend(numbers(&list));
        let next = list["next"].as_str();
        assert_eq!(next.is_some(), page < 2, "{list}");
        query = format!("limit=4&cursor={}", next.unwrap_or_default());
    }
    assert_eq!(seen, all);
    // A page of this list is none of a search.
    let first = list(&world, "limit=4").await;
    let cursor = first["next"].as_str().unwrap();
    let path = format!("/invoices?search=p&cursor={cursor}");
    assert_eq!(world.operate("GET", &path, None).await.status, 400);
}

pub(crate) async fn each_filter_shows_what_passes_it(stack: Stack) {
    let world = World::new(&stack).await;
    let rows = [
        ("F-1", "2020-01-01", "Acme Ltd"),
        ("F-2", "2020-01-02", "Beta GmbH"),
        ("F-3", "2030-01-01", "acme inc"),
    ];
    let ids = imported(&world, &rows).await;
    let list = shows(&world, "", &["F-1", "F-2", "F-3"]).await;
    let first = &list["invoices"][0];
    assert_eq!(first["id"], ids[0].as_str());
    assert_eq!((&first["customer"], &first["status"]), (&json!("Acme Ltd"), &json!("Open")));
    assert_eq!(first["balance"], json!({ "minor": 8_000, "currency": "USD" }));
    assert_eq!(first["balance_text"], "$80.00 USD");
    assert_eq!((&first["due_date"], &first["owner"]), (&json!("2020-01-01"), &Value::Null));
    assert_eq!(first["cadence"], "Active");
    let read = world.read(&ids[0]).await;
    assert_eq!(first["days_overdue"], read["days_overdue"], "the same as the invoice itself says");
    assert_eq!(list["invoices"][2]["days_overdue"], Value::Null);
    let promised = world.operate("GET", "/invoices?status=Promised", None).await.json();
    assert_eq!(promised, json!({ "invoices": [], "next": null }));
    shows(&world, "status=Open", &["F-1", "F-2", "F-3"]).await;
    shows(&world, "overdue_days=1", &["F-1", "F-2"]).await;
    shows(&world, "overdue_days=36500", &[]).await;
    shows(&world, "state=closed", &[]).await;
    assert_eq!(assign(&world, &ids[0], json!("me")).await.status, 200);
    assert_eq!(assign(&world, &ids[1], json!("somebody-else")).await.status, 200);
    shows(&world, "owner=me", &["F-1"]).await;
    shows(&world, "owner=somebody-else", &["F-2"]).await;
    shows(&world, "owner=nobody", &["F-3"]).await;
    shows(&world, "owner=me&status=Open&overdue_days=1&search=acme", &["F-1"]).await;
}

pub(crate) async fn an_invoice_is_found_by_how_its_number_or_customer_begins(stack: Stack) {
    let world = World::new(&stack).await;
    let rows = [
        ("INV-77", "2030-01-01", "Zeta"),
        ("inv-78", "2030-01-02", "Straße AG"),
        ("Z-1", "2030-01-03", "INVEST Ltd"),
    ];
    imported(&world, &rows).await;
    shows(&world, "search=inv", &["INV-77", "inv-78", "Z-1"]).await;
    shows(&world, "search=Z", &["Z-1", "INV-77"]).await;
    shows(&world, "search=STRASSE%20", &["inv-78"]).await;
    shows(&world, "search=ltd", &[]).await;
    shows(&world, "number=INV-77", &["INV-77"]).await;
    shows(&world, "number=inv-77", &[]).await;
}

pub(crate) async fn a_paid_invoice_moves_to_the_closed_ones(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    shows(&world, "", &[&bill.number]).await;
    world.stripe.pay(&world.checkout(&bill).await).await;
    world.wait_for_status(&bill.id, "Paid").await;
    shows(&world, "", &[]).await;
    let closed = shows(&world, "state=closed&status=Paid", &[&bill.number]).await;
    assert_eq!(closed["invoices"][0]["balance"]["minor"], 0);
    shows(&world, &format!("number={}", bill.number), &[&bill.number]).await;
}

pub(crate) async fn an_owner_is_kept_shown_and_told_once(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    assert_eq!(world.read(&bill.id).await["owner"], Value::Null);
    let mine = assign(&world, &bill.id, json!("me")).await;
    assert_eq!(mine.status, 200, "{}", mine.text());
    let me = mine.json()["owner"].as_str().unwrap().to_owned();
    assert_eq!(mine.json(), json!({ "id": bill.id, "owner": me }));
    assert_eq!(assign(&world, &bill.id, json!(me)).await.json(), mine.json(), "said again");
    let invoice = world.read(&bill.id).await;
    assert_eq!(invoice["owner"], me.as_str());
    let told = invoice["timeline"].as_array().unwrap().iter();
    let told: Vec<_> = told.filter(|entry| entry["name"] == "InvoiceAssigned").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["actor"], json!({ "role": "operator", "id": me }));
    assert_eq!(told[0]["data"]["owner"], me.as_str());
    assert_eq!(assign(&world, &bill.id, Value::Null).await.json()["owner"], Value::Null);
    assert_eq!(world.read(&bill.id).await["owner"], Value::Null);
    assert_eq!(world.payer.get(&bill.link).await.state(), "due", "payers see nothing of it");
}

pub(crate) async fn the_link_that_lives_is_shown_and_mailed_again(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let (link, mail) =
        (format!("/invoices/{}/link", bill.id), format!("/invoices/{}/link/mail", bill.id));
    let shown = world.operate("GET", &link, None).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    let shown = shown.json();
    assert_eq!(shown["pay_link"], bill.link.as_str(), "the same link, not a new one");
    assert_eq!((&shown["state"], &shown["opened_at"]), (&json!("Live"), &Value::Null));
    assert_eq!(shown["expires_at"], world.read(&bill.id).await["link"]["expires_at"]);
    world.payer.get(&bill.link).await;
    let opened = world.operate("GET", &link, None).await.json();
    assert!(opened["opened_at"].is_string(), "{opened}");
    let mailed = world.operate("POST", &mail, None).await;
    assert_eq!(mailed.status, 202, "{}", mailed.text());
    assert_eq!(mailed.json()["mailed_to"], 1);
    assert!(mailed.json()["expires_at"].is_string());
    let again = world.operate("POST", &mail, None).await;
    assert_eq!(again.status, 409, "two clicks are one mail");
    assert!(!again.header("retry-after").is_empty());
    let letter = world.inbox.wait_for(&bill.contact, "Link for invoice").await;
    assert!(letter.text.contains(&bill.link) && letter.html.contains(&bill.link));
    world.wait_for(&bill.id, "MailSent").await;
    assert_eq!(world.count(&bill.id, "LinkMailDue").await, 1);
    assert_eq!(world.payer.get(&bill.link).await.state(), "due", "and it still works");
    // A dead one is neither shown nor mailed.
    world.let_link_rest(&bill, 8 * 24 * 3_600).await;
    for (method, path) in [("GET", &link), ("POST", &mail)] {
        assert_eq!(world.operate(method, path, None).await.status, 409, "{method} {path}");
    }
}

pub(crate) async fn an_operator_gets_the_payers_receipt(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let path = format!("/invoices/{}/receipt", bill.id);
    assert_eq!(world.operate("GET", &path, None).await.status, 404, "nothing was paid");
    world.stripe.pay(&world.checkout(&bill).await).await;
    world.wait_for(&bill.id, "ReceiptMade").await;
    let mine = world.operate("GET", &path, None).await;
    let theirs = world.payer.get(&format!("{}/receipt", bill.link)).await;
    assert_eq!((mine.status, mine.header("content-type")), (200, "application/pdf"));
    assert_eq!(mine.header("content-disposition"), theirs.header("content-disposition"));
    assert!(mine.bytes.starts_with(b"%PDF-1.7"), "byte for byte, not base64");
    assert_eq!(mine.bytes, theirs.bytes);
    let payment = world.read(&bill.id).await["payments"][0]["id"].as_str().unwrap().to_owned();
    let named = world.operate("GET", &format!("{path}?payment={payment}"), None).await;
    assert_eq!(named.bytes, mine.bytes);
    for none in [bill.id.as_str(), "x", ""] {
        let answer = world.operate("GET", &format!("{path}?payment={none}"), None).await;
        assert_eq!(answer.status, 404, "{none:?}");
    }
}

pub(crate) async fn faults_row_54_another_sellers_operators_see_and_change_nothing(stack: Stack) {
    let (world, other) = (World::new(&stack).await, World::new(&stack).await);
    let bill = world.bill("80.00", "USD").await;
    shows(&world, "", &[&bill.number]).await;
    for query in ["", "search=i", "search=acme", "owner=nobody", "state=closed"] {
        shows(&other, query, &[]).await;
    }
    shows(&other, &format!("number={}", bill.number), &[]).await;
    let before = world.read(&bill.id).await;
    let owner = json!({ "owner": "me" }).to_string();
    for (method, below, body) in [
        ("POST", "owner", Some(owner.as_str())),
        ("GET", "link", None),
        ("POST", "link/mail", None),
        ("GET", "receipt", None),
    ] {
        let path = format!("/invoices/{}/{below}", bill.id);
        let answer = other.operate(method, &path, body).await;
        assert_eq!(answer.status, 404, "{method} {below}: {}", answer.text());
        let url = world.api(&path);
        assert_eq!(world.payer.request(method, &url, &[], Vec::new()).await.status, 401);
    }
    let after = world.read(&bill.id).await;
    assert_eq!(after["owner"], before["owner"]);
    assert_eq!(world.count(&bill.id, "LinkMailDue").await, 0);
}

pub(crate) async fn a_role_sees_what_it_may_and_changes_what_it_may(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let owner = json!({ "owner": "me" }).to_string();
    for (role, statuses) in [
        ("ar_operator", [200, 200, 200, 202]),
        ("billing_admin", [200, 403, 200, 409]),
        ("viewer", [200, 403, 403, 403]),
        ("sales", [200, 403, 403, 403]),
    ] {
        let bearer = format!("Bearer {}", world.aws.operator(&world.tenant, role).await);
        let headers = [("authorization", &*bearer), ("content-type", "application/json")];
        let calls = [
            ("GET", "/invoices".to_owned(), ""),
            ("POST", format!("/invoices/{}/owner", bill.id), owner.as_str()),
            ("GET", format!("/invoices/{}/link", bill.id), ""),
            ("POST", format!("/invoices/{}/link/mail", bill.id), ""),
        ];
        for ((method, path, body), status) in calls.into_iter().zip(statuses) {
            let body = body.as_bytes().to_vec();
            let answer = world.payer.request(method, &world.api(&path), &headers, body).await;
            assert_eq!(answer.status, status, "{role}: {method} {path}: {}", answer.text());
        }
    }
}
