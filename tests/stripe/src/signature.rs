//! The `Stripe-Signature` header, as Stripe makes it.
//! It must never verify anything: the project's own code has to prove itself against it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Hex HMAC-SHA-256 over `{timestamp}.{payload}`.
/// Source: Stripe docs, "Verify webhook signatures manually", seen 2026-11.
fn digest(secret: &str, timestamp_s: i64, payload: &[u8]) -> String {
    // HMAC takes a key of any length, so this cannot fail; an empty tag would be refused anyway.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(timestamp_s.to_string().as_bytes());
    mac.update(b".");
    mac.update(payload);
    hex::encode(mac.finalize().into_bytes())
}

/// A whole header: `t=...,v1=...`, with one `scheme` value for each secret, as during a roll.
#[must_use]
pub fn sign(secrets: &[String], timestamp_s: i64, scheme: &str, payload: &[u8]) -> String {
    let values = secrets.iter().map(|secret| digest(secret, timestamp_s, payload));
    let values: Vec<String> = values.map(|value| format!(",{scheme}={value}")).collect();
    format!("t={timestamp_s}{}", values.concat())
}
