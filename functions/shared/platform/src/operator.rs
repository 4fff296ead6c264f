//! Who calls an operator's endpoint: tenant and roles from the Cognito claims that API
//! Gateway has verified. Must never read a role from anything else.
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt as _};
use serde_json::Value;

/// A signed-in operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Cognito subject.
    pub id: String,
    /// The tenant whose invoices these are.
    pub tenant: String,
    roles: Vec<String>,
}

/// What an operator may want here. The full table of roles comes with the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Read an invoice and its timeline.
    Read,
    /// Import invoices.
    Import,
    /// Regenerate and resend links.
    RegenerateLink,
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Not signed in as an operator: 401.
    NoOperator,
    /// Signed in, but the role does not allow it: 403.
    NotAllowed,
}

impl Operator {
    /// The operator of a request, if the role allows the task.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn of(request: &Request, task: Task) -> Result<Self, Denied> {
        let context = request.request_context_ref().ok_or(Denied::NoOperator)?;
        let RequestContext::ApiGatewayV1(context) = context else { return Err(Denied::NoOperator) };
        let claims = context.authorizer.fields.get("claims").ok_or(Denied::NoOperator)?;
        let claim = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, tenant) = (claim("sub"), claim("custom:tenant"));
        // An access token passes some authorizers too, but says nothing of the tenant.
        if claim("token_use") != "id" || id.is_empty() || tenant.is_empty() {
            return Err(Denied::NoOperator);
        }
        let operator = Self {
            id: id.to_owned(),
            tenant: tenant.to_owned(),
            roles: read_groups(claim("cognito:groups")),
        };
        if operator.may(task) { Ok(operator) } else { Err(Denied::NotAllowed) }
    }

    fn may(&self, task: Task) -> bool {
        self.roles.iter().any(|role| match role.as_str() {
            "admin" | "ar_manager" | "ar_operator" => true,
            "billing_admin" => matches!(task, Task::Read | Task::RegenerateLink),
            "controller" | "sales" | "csm" | "legal" | "viewer" => matches!(task, Task::Read),
            _ => false,
        })
    }
}

/// Cognito's groups arrive as one string: `a,b` from AWS, `[a b]` from others.
fn read_groups(text: &str) -> Vec<String> {
    text.trim_matches(['[', ']'])
        .split([' ', ','])
        .filter(|group| !group.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_read_in_every_spelling() {
        for text in ["ar_operator,viewer", "[ar_operator viewer]", "[ar_operator, viewer]"] {
            assert_eq!(read_groups(text), ["ar_operator", "viewer"], "{text}");
        }
        assert_eq!(read_groups("[]"), Vec::<String>::new());
    }

    #[test]
    fn a_role_that_only_reads_cannot_write() {
        let operator = |role: &str| Operator {
            id: "1".to_owned(),
            tenant: "t".to_owned(),
            roles: vec![role.to_owned()],
        };
        assert!(operator("viewer").may(Task::Read));
        assert!(!operator("viewer").may(Task::RegenerateLink));
        assert!(!operator("sales").may(Task::Import));
        assert!(operator("billing_admin").may(Task::RegenerateLink));
        assert!(!operator("stranger").may(Task::Read));
    }
}
