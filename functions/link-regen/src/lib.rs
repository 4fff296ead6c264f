//! POST /invoices/{id}/link: a new link in place of the old one, mailed if asked.
//! Must never leave the old link's Checkout open: it is ended right after the commit.
use domain::{Actor, Moment};
use lambda_http::Request;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::store::{Decided, InvoiceStore};
use platform::stripe::Stripe;
use platform::token::{Claim, LinkKeys};
use platform::{Fault, checkout, request};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

/// A body of `{"mail": true}` needs no more.
const BODY_MAX: usize = 1024;

/// What regeneration needs.
#[derive(Debug)]
pub struct Regeneration {
    /// The table.
    pub store: InvoiceStore,
    /// To end the old link's session.
    pub stripe: Stripe,
    /// To sign the new link.
    pub keys: LinkKeys,
    /// The portal's public address, if it is set.
    pub public_url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wish {
    mail: bool,
}

#[derive(Debug, Serialize)]
struct Regenerated {
    pay_link: String,
    expires_at: String,
    mailed: bool,
    checkout_ended: bool,
}

/// Gives the invoice a new link.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(
    regen: &Regeneration,
    request: Request,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let operator = match Operator::of(&request, Task::RegenerateLink) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let wish = match read_wish(&request) {
        Ok(wish) => wish,
        Err(reply) => return Ok(reply),
    };
    let Ok(id) = Ulid::from_string(&request::path_part(&request, "id")) else {
        return Ok(unknown());
    };
    let actor = Actor::Operator(operator.id.clone());
    let mut foreign = false;
    let decided = regen
        .store
        .decide(id, |file| {
            foreign = file.invoice.tenant != operator.tenant;
            let change = || file.regenerate(actor.clone(), wish.mail, &mut moment);
            Ok((!foreign).then(change))
        })
        .await?;
    let Decided::Committed(file) = decided else {
        if foreign {
            platform::log::foreign_tenant(&operator, &id.to_string());
        }
        return Ok(unknown());
    };
    let checkout_ended =
        checkout::end_cancelled(&regen.stripe, &regen.store, &file, &mut moment).await;
    let base = request::base_url(regen.public_url.as_deref(), &request)?;
    let link = file.invoice.link.and_then(|id| file.link(id));
    let link = link.ok_or_else(|| Fault::Item("a regenerated invoice has no link".to_owned()))?;
    let token = regen.keys.sign(Claim { invoice: id, link: link.id })?;
    Ok(Reply::json(
        201,
        &Regenerated {
            pay_link: format!("{base}/p/{token}"),
            expires_at: link.expires_at().to_string(),
            mailed: wish.mail,
            checkout_ended,
        },
    ))
}

fn read_wish(request: &Request) -> Result<Wish, Reply> {
    let body = request::body(request, BODY_MAX)?;
    if body.is_empty() {
        return Ok(Wish::default());
    }
    if !request::content_type_is(request, "application/json") {
        return Err(Reply::problem(415, "Wrong content type", "Send application/json or no body."));
    }
    // By way of an object: a struct alone would be read from an array too.
    let fields = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(body);
    let wish = fields.and_then(|fields| serde_json::from_value(fields.into()));
    wish.map_err(|_| {
        let detail = "Send {\"mail\": true}, {\"mail\": false} or nothing.";
        Reply::problem(400, "Unreadable body", detail)
    })
}

fn unknown() -> Reply {
    Reply::problem(404, "Not found", "There is no such invoice.")
}
