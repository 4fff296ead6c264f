//! Answers: status, body, and the headers that every one of them carries.
//! Must never show internal text: a fault becomes an apology with a reference.
use std::fmt::Write as _;
use std::pin::Pin;

use lambda_http::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE,
};
use lambda_http::http::{HeaderName, HeaderValue, StatusCode};
use lambda_http::{Body, IntoResponse, Response};
use serde::Serialize;

use crate::Fault;
use crate::operator::Denied;

mod kept;
mod serve;
mod spent;

pub use serve::{serve, serve_operators};

/// How the types begin whose bodies are text.
const TEXTS: [&str; 3] = ["text/", "application/json", "application/problem+json"];

/// An answer before its common headers.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    csp: Csp,
    body: Vec<u8>,
}

#[derive(Debug)]
enum Csp {
    /// Nothing may run or load.
    Nothing,
    /// A page with one inline style of that hash, whose forms may lead to these origins.
    Page { style_hash: String, form_targets: String, script: Option<Box<Script>> },
}

/// The one inline script of a page, and where it may send to besides us.
#[derive(Debug)]
struct Script {
    hash: String,
    origins: String,
}

/// A problem as the API reports it. Source: RFC 9457.
#[derive(Debug, Serialize)]
struct Problem<'a> {
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<serde_json::Value>,
}

impl Reply {
    /// A page. `form_targets` are origins besides our own that its forms may lead to.
    pub fn html(status: u16, html: String, style_hash: String, form_targets: &str) -> Self {
        let csp = Csp::Page { style_hash, form_targets: form_targets.to_owned(), script: None };
        Self::new(status, "text/html; charset=utf-8", csp, html.into_bytes())
    }

