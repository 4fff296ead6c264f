//! The settings: who may change what, and what becomes of it.
use serde_json::{Value, json};

use super::{SCRIPT, get, post};
use crate::fake::Fake;

fn settings(version: u64) -> Value {
    json!({
        "version": version,
        "tenant": { "name": format!("Northwind {SCRIPT}"), "brand_colour": "#0f766e",
                    "zone": "America/New_York", "sender": "billing@northwind.example",
                    "reply_to": "help@northwind.example", "country": "US",
                    "stripe_connected": true },
        "policy": { "instalments_max": 12, "term_days_max": 366, "instalment_min": 25,
                    "approval_limit": 50_000, "promise_days_max": 30 },
        "reasons": [
            { "code": "price", "label": "Wrong price",
              "documents": [{ "code": "order", "label": "Your order or the agreed quote" }] },
            { "code": "duplicate", "label": "We were billed twice", "documents": [] },
        ],
        "holidays": ["2026-12-25"],
        "mail": { "subject": "Invoice {invoice_number}", "body": "Hello,\n\n{pay_link}" },
    })
}

async fn fake() -> Fake {
    let fake = Fake::with_people().await;
    fake.says("GET /settings", &settings(7));
    fake.says("PUT /settings", &settings(8));
    fake
}

fn sent(fake: &Fake) -> Value {
    serde_json::from_str(&fake.asked("PUT /settings").last().unwrap().body).unwrap()
}

#[tokio::test]
async fn each_role_has_forms_for_what_it_may_change() {
    for (role, forms) in [
        ("admin", "company policy reasons days-off mail"),
        ("controller", "policy reasons"),
        ("viewer", ""),
    ] {
        let fake = fake().await;
        let page = get(&fake, role, "settings").await;
        assert_eq!(page.status, 200, "{role}");
        let parts = ["company", "policy", "reasons", "days-off", "mail"].into_iter();
        let offered = parts.filter(|part| {
            page.html.contains(&format!("action=\"/live/console/settings/{part}\""))
        });
        assert_eq!(offered.collect::<Vec<_>>().join(" "), forms, "{role}");
        for expected in [
            "billing@northwind.example",
            "Connected",
            "Wrong price",
            "2026-12-25",
            "50000",
            "Your order or the agreed quote",
            "{pay_link}",
        ] {
            assert!(page.html.contains(expected), "{role}, {expected}: {}", page.html);
        }
    }
}

#[tokio::test]
async fn it_is_said_beforehand_that_invoices_keep_the_company_they_came_with() {
    let fake = fake().await;
    let page = get(&fake, "admin", "settings").await;
    let says = "Invoices that are here already keep the name, colour, time zone and contact";
    assert!(page.html.contains(says), "{}", page.html);
}

