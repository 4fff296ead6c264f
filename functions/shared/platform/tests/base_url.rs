//! Which address the portal knows itself by: with a setting, an own domain, or the API's own.
//! Must never come from a header that a caller can write.
#![cfg(test)]
use lambda_http::Request;
use platform::request::base_url;
use serde_json::{Value, json};

/// A request as API Gateway hands it over.
fn request(domain: Option<&str>, path: &str) -> Request {
    let event = json!({
        "resource": "/p/{token}/pay",
        "path": "/p/TOKEN/pay",
        "httpMethod": "POST",
        "headers": { "Host": "evil.example", "X-Forwarded-Host": "evil.example" },
        "multiValueHeaders": { "Host": ["evil.example"] },
        "queryStringParameters": Value::Null,
        "multiValueQueryStringParameters": Value::Null,
        "pathParameters": { "token": "TOKEN" },
        "stageVariables": Value::Null,
        "requestContext": {
            "accountId": "1", "resourceId": "r", "stage": "live", "requestId": "1",
            "identity": { "sourceIp": "127.0.0.1" }, "resourcePath": "/p/{token}/pay",
            "httpMethod": "POST", "apiId": "a", "path": path, "domainName": domain,
        },
        "body": Value::Null,
        "isBase64Encoded": false,
    });
    lambda_http::request::from_str(&event.to_string()).unwrap()
}

#[test]
fn links_carry_the_stage_unless_there_is_an_own_domain() {
    let api = "a1.execute-api.eu-west-1.amazonaws.com";
    for (setting, domain, path, expected) in [
        (
            None,
            Some(api),
            "/live/p/TOKEN/pay",
            "https://a1.execute-api.eu-west-1.amazonaws.com/live",
        ),
        (None, Some("pay.example.com"), "/p/TOKEN/pay", "https://pay.example.com"),
        (
            Some("https://pay.example.com/"),
            Some(api),
            "/live/p/TOKEN/pay",
            "https://pay.example.com",
        ),
    ] {
        let request = request(domain, path);
        assert_eq!(base_url(setting, &request).unwrap(), expected);
    }
}

#[test]
fn without_a_setting_or_a_domain_there_is_no_address_to_guess() {
    assert!(base_url(None, &request(None, "/live/p/TOKEN/pay")).is_err());
}
