//! Every path and method that no other function takes: our own 404 and 405.
//! Must never read a token or touch the database.
use lambda_http::http::header::ACCEPT;
use lambda_http::{Request, RequestExt as _};
use platform::http::Reply;

use crate::page::{Plain, PlainPage};
use crate::show;

/// The paths we know, with `*` for a part of any name, and their methods.
/// A test holds this list against `template.yaml`.
pub const ROUTES: [(&str, &str); 26] = [
    ("/p/*", "GET, HEAD"),
    ("/p/*/pay", "POST"),
    ("/p/*/paid", "GET"),
    ("/p/*/receipt", "GET"),
    ("/p/*/new-link", "POST"),
    ("/p/*/plan", "GET, POST"),
    ("/p/*/promise", "GET, POST"),
    ("/p/*/dispute", "GET, POST"),
    ("/p/*/answer", "GET, POST"),
    ("/p/*/files", "POST"),
    ("/webhooks/stripe", "POST"),
    ("/cases", "GET"),
    ("/invoices/*/cases/*", "GET"),
    ("/invoices/*/cases/*/documents/*", "GET"),
    ("/invoices/*/cases/*/owner", "POST"),
    ("/invoices/*/cases/*/question", "POST"),
    ("/invoices/*/cases/*/decision", "POST"),
    ("/invoices/import", "POST"),
    ("/invoices/*/link", "POST"),
    ("/invoices/*", "GET"),
    ("/invoices", "GET"),
    ("/console", "GET"),
    ("/console/sign-in", "GET"),
    ("/console/callback", "GET"),
    ("/console/sign-out", "POST"),
    ("/console/signed-out", "GET"),
];

/// 405 with the methods allowed on a path we know, otherwise 404; HTML for people, problem
/// documents for the API's callers.
pub fn handle(request: &Request) -> Reply {
    // Without the stage, which the address itself may carry in front.
    let path = request.raw_http_path();
    let known = ROUTES.iter().find(|(pattern, _)| matches(pattern, path));
    let reply = match (known, wants_page(request, path)) {
        (Some(_), true) => show::plain(405, &PlainPage { kind: Plain::MethodNotAllowed }),
        (Some((_, methods)), false) => {
            Reply::problem(405, "Method not allowed", &format!("This path takes {methods}."))
        }
        (None, true) => show::plain(404, &PlainPage { kind: Plain::NotFound }),
        (None, false) => Reply::problem(404, "Not found", "There is nothing at this path."),
    };
    match known {
        Some((_, methods)) => reply.allowing(methods),
        None => reply,
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let wanted: Vec<&str> = pattern.split('/').collect();
    let given: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let fits =
        |(wanted, given): (&&str, &&str)| wanted == given || (*wanted == "*" && !given.is_empty());
    wanted.len() == given.len() && wanted.iter().zip(&given).all(fits)
}

fn wants_page(request: &Request, path: &str) -> bool {
    if ["/invoices", "/cases", "/webhooks"].iter().any(|of_the_api| path.starts_with(of_the_api)) {
        return false;
    }
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    !accept.is_some_and(|accept| accept.contains("json") && !accept.contains("html"))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_one_part() {
        assert!(matches("/p/*", "/p/abc"));
        assert!(matches("/p/*", "/p/abc/"));
        assert!(!matches("/p/*", "/p/"));
        assert!(!matches("/p/*", "/p/abc/pay"));
        assert!(!matches("/p/*/pay", "/p/abc"));
        assert!(matches("/p/*/pay", "/p/abc/pay"));
    }
}