#[tokio::test]
async fn a_part_is_saved_alone_and_with_its_version() {
    let fake = fake().await;
    let fields = [
        ("version", "7"),
        ("tenant.name", "Northwind"),
        ("tenant.brand_colour", "#123456"),
        ("tenant.zone", "Europe/Berlin"),
        ("tenant.reply_to", "ar@northwind.example"),
    ];
    let page = post(&fake, "admin", "settings/company", &fields).await;
    assert_eq!((page.status, page.location.as_str()), (303, "/live/console/settings"));
    let tenant = json!({ "name": "Northwind", "brand_colour": "#123456", "zone": "Europe/Berlin",
                         "reply_to": "ar@northwind.example" });
    assert_eq!(sent(&fake), json!({ "version": 7, "tenant": tenant }));
    let fields = [("version", "7"), ("holidays", "2026-12-25\r\n 2027-01-01 ")];
    post(&fake, "admin", "settings/days-off", &fields).await;
    let days = json!(["2026-12-25", "2027-01-01"]);
    assert_eq!(sent(&fake), json!({ "version": 7, "holidays": days }));
    let page = post(&fake, "admin", "settings/roof", &fields).await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn reasons_keep_their_codes_and_new_ones_get_their_own() {
    let fake = fake().await;
    let fields = [
        ("version", "7"),
        ("rows", "3"),
        ("reasons.0.code", "price"),
        ("reasons.0.known", "order Your order or the agreed quote"),
        ("reasons.0.label", "Wrong price or quantity"),
        ("reasons.0.documents", "Your order\r\nA photo"),
        ("reasons.1.code", "duplicate"),
        ("reasons.1.label", "We were billed twice"),
        ("reasons.1.gone", "yes"),
        ("reasons.2.label", "Price"),
    ];
    let page = post(&fake, "controller", "settings/reasons", &fields).await;
    assert_eq!(page.status, 303, "{}", page.html);
    let reasons = json!([
        { "code": "price", "label": "Wrong price or quantity",
          "documents": [{ "code": "order", "label": "Your order" },
                        { "code": "a_photo", "label": "A photo" }] },
        { "code": "price_2", "label": "Price", "documents": [] },
    ]);
    assert_eq!(sent(&fake), json!({ "version": 7, "reasons": reasons }));
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_what_was_typed_stays() {
    let fake = fake().await;
    let fields = [("version", "7"), ("policy.instalments_max", "many")];
    let page = post(&fake, "controller", "settings/policy", &fields).await;
    assert_eq!(page.status, 422);
    let says = "id=\"policy.instalments_max-error\">Write a whole number";
    assert!(page.html.contains(says) && page.html.contains("value=\"many\""), "{}", page.html);
    assert!(fake.asked("PUT").is_empty());
    let refusal = json!({ "title": "Not saved", "detail": "", "errors": [
        { "field": "reasons.0.label", "reason": "Use one line of 1 to 80 characters." },
    ] });
    fake.answers("PUT /settings", 422, &refusal.to_string());
    // The first row goes, so what the API calls the first is the second on the page.
    let fields = [
        ("version", "7"),
        ("rows", "2"),
        ("reasons.0.code", "price"),
        ("reasons.0.gone", "yes"),
        ("reasons.1.code", "duplicate"),
        ("reasons.1.label", "Kept text"),
    ];
    let page = post(&fake, "admin", "settings/reasons", &fields).await;
    let says = "id=\"reasons.1.label-error\">Use one line";
    assert!(page.html.contains(says) && page.html.contains("value=\"Kept text\""), "{}", page.html);
}

#[tokio::test]
async fn somebody_elses_change_is_told_before_it_is_saved_over() {
    let fake = fake().await;
    fake.refuses("PUT /settings", 409, "Changed meanwhile", "Read them again.");
    fake.says("GET /settings", &settings(8));
    let fields = [("version", "7"), ("holidays", "2027-01-01")];
    let page = post(&fake, "admin", "settings/days-off", &fields).await;
    assert_eq!(page.status, 409);
    for expected in ["somebody else has saved settings meanwhile", "2027-01-01"] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    assert!(page.html.contains("name=\"version\" value=\"8\""), "the next save is over theirs");
}

#[tokio::test]
async fn a_form_that_is_mended_keeps_the_version_it_began_with() {
    let fake = fake().await;
    fake.says("GET /settings", &settings(8));
    let fields = [("version", "7"), ("policy.instalments_max", "many")];
    let page = post(&fake, "admin", "settings/policy", &fields).await;
    assert!(page.html.contains("name=\"version\" value=\"7\""), "{}", page.html);
}

#[tokio::test]
async fn a_mail_is_previewed_without_being_saved() {
    let fake = fake().await;
    let preview = json!({ "subject": format!("Invoice 1042 {SCRIPT}"), "text": "Hello Acme,",
                          "html": format!("<p>{SCRIPT}</p>") });
    fake.says("POST /settings/preview", &preview);
    let fields = [
        ("version", "7"),
        ("mail.subject", "Typed {invoice_number}"),
        ("mail.body", "{pay_link}"),
        ("do", "preview"),
    ];
    let page = post(&fake, "admin", "settings/mail", &fields).await;
    assert_eq!(page.status, 200);
    for expected in ["Invoice 1042 &#60;script", "Hello Acme,", "Typed {invoice_number}"] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    assert!(fake.asked("PUT").is_empty());
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let fake = fake().await;
    let fields = [("version", "7"), ("holidays", ""), ("form", "ANOTHER")];
    assert_eq!(post(&fake, "admin", "settings/days-off", &fields).await.status, 403);
    assert!(fake.asked("PUT").is_empty());
}

#[tokio::test]
async fn who_may_not_read_them_is_told_so() {
    let fake = Fake::with_people().await;
    fake.refuses("GET /settings", 403, "Not allowed", "Your role does not allow this.");
    let page = get(&fake, "sales", "settings").await;
    assert!(page.status == 403 && page.html.contains("Your role does not allow this"));
}
