//! Requests as API Gateway hands them over, and what is read of them.
//! Must never need a table: what a handler does with one is told by the stories.
use domain::fact::LetterKind;
use domain::mail_template;
use domain::settings::Part;
use domain::{Actor, Amount, Currency, Entry, Fact, Moment, Tenant};
use lambda_http::Request;
use platform::operator::{Operator, Task};
use platform::store::{Notice, Settings};
use serde_json::{Value, json};
use ulid::Ulid;

use crate::{audit, notices, settings};

/// A request of an operator's with that role.
fn request(role: &str, query: &[(&str, &str)], body: Option<(&str, &str)>) -> Request {
    let mut parameters = serde_json::Map::new();
    for (name, value) in query {
        let values = parameters.entry(*name).or_insert_with(|| json!([]));
        values.as_array_mut().unwrap().push(json!(value));
    }
    let event = json!({
        "resource": "/settings", "path": "/settings",
        "httpMethod": if body.is_some() { "PUT" } else { "GET" },
        "headers": {},
        "multiValueHeaders": body.map_or(json!({}), |(kind, _)| json!({ "content-type": [kind] })),
        "queryStringParameters": Value::Null,
        "multiValueQueryStringParameters": parameters,
        "pathParameters": Value::Null,
        "stageVariables": Value::Null,
        "requestContext": {
            "accountId": "1", "resourceId": "r", "stage": "live", "requestId": "1",
            "identity": { "sourceIp": "127.0.0.1" }, "resourcePath": "/settings",
            "httpMethod": "GET", "apiId": "a", "path": "/live/settings",
            "authorizer": { "claims": {
                "sub": "operator-1", "custom:tenant": "northwind", "token_use": "id",
                "cognito:groups": role, "email": "ada@northwind.example",
            } },
        },
        "body": body.map(|(_, text)| text),
        "isBase64Encoded": false,
    });
    lambda_http::request::from_str(&event.to_string()).unwrap()
}

fn operator(role: &str) -> Operator {
    Operator::of(&request(role, &[], None), Task::Read).unwrap()
}

fn put(text: &str) -> Request {
    request("admin", &[], Some(("application/json", text)))
}

fn moment() -> Moment {
    Moment::new("2026-11-22T12:00:00Z".parse().unwrap(), Ulid(1 << 80))
}

pub(crate) fn tenant() -> Tenant {
    serde_json::from_value(json!({
        "id": "northwind", "name": "Northwind Works", "brand_colour": "#0f766e",
        "zone": "America/New_York", "stripe_account": "acct_secret", "country": "US",
        "sender": "billing@northwind.example", "reply_to": "help@northwind.example",
    }))
    .unwrap()
}

#[test]
fn faults_row_56_each_part_of_the_settings_is_for_those_who_may_change_it() {
    use Part::{Holidays, Mail, Policy, Reasons, Tenant};
    for (role, parts, may) in [
        ("admin", &[Tenant, Policy, Reasons, Holidays, Mail][..], true),
        ("controller", &[Policy, Reasons], true),
        ("controller", &[Policy, Mail], false),
        ("controller", &[Holidays], false),
        ("controller", &[Tenant], false),
        ("ar_manager", &[Policy], false),
        ("viewer", &[Reasons], false),
    ] {
        assert_eq!(settings::may(&operator(role), parts), may, "{role} {parts:?}");
    }
}

#[test]
fn settings_are_read_with_their_version_and_sent_back_as_they_were_shown() {
    let shown = settings::shown(&Settings { version: 7, tenant: tenant() });
    assert_eq!(shown["version"], 7);
    assert_eq!(shown["tenant"]["stripe_connected"], true);
    assert!(!shown.to_string().contains("acct_secret"), "an account is nobody's to read");
    assert_eq!(shown["mail"]["body"], mail_template::standard("Northwind Works").body);
    let (version, wish) = settings::read(&put(&shown.to_string())).unwrap();
    assert_eq!(version, 7);
    assert_eq!(tenant().with(&wish), Ok(tenant()), "sent back unchanged, nothing changes");
}

