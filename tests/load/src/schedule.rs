//! When every request of a phase is due, drawn before the first one is sent.
//! Must never look at an answer: a slow stack does not get fewer requests (open loop).
use crate::settings::Settings;

/// What is asked for. Each has a throttle, and so a bucket, of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Route {
    /// The payer's page.
    View,
    /// The form for instalments.
    Plan,
    /// The form for a promise.
    Promise,
    /// The form for a dispute.
    Dispute,
    /// The receipt as a PDF.
    Receipt,
    /// The button that starts a payment.
    Pay,
    /// An event of Stripe's.
    Webhook,
}

impl Route {
    /// All of them, in the order of the page.
    pub(crate) const ALL: [Self; 7] = [
        Self::View,
        Self::Plan,
        Self::Promise,
        Self::Dispute,
        Self::Receipt,
        Self::Pay,
        Self::Webhook,
    ];

    /// The resource and its method, as the template has them.
    pub(crate) fn resource(self) -> (&'static str, &'static str) {
        match self {
            Self::View => ("GET", "/p/{token}"),
            Self::Plan => ("GET", "/p/{token}/plan"),
            Self::Promise => ("GET", "/p/{token}/promise"),
            Self::Dispute => ("GET", "/p/{token}/dispute"),
            Self::Receipt => ("GET", "/p/{token}/receipt"),
            Self::Pay => ("POST", "/p/{token}/pay"),
            Self::Webhook => ("POST", "/webhooks/stripe"),
        }
    }

    /// Requests a second at 1x on AWS: 60 to 70 % of the throttle where payers are many, less for
    /// forms, of which at 10x still more are sent than the throttle lets through.
    fn per_second(self) -> u64 {
        match self {
            Self::View => 140,
            Self::Plan | Self::Promise | Self::Dispute => 6,
            Self::Receipt => 12,
            Self::Pay => 14,
            Self::Webhook => 20,
        }
    }
}

/// One stretch of load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phase {
    /// Its name on the page.
    pub name: &'static str,
    /// How many times the payers' 1x.
    pub payers: u64,
    /// How many times the webhooks' 1x.
    pub webhooks: u64,
}

/// The measured phases, in their order.
pub(crate) const PHASES: [Phase; 3] = [
    Phase { name: "1x", payers: 1, webhooks: 1 },
    Phase { name: "10x", payers: 10, webhooks: 1 },
    // 80 % of the webhook's own throttle.
    Phase { name: "flood", payers: 10, webhooks: 4 },
];

/// Before them, uncounted: as many functions run afterwards as the load needs.
pub(crate) const WARM_UP: Phase = Phase { name: "warm-up", payers: 10, webhooks: 0 };

/// One request that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Microseconds after the start of the phase.
    pub due_us: u64,
    /// What is asked for.
    pub route: Route,
    /// How many of this route came before it in this phase.
    pub turn: u64,
    /// Picks the payer.
    pub pick: u64,
}

/// All arrivals of a phase, earliest first. Each route has one arrival in every slot of its rate,
/// at a drawn point of the slot: irregular, but never above its rate for longer than a slot.
pub(crate) fn arrivals(phase: Phase, settings: &Settings) -> Vec<Arrival> {
    let name: u64 = phase.name.bytes().map(u64::from).sum();
    let mut random = fastrand::Rng::with_seed(settings.seed ^ name);
    let mut all = Vec::new();
    for route in Route::ALL {
        let slot_us = slot_us(route, phase, settings.scale);
        for turn in 0..count(route, phase, settings) {
            let due_us = turn * slot_us + random.u64(0..slot_us);
            all.push(Arrival { due_us, route, turn, pick: random.u64(..) });
        }
    }
    all.sort_by_key(|arrival| arrival.due_us);
    all
}

/// How many requests a route gets in a phase.
pub(crate) fn count(route: Route, phase: Phase, settings: &Settings) -> u64 {
    settings.seconds * 1_000_000 / slot_us(route, phase, settings.scale)
}

/// Microseconds for each request of a route; longer than any phase if it gets none.
fn slot_us(route: Route, phase: Phase, scale: u64) -> u64 {
    let times = if route == Route::Webhook { phase.webhooks } else { phase.payers };
    (scale * 1_000_000).checked_div(route.per_second() * times).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn settings(seed: u64) -> Settings {
        Settings {
            seed,
            seconds: 60,
            scale: 20,
            page: PathBuf::new(),
            machine: String::new(),
            throttles: Vec::new(),
        }
    }

    #[test]
    fn a_seed_draws_the_same_again_and_another_draws_otherwise() {
        for phase in PHASES {
            let drawn = arrivals(phase, &settings(7));
            assert_eq!(drawn, arrivals(phase, &settings(7)), "{}", phase.name);
            assert_ne!(drawn, arrivals(phase, &settings(8)), "{}", phase.name);
        }
    }

    #[test]
    fn ten_times_is_ten_times_for_payers_and_webhooks_stay() {
        let [one, ten, flood] = PHASES;
        for route in Route::ALL {
            let of = |phase| count(route, phase, &settings(1));
            let (more, most) = if route == Route::Webhook { (1, 4) } else { (10, 10) };
            assert_eq!((of(ten), of(flood)), (more * of(one), most * of(one)), "{route:?}");
        }
        assert_eq!(count(Route::View, one, &settings(1)), 60 * 140 / 20);
        assert_eq!(count(Route::Webhook, WARM_UP, &settings(1)), 0);
    }

    #[test]
    fn arrivals_are_in_order_within_the_phase_and_one_in_each_slot() {
        let [one, ..] = PHASES;
        let drawn = arrivals(one, &settings(3));
        assert!(drawn.is_sorted_by_key(|arrival| arrival.due_us));
        assert!(drawn.iter().all(|arrival| arrival.due_us < 60_000_000));
        for route in Route::ALL {
            let slot_us = slot_us(route, one, 20);
            let of_route: Vec<_> = drawn.iter().filter(|one| one.route == route).collect();
            assert_eq!(of_route.len() as u64, count(route, one, &settings(3)), "{route:?}");
            for arrival in of_route {
                assert_eq!(arrival.due_us / slot_us, arrival.turn, "{route:?}");
            }
        }
    }
}
