//! Pages as a browser gets them, over a fake of the API.
//! Must never pass a page that lets a stored text run, or that cannot be used by keyboard.
#![cfg(test)]
#![allow(dead_code, reason = "each test file uses a part of the support")]

mod support;

use console::route;
use lambda_http::http::header::{CONTENT_TYPE, ORIGIN};
use lambda_http::{Body, Request};
use serde_json::json;
use support::{Fake, answers, invoice, sent, visit};

const ADDRESSES: [&str; 4] =
    ["invoices", "invoices/01INVOICE", "invoices/01INVOICE/regenerate", "notices"];

async fn page(fake: &Fake, role: &str, path: &str) -> (u16, Vec<String>, String) {
    let visit = visit(fake, role, path);
    sent(visit.finish(route::show(&visit), "ref-1").await.unwrap())
}

fn form(origin: Option<&str>, body: &str) -> Request {
    let request = lambda_http::http::Request::post("https://pay.example/live/console/x")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = match origin {
        Some(origin) => request.header(ORIGIN, origin),
        None => request,
    };
    request.body(Body::from(body)).unwrap()
}

async fn send(fake: &Fake, path: &str, request: &Request) -> (u16, Vec<String>, String) {
    let visit = visit(fake, "ar_operator", path);
    sent(visit.finish(route::act(&visit, request), "ref-1").await.unwrap())
}

#[tokio::test]
async fn a_stored_script_is_shown_as_text_on_every_page() {
    let fake = Fake::that_says(answers()).await;
    for path in ADDRESSES.into_iter().chain(["invoices/01INVOICE/timeline"]) {
        let (status, _, html) = page(&fake, "admin", path).await;
        assert_eq!(status, 200, "{path}: {html}");
        assert!(!html.contains("<script>a") && !html.contains("<script>A"), "{path}");
        assert!(!html.contains("<img") && !html.contains("<b>1</b>"), "{path}");
    }
    let (_, _, html) = page(&fake, "admin", "invoices/01INVOICE").await;
    assert!(html.contains("&#60;script&#62;alert(1)"), "{html}");
    assert!(html.contains(">To decide<"), "a case stands where its own page says: {html}");
}

