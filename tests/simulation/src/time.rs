//! The clock that is injected: it stands still while anything runs, and jumps to whatever is
//! waited for next. Must never read the machine's.
use domain::Moment;
use jiff::{SignedDuration, Timestamp};
use std::cell::{Cell, RefCell};
use tokio::time::Instant;
use ulid::Ulid;

thread_local! {
    static STARTED: Cell<Option<Instant>> = const { Cell::new(None) };
    static IDS: RefCell<fastrand::Rng> =
        const { RefCell::new(fastrand::Rng::with_seed(0)) };
}

/// When every simulation begins: a Sunday noon in UTC.
pub(crate) const BEGIN_S: i64 = 1_795_348_800;

/// Begins anew on this thread; identifiers follow from `seed`.
pub(crate) fn begin(seed: u64) {
    STARTED.set(Some(Instant::now()));
    IDS.set(fastrand::Rng::with_seed(seed ^ 0x1D5));
    // The SDK draws its pauses between retries from here.
    fastrand::seed(seed);
}

/// Now.
pub(crate) fn now() -> Timestamp {
    let begin = Timestamp::from_second(BEGIN_S).unwrap();
    let elapsed = STARTED.get().map(|started| started.elapsed()).unwrap_or_default();
    begin + SignedDuration::try_from(elapsed).unwrap()
}

/// The moment of a request: now, with fresh identifiers, as `platform::clock` makes it.
pub(crate) fn moment() -> Moment {
    let now = now();
    let millis = u64::try_from(now.as_millisecond()).unwrap();
    // Room above it: one request takes several, each greater by one.
    let random = IDS.with_borrow_mut(|ids| ids.u128(..)) & ((1 << 79) - 1);
    Moment::new(now, Ulid::from_parts(millis, random))
}
