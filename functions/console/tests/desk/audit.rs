//! Who did what.
use serde_json::{Value, json};

use super::{INVOICE, SCRIPT, get};
use crate::fake::Fake;

fn entry(what: &str, detail: &Value) -> Value {
    json!({ "id": "01JD9Z3V7Q0000000000000004", "at": "2026-11-23T12:00:00Z",
            "user": "operator-2", "user_email": null, "what": what, "invoice": INVOICE,
            "number": format!("INV-{SCRIPT}"), "detail": detail })
}

#[tokio::test]
async fn entries_are_told_in_words_with_who_and_when() {
    let fake = Fake::with_people().await;
    let change = json!({ "field": "policy.approval_limit", "from": "50000", "to": "60000" });
    let credited = json!({ "minor": 12_050, "currency": "USD" });
    fake.says(
        "GET /audit",
        &json!({ "next": "MORE", "entries": [
        entry("LinkRegenerated", &json!({})),
        entry("DisputeDecided", &json!({ "outcome": "partly_accepted", "credited": credited })),
        entry("SettingsChanged", &json!({ "version": 8, "changes": [change] })),
        entry("InvoicesImported", &json!({ "imported": 38, "unchanged": 2, "rejected": 3 })),
        entry("RoofRepainted", &Value::Null),
    ] }),
    );
    let page = get(&fake, "viewer", "audit?user=operator-2&from=2026-11-01&to=2026-11-30").await;
    assert_eq!(page.status, 200);
    for expected in [
        "Made a new link",
        "ben@northwind.example",
        "23 Nov 2026, 07:00",
        "INV-&#60;script",
        "partly accepted, $120.50 credited",
        "Plans over this need the Controller: “50000” became “60000”",
        "38 imported, 2 already in, 3 rejected",
        "Roof repainted",
        "<option value=\"operator-2\" selected>",
        "value=\"2026-11-01\"",
        "/console/audit/export?user=operator-2&#38;from=2026-11-01&#38;to=2026-11-30",
        "&#38;cursor=MORE",
    ] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    let line = &fake.asked("GET /audit")[0].line;
    assert_eq!(
        line,
        "GET /audit?user=operator-2&from=2026-11-01T04%3A00%3A00Z&to=2026-12-01T05%3A00%3A00Z"
    );
}

#[tokio::test]
async fn an_empty_audit_says_why_it_is_empty() {
    let fake = Fake::with_people().await;
    fake.says("GET /audit", &json!({ "entries": [], "next": null }));
    let page = get(&fake, "admin", "audit").await;
    assert!(page.html.contains("Nothing was done yet."), "{}", page.html);
    let page = get(&fake, "admin", "audit?user=operator-2").await;
    assert!(page.html.contains("Nothing was done by that user"), "{}", page.html);
    let page = get(&fake, "admin", "audit?user=operator-9").await;
    let chosen = "<option value=\"operator-9\" selected>A colleague</option>";
    assert!(page.html.contains(chosen), "{}", page.html);
}

#[tokio::test]
async fn days_that_are_none_are_told_at_their_field() {
    let fake = Fake::with_people().await;
    for (query, field) in [
        ("from=yesterday", "from"),
        ("to=2026-13-01", "to"),
        ("from=2026-11-02&to=2026-11-01", "to"),
    ] {
        let page = get(&fake, "admin", &format!("audit?{query}")).await;
        assert_eq!(page.status, 422, "{query}");
        assert!(page.html.contains(&format!("id=\"{field}-error\"")), "{}", page.html);
    }
    assert!(fake.asked("GET /audit").is_empty());
}

#[tokio::test]
async fn the_export_is_the_file_of_the_filter() {
    let fake = Fake::with_people().await;
    fake.answers("GET /audit/export", 200, "When,Who\r\n");
    let file = get(&fake, "admin", "audit/export?from=2026-11-01&cursor=X").await;
    assert_eq!((file.status, file.html.as_str()), (200, "When,Who\r\n"));
    assert_eq!(
        fake.asked("GET /audit/export")[0].line,
        "GET /audit/export?from=2026-11-01T04%3A00%3A00Z"
    );
    fake.refuses("GET /audit/export", 403, "Not allowed", "Your role does not allow this.");
    assert_eq!(get(&fake, "ar_operator", "audit/export").await.status, 403);
}