#[test]
fn a_wish_that_cannot_be_read_is_refused_and_says_why() {
    for (body, status) in [
        ("", 400),
        ("[]", 400),
        ("[1]", 400),
        ("{}", 400),
        (r#"{"version":-1}"#, 400),
        (r#"{"version":"1"}"#, 400),
        (r#"{"version":1,"polcy":{}}"#, 400),
        (r#"{"version":1,"policy":null}"#, 400),
        (r#"{"version":1,"policy":{"instalments_max":"3"}}"#, 400),
        (r#"{"version":1,"mail":{"subject":"S"}}"#, 400),
    ] {
        let refused = settings::read(&put(body)).err().map(|reply| reply.status());
        assert_eq!(refused, Some(status), "{body}");
    }
    let text = request("admin", &[], Some(("text/plain", r#"{"version":1}"#)));
    assert_eq!(settings::read(&text).err().map(|reply| reply.status()), Some(415));
    let long =
        format!(r#"{{"version":1,"mail":{{"subject":"S","body":"{}"}}}}"#, "x".repeat(300_000));
    assert_eq!(settings::read(&put(&long)).err().map(|reply| reply.status()), Some(413));
}

#[test]
fn the_audit_takes_a_user_and_times_and_no_parameter_it_does_not_know() {
    let read = |query: &[(&str, &str)], exports| {
        let request = request("viewer", query, None);
        audit::wanted(&request, &operator("viewer"), (&moment(), exports))
            .map_err(|reply| reply.status())
    };
    let (wanted, place) = read(&[], false).unwrap();
    assert_eq!((wanted.tenant.as_str(), wanted.user, wanted.limit), ("northwind", None, 50));
    assert!(place.is_none() && wanted.to > moment().now, "what was done just now is in it");
    let query =
        [("user", "me"), ("from", "2026-11-01T00:00:00Z"), ("to", "2026-11-02T00:00:00+01:00")];
    let (wanted, _) = read(&query, true).unwrap();
    assert_eq!(wanted.user.as_deref(), Some("operator-1"));
    assert_eq!(wanted.from, "2026-11-01T00:00:00Z".parse().unwrap());
    assert_eq!(wanted.to, "2026-11-01T23:00:00Z".parse().unwrap());
    let far = read(&[("to", "9999-01-01T00:00:00Z")], false).unwrap().0;
    assert!(far.to < "2026-11-23T00:00:00Z".parse().unwrap(), "no page looks for the future");
    for query in [
        ("user", ""),
        ("user", "a b"),
        ("from", "yesterday"),
        ("from", "2026-11-01"),
        ("to", ""),
        ("limit", "0"),
        ("limit", "51"),
        ("cursor", "x"),
        ("form", "2026-11-01T00:00:00Z"),
    ] {
        assert_eq!(read(&[query], false).err(), Some(400), "{query:?}");
    }
    assert_eq!(read(&[("user", "a"), ("user", "b")], false).err(), Some(400), "once");
    assert_eq!(read(&[("limit", "5")], true).err(), Some(400), "a file has no pages");
}

#[test]
fn a_notice_says_what_happened_and_what_to_do() {
    let usd = |minor| Amount { minor, currency: Currency::parse("USD").unwrap() };
    let payment = Ulid(3);
    for (fact, words) in [
        (
            Fact::PaymentDuplicated { payment, amount: usd(1_000), stripe_payment: None },
            ["$10.00 USD", "Refund"],
        ),
        (
            Fact::PaymentMismatched {
                payment,
                expected: usd(1_000),
                received: Some(usd(900)),
                stripe_payment: None,
            },
            ["$9.00 USD came instead of $10.00 USD", "Compare"],
        ),
        (
            Fact::ChargebackOpened { payment, dispute: "dp_1".to_owned() },
            ["took a payment back", "Answer"],
        ),
        (
            Fact::MailFailed { letter: LetterKind::Link, to: "a•••@acme.example".to_owned() },
            ["a•••@acme.example was refused for good", "Copy the link"],
        ),
        (
            Fact::MailFailed {
                letter: LetterKind::Receipt, to: "a•••@acme.example".to_owned()
            },
            ["refused for good", "Download the receipt"],
        ),
        (
            Fact::MailFailed {
                letter: LetterKind::Missed,
                to: "t•••@northwind.example".to_owned(),
            },
            ["refused for good", "Check the address for answers in Settings"],
        ),
        (
            Fact::ChargebackClosed { payment, dispute: "dp_1".to_owned(), won: false },
            ["took the payment back for good", "Decide with the payer"],
        ),
    ] {
        let entry = Entry {
            version: 1,
            id: Ulid(1),
            invoice: Ulid(2),
            tenant: "northwind".to_owned(),
            at: moment().now,
            actor: Actor::Stripe,
            fact,
        };
        assert!(entry.fact.needs_operator());
        let (number, customer) = ("INV-1".to_owned(), "Acme".to_owned());
        let shown = notices::shown(&Notice { entry, number, customer });
        let text = shown["text"].as_str().unwrap();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
        assert_eq!((&shown["number"], &shown["customer"]), (&json!("INV-1"), &json!("Acme")));
    }
}
