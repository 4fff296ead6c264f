//! Files as they come in real life: from spreadsheets, too long, of the wrong kind, from people
//! who may not.
use std::time::Duration;

use acceptance::{Stack, World, within};
use serde_json::{Value, json};

const HEADER: &str = "Invoice Number,Due Date,Balance,Contact Email\n";
const MIB: usize = 1024 * 1024;
/// Posts that a large file may need: each takes in what 22 seconds are enough for.
const POSTS_MAX: usize = 10;
const ROWS: usize = 10_000;

pub(crate) async fn a_file_as_a_spreadsheet_saves_it_is_read_exactly(stack: Stack) {
    let world = World::new(&stack).await;
    let csv = "\u{feff}currency,DESCRIPTION,Invoice Number,Due Date,Balance,Contact Email,Customer Name,Remarks\r\n\
        EUR,\"Two lines,\r\nwith \"\"quotes\"\"\",Q-1,2096-12-31,\"1,000.00\",a@b.example,\"Zoë, Søn & 株式会社\",x\r\n\
        \r\n\
        USD,مرحبا 👋,Q-2,2096-12-31,5,a@b.example,Ελλάδα,\r\n";
    let answer = world.import(csv.as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["imported"], 2, "{}", answer.text());
    let first = world.by_number("Q-1").await.json();
    assert_eq!(first["customer"], "Zoë, Søn & 株式会社");
    assert_eq!(first["description"], "Two lines,\nwith \"quotes\"");
    assert_eq!(first["balance"], json!({ "minor": 100_000, "currency": "EUR" }));
    let second = world.by_number("Q-2").await.json();
    assert_eq!(
        (&second["customer"], &second["description"]),
        (&json!("Ελλάδα"), &json!("مرحبا 👋"))
    );
}

