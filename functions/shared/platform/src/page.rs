//! Parameters of a list: each known, each once; its limit and where it goes on.
//! Must never pass over a parameter: a filter with a typing error would show everything.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lambda_http::{Request, RequestExt as _};
use ulid::Ulid;

use crate::http::Reply;

/// What is said of a parameter that a list does not know.
pub const NO_SUCH: &str = "there is no such parameter";

/// The parameters of an address.
#[derive(Debug)]
pub struct Parameters<'r>(Vec<(&'r str, &'r str)>);

impl<'r> Parameters<'r> {
    /// Those of a request, in no order.
    pub fn of(request: &'r Request) -> Self {
        let given = request.query_string_parameters_ref();
        Self(given.into_iter().flat_map(|given| given.iter()).collect())
    }

    /// Hands each to `take`, which says what is wrong with it.
    ///
    /// # Errors
    /// A 400 problem that names the parameter.
    pub fn read(self, mut take: impl FnMut(&str, &str) -> Result<(), String>) -> Result<(), Reply> {
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in self.0 {
            let taken = if seen.contains(&name) {
                Err("give it once".to_owned())
            } else {
                take(name, value)
            };
            seen.push(name);
            if let Err(advice) = taken {
                let name: String = name.chars().take(40).collect();
                let detail = format!("{name}: {advice}.");
                return Err(Reply::problem(400, "Unusable parameter", &detail));
            }
        }
        Ok(())
    }
}

/// A page's size.
///
/// # Errors
/// A sentence that says how many are possible.
pub fn limit(value: &str, most: usize) -> Result<usize, String> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let limit = digits.then(|| value.parse().ok()).flatten();
    let limit = limit.filter(|limit| (1..=most).contains(limit));
    limit.ok_or_else(|| format!("use a number from 1 to {most}"))
}

/// The id before which a page begins, as [`cursor_of`] wrote it.
///
/// # Errors
/// A sentence that says where to get one.
pub fn cursor(value: &str) -> Result<Ulid, String> {
    let bytes = URL_SAFE_NO_PAD.decode(value).ok();
    let bytes: Option<[u8; 16]> = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.map(|bytes| Ulid(u128::from_be_bytes(bytes))).ok_or_else(|| AGAIN.to_owned())
}

/// What is said of a cursor that is none of ours.
pub const AGAIN: &str = "take it from \"next\" of the page before";

/// A cursor for the page before that id.
pub fn cursor_of(id: Ulid) -> String {
    URL_SAFE_NO_PAD.encode(id.0.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_is_one() {
        for id in [0, 1, u128::MAX] {
            assert_eq!(cursor(&cursor_of(Ulid(id))), Ok(Ulid(id)));
        }
        for text in ["", "A", "next", "AAAAAAAAAAAAAAAAAAAAAA==", "é"] {
            assert_eq!(cursor(text), Err(AGAIN.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_limit_is_a_number_within_its_bounds() {
        for (text, read) in [("1", Some(1)), ("50", Some(50)), ("0", None), ("51", None)] {
            assert_eq!(limit(text, 50).ok(), read, "{text}");
        }
        for text in ["", "-1", "+1", " 1", "1.0", "x", "99999999999999999999"] {
            assert!(limit(text, 50).is_err(), "{text}");
        }
    }
}
