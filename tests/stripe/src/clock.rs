//! The time as the stand-in sees it: the machine's clock plus an offset that tests can move.
//! It must never go back below zero; it is the one thing all tests share.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// An advanceable clock, in seconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    /// Where it stands; 0 if it goes with the machine's.
    stands_at_s: AtomicI64,
    offset_s: AtomicI64,
    sign_with_offset: AtomicBool,
}

impl Clock {
    /// Now, offset included.
    pub(crate) fn now_s(&self) -> i64 {
        let base_s = match self.stands_at_s.load(Ordering::SeqCst) {
            0 => machine_now_s(),
            stands_at_s => stands_at_s,
        };
        base_s.saturating_add(self.offset_s.load(Ordering::SeqCst)).max(0)
    }

    /// Stops it there, for a simulation that moves it by itself.
    pub(crate) fn stand_at(&self, now_s: i64) {
        self.stands_at_s.store(now_s, Ordering::SeqCst);
    }

    /// The time put into webhook signatures. By default the machine's own, because a receiver with
    /// a real clock would refuse a signature from a future that only the stand-in has reached.
    pub(crate) fn signature_now_s(&self) -> i64 {
        if self.sign_with_offset.load(Ordering::SeqCst) { self.now_s() } else { machine_now_s() }
    }

    /// Moves the clock by seconds, either way.
    pub(crate) fn advance(&self, seconds: i64) {
        let moved = self.offset_s.load(Ordering::SeqCst).saturating_add(seconds);
        self.offset_s.store(moved, Ordering::SeqCst);
    }

    /// Chooses whether signatures carry the moved time.
    pub(crate) fn sign_with_offset(&self, yes: bool) {
        self.sign_with_offset.store(yes, Ordering::SeqCst);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the stand-in is a program of its own, with its own clock"
)]
fn machine_now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
