//! GET /cases: a page of a queue. Must never pass over a parameter it does not know: a filter
//! with a typing error would show everything.
use domain::case::SlaState;
use domain::queue::{Queue, QueueLine};
use domain::{CaseKind, Moment};
use jiff::Timestamp;
use lambda_http::Request;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::page::{AGAIN, NO_SUCH, Parameters, unusable};
use platform::store::{Cursor, InvoiceStore, QUEUE_PAGE_MAX, QueueQuery, Shelf};
use platform::{Fault, page};
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
        Err(detail) => return Ok(page::refused(&detail)),
    };
    let found = store.queue(&wanted, cursor).await?;
    let cases: Vec<Value> = found.lines.iter().map(|line| shown(line, moment.now)).collect();
    let next = found.next.map(|cursor| cursor.to_string());
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
    Parameters::of(request).each(|name, value| {
        match name {
            "queue" => queue = Some(read_queue(value)?),
            "state" => wanted.shelf = page::state(value)?,
            "owner" => wanted.owner = Some(page::owner(value, operator)?),
            "reason" => wanted.reason = Some(read_reason(value)?),
            "sla" => wanted.sla = Some(read_sla(value)?),
            "kind" => wanted.kind = Some(read_kind(value)?),
            "limit" => wanted.limit = page::limit(value, QUEUE_PAGE_MAX)?,
            "cursor" => cursor = Some(Cursor::parse(value).ok_or(AGAIN)?),
            _ => return Err(NO_SUCH.to_owned()),
        }
        Ok(())
    })?;
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
        _ => Err("use plans or disputes".to_owned()),
    }
}

fn read_reason(value: &str) -> Result<String, String> {
    let length = value.chars().take(REASON_MAX + 1).count();
    if (1..=REASON_MAX).contains(&length) {
        Ok(value.to_owned())
    } else {
        Err("use the code of a reason, such as already_paid".to_owned())
    }
}

fn read_sla(value: &str) -> Result<SlaState, String> {
    match value {
        "open" => Ok(SlaState::Open),
        "at_risk" => Ok(SlaState::AtRisk),
        "late" => Ok(SlaState::Late),
        _ => Err("use open, at_risk or late".to_owned()),
    }
}

fn read_kind(value: &str) -> Result<CaseKind, String> {
    match value {
        "plan" => Ok(CaseKind::Plan),
        "promise" => Ok(CaseKind::Promise),
        _ => Err("use plan or promise".to_owned()),
    }
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
