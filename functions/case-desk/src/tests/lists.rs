//! The list's parameters. Must never be read by half.
use domain::CaseKind;
use domain::queue::{Queue, QueueLine};
use platform::store::{Cursor, OwnedBy, QueueQuery, Shelf};

use super::*;

fn read(query: &[(&str, &str)]) -> Result<(QueueQuery, Option<Cursor>), String> {
    let request = request("/cases", query, None);
    let operator = Operator::of(&request, Task::ReadCases).unwrap();
    list::wanted(&request, &operator)
}

fn all(queue: Queue) -> QueueQuery {
    QueueQuery {
        tenant: "northwind".to_owned(),
        queue,
        shelf: Shelf::Open,
        owner: None,
        reason: None,
        sla: None,
        kind: None,
        limit: 50,
    }
}

#[test]
fn every_parameter_is_read() {
    assert_eq!(read(&[("queue", "plans")]), Ok((all(Queue::Plans), None)));
    let me = OwnedBy::Operator("operator-1".to_owned());
    let cursor = "AAAAAAAAAAAAAAAAAAAABw";
    let query = [
        ("queue", "disputes"),
        ("state", "closed"),
        ("owner", "me"),
        ("reason", "already_paid"),
        ("sla", "at_risk"),
        ("limit", "1"),
        ("cursor", cursor),
    ];
    let wanted = QueueQuery {
        shelf: Shelf::Closed,
        owner: Some(me),
        reason: Some("already_paid".to_owned()),
        sla: Some(SlaState::AtRisk),
        limit: 1,
        ..all(Queue::Disputes)
    };
    assert_eq!(read(&query), Ok((wanted, Cursor::parse(cursor))));
    for (owner, expected) in
        [("nobody", OwnedBy::Nobody), ("op-2", OwnedBy::Operator("op-2".to_owned()))]
    {
        let wanted = QueueQuery { owner: Some(expected), ..all(Queue::Plans) };
        assert_eq!(read(&[("queue", "plans"), ("owner", owner)]), Ok((wanted, None)));
    }
    for (word, kind) in [("plan", CaseKind::Plan), ("promise", CaseKind::Promise)] {
        let wanted = QueueQuery { kind: Some(kind), ..all(Queue::Plans) };
        assert_eq!(read(&[("kind", word), ("queue", "plans")]), Ok((wanted, None)));
    }
}

#[test]
fn what_cannot_be_used_is_refused_by_its_name() {
    let long = "x".repeat(200);
    for (queue, name, value) in [
        ("disputes", "state", "Open"),
        ("disputes", "state", ""),
        ("disputes", "owner", ""),
        ("disputes", "owner", "two words"),
        ("disputes", "owner", &long),
        ("disputes", "reason", ""),
        ("disputes", "reason", &long),
        ("plans", "reason", "other"),
        ("disputes", "sla", "atrisk"),
        ("plans", "sla", "late"),
        ("plans", "kind", "dispute"),
        ("disputes", "kind", "plan"),
        ("disputes", "limit", "0"),
        ("disputes", "limit", "51"),
        ("disputes", "limit", "+5"),
        ("disputes", "limit", "99999999999999999999"),
        ("disputes", "cursor", "next"),
        ("disputes", "cursor", &long),
        ("disputes", "tenant", "southwind"),
        ("disputes", "Owner", "me"),
        ("disputes", "queue", "disputes"),
    ] {
        let refused = read(&[("queue", queue), (name, value)]).unwrap_err();
        assert!(refused.starts_with(&format!("{name}: ")), "{name}={value}: {refused}");
    }
    for query in [&[][..], &[("queue", "")], &[("queue", "Plans")], &[("state", "open")]] {
        assert!(read(query).unwrap_err().starts_with("queue: "), "{query:?}");
    }
}

#[test]
fn a_line_is_shown_with_its_age_and_whether_somebody_is_late() {
    let mut line = QueueLine {
        case: Ulid(1),
        invoice: Ulid(2),
        tenant: "northwind".to_owned(),
        version: 3,
        kind: CaseKind::Dispute,
        reference: "D-1".to_owned(),
        number: "INV-1".to_owned(),
        customer: "Acme".to_owned(),
        amount: usd(125_000),
        state: CaseState::Submitted,
        owner: None,
        submitted_at: now(),
        needs_approval: None,
        adherence_percent: None,
        is_behind: false,
        next_due: None,
        reason: Some("other".to_owned()),
        sla: Some(SlaState::Late),
        late_at: None,
        documents: 0,
        missing: Vec::new(),
    };
    let later = now() + jiff::SignedDuration::from_mins(2);
    let shown = list::shown(&line, later);
    assert_eq!(shown["age_s"], 120);
    assert_eq!(shown["amount_text"], "$1,250.00 USD");
    assert_eq!(shown["overdue"], true);
    assert_eq!(shown["case"], Ulid(1).to_string());
    assert!(shown.get("tenant").is_none() && shown.get("version").is_none());
    line.state = CaseState::Rejected;
    assert_eq!(list::shown(&line, later)["overdue"], false, "what is over is not late");
    assert_eq!(list::shown(&line, now() - jiff::SignedDuration::from_mins(1))["age_s"], 0);
}
