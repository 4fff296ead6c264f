//! One request of somebody who is signed in: who, where, and what they asked for.
//! Must never be made without a session.
use futures_util::future;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use lambda_http::{Request, RequestExt as _};
use platform::http::Reply;
use platform::request;
use serde::Deserialize;

use crate::api::Api;
use crate::form::{Form, origin_of};
use crate::person::Person;
use crate::shell::{Attention, Flash, Here, Shell, Shown};
use crate::stop::Stop;
use crate::{cookie, errors};

/// Parameters of one address, far beyond what a page of ours has.
const PARAMETERS_MAX: usize = 50;
/// The cookie that carries [`Flash`] over a redirect, and how long it lives, in seconds.
const FLASH: &str = "plixo-flash";
const FLASH_S: i64 = 60;

/// A request of a signed-in operator.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The API, as them.
    pub api: Api,
    /// Who they are.
    pub person: Person,
    /// Their tenant, as pages show it.
    pub tenant: Tenant,
    /// Addresses and form fields.
    pub here: Here,
    /// The origin of the sign-in.
    pub login_origin: String,
    /// The address below `/console`, in parts: `["invoices", "01…"]`.
    pub path: Vec<String>,
    /// The parameters behind `?`, in order.
    pub query: Vec<(String, String)>,
    /// What was just done, to be shown once.
    pub flash: Option<Flash>,
    /// The time of the request.
    pub now: Timestamp,
}

/// What pages say of the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, Deserialize)]
pub struct Tenant {
    /// Its name.
    pub name: String,
    /// Its time zone, such as `Europe/Berlin`.
    pub zone: String,
}

#[derive(Deserialize)]
struct Notices {
    #[serde(rename = "notices")]
    open: Vec<serde_json::Value>,
    #[serde(default)]
    queues: Vec<Queue>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Queue {
    name: String,
    waiting: u64,
}

impl Visit {
    /// The first value of a parameter without spaces around it; empty if there is none.
    pub fn param(&self, name: &str) -> &str {
        let found = self.query.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// Reads the form that was sent.
    ///
    /// # Errors
    /// [`Stop`] if it came from elsewhere or cannot be read.
    pub fn form(&self, request: &Request) -> Result<Form, Stop> {
        Form::read(request, &self.path, &self.api.base, &self.here.form_token)
    }

    /// Sends the browser to a page below `/console` (`invoices/01…`).
    pub fn go(&self, path: &str) -> Shown {
        Reply::redirect(&format!("{}/console/{path}", self.here.root)).into()
    }

    /// Sends the browser to a page below `/console` (`invoices/01…`), where `flash` is shown.
    pub fn to(&self, path: &str, flash: &Flash) -> Shown {
        let kind = if flash.good { '+' } else { '-' };
        let text: String = flash.text.chars().take(600).collect();
        let value = cookie::encode(format!("{kind}{text}").as_bytes());
        let cookie = cookie::set(&self.api.base, FLASH, &value, FLASH_S);
        let reply = Reply::redirect(&format!("{}/console/{path}", self.here.root));
        reply.with_cookie(&cookie).into()
    }

    /// The same for what the API answered to a write: done, or why not. What is no matter of
    /// this form (not signed in, not allowed, not found) stays an error page.
    ///
    /// # Errors
    /// [`Stop`] unless the API said 400, 409, 422 or 429, which the flash tells.
    pub fn after<T>(
        &self,
        path: &str,
        outcome: Result<T, Stop>,
        done: &str,
    ) -> Result<Shown, Stop> {
        match outcome {
            Ok(_) => Ok(self.to(path, &Flash::good(done))),
            Err(Stop::Problem(problem)) if matches!(problem.status, 400 | 409 | 422 | 429) => {
                Ok(self.to(path, &Flash::bad(problem.text())))
            }
            Err(stop) => Err(stop),
        }
    }

    /// A moment as this tenant reads a clock: `4 Nov 2026, 15:04`.
    pub fn time_text(&self, at: Timestamp) -> String {
        self.zoned(at).strftime("%-d %b %Y, %H:%M").to_string()
    }

    /// The last day that is over before that moment, or with it: `3 Nov 2026`.
    pub fn last_day(&self, end: Timestamp) -> String {
        let last = end.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(end);
        self.zoned(last).strftime("%-d %b %Y").to_string()
    }

    fn zoned(&self, at: Timestamp) -> Zoned {
        at.to_zoned(TimeZone::get(&self.tenant.zone).unwrap_or(TimeZone::UTC))
    }

    /// Makes the page and asks what needs attention, both at once, and puts the one into the
    /// frame with the other.
    ///
    /// # Errors
    /// [`platform::Fault`] only if the error page itself cannot be made.
    pub async fn finish(
        &self,
        work: impl Future<Output = Result<Shown, Stop>>,
        reference: &str,
    ) -> Result<Reply, platform::Fault> {
        let (shown, attention) = future::join(work, self.attention()).await;
        let shell = Shell { attention, ..self.shell() };
        match shown {
            Ok(shown) => {
                let is_page = matches!(shown, Shown::Page(_));
                let reply = shell.reply(shown)?;
                // Seen once is enough; a redirect keeps it for the page it leads to.
                let seen = is_page && self.flash.is_some();
                let gone = || cookie::set(&self.api.base, FLASH, "", 0);
                Ok(if seen { reply.with_cookie(&gone()) } else { reply })
            }
            Err(stop) => errors::reply(&shell, stop, reference),
        }
    }

    /// The frame without what needs attention.
    pub fn shell(&self) -> Shell {
        Shell {
            here: self.here.clone(),
            person: Some(self.person.clone()),
            tenant: self.tenant.name.clone(),
            attention: Attention::default(),
            flash: self.flash.clone(),
            login_origin: self.login_origin.clone(),
        }
    }

    async fn attention(&self) -> Attention {
        if !self.person.may(platform::operator::Task::ReadNotices) {
            return Attention::default();
        }
        match self.api.get::<Notices>("/notices", &[("limit", "20")]).await {
            Ok(found) => Attention {
                notices: found.open.len(),
                more: found.next.is_some(),
                queues: found.queues.iter().filter(|one| one.waiting > 0).map(told).collect(),
            },
            // A page without its banner is better than none; the API has logged why.
            Err(_) => Attention::default(),
        }
    }
}

fn told(queue: &Queue) -> String {
    format!("{} ({} waiting)", queue.name, queue.waiting)
}

/// The address of a request below `/console`, in parts.
pub fn path_of(request: &Request) -> Vec<String> {
    let path = request::path_part(request, "proxy");
    path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The parameters of a request.
pub fn query_of(request: &Request) -> Vec<(String, String)> {
    let found = request.query_string_parameters_ref();
    let pairs = found.into_iter().flat_map(|found| found.iter());
    pairs.take(PARAMETERS_MAX).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The flash that a request's cookie carries.
pub fn flash_of(request: &Request, base: &str) -> Option<Flash> {
    let text = cookie::get(request, base, FLASH).and_then(|value| cookie::decode(&value))?;
    let text = String::from_utf8(text).ok()?;
    let good = text.starts_with('+');
    let text = text.strip_prefix(['+', '-'])?.to_owned();
    (!text.is_empty()).then_some(Flash { good, text })
}

/// What stands before `/console` in our addresses: the path of the base.
pub fn root_of(base: &str) -> String {
    base.strip_prefix(origin_of(base)).unwrap_or_default().to_owned()
}
