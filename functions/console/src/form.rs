//! A form that was sent: its fields, its file, and that it came from a page of ours.
//! Must never be read before its origin and its token were checked.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lambda_http::Request;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::{CONTENT_TYPE, ORIGIN};
use platform::multipart::{self, NewFile};
use platform::request;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::stop::{Problem, Stop};

/// Fields of one form, far beyond what a page of ours has.
const FIELDS_MAX: usize = 500;

/// What was sent.
#[derive(Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    /// The file that came with it, if one did.
    pub file: Option<NewFile>,
    digest: String,
}

impl Form {
    /// Reads a form of either encoding that was sent to `place`, the address below `/console` in
    /// parts, if it came from a page of `base` with that token.
    ///
    /// # Errors
    /// A 403 problem for what came from elsewhere, 400 or 413 for what is no form.
    pub fn read(
        request: &Request,
        place: &[String],
        base: &str,
        form_token: &str,
    ) -> Result<Self, Stop> {
        if !came_from(request.headers(), base) {
            return Err(forged());
        }
        let body = request::body(request, request::BODY_MAX)
            .map_err(|_| Problem::new(413, "Too large", "At most 4 MB can be sent at once."))?;
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|one| one.to_str().ok());
        let in_parts = content_type.is_some_and(|one| one.starts_with("multipart/form-data"));
        let mut form = if in_parts {
            parts(request)?
        } else {
            Self { fields: pairs(body), ..Self::default() }
        };
        let same: bool = form.text("form").as_bytes().ct_eq(form_token.as_bytes()).into();
        if form_token.is_empty() || !same {
            return Err(forged());
        }
        form.digest = digest(place, body);
        Ok(form)
    }

    /// The field's text without spaces around it; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// All values of a field, such as of ticked boxes.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.fields.iter().filter(move |(field, _)| field == name);
        found.map(|(_, value)| value.trim())
    }

    /// The idempotency key of this sending: the same form with the same content gets the same
    /// one, so that a double click is done once and a mended form is not taken for the first. Nor
    /// is another form of the same page, which has the same `once` and may have the same content.
    pub fn key(&self) -> String {
        let once: String =
            self.text("once").chars().filter(char::is_ascii_alphanumeric).take(40).collect();
        format!("console-{once}-{}", self.digest)
    }
}

/// SHA-256 of where a form was sent and of what was in it.
fn digest(place: &[String], body: &[u8]) -> String {
    let place = place.join("/");
    let sent = Sha256::new().chain_update(place).chain_update([0_u8]).chain_update(body);
    URL_SAFE_NO_PAD.encode(sent.finalize())
}

/// Browsers say where a form comes from; what they say must be us.
fn came_from(headers: &HeaderMap, base: &str) -> bool {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let origin = origin_of(base);
    let site = header("sec-fetch-site");
    // A page without a referrer sends the origin `null`; then the browser's word on the site counts.
    let is_own = |sent: &str| {
        sent.eq_ignore_ascii_case(origin) || (sent == "null" && site == Some("same-origin"))
    };
    header(ORIGIN.as_str()).is_none_or(is_own) && site.is_none_or(|site| site == "same-origin")
}

/// Scheme and host of an address.
pub fn origin_of(base: &str) -> &str {
    let after = base.find("://").map_or(0, |at| at + 3);
    let end = base.get(after..).and_then(|rest| rest.find('/'));
    end.and_then(|end| base.get(..after + end)).unwrap_or(base)
}

fn forged() -> Stop {
    Stop::Problem(Problem::new(
        403,
        "Please send it again",
        "This form was too old, or came from another page. Nothing was changed. Go back, reload \
         the page and try again.",
    ))
}

fn unreadable() -> Stop {
    Stop::Problem(Problem::new(400, "Unreadable", "The form did not arrive whole. Try again."))
}

fn pairs(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).take(FIELDS_MAX).map(|(n, v)| (n.into(), v.into())).collect()
}

fn parts(request: &Request) -> Result<Form, Stop> {
    let sent = multipart::read_form(request, |name| name == "file").map_err(|_| unreadable())?;
    // A field for a file sends an empty one if none was chosen.
    let file = sent.files.into_iter().find(|file| !file.bytes.is_empty());
    Ok(Form { fields: sent.typed.0, file, ..Form::default() })
}
