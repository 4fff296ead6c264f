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
    /// A payment is on its way, or an operator has to look; nothing is sent.
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

    /// Counts the step as done.
    pub(crate) fn advance(&mut self) {
        self.next_step = self.next_step.saturating_add(1);
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

    pub(crate) fn close(&mut self) {
        self.state = CadenceState::Closed;
    }
}
