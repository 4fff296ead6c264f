//! One case: what is shown of it, and what can be done about it.
use serde_json::{Value, json};

use super::{CASE, INVOICE, SCRIPT, get, post};
use crate::fake::Fake;

fn usd(minor: i64) -> Value {
    json!({ "minor": minor, "currency": "USD" })
}

fn document(id: &str, kind: &str, verdict: &str) -> Value {
    json!({ "id": id, "kind": kind, "name": format!("{verdict}{SCRIPT}.pdf"),
            "size_bytes": 4_300, "verdict": verdict })
}

fn case(kind: &str, state: &str, particulars: &Value) -> Value {
    json!({
        "id": CASE, "kind": kind, "reference": "XX-0000000002", "state": state, "is_open": true,
        "invoice": { "id": INVOICE, "number": "INV-1042", "customer": "Acme Robotics Inc.",
                     "status": "Disputed", "balance": usd(123_450), "due_date": "2026-11-30" },
        "owner": null, "submitted_at": "2026-11-20T12:00:00Z", "age_s": 259_200,
        "amount": usd(50_000),
        "contact": { "name": "Grace Hopper", "email": "grace@acme.example", "phone": null },
        "particulars": particulars, "policy": null, "adherence": null, "sla": null,
        "documents": [], "missing": [], "questions": [], "decision": null,
    })
}

fn dispute() -> Value {
    let mut case = case(
        "dispute",
        "submitted",
        &json!({
            "reason": "already_paid", "label": "We have already paid", "amount": usd(50_000),
            "description": format!("Paid on Monday.\n{SCRIPT}"),
            "evidence": [{ "code": "proof", "label": "Proof of payment" },
                         { "code": "order", "label": "The order" }],
            "deadline": { "at_risk_at": "2026-11-23T05:00:00Z", "late_at": "2026-11-24T05:00:00Z" },
            "sla": "at_risk",
        }),
    );
    case["missing"] = json!([{ "code": "order", "label": "The order" }]);
    case["documents"] = json!([
        document("01JD9Z3V7Q00000000000000C1", "proof", "clean"),
        document("01JD9Z3V7Q00000000000000C2", "proof", "infected"),
        document("01JD9Z3V7Q00000000000000C3", "other", "pending"),
    ]);
    case["questions"] = json!([{
        "text": "Which bank?", "asked_by": "operator-2", "asked_at": "2026-11-21T12:00:00Z",
        "answer": { "text": "First National.", "at": "2026-11-21T15:00:00Z", "documents": [] },
    }]);
    case
}

fn plan(state: &str) -> Value {
    let part = |due: &str, paid: Value, missed: bool| {
        json!({ "due": due, "amount": usd(3_000_000), "noticed": true, "missed": missed,
                "paid_by": paid })
    };
    let paid = json!("01JD9Z3V7Q0000000000000009");
    let mut case = case(
        "plan",
        state,
        &json!({
            "total": usd(9_000_000), "reason": "Cash is short this quarter.", "needs_approval": true,
            "instalments": [part("2026-10-01", paid, false), part("2026-11-01", Value::Null, true),
                            part("2026-12-01", Value::Null, false)],
        }),
    );
    case["amount"] = usd(9_000_000);
    case["policy"] = json!({ "result": "needs_approval", "needs_approval": true });
    case
}

fn place(rest: &str) -> String {
    format!("invoices/{INVOICE}/cases/{CASE}{rest}")
}

async fn fake(case: &Value) -> Fake {
    let fake = Fake::with_people().await;
    fake.says(&format!("GET /{}", place("")), case);
    fake.says("GET /settings", &json!({ "policy": { "approval_limit": 50_000 } }));
    fake
}

fn line(verb: &str) -> String {
    format!("POST /{}", place(verb))
}

#[tokio::test]
async fn a_dispute_shows_what_was_sent_and_what_is_missing() {
    let fake = fake(&dispute()).await;
    let page = get(&fake, "ar_operator", &place("")).await;
    assert_eq!(page.status, 200);
    for expected in [
        "$500.00",
        "Acme Robotics Inc.",
        "We have already paid",
        "Paid on Monday.\n&#60;script",
        "Grace Hopper",
        "Proof of payment <span class=\"tag good\">Received",
        "The order <span class=\"tag warn\">Missing",
        "no malware found",
        "Malware found.",
        "Being scanned",
        "Which bank?",
        "First National.",
        "ben@northwind.example",
        "Due today",
        "Amount to credit",
        "Ask the payer",
        "Change owner",
        "4 KB",
    ] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
}

