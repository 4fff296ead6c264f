//! The one place that reads the clock and the random source.
//! Must never be called by the domain: a request gets one moment, made here.
use domain::Moment;
use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};
use ulid::Ulid;

use crate::Fault;

/// The moment of a request: now, with fresh identifiers.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn moment() -> Moment {
    Moment::new(Timestamp::now(), Ulid::generate())
}

/// Random bytes that nobody can guess.
///
/// # Errors
/// [`Fault::Config`] if the machine has none.
pub fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Fault::Config("no randomness".to_owned()))?;
    Ok(bytes)
}
