//! GET /invoices/{id}: an invoice with its timeline.
//! Must never show another tenant's invoice, nor a token.
use domain::desk::open_notices;
use domain::{InvoiceFile, LinkState, Moment};
use jiff::Timestamp;
use lambda_http::Request;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::store::InvoiceStore;
use platform::{Fault, request};
use serde_json::{Value, json};
use ulid::Ulid;

/// The invoice of that id.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(
    store: &InvoiceStore,
    request: Request,
    moment: Moment,
) -> Result<Reply, Fault> {
    let operator = match Operator::of(&request, Task::Read) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let Ok(id) = Ulid::from_string(&request::path_part(&request, "id")) else {
        return Ok(unknown());
    };
    let Some(file) = store.load_own(id, &operator).await? else { return Ok(unknown()) };
    let timeline = store.timeline(id).await?;
    let mut answer = describe(&file, moment.now);
    if let Value::Object(fields) = &mut answer {
        fields.insert("notices".to_owned(), json!(open_notices(&timeline)));
        fields.insert("timeline".to_owned(), json!(timeline));
    }
    Ok(Reply::json(200, &answer))
}

fn unknown() -> Reply {
    Reply::problem(404, "Not found", "There is no such invoice.")
}

fn describe(file: &InvoiceFile, now: Timestamp) -> Value {
    let invoice = &file.invoice;
    let link = invoice.link.and_then(|id| file.link(id));
    json!({
        "id": invoice.id,
        "number": invoice.number,
        "customer": invoice.customer,
        "contacts": invoice.contacts,
        "balance": invoice.balance,
        "balance_text": invoice.balance.to_string(),
        "billed": file.billed(),
        "credited_minor": invoice.credited_minor,
        "due_date": invoice.due_date,
        "days_overdue": file.days_overdue(now),
        "status": invoice.status,
        "owner": invoice.owner,
        "description": file.description,
        "imported_at": invoice.imported_at,
        "cadence": { "state": invoice.cadence.state, "next_step": invoice.cadence.next_step,
                     "next_at": invoice.cadence.next_at() },
        "link": link.map(|link| json!({
            "id": link.id,
            "state": if link.is_live(now) { "Live" } else { dead(link.state) },
            "created_at": link.created_at,
            "opened_at": link.opened_at,
            "expires_at": link.expires_at(),
        })),
        "payments": file.payments.iter().map(|payment| json!({
            "id": payment.id,
            "state": payment.state,
            "amount": payment.amount,
            "received": payment.received,
            "started_at": payment.started_at,
            "settled_at": payment.settled_at,
            "session": payment.session,
            "stripe_payment": payment.stripe_payment,
            "code": payment.code,
            "refunded_minor": payment.refunded_minor,
            "duplicate": payment.duplicate,
            "chargebacks": payment.chargebacks,
            "receipt": payment.receipt.is_some(),
        })).collect::<Vec<_>>(),
        "cases": file.cases.iter().map(|case| json!({
            "id": case.id,
            "kind": case.kind(),
            "reference": case.reference(),
            "state": case.state,
            "amount": case.amount(),
            "submitted_at": case.submitted_at,
            "owner": case.owner,
        })).collect::<Vec<_>>(),
    })
}

fn dead(state: LinkState) -> &'static str {
    match state {
        LinkState::Live => "Expired",
        LinkState::Spent => "Spent",
        LinkState::Replaced => "Replaced",
    }
}
