//! A function's answer as a browser gets it, and where two of them differ.
//! Must never let two different pages pass for the same: then a comparison would be a lie.
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::trouble::Trouble;

/// The answer of a proxy integration. Source: AWS docs, "Output format of a Lambda function for
/// proxy integration", seen 2026-11.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    multi_value_headers: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// What a browser would get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The status code.
    pub status: u16,
    /// By lower-case name; API Gateway merges the two kinds of headers that an answer may have.
    pub headers: BTreeMap<String, Vec<String>>,
    /// The document.
    pub html: String,
}

impl Page {
    /// Reads an answer.
    ///
    /// # Errors
    /// [`Trouble::Subject`] if it is none.
    pub fn read(answer: &[u8]) -> Result<Self, Trouble> {
        let unreadable = |what: &str| Trouble::Subject(format!("its answer is no answer: {what}"));
        let raw: Raw =
            serde_json::from_slice(answer).map_err(|error| unreadable(&error.to_string()))?;
        let mut headers: BTreeMap<String, Vec<String>> = raw
            .headers
            .into_iter()
            .map(|(name, value)| (name.to_lowercase(), vec![value]))
            .collect();
        headers.extend(
            raw.multi_value_headers.into_iter().map(|(name, values)| (name.to_lowercase(), values)),
        );
        let bytes = if raw.is_base64_encoded {
            STANDARD.decode(raw.body).map_err(|_| unreadable("not base64"))?
        } else {
            raw.body.into_bytes()
        };
        let html = String::from_utf8(bytes).map_err(|_| unreadable("not UTF-8"))?;
        Ok(Self { status: raw.status_code, headers, html })
    }

    /// Where this page is another than `other`; `None` if a browser could not tell them apart.
    /// Empty lines, which our templates leave, are the one thing that does not count.
    pub fn difference(&self, other: &Self) -> Option<String> {
        if self.status != other.status {
            return Some(format!("status {} and not {}", self.status, other.status));
        }
        for name in self.headers.keys().chain(other.headers.keys()) {
            let (own, wanted) = (self.headers.get(name), other.headers.get(name));
            if own != wanted {
                return Some(format!("header {name}: {own:?} and not {wanted:?}"));
            }
        }
        let (mut own, mut wanted) = (lines(&self.html), lines(&other.html));
        loop {
            match (own.next(), wanted.next()) {
                (None, None) => return None,
                (own, wanted) if own == wanted => {}
                (own, wanted) => return Some(format!("{own:?} and not {wanted:?}")),
            }
        }
    }
}

fn lines(html: &str) -> impl Iterator<Item = &str> {
    html.split('\n').filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(answer: &str) -> Page {
        Page::read(answer.as_bytes()).unwrap()
    }

    #[test]
    fn the_same_page_may_be_spelt_in_two_ways() {
        let one = page(r#"{"statusCode":200,"headers":{"X-A":"1"},"body":"héllo"}"#);
        let other = page(
            r#"{"statusCode":200,"multiValueHeaders":{"x-a":["1"]},"body":"aMOpbGxv","isBase64Encoded":true}"#,
        );
        assert_eq!(one.difference(&other), None);
    }

    #[test]
    fn every_difference_that_a_browser_sees_is_found() {
        let page_of = |status, name: &str, body| {
            page(&format!(
                r#"{{"statusCode":{status},"headers":{{"{name}":"1"}},"body":"{body}"}}"#
            ))
        };
        let one = page_of(200, "x-a", "same");
        for (other, told) in [
            (page_of(404, "x-a", "same"), "status"),
            (page_of(200, "x-b", "same"), "x-a"),
            (page_of(200, "x-a", "sane"), "sane"),
            (page_of(200, "x-a", "same\\nand more"), "and more"),
        ] {
            assert!(one.difference(&other).unwrap().contains(told), "{told}");
            assert!(other.difference(&one).is_some());
        }
    }

    #[test]
    fn empty_lines_are_the_one_thing_that_does_not_count() {
        let page_of = |body| page(&format!(r#"{{"statusCode":200,"body":"{body}"}}"#));
        assert_eq!(page_of("a\\n\\n\\nb").difference(&page_of("a\\nb")), None);
        assert!(page_of("a\\n b").difference(&page_of("a\\nb")).is_some());
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for answer in ["", "{}", r#"{"statusCode":200,"body":"!","isBase64Encoded":true}"#] {
            assert!(Page::read(answer.as_bytes()).is_err(), "{answer}");
        }
    }
}
