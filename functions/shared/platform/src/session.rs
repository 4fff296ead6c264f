//! Sessions of the console: sealed by a key that only the browser's cookie has.
//! Must never let the table alone sign anybody in, nor keep a key beside what it opens.
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::Fault;
use crate::sealed::{self, KEY_BYTES};

const ID_LEN: usize = 16;
/// Longest Cognito subject read, in bytes.
const SUBJECT_MAX: usize = 128;

/// What a browser's cookie holds: whose session, which, and the key that opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionKey {
    /// Cognito subject.
    pub subject: String,
    id: [u8; ID_LEN],
    key: [u8; KEY_BYTES],
}

/// Never shows the key.
impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionKey({})", self.subject)
    }
}

impl SessionKey {
    /// A new session's, fresh and random.
    ///
    /// # Errors
    /// [`Fault::Sealing`] when there is no randomness.
    pub fn fresh(subject: &str) -> Result<Self, Fault> {
        let (id, key) = (sealed::random()?, sealed::random()?);
        Ok(Self { subject: subject.to_owned(), id, key })
    }

    /// Reads the cookie's value; none if it is not one of ours.
    pub fn parse(value: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
        let (id, rest) = bytes.split_first_chunk::<ID_LEN>()?;
        let (key, subject) = rest.split_first_chunk::<KEY_BYTES>()?;
        let subject = std::str::from_utf8(subject).ok()?;
        let is_word = subject.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let fits = (1..=SUBJECT_MAX).contains(&subject.len()) && is_word;
        fits.then(|| Self { subject: subject.to_owned(), id: *id, key: *key })
    }

    /// The cookie's value.
    pub fn to_cookie(&self) -> String {
        URL_SAFE_NO_PAD.encode([&self.id[..], &self.key, self.subject.as_bytes()].concat())
    }

    /// The session's name in the table.
    pub fn id(&self) -> String {
        hex::encode(self.id)
    }

    /// What the forms of this session carry, so that no other page can send one.
    pub fn form_token(&self) -> String {
        let tag = Hmac::<Sha256>::new_from_slice(&self.key).map(|mut hmac| {
            hmac.update(b"form");
            hmac.finalize().into_bytes()
        });
        // Any length of key is one for HMAC; an empty token would be refused by every form.
        tag.map(|tag| URL_SAFE_NO_PAD.encode(tag)).unwrap_or_default()
    }

    /// Seals what the table keeps; only this key, for this session, opens it again.
    ///
    /// # Errors
    /// [`Fault::Sealing`] when there is no randomness.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        sealed::seal(&self.key, &self.place(), plain)
    }

    /// What was sealed; none if it was sealed by another key or changed since.
    pub fn open(&self, text: &[u8]) -> Option<Vec<u8>> {
        sealed::open(&self.key, &self.place(), text)
    }

    /// Binds what is sealed to its place in the table.
    fn place(&self) -> Vec<u8> {
        [&self.id[..], self.subject.as_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_reads_back_and_nothing_else_does() {
        let key = SessionKey::fresh("5d2c-11").unwrap();
        assert_eq!(SessionKey::parse(&key.to_cookie()), Some(key.clone()));
        let cut: String = key.to_cookie().chars().take(60).collect();
        for other in ["", "abc", "====", cut.as_str()] {
            assert_eq!(SessionKey::parse(other), None, "{other}");
        }
        let mut strange = key;
        strange.subject = "a#b".to_owned();
        assert_eq!(SessionKey::parse(&strange.to_cookie()), None);
    }

    #[test]
    fn only_the_same_cookie_opens_what_was_sealed() {
        let key = SessionKey::fresh("one").unwrap();
        let sealed = key.seal(b"token").unwrap();
        assert_eq!(key.open(&sealed).as_deref(), Some(&b"token"[..]));
        assert!(!sealed.windows(5).any(|part| part == b"token"));
        for other in [
            SessionKey::fresh("one").unwrap(),
            SessionKey { id: [0; ID_LEN], ..key.clone() },
            SessionKey { subject: "two".to_owned(), ..key.clone() },
        ] {
            assert_eq!(other.open(&sealed), None, "{other:?}");
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(&changed), None, "byte {at}");
        }
    }

    #[test]
    fn two_sealings_never_share_a_nonce_nor_two_sessions_a_form_token() {
        let key = SessionKey::fresh("one").unwrap();
        assert_ne!(key.seal(b"same").unwrap(), key.seal(b"same").unwrap());
        assert_eq!(key.form_token(), key.form_token());
        assert_ne!(key.form_token(), SessionKey::fresh("one").unwrap().form_token());
    }
}
