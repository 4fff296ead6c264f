//! The seller's own words for the mails of the cadence: a subject, paragraphs, and merge tags.
//! Must never fill a value's own braces: what a customer is called is text, not a tag.
use serde::{Deserialize, Serialize};

use crate::settings::{FieldError, NAME_MAX, wrong};

/// Longest subject, in characters, before its tags are filled.
pub const SUBJECT_MAX: usize = 150;
/// Longest body, in characters, before its tags are filled.
pub const BODY_MAX: usize = 4_000;

/// A subject and a body as the seller wrote them. Each line of the body is a paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailTemplate {
    /// One line of 1 to [`SUBJECT_MAX`] characters.
    pub subject: String,
    /// Plain text of 1 to [`BODY_MAX`] characters, which holds `{pay_link}`.
    pub body: String,
}

/// What stands for the tags of one mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Values {
    /// For `{customer_name}`.
    pub customer_name: String,
    /// For `{invoice_number}`.
    pub invoice_number: String,
    /// For `{invoice_balance}`, with its currency.
    pub invoice_balance: String,
    /// For `{due_date}`, such as `30 November 2026`.
    pub due_date: String,
    /// For `{pay_link}`: the address in full.
    pub pay_link: String,
}

/// A template with its tags filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The subject.
    pub subject: String,
    /// The body's lines that are not empty, in order.
    pub paragraphs: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Customer,
    Number,
    Balance,
    Due,
    PayLink,
}

/// A text cut at its tags.
enum Piece<'t> {
    Text(&'t str),
    Tag(Tag),
    /// A brace that belongs to no tag, or a tag that nobody knows.
    Stray(&'t str),
}

/// The words of a seller who has written none: what its mails say until then.
pub fn standard(seller: &str) -> MailTemplate {
    let seller = as_text(seller);
    MailTemplate {
        subject: format!(
            "Invoice {{invoice_number}} from {seller}: {{invoice_balance}}, due {{due_date}}"
        ),
        body: format!(
            "Hello {{customer_name}},\n\n\
             {seller} has sent you invoice {{invoice_number}}. You can look at it and pay online; \
             you need no account.\n\n\
             {{pay_link}}"
        ),
    }
}

/// A name as the text of a template. A brace in it would begin a tag, or be refused as none; a
/// line break would begin a paragraph; and one longer than settings allow, which only a name set
/// up without them can be, would make the subject too long.
fn as_text(name: &str) -> String {
    let is_text = |c: &char| !['{', '}'].contains(c) && !c.is_control();
    name.chars().filter(is_text).take(NAME_MAX).collect()
}

impl MailTemplate {
    /// The template without white space around it.
    ///
    /// # Errors
    /// What is wrong with `mail.subject` and `mail.body`, at most one sentence each.
    pub fn checked(&self) -> Result<Self, Vec<FieldError>> {
        let subject = self.subject.trim();
        let body = self.body.replace("\r\n", "\n").replace('\r', "\n");
        let body = body.trim();
        let errors: Vec<FieldError> = [
            subject_error(subject).map(|reason| wrong("mail.subject", &reason)),
            body_error(body).map(|reason| wrong("mail.body", &reason)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if errors.is_empty() {
            Ok(Self { subject: subject.to_owned(), body: body.to_owned() })
        } else {
            Err(errors)
        }
    }

    /// The words of one mail.
    pub fn fill(&self, values: &Values) -> Filled {
        let paragraphs = self.body.lines().map(|line| filled(line.trim(), values));
        Filled {
            subject: filled(&self.subject, values),
            paragraphs: paragraphs.filter(|line| !line.is_empty()).collect(),
        }
    }
}

fn subject_error(subject: &str) -> Option<String> {
    if subject.is_empty() {
        return Some("Write a subject.".to_owned());
    }
    if subject.chars().count() > SUBJECT_MAX {
        return Some(format!("Use at most {SUBJECT_MAX} characters."));
    }
    if subject.chars().any(char::is_control) {
        return Some("Use one line without control characters.".to_owned());
    }
    if pieces(subject).any(|piece| matches!(piece, Piece::Tag(Tag::PayLink))) {
        return Some(
            "Put {pay_link} into the body only: subjects are shown to everybody.".to_owned(),
        );
    }
    stray(subject)
}

fn body_error(body: &str) -> Option<String> {
    if body.chars().count() > BODY_MAX {
        return Some(format!("Use at most {BODY_MAX} characters."));
    }
    if body.chars().any(|c| c.is_control() && c != '\n') {
        return Some("Use plain text without control characters.".to_owned());
    }
    if !pieces(body).any(|piece| matches!(piece, Piece::Tag(Tag::PayLink))) {
        return Some("Put {pay_link} where the link to pay belongs.".to_owned());
    }
    stray(body)
}

fn stray(text: &str) -> Option<String> {
    let found = pieces(text).find_map(|piece| match piece {
        Piece::Stray(stray) => Some(stray),
        Piece::Text(_) | Piece::Tag(_) => None,
    })?;
    let shown: String = found.chars().filter(|c| !c.is_control()).take(40).collect();
    Some(format!(
        "\"{shown}\" is no tag. Use {{customer_name}}, {{invoice_number}}, {{invoice_balance}}, \
         {{due_date}} or {{pay_link}}, and no other braces."
    ))
}

fn filled(text: &str, values: &Values) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Text(text) | Piece::Stray(text) => text,
            Piece::Tag(Tag::Customer) => values.customer_name.as_str(),
            Piece::Tag(Tag::Number) => values.invoice_number.as_str(),
            Piece::Tag(Tag::Balance) => values.invoice_balance.as_str(),
            Piece::Tag(Tag::Due) => values.due_date.as_str(),
            Piece::Tag(Tag::PayLink) => values.pay_link.as_str(),
        })
        .collect()
}

/// Every piece of `text`, in order; put together again they are `text`.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = match first {
            '{' => rest.find('}').map_or(rest.len(), |end| end.saturating_add(1)),
            '}' => 1,
            _ => rest.find(['{', '}']).unwrap_or(rest.len()),
        };
        let (piece, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(match (first, tag(piece)) {
            ('{' | '}', None) => Piece::Stray(piece),
            (_, Some(tag)) => Piece::Tag(tag),
            (_, None) => Piece::Text(piece),
        })
    })
}

fn tag(text: &str) -> Option<Tag> {
    match text {
        "{customer_name}" => Some(Tag::Customer),
        "{invoice_number}" => Some(Tag::Number),
        "{invoice_balance}" => Some(Tag::Balance),
        "{due_date}" => Some(Tag::Due),
        "{pay_link}" => Some(Tag::PayLink),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
