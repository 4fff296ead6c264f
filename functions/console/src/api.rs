//! Our own operator API, called over HTTP as whoever is signed in.
//! Must never call it as anybody else, nor show what it answered unread.
use lambda_http::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use lambda_http::http::{Method, Request, Response};
use platform::Fault;
use platform::web::Web;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::stop::{Problem, Stop};

/// The header that makes a repeated write count once.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The API for one signed-in operator.
#[derive(Clone)]
pub struct Api {
    /// The client.
    pub web: Web,
    /// The API's public base, without a slash at its end.
    pub base: String,
    /// Where to connect instead; the Host header stays that of `base`.
    pub connect: Option<String>,
    /// The operator's id token.
    pub token: String,
}

/// Never shows the token.
impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Api({})", self.base)
    }
}

/// What is written to the API.
#[derive(Clone, Debug)]
pub struct Write<'a> {
    /// The path, such as `/invoices/01…/link`.
    pub path: &'a str,
    /// The idempotency key: the same for the same sending of a form.
    pub key: &'a str,
    /// The body's type.
    pub content_type: &'a str,
    /// The body.
    pub body: Vec<u8>,
}

impl Api {
    /// Reads a document. `query` is encoded here; empty values are left out.
    ///
    /// # Errors
    /// [`Stop`]: what the API refuses, or that it does not answer.
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, Stop> {
        let answer = self.call(Method::GET, &with_query(path, query), None).await?;
        read(answer.body())
    }

    /// Reads a file: its bytes.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn file(&self, path: &str, query: &[(&str, &str)]) -> Result<Vec<u8>, Stop> {
        let answer = self.call(Method::GET, &with_query(path, query), None).await?;
        Ok(answer.into_body())
    }

    /// Sends a JSON document; `key` makes a repetition count once.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Result<T, Stop> {
        let write = Write { path, key, content_type: "application/json", body: bytes(body) };
        self.send(Method::POST, write).await
    }

    /// Replaces a document; `key` makes a repetition count once.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Result<T, Stop> {
        let write = Write { path, key, content_type: "application/json", body: bytes(body) };
        self.send(Method::PUT, write).await
    }

    /// Sends anything, such as a file of invoices.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        write: Write<'_>,
    ) -> Result<T, Stop> {
        let path = write.path;
        let answer = self.call(method, path, Some(&write)).await?;
        read(answer.body())
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        write: Option<&Write<'_>>,
    ) -> Result<Response<Vec<u8>>, Stop> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(ACCEPT, "application/json, */*;q=0.5");
        let mut body = Vec::new();
        if let Some(write) = write {
            request = request.header(CONTENT_TYPE, write.content_type);
            request = request.header(IDEMPOTENCY_KEY, write.key);
            body.clone_from(&write.body);
        }
        // What was unusable is not said: a header is the token.
        let request = request.body(body).map_err(|_| Fault::Web("unusable request".to_owned()))?;
        let answer = self.web.send(request, self.connect.as_deref()).await?;
        let status = answer.status().as_u16();
        if status < 400 { Ok(answer) } else { Err(refused(status, answer.body())) }
    }
}

/// A refusal, or the failure of the API with its reference in the log.
fn refused(status: u16, body: &[u8]) -> Stop {
    let mut problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    problem.status = status;
    if problem.title.is_empty() {
        "Not done".clone_into(&mut problem.title);
    }
    if status >= 500 && problem.reference.is_none() {
        return Stop::Fault(Fault::Web(format!("the API answered {status}")));
    }
    Stop::Problem(problem)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Stop> {
    // A write may answer with nothing, which `Value` and `()` read as null.
    let body: &[u8] = if body.is_empty() { b"null" } else { body };
    serde_json::from_slice(body).map_err(|error| {
        let (kind, column) = (error.classify(), error.column());
        Stop::Fault(Fault::Web(format!("unreadable answer: {kind:?} at column {column}")))
    })
}

fn bytes(body: &Value) -> Vec<u8> {
    body.to_string().into_bytes()
}

fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        text.append_pair(name, value);
    }
    let text = text.finish();
    if text.is_empty() { path.to_owned() } else { format!("{path}?{text}") }
}
