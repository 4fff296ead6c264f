//! Random ids in the shapes Stripe uses.
//! They must never be guessable from one another, because a hosted page is opened by id alone.

use rand::RngExt;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `prefix` followed by `length` letters and digits.
pub(crate) fn random(prefix: &str, length: usize) -> String {
    let mut rng = rand::rng();
    let mut id = String::with_capacity(prefix.len() + length);
    id.push_str(prefix);
    for _ in 0..length {
        id.push(char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]));
    }
    id
}