#[tokio::test]
async fn every_page_has_one_heading_one_main_and_a_label_for_every_field() {
    let fake = Fake::that_says(answers()).await;
    for path in ADDRESSES.into_iter().chain(["nowhere"]) {
        let (_, _, html) = page(&fake, "admin", path).await;
        assert_eq!(html.matches("<h1").count(), 1, "{path}");
        assert_eq!(html.matches("<main").count(), 1, "{path}");
        assert!(html.contains(r##"<a class="skip" href="#main">"##), "{path}");
        for field in html.split('<').filter(|tag| {
            ["input ", "select ", "textarea "].iter().any(|name| tag.starts_with(name))
        }) {
            if field.contains("type=\"hidden\"") || field.contains("type=\"checkbox\"") {
                continue;
            }
            let id = field.split("id=\"").nth(1).and_then(|rest| rest.split('"').next());
            let id = id.unwrap_or_else(|| panic!("{path}: no id: {field}"));
            assert!(html.contains(&format!("<label for=\"{id}\"")), "{path}: no label for {id}");
        }
    }
}

#[tokio::test]
async fn the_policy_lets_nothing_run_but_our_one_script() {
    let fake = Fake::that_says(answers()).await;
    let (_, headers, html) = page(&fake, "viewer", "invoices").await;
    let policy = headers.iter().find(|one| one.starts_with("content-security-policy")).unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'sha256-"));
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    assert!(policy.contains("form-action 'self' https://login.example"), "{policy}");
    assert_eq!(html.matches("<script>").count(), 1);
    for word in [" style=", " onclick", " onload", "src=", "javascript:"] {
        assert!(!html.contains(word), "{word}");
    }
}

#[tokio::test]
async fn a_page_offers_only_what_the_role_may() {
    let fake = Fake::that_says(answers()).await;
    let (_, _, viewer) = page(&fake, "viewer", "invoices/01INVOICE").await;
    let (_, _, operator) = page(&fake, "ar_operator", "invoices/01INVOICE").await;
    for offered in ["/regenerate", "/owner", "p/TOKEN", "/mail", "/notices/01B"] {
        assert!(!viewer.contains(offered), "viewer: {offered}");
        assert!(operator.contains(offered), "operator: {offered}");
    }
    assert!(!viewer.contains("Imports") && operator.contains("Imports"));
    let (status, _, _) = page(&fake, "viewer", "invoices/01INVOICE/regenerate").await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn what_must_not_be_missed_is_on_every_page() {
    let fake = Fake::that_says(answers()).await;
    let (_, _, html) = page(&fake, "admin", "invoices").await;
    assert!(html.contains("2 notices need you"), "{html}");
    assert!(html.contains("mail (3 waiting)"));
}

#[tokio::test]
async fn the_api_is_asked_as_the_operator_and_under_its_own_name() {
    let fake = Fake::that_says(answers()).await;
    page(&fake, "admin", "invoices/01INVOICE").await;
    let asked = fake.texts();
    assert!(!asked.is_empty());
    for request in asked {
        let lower = request.to_lowercase();
        assert!(lower.contains("host: pay.example\r\n"), "{request}");
        assert!(lower.contains("authorization: bearer e30."), "{request}");
    }
}

#[tokio::test]
async fn the_next_page_keeps_the_filters() {
    let fake = Fake::that_says(answers()).await;
    let mut visit = visit(&fake, "admin", "invoices");
    visit.query = vec![("search".into(), "a&b".into()), ("owner".into(), "me".into())];
    let (_, _, html) = sent(visit.finish(route::show(&visit), "r").await.unwrap());
    assert!(html.contains("?search=a%26b&#38;owner=me&#38;cursor=cur%2Fsor%2B1"), "{html}");
}

/// All writes that the API was asked for, whole.
fn posts(fake: &Fake) -> Vec<String> {
    fake.texts().into_iter().filter(|one| one.starts_with("POST")).collect()
}

/// The line of a write that has its idempotency key.
fn key(post: &str) -> &str {
    post.lines().find(|line| line.to_lowercase().starts_with("idempotency-key")).unwrap()
}

#[tokio::test]
async fn a_form_is_done_once_and_leads_back() {
    let fake = Fake::that_says(answers()).await;
    let request = form(Some("https://pay.example"), "form=form-token&once=01ONCE&owner=me");
    for _ in 0..2 {
        let (status, headers, _) = send(&fake, "invoices/01INVOICE/owner", &request).await;
        assert_eq!(status, 303, "{headers:?}");
        assert!(headers.contains(&"location: /live/console/invoices/01INVOICE".to_owned()));
        let flash = headers.iter().find(|one| one.starts_with("set-cookie: __Host-plixo-flash="));
        assert!(flash.unwrap().ends_with("; HttpOnly; SameSite=Lax; Secure"), "{flash:?}");
    }
    let posts = posts(&fake);
    assert_eq!(posts.len(), 2);
    assert_eq!(key(&posts[0]), key(&posts[1]), "a double click is one sending");
    assert!(posts[0].ends_with(r#"{"owner":"me"}"#), "{}", posts[0]);
}

#[tokio::test]
async fn two_forms_of_one_page_are_two_sendings_though_they_say_the_same() {
    let fake = Fake::that_says(answers()).await;
    let request = form(Some("https://pay.example"), "form=form-token&once=01ONCE");
    for path in ["mail", "notices/01B"] {
        send(&fake, &format!("invoices/01INVOICE/{path}"), &request).await;
    }
    let posts = posts(&fake);
    assert_eq!(posts.len(), 2);
    assert_ne!(key(&posts[0]), key(&posts[1]), "the second would be taken for the first");
}

#[tokio::test]
async fn an_owner_who_is_not_listed_stays_chosen_and_so_does_a_filter() {
    let fake = Fake::that_says(answers()).await;
    let mut owned = invoice();
    owned["owner"] = json!("o-9");
    fake.answers("GET /invoices/01INVOICE", 200, &owned.to_string());
    let kept = r#"<option value="o-9" selected>A colleague</option>"#;
    let (_, _, html) = page(&fake, "admin", "invoices/01INVOICE").await;
    assert!(html.contains(kept), "saving would take the owner away: {html}");
    let mut visit = visit(&fake, "admin", "invoices");
    visit.query = vec![("owner".into(), "o-9".into()), ("overdue_days".into(), "45".into())];
    let (_, _, html) = sent(visit.finish(route::show(&visit), "r").await.unwrap());
    for on in [kept, r#"<option value="45" selected>45+ days</option>"#] {
        assert!(html.contains(on), "{on}: {html}");
    }
    owned["owner"] = json!("o-2");
    fake.answers("GET /invoices/01INVOICE", 200, &owned.to_string());
    fake.answers("GET /operators", 500, "down");
    let (_, _, html) = page(&fake, "admin", "invoices/01INVOICE").await;
    let kept = r#"<option value="o-2" selected>A colleague</option>"#;
    assert!(html.contains(kept), "without the list of operators: {html}");
}

#[tokio::test]
async fn before_a_new_link_is_made_it_is_said_what_the_old_one_still_does() {
    let fake = Fake::that_says(answers()).await;
    let link = |state: &str, end: &str| json!({ "state": state, "expires_at": end });
    for (link, expected) in [
        (link("Live", "2027-01-30T14:00:00Z"), "The old link stops working at once."),
        (link("Spent", "2027-01-30T14:00:00Z"), "It still shows the invoice, and the receipt"),
        (link("Spent", "2026-01-30T14:00:00Z"), "does not work any more already"),
        (link("Expired", "2026-01-30T14:00:00Z"), "does not work any more already"),
        (json!(null), "There is no link yet."),
    ] {
        let mut linked = invoice();
        linked["link"] = link;
        fake.answers("GET /invoices/01INVOICE", 200, &linked.to_string());
        let (_, _, html) = page(&fake, "admin", "invoices/01INVOICE/regenerate").await;
        assert!(html.contains(expected), "{expected}: {html}");
    }
}

#[tokio::test]
async fn every_payment_with_a_receipt_has_its_own_link() {
    let fake = Fake::that_says(answers()).await;
    let payment = |id: &str, receipt: bool| {
        let amount = json!({ "minor": 31_250, "currency": "USD" });
        let at = "2026-11-22T12:00:00Z";
        json!({ "id": id, "state": "Paid", "amount": amount, "settled_at": at, "receipt": receipt })
    };
    let mut paid = invoice();
    for (payments, expected) in [
        (
            json!([payment("01A", true), payment("01B", false)]),
            &["01A\">Download the receipt</a>"][..],
        ),
        (
            json!([payment("01A", true), payment("01B", true)]),
            &["01A\">Download the receipt of ", "01B\">Download the receipt of ", ": $312.50"],
        ),
    ] {
        paid["payments"] = payments;
        fake.answers("GET /invoices/01INVOICE", 200, &paid.to_string());
        let (_, _, html) = page(&fake, "admin", "invoices/01INVOICE").await;
        for part in expected {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert_eq!(html.matches("Download the receipt").count(), expected.len().min(2), "{html}");
    }
}

#[tokio::test]
async fn a_receipt_that_is_being_made_is_not_called_a_wrong_address() {
    let fake = Fake::that_says(answers()).await;
    let detail = "The receipt is being made. Ask again in a few seconds.";
    let problem = json!({ "title": "No receipt yet", "detail": detail }).to_string();
    fake.answers("GET /invoices/01INVOICE/receipt", 404, &problem);
    let (status, _, html) = page(&fake, "admin", "invoices/01INVOICE/receipts/01P").await;
    assert_eq!(status, 404);
    assert!(html.contains(detail) && !html.contains("The address is wrong"), "{html}");
    let (_, _, html) = page(&fake, "admin", "invoices/01NOWHERE").await;
    assert!(html.contains("There is nothing here"), "{html}");
}

#[tokio::test]
async fn single_keys_are_told_of_and_can_be_turned_off_without_a_key() {
    let fake = Fake::that_says(answers()).await;
    let (_, _, html) = page(&fake, "viewer", "invoices").await;
    for expected in
        [r#"<button class="quiet" type="button" id="keys-open">Keys</button>"#, "Use single keys"]
    {
        assert!(html.contains(expected), "{expected}: {html}");
    }
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused_and_reaches_nothing() {
    let fake = Fake::that_says(answers()).await;
    let good = "form=form-token&once=1&owner=me";
    for (origin, body) in [
        (Some("https://evil.example"), good),
        (Some("null"), good),
        (Some("https://pay.example"), "form=other&once=1&owner=me"),
        (Some("https://pay.example"), "once=1&owner=me"),
        (None, "form=&owner=me"),
    ] {
        let request = form(origin, body);
        let (status, _, html) = send(&fake, "invoices/01INVOICE/owner", &request).await;
        assert_eq!(status, 403, "{origin:?} {body}");
        assert!(html.contains("Nothing was changed"));
    }
    let mut request = form(None, good);
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(send(&fake, "invoices/01INVOICE/owner", &request).await.0, 403);
    assert!(fake.texts().iter().all(|one| !one.starts_with("POST")));
}

#[tokio::test]
async fn what_the_api_refuses_is_said_and_what_fails_has_a_reference() {
    let fake = Fake::that_says(answers()).await;
    let request = form(None, "form=form-token&once=1");
    let (status, headers, _) = send(&fake, "invoices/01INVOICE/link", &request).await;
    assert_eq!(status, 303, "{headers:?}");
    let broken = Fake::that_says(vec![("GET /invoices", 500, "oops".to_owned())]).await;
    let (status, _, html) = page(&broken, "admin", "invoices").await;
    assert_eq!(status, 503);
    assert!(html.contains("ref-1") && !html.contains("oops"), "{html}");
    for (code, word) in [(401, "Your sign-in has ended"), (404, "There is nothing here")] {
        let fake = Fake::that_says(vec![("GET /invoices", code, "{}".to_owned())]).await;
        let (status, _, html) = page(&fake, "admin", "invoices").await;
        assert_eq!(status, code);
        assert!(html.contains(word), "{code}: {html}");
    }
}
