//! Files of invoices: what comes in, what is rejected, and the file of rejects.
use serde_json::{Value, json};

use super::{SCRIPT, TOKEN, get, post, send};
use crate::fake::Fake;

const IMPORT: &str = "01JD9Z3V7Q0000000000000003";

fn import(rejected: u64) -> Value {
    json!({ "id": IMPORT, "at": "2026-11-23T12:00:00Z", "by": "operator-1", "currency": "EUR",
            "imported": 38, "unchanged": 2, "rejected": rejected, "remaining": 0,
            "file_name": format!("november{SCRIPT}.csv") })
}

fn file(token: &str, content: &str) -> Vec<u8> {
    let part = |disposition: &str, content: &str| {
        format!("--X\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n")
    };
    let parts = [
        part("name=\"form\"", token),
        part("name=\"currency\"", "eur"),
        part("name=\"file\"; filename=\"november 1.csv\"", content),
    ];
    format!("{}--X--\r\n", parts.concat()).into_bytes()
}

const MULTIPART: &str = "multipart/form-data; boundary=X";

async fn fake() -> Fake {
    let fake = Fake::with_people().await;
    fake.says("GET /imports", &json!({ "imports": [import(3)], "next": "MORE" }));
    fake
}

#[tokio::test]
async fn the_imports_so_far_are_listed_and_a_file_can_be_sent() {
    let fake = fake().await;
    let page = get(&fake, "ar_operator", "imports").await;
    assert_eq!(page.status, 200);
    for expected in [
        "november&#60;script",
        "38 imported",
        "2 already in",
        "3 rejected",
        "in EUR",
        "by You",
        "enctype=\"multipart/form-data\"",
        "?cursor=MORE",
        &format!("/console/imports/{IMPORT}\""),
    ] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    let page = get(&fake, "controller", "imports").await;
    assert!(!page.html.contains("type=\"file\""), "the Controller reads imports only");
    fake.says("GET /imports", &json!({ "imports": [], "next": null }));
    let page = get(&fake, "ar_operator", "imports").await;
    assert!(page.html.contains("Nothing was imported yet."));
}

#[tokio::test]
async fn a_file_is_sent_on_as_it_is_and_its_result_is_shown() {
    let fake = fake().await;
    let report = json!({ "import": IMPORT, "imported": 38, "unchanged": 2, "rejected": 3,
                         "remaining": 0, "invoices": [], "rejects": [] });
    fake.says("POST /invoices/import", &report);
    let content = "Invoice Number,Due Date\r\nA-1,2026-12-01\r\n";
    let page = send(&fake, ("ar_operator", "imports"), (MULTIPART, file(TOKEN, content))).await;
    assert_eq!((page.status, page.location), (303, format!("/live/console/imports/{IMPORT}")));
    let asked = fake.asked("POST /invoices/import");
    assert_eq!(asked[0].body, content);
    assert!(asked[0].line.contains("currency=EUR"), "{}", asked[0].line);
    assert!(asked[0].head.contains("content-type: text/csv"));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_what_is_wrong_with_it() {
    let fake = fake().await;
    let problem = json!({ "title": "Unreadable file", "status": 422,
        "detail": "The file cannot be read. Nothing was imported.",
        "errors": [{ "row": 1, "field": "Due Date", "reason": "This column is missing." }] });
    fake.answers("POST /invoices/import", 422, &problem.to_string());
    let page = send(&fake, ("ar_operator", "imports"), (MULTIPART, file(TOKEN, "x"))).await;
    assert_eq!(page.status, 422);
    for expected in ["Nothing was imported", "Due Date: This column is missing.", "value=\"EUR\""] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    let page = post(&fake, "ar_operator", "imports", &[("currency", "USD")]).await;
    assert!(page.status == 422 && page.html.contains("Choose a CSV file."), "{}", page.html);
}

#[tokio::test]
async fn a_file_without_the_token_is_not_sent_on() {
    let fake = fake().await;
    let page = send(&fake, ("ar_operator", "imports"), (MULTIPART, file("X", "x"))).await;
    assert_eq!(page.status, 403);
    assert!(fake.asked("POST").is_empty());
}

#[tokio::test]
async fn the_result_names_row_field_and_reason_and_offers_the_rows() {
    let fake = fake().await;
    let mut one = import(2);
    one["rejects"] = json!([
        { "row": 4, "field": "Due Date", "reason": "Write the date as 2026-11-30." },
        { "row": 9, "field": "", "reason": format!("{SCRIPT} is not a row.") },
    ]);
    fake.says(&format!("GET /imports/{IMPORT}"), &one);
    let page = get(&fake, "ar_operator", &format!("imports/{IMPORT}")).await;
    for expected in
        ["Due Date", "Write the date as 2026-11-30.", "The row", "Download the rejected rows", "38"]
    {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    let rejects = format!("imports/{IMPORT}/rejects");
    fake.answers(&format!("GET /{rejects}"), 200, "Row,Field,Reason\r\n4,Due Date,x\r\n");
    let file = get(&fake, "ar_operator", &rejects).await;
    assert_eq!((file.status, file.html.as_str()), (200, "Row,Field,Reason\r\n4,Due Date,x\r\n"));
    fake.says(&format!("GET /imports/{IMPORT}"), &import(0));
    let page = get(&fake, "ar_operator", &format!("imports/{IMPORT}")).await;
    assert!(page.html.contains("No row was rejected.") && !page.html.contains("Download"));
    let unknown = get(&fake, "ar_operator", "imports/01JD9Z3V7Q0000000000000009").await;
    assert_eq!(unknown.status, 404);
}
