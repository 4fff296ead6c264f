//! What every page with a form is made of: what was typed, what is wrong, and where it goes.
//! Must never drop what was typed, nor mark a field as wrong without saying why.
use domain::form::{Typed, Wrong};

use super::Frame;

/// A form to be filled in, or filled in and not right yet. Templates draw its fields with the
/// macros of `form_fields.html`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The seller.
    pub frame: Frame,
    /// Relative address of the link, without a trailing slash.
    pub path: String,
    /// Number of the invoice.
    pub number: String,
    /// What is owed, such as `$1,234.50` or `9.250 KWD`.
    pub balance: String,
    /// The hidden field `form`: made when the form was first shown, the same when it is sent
    /// twice.
    pub id: String,
    /// What was typed so far, as sent.
    pub typed: Typed,
    /// What is wrong with it, in the order of the page; without a field if it is the whole.
    pub wrongs: Vec<Wrong>,
}

impl Form {
    /// What was typed into a field.
    pub fn value(&self, field: &str) -> &str {
        self.typed.get(field)
    }

    /// Whether a field has this value: of several choices, the chosen one.
    pub fn is(&self, field: &str, value: &str) -> bool {
        self.typed.get(field) == value
    }

    /// What is wrong with a field.
    pub fn says(&self, field: &str) -> Option<&str> {
        self.wrongs.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.says.as_str())
    }

    /// The elements that describe a field, for `aria-describedby`: its hint and its error.
    pub fn described_by(&self, field: &str, hint: &str) -> Option<String> {
        let hint = (!hint.is_empty()).then(|| format!("{field}-hint"));
        let error = self.says(field).map(|_| format!("{field}-error"));
        let both: Vec<String> = hint.into_iter().chain(error).collect();
        (!both.is_empty()).then(|| both.join(" "))
    }

    /// What was typed without the button that was pressed, to be sent along unseen.
    pub fn carried(&self) -> impl Iterator<Item = &(String, String)> {
        self.typed.0.iter().filter(|(name, _)| name != "do" && name != "form")
    }
}
