//! The signature on a webhook, over the raw bytes as they came.
//! Must never parse first: a body that is not signed has no meaning.
//! Source: Stripe docs "Verify webhook signatures manually", seen 2026-11.
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// How far the signature's time may be from ours, either way.
pub const TOLERANCE_S: i64 = 300;
/// Signatures looked at in one header; Stripe sends one per active secret.
const SIGNATURES_MAX: usize = 8;

/// Why a delivery is not believed. The text names the usual cause for whoever reads the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No usable `Stripe-Signature` header.
    #[error("the Stripe-Signature header is missing or malformed")]
    Malformed,
    /// Signed too long ago or ahead: a replay, or a clock that is off.
    #[error("the signature's time is more than 300 s from ours: a replay, or a wrong clock")]
    OutsideTolerance,
    /// No secret of ours made it.
    #[error("no v1 signature matches: another endpoint's secret, or a body changed on its way")]
    NoMatch,
}

/// Checks the header against every secret; any `v1` value may match, so that a secret can
/// be rolled.
///
/// # Errors
/// [`SignatureError`]; answer 400 and store nothing.
pub fn verify(
    body: &[u8],
    header: &str,
    secrets: &[String],
    now: Timestamp,
) -> Result<(), SignatureError> {
    let mut signed_at_s = None;
    let mut signatures = Vec::new();
    for part in header.split(',').take(SIGNATURES_MAX.saturating_mul(2)) {
        match part.trim().split_once('=') {
            Some(("t", value)) => signed_at_s = value.parse::<i64>().ok(),
            Some(("v1", value)) if signatures.len() < SIGNATURES_MAX => {
                signatures.extend(hex::decode(value));
            }
            Some(_) | None => {}
        }
    }
    let signed_at_s = signed_at_s.ok_or(SignatureError::Malformed)?;
    if signatures.is_empty() {
        return Err(SignatureError::Malformed);
    }
    if now.as_second().abs_diff(signed_at_s) > TOLERANCE_S.unsigned_abs() {
        return Err(SignatureError::OutsideTolerance);
    }
    let mut matched = Choice::from(0);
    for secret in secrets {
        let Some(expected) = sign(body, signed_at_s, secret) else { continue };
        for signature in &signatures {
            matched |= expected.ct_eq(signature.as_slice());
        }
    }
    if bool::from(matched) { Ok(()) } else { Err(SignatureError::NoMatch) }
}

fn sign(body: &[u8], signed_at_s: i64, secret: &str) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(signed_at_s.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW_S: i64 = 1_800_000_000;
    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    fn header(secret: &str, at_s: i64) -> String {
        format!("t={at_s},v1={}", hex::encode(sign(BODY, at_s, secret).unwrap()))
    }

    fn check(body: &[u8], header: &str, secrets: &[&str]) -> Result<(), SignatureError> {
        let secrets: Vec<String> = secrets.iter().map(ToString::to_string).collect();
        verify(body, header, &secrets, Timestamp::from_second(NOW_S).unwrap())
    }

    #[test]
    fn faults_row_10_the_tolerance_is_300_seconds_either_way() {
        for (offset_s, expected) in [
            (299, Ok(())),
            (300, Ok(())),
            (301, Err(SignatureError::OutsideTolerance)),
            (-299, Ok(())),
            (-300, Ok(())),
            (-301, Err(SignatureError::OutsideTolerance)),
        ] {
            assert_eq!(check(BODY, &header("whsec_a", NOW_S + offset_s), &["whsec_a"]), expected);
        }
    }

    #[test]
    fn faults_row_11_either_secret_passes_while_one_is_rolled() {
        let both = format!(
            "{},v1={}",
            header("whsec_old", NOW_S),
            hex::encode(sign(BODY, NOW_S, "whsec_new").unwrap())
        );
        assert_eq!(check(BODY, &both, &["whsec_new"]), Ok(()));
        assert_eq!(check(BODY, &both, &["whsec_old"]), Ok(()));
        assert_eq!(check(BODY, &header("whsec_old", NOW_S), &["whsec_new", "whsec_old"]), Ok(()));
        assert_eq!(check(BODY, &both, &["whsec_other"]), Err(SignatureError::NoMatch));
    }

    #[test]
    fn faults_row_9_no_header_no_scheme_no_secret_no_entry() {
        let good = header("whsec_a", NOW_S);
        for bad in [
            "",
            "t=",
            "v1=00",
            "t=1800000000",
            &good.replace("v1", "v0"),
            &good.replace("t=", "s="),
        ] {
            assert_eq!(check(BODY, bad, &["whsec_a"]), Err(SignatureError::Malformed), "{bad}");
        }
        assert_eq!(check(BODY, &good, &[]), Err(SignatureError::NoMatch));
    }

    #[test]
    fn the_first_eight_signatures_are_looked_at_and_no_more() {
        let right = header("whsec_a", NOW_S);
        let (time, signature) = right.split_once(',').unwrap();
        let wrong = format!("v1={},", "00".repeat(32));
        for (before, expected) in [(7, Ok(())), (8, Err(SignatureError::NoMatch))] {
            let header = format!("{time},{}{signature}", wrong.repeat(before));
            assert_eq!(check(BODY, &header, &["whsec_a"]), expected, "{before} before it");
        }
    }

    proptest! {
        #[test]
        fn faults_row_9_one_byte_off_is_refused(place in 0..BODY.len(), bit in 0..8_u32) {
            let mut body = BODY.to_vec();
            body[place] ^= 1 << bit;
            prop_assert!(check(&body, &header("whsec_a", NOW_S), &["whsec_a"]).is_err());
        }

        #[test]
        fn any_header_is_answered(text in ".{0,300}") {
            prop_assert!(check(BODY, &text, &["whsec_a"]).is_err());
        }
    }
}
