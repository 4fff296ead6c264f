//! All measurements of a run, as figures with their spread.
//! Must never hold a figure that was not measured in that run.
use std::collections::BTreeMap;

use crate::callgrind::Counts;
use crate::measure::{Run, SharedRun};
use crate::spread::Spread;
use crate::subject::Subject;
use crate::trouble::Trouble;

/// What was measured of each subject.
#[derive(Debug)]
pub struct Results {
    /// Starts of each subject.
    pub rounds: u32,
    /// Later requests of each start.
    pub warm: u32,
    /// By subject.
    pub subjects: BTreeMap<Subject, Figures>,
    /// Why nothing was measured at a share of a core, if so.
    pub no_share: Option<String>,
    /// Instructions of the bare function and of ours; none without valgrind.
    pub counts: Option<(Counts, Counts)>,
}

/// What was measured of one subject. Times are in milliseconds.
#[derive(Debug)]
pub struct Figures {
    /// From the start of the process to its first asking for work.
    pub first_poll_ms: Spread,
    /// CPU from the start of the process to its first answer.
    pub cold_cpu_ms: Spread,
    /// CPU of what comes before the first request.
    pub init_cpu_ms: Spread,
    /// The first request, by the clock on the wall.
    pub first_ms: Spread,
    /// CPU of the first request.
    pub first_cpu_ms: Spread,
    /// A later request, by the clock on the wall.
    pub warm_ms: Spread,
    /// CPU of a later request.
    pub warm_cpu_ms: Spread,
    /// The most memory it had.
    pub peak_mb: Spread,
    /// What is uploaded, unpacked.
    pub package_mb: f64,
    /// The same at a share of a core, if that was measured.
    pub shared: Option<Shared>,
}

/// What was measured at a share of a core.
#[derive(Debug)]
pub struct Shared {
    /// The first request after init.
    pub first_ms: Spread,
    /// A later one.
    pub warm_ms: Spread,
    /// How many times a later one's time the first takes, start by start.
    pub times: Spread,
    /// The same of CPU.
    pub cpu_times: Spread,
}

/// Bytes as the megabytes that Lambda counts in.
#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

impl Figures {
    /// # Errors
    /// [`Trouble::Subject`] if there is no start to tell of.
    pub fn of(runs: &[Run], shared: &[SharedRun], package_bytes: u64) -> Result<Self, Trouble> {
        let none = || Trouble::Subject("it was never started".to_owned());
        let ms = |time: fn(&Run) -> std::time::Duration| {
            Spread::of_ms(runs.iter().map(time)).ok_or_else(none)
        };
        Ok(Self {
            first_poll_ms: ms(|run| run.first_poll)?,
            cold_cpu_ms: ms(|run| run.cold_cpu)?,
            init_cpu_ms: ms(|run| run.init_cpu)?,
            first_ms: ms(|run| run.first)?,
            first_cpu_ms: ms(|run| run.first_cpu)?,
            warm_ms: ms(|run| run.warm)?,
            warm_cpu_ms: ms(|run| run.warm_cpu)?,
            peak_mb: Spread::of(runs.iter().map(|run| megabytes(run.peak_bytes)))
                .ok_or_else(none)?,
            package_mb: megabytes(package_bytes),
            shared: Shared::of(shared),
        })
    }
}

impl Shared {
    fn of(runs: &[SharedRun]) -> Option<Self> {
        let times = |run: &SharedRun| run.first.as_secs_f64() / run.warm.as_secs_f64();
        let cpu_times = |run: &SharedRun| run.first_cpu.as_secs_f64() / run.warm_cpu.as_secs_f64();
        Some(Self {
            first_ms: Spread::of_ms(runs.iter().map(|run| run.first))?,
            warm_ms: Spread::of_ms(runs.iter().map(|run| run.warm))?,
            times: Spread::of(runs.iter().map(times))?,
            cpu_times: Spread::of(runs.iter().map(cpu_times))?,
        })
    }
}
