//! What API Gateway hands to a function when a browser opens a link.
//! Must never be smaller than the real one: reading it is part of a request.
use serde_json::{Value, json};

const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36";
const HOST: &str = "pay.example.com";

/// The event of `GET /p/{token}`, as a REST API with a custom domain sends it.
/// Source: AWS docs, "Input format of a Lambda function for proxy integration", seen 2026-11.
pub fn opening(token: &str) -> Vec<u8> {
    let headers = [
        (
            "Accept",
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        ),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("Accept-Language", "en-US,en;q=0.9"),
        ("Host", HOST),
        ("Sec-Ch-Ua", "\"Chromium\";v=\"149\", \"Not/A)Brand\";v=\"24\""),
        ("Sec-Ch-Ua-Mobile", "?0"),
        ("Sec-Ch-Ua-Platform", "\"Windows\""),
        ("Sec-Fetch-Dest", "document"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Site", "none"),
        ("Sec-Fetch-User", "?1"),
        ("Upgrade-Insecure-Requests", "1"),
        ("User-Agent", BROWSER),
        ("X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678"),
        ("X-Forwarded-For", "198.51.100.7"),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    ];
    let single: serde_json::Map<String, Value> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let multiple: serde_json::Map<String, Value> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), json!([value]))).collect();
    let event = json!({
        "resource": "/p/{token}",
        "path": format!("/p/{token}"),
        "httpMethod": "GET",
        "headers": single,
        "multiValueHeaders": multiple,
        "queryStringParameters": null,
        "multiValueQueryStringParameters": null,
        "pathParameters": { "token": token },
        "stageVariables": null,
        "requestContext": {
            "resourceId": "a1b2c3",
            "resourcePath": "/p/{token}",
            "httpMethod": "GET",
            "extendedRequestId": "Zx3bHFQmoAMEabc=",
            "requestTime": "30/Nov/2026:10:00:00 +0000",
            "path": format!("/p/{token}"),
            "accountId": "000000000000",
            "protocol": "HTTP/1.1",
            "stage": "live",
            "domainPrefix": "pay",
            "requestTimeEpoch": 1_796_032_800_000_u64,
            "requestId": "6f2e8a54-3c0f-4b6e-9d56-0d1f7a0f1c11",
            "identity": {
                "cognitoIdentityPoolId": null,
                "accountId": null,
                "cognitoIdentityId": null,
                "caller": null,
                "sourceIp": "198.51.100.7",
                "principalOrgId": null,
                "accessKey": null,
                "cognitoAuthenticationType": null,
                "cognitoAuthenticationProvider": null,
                "userArn": null,
                "userAgent": BROWSER,
                "user": null
            },
            "domainName": HOST,
            "deploymentId": "d4e5f6",
            "apiId": "g7h8i9j0k1"
        },
        "body": null,
        "isBase64Encoded": false
    });
    event.to_string().into_bytes()
}
