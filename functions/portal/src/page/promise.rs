//! The page on which a payment is promised.
//! Must never look like a payment: nothing is charged here.
use askama::Template;

use super::{Form, Page, Tone, style};

/// The form of a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromisePage {
    /// What is filled in.
    pub form: Form,
    /// Latest day that the seller accepts.
    pub until: String,
    /// First day, as `2026-11-30`.
    pub first_day: String,
    /// Last day, as `2026-11-30`.
    pub last_day: String,
}

impl PromisePage {
    /// The page as sent.
    ///
    /// # Errors
    /// When the template fails to write: answer as a fault.
    pub fn render(&self) -> Result<Page, askama::Error> {
        let sheet = style::form_sheet(&self.form.frame.brand_colour);
        let by = format!("By {} at the latest.", self.until);
        let whole = format!("All of it: {}", self.form.balance);
        style::finish(&PromiseView { page: self, by, whole, style: &sheet }, &sheet)
    }
}

#[derive(Template)]
#[template(path = "promise.html", whitespace = "minimize")]
struct PromiseView<'a> {
    page: &'a PromisePage,
    by: String,
    whole: String,
    style: &'a str,
}
