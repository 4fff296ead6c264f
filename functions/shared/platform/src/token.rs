//! The signed token of a pay link: key id, invoice, link, tag.
//! Must never reach a log, and never be accepted on anything but its tag.
use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use ulid::Ulid;

use crate::Fault;

/// 1 key id, 16 invoice, 16 link.
const CLAIM_BYTES: usize = 33;
/// 144 bits of the tag: more than the 128 asked for, and 51 bytes have no base64 padding,
/// so each token has exactly one spelling.
const TAG_BYTES: usize = 18;
const TOKEN_BYTES: usize = CLAIM_BYTES + TAG_BYTES;
/// Length of a token in a URL.
pub const TOKEN_CHARS: usize = 68;

/// Which invoice and which of its links a genuine token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The invoice.
    pub invoice: Ulid,
    /// The link.
    pub link: Ulid,
}

/// The keys that sign links: the current one, and older ones that still verify.
pub struct LinkKeys {
    current: u8,
    keys: BTreeMap<u8, Hmac<Sha256>>,
}

/// Never shows a key.
impl fmt::Debug for LinkKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkKeys(current {}, {} keys)", self.current, self.keys.len())
    }
}

impl LinkKeys {
    /// Reads the secret `{"current":"1","1":"…64 random characters…"}`. To rotate, add a
    /// key under a new number and point `current` at it; remove a key to revoke its links.
    ///
    /// # Errors
    /// [`Fault::Config`] if it has another form or a key is shorter than 32 characters.
    pub fn parse(secret: &str) -> Result<Self, Fault> {
        let bad = |what: &str| Fault::Config(format!("link keys: {what}"));
        let mut texts: BTreeMap<String, String> =
            serde_json::from_str(secret).map_err(|_| bad("not a JSON object of strings"))?;
        let current = texts.remove("current").ok_or_else(|| bad("no \"current\""))?;
        let current = current.parse().map_err(|_| bad("\"current\" is not a key number"))?;
        let mut keys = BTreeMap::new();
        for (id, key) in texts {
            let id = id.parse::<u8>().map_err(|_| bad("a key's name is not 0 to 255"))?;
            if key.len() < 32 {
                return Err(bad("a key is shorter than 32 characters"));
            }
            let mac = Hmac::new_from_slice(key.as_bytes()).map_err(|_| bad("unusable key"))?;
            keys.insert(id, mac);
        }
        if !keys.contains_key(&current) {
            return Err(bad("the current key is not there"));
        }
        Ok(Self { current, keys })
    }

    /// The token of a link, [`TOKEN_CHARS`] characters of the URL-safe alphabet.
    ///
    /// # Errors
    /// [`Fault::Config`] never in practice: the current key is checked at the start.
    pub fn sign(&self, claim: Claim) -> Result<String, Fault> {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.push(self.current);
        bytes.extend_from_slice(&claim.invoice.to_bytes());
        bytes.extend_from_slice(&claim.link.to_bytes());
        let tag = self
            .tag(self.current, &bytes)
            .ok_or_else(|| Fault::Config("link keys: the current key is not there".to_owned()))?;
        bytes.extend_from_slice(&tag);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What a token names, if it is genuine. Needs no database, so guessing costs nothing.
    pub fn verify(&self, token: &str) -> Option<Claim> {
        if token.len() != TOKEN_CHARS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (claim, tag) = bytes.split_at_checked(CLAIM_BYTES)?;
        let (key_id, ids) = claim.split_first()?;
        let expected = self.tag(*key_id, claim)?;
        if !bool::from(expected.ct_eq(tag)) {
            return None;
        }
        let (invoice, link) = ids.split_at_checked(16)?;
        Some(Claim {
            invoice: Ulid::from_bytes(invoice.try_into().ok()?),
            link: Ulid::from_bytes(link.try_into().ok()?),
        })
    }

    fn tag(&self, key_id: u8, claim: &[u8]) -> Option<Vec<u8>> {
        let mut mac = self.keys.get(&key_id)?.clone();
        mac.update(claim);
        let full = mac.finalize().into_bytes();
        full.get(..TAG_BYTES).map(<[u8]>::to_vec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(secret: &str) -> LinkKeys {
        LinkKeys::parse(secret).unwrap()
    }

    const OLD: &str = r#"{"current":"1","1":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#;
    const ROLLED: &str = r#"{"current":"2","1":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                             "2":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}"#;
    const CLAIM: Claim = Claim { invoice: Ulid(11), link: Ulid(22) };

    #[test]
    fn a_token_of_an_older_key_still_opens_after_a_rotation() {
        let token = keys(OLD).sign(CLAIM).unwrap();
        assert_eq!(token.len(), TOKEN_CHARS);
        assert_eq!(keys(ROLLED).verify(&token), Some(CLAIM));
        let newer = keys(ROLLED).sign(CLAIM).unwrap();
        assert_eq!(keys(OLD).verify(&newer), None);
    }

    #[test]
    fn a_key_file_that_could_not_sign_is_refused() {
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"current":"1"}"#,
            r#"{"current":"1","1":"short"}"#,
            r#"{"current":"x","1":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#,
        ] {
            assert!(LinkKeys::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_of_32_characters_signs_and_one_of_31_does_not() {
        for (length, signs) in [(31, false), (32, true), (33, true)] {
            let secret = format!(r#"{{"current":"1","1":"{}"}}"#, "k".repeat(length));
            let token = LinkKeys::parse(&secret).and_then(|keys| keys.sign(CLAIM));
            assert_eq!(token.is_ok(), signs, "{length}");
        }
    }

    #[test]
    fn keys_shown_in_a_log_are_counted_and_not_shown() {
        let shown = format!("{:?}", keys(ROLLED));
        assert!(shown.contains("current 2") && shown.contains("2 keys"), "{shown}");
        assert!(!shown.contains("aaaa") && !shown.contains("bbbb"));
    }

    proptest! {
        #[test]
        fn one_changed_character_makes_a_token_forged(place in 0..TOKEN_CHARS, by in "[A-Za-z0-9_-]") {
            let keys = keys(OLD);
            let token = keys.sign(CLAIM).unwrap();
            let mut forged = token.clone();
            forged.replace_range(place..=place, &by);
            prop_assume!(forged != token);
            prop_assert_eq!(keys.verify(&forged), None);
        }

        #[test]
        fn no_text_is_a_token(text in ".{0,100}") {
            prop_assert_eq!(keys(OLD).verify(&text), None);
        }
    }
}
