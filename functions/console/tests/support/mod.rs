//! Who visits, what is sent, and invoices with an attacker's texts in them.
//! Must never hold an expectation: what has to come of it is each test's to say.
mod fake;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use console::api::Api;
use console::person::Person;
use console::shell::Here;
use console::visit::{Tenant, Visit};
use jiff::Timestamp;
use platform::http::Reply;
use platform::web::Web;
use serde_json::{Value, json};

pub(crate) use fake::Fake;

/// The public base of the tests' console; connections go to the fake.
pub(crate) const BASE: &str = "https://pay.example/live";

/// What is answered to a route: status and body.
type Answer = (&'static str, u16, String);

/// An unsigned token of an operator with that role.
pub(crate) fn token(role: &str) -> String {
    token_until(role, Timestamp::from_second(2_000_000_000).unwrap())
}

/// The same, until then.
pub(crate) fn token_until(role: &str, ends_at: Timestamp) -> String {
    let claims = json!({
        "token_use": "id", "sub": "me-1", "custom:tenant": "northwind", "email": "me@northwind.example",
        "cognito:groups": [role], "exp": ends_at.as_second(),
    });
    format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// A visit of an operator with that role to an address below `/console`.
pub(crate) fn visit(fake: &Fake, role: &str, path: &str) -> Visit {
    let token = token(role);
    Visit {
        person: Person::of_token(&token).unwrap(),
        api: Api {
            web: Web::start().unwrap(),
            base: BASE.to_owned(),
            connect: Some(fake.base.clone()),
            token,
        },
        tenant: Tenant { name: "Northwind".to_owned(), zone: "America/New_York".to_owned() },
        here: Here {
            root: "/live".to_owned(),
            form_token: "form-token".to_owned(),
            once: "01ONCE".to_owned(),
        },
        login_origin: "https://login.example".to_owned(),
        path: path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        query: Vec::new(),
        flash: None,
        now: Timestamp::from_second(1_800_000_000).unwrap(),
    }
}

/// What a browser gets: status, headers as `name: value`, body.
pub(crate) fn sent(reply: Reply) -> (u16, Vec<String>, String) {
    let response = reply.into_response();
    let header = |(name, value): (&_, &lambda_http::http::HeaderValue)| {
        let name: &lambda_http::http::HeaderName = name;
        format!("{name}: {}", value.to_str().unwrap())
    };
    let headers = response.headers().iter().map(header).collect();
    let body: &[u8] = response.body().as_ref();
    (response.status().as_u16(), headers, String::from_utf8(body.to_vec()).unwrap())
}

/// An invoice as the API describes it, with texts of an attacker.
pub(crate) fn invoice() -> Value {
    json!({
        "id": "01INVOICE", "number": "INV-<b>1</b>", "customer": "<script>alert(1)</script>",
        "contacts": ["\"><img src=x>@example.org"],
        "balance": { "minor": 12_345, "currency": "USD" }, "balance_text": "$123.45",
        "billed": { "minor": 12_345, "currency": "USD" }, "credited_minor": 0,
        "due_date": "2026-11-04", "days_overdue": 19, "status": "Open",
        "description": "<script>alert(2)</script>", "owner": null,
        "cadence": { "state": "Active", "next_step": 2, "next_at": "2026-11-30T14:00:00Z" },
        "link": { "id": "01LINK", "state": "Live", "expires_at": "2026-12-30T14:00:00Z", "opened_at": null },
        "payments": [], "notices": ["01B"],
        "cases": [{ "id": "01CASE", "kind": "dispute", "reference": "<i>D-1</i>", "state": "submitted",
                    "amount": { "minor": 100, "currency": "USD" } }],
        "timeline": [
            { "id": "01A", "at": "2026-11-01T14:00:00Z", "actor": { "role": "portal" },
              "name": "InvoiceImported", "data": { "balance": { "minor": 12_345, "currency": "USD" } } },
            { "id": "01B", "at": "2026-11-02T14:00:00Z", "actor": { "role": "operator", "id": "o-2" },
              "name": "MailFailed", "data": { "to": "<script>alert(3)</script>" } },
        ],
    })
}

fn notice(id: &str) -> Value {
    json!({ "id": id, "invoice": "01INVOICE", "number": "<b>1</b>", "customer": "<script>alert(4)</script>",
            "what": "MailFailed", "at": "2026-11-02T14:00:00Z", "text": "<img src=x> was refused." })
}

/// The answers that pages of an invoice need.
pub(crate) fn answers() -> Vec<Answer> {
    let one = invoice();
    let mut row = invoice();
    row["cadence"] = json!("Active");
    let list = json!({ "invoices": [row], "next": "cur/sor+1" });
    let people = json!({ "operators": [
        { "id": "o-2", "email": "ann@northwind.example", "name": "<script>Ann</script>", "roles": [] }] });
    let notices = json!({ "notices": [notice("01B"), notice("01C")], "queues": [{ "name": "mail", "waiting": 3 }], "next": null });
    let link = json!({ "pay_link": "https://pay.example/live/p/TOKEN", "state": "Live" });
    vec![
        ("GET /invoices", 200, list.to_string()),
        ("GET /invoices/01INVOICE", 200, one.to_string()),
        ("GET /invoices/01INVOICE/link", 200, link.to_string()),
        ("GET /operators", 200, people.to_string()),
        ("GET /notices", 200, notices.to_string()),
        ("POST /invoices/01INVOICE/owner", 200, json!({ "id": "01INVOICE" }).to_string()),
        (
            "POST /invoices/01INVOICE/link",
            409,
            json!({ "title": "Not now", "detail": "It is <paid>." }).to_string(),
        ),
    ]
}
