//! Every state of the model, in worlds of several sizes: all promises hold, and all that should
//! be possible is. Must never end by a clock: a world ends when all of it was seen, or after a
//! number of states.
#![cfg(test)]
use std::time::Instant;

use model::{Bounds, Portal};
use stateright::{Checker, Model};

const THREADS: usize = 2;

/// Explores a world breadth first and answers how many different states it has; a broken promise
/// or an impossible possibility, other than those `beyond` this world, fails with its shortest
/// trace.
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
            let trace = found.map(|path| path.into_actions());
            assert!(trace.is_none(), "{name}: not so: {}: {trace:#?}", property.name);
        } else {
            let expected = !beyond.contains(&property.name);
            assert_eq!(found.is_some(), expected, "{name}: possible? {}", property.name);
        }
    }
    unique
}

#[test]
fn size() {
    explore("x", Bounds { payers: 2, payments: 2, links: 1, at_once: 2, ticks: 0 }, None, &[]);
}
