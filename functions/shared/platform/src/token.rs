//! The signed token of a pay link: key id, invoice, link, tag.
//! Must never reach a log, and never be accepted on anything but its tag.
use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};
use ulid::Ulid;

use crate::Fault;

/// 1 key id, 16 invoice, 16 link.
const CLAIM_BYTES: usize = 33;
/// 144 bits of the tag: more than the 128 asked for, and 51 bytes have no base64 padding,
/// so each token has exactly one spelling.
const TAG_BYTES: usize = 18;
const TOKEN_BYTES: usize = CLAIM_BYTES + TAG_BYTES;
/// What each letter stands for. Source: RFC 4648 section 5, the URL-safe alphabet.
const VALUES: [u8; 256] = values();
/// Of all other bytes; no letter has this bit.
const NO_LETTER: u8 = 0x80;
/// What a pseudonym's text begins with; no such text is as long as a claim, so that no
/// pseudonym can be taken for a part of a token's tag.
const PSEUDONYM: &[u8] = b"a payer's address";
const _: () = assert!(PSEUDONYM.len() + 16 + 8 != CLAIM_BYTES);
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
    /// Takes the place of a key that is not there, so that its absence takes no less time.
    nobodys: Hmac<Sha256>,
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
        let nobodys = Hmac::new_from_slice(b"nobody's").map_err(|_| bad("unusable key"))?;
        Ok(Self { current, keys, nobodys })
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
        let key = self
            .keys
            .get(&self.current)
            .ok_or_else(|| Fault::Config("link keys: the current key is not there".to_owned()))?;
        bytes.extend_from_slice(&tag(key, &bytes));
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What a token names, if it is genuine. Needs no database, so guessing costs nothing.
    /// Every text takes the same steps, whatever is wrong with it, so that time tells nothing.
    pub fn verify(&self, token: &str) -> Option<Claim> {
        // A text of another length is cut or filled up, decoded and compared all the same.
        let mut text = [b'A'; TOKEN_CHARS];
        for (place, byte) in text.iter_mut().zip(token.bytes()) {
            *place = byte;
        }
        let (bytes, readable) = decode(text);
        let (claim, given) = bytes.split_at(CLAIM_BYTES);
        let key = claim.first().and_then(|id| self.keys.get(id));
        let same = tag(key.unwrap_or(&self.nobodys), claim).ct_eq(given);
        let whole = Choice::from(u8::from(token.len() == TOKEN_CHARS));
        let known = Choice::from(u8::from(key.is_some()));
        let genuine = same & whole & known & readable;
        if !bool::from(genuine) {
            return None;
        }
        let (invoice, link) = claim.get(1..)?.split_at_checked(16)?;
        Some(Claim {
            invoice: Ulid::from_bytes(invoice.try_into().ok()?),
            link: Ulid::from_bytes(link.try_into().ok()?),
        })
    }

    /// A name for a payer's address, which must not be kept as it is: 32 hexadecimal digits that
    /// only a holder of the keys can make, and others in each window of time (its first second).
    pub fn pseudonym(&self, address: [u8; 16], window_start_s: i64) -> String {
        let mut mac = self.keys.get(&self.current).unwrap_or(&self.nobodys).clone();
        mac.update(PSEUDONYM);
        mac.update(&address);
        mac.update(&window_start_s.to_be_bytes());
        let full = mac.finalize().into_bytes();
        hex::encode(full.get(..16).unwrap_or_default())
    }
}

/// The bytes behind a text, and whether it is of the alphabet. All of it is looked at whatever it
/// holds; the crates that decode stop at the first fault, or do more once there was none.
fn decode(text: [u8; TOKEN_CHARS]) -> ([u8; TOKEN_BYTES], Choice) {
    let (mut bytes, mut seen) = ([0; TOKEN_BYTES], 0);
    for (four, three) in text.chunks_exact(4).zip(bytes.chunks_exact_mut(3)) {
        let mut bits = 0;
        for letter in four {
            let value = VALUES[usize::from(*letter)];
            seen |= value;
            bits = (bits << 6) | u32::from(value & 63);
        }
        three.copy_from_slice(&bits.to_be_bytes()[1..]);
    }
    (bytes, (seen & NO_LETTER).ct_eq(&0))
}

const fn values() -> [u8; 256] {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut values = [NO_LETTER; 256];
    let mut value = 0;
    while value < 64 {
        values[letters[value as usize] as usize] = value;
        value += 1;
    }
    values
}

fn tag(key: &Hmac<Sha256>, claim: &[u8]) -> [u8; TAG_BYTES] {
    let mut mac = key.clone();
    mac.update(claim);
    let full = mac.finalize().into_bytes();
    let mut tag = [0; TAG_BYTES];
    for (place, byte) in tag.iter_mut().zip(full) {
        *place = byte;
    }
    tag
}

#[cfg(test)]
mod tests;
