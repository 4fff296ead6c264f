//! The page that asks a payer to wait, after too much was sent in a short time.
//! Must never name the invoice, nor say that what came before is lost.
use askama::Template;

use super::{Detail, Frame, Page, Tone, style};

/// A sending that was not taken since too many came (429).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooOftenPage {
    /// Relative address of the link without a trailing slash.
    pub path: String,
    /// How long to wait, such as `7 minutes`.
    pub wait: String,
    /// Whether a new link was asked for: then the way back may lead to no invoice.
    pub for_link: bool,
    /// What was typed into the form, if it was one; shown to be copied.
    pub kept: Vec<Detail>,
}

impl TooOftenPage {
    /// The page as sent.
    ///
    /// # Errors
    /// When the template fails to write: answer as a fault.
    pub fn render(&self) -> Result<Page, askama::Error> {
        let colour = Frame::plain().brand_colour;
        let told = !self.kept.is_empty();
        let sheet = if told { style::case_sheet(&colour) } else { style::sheet(&colour) };
        style::finish(&TooOftenView { page: self, style: &sheet }, &sheet)
    }
}

#[derive(Template)]
#[template(path = "too_often.html", whitespace = "minimize")]
struct TooOftenView<'a> {
    page: &'a TooOftenPage,
    style: &'a str,
}
