//! Requests as API Gateway hands them over.
//! Must never hold anything that a handler would not get there.
use std::collections::HashMap;

use lambda_http::http::Request as HttpRequest;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt as _};
use serde_json::{Value, json};
use ulid::Ulid;

use crate::bench::{TENANT, WEBHOOK_SECRET};

/// A payer's: `action` is what stands behind the token, or nothing.
pub(crate) fn payer(method: &str, token: &str, action: &str, form: &[(&str, &str)]) -> Request {
    let path =
        if action.is_empty() { format!("/p/{token}") } else { format!("/p/{token}/{action}") };
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = HttpRequest::builder()
        .method(method)
        .uri(format!("https://pay.example{path}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .header("accept-language", "en")
        .header("sec-fetch-site", "same-origin")
        .header("sec-fetch-mode", "navigate")
        .header(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        )
        .body(Body::Text(body))
        .unwrap();
    request.with_path_parameters(HashMap::from([("token".to_owned(), vec![token.to_owned()])]))
}

/// The same from an address that API Gateway has seen.
pub(crate) fn from_address(request: Request, address: &str) -> Request {
    let context = json!({ "identity": { "sourceIp": address }, "httpMethod": "GET" });
    let context = serde_json::from_value(context).unwrap();
    request.with_request_context(RequestContext::ApiGatewayV1(context))
}

/// Stripe's, signed at `at_s`.
pub(crate) fn webhook(body: &str, at_s: i64) -> Request {
    HttpRequest::builder()
        .method("POST")
        .uri("https://pay.example/webhooks/stripe")
        .header("content-type", "application/json; charset=utf-8")
        .header("stripe-signature", stripe_stand_in::InProcess::sign(WEBHOOK_SECRET, at_s, body))
        .body(Body::Text(body.to_owned()))
        .unwrap()
}

/// An A/R manager's, about an invoice and perhaps a case of it; `verb` ends the path.
pub(crate) fn operator(invoice: Ulid, case: Option<Ulid>, verb: &str, body: &Value) -> Request {
    let (path, resource) = match case {
        Some(case) => (
            format!("/invoices/{invoice}/cases/{case}/{verb}"),
            format!("/invoices/{{id}}/cases/{{case}}/{verb}"),
        ),
        None => (format!("/invoices/{invoice}/{verb}"), format!("/invoices/{{id}}/{verb}")),
    };
    let parts = json!({ "id": invoice.to_string(), "case": case.unwrap_or(invoice).to_string() });
    signed_in(&path, &resource, ("application/json", &body.to_string()), &parts)
}

/// An A/R manager's file of invoices.
pub(crate) fn import(file: &str) -> Request {
    signed_in("/invoices/import", "/invoices/import", ("text/csv", file), &Value::Null)
}

fn signed_in(path: &str, resource: &str, (kind, body): (&str, &str), parts: &Value) -> Request {
    let event = json!({
        "resource": resource,
        "path": path,
        "httpMethod": "POST",
        "headers": {},
        "multiValueHeaders": { "content-type": [kind] },
        "queryStringParameters": Value::Null,
        "multiValueQueryStringParameters": {},
        "pathParameters": parts,
        "stageVariables": Value::Null,
        "requestContext": {
            "accountId": "1", "resourceId": "r", "stage": "live", "requestId": "1",
            "identity": { "sourceIp": "127.0.0.1" }, "resourcePath": resource,
            "httpMethod": "POST", "apiId": "a", "path": path,
            "authorizer": { "claims": {
                "sub": "operator-1", "custom:tenant": TENANT, "token_use": "id",
                "cognito:groups": "ar_manager",
            } },
        },
        "body": body,
        "isBase64Encoded": false,
    });
    lambda_http::request::from_str(&event.to_string()).unwrap()
}
