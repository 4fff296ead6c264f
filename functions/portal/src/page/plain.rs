//! The pages that show no invoice: wrong address, refused request, our own fault.
//! Must never name a seller or a reason that tells one kind of bad link from another.

use askama::Template;

use super::{Frame, Page, style};

/// A page without an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainPage {
    /// What happened.
    pub kind: Plain,
}

/// What happened, where there is no invoice to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plain {
    /// 404, one page for forged, malformed and unknown links alike.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 400, 403 or 415.
    BadRequest,
    /// 413.
    TooLarge,
    /// 413 of a form with files that came without the script.
    FilesTooLarge,
    /// 500 or 503.
    Unavailable {
        /// What the payer quotes and our log can be searched for; never internal text.
        reference: String,
    },
    /// 404 at the receipt's own address: paid, but the PDF is not made yet.
    ReceiptNotReady,
}

impl PlainPage {
    /// The page as sent.
    ///
    /// # Errors
    /// When the template fails to write: answer as a fault.
    pub fn render(&self) -> Result<Page, askama::Error> {
        let sheet = style::sheet(&Frame::plain().brand_colour);
        let (state, heading) = self.kind.names();
        style::finish(&PlainView { kind: &self.kind, style: &sheet, state, heading }, &sheet)
    }
}

impl Plain {
    /// The `data-state` of the page and its heading.
    fn names(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("not-found", "We cannot find this page"),
            Self::MethodNotAllowed => ("method-not-allowed", "This page cannot be opened that way"),
            Self::BadRequest => ("bad-request", "We could not read that request"),
            Self::TooLarge => ("too-large", "That was too much to send at once"),
            Self::FilesTooLarge => ("files-too-large", "These files are too large to send at once"),
            Self::Unavailable { .. } => ("unavailable", "We cannot show this page right now"),
            Self::ReceiptNotReady => ("receipt-not-ready", "Your receipt is being prepared"),
        }
    }
}

#[derive(Template)]
#[template(path = "plain.html", whitespace = "minimize")]
struct PlainView<'a> {
    kind: &'a Plain,
    style: &'a str,
    state: &'static str,
    heading: &'static str,
}
