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

/// What an operator may want here; who may what is in `Operator::may`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Read an invoice and its timeline.
    Read,
    /// Import invoices.
    Import,
    /// Regenerate and resend links.
    RegenerateLink,
    /// Read plans, promises and disputes, and the documents that came with them.
    ReadCases,
    /// Take a case, give it away, ask the payer.
    WorkCases,
    /// Approve, decline, accept, reject.
    DecideCases,
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

    /// Whether plans over the seller's limit may be approved.
    pub fn may_exceed_limit(&self) -> bool {
        self.roles.iter().any(|role| matches!(role.as_str(), "controller" | "legal"))
    }

    fn may(&self, task: Task) -> bool {
        may(&self.roles, task)
    }
}

/// The table of roles: a role that is not in it may nothing.
fn tasks_of(role: &str) -> &'static [Task] {
    use Task::{DecideCases, Import, Read, ReadCases, RegenerateLink, WorkCases};
    match role {
        "admin" | "ar_manager" | "ar_operator" => {
            &[Read, Import, RegenerateLink, ReadCases, WorkCases, DecideCases]
        }
        "controller" | "legal" => &[Read, ReadCases, WorkCases, DecideCases],
        "billing_admin" => &[Read, RegenerateLink, ReadCases, WorkCases],
        "sales" | "csm" | "viewer" => &[Read, ReadCases],
        _ => &[],
    }
}

/// Whether somebody of these roles may do that.
pub fn may(roles: &[String], task: Task) -> bool {
    roles.iter().any(|role| tasks_of(role).contains(&task))
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

    fn operator(roles: &[&str]) -> Operator {
        Operator {
            id: "1".to_owned(),
            tenant: "t".to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        }
    }

    #[test]
    fn faults_row_56_each_role_may_what_the_table_says_and_no_more() {
        use Task::{DecideCases, Import, Read, ReadCases, RegenerateLink, WorkCases};
        let all = [Read, Import, RegenerateLink, ReadCases, WorkCases, DecideCases];
        for (role, allowed) in [
            ("admin", "read import link cases work decide"),
            ("ar_manager", "read import link cases work decide"),
            ("ar_operator", "read import link cases work decide"),
            ("controller", "read cases work decide"),
            ("legal", "read cases work decide"),
            ("billing_admin", "read link cases work"),
            ("sales", "read cases"),
            ("csm", "read cases"),
            ("viewer", "read cases"),
            ("stranger", ""),
            ("Admin", ""),
            ("", ""),
        ] {
            let word = |task| match task {
                Read => "read",
                Import => "import",
                RegenerateLink => "link",
                ReadCases => "cases",
                WorkCases => "work",
                DecideCases => "decide",
            };
            let may = all.iter().copied().filter(|task| operator(&[role]).may(*task)).map(word);
            assert_eq!(may.collect::<Vec<_>>().join(" "), allowed, "{role}");
        }
    }

    #[test]
    fn only_the_controller_and_legal_exceed_the_limit() {
        for (roles, exceeds) in [
            (&["controller"][..], true),
            (&["legal"], true),
            (&["viewer", "controller"], true),
            (&["admin", "ar_manager", "ar_operator", "billing_admin"], false),
            (&[], false),
        ] {
            assert_eq!(operator(roles).may_exceed_limit(), exceeds, "{roles:?}");
        }
    }
}
