//! A small model of what can happen to one invoice, in which every interleaving is tried: two
//! payers, Stripe, its webhooks, the reconciler, an operator, time, and processes that vanish.
//! Must never ship: it is a test of the rules, not a part of them.
//!
//! Read in this order:
//!
//! 1. `state.rs` and `request.rs`: what there is, and who is under way.
//! 2. `actions.rs`: what can happen; each action names the code it stands for.
//! 3. `process.rs`: a request step by step, with a place for a crash between any two.
//! 4. `rules.rs` and `settle.rs`: what our code decides; `tests/like_the_code.rs` holds it against the domain.
//! 5. `properties.rs`: what must hold in every state, and what must be possible at all.
//! 6. `bug.rs`: mistakes that are planted to see them caught.
//!
//! Left out, because other tests have it: amounts, currencies and parts of a balance (so no
//! mismatch), refunds and chargebacks, declined cards, what a seller decides about a plan
//! (`domain/tests/rules`); mails, documents and the timeline, with `expiry-sweeper`, which only
//! writes there (`tests/scenarios`). Forms stand for plans: a promise or a dispute over all of
//! the balance goes the same way.

pub mod actions;
pub mod bug;
pub mod process;
pub mod properties;
pub mod request;
pub mod rules;
mod settle;
pub mod state;

use stateright::{Model, Property};

pub use actions::Action;
pub use bug::Bug;
pub use state::State;

use process::Told;
use rules::Rules;

/// The product as far as it is modelled, in a world of a certain size.
#[derive(Clone, Copy, Debug)]
pub struct Portal {
    /// A mistake that is planted, or none.
    pub bug: Option<Bug>,
    /// How large the world is.
    pub bounds: Bounds,
}

/// How large the world is.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Payers, 1 or 2.
    pub payers: u8,
    /// Links that can be issued, at most [`state::LINKS_MAX`].
    pub links: u8,
    /// Payments that can be started, at most [`state::PAYMENTS_MAX`].
    pub payments: u8,
    /// Requests under way at the same time, at most [`state::SLOTS`].
    pub at_once: usize,
    /// The clock stops after so many ticks.
    pub ticks: u8,
}

impl Portal {
    /// The rules it follows.
    pub fn rules(&self) -> Rules {
        Rules { bug: self.bug, links: self.bounds.links, payments: self.bounds.payments }
    }

    /// The state after `action`, and the decision of ours that was part of it.
    pub fn follow(&self, state: &State, action: Action) -> Option<(State, Option<Told>)> {
        self.after(state, action)
    }
}

impl Model for Portal {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::first()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.possible(state, actions);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        self.after(state, action).map(|(state, _)| state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut all = properties::promises();
        if self.bug.is_none() {
            all.extend(properties::possibilities());
        }
        all
    }
}
