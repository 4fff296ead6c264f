//! The page on which a payer answers the seller's question.
//! Must never show the question as anything but text.
use askama::Template;

use super::{Attach, Form, Page, Tone, style};

/// A question to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerPage {
    /// The form, as far as it is filled in.
    pub form: Form,
    /// What the seller wants to know, line by line.
    pub question: Vec<String>,
    /// What it is about, such as `dispute D-7F3K9Q2M4X`.
    pub about: String,
    /// The documents.
    pub attach: Attach,
}

impl AnswerPage {
    /// The page as sent.
    ///
    /// # Errors
    /// When the template fails to write: answer as a fault.
    pub fn render(&self) -> Result<Page, askama::Error> {
        let sheet = style::form_sheet(&self.form.frame.brand_colour);
        style::finish(&AnswerView { page: self, style: &sheet }, &sheet)
    }
}

#[derive(Template)]
#[template(path = "answer.html", whitespace = "minimize")]
struct AnswerView<'a> {
    page: &'a AnswerPage,
    style: &'a str,
}
