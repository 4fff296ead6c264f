//! Operators as Cognito knows them: made, signed in, disabled, and strangers of another pool.
//! Must never sign anybody in who was not made here.
use serde_json::{Value, json};

use crate::aws::Aws;

/// Every operator's of the stories.
const PASSWORD: &str = "Aa1-not-a-secret-of-anyone";

impl Aws {
    /// An operator of a tenant, with a fresh bearer token.
    pub async fn operator(&self, tenant: &str, role: &str) -> String {
        self.signed_in(tenant, role, "IdToken").await
    }

    /// The other token of a sign-in, which says nothing of the tenant.
    pub async fn access_token(&self, tenant: &str, role: &str) -> String {
        self.signed_in(tenant, role, "AccessToken").await
    }

    /// An operator of the same name, tenant and role, whom another user pool has signed in.
    pub async fn operator_of_another_pool(&self, tenant: &str, role: &str) -> String {
        let create = json!({ "PoolName": format!("strangers-{tenant}"), "Schema": [
            { "Name": "tenant", "AttributeDataType": "String", "Mutable": true },
        ] });
        let pool = self.cognito("CreateUserPool", create).await;
        let pool = pool["UserPool"]["Id"].as_str().expect("a pool").to_owned();
        self.cognito("CreateGroup", json!({ "UserPoolId": pool, "GroupName": role })).await;
        let client = self.client_of(&pool).await;
        self.signed_in_at((&pool, &client), (tenant, role), "IdToken").await
    }

    /// An operator of this pool, who has signed in to another app than ours.
    pub async fn operator_of_another_client(&self, tenant: &str, role: &str) -> String {
        let pool = self.stack.text("operator_pool");
        let client = self.client_of(&pool).await;
        self.signed_in_at((&pool, &client), (tenant, role), "IdToken").await
    }

    /// A new app client of a pool.
    async fn client_of(&self, pool: &str) -> String {
        let create = json!({ "UserPoolId": pool, "ClientName": "strangers",
                             "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] });
        let client = self.cognito("CreateUserPoolClient", create).await;
        client["UserPoolClient"]["ClientId"].as_str().expect("a client").to_owned()
    }

    /// Disables an operator, as an Admin of the pool does.
    pub async fn disable_operator(&self, tenant: &str, role: &str) {
        let user = json!({ "UserPoolId": self.stack.text("operator_pool"),
                           "Username": address(tenant, role) });
        self.cognito("AdminDisableUser", user).await;
    }

    /// Whether an operator's password still gets a token.
    pub async fn can_sign_in(&self, tenant: &str, role: &str) -> bool {
        let (pool, client) = (self.stack.text("operator_pool"), self.stack.text("operator_client"));
        let body = sign_in((&pool, &client), &address(tenant, role));
        let target = "AWSCognitoIdentityProviderService.AdminInitiateAuth";
        let (status, text) = self.call_once("cognito-idp", target, &body).await;
        assert!(!status.is_server_error(), "{text}");
        status.is_success()
    }

    async fn signed_in(&self, tenant: &str, role: &str, token: &str) -> String {
        let (pool, client) = (self.stack.text("operator_pool"), self.stack.text("operator_client"));
        self.signed_in_at((&pool, &client), (tenant, role), token).await
    }

    async fn signed_in_at(
        &self,
        (pool, client): (&str, &str),
        (tenant, role): (&str, &str),
        token: &str,
    ) -> String {
        let email = address(tenant, role);
        let attributes = json!([
            { "Name": "email", "Value": email },
            { "Name": "email_verified", "Value": "true" },
            { "Name": "custom:tenant", "Value": tenant },
        ]);
        let create = json!({ "UserPoolId": pool, "Username": email, "MessageAction": "SUPPRESS",
                             "TemporaryPassword": PASSWORD, "UserAttributes": attributes });
        self.cognito("AdminCreateUser", create).await;
        let set = json!({ "UserPoolId": pool, "Username": email, "Password": PASSWORD,
                          "Permanent": true });
        self.cognito("AdminSetUserPassword", set).await;
        let join = json!({ "UserPoolId": pool, "Username": email, "GroupName": role });
        self.cognito("AdminAddUserToGroup", join).await;
        let signed_in = self.cognito("AdminInitiateAuth", sign_in((pool, client), &email)).await;
        let token = signed_in["AuthenticationResult"][token].as_str();
        token.expect("a token").to_owned()
    }

    async fn cognito(&self, action: &str, body: Value) -> Value {
        let target = format!("AWSCognitoIdentityProviderService.{action}");
        self.call("cognito-idp", &target, body).await
    }
}

fn address(tenant: &str, role: &str) -> String {
    format!("{role}-{tenant}@operators.example")
}

fn sign_in((pool, client): (&str, &str), email: &str) -> Value {
    json!({
        "UserPoolId": pool, "ClientId": client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": email, "PASSWORD": PASSWORD },
    })
}
