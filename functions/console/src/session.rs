//! A session: begun at sign-in, found by its cookie, renewed while somebody works, ended.
//! Must never outlive ten hours, nor half an hour without a request.
use jiff::{SignedDuration, Timestamp};
use lambda_http::{Request, http::Method};
use platform::Fault;
use platform::http::Reply;
use platform::session::SessionKey;
use platform::store::{InvoiceStore, StoredSession};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::Api;
use crate::form::origin_of;
use crate::person::Person;
use crate::shell::Here;
use crate::visit::{self, Tenant, Visit};
use crate::{Console, cookie};

/// The cookie of a session.
pub(crate) const COOKIE: &str = "plixo";
/// A session ends after this long without a request.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// It ends after this long in any case.
pub const WHOLE: SignedDuration = SignedDuration::from_hours(10);
/// "Last seen" is written at most this often: a write costs more than a read.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// An id token with less than this left is renewed, so that no request meets its end.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);

/// What the table keeps sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) id_token: String,
    pub(crate) refresh_token: String,
    pub(crate) tenant: Tenant,
}

/// A session whose cookie was right.
pub(crate) struct Open {
    pub(crate) key: SessionKey,
    pub(crate) content: Content,
    pub(crate) stored: StoredSession,
}

/// Seals and keeps a session: when they signed in, and when they were last seen.
pub(crate) async fn keep(
    store: &InvoiceStore,
    key: &SessionKey,
    content: &Content,
    (started_at, seen_at): (Timestamp, Timestamp),
) -> Result<(), Fault> {
    let plain = serde_json::to_vec(content)
        .map_err(|_| Fault::Config("a session could not be written".to_owned()))?;
    let ends_at = ends_at(started_at, seen_at);
    let sealed = key.seal(&plain)?;
    store.put_session(key, &StoredSession { sealed, started_at, seen_at, ends_at }).await
}

/// The session that a request's cookie opens and that has not ended.
pub(crate) async fn find(
    store: &InvoiceStore,
    request: &Request,
    base: &str,
    now: Timestamp,
) -> Result<Option<Open>, Fault> {
    let key = cookie::get(request, base, COOKIE).and_then(|value| SessionKey::parse(&value));
    let Some(key) = key else { return Ok(None) };
    let Some(stored) = store.session(&key).await? else { return Ok(None) };
    // TTL removes it hours late, so the clock decides.
    if now >= ends_at(stored.started_at, stored.seen_at) {
        return Ok(None);
    }
    let content = key.open(&stored.sealed).and_then(|plain| serde_json::from_slice(&plain).ok());
    Ok(content.map(|content| Open { key, content, stored }))
}

/// The visit of a request: a signed-in person with a token that is good for minutes. Without
/// a session a page leads to the sign-in and back; a form cannot be sent.
///
/// # Errors
/// [`Fault`] when the store or the sign-in does not answer.
pub async fn visit(
    console: &Console,
    store: &InvoiceStore,
    request: &Request,
    moment: &mut domain::Moment,
) -> Result<Result<Visit, Reply>, Fault> {
    let base = console.base(request)?;
    let now = moment.now;
    let root = visit::root_of(&base);
    let Some(mut open) = find(store, request, &base, now).await? else {
        return Ok(Err(nobody(request, &root)));
    };
    // A page that refreshes itself is nobody at work: it must not keep a session alive.
    let refreshes = visit::path_of(request).last().is_some_and(|part| part == "timeline");
    let seen_at = if refreshes { open.stored.seen_at } else { now };
    if !freshen(console, store, &mut open, (now, seen_at)).await? {
        return Ok(Err(nobody(request, &root)));
    }
    let Some(person) = Person::of_token(&open.content.id_token) else {
        return Ok(Err(nobody(request, &root)));
    };
    let once = moment.fresh_id().to_string();
    Ok(Ok(Visit {
        here: Here { root, form_token: open.key.form_token(), once },
        flash: visit::flash_of(request, &base),
        login_origin: origin_of(&console.login.url).to_owned(),
        api: Api {
            web: console.web.clone(),
            base,
            connect: console.api_connect.clone(),
            token: open.content.id_token,
        },
        person,
        tenant: open.content.tenant,
        path: visit::path_of(request),
        query: visit::query_of(request),
        now,
    }))
}

/// Renews the token and the session as needed; false if the pool gives no more tokens.
async fn freshen(
    console: &Console,
    store: &InvoiceStore,
    open: &mut Open,
    (now, seen_at): (Timestamp, Timestamp),
) -> Result<bool, Fault> {
    let is_ending = token_ends_at(&open.content.id_token)
        .is_none_or(|ends_at| now.saturating_add(RENEW_BEFORE).is_ok_and(|soon| soon >= ends_at));
    if is_ending {
        let token = open.content.refresh_token.clone();
        let Some(renewed) = console.login.renew(&console.web, &token).await? else {
            store.delete_session(&open.key).await?;
            return Ok(false);
        };
        open.content.id_token = renewed.id_token;
        open.content.refresh_token = renewed.refresh_token.unwrap_or(token);
    }
    if is_ending || seen_at.duration_since(open.stored.seen_at) >= SEEN_EVERY {
        keep(store, &open.key, &open.content, (open.stored.started_at, seen_at)).await?;
    }
    Ok(true)
}

/// When a session ends that nobody uses any more.
fn ends_at(started_at: Timestamp, seen_at: Timestamp) -> Timestamp {
    let after = |at: Timestamp, span| at.saturating_add(span).unwrap_or(at);
    after(seen_at, IDLE).min(after(started_at, WHOLE))
}

/// When an id token ends, as it says itself.
fn token_ends_at(token: &str) -> Option<Timestamp> {
    let claims: Value = crate::person::claims(token)?;
    Timestamp::from_second(claims.get("exp")?.as_i64()?).ok()
}

/// What somebody sees who is not signed in.
fn nobody(request: &Request, root: &str) -> Reply {
    if request.method() != Method::GET {
        return crate::sign_in::ended(root);
    }
    let path = visit::path_of(request).join("/");
    let to = form_urlencoded::Serializer::new(String::new()).append_pair("to", &path).finish();
    Reply::redirect(&format!("{root}/console/sign-in?{to}"))
}

#[cfg(test)]
mod tests;
