//! Texts that the table keeps but that nobody can read who has only the table: ChaCha20-Poly1305,
//! under a key that stays with the caller. Must never keep a key, nor open what was changed.
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::Fault;

/// Length of a key, in bytes.
pub const KEY_BYTES: usize = 32;

/// Seals `plain`; `associated` is not kept, but must be the same when it is opened, so that a
/// sealed text of one item can't be moved to another. A key may seal as often as one likes
/// in practice: each nonce is drawn anew, 96 bits.
///
/// # Errors
/// [`Fault::Sealing`] when there is no randomness.
pub fn seal(key: &[u8; KEY_BYTES], associated: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault> {
    let nonce = random::<NONCE_LEN>()?;
    let mut sealed = plain.to_vec();
    cipher(key)
        .and_then(|cipher| {
            let nonce = Nonce::assume_unique_for_key(nonce);
            cipher.seal_in_place_append_tag(nonce, Aad::from(associated), &mut sealed).ok()
        })
        .ok_or(Fault::Sealing)?;
    Ok([&nonce[..], &sealed].concat())
}

/// Opens what [`seal`] made; `None` if the key, the associated text or one bit is another.
pub fn open(key: &[u8; KEY_BYTES], associated: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut text = sealed.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plain = cipher(key)?.open_in_place(nonce, Aad::from(associated), &mut text).ok()?;
    Some(plain.to_vec())
}

/// Random bytes that nobody can guess: keys, identifiers of sessions, states.
///
/// # Errors
/// [`Fault::Sealing`] when there is no randomness.
pub fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Fault::Sealing)?;
    Ok(bytes)
}

fn cipher(key: &[u8; KEY_BYTES]) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, key).ok().map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; KEY_BYTES] = [7; KEY_BYTES];

    #[test]
    fn what_is_sealed_opens_with_its_key_and_place_only() {
        for plain in [&b""[..], b"a pay link", &vec![0; 100_000]] {
            let sealed = seal(&KEY, b"here", plain).unwrap();
            assert_eq!(open(&KEY, b"here", &sealed).as_deref(), Some(plain));
            assert_eq!(open(&[8; KEY_BYTES], b"here", &sealed), None);
            assert_eq!(open(&KEY, b"there", &sealed), None);
        }
    }

    #[test]
    fn nothing_that_was_changed_or_cut_opens() {
        let sealed = seal(&KEY, b"here", b"a pay link").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&KEY, b"here", &changed), None, "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(open(&KEY, b"here", &sealed[..length]), None, "{length} bytes");
        }
    }

    #[test]
    fn the_same_text_is_sealed_differently_each_time() {
        let [once, again] = [(); 2].map(|()| seal(&KEY, b"here", b"a pay link").unwrap());
        assert_ne!(once, again);
        assert_ne!(random::<32>().unwrap(), random::<32>().unwrap());
        assert!(!once.windows(8).any(|part| part == b"pay link"));
    }
}
