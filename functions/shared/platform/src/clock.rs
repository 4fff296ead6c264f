//! The one place that reads the clock and the random source.
//! Must never be called by the domain: a request gets one moment, made here.
use domain::Moment;
use jiff::Timestamp;
use ulid::Ulid;

/// The moment of a request: now, with fresh identifiers.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn moment() -> Moment {
    Moment::new(Timestamp::now(), Ulid::generate())
}
