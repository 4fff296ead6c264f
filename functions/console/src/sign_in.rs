//! GET sign-in, callback and signed-out, POST sign-out: how a session begins and ends.
//! Must never begin one for an answer that this browser did not ask for.
use domain::Moment;
use lambda_http::Request;
use lambda_http::http::Method;
use platform::Fault;
use platform::http::Reply;
use platform::session::SessionKey;
use platform::store::InvoiceStore;
use serde::Deserialize;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use crate::api::Api;
use crate::errors::{self, ErrorPage};
use crate::form::Form;
use crate::oidc::{self, Attempt, NotIn};
use crate::person::Person;
use crate::session::{self, Content};
use crate::shell::{Here, Shell};
use crate::visit::{Tenant, query_of, root_of};
use crate::{Console, cookie};

/// The cookie between leaving for the sign-in and coming back, and its life in seconds.
const ATTEMPT: &str = "plixo-login";
const ATTEMPT_S: i64 = 600;
/// Longest address that somebody is led back to, in bytes.
const TO_MAX: usize = 200;

#[derive(Deserialize)]
struct Noted {
    tenant: Option<Tenant>,
}

/// Whoever begins or ends a session.
struct Door<'a> {
    console: &'a Console,
    store: &'a InvoiceStore,
    base: String,
    root: String,
}

/// Takes a request to one of the four addresses.
///
/// # Errors
/// [`Fault`] when the store or the pool does not answer.
pub async fn handle(
    console: &Console,
    store: &InvoiceStore,
    request: Request,
    moment: Moment,
) -> Result<Reply, Fault> {
    let base = console.base(&request)?;
    let door = Door { console, store, root: root_of(&base), base };
    let path = request.uri().path().rsplit('/').next().unwrap_or_default();
    match (request.method(), path) {
        (&Method::GET, "sign-in") => door.leave(&request),
        (&Method::GET, "callback") => door.come_back(&request, &moment).await,
        (&Method::POST, "sign-out") => door.sign_out(&request, &moment).await,
        _ => door.signed_out(),
    }
}

/// The page for a form whose session has ended.
pub(crate) fn ended(root: &str) -> Reply {
    let shell = bare(root);
    let page = ErrorPage {
        heading: "Your sign-in has ended",
        text: "Nothing was changed. Sign in again, then send it once more.",
        reference: None,
        link: (format!("{root}/console/sign-in"), "Sign in"),
    };
    errors::show(&shell, 401, &page).unwrap_or_else(|fault| errors::apology(&fault, "none"))
}

