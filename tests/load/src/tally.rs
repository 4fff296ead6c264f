//! What became of the requests, counted by phase and route.
//! Must never drop one: whatever was due is counted, also if it was never sent.
use crate::schedule::Route;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Answered as it should be.
    Served,
    /// 429 of the gateway: beyond the throttle.
    Throttled,
    /// 429 of the product: this link has sent too much.
    Limited,
    /// 5xx.
    Broken(u16),
    /// Any other answer than the one that belongs to this request.
    Wrong(u16),
    /// No answer: no connection, or none within the limit.
    Lost,
    /// Too many were under way already.
    Unsent,
}

/// One request that is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// What was asked for.
    pub route: Route,
    /// How it ended.
    pub end: End,
    /// Microseconds from when it was due until its answer was read.
    pub took_us: u64,
    /// Microseconds from when it was due until it was sent: what the load itself was late.
    pub late_us: u64,
}

/// Counts over some outcomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// All that were due.
    pub due: u64,
    /// Of these, answered as it should be.
    pub served: u64,
    /// Refused by the gateway.
    pub throttled: u64,
    /// Refused by the product's own limit.
    pub limited: u64,
    /// 5xx.
    pub broken: u64,
    /// Other wrong answers.
    pub wrong: u64,
    /// Without an answer.
    pub lost: u64,
    /// Never sent.
    pub unsent: u64,
    /// Of the served, each time in microseconds, shortest first.
    took_us: Vec<u64>,
    /// Of the throttled, likewise.
    refused_us: Vec<u64>,
    /// Of all that were sent, likewise, how late.
    late_us: Vec<u64>,
}

impl Tally {
    /// Counts.
    pub(crate) fn of<'o>(outcomes: impl Iterator<Item = &'o Outcome>) -> Self {
        let mut tally = Self::default();
        for outcome in outcomes {
            tally.due += 1;
            match outcome.end {
                End::Served => {
                    tally.served += 1;
                    tally.took_us.push(outcome.took_us);
                }
                End::Throttled => {
                    tally.throttled += 1;
                    tally.refused_us.push(outcome.took_us);
                }
                End::Limited => tally.limited += 1,
                End::Broken(_) => tally.broken += 1,
                End::Wrong(_) => tally.wrong += 1,
                End::Lost => tally.lost += 1,
                End::Unsent => tally.unsent += 1,
            }
            if outcome.end != End::Unsent {
                tally.late_us.push(outcome.late_us);
            }
        }
        tally.took_us.sort_unstable();
        tally.refused_us.sort_unstable();
        tally.late_us.sort_unstable();
        tally
    }

    /// What the gateway let through.
    pub(crate) fn admitted(&self) -> u64 {
        self.due - self.throttled - self.lost - self.unsent
    }

    /// What must be none: answers that are 5xx, wrong or missing, and requests never sent.
    pub(crate) fn failed(&self) -> u64 {
        self.broken + self.wrong + self.lost + self.unsent
    }

    /// The time of a served request that so many percent do not exceed.
    pub(crate) fn took_us(&self, percent: usize) -> Option<u64> {
        percentile(&self.took_us, percent)
    }

    /// The same of what the gateway refused.
    pub(crate) fn refused_us(&self, percent: usize) -> Option<u64> {
        percentile(&self.refused_us, percent)
    }

    /// How late the load itself was with so many percent of its requests, at most.
    pub(crate) fn late_us(&self, percent: usize) -> Option<u64> {
        percentile(&self.late_us, percent)
    }
}

/// By nearest rank: a value that was measured, never one between two. 1 to 100 percent.
fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_measured_value_of_the_nearest_rank() {
        let hundred: Vec<u64> = (1..=100).collect();
        let few = [10, 20, 30];
        for (values, percent, expected) in [
            (hundred.as_slice(), 50, Some(50)),
            (&hundred, 99, Some(99)),
            (&hundred, 100, Some(100)),
            (&few, 50, Some(20)),
            (&few, 34, Some(20)),
            (&few, 33, Some(10)),
            (&few, 99, Some(30)),
            (&[], 99, None),
        ] {
            assert_eq!(percentile(values, percent), expected, "{values:?} {percent}");
        }
    }

    #[test]
    fn every_outcome_is_counted_once_and_only_served_ones_have_a_time() {
        let ends = [
            End::Served,
            End::Throttled,
            End::Limited,
            End::Broken(502),
            End::Wrong(404),
            End::Lost,
            End::Unsent,
        ];
        let outcomes = ends.map(|end| Outcome { route: Route::View, end, took_us: 5, late_us: 1 });
        let tally = Tally::of(outcomes.iter());
        let counted = tally.served + tally.throttled + tally.limited + tally.failed();
        assert_eq!((tally.due, counted, tally.failed()), (7, 7, 4));
        assert_eq!((tally.admitted(), tally.took_us.len(), tally.late_us.len()), (4, 1, 6));
    }
}
