//! What a payer sent instead of paying, shown read-only, and what the seller said to it.
//! Must never offer anything: it is what was, not what can be done.

/// A plan, promise or dispute as it was sent, with what was asked and answered since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Such as `PL-7F3K9Q2M4X`.
    pub reference: String,
    /// Date on which it was sent.
    pub on: String,
    /// It is a plan that was agreed: dates may have been moved since it was sent.
    pub agreed: bool,
    /// The instalments of a plan.
    pub schedule: Vec<Part>,
    /// Everything else, in the order of the form.
    pub details: Vec<Detail>,
}

/// One line of a plan's schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its date.
    pub due: String,
    /// What is due, with its symbol.
    pub amount: String,
    /// What became of it.
    pub mark: Mark,
}

/// What became of an instalment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing yet.
    None,
    /// It is the next to be paid.
    Next,
    /// It was paid.
    Paid,
    /// Its date went by.
    Missed,
}

/// A field with what was written in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// What the field is called.
    pub label: String,
    /// What was written; may have several lines.
    pub text: String,
}

/// What the seller said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What came of it, such as `Plan declined`.
    pub title: &'static str,
    /// The seller's words.
    pub note: Option<String>,
    /// What was credited, with its symbol.
    pub credited: Option<String>,
}

impl Mark {
    /// As a payer reads it.
    pub(super) fn word(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Next => Some("Next"),
            Self::Paid => Some("Paid"),
            Self::Missed => Some("Missed"),
        }
    }

    /// Tone of the word.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::None | Self::Next => "calm",
            Self::Paid => "good",
            Self::Missed => "warn",
        }
    }
}
