//! The queues of plans and disputes.
use serde_json::{Value, json};

use super::{CASE, INVOICE, SCRIPT, get};
use crate::fake::Fake;

fn line(kind: &str, state: &str) -> Value {
    json!({
        "case": CASE, "invoice": INVOICE, "kind": kind, "reference": "DI-0000000002",
        "number": "INV-1042", "customer": format!("Acme {SCRIPT}"),
        "amount": { "minor": 123_450, "currency": "USD" }, "amount_text": "$1,234.50 USD",
        "state": state, "owner": "operator-2", "submitted_at": "2026-11-20T12:00:00Z",
        "age_s": 259_200, "needs_approval": null, "adherence_percent": null, "is_behind": false,
        "next_due": null, "reason": "already_paid", "sla": "at_risk",
        "late_at": "2026-11-24T05:00:00Z", "documents": 0, "missing": ["proof_of_payment"],
        "overdue": false,
    })
}

fn plan() -> Value {
    let mut plan = line("plan", "submitted");
    for (field, value) in [
        ("reference", json!("PL-0000000002")),
        ("needs_approval", json!(true)),
        ("sla", Value::Null),
        ("late_at", Value::Null),
        ("reason", Value::Null),
        ("missing", json!([])),
        ("next_due", json!("2026-12-01")),
        ("owner", Value::Null),
    ] {
        plan[field] = value;
    }
    plan
}

#[tokio::test]
async fn a_line_of_disputes_says_all_that_is_needed_to_choose_it() {
    let fake = Fake::with_people().await;
    fake.says("GET /cases", &json!({ "cases": [line("dispute", "submitted")], "next": "NEXT" }));
    fake.says(
        "GET /settings",
        &json!({ "reasons": [
        { "code": "already_paid", "label": "We have already paid", "documents": [] },
    ] }),
    );
    let page = get(&fake, "ar_operator", "disputes?sla=at_risk&owner=me").await;
    assert_eq!(page.status, 200);
    for expected in [
        "DI-0000000002",
        "INV-1042",
        "$1,234.50",
        "To decide",
        "Due today",
        "1 document missing",
        "We have already paid",
        "Decide by 23 Nov 2026",
        "3 days",
        "ben@northwind.example",
        "Acme &#60;script&#62;",
        "data-list",
        "Next page",
        &format!("href=\"/live/console/invoices/{INVOICE}/cases/{CASE}\""),
        "href=\"?owner=me&#38;sla=at_risk&#38;cursor=NEXT\"",
        "<option value=\"me\" selected>",
    ] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    let asked = fake.asked("GET /cases");
    assert_eq!(asked[0].line, "GET /cases?queue=disputes&owner=me&sla=at_risk");
    assert!(asked[0].head.contains("authorization: bearer id-token"));
}

#[tokio::test]
async fn a_line_of_plans_names_who_approves_and_what_is_next() {
    let fake = Fake::with_people().await;
    fake.says("GET /cases", &json!({ "cases": [plan()], "next": null }));
    let page = get(&fake, "viewer", "plans").await;
    for expected in ["PL-0000000002", "Controller approves", "Next payment 1 Dec 2026", "Nobody"] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    assert!(!page.html.contains("Next page") && !page.html.contains("name=\"sla\""));
}

#[tokio::test]
async fn an_empty_queue_says_why_it_is_empty() {
    let fake = Fake::with_people().await;
    fake.says("GET /cases", &json!({ "cases": [], "next": null }));
    let calm = get(&fake, "sales", "plans").await;
    assert!(calm.html.contains("Nothing is waiting here"), "{}", calm.html);
    let filtered = get(&fake, "sales", "plans?kind=promise").await;
    assert!(filtered.html.contains("Nothing matches these filters"), "{}", filtered.html);
    fake.says("GET /cases", &json!({ "cases": [], "next": "MORE" }));
    let more = get(&fake, "sales", "plans?kind=promise").await;
    assert!(more.html.contains("There is more to look through"), "{}", more.html);
}

#[tokio::test]
async fn a_filter_for_what_is_offered_no_more_is_seen_to_be_on() {
    let fake = Fake::with_people().await;
    fake.says("GET /cases", &json!({ "cases": [], "next": null }));
    let page = get(&fake, "ar_operator", "disputes?owner=operator-9&reason=too_late").await;
    for expected in [
        "<option value=\"operator-9\" selected>A colleague</option>",
        "<option value=\"too_late\" selected>too late</option>",
        "Nothing matches these filters",
    ] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
}

#[tokio::test]
async fn a_filter_that_the_api_refuses_is_told_in_its_words() {
    let fake = Fake::with_people().await;
    fake.refuses("GET /cases", 400, "Unusable parameter", "sla: use open, at_risk or late.");
    let page = get(&fake, "viewer", "disputes?sla=never").await;
    assert_eq!(page.status, 400);
    assert!(page.html.contains("sla: use open, at_risk or late."), "{}", page.html);
}

#[tokio::test]
async fn an_api_that_fails_is_an_apology_with_a_reference() {
    let fake = Fake::with_people().await;
    fake.answers("GET /cases", 502, "boom at line 3");
    let page = get(&fake, "viewer", "plans").await;
    assert_eq!(page.status, 503);
    assert!(page.html.contains("REFERENCE") && !page.html.contains("boom"), "{}", page.html);
}
