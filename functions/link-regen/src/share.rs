//! GET /invoices/{id}/link: the link that lives, to copy; POST /invoices/{id}/link/mail: the same
//! link mailed again. Must never make a new link, nor give out one that is dead.
use domain::{InvoiceFile, Moment, Refusal};
use lambda_http::http::Method;
use lambda_http::{Request, RequestExt as _};
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::store::{Decided, InvoiceStore};
use platform::token::{Claim, LinkKeys};
use platform::{Fault, request};
use serde_json::json;
use ulid::Ulid;

use crate::unknown;

/// Nothing is said here, or `{}`.
const BODY_MAX: usize = 64;
/// When a link that was mailed just now may be mailed again, in seconds.
const AGAIN_AFTER_S: u32 = 60;

/// What sharing a link needs.
#[derive(Debug)]
pub struct Sharing {
    /// The table.
    pub store: InvoiceStore,
    /// To sign the link.
    pub keys: LinkKeys,
    /// The portal's public address, if it is set.
    pub public_url: Option<String>,
}

/// Shows or mails the link that lives.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(
    sharing: &Sharing,
    request: Request,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let operator = match Operator::of(&request, Task::ShareLink) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let is_mail = is_mail(&request);
    if let (true, Err(reply)) = (is_mail, nothing_said(&request)) {
        return Ok(reply);
    }
    let Ok(id) = Ulid::from_string(&request::path_part(&request, "id")) else {
        return Ok(unknown());
    };
    let Some(file) = sharing.store.load_own(id, &operator).await? else { return Ok(unknown()) };
    if !is_mail {
        return shown(sharing, &request, &file, &moment);
    }
    let mail = |file: &InvoiceFile| file.mail_link(&operator.id, &mut moment).map(Some);
    match sharing.store.decide_on(file, mail).await? {
        Decided::Committed(file) | Decided::Unchanged(file) => Ok(mailed(&file, &moment)),
        Decided::Refused(Refusal::TooSoon, _) => {
            let detail = "This link was mailed less than a minute ago. Give the mail some time.";
            Ok(Reply::problem(409, "Mailed just now", detail).retry_after_s(AGAIN_AFTER_S))
        }
        Decided::Refused(..) => Ok(no_link()),
        Decided::Missing => Ok(unknown()),
    }
}

fn is_mail(request: &Request) -> bool {
    let path = request.raw_http_path().trim_end_matches('/');
    request.method() == Method::POST && path.ends_with("/link/mail")
}

/// Whoever says something means something, which would be passed over.
fn nothing_said(request: &Request) -> Result<(), Reply> {
    let body = request::body(request, BODY_MAX)?.trim_ascii();
    if body.is_empty() || body == b"{}" {
        return Ok(());
    }
    Err(Reply::problem(400, "Unusable body", "Send no body: the link goes to all contacts."))
}

fn shown(
    sharing: &Sharing,
    request: &Request,
    file: &InvoiceFile,
    moment: &Moment,
) -> Result<Reply, Fault> {
    let Some(link) = file.live_link(moment.now) else { return Ok(no_link()) };
    let base = request::base_url(sharing.public_url.as_deref(), request)?;
    let token = sharing.keys.sign(Claim { invoice: file.invoice.id, link: link.id })?;
    let answer = json!({
        "pay_link": format!("{base}/p/{token}"),
        "state": "Live",
        "expires_at": link.expires_at(),
        "opened_at": link.opened_at,
    });
    Ok(Reply::json(200, &answer))
}

fn mailed(file: &InvoiceFile, moment: &Moment) -> Reply {
    let Some(link) = file.live_link(moment.now) else { return no_link() };
    let mailed_to = file.invoice.contacts.len();
    Reply::json(202, &json!({ "mailed_to": mailed_to, "expires_at": link.expires_at() }))
}

fn no_link() -> Reply {
    let detail = "This invoice has no link that works. Regenerate it to get a new one.";
    Reply::problem(409, "No live link", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, body: &str) -> Request {
        let request = lambda_http::http::Request::builder().method(method);
        let request: Request = request.uri(path).body(body.to_owned().into()).unwrap();
        request.with_raw_http_path(path)
    }

    #[test]
    fn only_a_post_to_the_mails_address_mails() {
        for (method, path, mails) in [
            ("POST", "/invoices/1/link/mail", true),
            ("POST", "/live/invoices/1/link/mail/", true),
            ("GET", "/invoices/1/link", false),
            ("GET", "/invoices/1/link/mail", false),
            ("POST", "/invoices/1/link", false),
        ] {
            assert_eq!(is_mail(&request(method, path, "")), mails, "{method} {path}");
        }
    }

    #[test]
    fn whoever_says_where_to_mail_is_refused() {
        for body in ["", "{}", " {} "] {
            assert!(nothing_said(&request("POST", "/", body)).is_ok(), "{body}");
        }
        let long = " ".repeat(100);
        for (body, status) in
            [("{\"to\":\"x@y.example\"}", 400), ("[]", 400), ("null", 400), (&long, 413)]
        {
            let refused = nothing_said(&request("POST", "/", body)).unwrap_err();
            assert_eq!(refused.status(), status, "{body}");
        }
    }
}