pub(crate) async fn a_file_that_cannot_be_read_is_a_422_that_says_why(stack: Stack) {
    let world = World::new(&stack).await;
    let row = "U-1,2096-12-31,80.00,a@b.example\n";
    let latin = [HEADER.as_bytes(), b"U-1,2096-12-31,80.00,Andr\xe9@b.example\n"].concat();
    for (file, field, words) in [
        (
            format!("Invoice Number,Balance,Contact Email\n{row}").into_bytes(),
            "Due Date",
            "missing",
        ),
        (format!("Balance,{HEADER}{row}").into_bytes(), "Balance", "twice"),
        (row.as_bytes().to_vec(), "Invoice Number", "missing"),
        (Vec::new(), "Invoice Number", "missing"),
        (latin, "", "UTF-8"),
        (format!("{HEADER}\"U-1,2096-12-31,80.00,a@b.example\n").into_bytes(), "", "quote"),
    ] {
        let answer = world.import(&file).await;
        assert_eq!(answer.status, 422, "{words}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["status"], 422);
        let errors = problem["errors"].as_array().unwrap();
        let fits = |error: &Value| {
            error["field"] == field && error["reason"].as_str().unwrap().contains(words)
        };
        assert!(errors.iter().any(fits), "{words}: {problem}");
    }
    assert_eq!(world.by_number("U-1").await.status, 404);
}

pub(crate) async fn a_file_of_the_wrong_kind_or_size_says_what_to_do(stack: Stack) {
    let world = World::new(&stack).await;
    let csv = format!("{HEADER}W-1,2096-12-31,80.00,a@b.example\n").into_bytes();
    for kind in
        ["application/json", "text/plain", "multipart/form-data; boundary=x", "text/csvx", ""]
    {
        let answer = world.import_as(&world.token, kind, &csv).await;
        assert_eq!(answer.status, 415, "{kind}: {}", answer.text());
        assert!(answer.json()["detail"].as_str().unwrap().contains("text/csv"), "{kind}");
    }
    let mut large = csv.clone();
    large.resize(4 * MIB + 1, b'\n');
    let answer = world.import(&large).await;
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert!(answer.json()["detail"].as_str().unwrap().contains("Split it"), "{}", answer.text());
    assert_eq!(world.by_number("W-1").await.status, 404);
    // To the byte, and in the spellings of clients.
    large.truncate(4 * MIB);
    assert_eq!(world.import_as(&world.token, "Text/CSV; charset=utf-8", &large).await.status, 200);
    assert_eq!(world.by_number("W-1").await.status, 200);
}

pub(crate) async fn the_address_may_name_the_currency_of_rows_without_one(stack: Stack) {
    let world = World::new(&stack).await;
    let post = async |query: &str, number: &str| {
        let csv = format!("{HEADER}{number},2096-12-31,1500,a@b.example\n");
        let bearer = format!("Bearer {}", world.token);
        let headers = [("authorization", bearer.as_str()), ("content-type", "text/csv")];
        let url = world.api(&format!("/invoices/import{query}"));
        world.payer.request("POST", &url, &headers, csv.into_bytes()).await
    };
    for (query, number, minor, currency) in [
        ("", "C-1", 150_000, "USD"),
        ("?currency=JPY", "C-2", 1_500, "JPY"),
        ("?currency=kwd", "C-3", 1_500_000, "KWD"),
    ] {
        assert_eq!(post(query, number).await.status, 200, "{query}");
        let balance = &world.by_number(number).await.json()["balance"];
        assert_eq!(*balance, json!({ "minor": minor, "currency": currency }), "{query}");
    }
    for query in ["?currency=ZZZ", "?currency=", "?currency=dollars", "?currency=%00"] {
        let answer = post(query, "C-4").await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    assert_eq!(world.by_number("C-4").await.status, 404);
}

pub(crate) async fn only_roles_that_import_may(stack: Stack) {
    let world = World::new(&stack).await;
    let csv = format!("{HEADER}R-1,2096-12-31,80.00,a@b.example\n").into_bytes();
    for role in ["viewer", "controller", "sales", "csm", "legal", "billing_admin"] {
        let token = world.aws.operator(&world.tenant, role).await;
        let answer = world.import_as(&token, "text/csv", &csv).await;
        assert_eq!(answer.status, 403, "{role}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let access = world.aws.access_token(&world.tenant, "admin").await;
    let forged = format!("{}x", world.token);
    for token in [access.as_str(), "", "nonsense", forged.as_str()] {
        let answer = world.import_as(token, "text/csv", &csv).await;
        assert_eq!(answer.status, 401, "{}", answer.text());
    }
    let url = world.api("/invoices/import");
    let nobody =
        world.payer.request("POST", &url, &[("content-type", "text/csv")], csv.clone()).await;
    assert_eq!(nobody.status, 401);
    assert_eq!(world.by_number("R-1").await.status, 404);
    let operator = world.aws.operator(&world.tenant, "ar_operator").await;
    assert_eq!(world.import_as(&operator, "text/csv", &csv).await.json()["imported"], 1);
}

/// Runs alone: its rows keep the stream busy for as long as a minute.
pub(crate) async fn ten_thousand_rows_go_in_and_are_then_unchanged(stack: Stack) {
    let world = World::new(&stack).await;
    let row = |place: usize| format!("L-{place},2096-12-31,{place}.50,ap@large.example\n");
    let csv = format!("{HEADER}{}", (1..=ROWS).map(row).collect::<String>());
    let mut ids = Vec::new();
    let mut posts = 0;
    loop {
        posts += 1;
        assert!(posts <= POSTS_MAX, "{} rows after {POSTS_MAX} posts", ids.len());
        let answer = world.import(csv.as_bytes()).await;
        let report = answer.json();
        let imported = report["invoices"].as_array().unwrap().iter();
        ids.extend(imported.map(|one| one["id"].as_str().unwrap().to_owned()));
        assert_eq!(report["rejected"], 0);
        match answer.status {
            200 => break,
            202 => {
                assert!(report["remaining"].as_u64().unwrap() > 0);
                assert!(report["next"].as_str().unwrap().contains("same file again"));
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert_eq!(ids.len(), ROWS);
    quieten(&world, &ids).await;
    let report = world.import(csv.as_bytes()).await.json();
    assert_eq!((&report["imported"], &report["unchanged"]), (&json!(0), &json!(ROWS)));
    assert_eq!(world.by_number("L-10000").await.json()["balance"]["minor"], 1_000_050);
    published(&world, ids.last().unwrap()).await;
}

/// Takes the invoices out of the cadence: nobody is to get ten thousand mails.
async fn quieten(world: &World, ids: &[String]) {
    for batch in ids.chunks(100) {
        let mut items = world.aws.invoice_items(batch).await;
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            item.remove("due_bucket");
            item.remove("due_at");
            item.insert("status".to_owned(), json!({ "S": "Paid" }));
        }
        for part in items.chunks(25) {
            world.aws.put_back(part).await;
        }
    }
}

/// Waits until the relay has published the invoice's entry, and so all before it.
async fn published(world: &World, id: &str) {
    let pk = format!("INVOICE#{id}");
    let patience = Duration::from_mins(3);
    within(patience, "the relay has published the last entry", || async {
        let items = world.aws.partition(&pk).await;
        let entries =
            items.iter().filter(|item| item["sk"]["S"].as_str().unwrap().starts_with("T#"));
        entries.into_iter().all(|entry| entry["due_bucket"].is_null()).then_some(())
    })
    .await;
}
