//! GET /audit and /audit/export: who did what. Must never show a token, or a cell that a
//! spreadsheet calculates.
use std::collections::HashMap;

use domain::Moment;
use jiff::{SignedDuration, Timestamp};
use lambda_http::{Request, RequestExt as _};
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::page::{self, Parameters};
use platform::store::{AuditLine, AuditPlace, AuditQuery, InvoiceStore};
use platform::{Fault, request};
use serde_json::{Value, json};

mod export;

/// Lines of one page.
const PAGE_MAX: usize = 50;
/// Clocks differ a little: what was done just now belongs to a page that ends now.
const JUST_NOW: SignedDuration = SignedDuration::from_mins(1);

/// Sign-in addresses by operator.
type Emails = HashMap<String, String>;

/// A page of the audit, or all of it as a file.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(
    store: &InvoiceStore,
    request: Request,
    moment: Moment,
) -> Result<Reply, Fault> {
    let operator = match Operator::of(&request, Task::ReadAudit) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let exports = request.raw_http_path().trim_end_matches('/').ends_with("/export");
    let (wanted, place) = match wanted(&request, &operator, (&moment, exports)) {
        Ok(wanted) => wanted,
        Err(reply) => return Ok(reply),
    };
    if exports {
        return export::handle(store, &operator, wanted, moment).await;
    }
    let page = store.audit(&wanted, place).await?;
    let emails = emails(store, &operator).await?;
    let entries: Vec<Value> = page.lines.iter().map(|line| shown(line, &emails)).collect();
    let next = page.next.map(|place| place.to_string());
    Ok(Reply::json(200, &json!({ "entries": entries, "next": next })))
}

/// What the parameters ask for. A file has neither pages nor a limit.
///
/// # Errors
/// A 400 problem that names the parameter.
pub(crate) fn wanted(
    request: &Request,
    operator: &Operator,
    (moment, exports): (&Moment, bool),
) -> Result<(AuditQuery, Option<AuditPlace>), Reply> {
    let latest = moment.now.saturating_add(JUST_NOW).unwrap_or(Timestamp::MAX);
    let mut place = None;
    let mut wanted = AuditQuery {
        tenant: operator.tenant.clone(),
        user: None,
        from: Timestamp::UNIX_EPOCH,
        to: latest,
        limit: PAGE_MAX,
    };
    Parameters::of(request).read(|name, value| {
        match name {
            "user" => wanted.user = Some(user(value, operator)?),
            "from" => wanted.from = time(value)?,
            "to" => wanted.to = time(value)?.min(latest),
            "limit" if !exports => wanted.limit = page::limit(value, PAGE_MAX)?,
            "cursor" if !exports => {
                place = Some(AuditPlace::parse(value).ok_or_else(|| page::AGAIN.to_owned())?);
            }
            _ => return Err(page::NO_SUCH.to_owned()),
        }
        Ok(())
    })?;
    Ok((wanted, place))
}

fn user(value: &str, operator: &Operator) -> Result<String, String> {
    match value {
        "me" => Ok(operator.id.clone()),
        id if request::is_operator_id(id) => Ok(id.to_owned()),
        _ => Err("use me or an operator's id".to_owned()),
    }
}

fn time(value: &str) -> Result<Timestamp, String> {
    let advice = || "write a time as 2026-11-30T00:00:00Z".to_owned();
    if value.len() > 64 {
        return Err(advice());
    }
    value.parse().map_err(|_| advice())
}

async fn emails(store: &InvoiceStore, operator: &Operator) -> Result<Emails, Fault> {
    let operators = store.operators(&operator.tenant).await?.into_iter();
    let known = operators.filter(|one| !one.email.is_empty());
    Ok(known.map(|one| (one.id, one.email)).collect())
}

pub(crate) fn shown(line: &AuditLine, emails: &Emails) -> Value {
    json!({
        "id": line.id,
        "at": line.at,
        "user": line.user,
        "user_email": emails.get(&line.user),
        "what": line.what,
        "invoice": line.invoice.as_ref().map(|invoice| invoice.id),
        "number": line.invoice.as_ref().map(|invoice| &invoice.number),
        "detail": line.detail,
    })
}
