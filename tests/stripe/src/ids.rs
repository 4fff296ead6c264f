//! Random ids in the shapes Stripe uses.
//! They must never be guessable from one another, because a hosted page is opened by id alone.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::cell::RefCell;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

thread_local! {
    static SEEDED: RefCell<Option<StdRng>> = const { RefCell::new(None) };
}

/// From here on, ids made on this thread follow from `seed`: a simulation repeats itself exactly.
pub(crate) fn follow(seed: u64) {
    SEEDED.set(Some(StdRng::seed_from_u64(seed)));
}

/// `prefix` followed by `length` letters and digits.
pub(crate) fn random(prefix: &str, length: usize) -> String {
    SEEDED.with_borrow_mut(|seeded| match seeded {
        Some(rng) => draw(rng, prefix, length),
        None => draw(&mut rand::rng(), prefix, length),
    })
}

fn draw(rng: &mut impl RngExt, prefix: &str, length: usize) -> String {
    let mut id = String::with_capacity(prefix.len() + length);
    id.push_str(prefix);
    for _ in 0..length {
        id.push(char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]));
    }
    id
}
