//! What holds for every answer, whatever it says.
//! Must never ask for anything itself.
use crate::Answer;

/// Headers with a part of their value; pages and errors carry them alike.
const GUARDS: [(&str, &str); 6] = [
    ("content-security-policy", ""),
    ("strict-transport-security", "max-age="),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("x-frame-options", "DENY"),
];

/// The security headers are there, each once.
pub fn assert_guarded(answer: &Answer, what: &str) {
    for (name, value) in GUARDS {
        let given = answer.header(name);
        assert!(!given.is_empty() && given.contains(value), "{what}: {name}: {given:?}");
        let count = answer.headers.iter().filter(|(known, _)| known == name).count();
        assert_eq!(count, 1, "{what}: {name} more than once");
    }
    let policy = answer.header("content-security-policy");
    let locked = policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'");
    // The gateway's own answers carry the one policy that can be written there.
    assert!(locked || policy == "sandbox", "{what}: {policy}");
}

/// A refusal for people: a page of ours.
pub fn assert_page(answer: &Answer, status: u16, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{what}");
    assert_guarded(answer, what);
}

/// A refusal for programs: a problem document.
pub fn assert_problem(answer: &Answer, status: u16, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
    assert_guarded(answer, what);
    assert!(answer.json()["title"].as_str().is_some_and(|title| !title.is_empty()), "{what}");
}
