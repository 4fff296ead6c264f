//! Who is signed in, as their id token says.
//! Must never decide what somebody may do: it only hides what the API would refuse.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use platform::operator::{self, Task};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A signed-in operator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Cognito subject.
    pub id: String,
    /// Their mail address.
    pub email: String,
    /// Their name, if the pool knows one.
    pub name: Option<String>,
    /// The tenant they belong to.
    pub tenant: String,
    /// Their groups in the pool.
    pub roles: Vec<String>,
}

impl Person {
    /// The person of an id token that has been verified, or that came from the session.
    /// Reads the claims only.
    pub fn of_token(token: &str) -> Option<Self> {
        let claims = token.split('.').nth(1)?;
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        let roles = claims.get("cognito:groups").and_then(Value::as_array);
        let roles = roles.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        Some(Self {
            id: text("sub")?,
            email: text("email").unwrap_or_default(),
            name: text("name").filter(|name| !name.trim().is_empty()),
            tenant: text("custom:tenant")?,
            roles: roles.collect(),
        })
    }

    /// What others call them.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.email)
    }

    /// Whether a page should offer that; the API decides in the end.
    pub fn may(&self, task: Task) -> bool {
        operator::may(&self.roles, task)
    }

    /// Their roles in words, such as `A/R Manager`.
    pub fn roles_text(&self) -> String {
        let words: Vec<&str> = self.roles.iter().map(|role| role_text(role)).collect();
        words.join(", ")
    }
}

/// A role as people say it.
pub fn role_text(role: &str) -> &str {
    match role {
        "admin" => "Admin",
        "controller" => "Controller",
        "ar_manager" => "A/R Manager",
        "ar_operator" => "A/R Operator",
        "sales" => "Sales",
        "csm" => "CSM",
        "legal" => "Legal",
        "billing_admin" => "Billing Admin",
        "viewer" => "Viewer",
        other => other,
    }
}
