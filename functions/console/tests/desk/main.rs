#![cfg(test)]
//! Promises of the console's pages for queues, cases, imports, settings and audit, told by a
//! whole page made from what an API on the wire answers.
//! Must never reach for the parts that a page is made of.
mod audit;
mod cases;
#[path = "../support/fake.rs"]
#[allow(dead_code, reason = "each test file uses a part of the support")]
mod fake;
mod imports;
mod queues;
mod settings;

use console::api::Api;
use console::person::Person;
use console::route;
use console::shell::Here;
use console::visit::{Tenant, Visit};
use fake::Fake;
use lambda_http::{Body, Request, RequestExt as _};
use platform::operator::Operator;
use platform::web::Web;
use serde_json::json;

const TOKEN: &str = "FORM-TOKEN";
const INVOICE: &str = "01JD9Z3V7Q0000000000000001";
const CASE: &str = "01JD9Z3V7Q0000000000000002";
/// What somebody hostile may have typed anywhere.
const SCRIPT: &str = "<script>alert(1)</script>";

/// A page as a browser gets it.
struct Page {
    status: u16,
    location: String,
    html: String,
}

/// Somebody of that role at an address of the console.
fn visit(fake: &Fake, role: &str, address: &str) -> Visit {
    let claims = json!({
        "sub": "operator-1", "token_use": "id", "custom:tenant": "northwind",
        "email": "ada@northwind.example", "name": "Ada King", "cognito:groups": role,
    });
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    Visit {
        api: Api {
            web: Web::start().unwrap(),
            base: fake.base.clone(),
            connect: None,
            token: "ID-TOKEN".to_owned(),
        },
        person: Person(Operator::of_claims(&claims).unwrap()),
        tenant: Tenant { name: "Northwind Works".to_owned(), zone: "America/New_York".to_owned() },
        here: Here {
            root: "/live".to_owned(),
            form_token: TOKEN.to_owned(),
            once: "01JD9Z3V7QONCE".to_owned(),
        },
        login_origin: "https://login.example".to_owned(),
        path: path.split('/').map(str::to_owned).collect(),
        query: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        flash: None,
        now: "2026-11-23T12:00:00Z".parse().unwrap(),
    }
}

async fn get(fake: &Fake, role: &str, address: &str) -> Page {
    let visit = visit(fake, role, address);
    let reply = visit.finish(route::show(&visit), "REFERENCE").await.unwrap();
    page(reply, address)
}

/// Sends a form; the token is put in unless the fields bring one.
async fn post(fake: &Fake, role: &str, address: &str, fields: &[(&str, &str)]) -> Page {
    let has_token = fields.iter().any(|(name, _)| *name == "form");
    let token = [("form", TOKEN), ("once", "01JD9Z3V7QONCE")];
    let token = token.iter().filter(|_| !has_token);
    let mut body = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.iter().chain(token) {
        body.append_pair(name, value);
    }
    send(fake, (role, address), ("application/x-www-form-urlencoded", body.finish().into_bytes()))
        .await
}

async fn send(
    fake: &Fake,
    (role, address): (&str, &str),
    (content_type, body): (&str, Vec<u8>),
) -> Page {
    let visit = visit(fake, role, address);
    let mut request = Request::new(Body::Binary(body));
    request.headers_mut().insert("content-type", content_type.parse().unwrap());
    let request = request.with_raw_http_path(format!("/console/{address}"));
    let reply = visit.finish(route::act(&visit, &request), "REFERENCE").await.unwrap();
    page(reply, address)
}

/// Each page is kept in the target's folder, to be looked at as a picture.
fn page(reply: platform::http::Reply, address: &str) -> Page {
    let response = reply.into_response();
    let header =
        |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (status, location) = (response.status().as_u16(), header("location").unwrap_or_default());
    let bytes: &[u8] = response.body().as_ref();
    let html = String::from_utf8(bytes.to_vec()).unwrap();
    if html.starts_with("<!doctype") {
        let place = address.split('?').next().unwrap().replace('/', "-");
        let name = std::thread::current().name().unwrap_or("page").replace("::", "-");
        let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/console-pages");
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(format!("{folder}/{name}--{place}-{status}.html"), &html).unwrap();
    }
    check(&html, address);
    Page { status, location, html }
}

/// What holds for every page.
fn check(html: &str, address: &str) {
    if !html.starts_with("<!doctype") {
        return;
    }
    assert_eq!(html.matches("<h1").count(), 1, "{address}: one heading of the page");
    assert!(!html.contains(SCRIPT), "{address}: what was stored runs as a script");
    assert!(!html.contains("style=\"") && !html.contains(" onclick"), "{address}: inline code");
    for form in html.split("<form ").skip(1).filter(|form| form.starts_with("method=\"post\"")) {
        let form = form.split("</form>").next().unwrap();
        assert!(form.contains(&format!("value=\"{TOKEN}\"")), "{address}: a form without token");
    }
}
