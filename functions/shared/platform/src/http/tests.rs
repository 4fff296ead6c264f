//! What the policy of a page allows.
//! Must never allow more than its header says here.
use super::*;

fn policy(reply: Reply) -> String {
    let response = reply.into_response();
    response.headers()["content-security-policy"].to_str().unwrap().to_owned()
}

fn page() -> Reply {
    Reply::html(200, String::new(), "STYLE".to_owned(), "https://pay.example")
}

#[test]
fn a_page_without_a_script_may_run_and_ask_nothing() {
    assert_eq!(
        policy(page()),
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; \
         style-src 'sha256-STYLE'; form-action 'self' https://pay.example"
    );
}

#[test]
fn a_page_with_a_script_may_run_that_one_and_ask_those_named() {
    let policy = policy(page().with_script("SCRIPT", "https://files.example"));
    let ending = "; script-src 'sha256-SCRIPT'; connect-src 'self' https://files.example";
    assert!(policy.ends_with(ending), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'));
}

#[test]
fn what_is_no_page_never_gets_a_script() {
    let reply = Reply::problem(404, "Not found", "").with_script("SCRIPT", "");
    assert!(!policy(reply).contains("script-src"));
}
