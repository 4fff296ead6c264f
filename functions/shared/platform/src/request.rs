//! What handlers read of a request: body, content type, path, and the address it came to.
//! Must never believe a header about who we are, or about where a request comes from.
use std::net::IpAddr;

use lambda_http::http::header::CONTENT_TYPE;
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt as _};
use serde::de::DeserializeOwned;

use crate::Fault;
use crate::http::Reply;

/// Largest body of an operator's or Stripe's request, in bytes.
pub const BODY_MAX: usize = 4 * 1024 * 1024;
/// The part of an IPv6 address that names a network.
const NETWORK_MASK: u128 = u128::MAX << 64;

/// The body, if it is within `max` bytes.
///
/// # Errors
/// A 413 problem.
pub fn body(request: &Request, max: usize) -> Result<&[u8], Reply> {
    let body: &[u8] = request.body().as_ref();
    if body.len() > max {
        let detail = format!("At most {max} bytes are accepted here.");
        return Err(Reply::problem(413, "Too large", &detail));
    }
    Ok(body)
}

/// Whether the request's content type is `wanted` (parameters such as charset aside).
pub fn content_type_is(request: &Request, wanted: &str) -> bool {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split(';').next()).map(str::trim);
    given.is_some_and(|given| given.eq_ignore_ascii_case(wanted))
}

/// The body, if it is a JSON object of just the fields of `T`, each once. `form` says what to
/// send instead.
///
/// # Errors
/// A 400, 413 or 415 problem.
pub fn object<T: DeserializeOwned>(request: &Request, max: usize, form: &str) -> Result<T, Reply> {
    let body = body(request, max)?;
    if !content_type_is(request, "application/json") {
        return Err(Reply::problem(415, "Wrong content type", "Send application/json."));
    }
    let unusable = || Reply::problem(400, "Unusable body", form);
    // A struct would be read from an array too, and a map would keep the last of two fields.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(unusable());
    }
    serde_json::from_slice(body).map_err(|_| unusable())
}

/// Whether a text can be an operator as Cognito names them: a word, not a text.
pub fn is_operator_id(text: &str) -> bool {
    let length = text.chars().take(129).count();
    (1..=128).contains(&length) && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}

/// A part of the path, as API Gateway has matched it.
pub fn path_part(request: &Request, name: &str) -> String {
    request.path_parameters_ref().and_then(|parts| parts.first(name)).unwrap_or_default().to_owned()
}

/// The address that the outside knows us by, without a slash at the end: the setting, or
/// what API Gateway says of the request (its own host and the stage).
///
/// # Errors
/// [`Fault::Config`] if neither names one.
pub fn base_url(setting: Option<&str>, request: &Request) -> Result<String, Fault> {
    if let Some(setting) = setting {
        return Ok(setting.trim_end_matches('/').to_owned());
    }
    let unknown =
        || Fault::Config("PORTAL_URL is not set and the request names no domain".to_owned());
    let context = request.request_context_ref().ok_or_else(unknown)?;
    let RequestContext::ApiGatewayV1(context) = context else {
        return Err(unknown());
    };
    let domain = context.domain_name.as_deref().ok_or_else(unknown)?;
    let path = context.path.as_deref().unwrap_or_default();
    // Under an own domain the path has no stage in front.
    let stage = context.stage.as_deref().map(|stage| format!("/{stage}")).unwrap_or_default();
    let in_path = !stage.is_empty() && path.starts_with(&format!("{stage}/"));
    Ok(format!("https://{domain}{}", if in_path { stage.as_str() } else { "" }))
}

/// The address that a request came from, as API Gateway has seen it: an IPv4 address, or the
/// network of an IPv6 one (its first 64 bits), of which one household has all.
/// No header is asked: whoever writes one would choose where it comes from.
pub fn source_network(request: &Request) -> Option<[u8; 16]> {
    let context = request.request_context_ref()?;
    let RequestContext::ApiGatewayV1(context) = context else { return None };
    let address: IpAddr = context.identity.source_ip.as_deref()?.parse().ok()?;
    Some(match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => (u128::from_be_bytes(address.octets()) & NETWORK_MASK).to_be_bytes(),
    })
}
