//! When an invoice's mails are due. The seam for the full engine (offsets per policy, quiet
//! hours, caps): today one policy. Must never send anything.
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Offsets of the steps from the import. Source: product page "Cadence policies".
const STEP_OFFSETS: [SignedDuration; 3] =
    [SignedDuration::ZERO, SignedDuration::from_hours(7 * 24), SignedDuration::from_hours(14 * 24)];

/// Whether mails go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CadenceState {
    /// Steps are sent when due.
    Active,
    /// A payment is on its way, a case is open, or an operator has to look; nothing is sent.
    Paused,
    /// Paid, or all steps sent; nothing is sent any more.
    Closed,
}

/// The cadence of one invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cadence {
    /// Whether mails go out.
    pub state: CadenceState,
    /// Index of the next step, 0 for the first mail.
    pub next_step: u8,
    /// Offsets count from here.
    pub started_at: Timestamp,
}

impl Cadence {
    pub(crate) fn start(now: Timestamp) -> Self {
        Self { state: CadenceState::Active, next_step: 0, started_at: now }
    }

    /// When the next step is due; `None` if none is to be sent.
    pub fn next_at(&self) -> Option<Timestamp> {
        let offset = STEP_OFFSETS.get(usize::from(self.next_step))?;
        match self.state {
            CadenceState::Active => self.started_at.saturating_add(*offset).ok(),
            CadenceState::Paused | CadenceState::Closed => None,
        }
    }

    /// The step to take at `now`: the latest that is due, since mails that were missed during
    /// a pause are not sent in a heap. `None` if none is due.
    pub(crate) fn due_step(&self, now: Timestamp) -> Option<u8> {
        self.next_at().filter(|due| *due <= now)?;
        let since = now.duration_since(self.started_at);
        let passed = STEP_OFFSETS.iter().filter(|offset| **offset <= since).count();
        let latest = u8::try_from(passed).unwrap_or(u8::MAX).saturating_sub(1);
        Some(latest.max(self.next_step))
    }

    /// Counts the step, and those before it, as done.
    pub(crate) fn done(&mut self, step: u8) {
        self.next_step = step.saturating_add(1);
        if STEP_OFFSETS.get(usize::from(self.next_step)).is_none() {
            self.state = CadenceState::Closed;
        }
    }

    pub(crate) fn pause(&mut self) {
        if self.state == CadenceState::Active {
            self.state = CadenceState::Paused;
        }
    }

    pub(crate) fn resume(&mut self) {
        if self.state == CadenceState::Paused {
            self.state = CadenceState::Active;
        }
    }

    /// Begins anew, its first mail due at once.
    pub(crate) fn restart(&mut self, now: Timestamp) {
        *self = Self::start(now);
    }

    /// Begins anew after a letter that has said what a first mail says.
    pub(crate) fn restart_after_letter(&mut self, now: Timestamp) {
        *self = Self { next_step: 1, ..Self::start(now) };
    }

    pub(crate) fn close(&mut self) {
        self.state = CadenceState::Closed;
    }
}
