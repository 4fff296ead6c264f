//! Pages for people: the hosted payment page and the index of the demo. Plain HTML, no script.
//! A GET must never change anything: scanners and browsers open links by themselves.

mod checkout;
mod index;

use crate::stand_in::Shared;
use axum::Router;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

const STYLE: &str = "\
:root{color-scheme:light dark}*{box-sizing:border-box}\
body{font:1rem/1.5 system-ui,sans-serif;margin:0;background:#f6f7f9;color:#1d2433}\
main{max-width:30rem;margin:0 auto;padding:1.5rem 1rem 3rem}main.wide{max-width:64rem}\
.note{background:#fff4ce;color:#4a3500;border-radius:.5rem;padding:.5rem .75rem;margin:0 0 1rem}\
.error{background:#fde7e9;color:#7a0916;border-radius:.5rem;padding:.5rem .75rem;margin:0 0 1rem}\
.card{background:#fff;border-radius:.75rem;padding:1.25rem;margin:0 0 1rem;\
box-shadow:0 1px 3px #0002}\
h1{font-size:1.1rem;margin:0 0 .25rem}h2{font-size:1rem;margin:0 0 .5rem}\
.amount{font-size:2rem;font-weight:700;margin:.25rem 0;overflow-wrap:anywhere}\
form{margin:0 0 .75rem}label{display:block;margin:0 0 .25rem}\
button,select,.button{font:inherit;width:100%;min-height:2.75rem;border-radius:.5rem;\
padding:.5rem .75rem;border:1px solid #8a93a5;background:#fff;color:#1d2433}\
button{cursor:pointer}button.main{background:#3f46c8;border-color:#3f46c8;color:#fff}\
select{margin:0 0 .5rem}a{color:#3f46c8}\
ul{padding-left:1.1rem;margin:.25rem 0}code{overflow-wrap:anywhere}\
.row form{display:inline-block;margin:.25rem .25rem 0 0}.row button{width:auto}\
@media(prefers-color-scheme:dark){body{background:#14171f;color:#e8eaf0}\
.card{background:#1f2430}button,select{background:#2a3040;color:#e8eaf0}\
a{color:#a9b0ff}}";

/// Routes of the pages.
pub(crate) fn router() -> axum::Router<Shared> {
    Router::new()
        .route("/", get(index::show))
        .route("/demo/{action}/{id}", post(index::act))
        .route("/c/pay/{id}", get(checkout::show))
        .route("/c/pay/{id}/{action}", post(checkout::act))
}

/// Text made safe for HTML, inside attributes too.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A whole page around a body that is already HTML.
fn page(status: StatusCode, title: &str, class: &str, body: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head>\
         <body><main class=\"{class}\"><p class=\"note\"><strong>Stripe stand-in</strong> – test \
         payment page. No money moves.</p>{body}</main></body></html>"
    );
    let headers: [(HeaderName, &str); 4] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        // No form-action here: browsers apply it to the redirect back to the seller as well.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
             frame-ancestors 'none'",
        ),
    ];
    (status, headers, html).into_response()
}
