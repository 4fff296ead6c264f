//! What API Gateway says of a request: which address it came to, and which network it came from.
//! Must never come from a header that a caller can write.
#![cfg(test)]
use lambda_http::Request;
use platform::request::{base_url, source_network};
use serde_json::{Value, json};

/// A request as API Gateway hands it over.
fn request(domain: Option<&str>, path: &str) -> Request {
    request_from("127.0.0.1", domain, path)
}

fn request_from(source: &str, domain: Option<&str>, path: &str) -> Request {
    let event = json!({
        "resource": "/p/{token}/pay",
        "path": "/p/TOKEN/pay",
        "httpMethod": "POST",
        "headers": { "Host": "evil.example", "X-Forwarded-Host": "evil.example",
                     "X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9" },
        "multiValueHeaders": { "Host": ["evil.example"] },
        "queryStringParameters": Value::Null,
        "multiValueQueryStringParameters": Value::Null,
        "pathParameters": { "token": "TOKEN" },
        "stageVariables": Value::Null,
        "requestContext": {
            "accountId": "1", "resourceId": "r", "stage": "live", "requestId": "1",
            "identity": { "sourceIp": source }, "resourcePath": "/p/{token}/pay",
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

#[test]
fn who_sends_is_counted_by_network_and_no_header_changes_it() {
    let network = |source| source_network(&request_from(source, None, "/p/TOKEN/pay"));
    let v4 = |octets: [u8; 4]| Some(std::net::Ipv4Addr::from(octets).to_ipv6_mapped().octets());
    assert_eq!(network("198.51.100.7"), v4([198, 51, 100, 7]));
    assert_eq!(network("::ffff:198.51.100.7"), v4([198, 51, 100, 7]), "the same in the other form");
    let home = network("2001:db8:1:2::1");
    assert_eq!(home, network("2001:db8:1:2:ffff:ffff:ffff:ffff"), "one household");
    assert_ne!(home, network("2001:db8:1:3::1"), "the neighbours");
    for unknown in ["", "unknown", "198.51.100.7, 203.0.113.9"] {
        assert_eq!(network(unknown), None, "{unknown:?}");
    }
}
