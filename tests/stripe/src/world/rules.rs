//! What tests may ask for: how events travel, and which requests go wrong.
//! Rules must never reach past the account they were made for.

use crate::config::Endpoint;

/// What happens to a new event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Sent at once.
    #[default]
    Deliver,
    /// Kept until a control sends it.
    Hold,
    /// Never sent.
    Drop,
}

/// How an account's events are delivered.
#[derive(Debug, Clone, Default)]
pub(crate) struct WebhookRules {
    pub(crate) mode: Mode,
    /// Event types the mode is for; others are delivered. Empty: all.
    pub(crate) types: Vec<String>,
    /// Extra copies of each event, at most 200.
    pub(crate) duplicate: usize,
    pub(crate) endpoints: Vec<Endpoint>,
    /// A second secret that also signs, as while a secret is being rolled.
    pub(crate) rolled_secrets: Vec<String>,
    pub(crate) retry_ms: Vec<u64>,
}

impl WebhookRules {
    /// What the rules say about one type of event.
    pub(crate) fn mode_for(&self, kind: &str) -> Mode {
        if self.types.is_empty() || self.types.iter().any(|wanted| wanted == kind) {
            self.mode
        } else {
            Mode::Deliver
        }
    }
}

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// 500, nothing done; kept under the idempotency key as Stripe does.
    ErrorBeforeCommit,
    /// Done, yet answered 500; the 500 is kept under the idempotency key.
    ErrorAfterCommit,
    /// 429, nothing done, nothing kept.
    RateLimit,
    /// Waits, then does it; meanwhile the idempotency key is in use.
    HangBeforeCommit,
    /// Does it, then waits with the answer.
    HangAfterCommit,
    /// Closes the connection without doing it.
    DropBeforeCommit,
    /// Does it, then closes the connection without an answer.
    DropAfterCommit,
    /// Does it, then answers 200 with half a body.
    GarbleAfterCommit,
}

impl FaultKind {
    /// From the control's word.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "error_before_commit" => Self::ErrorBeforeCommit,
            "error_after_commit" => Self::ErrorAfterCommit,
            "rate_limit" => Self::RateLimit,
            "hang_before_commit" => Self::HangBeforeCommit,
            "hang_after_commit" => Self::HangAfterCommit,
            "drop_before_commit" => Self::DropBeforeCommit,
            "drop_after_commit" => Self::DropAfterCommit,
            "garble_after_commit" => Self::GarbleAfterCommit,
            _ => return None,
        })
    }

    /// Whether it needs a request that is executed; a replay of a kept answer leaves it unused.
    pub(crate) fn needs_execution(self) -> bool {
        matches!(self, Self::ErrorBeforeCommit | Self::ErrorAfterCommit)
    }
}

/// A fault waiting for its requests.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// Such as `checkout.sessions.create`, or `*`.
    pub(crate) operation: String,
    pub(crate) kind: FaultKind,
    /// Requests still to hit.
    pub(crate) count: u32,
    /// For the hanging kinds, at most 120,000.
    pub(crate) hang_ms: u64,
}