#[tokio::test]
async fn only_a_clean_document_has_a_link() {
    let fake = fake(&dispute()).await;
    let page = get(&fake, "viewer", &place("")).await;
    assert!(page.html.contains("/documents/01JD9Z3V7Q00000000000000C1\""));
    assert!(!page.html.contains("/documents/01JD9Z3V7Q00000000000000C2"));
    assert!(!page.html.contains("/documents/01JD9Z3V7Q00000000000000C3"));
    let document = place("/documents/01JD9Z3V7Q00000000000000C1");
    fake.says(&format!("GET /{document}"), &json!({ "url": "https://files.example/x?sig=1" }));
    let page = get(&fake, "viewer", &document).await;
    assert_eq!((page.status, page.location.as_str()), (303, "https://files.example/x?sig=1"));
    fake.refuses(&format!("GET /{document}"), 409, "Malware found", "Ask the payer for another.");
    let page = get(&fake, "viewer", &document).await;
    assert_eq!(page.status, 409);
    assert!(page.html.contains("Ask the payer for another."));
}

#[tokio::test]
async fn each_role_is_offered_what_it_may_do_and_no_more() {
    for (role, forms) in [
        ("viewer", ""),
        ("sales", ""),
        ("billing_admin", "question owner"),
        ("ar_operator", "decision question owner"),
        ("legal", "decision question owner"),
    ] {
        let fake = fake(&dispute()).await;
        let page = get(&fake, role, &place("")).await;
        let offered = ["decision", "question", "owner"]
            .into_iter()
            .filter(|verb| page.html.contains(&format!("{CASE}/{verb}\"")));
        assert_eq!(offered.collect::<Vec<_>>().join(" "), forms, "{role}");
    }
}

#[tokio::test]
async fn a_plan_over_the_limit_is_approved_by_the_controller_only() {
    let fake = fake(&plan("submitted")).await;
    let page = get(&fake, "ar_manager", &place("")).await;
    let says = "Plan exceeds $50,000.00: Controller approval required";
    assert!(page.html.contains(says), "{}", page.html);
    assert!(page.html.contains("Only the Controller or Legal can approve this plan"));
    assert!(!page.html.contains("value=\"approve\"") && page.html.contains("value=\"decline\""));
    let page = get(&fake, "controller", &place("")).await;
    assert!(page.html.contains(says) && page.html.contains("value=\"approve\""));
}

