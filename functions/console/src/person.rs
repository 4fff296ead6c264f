//! Who is signed in, as their id token says.
//! Must never decide what somebody may do: it only hides what the API would refuse.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use platform::operator::{Operator, Task};
use platform::roles::Role;
use serde_json::Value;

/// A signed-in operator, as pages show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person(pub Operator);

impl Person {
    /// The person of an id token that has been verified, or that came from the session.
    /// Reads the claims only.
    pub fn of_token(token: &str) -> Option<Self> {
        Operator::of_claims(&claims(token)?).map(Self)
    }

    /// What others call them: their name, else their mail address.
    pub fn called(&self) -> &str {
        self.0.name.as_deref().unwrap_or(self.email())
    }

    /// Their mail address.
    pub fn email(&self) -> &str {
        self.0.email.as_deref().unwrap_or("Signed in")
    }

    /// Whether a page should offer that; the API decides in the end.
    pub fn may(&self, task: Task) -> bool {
        self.0.may(task)
    }

    /// Their roles in words, such as `A/R Manager`.
    pub fn roles_text(&self) -> String {
        self.0.roles.iter().map(Role::title).collect::<Vec<_>>().join(", ")
    }
}

/// The claims of a token, unverified.
pub(crate) fn claims(token: &str) -> Option<Value> {
    let claims = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
