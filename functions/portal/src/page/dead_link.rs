//! The page of a genuine link that no longer opens its invoice, with the offer to mail a new one.
//! Must never show the invoice, its amount, or the contact's address in full.

use askama::Template;

use super::{Detail, Frame, Page, Tone, style};

/// A genuine link that no longer works (410).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLinkPage {
    /// Who speaks; [`Frame::plain`] if the seller is unknown.
    pub frame: Frame,
    /// Relative address of the link without a trailing slash; the form posts to `{path}/new-link`.
    pub path: String,
    /// Why the link no longer works.
    pub kind: DeadLink,
    /// Whether a new link was asked for, and what came of it.
    pub asked: Asked,
    /// What was typed into a form that came too late; shown to be copied.
    pub kept: Vec<Detail>,
}

/// Why a genuine link no longer works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadLink {
    /// Seven days without use.
    Expired,
    /// A newer link exists for the same invoice.
    Replaced,
}

/// What came of asking for a new link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Nobody asked: the page offers it.
    NotYet,
    /// A mail is on its way.
    Sent {
        /// The masked address, such as `a•••@acme.example`.
        to: String,
    },
    /// Refused by the rate limit: one was sent a short while ago.
    TooSoon,
}

impl DeadLinkPage {
    /// The page as sent.
    ///
    /// # Errors
    /// When the template fails to write: answer as a fault.
    pub fn render(&self) -> Result<Page, askama::Error> {
        let colour = &self.frame.brand_colour;
        let told = !self.kept.is_empty();
        let sheet = if told { style::case_sheet(colour) } else { style::sheet(colour) };
        let (state, heading) = match self.kind {
            DeadLink::Expired => ("expired", "This link has expired"),
            DeadLink::Replaced => ("replaced", "This link was replaced by a newer one"),
        };
        let asked = match self.asked {
            Asked::NotYet => "no",
            Asked::Sent { .. } => "sent",
            Asked::TooSoon => "too-soon",
        };
        let seller = &self.frame.seller;
        let view = DeadLinkView { page: self, style: &sheet, seller, state, heading, asked };
        style::finish(&view, &sheet)
    }
}

#[derive(Template)]
#[template(path = "dead_link.html", whitespace = "minimize")]
struct DeadLinkView<'a> {
    page: &'a DeadLinkPage,
    style: &'a str,
    seller: &'a str,
    state: &'static str,
    heading: &'static str,
    asked: &'static str,
}
