//! HTTP to addresses that settings name: our own API, and where operators sign in.
//! Must never follow a redirect nor repeat a request: a token goes only where it was sent.
use std::fmt;
use std::time::Duration;

use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use lambda_http::http::uri::PathAndQuery;
use lambda_http::http::{HeaderName, HeaderValue, Request, Response, Uri};

use crate::Fault;

/// A page's function has 28 s; our slowest endpoint asks Stripe a few times.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(25);
/// Largest answer read, in bytes: more than a receipt or an export has.
const BODY_MAX: usize = 6 * 1024 * 1024;

/// A client for any address of the web.
#[derive(Clone)]
pub struct Web {
    http: SharedHttpConnector,
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Web")
    }
}

impl Web {
    /// A client on ring that trusts the roots of the web.
    ///
    /// # Errors
    /// [`Fault::Config`] if the TLS stack cannot be set up.
    pub fn start() -> Result<Self, Fault> {
        Ok(Self { http: crate::connector::for_web(crate::stripe::CONNECT_TIMEOUT)? })
    }

    /// Sends a request, once. With `connect` (`http://127.0.0.1:4566`) the connection goes
    /// there, while the Host header stays that of the request's own address.
    ///
    /// # Errors
    /// [`Fault::Web`] when there is no answer in time, or one too large to read.
    pub async fn send(
        &self,
        request: Request<Vec<u8>>,
        connect: Option<&str>,
    ) -> Result<Response<Vec<u8>>, Fault> {
        let call = call(request, connect)?;
        let answer = tokio::time::timeout(REQUEST_TIMEOUT, self.answer(call)).await;
        answer.unwrap_or_else(|_| Err(Fault::Web("no answer in time".to_owned())))
    }

    async fn answer(&self, call: HttpRequest) -> Result<Response<Vec<u8>>, Fault> {
        let failed =
            |error: &(dyn std::error::Error + 'static)| Fault::Web(crate::fault::chain(error));
        let answer = self.http.call(call).await.map_err(|error| failed(&error))?;
        let mut response = head(&answer);
        let mut chunks = ByteStream::new(answer.into_body());
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| failed(&error))?;
            response.body_mut().extend_from_slice(&chunk);
            if response.body().len() > BODY_MAX {
                return Err(Fault::Web("answer too large".to_owned()));
            }
        }
        Ok(response)
    }
}

/// Status and headers; a header that is none is left out.
fn head(answer: &HttpResponse) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    if let Ok(status) = answer.status().as_u16().try_into() {
        *response.status_mut() = status;
    }
    for (name, value) in answer.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn call(request: Request<Vec<u8>>, connect: Option<&str>) -> Result<HttpRequest, Fault> {
    // What was unusable is not said: a header may be a token.
    let unusable = || Fault::Web("unusable request".to_owned());
    let (parts, body) = request.into_parts();
    let host = parts.uri.authority().ok_or_else(unusable)?.to_string();
    let uri = match connect {
        Some(base) => format!("{}{}", base.trim_end_matches('/'), path_of(&parts.uri)),
        None => parts.uri.to_string(),
    };
    let mut call = HttpRequest::new(SdkBody::from(body));
    call.set_method(parts.method.as_str()).map_err(|_| unusable())?;
    call.set_uri(uri).map_err(|_| unusable())?;
    for (name, value) in &parts.headers {
        let value = value.to_str().map_err(|_| unusable())?.to_owned();
        call.headers_mut().try_insert(name.as_str().to_owned(), value).map_err(|_| unusable())?;
    }
    call.headers_mut().try_insert("host", host).map_err(|_| unusable())?;
    Ok(call)
}

fn path_of(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", PathAndQuery::as_str)
}
