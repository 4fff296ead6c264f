//! POST /invoices/{id}/link: a new link in place of the old one, mailed if asked; the link that
//! lives, to copy or to mail again: `share.rs`.
//! Must never leave the old link's Checkout open: it is ended right after the commit.
pub mod share;

use domain::{Actor, InvoiceFile, Moment};
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
    let Some(file) = regen.store.load_own(id, &operator).await? else { return Ok(unknown()) };
    let actor = Actor::Operator(operator.id.clone());
    let change =
        |file: &InvoiceFile| Ok(Some(file.regenerate(actor.clone(), wish.mail, &mut moment)));
    let Decided::Committed(file) = regen.store.decide_on(file, change).await? else {
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
    request::object(request, BODY_MAX, "Send {\"mail\": true}, {\"mail\": false} or nothing.")
}

fn unknown() -> Reply {
    Reply::problem(404, "Not found", "There is no such invoice.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a mail is wished for, or the status of the refusal.
    fn read(content_type: &str, body: &str) -> Result<bool, u16> {
        let request = lambda_http::http::Request::builder().header("content-type", content_type);
        let request: Request = request.body(body.to_owned().into()).unwrap();
        read_wish(&request).map(|wish| wish.mail).map_err(|reply| reply.status())
    }

    #[test]
    fn a_wish_says_once_whether_to_mail_or_nothing() {
        for (body, wished) in [
            ("", Ok(false)),
            ("{}", Ok(false)),
            (r#"{"mail":false}"#, Ok(false)),
            (r#" {"mail":true} "#, Ok(true)),
            (r#"{"mail":true,"mail":false}"#, Err(400)),
            (r#"{"mial":true}"#, Err(400)),
            (r#"{"mail":"yes"}"#, Err(400)),
            ("[true]", Err(400)),
            ("null", Err(400)),
            ("{", Err(400)),
        ] {
            assert_eq!(read("application/json", body), wished, "{body}");
        }
        assert_eq!(read("text/plain", "{}"), Err(415));
        assert_eq!(read("text/plain", ""), Ok(false), "without a body there is no type");
        assert_eq!(read("application/json", &" ".repeat(BODY_MAX + 1)), Err(413));
    }
}
