//! A payer's request: which invoice and link its token names, and whether it may be a form.
//! Must never touch the database: a forged token is refused before that.
use domain::form::Typed;
use lambda_http::Request;
use platform::http::Reply;
use platform::request;
use platform::token::{Claim, LinkKeys};

use crate::page::{Plain, PlainPage};
use crate::show;
use crate::visitor::Visitor;

/// A form that is one button has no field that needs more.
const BUTTON_MAX: usize = 4 * 1024;
/// A form of texts and amounts.
const FIELDS_MAX: usize = 64 * 1024;
/// Fields of one form: no page of ours has more.
const NAMES_MAX: usize = 1_000;
const URLENCODED: &str = "application/x-www-form-urlencoded";

/// A request with a genuine token.
#[derive(Debug)]
pub(crate) struct Visit {
    /// What the token names.
    pub(crate) claim: Claim,
    /// The token as it stands in the address; never logged.
    pub(crate) token: String,
    /// The link's own address, relative to the page of this request.
    pub(crate) path: String,
    /// Where the request came from, if API Gateway says so; never stored or logged.
    pub(crate) network: Option<[u8; 16]>,
    /// Whether somebody opens the page.
    pub(crate) visitor: Visitor,
}

impl Visit {
    /// Checks the token. Forged and malformed ones all get the same 404.
    pub(crate) fn read(keys: &LinkKeys, request: &Request) -> Result<Self, Reply> {
        let token = request::path_part(request, "token");
        let claim = keys.verify(&token).ok_or_else(not_found)?;
        let path = relative_path(request.uri().path(), &token);
        let (network, visitor) = (request::source_network(request), Visitor::of(request));
        Ok(Self { claim, token, path, network, visitor })
    }

    /// The same for a form that is one button: it must come from our own page and hold
    /// nothing of size.
    pub(crate) fn read_form(keys: &LinkKeys, request: &Request) -> Result<Self, Reply> {
        // A button may come without any content, and then without its type.
        let bare = !request.headers().contains_key("content-type");
        let wanted = if bare { None } else { Some(URLENCODED) };
        Self::read_sent(keys, request, BUTTON_MAX, wanted)
    }

    /// The same for a form that was filled in, with what was typed.
    pub(crate) fn read_typed(keys: &LinkKeys, request: &Request) -> Result<(Self, Typed), Reply> {
        let visit = Self::read_sent(keys, request, FIELDS_MAX, Some(URLENCODED))?;
        match typed(request.body().as_ref()) {
            Some(typed) => Ok((visit, typed)),
            None => Err(refused(Plain::BadRequest, 400)),
        }
    }

    /// The same for anything that is sent to us: at most `max` bytes, of the content type
    /// `wanted`, and from our own page.
    pub(crate) fn read_sent(
        keys: &LinkKeys,
        request: &Request,
        max: usize,
        wanted: Option<&str>,
    ) -> Result<Self, Reply> {
        let visit = Self::read(keys, request)?;
        if request::body(request, max).is_err() {
            return Err(refused(Plain::TooLarge, 413));
        }
        if wanted.is_some_and(|wanted| !request::content_type_is(request, wanted)) {
            return Err(refused(Plain::BadRequest, 415));
        }
        let from = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
        if from == Some("cross-site") {
            return Err(refused(Plain::BadRequest, 403));
        }
        Ok(visit)
    }

    /// The address of another link of the same invoice, relative like [`Self::path`].
    pub(crate) fn path_of(&self, token: &str) -> String {
        self.path.replace(&self.token, token)
    }
}

/// The fields of a form as sent; `None` if they are no text, or too many.
fn typed(body: &[u8]) -> Option<Typed> {
    // The parser would put a mark in place of bytes that are no UTF-8: what was typed is
    // taken exactly or not at all.
    percent_encoding::percent_decode(body).decode_utf8().ok()?;
    let fields: Vec<_> =
        form_urlencoded::parse(body).into_owned().take(NAMES_MAX.saturating_add(1)).collect();
    (fields.len() <= NAMES_MAX).then_some(Typed(fields))
}

fn refused(kind: Plain, status: u16) -> Reply {
    show::plain(status, &PlainPage { kind })
}

/// The page for every token that is not ours.
pub(crate) fn not_found() -> Reply {
    show::plain(404, &PlainPage { kind: Plain::NotFound })
}

/// Addresses on our pages are relative, since a stage may stand before `/p/`.
fn relative_path(path: &str, token: &str) -> String {
    let below = path.rsplit_once(token).is_some_and(|(_, rest)| rest.starts_with('/'));
    if below { format!("../{token}") } else { token.to_owned() }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod timing;
