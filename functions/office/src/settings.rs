//! GET and PUT /settings, POST /settings/preview. Must never change half of a wish: all of it
//! is kept with its line in the audit, or none.
use domain::mail_template;
use domain::settings::{self, Part, Wish};
use domain::{Deed, Moment, Tenant};
use lambda_http::http::Method;
use lambda_http::{Request, RequestExt as _};
use platform::http::Reply;
use platform::operator::{Denied, Operator, Task};
use platform::store::{Commit, InvoiceStore, Settings};
use platform::{Fault, request};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::act;

mod preview;

/// The largest settings that pass their bounds, as JSON may write them.
const BODY_MAX: usize = 256 * 1024;

/// The settings, or a mail as it would be written with them.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(
    store: &InvoiceStore,
    request: Request,
    moment: Moment,
) -> Result<Reply, Fault> {
    let is_preview = request.raw_http_path().trim_end_matches('/').ends_with("/preview");
    let tasks: &[Task] = match *request.method() {
        Method::PUT => &[Task::WriteSettings, Task::WritePolicy],
        _ if is_preview => &[Task::WriteSettings],
        _ => &[Task::ReadSettings],
    };
    let operator = match Operator::of_any(&request, tasks) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let Some(settings) = store.settings(&operator.tenant).await? else {
        let detail = "Your organisation is not set up yet. Ask an Admin.";
        return Ok(Reply::problem(403, "No tenant", detail));
    };
    if is_preview {
        return preview::handle(&settings.tenant, &request, &moment);
    }
    if request.method() == Method::PUT {
        return change(store, (&request, &operator), settings, moment).await;
    }
    Ok(Reply::json(200, &shown(&settings)))
}

async fn change(
    store: &InvoiceStore,
    (request, operator): (&Request, &Operator),
    settings: Settings,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let (version, wish) = match read(request) {
        Ok(read) => read,
        Err(reply) => return Ok(reply),
    };
    if version != settings.version {
        return Ok(stale());
    }
    let next = match settings.tenant.with(&wish) {
        Ok(next) => next,
        Err(errors) => {
            let detail = "Nothing was changed. Mend the named fields and send it again.";
            return Ok(Reply::problems(422, "Not accepted", detail, json!(errors)));
        }
    };
    let parts = settings::parts(&settings.tenant, &next);
    if parts.is_empty() {
        return Ok(Reply::json(200, &shown(&settings)));
    }
    if !may(operator, &parts) {
        return Ok(Reply::denied(Denied::NotAllowed));
    }
    let changes = settings::changes(&settings.tenant, &next);
    let next = Settings { version: settings.version.saturating_add(1), tenant: next };
    let deed = Deed::SettingsChanged { version: next.version, changes };
    let act = act(operator, &mut moment, deed);
    match store.change_settings(&next, &act).await? {
        Commit::Done => Ok(Reply::json(200, &shown(&next))),
        Commit::Lost => Ok(stale()),
    }
}

/// Who may change policy and reasons may not by that change all the rest.
pub(crate) fn may(operator: &Operator, parts: &[Part]) -> bool {
    parts.iter().all(|part| match part {
        Part::Policy | Part::Reasons => {
            operator.may(Task::WritePolicy) || operator.may(Task::WriteSettings)
        }
        Part::Tenant | Part::Holidays | Part::Mail => operator.may(Task::WriteSettings),
    })
}

/// The version that the wish was made from, and the wish.
///
/// # Errors
/// A 400, 413 or 415 problem.
pub(crate) fn read(request: &Request) -> Result<(u64, Wish), Reply> {
    let mut fields: Map<String, Value> = object(request)?;
    let version = fields.remove("version").and_then(|version| version.as_u64());
    let Some(version) = version else {
        return Err(unreadable("Send the \"version\" that you have read the settings in."));
    };
    for name in ["tenant", "policy", "reasons", "holidays"] {
        if fields.get(name).is_some_and(Value::is_null) {
            return Err(unreadable(&format!("Leave \"{name}\" out if it shall stay.")));
        }
    }
    // Said by us for readers only; whoever sends it back means nothing by it.
    if let Some(mail) = fields.get_mut("mail").and_then(Value::as_object_mut) {
        mail.remove("standard");
    }
    let wish = serde_json::from_value(fields.into());
    wish.map(|wish| (version, wish)).map_err(|_| {
        unreadable("Send parts of what GET /settings answers, in the same form, and its version.")
    })
}

/// A JSON object; a struct alone would be read from an array too.
fn object<T: DeserializeOwned>(request: &Request) -> Result<T, Reply> {
    let body = request::body(request, BODY_MAX)?;
    if !request::content_type_is(request, "application/json") {
        return Err(Reply::problem(415, "Wrong content type", "Send application/json."));
    }
    let fields = serde_json::from_slice::<Map<String, Value>>(body);
    let read = fields.and_then(|fields| serde_json::from_value(fields.into()));
    read.map_err(|_| unreadable("Send a JSON object in the form that the API's description says."))
}

fn unreadable(detail: &str) -> Reply {
    Reply::problem(400, "Unreadable body", detail)
}

fn stale() -> Reply {
    let detail = "Somebody else has changed the settings. Read them again, then send your change.";
    Reply::problem(409, "Changed meanwhile", detail)
}

/// The settings as operators read them: what is secret or technical is only said to be there.
pub(crate) fn shown(settings: &Settings) -> Value {
    let Settings { version, tenant } = settings;
    json!({
        "version": version,
        "tenant": {
            "name": tenant.name,
            "brand_colour": tenant.brand_colour,
            "zone": tenant.zone,
            "sender": tenant.sender,
            "reply_to": tenant.reply_to,
            "country": tenant.country,
            "stripe_connected": tenant.stripe_account.is_some(),
        },
        "policy": tenant.policy,
        "reasons": tenant.reasons,
        "holidays": tenant.holidays,
        "mail": mail(tenant),
    })
}

fn mail(tenant: &Tenant) -> Value {
    let standard = || mail_template::standard(&tenant.name);
    let words = tenant.mail.clone().unwrap_or_else(standard);
    json!({ "subject": words.subject, "body": words.body, "standard": tenant.mail.is_none() })
}
