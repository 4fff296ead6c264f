//! The model's rules against the code's: both walk the same random ways, and at every step each
//! verb is tried on both. Must never compare less than a payer or a property could notice.
#![cfg(test)]
mod bench;

use model::rules::{Decision, Refusal, Rules};
use model::state::{Event, State, Verb, WEBHOOKS};
use model::{Action, Bounds, Bug, Portal};
use stateright::Model as _;

use bench::{Bench, Said, projection};

/// Everything at once, and time for links to die and be replaced.
const WORLD: Bounds = Bounds { payers: 2, payments: 2, links: 2, at_once: 4, ticks: 4 };
const WALKS: u64 = 2_000;
const STEPS_MAX: usize = 200;

/// How often verbs were compared, and how many of them were committed.
#[derive(Debug, Default)]
struct Compared {
    asked: usize,
    committed: usize,
}

/// A generator that needs no crate: the walks only have to be many and repeatable.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        // SplitMix64, by Sebastiano Vigna, public domain.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let sides = u64::try_from(sides).unwrap();
        usize::try_from((mixed ^ (mixed >> 31)) % sides).unwrap()
    }

    /// What happens next: mostly that a request goes on, seldom that something is lost.
    fn choose(&mut self, portal: &Portal, state: &State) -> Action {
        let mut actions = Vec::new();
        portal.actions(state, &mut actions);
        let wanted: fn(&Action) -> bool = match self.below(16) {
            0 => |_| true,
            1..=8 => |action| matches!(action, Action::Run(_)),
            9..=11 => |action| matches!(action, Action::Arrive(..)),
            _ => {
                |action| !matches!(action, Action::Vanish(_) | Action::TtlDeletes(_) | Action::Tick)
            }
        };
        let some = actions.iter().any(wanted);
        actions.retain(|action| !some || wanted(action));
        actions.swap_remove(self.below(actions.len()))
    }
}

/// Every verb that can be asked of the file now.
fn verbs() -> Vec<Verb> {
    let mut verbs = vec![Verb::Regenerate, Verb::RequestLink];
    for no in 0..2 {
        verbs.push(Verb::Start(no));
        verbs.extend([0, 1].map(|payer| Verb::Submit(payer, no)));
        let events = WEBHOOKS.into_iter().chain([Event::Opened, Event::NotFound]);
        verbs.extend(events.map(|event| Verb::Apply(no, event)));
    }
    verbs
}

/// Tries every verb on both sides; the first disagreement is the error.
fn compare(rules: Rules, state: &State, bench: &Bench) -> Result<usize, String> {
    let mut asked = 0;
    for verb in verbs() {
        let model = rules.decide(&state.file, verb, state.clock);
        if model == Err(Refusal::OutOfNumbers) {
            continue;
        }
        let code = bench.ask(verb, state.clock);
        let model = match model {
            Err(refusal) => Said::Refused(refusal),
            Ok(Decision::Nothing) => Said::Nothing,
            Ok(Decision::Change(file)) => Said::Change(projection(&file)),
            Ok(Decision::Resume(no)) => Said::Resume(no),
            Ok(Decision::End(no)) => Said::End(no),
        };
        if model != code {
            let clock = state.clock;
            return Err(format!("{verb:?} at {clock}:\n model {model:?}\n code  {code:?}"));
        }
        asked += 1;
    }
    Ok(asked)
}

/// One random way through the world, with the code following every commit of the model.
fn walk(seed: u64, bug: Option<Bug>, compared: &mut Compared) -> Result<(), String> {
    let portal = Portal { bug, bounds: WORLD };
    let (mut dice, mut bench) = (Dice(seed), Bench::linked());
    let mut state = State::first();
    let mut compared_at = None;
    for step in 0..STEPS_MAX {
        let said = format!("seed {seed}, step {step}: ");
        let here = (state.file.clone(), state.clock);
        if compared_at.as_ref() != Some(&here) {
            let asked = compare(portal.rules(), &state, &bench);
            compared.asked += asked.map_err(|why| said.clone() + &why)?;
            compared_at = Some(here);
        }
        let action = dice.choose(&portal, &state);
        let Some((next, told)) = portal.follow(&state, action) else { continue };
        if let Some(told) = told
            && matches!(told.answer, Ok(Decision::Change(_)))
        {
            bench.commit(told.verb, told.now);
            compared.committed += 1;
        }
        bench.follow(action, &next);
        state = next;
        let (model, code) = (projection(&state.file), bench.projection());
        if model != code {
            return Err(format!("{said}after {action:?}:\n model {model:?}\n code  {code:?}"));
        }
    }
    Ok(())
}

#[test]
fn the_model_decides_as_the_code_does() {
    let mut compared = Compared::default();
    for seed in 0..WALKS {
        walk(seed, None, &mut compared).unwrap_or_else(|why| panic!("{why}"));
    }
    println!("seeds 0 to {}: {compared:?}", WALKS - 1);
    assert!(compared.committed > 5_000, "the walks get somewhere: {compared:?}");
}

#[test]
fn a_model_that_decides_otherwise_is_found_out() {
    for bug in [
        Bug::SessionWithoutAsking,
        Bug::TtlTrusted,
        Bug::ExpiryCheckedBeforeOnly,
        Bug::SpentLinkAccepted,
        Bug::LateProcessingUndoesPaid,
        Bug::SecondPaymentNotFlagged,
        Bug::SubmissionLeavesSessionOpen,
    ] {
        let found =
            (0..WALKS).find_map(|seed| walk(seed, Some(bug), &mut Compared::default()).err());
        let found = found.unwrap_or_else(|| panic!("{bug:?} was not noticed"));
        println!("{bug:?}: {found}");
    }
}
