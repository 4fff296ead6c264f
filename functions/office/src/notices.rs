//! GET /notices and POST /invoices/{id}/notices/{notice}: what operators must not miss.
//! Must never hide a queue that could not be asked, nor close what it does not tell of.
use domain::{Amount, Entry, Fact, Moment, words};
use lambda_http::Request;
use lambda_http::http::Method;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::page::{self, Parameters};
use platform::queues::DeadLetters;
use platform::store::{Commit, InvoiceStore, NOTICE_PAGE_MAX, Notice};
use platform::{Fault, request};
use serde_json::{Value, json};
use ulid::Ulid;

/// A lost race is decided anew this often.
const TRIES_MAX: usize = 3;

/// What notices need.
#[derive(Debug)]
pub struct Noticing {
    /// The table.
    pub store: InvoiceStore,
    /// The queues that ought to be empty.
    pub queues: DeadLetters,
}

/// A page of notices; or closes one.
///
/// # Errors
/// [`Fault`] when the store or a queue does not answer.
pub async fn handle(noticing: &Noticing, request: Request, moment: Moment) -> Result<Reply, Fault> {
    let closes = request.method() == Method::POST;
    let task = if closes { Task::CloseNotices } else { Task::ReadNotices };
    let operator = match Operator::of(&request, task) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    if closes {
        return close(&noticing.store, &request, &operator, moment).await;
    }
    let (mut limit, mut before) = (NOTICE_PAGE_MAX, None);
    let read = Parameters::of(&request).read(|name, value| match name {
        "limit" => page::limit(value, NOTICE_PAGE_MAX).map(|wanted| limit = wanted),
        "cursor" => page::cursor(value).map(|id| before = Some(id)),
        _ => Err(page::NO_SUCH.to_owned()),
    });
    if let Err(reply) = read {
        return Ok(reply);
    }
    let page = noticing.store.notices(&operator.tenant, limit, before).await?;
    let queues = noticing.queues.waiting().await?;
    let notices: Vec<Value> = page.notices.iter().map(shown).collect();
    let next = page.next.map(page::cursor_of);
    Ok(Reply::json(200, &json!({ "notices": notices, "queues": queues, "next": next })))
}

/// Closes a notice. Closed already, it is done: two operators may press at once.
async fn close(
    store: &InvoiceStore,
    request: &Request,
    operator: &Operator,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let part = |name| Ulid::from_string(&request::path_part(request, name)).ok();
    let Some((invoice, id)) = part("id").zip(part("notice")) else { return Ok(unknown()) };
    for _ in 0..TRIES_MAX {
        let Some(file) = store.load_own(invoice, operator).await? else { return Ok(unknown()) };
        let Some((entry, is_open)) = store.notice(invoice, id).await? else {
            return Ok(unknown());
        };
        let Some(change) = file.close_notice(&entry, &operator.id, &mut moment) else {
            return Ok(unknown());
        };
        if !is_open || store.close_notice(&change, id).await? == Commit::Done {
            return Ok(Reply::json(200, &json!({ "id": id, "invoice": invoice, "closed": true })));
        }
    }
    Err(Fault::Contended)
}

fn unknown() -> Reply {
    Reply::problem(404, "Not found", "There is no such notice.")
}

pub(crate) fn shown(notice: &Notice) -> Value {
    let Notice { entry, number, customer } = notice;
    json!({
        "id": entry.id,
        "invoice": entry.invoice,
        "number": number,
        "customer": customer,
        "what": entry.fact.name(),
        "at": entry.at,
        "text": text(entry),
    })
}

/// What happened and what to do, for the operator who reads it.
fn text(entry: &Entry) -> String {
    match &entry.fact {
        Fact::PaymentDuplicated { amount, .. } => {
            format!("This invoice was paid a second time: {amount}. Refund it in Stripe.")
        }
        Fact::PaymentMismatched { expected, received, .. } => {
            let received =
                received.map_or("an unknown amount".to_owned(), |it: Amount| it.to_string());
            format!(
                "{received} came instead of {expected}. Compare it in Stripe before anything else."
            )
        }
        Fact::MailFailed { letter, to } => {
            format!("A mail to {to} was refused for good. {}", words::undelivered(*letter))
        }
        Fact::ChargebackOpened { .. } => {
            "The payer's bank took a payment back. Answer the dispute in Stripe.".to_owned()
        }
        Fact::ChargebackClosed { won: false, .. } => "The bank took the payment back for good. \
             Decide with the payer how it is paid, then close the notice."
            .to_owned(),
        other => format!("{}: look at the invoice.", other.name()),
    }
}
