//! How long an account is watched, and how far its events are read. Pure but for [`keep`], which
//! writes what it says. Must never let a watch end before the payments left to it are asked about.
use jiff::{SignedDuration, Timestamp};
use platform::Fault;
use platform::store::{Stopped, Watch};

use crate::Run;

/// A bank payment whose account is watched is asked about this often all the same.
pub(crate) const ASK_WATCHED_AFTER: SignedDuration = SignedDuration::from_hours(12);
/// Far longer than that, so that a backlog of questions does not end a watch.
const WATCH_FOR: SignedDuration = SignedDuration::from_hours(48);
/// A watch that would end within this is prolonged: about once a day.
const PROLONG_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Read again each time: an event may be listed a while after its second, and clocks differ.
const OVERLAP_S: i64 = 300;
/// What fails is read again for so long; after that the payment's own turn has come twice.
const READ_AGAIN_MAX_S: i64 = 24 * 3_600;

pub(crate) fn is_live(watch: &Watch, now: Timestamp) -> bool {
    watch.until_s >= now.as_second()
}

/// Begins the watch of an account, or prolongs it.
pub(crate) async fn keep(run: &Run<'_>, account: &str) -> Result<(), Fault> {
    let (store, now) = (run.store, run.now);
    let until_s = now.as_second().saturating_add(WATCH_FOR.as_secs());
    match run.watches.iter().find(|watch| watch.account == account) {
        None => {
            let since_s = now.as_second();
            let watch = Watch { account: account.to_owned(), since_s, until_s, stopped: None };
            store.begin_watch(&watch, now).await
        }
        Some(watch) if is_ending(watch, now) => store.prolong_watch(watch, until_s).await,
        Some(_) => Ok(()),
    }
}

fn is_ending(watch: &Watch, now: Timestamp) -> bool {
    watch.until_s < now.as_second().saturating_add(PROLONG_WITHIN.as_secs())
}

/// The seconds, first and last, that a run at `now` has to read.
pub(crate) fn seconds(watch: &Watch, now: Timestamp) -> (i64, i64) {
    let to_s = watch.stopped.as_ref().map_or(now.as_second(), |stopped| stopped.to_s);
    (watch.since_s.saturating_sub(OVERLAP_S), to_s)
}

/// The watch after a page of the list up to `to_s`, that ended with `last` if there is more.
pub(crate) fn after(watch: &Watch, to_s: i64, last: Option<String>, failed: bool) -> Watch {
    let failed = failed || watch.stopped.as_ref().is_some_and(|stopped| stopped.failed);
    let (since_s, stopped) = match last {
        Some(event) => (watch.since_s, Some(Stopped { to_s, event, failed })),
        None if failed => (watch.since_s.max(to_s.saturating_sub(READ_AGAIN_MAX_S)), None),
        None => (to_s, None),
    };
    Watch { since_s, stopped, ..watch.clone() }
}

/// The watch whose list begins anew.
pub(crate) fn anew(watch: &Watch) -> Watch {
    Watch { stopped: None, ..watch.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: i64 = 1_800_000_000;

    fn watch(since_s: i64) -> Watch {
        Watch { account: "acct_1".to_owned(), since_s, until_s: NOW_S + 7_200, stopped: None }
    }

    fn now() -> Timestamp {
        Timestamp::from_second(NOW_S).unwrap()
    }

    #[test]
    fn a_watch_outlives_every_payment_that_was_left_to_it() {
        // The worst case: just not prolonged.
        let until_s = NOW_S + PROLONG_WITHIN.as_secs();
        assert!(!is_ending(&Watch { until_s, ..watch(0) }, now()));
        assert!(until_s > NOW_S + ASK_WATCHED_AFTER.as_secs() + 3_600);
        assert!(WATCH_FOR > PROLONG_WITHIN);
    }

    #[test]
    fn a_watch_is_live_up_to_its_last_second() {
        for (until_s, live) in [(NOW_S - 1, false), (NOW_S, true), (NOW_S + 1, true)] {
            assert_eq!(is_live(&Watch { until_s, ..watch(0) }, now()), live, "{until_s}");
        }
    }

    fn stopped(failed: bool) -> Stopped {
        Stopped { to_s: NOW_S, event: "evt_9".to_owned(), failed }
    }

    #[test]
    fn the_next_run_begins_before_the_last_one_ended() {
        let after = after(&watch(NOW_S - 300), NOW_S, None, false);
        assert_eq!(after.since_s, NOW_S);
        assert_eq!(seconds(&after, now()).0, NOW_S - OVERLAP_S);
    }

    #[test]
    fn a_run_that_stopped_goes_on_with_the_same_list() {
        let half = after(&watch(NOW_S - 300), NOW_S, Some("evt_9".to_owned()), false);
        let later = Timestamp::from_second(NOW_S + 300).unwrap();
        assert_eq!(seconds(&half, later), seconds(&watch(NOW_S - 300), now()));
        assert_eq!(half.stopped, Some(stopped(false)));
        let done = after(&half, NOW_S, None, false);
        assert_eq!((done.since_s, done.stopped), (NOW_S, None));
        assert_eq!(anew(&half), watch(NOW_S - 300));
    }

    #[test]
    fn what_failed_on_any_page_is_read_again_after_the_last_one_but_not_for_ever() {
        for since_s in [NOW_S - 300, NOW_S - 90_000] {
            let half = after(&watch(since_s), NOW_S, Some("evt_9".to_owned()), true);
            assert_eq!(half.stopped, Some(stopped(true)), "the place is kept");
            let end = after(&half, NOW_S, None, false);
            assert_eq!(end.since_s, since_s.max(NOW_S - READ_AGAIN_MAX_S));
            assert_eq!(end.stopped, None);
        }
    }
}