impl Door<'_> {
    fn leave(&self, request: &Request) -> Result<Reply, Fault> {
        let attempt = Attempt::fresh()?;
        let url = oidc::authorize_url(&self.console.login, &self.callback(), &attempt)?;
        let to = query_of(request).into_iter().find(|(name, _)| name == "to");
        let to = to.map(|(_, to)| to).filter(|to| is_ours(to)).unwrap_or_default();
        let value = format!("{}.{}", attempt.to_text(), cookie::encode(to.as_bytes()));
        let cookie = cookie::set(&self.base, ATTEMPT, &value, ATTEMPT_S);
        Ok(Reply::redirect(&url).with_cookie(&cookie))
    }

    async fn come_back(&self, request: &Request, moment: &Moment) -> Result<Reply, Fault> {
        let (attempt, code, to) = match answered(request, &self.base) {
            Ok(answered) => answered,
            Err(why) => return self.not_in(why),
        };
        let callback = self.callback();
        let asked = (callback.as_str(), code.as_str());
        let tokens = oidc::exchange(self.console, asked, &attempt, moment.now).await;
        let tokens = match tokens {
            Ok(tokens) => tokens,
            Err(NotIn::Refused(why)) => return self.not_in(why),
            Err(NotIn::Fault(fault)) => return Err(fault),
        };
        let Some(person) = Person::of_token(&tokens.id_token) else {
            return self.not_in("the id token names no tenant");
        };
        let api = self.api(&tokens.id_token);
        let tenant = noted(&api, &person, &attempt.state).await;
        let (id_token, refresh_token) = (tokens.id_token, tokens.refresh_token);
        let key = SessionKey::fresh(&person.0.id)?;
        let content = Content { id_token, refresh_token, tenant };
        session::keep(self.store, &key, &content, (moment.now, moment.now)).await?;
        let life_s = session::WHOLE.as_secs();
        let begun = cookie::set(&self.base, session::COOKIE, &key.to_cookie(), life_s);
        Ok(Reply::redirect(&format!("{}/console/{to}", self.root))
            .with_cookie(&begun)
            .with_cookie(&cookie::set(&self.base, ATTEMPT, "", 0)))
    }

    async fn sign_out(&self, request: &Request, moment: &Moment) -> Result<Reply, Fault> {
        let open = session::find(self.store, request, &self.base, moment.now).await?;
        // Whoever has no session here has none to end; nothing may be cleared on a stranger's word.
        let Some(open) = open else { return self.signed_out() };
        // Nothing is written to the API, so no key is made of where this was sent.
        let form = match Form::read(request, &[], &self.base, &open.key.form_token()) {
            Ok(form) => form,
            Err(stop) => return errors::reply(&bare(&self.root), stop, "none"),
        };
        if form.text("everywhere") == "yes" {
            self.store.delete_sessions(&open.key).await?;
        } else {
            self.store.delete_session(&open.key).await?;
        }
        let (login, token) = (&self.console.login, &open.content.refresh_token);
        if let Err(fault) = login.revoke(&self.console.web, token).await {
            // The session is gone, and with it the only copy of the token.
            tracing::warn!(%fault, "tokens were not revoked");
        }
        Ok(self.gone())
    }

    /// To the pool, so that it forgets its own cookie too, and back to "signed out".
    fn gone(&self) -> Reply {
        let to = format!("{}/console/signed-out", self.base);
        let reply = Reply::redirect(&self.console.login.sign_out_url(&to));
        reply.with_cookie(&cookie::set(&self.base, session::COOKIE, "", 0))
    }

    fn signed_out(&self) -> Result<Reply, Fault> {
        let page = ErrorPage {
            heading: "You are signed out",
            text: "You can close this page.",
            reference: None,
            link: (format!("{}/console/sign-in", self.root), "Sign in again"),
        };
        errors::show(&bare(&self.root), 200, &page)
    }

    fn not_in(&self, why: &'static str) -> Result<Reply, Fault> {
        tracing::warn!(why, "not signed in");
        let page = ErrorPage {
            heading: "You are not signed in",
            text: "The sign-in took too long, or was opened in another window. Please try again. \
                   If it happens again, your account may not belong to a company yet: ask an \
                   Admin.",
            reference: None,
            link: (format!("{}/console/sign-in", self.root), "Sign in"),
        };
        errors::show(&bare(&self.root), 400, &page)
    }

    fn callback(&self) -> String {
        format!("{}/console/callback", self.base)
    }

    fn api(&self, token: &str) -> Api {
        Api {
            web: self.console.web.clone(),
            base: self.base.clone(),
            connect: self.console.api_connect.clone(),
            token: token.to_owned(),
        }
    }
}

/// The attempt that this browser began, the code that came for it, and the page to go to.
///
/// # Errors
/// Why the answer is not one to this browser.
fn answered(request: &Request, base: &str) -> Result<(Attempt, String, String), &'static str> {
    let cookie = cookie::get(request, base, ATTEMPT).unwrap_or_default();
    let attempt = Attempt::parse(&cookie).ok_or("the cookie of the attempt is gone")?;
    let query = query_of(request);
    let param = |name: &str| query.iter().find(|(field, _)| field == name).map(|(_, one)| one);
    let state = param("state").ok_or("no state")?;
    let same: bool = attempt.state.as_bytes().ct_eq(state.as_bytes()).into();
    if !same {
        return Err("the state does not fit");
    }
    let code = param("code").filter(|code| !code.is_empty()).ok_or("no code")?;
    let to = cookie.rsplit('.').next().and_then(cookie::decode);
    let to = to.and_then(|to| String::from_utf8(to).ok()).filter(|to| is_ours(to));
    Ok((attempt, code.clone(), to.unwrap_or_else(|| "invoices".to_owned())))
}

/// Tells the API who signed in, for the list of operators and the audit; it answers with what
/// pages say of the tenant. That it fails may not keep anybody out.
async fn noted(api: &Api, person: &Person, once: &str) -> Tenant {
    let noted = api.put::<Noted>("/operators/me", once, &json!({})).await;
    if noted.is_err() {
        tracing::warn!("the sign-in was not noted");
    }
    let unknown = || Tenant { name: person.0.tenant.clone(), zone: "UTC".to_owned() };
    noted.ok().and_then(|noted| noted.tenant).unwrap_or_else(unknown)
}

/// Whether an address is a page of the console: a path and nothing that leads elsewhere.
fn is_ours(to: &str) -> bool {
    to.len() <= TO_MAX
        && !to.is_empty()
        && to.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/".contains(&byte))
        && !to.starts_with('/')
}

fn bare(root: &str) -> Shell {
    Shell { here: Here { root: root.to_owned(), ..Here::default() }, ..Shell::default() }
}

#[cfg(test)]
mod tests;
