//! The one inline stylesheet of all pages, and its hash for the Content-Security-Policy.
//! Must never let anything but a checked `#rrggbb` into the text, since it is sent unescaped.

use std::sync::LazyLock;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::{INDIGO, Page};

/// The style of all pages.
static COMPACT: LazyLock<String> =
    LazyLock::new(|| compact(include_str!("../../templates/style.css")));
/// Hashed as far as it is the same on every page: most of the work of hashing a page's style.
static COMPACT_HASHED: LazyLock<Sha256> =
    LazyLock::new(|| Sha256::new_with_prefix(COMPACT.as_bytes()));
/// What pages about a plan, promise or dispute need besides.
static CASES: LazyLock<String> =
    LazyLock::new(|| compact(include_str!("../../templates/case.css")));
/// What pages with a form need besides that.
static FORMS: LazyLock<String> =
    LazyLock::new(|| compact(include_str!("../../templates/form.css")));

/// A readable file without its line breaks and comments: bytes a phone need not load.
fn compact(sheet: &str) -> String {
    sheet.lines().map(str::trim).filter(|line| !line.starts_with("/*")).collect()
}

/// The text between `<style>` and `</style>`, with the seller's accent.
pub(super) fn sheet(brand_colour: &str) -> String {
    format!("{}{}", *COMPACT, accent(brand_colour))
}

/// The same for a page that shows a plan, promise or dispute.
pub(super) fn case_sheet(brand_colour: &str) -> String {
    format!("{}{}{}", *COMPACT, *CASES, accent(brand_colour))
}

/// The same for a page with a form.
pub(super) fn form_sheet(brand_colour: &str) -> String {
    format!("{}{}{}{}", *COMPACT, *CASES, *FORMS, accent(brand_colour))
}

fn accent(brand_colour: &str) -> String {
    let accent = if is_hex_colour(brand_colour) { brand_colour } else { INDIGO };
    format!(":root{{--brand:{accent}}}")
}

/// Renders `view`, which must hold exactly `sheet`, and hashes that same text.
///
/// # Errors
/// When a template fails to write, which memory alone can cause: answer as a fault.
pub(super) fn finish(view: &impl Template, sheet: &str) -> Result<Page, askama::Error> {
    Ok(Page { html: view.render()?, style_hash: STANDARD.encode(hash(sheet)) })
}

fn hash(sheet: &str) -> [u8; 32] {
    let (hashed, rest) = match sheet.strip_prefix(COMPACT.as_str()) {
        Some(rest) => (COMPACT_HASHED.clone(), rest),
        None => (Sha256::new(), sheet),
    };
    hashed.chain_update(rest.as_bytes()).finalize().into()
}

fn is_hex_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_is_hashed_whole_however_it_begins() {
        let sheets = [sheet("#0a5f8f"), case_sheet("#0a5f8f"), form_sheet(""), String::new()];
        for sheet in sheets {
            assert_eq!(hash(&sheet), <[u8; 32]>::from(Sha256::digest(&sheet)), "{sheet}");
        }
    }
}
