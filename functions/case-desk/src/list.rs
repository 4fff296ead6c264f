//! GET /cases: a page of a queue. Must never pass over a parameter it does not know: a filter
//! with a typing error would show everything.
use domain::case::SlaState;
use domain::queue::{Queue, QueueLine};
use domain::{CaseKind, Moment};
use jiff::Timestamp;
use lambda_http::{Request, RequestExt as _};
use platform::Fault;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::request::is_operator_id;
use platform::store::{Cursor, InvoiceStore, OwnedBy, QUEUE_PAGE_MAX, QueueQuery, Shelf};
use serde_json::{Value, json};

/// Longest code of a reason, in characters.
const REASON_MAX: usize = 100;

/// The page of a queue that was asked for.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(
    store: &InvoiceStore,
    request: Request,
    moment: Moment,
) -> Result<Reply, Fault> {
    let operator = match Operator::of(&request, Task::ReadCases) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let (wanted, cursor) = match wanted(&request, &operator) {
        Ok(wanted) => wanted,
        Err(detail) => return Ok(Reply::problem(400, "Unusable parameter", &detail)),
    };
    let page = store.queue(&wanted, cursor).await?;
    let cases: Vec<Value> = page.lines.iter().map(|line| shown(line, moment.now)).collect();
    let next = page.next.map(|cursor| cursor.to_string());
    Ok(Reply::json(200, &json!({ "cases": cases, "next": next })))
}

/// What the parameters ask for, and from where on.
///
/// # Errors
/// A sentence that names the parameter.
pub(crate) fn wanted(
    request: &Request,
    operator: &Operator,
) -> Result<(QueueQuery, Option<Cursor>), String> {
    let mut queue = None;
    let mut cursor = None;
    let mut wanted = QueueQuery {
        tenant: operator.tenant.clone(),
        queue: Queue::Plans,
        shelf: Shelf::Open,
        owner: None,
        reason: None,
        sla: None,
        kind: None,
        limit: QUEUE_PAGE_MAX,
    };
    let mut seen: Vec<&str> = Vec::new();
    let parameters = request.query_string_parameters_ref();
    for (name, value) in parameters.into_iter().flat_map(|parameters| parameters.iter()) {
        if seen.contains(&name) {
            return Err(unusable(name, "give it once"));
        }
        seen.push(name);
        match name {
            "queue" => queue = Some(read_queue(value)?),
            "state" => wanted.shelf = read_shelf(value)?,
            "owner" => wanted.owner = Some(read_owner(value, operator)?),
            "reason" => wanted.reason = Some(read_reason(value)?),
            "sla" => wanted.sla = Some(read_sla(value)?),
            "kind" => wanted.kind = Some(read_kind(value)?),
            "limit" => wanted.limit = read_limit(value)?,
            "cursor" => {
                let again = "take it from \"next\" of the page before";
                cursor = Some(Cursor::parse(value).ok_or_else(|| unusable(name, again))?);
            }
            _ => return Err(unusable(name, "there is no such parameter")),
        }
    }
    wanted.queue = queue.ok_or_else(|| unusable("queue", "use plans or disputes"))?;
    check_fit(&wanted)?;
    Ok((wanted, cursor))
}

/// A filter that can find nothing in that queue is a mistake of the caller's.
fn check_fit(wanted: &QueueQuery) -> Result<(), String> {
    match wanted.queue {
        Queue::Plans if wanted.reason.is_some() => {
            Err(unusable("reason", "only disputes have one"))
        }
        Queue::Plans if wanted.sla.is_some() => Err(unusable("sla", "only disputes have one")),
        Queue::Disputes if wanted.kind.is_some() => {
            Err(unusable("kind", "all cases of this queue are disputes"))
        }
        Queue::Plans | Queue::Disputes => Ok(()),
    }
}

fn read_queue(value: &str) -> Result<Queue, String> {
    match value {
        "plans" => Ok(Queue::Plans),
        "disputes" => Ok(Queue::Disputes),
        _ => Err(unusable("queue", "use plans or disputes")),
    }
}

fn read_shelf(value: &str) -> Result<Shelf, String> {
    match value {
        "open" => Ok(Shelf::Open),
        "closed" => Ok(Shelf::Closed),
        _ => Err(unusable("state", "use open or closed")),
    }
}

fn read_owner(value: &str, operator: &Operator) -> Result<OwnedBy, String> {
    match value {
        "me" => Ok(OwnedBy::Operator(operator.id.clone())),
        "nobody" => Ok(OwnedBy::Nobody),
        id if is_operator_id(id) => Ok(OwnedBy::Operator(id.to_owned())),
        _ => Err(unusable("owner", "use me, nobody or an operator's id")),
    }
}

fn read_reason(value: &str) -> Result<String, String> {
    let length = value.chars().take(REASON_MAX + 1).count();
    if (1..=REASON_MAX).contains(&length) {
        Ok(value.to_owned())
    } else {
        Err(unusable("reason", "use the code of a reason, such as already_paid"))
    }
}

fn read_sla(value: &str) -> Result<SlaState, String> {
    match value {
        "open" => Ok(SlaState::Open),
        "at_risk" => Ok(SlaState::AtRisk),
        "late" => Ok(SlaState::Late),
        _ => Err(unusable("sla", "use open, at_risk or late")),
    }
}

fn read_kind(value: &str) -> Result<CaseKind, String> {
    match value {
        "plan" => Ok(CaseKind::Plan),
        "promise" => Ok(CaseKind::Promise),
        _ => Err(unusable("kind", "use plan or promise")),
    }
}

fn read_limit(value: &str) -> Result<usize, String> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let limit = digits.then(|| value.parse().ok()).flatten();
    let limit = limit.filter(|limit| (1..=QUEUE_PAGE_MAX).contains(limit));
    limit.ok_or_else(|| unusable("limit", &format!("use a number from 1 to {QUEUE_PAGE_MAX}")))
}

fn unusable(name: &str, advice: &str) -> String {
    let name: String = name.chars().take(40).collect();
    format!("{name}: {advice}.")
}

/// A line as operators read it: with its age, and without what only the store needs.
pub(crate) fn shown(line: &QueueLine, now: Timestamp) -> Value {
    let mut shown = json!(line);
    if let Value::Object(fields) = &mut shown {
        fields.remove("tenant");
        fields.remove("version");
        let age_s = now.duration_since(line.submitted_at).as_secs().max(0);
        let is_late = line.is_behind || line.sla == Some(SlaState::Late);
        fields.insert("age_s".to_owned(), json!(age_s));
        fields.insert("amount_text".to_owned(), json!(line.amount.to_string()));
        fields.insert("overdue".to_owned(), json!(line.is_open() && is_late));
    }
    shown
}
