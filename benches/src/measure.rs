//! What one start of a subject costs, at full speed and at a small function's share of a core.
//! Must never count what the harness does: only the process's own clock, and time on the wire.
use std::thread;
use std::time::Duration;

use crate::core_share::{CoreShare, PERIOD_US};
use crate::session::Session;
use crate::subject::{Place, Subject};
use crate::trouble::Trouble;

/// Requests at a share of a core; each waits for a fresh quota, so that the first has no start.
const SHARED_WARM: u32 = 20;
const FRESH_QUOTA: Duration = Duration::from_micros(3 * PERIOD_US);

/// One start at full speed.
#[derive(Clone, Debug)]
pub struct Run {
    /// From the start of the process to its first asking for work.
    pub first_poll: Duration,
    /// CPU of the same.
    pub init_cpu: Duration,
    /// The first request, by the clock on the wall.
    pub first: Duration,
    /// CPU of the first request, until it asks for the next.
    pub first_cpu: Duration,
    /// CPU from the start of the process to its first answer.
    pub cold_cpu: Duration,
    /// A later request, by the clock on the wall: the middle one of all.
    pub warm: Duration,
    /// CPU of a later request: the mean of all.
    pub warm_cpu: Duration,
    /// The most memory it had, in bytes.
    pub peak_bytes: u64,
}

/// One start at a share of a core, which begins after init.
#[derive(Clone, Debug)]
pub struct SharedRun {
    /// The first request, by the clock on the wall.
    pub first: Duration,
    /// CPU of it.
    pub first_cpu: Duration,
    /// A later one: the middle one of all.
    pub warm: Duration,
    /// CPU of a later one: the middle one of all.
    pub warm_cpu: Duration,
}

/// Starts a subject once at full speed.
///
/// # Errors
/// [`Trouble`].
pub fn run(place: &Place, subject: Subject, event: &[u8], warm: u32) -> Result<Run, Trouble> {
    let mut session = Session::open(|api| place.start(subject, api), event.to_vec())?;
    let (first_poll, init_cpu) = (session.since_start(), session.child.cpu()?);
    let first = session.invoke()?;
    session.release(&first)?;
    let after_first = session.child.cpu()?;
    let mut walls = Vec::new();
    for _ in 0..warm {
        let answered = session.invoke()?;
        session.release(&answered)?;
        walls.push(answered.wall);
    }
    let spent = session.child.cpu()?.saturating_sub(after_first);
    Ok(Run {
        first_poll,
        init_cpu,
        first: first.wall,
        first_cpu: after_first.saturating_sub(init_cpu),
        cold_cpu: first.cpu,
        warm: middle(&mut walls),
        warm_cpu: spent / warm.max(1),
        peak_bytes: session.child.peak_bytes()?,
    })
}

/// Starts a subject once and takes most of its core away after its init.
///
/// # Errors
/// [`Trouble`].
pub fn shared_run(place: &Place, subject: Subject, event: &[u8]) -> Result<SharedRun, Trouble> {
    // Declared first, so that it goes last, also after a failure: a group cannot go while its
    // process is in it.
    let share;
    let mut session = Session::open(|api| place.start(subject, api), event.to_vec())?;
    share = CoreShare::take(&session.child)?;
    let first = timed(&mut session)?;
    let (mut walls, mut cpus) = (Vec::new(), Vec::new());
    for _ in 0..SHARED_WARM {
        let (wall, cpu) = timed(&mut session)?;
        walls.push(wall);
        cpus.push(cpu);
    }
    drop(session);
    drop(share);
    let (warm, warm_cpu) = (middle(&mut walls), middle(&mut cpus));
    Ok(SharedRun { first: first.0, first_cpu: first.1, warm, warm_cpu })
}

fn timed(session: &mut Session) -> Result<(Duration, Duration), Trouble> {
    thread::sleep(FRESH_QUOTA);
    let before = session.child.cpu()?;
    let answered = session.invoke()?;
    session.release(&answered)?;
    Ok((answered.wall, session.child.cpu()?.saturating_sub(before)))
}

fn middle(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
