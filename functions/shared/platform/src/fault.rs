//! How the world can fail us. One enum, logged once, in the handler.
//! Must never carry a token, a secret, a body or an address.
use std::error::Error as StdError;

/// A failure that is nobody's fault at the keyboard: apologise, log, maybe try again.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A setting is missing or cannot be read; an operator of the stack must act.
    #[error("configuration: {0}")]
    Config(String),
    /// DynamoDB did not do it.
    #[error("store: {doing}: {cause}")]
    Store {
        /// What was tried.
        doing: &'static str,
        /// The SDK's words.
        cause: String,
    },
    /// A stored item does not read back; an engineer must act.
    #[error("stored item unreadable: {0}")]
    Item(String),
    /// Stripe did not answer, or not in a way that can be read.
    #[error("stripe: {0}")]
    Stripe(String),
    /// Stripe said no: a setting or an account is wrong.
    #[error("stripe refused: {code} ({request_id})")]
    StripeRefused {
        /// Stripe's error code.
        code: String,
        /// Stripe's request id, to look it up in its dashboard.
        request_id: String,
    },
    /// SES did not take a mail.
    #[error("mail: {cause}")]
    Mail {
        /// The SDK's error code, never its text: that may hold an address.
        cause: String,
        /// Whether the same mail can never be taken.
        is_final: bool,
    },
    /// EventBridge did not take an event.
    #[error("bus: {0}")]
    Bus(String),
    /// Our own API, or the sign-in, did not answer, or not in a way that can be read.
    #[error("web: {0}")]
    Web(String),
    /// S3 did not do it.
    #[error("files: {0}")]
    Files(String),
    /// A page or a document could not be made.
    #[error("rendering: {0}")]
    Render(String),
    /// The same invoice was changed by others three times in a row.
    #[error("too many writers at once")]
    Contended,
}

impl Fault {
    /// Whether trying the same again can help.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store { .. }
            | Self::Stripe(_)
            | Self::Bus(_)
            | Self::Web(_)
            | Self::Files(_)
            | Self::Contended
            | Self::Mail { is_final: false, .. } => true,
            Self::Config(_)
            | Self::Item(_)
            | Self::StripeRefused { .. }
            | Self::Render(_)
            | Self::Mail { is_final: true, .. } => false,
        }
    }

    pub(crate) fn store(doing: &'static str, error: &(dyn StdError + 'static)) -> Self {
        Self::Store { doing, cause: chain(error) }
    }
}

/// What cannot be read, and where; never the error's own text, which may quote a value.
pub(crate) fn unreadable(what: &str, error: &serde_json::Error) -> String {
    format!("unreadable {what}: {:?} at column {}", error.classify(), error.column())
}

/// An error with its causes: the SDK's outer text alone says only "service error".
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    // Bounded: a cause may not go round in circles.
    for _ in 0..6 {
        let Some(cause) = source else { break };
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text.chars().take(400).collect()
}
