//! A payer's request: which invoice and link its token names, and whether it may be a form.
//! Must never touch the database: a forged token is refused before that.
use lambda_http::Request;
use platform::http::Reply;
use platform::request;
use platform::token::{Claim, LinkKeys};

use crate::page::{Plain, PlainPage};
use crate::show;

/// Our forms have no field that needs more.
const FORM_MAX: usize = 4 * 1024;

/// A request with a genuine token.
#[derive(Debug)]
pub(crate) struct Visit {
    /// What the token names.
    pub(crate) claim: Claim,
    /// The token as it stands in the address; never logged.
    pub(crate) token: String,
    /// The link's own address, relative to the page of this request.
    pub(crate) path: String,
}

impl Visit {
    /// Checks the token. Forged and malformed ones all get the same 404.
    pub(crate) fn read(keys: &LinkKeys, request: &Request) -> Result<Self, Reply> {
        let token = request::path_part(request, "token");
        let claim = keys.verify(&token).ok_or_else(not_found)?;
        let path = relative_path(request.uri().path(), &token);
        Ok(Self { claim, token, path })
    }

    /// The same for a form: it must come from our own page and hold nothing of size.
    pub(crate) fn read_form(keys: &LinkKeys, request: &Request) -> Result<Self, Reply> {
        let visit = Self::read(keys, request)?;
        let bad = |kind, status| show::plain(status, &PlainPage { kind });
        if request::body(request, FORM_MAX).is_err() {
            return Err(bad(Plain::TooLarge, 413));
        }
        let typed = request.headers().contains_key("content-type");
        if typed && !request::content_type_is(request, "application/x-www-form-urlencoded") {
            return Err(bad(Plain::BadRequest, 415));
        }
        let from = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
        if from == Some("cross-site") {
            return Err(bad(Plain::BadRequest, 403));
        }
        Ok(visit)
    }
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
mod tests {
    use super::relative_path;

    #[test]
    fn addresses_work_from_every_page_of_a_link() {
        for (path, expected) in [
            ("/p/TOKEN", "TOKEN"),
            ("/live/p/TOKEN", "TOKEN"),
            ("/p/TOKEN/", "../TOKEN"),
            ("/p/TOKEN/paid", "../TOKEN"),
            ("/live/p/TOKEN/new-link", "../TOKEN"),
        ] {
            assert_eq!(relative_path(path, "TOKEN"), expected, "{path}");
        }
    }
}
