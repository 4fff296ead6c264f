//! Turns display strings into the HTML pages a payer sees, and the hash their one stylesheet needs.
//! Must never read AWS, HTTP or a clock, never decide about money, and never load anything else.

mod answer;
mod attach;
mod banner;
mod dead_link;
mod dispute;
mod form;
mod invoice;
mod plain;
mod plan;
mod promise;
mod script;
mod sent;
mod state;
mod style;
#[cfg(test)]
mod tests;
mod too_often;
mod wording;

pub use answer::AnswerPage;
pub use attach::{Attach, KeptFile, Wanted};
pub use dead_link::{Asked, DeadLink, DeadLinkPage};
pub use dispute::{Choice, DisputePage, ReasonsPage};
pub use form::Form;
pub use invoice::{InvoicePage, Notice, Offers, PaidPart};
pub use plain::{Plain, PlainPage};
pub use plan::{NoPlanPage, PlanCheckPage, PlanPage};
pub use promise::PromisePage;
pub use script::script_hash;
pub use sent::{Detail, Mark, Part, Sent, Verdict};
pub use state::{Instalment, State, Way};
pub use too_often::TooOftenPage;

/// The accent of a page whose seller is unknown, or whose colour is not `#rrggbb`.
const INDIGO: &str = "#4f46e5";

/// A finished page: one response, no further request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The whole document, UTF-8.
    pub html: String,
    /// Base64 SHA-256 of the text between `<style>` and `</style>`, without the `sha256-` prefix.
    /// The answer carries it in its header: `style-src 'sha256-…'`.
    /// Source: CSP Level 3, "hash-source".
    pub style_hash: String,
}

/// Who speaks on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Name of the seller as payers know it; empty when unknown.
    pub seller: String,
    /// `#rrggbb`. Anything else is replaced, since it enters the stylesheet unescaped.
    pub brand_colour: String,
}

impl Frame {
    /// The frame of pages that must not, or cannot, name a seller.
    pub fn plain() -> Self {
        Self { seller: String::new(), brand_colour: INDIGO.to_owned() }
    }
}

/// How a banner feels. The words say the same, so colour is never the only sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    Calm,
    Good,
    Warn,
    Bad,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    /// Inline SVG, hidden from screen readers since the title beside it says more.
    fn icon(self) -> &'static str {
        match self {
            Self::Good => {
                r#"<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="m8 12 3 3 5-6"/></svg>"#
            }
            Self::Calm => {
                r#"<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="M12 11v5m0-8v0"/></svg>"#
            }
            Self::Warn | Self::Bad => {
                r#"<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="M12 7v6m0 3v0"/></svg>"#
            }
        }
    }
}