    /// A JSON document.
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).unwrap_or_default();
        Self::new(status, "application/json", Csp::Nothing, body)
    }

    /// A problem document; `title` names the kind, `detail` says what to do.
    pub fn problem(status: u16, title: &str, detail: &str) -> Self {
        Self::problem_with(status, title, detail, None, None)
    }

    /// A problem with its single errors.
    pub fn problems(status: u16, title: &str, detail: &str, errors: serde_json::Value) -> Self {
        Self::problem_with(status, title, detail, None, Some(errors))
    }

    fn problem_with(
        status: u16,
        title: &str,
        detail: &str,
        reference: Option<&str>,
        errors: Option<serde_json::Value>,
    ) -> Self {
        let problem = Problem { title, status, detail, reference, errors };
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        Self::new(status, "application/problem+json", Csp::Nothing, body)
    }

    /// The answer to a fault, for callers of the API.
    pub fn api_fault(fault: &Fault, reference: &str) -> Self {
        let (status, detail) = if fault.is_retryable() {
            (503, "Nothing was changed that you cannot send again. Try again in a minute.")
        } else {
            (500, "This needs an engineer. Please report the reference.")
        };
        Self::problem_with(status, "Not done", detail, Some(reference), None)
    }

    /// The answer to somebody who is not let in.
    pub fn denied(denied: Denied) -> Self {
        match denied {
            Denied::NoOperator => Self::problem(
                401,
                "Not signed in",
                "Send the operator's id token as a bearer token.",
            ),
            Denied::NotAllowed => {
                Self::problem(403, "Not allowed", "Your role does not allow this. Ask an Admin.")
            }
        }
    }

    /// "See other": the browser gets `location` next.
    pub fn redirect(location: &str) -> Self {
        let reply = Self::new(303, "text/plain; charset=utf-8", Csp::Nothing, Vec::new());
        reply.with(LOCATION, location)
    }

    /// A PDF to save, under a name made of safe characters.
    pub fn pdf(name: &str, bytes: Vec<u8>) -> Self {
        Self::download("application/pdf", name, bytes)
    }

    /// A CSV to save, under a name made of safe characters.
    pub fn csv(name: &str, bytes: Vec<u8>) -> Self {
        Self::download("text/csv; charset=utf-8", name, bytes)
    }

    /// A file to save, under a name made of safe characters.
    pub fn download(content_type: &str, name: &str, bytes: Vec<u8>) -> Self {
        let safe: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') { c } else { '-' })
            .take(80)
            .collect();
        Self::new(200, content_type, Csp::Nothing, bytes)
            .with(CONTENT_DISPOSITION, &format!("attachment; filename=\"{safe}\""))
    }

    /// Lets the page run the one inline script of that hash (base64 SHA-256), which may send
    /// to our own origin and to `origins`. Anything but a page stays as it is.
    #[must_use]
    pub fn with_script(mut self, hash: &str, origins: &str) -> Self {
        if let Csp::Page { script, .. } = &mut self.csp {
            *script = Some(Box::new(Script { hash: hash.to_owned(), origins: origins.to_owned() }));
        }
        self
    }

    /// Adds the methods that a path knows.
    #[must_use]
    pub fn allowing(self, methods: &str) -> Self {
        self.with(ALLOW, methods)
    }

    /// Adds when to try again.
    #[must_use]
    pub fn retry_after_s(self, seconds: u32) -> Self {
        self.with(RETRY_AFTER, &seconds.to_string())
    }

    /// Has the browser keep a cookie: the whole value of a `Set-Cookie` header.
    #[must_use]
    pub fn with_cookie(self, cookie: &str) -> Self {
        self.with(SET_COOKIE, cookie)
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    fn new(status: u16, content_type: &str, csp: Csp, body: Vec<u8>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, headers: vec![(CONTENT_TYPE, content_type.to_owned())], csp, body }
    }

    fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The answer as it is sent, with the headers that every one carries.
    pub fn into_response(self) -> Response<Body> {
        let kind = self.headers.iter().find(|(name, _)| *name == CONTENT_TYPE);
        let is_text = kind.is_some_and(|(_, kind)| TEXTS.iter().any(|text| kind.starts_with(text)));
        let mut response = Response::new(body(self.body, is_text));
        *response.status_mut() = self.status;
        let mut policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'".to_owned();
        match self.csp {
            Csp::Nothing => policy.push_str("; form-action 'none'; sandbox"),
            Csp::Page { style_hash, form_targets, script } => {
                // Writing to a String cannot fail.
                let _ = write!(
                    policy,
                    "; style-src 'sha256-{style_hash}'; form-action 'self' {form_targets}"
                );
                if let Some(script) = script {
                    let Script { hash, origins } = *script;
                    let _ = write!(
                        policy,
                        "; script-src 'sha256-{hash}'; connect-src 'self' {origins}"
                    );
                }
            }
        }
        let common = [
            ("content-security-policy", policy.as_str()),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-robots-tag", "noindex, nofollow"),
            (CACHE_CONTROL.as_str(), "no-store"),
        ];
        let headers = response.headers_mut();
        for (name, value) in common {
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                headers.insert(name, value);
            }
        }
        for (name, value) in self.headers {
            // A value that is no header (it came from outside) is left out, not truncated.
            if let Ok(value) = HeaderValue::try_from(value) {
                // Only of cookies there may be several.
                if name == SET_COOKIE {
                    headers.append(name, value);
                } else {
                    headers.insert(name, value);
                }
            }
        }
        response
    }
}

/// Text goes to the gateway as it is, everything else in base64.
fn body(bytes: Vec<u8>, is_text: bool) -> Body {
    if !is_text {
        return Body::Binary(bytes);
    }
    String::from_utf8(bytes).map_or_else(|error| Body::Binary(error.into_bytes()), Body::Text)
}

/// Says itself what is text: `lambda_http` would work it out from the charset once more, with
/// tables of every charset there is in the binary.
impl IntoResponse for Reply {
    fn into_response(self) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        Box::pin(std::future::ready(Self::into_response(self)))
    }
}

#[cfg(test)]
mod tests;
