//! Requests and answers as they stand on the wire, and the services' own words for "too much".
//! Must never say anything in a service's name that it would not say.
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use serde_json::json;

use crate::services::{MAIL, STRIPE, TABLE};

/// A request on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    pub(crate) host: String,
    pub(crate) method: String,
    /// With the query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// An answer on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Wire {
    pub(crate) fn read(request: &HttpRequest) -> Self {
        let uri = request.uri().split_once("://").map_or(request.uri(), |(_, rest)| rest);
        let (host, path) = uri.split_once('/').unwrap_or((uri, ""));
        let headers = request.headers().iter();
        Self {
            host: host.to_owned(),
            method: request.method().to_owned(),
            path: format!("/{path}"),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: request.body().bytes().unwrap_or_default().to_vec(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    pub(crate) fn is_transaction(&self) -> bool {
        self.header("x-amz-target").ends_with("TransactWriteItems")
    }

    /// Which kind of request it is, without ids: for traces.
    pub(crate) fn what(&self) -> String {
        let target = self.header("x-amz-target");
        if !target.is_empty() {
            return target.to_owned();
        }
        let path = self.path.split('?').next().unwrap_or_default();
        let word = |part: &&str| !part.contains('_') || part.len() < 20;
        let path = path.split('/').filter(word).collect::<Vec<_>>().join("/");
        format!("{} {}{path}", self.method, self.host)
    }

    pub(crate) fn throttled(&self) -> Answer {
        if self.host == STRIPE {
            let body = br#"{"error":{"type":"invalid_request_error","code":"rate_limit"}}"#;
            return Answer::json(429, body.to_vec());
        }
        if self.host == MAIL {
            return ses_error(400, "Throttling");
        }
        let kind = if self.host == TABLE {
            "com.amazonaws.dynamodb.v20120810#ThrottlingException"
        } else {
            "ThrottlingException"
        };
        let body = format!(r#"{{"__type":"{kind}","message":"Rate exceeded"}}"#);
        Answer::json(400, body.into_bytes())
    }
}

/// Source: DynamoDB API reference, `TransactionCanceledException`, seen 2026-11.
pub(crate) fn conflict() -> Answer {
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled",
        "CancellationReasons": [{ "Code": "TransactionConflict", "Message": "Under way" }],
    });
    Answer::json(400, body.to_string().into_bytes())
}

/// Source: SES API reference, "Common errors", seen 2026-11.
pub(crate) fn ses_error(status: u16, code: &str) -> Answer {
    let body = format!(
        "<ErrorResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    );
    let headers = vec![("content-type", "text/xml".to_owned())];
    Answer { status, headers, body: body.into_bytes() }
}

impl Answer {
    pub(crate) fn json(status: u16, body: Vec<u8>) -> Self {
        let kind = "application/x-amz-json-1.0".to_owned();
        Self { status, headers: vec![("content-type", kind)], body }
    }

    pub(crate) fn into_response(self) -> HttpResponse {
        let status = StatusCode::try_from(self.status).unwrap();
        let mut response = HttpResponse::new(status, SdkBody::from(self.body));
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
