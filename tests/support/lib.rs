//! What every story needs: a stack to talk to, a seller of its own, an inbox, a clock to turn.
//! Must never share state between stories: each has its own tenant and Stripe account.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "support for tests: whatever is not as it should be ends the story"
)]

pub mod answers;
pub mod aws;
pub mod files;
pub mod forms;
pub mod inbox;
pub mod operators;
pub mod payer;
pub mod stack;
pub mod stripe;
pub mod world;

use std::time::Duration;

pub use payer::{Answer, Payer};
pub use stack::Stack;
pub use world::{Bill, World};

/// How long anything that happens by itself may take before the story fails.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(150);

/// Asks until there is an answer; a story fails with `what` if none comes in time.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, ask: impl Fn() -> F) -> T {
    within(PATIENCE, what, ask).await
}

/// The same with another limit, for what is known to take longer.
pub async fn within<T, F: Future<Output = Option<T>>>(
    patience: Duration,
    what: &str,
    ask: impl Fn() -> F,
) -> T {
    let until = tokio::time::Instant::now() + patience;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(tokio::time::Instant::now() < until, "{what}: not within {patience:?}");
        tokio::time::sleep(PAUSE).await;
    }
}
