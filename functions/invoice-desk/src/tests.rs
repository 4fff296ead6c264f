//! Requests as API Gateway hands them over, and what is read of them.
//! Must never need a table: what a handler does with one is told by the stories.
use domain::import::{self, Row};
use domain::{Actor, Currency, InvoiceFile, Moment, Status, Tenant};
use lambda_http::Request;
use platform::operator::{Operator, Task};
use platform::store::{Among, InvoiceLine, InvoicePlace, InvoiceQuery, OwnedBy, Shelf};
use serde_json::{Value, json};
use ulid::Ulid;

use crate::{list, owner};

/// A request of an A/R operator's.
fn request(path: &str, query: &[(&str, &str)], body: Option<(&str, &str)>) -> Request {
    let mut parameters = serde_json::Map::new();
    for (name, value) in query {
        let values = parameters.entry(*name).or_insert_with(|| json!([]));
        values.as_array_mut().unwrap().push(json!(value));
    }
    let method = if body.is_some() { "POST" } else { "GET" };
    let event = json!({
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": {},
        "multiValueHeaders": body.map_or(json!({}), |(kind, _)| json!({ "content-type": [kind] })),
        "queryStringParameters": Value::Null,
        "multiValueQueryStringParameters": parameters,
        "pathParameters": Value::Null,
        "stageVariables": Value::Null,
        "requestContext": {
            "accountId": "1", "resourceId": "r", "stage": "live", "requestId": "1",
            "identity": { "sourceIp": "127.0.0.1" }, "resourcePath": path,
            "httpMethod": method, "apiId": "a", "path": format!("/live{path}"),
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

fn read(query: &[(&str, &str)]) -> Result<(InvoiceQuery, Option<InvoicePlace>), String> {
    let request = request("/invoices", query, None);
    let operator = Operator::of(&request, Task::Read).unwrap();
    list::wanted(&request, &operator)
}

fn all(among: Among) -> InvoiceQuery {
    InvoiceQuery {
        tenant: "northwind".to_owned(),
        among,
        status: None,
        owner: None,
        overdue_days: None,
        limit: 50,
    }
}

fn search(text: &str, shelf: Option<Shelf>) -> InvoiceQuery {
    all(Among::Search { text: text.to_owned(), shelf })
}

#[test]
fn every_parameter_is_read() {
    let open = || all(Among::Shelf(Shelf::Open));
    let closed = || all(Among::Shelf(Shelf::Closed));
    let number = |shelf| all(Among::Number { number: "INV-1".to_owned(), shelf });
    let operator = |id: &str| Some(OwnedBy::Operator(id.to_owned()));
    for (query, expected) in [
        (&[][..], open()),
        (&[("state", "open")], open()),
        (&[("state", "closed")], closed()),
        (&[("search", " Acme ")], search("Acme", None)),
        (&[("search", "acme"), ("state", "closed")], search("acme", Some(Shelf::Closed))),
        (&[("number", "INV-1")], number(None)),
        (&[("number", "INV-1"), ("state", "open")], number(Some(Shelf::Open))),
        (&[("status", "Open")], InvoiceQuery { status: Some(Status::Open), ..open() }),
        (
            &[("status", "Paid"), ("state", "closed")],
            InvoiceQuery { status: Some(Status::Paid), ..closed() },
        ),
        (
            &[("status", "Paid"), ("search", "a")],
            InvoiceQuery { status: Some(Status::Paid), ..search("a", None) },
        ),
        (&[("owner", "me")], InvoiceQuery { owner: operator("operator-1"), ..open() }),
        (&[("owner", "op-2")], InvoiceQuery { owner: operator("op-2"), ..open() }),
        (&[("owner", "nobody")], InvoiceQuery { owner: Some(OwnedBy::Nobody), ..open() }),
        (&[("overdue_days", "30")], InvoiceQuery { overdue_days: Some(30), ..open() }),
        (&[("limit", "1")], InvoiceQuery { limit: 1, ..open() }),
    ] {
        assert_eq!(read(query), Ok((expected, None)), "{query:?}");
    }
    for (text, search) in [("bA", None), ("bg", Some("acme")), ("Yw", Some("acme"))] {
        let mut query = vec![("cursor", text)];
        query.extend(search.map(|search| ("search", search)));
        let (_, place) = read(&query).unwrap();
        assert_eq!(place, InvoicePlace::parse(text), "{query:?}");
    }
}

#[test]
fn every_status_can_be_asked_for_by_its_own_word() {
    for status in [
        Status::Open,
        Status::Processing,
        Status::UnderReview,
        Status::Paid,
        Status::PlanSubmitted,
        Status::PlanActive,
        Status::Promised,
        Status::Disputed,
        Status::Closed,
    ] {
        let state = if status.is_over() { "closed" } else { "open" };
        let (wanted, _) = read(&[("status", &format!("{status:?}")), ("state", state)]).unwrap();
        assert_eq!(wanted.status, Some(status));
    }
}

#[test]
fn what_cannot_be_used_is_refused_by_its_name() {
    let long = "x".repeat(200);
    for (name, value) in [
        ("search", ""),
        ("search", "  "),
        ("search", "a\u{0}"),
        ("search", &long),
        ("number", ""),
        ("number", " "),
        ("number", &long),
        ("state", "Open"),
        ("state", "all"),
        ("state", ""),
        ("status", "open"),
        ("status", ""),
        ("status", "Paid"),
        ("owner", ""),
        ("owner", "two words"),
        ("owner", &long),
        ("overdue_days", "0"),
        ("overdue_days", "-1"),
        ("overdue_days", "1.5"),
        ("overdue_days", "36501"),
        ("limit", "0"),
        ("limit", "51"),
        ("limit", "+5"),
        ("limit", "99999999999999999999"),
        ("cursor", ""),
        ("cursor", "next"),
        ("cursor", &long),
        // Of a search, which this is not.
        ("cursor", "bg"),
        ("tenant", "southwind"),
        ("Owner", "me"),
        ("numbr", "1"),
    ] {
        let refused = read(&[(name, value)]).unwrap_err();
        assert!(refused.starts_with(&format!("{name}: ")), "{name}={value}: {refused}");
    }
    for (query, name) in [
        (&[("owner", "me"), ("owner", "nobody")][..], "owner"),
        (&[("search", "a"), ("number", "b")], "number"),
        (&[("status", "Open"), ("state", "closed")], "status"),
        (&[("search", "a"), ("cursor", "bA")], "cursor"),
        (&[("number", "a"), ("cursor", "bA")], "cursor"),
    ] {
        let refused = read(query).unwrap_err();
        assert!(refused.starts_with(&format!("{name}: ")), "{query:?}: {refused}");
    }
}

fn owned(body: &str) -> Result<Option<String>, u16> {
    let request = request("/invoices/1/owner", &[], Some(("application/json", body)));
    let operator = Operator::of(&request, Task::AssignInvoice).unwrap();
    owner::read(&request, &operator).map_err(|reply| reply.status())
}

#[test]
fn an_owner_is_me_somebody_or_said_to_be_nobody() {
    for (body, expected) in [
        ("{\"owner\":\"me\"}", Some("operator-1")),
        (" {\"owner\":\"op-2\"} ", Some("op-2")),
        ("{\"owner\":null}", None),
    ] {
        assert_eq!(owned(body), Ok(expected.map(str::to_owned)), "{body}");
    }
    let long = format!("{{\"owner\":\"{}\"}}", "x".repeat(129));
    for body in [
        "",
        "{}",
        "[null]",
        "null",
        "\"me\"",
        "{\"owner\":1}",
        "{\"owner\":\"\"}",
        "{\"owner\":\"two words\"}",
        "{\"owner\":\"nobody\"}",
        "{\"owner\":\"me\",\"owner\":null}",
        "{\"owner\":\"me\",\"tenant\":\"southwind\"}",
        "{\"owner\":\"me\"}{}",
        &long,
    ] {
        assert_eq!(owned(body), Err(400), "{body}");
    }
    assert_eq!(owned(&" ".repeat(2_000)), Err(413));
    let text = request("/invoices/1/owner", &[], Some(("text/plain", "{\"owner\":null}")));
    let operator = Operator::of(&text, Task::AssignInvoice).unwrap();
    assert_eq!(owner::read(&text, &operator).map_err(|reply| reply.status()), Err(415));
}

fn row() -> Row {
    let file = "Invoice Number,Due Date,Balance,Contact Email,Customer Name\n\
                INV-1,2026-11-30,1250.00,ap@acme.example,Acme\n";
    import::read(file.as_bytes(), Currency::parse("USD").unwrap()).unwrap().rows.remove(0)
}

#[test]
fn a_line_shows_what_the_list_is_for_and_no_contact() {
    let tenant: Tenant = serde_json::from_value(json!({
        "id": "northwind", "name": "Northwind", "brand_colour": "#0a5f8f",
        "zone": "America/New_York", "stripe_account": null, "country": "US",
        "sender": "billing@northwind.example", "reply_to": "team@northwind.example",
    }))
    .unwrap();
    let mut moment = Moment::new("2026-11-22T12:00:00Z".parse().unwrap(), Ulid(1));
    let (change, _) = InvoiceFile::import(&row(), &tenant, Actor::Portal, &mut moment);
    let mut invoice = change.invoice;
    invoice.owner = Some("operator-2".to_owned());
    let shown = list::shown(&InvoiceLine { invoice: invoice.clone(), days_overdue: Some(3) });
    let expected = json!({
        "id": invoice.id, "number": "INV-1", "customer": "Acme",
        "balance": { "minor": 125_000, "currency": "USD" },
        "balance_text": "$1,250.00 USD", "due_date": "2026-11-30", "days_overdue": 3,
        "status": "Open", "owner": "operator-2", "cadence": "Active",
    });
    assert_eq!(shown, expected);
}
