//! The pages of a dispute: first the reason, then what it asks for.
//! Must never ask for a document that the reason does not need.
use askama::Template;

use super::{Attach, Form, Page, Tone, style};

/// The first step: why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonsPage {
    /// The form; nothing is filled in.
    pub form: Form,
    /// The seller's reasons, in order.
    pub reasons: Vec<Choice>,
}

/// The second step: everything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputePage {
    /// The form, as far as it is filled in.
    pub form: Form,
    /// The reason; none if it is to be chosen on this page.
    pub reason: Option<Choice>,
    /// The seller's reasons, for that case.
    pub reasons: Vec<Choice>,
    /// ISO 4217 code of the invoice.
    pub currency: String,
    /// The documents.
    pub attach: Attach,
}

/// A reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its code.
    pub code: String,
    /// What payers read.
    pub label: String,
}

impl ReasonsPage {
    /// The page as sent.
    ///
    /// # Errors
    /// When the template fails to write: answer as a fault.
    pub fn render(&self) -> Result<Page, askama::Error> {
        let sheet = style::form_sheet(&self.form.frame.brand_colour);
        style::finish(&ReasonsView { page: self, style: &sheet }, &sheet)
    }
}

impl DisputePage {
    /// The page as sent.
    ///
    /// # Errors
    /// When the template fails to write: answer as a fault.
    pub fn render(&self) -> Result<Page, askama::Error> {
        let sheet = style::form_sheet(&self.form.frame.brand_colour);
        let all = format!("All of it: {}", self.form.balance);
        let amount_label = format!("How much of it ({})", self.currency);
        let view =
            DisputeView { page: self, style: &sheet, all: &all, amount_label: &amount_label };
        style::finish(&view, &sheet)
    }
}

#[derive(Template)]
#[template(path = "dispute_reason.html", whitespace = "minimize")]
struct ReasonsView<'a> {
    page: &'a ReasonsPage,
    style: &'a str,
}

#[derive(Template)]
#[template(path = "dispute.html", whitespace = "minimize")]
struct DisputeView<'a> {
    page: &'a DisputePage,
    style: &'a str,
    all: &'a str,
    amount_label: &'a str,
}

#[cfg(test)]
pub(super) mod tests;