#[tokio::test]
async fn an_agreed_plan_shows_how_it_is_kept() {
    let mut plan = plan("active");
    plan["adherence"] = json!({ "percent": 50, "is_behind": true, "next": null });
    plan["decision"] = json!({ "by": "operator-1", "at": "2026-09-20T12:00:00Z",
                               "note": "Agreed.", "credited": null });
    let fake = fake(&plan).await;
    let page = get(&fake, "ar_operator", &place("")).await;
    let decided = "Approved: You, 20 Sep 2026";
    for expected in
        ["Behind: 50% paid in time", "Paid in time", "Missed", "To come", "Agreed.", decided]
    {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    assert!(!page.html.contains("within policy"), "it is no question any more");
    assert!(!page.html.contains(&format!("{CASE}/decision\"")), "it is decided");
}

#[tokio::test]
async fn a_decision_is_looked_at_before_it_is_sent() {
    let fake = fake(&dispute()).await;
    fake.says(&line("/decision"), &json!({}));
    let note = format!("We found it.\n{SCRIPT}");
    let fields = [("decision", "partly_accept"), ("credited", "120.50"), ("note", note.as_str())];
    let page = post(&fake, "ar_operator", &place("/decision"), &fields).await;
    assert_eq!(page.status, 200);
    for expected in [
        "a part of the dispute is accepted",
        "$120.50 is credited",
        "becomes $1,114.00",
        "new link to pay $1,114.00",
        "A decision is final.",
        "We found it.\n&#60;script",
        "name=\"do\" value=\"send\"",
    ] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    assert!(fake.asked("POST").is_empty(), "nothing was sent yet");
    let fields = [fields.as_slice(), &[("do", "send")]].concat();
    let page = post(&fake, "ar_operator", &place("/decision"), &fields).await;
    assert_eq!((page.status, page.location), (303, format!("/live/console/{}", place(""))));
    let asked = fake.asked(&line("/decision"));
    let body: Value = serde_json::from_str(&asked[0].body).unwrap();
    assert_eq!(body, json!({ "decision": "partly_accept", "credited": "120.50", "note": note }));
    assert!(asked[0].head.contains("idempotency-key: console-"));
}

#[tokio::test]
async fn no_link_and_no_reminder_is_promised_while_something_else_holds_the_invoice() {
    for (status, why) in [
        ("Processing", "A bank payment is on its way"),
        ("UnderReview", "The invoice is under review"),
    ] {
        let (mut dispute, mut plan) = (dispute(), plan("submitted"));
        dispute["invoice"]["status"] = json!(status);
        plan["invoice"]["status"] = json!(status);
        let api = fake(&dispute).await;
        let address = place("/decision");
        let fields = [("decision", "reject"), ("note", "No.")];
        let page = post(&api, "ar_operator", &address, &fields).await;
        let left = "$1,234.50 is left to pay, but brings no link";
        for expected in [left, why, "no reminder goes out"] {
            assert!(page.html.contains(expected), "{status}, {expected}: {}", page.html);
        }
        assert!(!page.html.contains("new link"), "{status}: {}", page.html);
        let fields = [("decision", "accept"), ("note", "Yes.")];
        let page = post(&api, "ar_operator", &address, &fields).await;
        assert!(page.html.contains("$734.50 is left to pay, but"), "{}", page.html);
        let api = fake(&plan).await;
        let fields = [("decision", "approve"), ("note", "Yes.")];
        let page = post(&api, "controller", &address, &fields).await;
        for expected in [why, "no instalment is asked for"] {
            assert!(page.html.contains(expected), "{status}, {expected}: {}", page.html);
        }
    }
}

#[tokio::test]
async fn an_owner_who_is_not_listed_stays_the_owner() {
    let mut dispute = dispute();
    dispute["owner"] = json!("operator-9");
    let api = fake(&dispute).await;
    let page = get(&api, "ar_operator", &place("")).await;
    let kept = "<option value=\"operator-9\" selected>A colleague</option>";
    assert!(page.html.contains(kept), "{}", page.html);
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_what_was_typed_stays() {
    let fake = fake(&dispute()).await;
    let address = place("/decision");
    for (fields, field, says) in [
        (vec![("note", "Kept text")], "decision", "Choose what you decide."),
        (
            vec![("decision", "partly_accept"), ("credited", "500"), ("note", "Kept text")],
            "credited",
            "Write less than $500.00",
        ),
        (
            vec![("decision", "partly_accept"), ("credited", "a lot"), ("note", "Kept text")],
            "credited",
            "Write an amount",
        ),
        (vec![("decision", "reject"), ("note", " ")], "note", "Write a note"),
    ] {
        let page = post(&fake, "ar_operator", &address, &fields).await;
        assert_eq!(page.status, 422, "{fields:?}");
        assert!(page.html.contains(&format!("id=\"{field}-error\">{says}")), "{}", page.html);
        assert!(page.html.contains(&format!("<a href=\"#{field}\">")), "{field}");
        let typed =
            fields.iter().filter(|(name, value)| *name == "note" && !value.trim().is_empty());
        for (_, value) in typed {
            assert!(page.html.contains(value), "what was typed is gone: {}", page.html);
        }
    }
    assert!(fake.asked("POST").is_empty());
    let detail = "credited: must be more than zero and less than $400.00 USD.";
    fake.refuses(&line("/decision"), 422, "Amount out of range", detail);
    let fields =
        [("decision", "partly_accept"), ("credited", "450"), ("note", "Kept"), ("do", "send")];
    let page = post(&fake, "ar_operator", &address, &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.html.contains("id=\"credited-error\">Must be more than zero"), "{}", page.html);
}

#[tokio::test]
async fn a_decision_that_came_too_late_is_told_on_the_case() {
    let fake = fake(&dispute()).await;
    fake.refuses(&line("/decision"), 409, "Already decided", "A decision is final.");
    let fields = [("decision", "reject"), ("note", "No."), ("do", "send")];
    let page = post(&fake, "ar_operator", &place("/decision"), &fields).await;
    assert_eq!((page.status, page.location), (303, format!("/live/console/{}", place(""))));
    fake.refuses(&line("/decision"), 403, "Needs the Controller", "Plans over $50,000.00 are …");
    let page = post(&fake, "ar_operator", &place("/decision"), &fields).await;
    assert_eq!(page.status, 303, "who may do it is told on the case too");
}

#[tokio::test]
async fn a_question_and_an_owner_are_sent_on() {
    let fake = fake(&dispute()).await;
    fake.says(&line("/question"), &json!({}));
    fake.says(&line("/owner"), &json!({}));
    let address = place("/question");
    let page = post(&fake, "billing_admin", &address, &[("text", "Which bank?")]).await;
    assert_eq!(page.status, 303);
    assert_eq!(fake.asked(&line("/question"))[0].body, r#"{"text":"Which bank?"}"#);
    let page = post(&fake, "billing_admin", &address, &[("text", "")]).await;
    assert!(page.status == 422 && page.html.contains("Write what you want to know."));
    for (owner, body) in [
        ("me", r#"{"owner":"me"}"#),
        ("", r#"{"owner":null}"#),
        ("operator-2", r#"{"owner":"operator-2"}"#),
    ] {
        let page = post(&fake, "billing_admin", &place("/owner"), &[("owner", owner)]).await;
        assert_eq!(page.status, 303, "{owner}");
        assert_eq!(fake.asked(&line("/owner")).last().unwrap().body, body);
    }
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let fake = fake(&dispute()).await;
    for (verb, field) in [("/owner", "owner"), ("/question", "text"), ("/decision", "note")] {
        let fields = [(field, "me"), ("form", "ANOTHER")];
        let page = post(&fake, "ar_operator", &place(verb), &fields).await;
        assert_eq!(page.status, 403, "{verb}");
    }
    assert!(fake.asked("POST").is_empty());
}

#[tokio::test]
async fn an_address_that_is_no_case_is_not_asked_for() {
    let fake = Fake::with_people().await;
    let address = format!("invoices/{INVOICE}/cases/..%2Fsecret");
    assert_eq!(get(&fake, "viewer", &address).await.status, 404);
    assert!(fake.asked("GET /invoices").is_empty());
}
