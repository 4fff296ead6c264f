//! Parameters of a list: each known, each once; its limit and where it goes on.
//! Must never pass over a parameter: a filter with a typing error would show everything.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lambda_http::{Request, RequestExt as _};
use ulid::Ulid;

use crate::http::Reply;
use crate::operator::Operator;
use crate::request::is_operator_id;
use crate::store::{OwnedBy, Shelf};

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
    /// A sentence that names the parameter.
    pub fn each(
        self,
        mut take: impl FnMut(&str, &str) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in self.0 {
            let taken = if seen.contains(&name) {
                Err("give it once".to_owned())
            } else {
                take(name, value)
            };
            seen.push(name);
            taken.map_err(|advice| unusable(name, &advice))?;
        }
        Ok(())
    }

    /// As [`Self::each`], with the answer made.
    ///
    /// # Errors
    /// A 400 problem that names the parameter.
    pub fn read(self, take: impl FnMut(&str, &str) -> Result<(), String>) -> Result<(), Reply> {
        self.each(take).map_err(|detail| refused(&detail))
    }
}

/// What is said of a parameter that cannot be used.
pub fn unusable(name: &str, advice: &str) -> String {
    let name: String = name.chars().take(40).collect();
    format!("{name}: {advice}.")
}

/// The answer to a parameter that cannot be used.
pub fn refused(detail: &str) -> Reply {
    Reply::problem(400, "Unusable parameter", detail)
}

/// Whether what is open or what is closed is wanted.
///
/// # Errors
/// A sentence that says what is possible.
pub fn state(value: &str) -> Result<Shelf, String> {
    match value {
        "open" => Ok(Shelf::Open),
        "closed" => Ok(Shelf::Closed),
        _ => Err("use open or closed".to_owned()),
    }
}

/// Whose work is wanted.
///
/// # Errors
/// A sentence that says what is possible.
pub fn owner(value: &str, operator: &Operator) -> Result<OwnedBy, String> {
    match value {
        "me" => Ok(OwnedBy::Operator(operator.id.clone())),
        "nobody" => Ok(OwnedBy::Nobody),
        id if is_operator_id(id) => Ok(OwnedBy::Operator(id.to_owned())),
        _ => Err("use me, nobody or an operator's id".to_owned()),
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
