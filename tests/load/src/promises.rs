//! What must hold of the phases, each promise with its figure.
//! Must never keep a promise for want of figures: a phase that measured nothing breaks it.
use crate::drive::Run;
use crate::gateway::bounds;
use crate::schedule::{Phase, Route};
use crate::settings::Settings;
use crate::tally::{End, Tally};

/// A phase with what became of its payments.
#[derive(Debug)]
pub(crate) struct Measured {
    /// The phase.
    pub run: Run,
    /// Payments its webhooks told of, and how many the table has as paid.
    pub applied: (usize, usize),
}

impl Measured {
    /// Counts of one route.
    pub(crate) fn of(&self, route: Route) -> Tally {
        Tally::of(self.run.outcomes.iter().filter(|outcome| outcome.route == route))
    }

    /// Counts of everything that payers send.
    pub(crate) fn payers(&self) -> Tally {
        Tally::of(self.run.outcomes.iter().filter(|outcome| outcome.route != Route::Webhook))
    }

    /// Counts of everything.
    pub(crate) fn all(&self) -> Tally {
        Tally::of(self.run.outcomes.iter())
    }

    fn phase(&self) -> Phase {
        self.run.phase
    }
}

/// A promise, and whether it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// What was promised.
    pub promise: &'static str,
    /// What was found.
    pub found: String,
    /// Whether that is enough.
    pub kept: bool,
}

/// All promises, held against the phases: 1x, 10x, flood.
pub(crate) fn verdicts(measured: &[Measured; 3], settings: &Settings) -> Vec<Verdict> {
    let [one, ten, _] = measured;
    vec![
        nothing_fails(measured),
        nothing_is_refused_below(one),
        the_throttle_is_the_templates(measured, settings),
        only_the_impatient_are_limited(measured),
        the_tail_stays(one, ten),
        webhooks_are_answered(measured),
        webhooks_are_applied(measured),
    ]
}

fn nothing_fails(measured: &[Measured; 3]) -> Verdict {
    let all = measured.iter().map(Measured::all);
    let (due, failed) =
        all.fold((0, 0), |(due, failed), tally| (due + tally.due, failed + tally.failed()));
    let mut statuses: Vec<String> = measured
        .iter()
        .flat_map(|one| &one.run.outcomes)
        .filter_map(|outcome| match outcome.end {
            End::Broken(status) | End::Wrong(status) => {
                Some(format!("{:?} {status}", outcome.route))
            }
            _ => None,
        })
        .collect();
    statuses.sort();
    statuses.dedup();
    Verdict {
        promise: "No 5xx, no other wrong answer, none lost, none unsent",
        found: format!("{failed} of {due} {}", statuses.join(", ")).trim_end().to_owned(),
        kept: failed == 0 && due > 0,
    }
}

fn nothing_is_refused_below(one: &Measured) -> Verdict {
    let tally = one.all();
    Verdict {
        promise: "At 1x, below the throttle, the gateway refuses nothing",
        found: format!("{} of {} were 429", tally.throttled, tally.due),
        kept: tally.throttled == 0 && tally.served > 0,
    }
}

fn the_throttle_is_the_templates(measured: &[Measured; 3], settings: &Settings) -> Verdict {
    let mut odd = Vec::new();
    for one in measured {
        for route in Route::ALL {
            let (method, path) = route.resource();
            let tally = one.of(route);
            let Some(throttle) = settings.throttle(path, method) else {
                odd.push(format!("{method} {path} has no throttle"));
                continue;
            };
            let bounds = bounds(throttle, settings, (tally.due, one.run.elapsed_ms));
            let admitted = tally.admitted();
            if admitted < bounds.least || admitted > bounds.most {
                odd.push(format!(
                    "{} {method} {path}: {admitted}, not {bounds:?}",
                    one.phase().name
                ));
            }
        }
    }
    let refused: u64 = measured.iter().map(|one| one.all().throttled).sum();
    let found = format!("{refused} were 429, each beyond its rate and burst");
    Verdict {
        promise: "Beyond the throttle there are 429s, and it admits what the template says",
        kept: odd.is_empty() && measured.iter().skip(1).all(|one| one.payers().throttled > 0),
        found: if odd.is_empty() { found } else { odd.join("; ") },
    }
}

fn only_the_impatient_are_limited(measured: &[Measured; 3]) -> Verdict {
    let limited: u64 = measured.iter().map(|one| one.all().limited).sum();
    let outcomes = measured.iter().flat_map(|one| &one.run.outcomes);
    let others = outcomes.filter(|outcome| outcome.end == End::Wrong(429)).count();
    Verdict {
        promise: "The product's own limit stops the link that has used it up, and no other",
        found: format!("{limited} presses through that link answered 429, {others} through others"),
        kept: limited > 0 && others == 0,
    }
}

/// Twice is what the product promises.
const TAIL_TIMES_MAX: u64 = 2;

fn the_tail_stays(one: &Measured, ten: &Measured) -> Verdict {
    let (below, beyond) = (one.payers().took_us(99), ten.payers().took_us(99));
    let (Some(below), Some(beyond)) = (below, beyond) else {
        let found = "nothing was served".to_owned();
        return Verdict { promise: TAIL, found, kept: false };
    };
    let percent = beyond * 100 / below.max(1);
    Verdict {
        promise: TAIL,
        found: format!(
            "{} ms against {} ms: {}.{:02} times",
            beyond / 1_000,
            below / 1_000,
            percent / 100,
            percent % 100
        ),
        kept: beyond <= TAIL_TIMES_MAX * below,
    }
}

const TAIL: &str = "p99 of a served payer's request at 10x is at most twice that at 1x";

fn webhooks_are_answered(measured: &[Measured; 3]) -> Verdict {
    let found: Vec<String> = measured
        .iter()
        .map(|one| {
            let tally = one.of(Route::Webhook);
            format!("{} {} of {}", one.phase().name, tally.served, tally.due)
        })
        .collect();
    let all = |one: &Measured| {
        let tally = one.of(Route::Webhook);
        tally.served == tally.due && tally.due > 0
    };
    Verdict {
        promise: "Every webhook is answered 200, also at 80 % of its throttle in the flood",
        found: found.join(", "),
        kept: measured.iter().all(all),
    }
}

fn webhooks_are_applied(measured: &[Measured; 3]) -> Verdict {
    let found =
        |one: &Measured| format!("{} {} of {}", one.phase().name, one.applied.1, one.applied.0);
    Verdict {
        promise: "Every payment that a webhook told of is Paid in the table",
        found: measured.iter().map(found).collect::<Vec<_>>().join(", "),
        kept: measured.iter().all(|one| one.applied.0 > 0 && one.applied.0 == one.applied.1),
    }
}

#[cfg(test)]
mod tests;
