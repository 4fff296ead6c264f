//! On a schedule: a bounded page of cases whose time has come; links fall due, dates go by,
//! deadlines come near. Must never decide what time does to a case: the domain does.
use domain::Moment;
use jiff::{SignedDuration, Timestamp};
use platform::Fault;
use platform::store::{Decided, Due, InvoiceStore, Sweep};
use platform::worker;

/// Cases per bucket and run; the next run goes on.
const LIMIT: i32 = 50;
/// What is due but cannot be moved now (a bank is moving money) is looked at again after this.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// One run.
///
/// # Errors
/// [`Fault`] if the index does not answer; single cases that fail stay due.
pub async fn sweep(store: &InvoiceStore, mut moment: Moment) -> Result<worker::Sweep, Fault> {
    let due = store.due(Sweep::Case, moment.now, LIMIT).await?;
    let mut sweep = worker::Sweep { due: due.len(), ..worker::Sweep::default() };
    for due in &due {
        match step(store, due, &mut moment).await {
            Ok(()) => sweep.done += 1,
            Err(fault) => {
                tracing::error!(%fault, case = %due.id, "case not moved on");
                sweep.failed += 1;
            }
        }
    }
    Ok(sweep)
}

async fn step(store: &InvoiceStore, due: &Due, moment: &mut Moment) -> Result<(), Fault> {
    let now = moment.now;
    let decided = store.decide(due.invoice, |file| Ok(file.case_step(due.id, moment))).await?;
    match decided {
        // The commit has filed it at its next time. If a new link cancelled an open Checkout,
        // the reconciler ends that session within minutes: the link it belongs to is dead.
        Decided::Committed(_) => Ok(()),
        Decided::Missing => store.take_out(due).await,
        Decided::Unchanged(file) | Decided::Refused(_, file) => {
            if file.case(due.id).is_none() {
                return store.take_out(due).await;
            }
            // Not taken out even if only people move it now: whoever did that has taken it out
            // in the same commit, and an answer that came since may just have filed it anew.
            store.file_again(due, again_at(now, file.case_looked_at_next(due.id))).await
        }
    }
}

fn again_at(now: Timestamp, next_at: Option<Timestamp>) -> Timestamp {
    let soonest = now.saturating_add(LOOK_AGAIN).unwrap_or(Timestamp::MAX);
    // No later than in an hour's time if nothing is known.
    next_at.map_or(soonest, |at| at.max(soonest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_moved_is_looked_at_again_in_an_hour_or_when_it_is_due() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let hour = now + LOOK_AGAIN;
        for (next_at, expected) in [
            (None, hour),
            (Some(now - LOOK_AGAIN), hour),
            (Some(now), hour),
            (Some(hour + LOOK_AGAIN), hour + LOOK_AGAIN),
        ] {
            assert_eq!(again_at(now, next_at), expected, "{next_at:?}");
        }
        assert_eq!(again_at(Timestamp::MAX, None), Timestamp::MAX);
    }
}
