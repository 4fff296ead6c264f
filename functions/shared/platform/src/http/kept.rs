//! An answer as it is kept to be given again: its type and its text.
//! Must never keep a page: a page's policy names what is in it, and pages are made anew. Nor an
//! answer that says when to try again: kept, it would refuse that very try.
use lambda_http::http::header::{CONTENT_TYPE, RETRY_AFTER};
use lambda_http::http::{HeaderName, StatusCode};

use super::{Csp, Reply};

/// Tells the caller that nothing was done this time.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

impl Reply {
    /// Type and body, a line end between them; `None` for a page, and with `Retry-After`.
    pub(crate) fn kept(&self) -> Option<Vec<u8>> {
        let header = |wanted: HeaderName| self.headers.iter().find(|(name, _)| *name == wanted);
        let (Csp::Nothing, None, Some((_, kind))) =
            (&self.csp, header(RETRY_AFTER), header(CONTENT_TYPE))
        else {
            return None;
        };
        Some([kind.as_bytes(), b"\n", &self.body].concat())
    }

    /// The answer that [`Self::kept`] was made of, with a header that says so.
    pub(crate) fn of_kept(status: u16, kept: &[u8]) -> Option<Self> {
        StatusCode::from_u16(status).ok()?;
        let line_end = kept.iter().position(|byte| *byte == b'\n')?;
        let (kind, body) = kept.split_at_checked(line_end)?;
        let kind = std::str::from_utf8(kind).ok()?;
        let reply = Self::new(status, kind, Csp::Nothing, body.get(1..)?.to_vec());
        Some(reply.with(REPLAYED, "true"))
    }
}
