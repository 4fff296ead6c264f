//! Who calls an operator's endpoint: tenant and roles from the Cognito claims that API
//! Gateway has verified. Must never read a role from anything else.
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt as _};
use serde_json::Value;

use crate::roles::Roles;
pub use crate::roles::Task;

/// A signed-in operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Cognito subject.
    pub id: String,
    /// The tenant whose invoices these are.
    pub tenant: String,
    /// The address that they sign in with, if the token says it. For people to read: never an
    /// identity, never in a log.
    pub email: Option<String>,
    /// What they are called, if the token says it.
    pub name: Option<String>,
    /// What they are here.
    pub roles: Roles,
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
    /// The operator of a request, if a role allows the task.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn of(request: &Request, task: Task) -> Result<Self, Denied> {
        Self::of_any(request, &[task])
    }

    /// The operator of a request, if a role allows one of the tasks.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn of_any(request: &Request, tasks: &[Task]) -> Result<Self, Denied> {
        let operator = Self::signed_in(request).ok_or(Denied::NoOperator)?;
        let allowed = tasks.iter().any(|task| operator.may(*task));
        if allowed { Ok(operator) } else { Err(Denied::NotAllowed) }
    }

    /// The operator of a request, whatever their roles allow.
    pub fn signed_in(request: &Request) -> Option<Self> {
        Self::of_claims(claims_of(request)?)
    }

    /// The operator whom the claims of a verified id token name; `None` for any other token.
    pub fn of_claims(claims: &Value) -> Option<Self> {
        let claim = |name: &str| {
            let text = claims.get(name).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        // An access token passes some authorizers too, but says nothing of the tenant.
        if claim("token_use").as_deref() != Some("id") {
            return None;
        }
        Some(Self {
            id: claim("sub")?,
            tenant: claim("custom:tenant")?,
            email: claim("email"),
            name: claim("name"),
            roles: Roles::of_claim(claims.get("cognito:groups").unwrap_or(&Value::Null)),
        })
    }

    /// Whether a role allows the task.
    pub fn may(&self, task: Task) -> bool {
        self.roles.may(task)
    }

    /// Whether plans over the seller's limit may be approved.
    pub fn may_exceed_limit(&self) -> bool {
        self.roles.may_exceed_limit()
    }
}

/// Whether the caller's token was made for that app client of the pool.
pub fn is_for_client(request: &Request, client: &str) -> bool {
    let audience = claims_of(request).and_then(|claims| claims.get("aud"));
    !client.is_empty() && audience.and_then(Value::as_str) == Some(client)
}

/// What API Gateway has verified of the caller's token.
fn claims_of(request: &Request) -> Option<&Value> {
    let RequestContext::ApiGatewayV1(context) = request.request_context_ref()? else {
        return None;
    };
    context.authorizer.fields.get("claims")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::roles::Role;

    fn claims() -> Value {
        json!({
            "sub": "operator-1", "token_use": "id", "custom:tenant": "northwind",
            "email": "ada@northwind.example", "cognito:groups": "viewer,legal",
        })
    }

    fn request(authorizer: &Value) -> Request {
        let event = json!({
            "resource": "/cases", "path": "/cases", "httpMethod": "GET",
            "headers": {}, "multiValueHeaders": {},
            "queryStringParameters": null, "multiValueQueryStringParameters": {},
            "pathParameters": null, "stageVariables": null,
            "requestContext": {
                "accountId": "1", "resourceId": "r", "stage": "live", "requestId": "1",
                "identity": { "sourceIp": "127.0.0.1" }, "resourcePath": "/cases",
                "httpMethod": "GET", "apiId": "a", "path": "/live/cases",
                "authorizer": authorizer,
            },
            "body": null, "isBase64Encoded": false,
        });
        lambda_http::request::from_str(&event.to_string()).unwrap()
    }

    #[test]
    fn an_operator_is_what_the_claims_say() {
        let operator = Operator::of_claims(&claims()).unwrap();
        assert_eq!((operator.id.as_str(), operator.tenant.as_str()), ("operator-1", "northwind"));
        assert_eq!(operator.email.as_deref(), Some("ada@northwind.example"));
        assert_eq!(operator.name, None);
        assert_eq!(operator.roles.iter().collect::<Vec<_>>(), [Role::Legal, Role::Viewer]);
        assert!(operator.may(Task::DecideCases) && operator.may_exceed_limit());
        assert!(!operator.may(Task::WriteSettings));
    }

    #[test]
    fn faults_row_55_a_token_made_for_another_client_is_nobodys() {
        for (audience, client, ours) in [
            (json!("the-console"), "the-console", true),
            (json!("the-console"), "another", false),
            (json!(["the-console"]), "the-console", false),
            (json!(null), "the-console", false),
            (json!(""), "", false),
        ] {
            let mut claims = claims();
            claims["aud"] = audience.clone();
            let request = request(&json!({ "claims": claims }));
            assert_eq!(is_for_client(&request, client), ours, "{audience} {client}");
        }
        assert!(!is_for_client(&request(&json!({})), "the-console"), "no claims at all");
    }

    #[test]
    fn faults_row_55_a_token_without_subject_tenant_or_use_is_nobody() {
        for (name, value) in [
            ("sub", json!("")),
            ("sub", json!(null)),
            ("custom:tenant", json!("")),
            ("custom:tenant", json!(["northwind"])),
            ("token_use", json!("access")),
            ("token_use", json!(null)),
        ] {
            let mut claims = claims();
            claims[name] = value.clone();
            assert_eq!(Operator::of_claims(&claims), None, "{name} {value}");
        }
    }
}
