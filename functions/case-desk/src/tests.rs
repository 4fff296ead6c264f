//! Requests as API Gateway hands them over, and what is read of them.
//! Must never need a table: what a handler does with one is told by the stories.
use domain::case::{Case, CaseState, Decision, Dispute, Matter, Question, SlaState};
use domain::document::{Content, Document};
use domain::review::{DisputeVerdict, PlanVerdict};
use domain::tenant::Evidence;
use domain::{Amount, Currency};
use jiff::Timestamp;
use lambda_http::Request;
use platform::operator::{Denied, Operator, Task};
use platform::uploads::Verdict;
use serde_json::{Value, json};
use ulid::Ulid;

use crate::act::Act;
use crate::act::wish::Verb;
use crate::describe::{Verdicts, missing};
use crate::list;
use crate::read::withheld;

mod acts;
mod lists;

/// A request of an A/R operator's.
fn request(path: &str, query: &[(&str, &str)], body: Option<(&str, &str)>) -> Request {
    let mut parameters = serde_json::Map::new();
    for (name, value) in query {
        let values = parameters.entry(*name).or_insert_with(|| json!([]));
        values.as_array_mut().unwrap().push(json!(value));
    }
    let event = json!({
        "resource": path,
        "path": path,
        "httpMethod": if body.is_some() { "POST" } else { "GET" },
        "headers": {},
        "multiValueHeaders": body.map_or(json!({}), |(kind, _)| json!({ "content-type": [kind] })),
        "queryStringParameters": Value::Null,
        "multiValueQueryStringParameters": parameters,
        "pathParameters": Value::Null,
        "stageVariables": Value::Null,
        "requestContext": {
            "accountId": "1", "resourceId": "r", "stage": "live", "requestId": "1",
            "identity": { "sourceIp": "127.0.0.1" }, "resourcePath": path,
            "httpMethod": "GET", "apiId": "a", "path": format!("/live{path}"),
            "authorizer": { "claims": {
                "sub": "operator-1", "custom:tenant": "northwind", "token_use": "id",
                "cognito:groups": "ar_operator",
            } },
        },
        "body": body.map(|(_, text)| text),
        "isBase64Encoded": false,
    });
    lambda_http::request::from_str(&event.to_string()).unwrap()
}

fn usd(minor: i64) -> Amount {
    Amount { minor, currency: Currency::parse("USD").unwrap() }
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// A dispute that asks for a proof of payment.
fn dispute(state: CaseState, documents: Vec<Document>) -> Case {
    let at = now();
    let case = json!({
        "id": Ulid(1), "link": Ulid(2), "form": Ulid(3), "digest": "", "submitted_at": at,
        "contact": { "name": "Ada", "email": "ada@acme.example" },
        "matter": { "kind": "promise", "particulars": { "date": "2026-12-01", "amount": usd(1) } },
        "state": state, "owner": null, "decision": null,
    });
    let case: Case = serde_json::from_value(case).unwrap();
    let matter = Matter::Dispute(Dispute {
        reason: "already_paid".to_owned(),
        label: "We have already paid".to_owned(),
        amount: usd(5_000),
        description: "Paid on Monday.".to_owned(),
        evidence: vec![Evidence { code: "proof_of_payment".to_owned(), label: "Proof".to_owned() }],
        deadline: domain::business_days::deadline(at, &jiff::tz::TimeZone::UTC, &[]),
        sla: SlaState::Open,
    });
    Case { matter, documents, ..case }
}

fn document(id: u128, kind: &str) -> Document {
    Document {
        id: Ulid(id),
        kind: kind.to_owned(),
        name: "proof.pdf".to_owned(),
        size_bytes: 1,
        content: Content::Pdf,
        sha256: "00".repeat(32),
        key: "uploads/1".to_owned(),
        object_version: "v1".to_owned(),
    }
}

#[test]
fn faults_row_46_only_a_clean_document_is_given_out() {
    for (verdict, status) in [
        (Verdict::Clean, None),
        (Verdict::Pending, Some(409)),
        (Verdict::Infected, Some(409)),
        (Verdict::Unscannable, Some(409)),
    ] {
        assert_eq!(withheld(verdict).map(|reply| reply.status()), status, "{verdict:?}");
    }
}

#[test]
fn a_document_with_malware_proves_nothing() {
    let case = dispute(CaseState::Submitted, vec![document(7, "proof_of_payment")]);
    let verdict = |verdict| Verdicts::from([(Ulid(7), verdict)]);
    for sound in [Verdicts::new(), verdict(Verdict::Clean), verdict(Verdict::Pending)] {
        assert!(missing(&case, &sound).is_empty(), "{sound:?}");
    }
    let codes = |case: &Case, verdicts: &Verdicts| -> Vec<String> {
        missing(case, verdicts).into_iter().map(|one| one.code.clone()).collect()
    };
    assert_eq!(codes(&case, &verdict(Verdict::Infected)), ["proof_of_payment"]);
    let other = dispute(CaseState::Submitted, vec![document(7, "other")]);
    assert_eq!(codes(&other, &Verdicts::new()), ["proof_of_payment"]);
    let again = vec![document(7, "proof_of_payment"), document(8, "proof_of_payment")];
    let again = dispute(CaseState::Submitted, again);
    assert!(missing(&again, &verdict(Verdict::Infected)).is_empty(), "another one is there");
}
