//! Every state of the model, in worlds of several sizes: all promises hold, and all that should
//! be possible is. Must never end by a clock: a world ends when all of it was seen, or after a
//! number of states.
#![cfg(test)]
use std::time::Instant;

use model::{Bounds, Portal};
use stateright::{Checker, Model, Path};

const THREADS: usize = 2;

/// Explores a world breadth first and answers how many different states it has. A broken
/// promise fails with its trace; so does, in a world that was seen to its end, a possibility
/// that never comes, other than those `beyond` it.
fn explore(name: &str, bounds: Bounds, generated_max: Option<usize>, beyond: &[&str]) -> usize {
    let start = Instant::now();
    let portal = Portal { bug: None, bounds };
    let builder = portal.checker().threads(THREADS);
    let builder = match generated_max {
        Some(max) => builder.target_state_count(max),
        None => builder,
    };
    let checker = builder.spawn_bfs().join();
    let unique = checker.unique_state_count();
    println!(
        "{name}: {unique} states, {} steps, at most {} deep, {:.1} s",
        checker.state_count(),
        checker.max_depth(),
        start.elapsed().as_secs_f32()
    );
    for property in portal.properties() {
        let found = checker.discovery(property.name);
        if property.expectation.discovery_is_failure() {
            let trace = found.map(Path::into_actions);
            assert!(trace.is_none(), "{name}: not so: {}: {trace:#?}", property.name);
        } else if generated_max.is_none() {
            let expected = !beyond.contains(&property.name);
            assert!(found.is_some() || !expected, "{name}: never: {}", property.name);
        }
    }
    unique
}

/// Not possible with one payment, with one link, or while time stands still.
const SECOND_PAYMENT: [&str; 3] = [
    "a second payment comes",
    "a bank payment fails and another is started",
    "two sessions are open, and one can be paid",
];
const SECOND_LINK: [&str; 2] =
    ["a new link finds the old session paid", "a dead link's holder gets another"];
const TIME: [&str; 2] = ["a link expires", "a link outlives its first end"];

/// All of it was seen: there is no further state.
#[test]
fn while_a_month_goes_by_every_promise_holds() {
    let bounds = Bounds { payers: 1, payments: 1, links: 2, at_once: 1, ticks: 3 };
    let beyond = [&SECOND_PAYMENT[..], &["a race is lost"]].concat();
    let states = explore("one request at a time, three ticks", bounds, None, &beyond);
    assert!(states >= 1_000_000, "{states}");
}

/// All of it was seen: there is no further state.
#[test]
fn when_requests_meet_every_promise_holds() {
    let bounds = Bounds { payers: 1, payments: 1, links: 1, at_once: 2, ticks: 3 };
    let beyond = [&SECOND_PAYMENT[..], &SECOND_LINK].concat();
    let states = explore("two requests at once, three ticks", bounds, None, &beyond);
    assert!(states >= 1_000_000, "{states}");
}

/// All of it was seen: there is no further state.
#[test]
fn with_a_second_payment_every_promise_holds() {
    let bounds = Bounds { payers: 1, payments: 2, links: 2, at_once: 1, ticks: 0 };
    let beyond = [&TIME[..], &["a race is lost"]].concat();
    let states = explore("two payments, one request at a time", bounds, None, &beyond);
    assert!(states >= 500_000, "{states}");
}

/// All of it was seen: there is no further state.
#[test]
fn when_two_payers_meet_every_promise_holds() {
    let bounds = Bounds { payers: 2, payments: 2, links: 1, at_once: 2, ticks: 0 };
    let beyond = [&TIME[..], &SECOND_LINK, &["a second payment comes"]].concat();
    let states = explore("two payers, two requests at once", bounds, None, &beyond);
    assert!(states >= 1_000_000, "{states}");
}

/// Too large to be seen to its end: breadth first, every way up to the depth that is printed,
/// less one.
#[test]
fn when_everybody_meets_every_promise_holds_for_a_while() {
    let bounds = Bounds { payers: 2, payments: 2, links: 2, at_once: 4, ticks: 2 };
    let states = explore("four requests at once", bounds, Some(6_000_000), &[]);
    assert!(states >= 1_000_000, "{states}");
}
