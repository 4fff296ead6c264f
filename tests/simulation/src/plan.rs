//! What is thrown at one life, by its seed.
//! Must never be kinder than the world: days pass, webhooks stay away, functions are stopped.
use std::time::Duration;

use crate::net::Weather;

/// What is thrown at one life.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) weather: Weather,
    /// Between two things that a person does, at most.
    pub(crate) pause_max: Duration,
    /// Share of calls that are stopped in the middle, in percent.
    pub(crate) crashes_percent: u32,
    /// Share of webhooks that never come, in percent.
    pub(crate) webhooks_lost_percent: u32,
}

impl Plan {
    /// No fault of any kind, one thing after the other.
    pub(crate) fn calm(seed: u64) -> Self {
        Self {
            seed,
            weather: Weather { faults_percent: 0, slow_ms: 5 },
            pause_max: Duration::from_secs(1),
            crashes_percent: 0,
            webhooks_lost_percent: 0,
        }
    }

    /// What a seed comes to: from calm crowds to storms, from seconds to days.
    pub(crate) fn of(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed ^ 0x91A);
        let faults_percent = [0, 0, 5, 10, 20][random.usize(0..5)];
        let pauses_s = [1, 2, 2, 5, 1_200, 7_200, 800_000];
        Self {
            seed,
            weather: Weather { faults_percent, slow_ms: [20, 100, 400][random.usize(0..3)] },
            pause_max: Duration::from_secs(pauses_s[random.usize(0..pauses_s.len())]),
            crashes_percent: [0, 0, 10][random.usize(0..3)],
            webhooks_lost_percent: [0, 20, 100][random.usize(0..3)],
        }
    }
}
