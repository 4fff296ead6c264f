//! Cookies: set so that only our own pages on our own host ever get them.
//! Must never weaken one outside of a plain-http host of this machine, where demos run.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lambda_http::Request;
use lambda_http::http::header::COOKIE;

use crate::form::origin_of;

/// The value of a `Set-Cookie` header; `age_s` seconds to live, 0 to end it.
pub(crate) fn set(base: &str, name: &str, value: &str, age_s: i64) -> String {
    let secure = if is_plain(base) { "" } else { "; Secure" };
    let name = full_name(base, name);
    format!("{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}")
}

/// The value that a request brings.
pub(crate) fn get(request: &Request, base: &str, name: &str) -> Option<String> {
    let wanted = full_name(base, name);
    let headers = request.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = headers.flat_map(|header| header.split(';'));
    pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted && !value.is_empty()).then(|| value.to_owned())
    })
}

/// Bytes as a cookie's value.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Bytes of a cookie's value.
pub(crate) fn decode(value: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(value).ok()
}

/// Browsers let nobody but the host itself, over TLS, set a cookie of this prefix.
/// Source: RFC 6265bis, "The __Host- Prefix".
fn full_name(base: &str, name: &str) -> String {
    if is_plain(base) { name.to_owned() } else { format!("__Host-{name}") }
}

/// Whether this is a demo on this machine, for which there is no certificate.
fn is_plain(base: &str) -> bool {
    let Some(host) = origin_of(base).strip_prefix("http://") else { return false };
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1"
}
