//! POST /invoices/{id}/owner: an operator takes an invoice, or gives it to somebody or nobody.
//! Must never take a missing owner for nobody: `null` has to be said.
use domain::Moment;
use lambda_http::Request;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::store::{Decided, InvoiceStore};
use platform::{Fault, request};
use serde::{Deserialize, Deserializer};
use serde_json::json;

use crate::{found, unknown};

/// A body of `{"owner": "…"}` needs no more.
const BODY_MAX: usize = 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnerBody {
    /// Not left out: `null` has to be said.
    #[serde(deserialize_with = "given")]
    owner: Option<String>,
}

/// Gives the invoice its owner. Who has it already keeps it, and nothing is written.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(
    store: &InvoiceStore,
    request: Request,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let operator = match Operator::of(&request, Task::AssignInvoice) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let owner = match read(&request, &operator) {
        Ok(owner) => owner,
        Err(reply) => return Ok(reply),
    };
    let Some(file) = found(store, &request, &operator).await? else { return Ok(unknown()) };
    let decided = store
        .decide_on(file, |file| Ok(file.assign_owner(owner.clone(), &operator.id, &mut moment)))
        .await?;
    match decided {
        Decided::Committed(file) | Decided::Unchanged(file) | Decided::Refused(_, file) => {
            let invoice = &file.invoice;
            Ok(Reply::json(200, &json!({ "id": invoice.id, "owner": invoice.owner })))
        }
        Decided::Missing => Ok(unknown()),
    }
}

/// The owner that was asked for; `None` is nobody.
///
/// # Errors
/// A 400, 413 or 415 problem.
pub(crate) fn read(request: &Request, operator: &Operator) -> Result<Option<String>, Reply> {
    let form = "Send {\"owner\": \"me\"}, {\"owner\": null} or {\"owner\": \"<id>\"}.";
    let OwnerBody { owner } = request::object(request, BODY_MAX, form)?;
    match owner.as_deref() {
        None => Ok(None),
        Some("me") => Ok(Some(operator.id.clone())),
        // "nobody" is what the list calls an invoice without an owner.
        Some(id) if id != "nobody" && request::is_operator_id(id) => Ok(owner),
        Some(_) => Err(Reply::problem(400, "Unusable body", form)),
    }
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}
