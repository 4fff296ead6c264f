//! Every promise can be broken: a good run, and one change at a time.
//! Must never hold a figure against this machine's speed.
use super::*;
use crate::schedule::{PHASES, count};
use crate::settings::Throttle;
use crate::tally::Outcome;

fn settings() -> Settings {
    let throttle = |path: &str, method: &str, rate| Throttle {
        path: path.to_owned(),
        method: method.to_owned(),
        rate,
        burst: 2 * rate,
    };
    let mut throttles: Vec<Throttle> = Route::ALL
        .into_iter()
        .filter(|route| *route != Route::View)
        .map(|route| {
            let (method, path) = route.resource();
            let rate = match route {
                Route::Webhook => 100,
                Route::Receipt | Route::Pay => 20,
                _ => 50,
            };
            throttle(path, method, rate)
        })
        .collect();
    throttles.push(throttle("*", "*", 200));
    Settings {
        seed: 1,
        seconds: 60,
        scale: 20,
        page: std::path::PathBuf::new(),
        machine: String::new(),
        throttles,
    }
}

/// A phase in which the gateway admits exactly its rate and all else is as it should be.
fn good(phase: Phase) -> Measured {
    let settings = settings();
    let mut outcomes = Vec::new();
    for route in Route::ALL {
        let (method, path) = route.resource();
        let admitted = settings.throttle(path, method).unwrap().rate * 60 / 20;
        for turn in 0..count(route, phase, &settings) {
            let end = match (turn < admitted, route == Route::Pay && turn % 14 == 1) {
                (false, _) => End::Throttled,
                (true, true) => End::Limited,
                (true, false) => End::Served,
            };
            outcomes.push(Outcome { route, end, took_us: 50_000, late_us: 0 });
        }
    }
    let load = [String::new(), String::new()];
    Measured { run: Run { phase, outcomes, elapsed_ms: 60_000, load }, applied: (20, 20) }
}

fn broken(change: impl Fn(&mut [Measured; 3])) -> Vec<&'static str> {
    let mut measured = PHASES.map(good);
    change(&mut measured);
    let verdicts = verdicts(&measured, &settings());
    verdicts.iter().filter(|verdict| !verdict.kept).map(|verdict| verdict.promise).collect()
}

fn first(measured: &mut Measured, route: Route, end: End) -> &mut Outcome {
    let found =
        measured.run.outcomes.iter_mut().find(|one| one.route == route && one.end == end).unwrap();
    assert_eq!((found.route, found.end), (route, end));
    found
}

fn assert_broken(beginnings: &[&str], change: impl Fn(&mut [Measured; 3])) {
    let broken = broken(change);
    for beginning in beginnings {
        assert!(broken.iter().any(|one| one.starts_with(beginning)), "{beginning}: {broken:?}");
    }
    assert_eq!(broken.len(), beginnings.len(), "{broken:?}");
}

#[test]
fn a_good_run_keeps_every_promise() {
    assert_eq!(broken(|_| ()), Vec::<&str>::new());
}

#[test]
fn one_answer_that_is_5xx_wrong_lost_or_unsent_breaks_a_promise() {
    for end in [End::Broken(502), End::Wrong(404)] {
        assert_broken(&["No 5xx"], |measured| {
            first(&mut measured[1], Route::View, End::Served).end = end;
        });
    }
    for end in [End::Lost, End::Unsent] {
        assert_broken(&["No 5xx", "Beyond"], |measured| {
            // As many as were admitted: these never reached the gateway.
            for outcome in &mut measured[0].run.outcomes {
                outcome.end = if outcome.route == Route::View { end } else { outcome.end };
            }
        });
    }
}

#[test]
fn a_429_below_the_throttle_breaks_a_promise() {
    assert_broken(&["At 1x", "Beyond"], |measured| {
        first(&mut measured[0], Route::Plan, End::Served).end = End::Throttled;
    });
}

#[test]
fn a_throttle_that_lets_everything_through_breaks_a_promise() {
    assert_broken(&["Beyond"], |measured| {
        for outcome in &mut measured[1].run.outcomes {
            outcome.end = if outcome.end == End::Throttled { End::Served } else { outcome.end };
        }
    });
}

#[test]
fn a_limit_that_never_stops_anybody_breaks_a_promise() {
    assert_broken(&["The product's own limit"], |measured| {
        for outcome in measured.iter_mut().flat_map(|one| &mut one.run.outcomes) {
            outcome.end = if outcome.end == End::Limited { End::Served } else { outcome.end };
        }
    });
}

#[test]
fn a_tail_over_twice_as_long_breaks_a_promise() {
    let slow = |took_us| {
        move |measured: &mut [Measured; 3]| {
            for outcome in &mut measured[1].run.outcomes {
                outcome.took_us = took_us;
            }
        }
    };
    assert_broken(&[], slow(100_000));
    assert_broken(&["p99"], slow(100_001));
}

#[test]
fn a_webhook_refused_or_not_applied_breaks_a_promise() {
    assert_broken(&["Every webhook", "Beyond"], |measured| {
        first(&mut measured[2], Route::Webhook, End::Served).end = End::Throttled;
    });
    assert_broken(&["Every payment"], |measured| measured[2].applied.1 -= 1);
    assert_broken(&["Every payment"], |measured| measured[2].applied = (0, 0));
}
