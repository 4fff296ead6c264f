//! Stripe's error objects: type, code, message, parameter and HTTP status.
//! A message must never carry a key or a payer's data beyond what the caller sent.

use serde_json::{Value, json};

/// A refusal in Stripe's own shape.
#[derive(Debug, Clone)]
pub(crate) struct StripeError {
    /// HTTP status.
    pub(crate) status: u16,
    /// `error.type`.
    pub(crate) kind: &'static str,
    /// `error.code`, where Stripe gives one.
    pub(crate) code: Option<&'static str>,
    /// `error.message`.
    pub(crate) message: String,
    /// `error.param`, where one parameter is at fault.
    pub(crate) param: Option<String>,
    /// Whether the request got as far as being executed; only then is it kept under its
    /// idempotency key. Source: Stripe docs, "Idempotent requests", seen 2026-11.
    pub(crate) executed: bool,
}

impl StripeError {
    /// 400: a parameter is wrong. Not kept under the idempotency key.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self {
            status: 400,
            kind: "invalid_request_error",
            code: None,
            message: message.into(),
            param: None,
            executed: false,
        }
    }

    /// 400: understood, but the object's state forbids it. Kept under the idempotency key.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { executed: true, ..Self::invalid(message) }
    }

    /// 404 for an object that is not on this account, whether or not another account has it.
    pub(crate) fn missing(noun: &str, id: &str, param: &str) -> Self {
        let shown: String = id.chars().take(100).collect();
        Self { status: 404, ..Self::invalid(format!("No such {noun}: '{shown}'")) }
            .code("resource_missing")
            .param(param)
    }

    /// 500 as Stripe words it.
    pub(crate) fn internal() -> Self {
        Self {
            status: 500,
            kind: "api_error",
            executed: true,
            ..Self::invalid("An unknown error occurred. (made by the stand-in's fault control)")
        }
    }

    /// 429 as Stripe words it.
    pub(crate) fn rate_limited() -> Self {
        Self { status: 429, ..Self::invalid("Request rate limit exceeded.") }.code("rate_limit")
    }

    /// Adds the code.
    pub(crate) fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds the parameter.
    pub(crate) fn param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// The body Stripe sends.
    pub(crate) fn body(&self) -> Value {
        let mut error = json!({ "type": self.kind, "message": self.message });
        if let Some(code) = self.code {
            error["code"] = json!(code);
            let page = code.replace('_', "-");
            error["doc_url"] = json!(format!("https://stripe.com/docs/error-codes/{page}"));
        }
        if let Some(param) = &self.param {
            error["param"] = json!(param);
        }
        json!({ "error": error })
    }
}
