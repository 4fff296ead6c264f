//! A payer link: its state, its inactivity clock and when it is dead.
//! Must never decide by what TTL has deleted; only the clock and the state count.
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

/// A link dies after this long without activity.
pub const INACTIVITY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The clock is written at most once in this long; the link lives that much longer, so
/// that it never dies earlier than [`INACTIVITY`] after the last activity.
pub const CLOCK_GRAIN: SignedDuration = SignedDuration::from_hours(1);

/// What a link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// May carry one outcome.
    Live,
    /// Has carried its outcome; read-only until it expires.
    Spent,
    /// A newer link took its place; refused.
    Replaced,
}

/// A link of one invoice. The signed token names it; nothing here is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Identifier, part of the token.
    pub id: Ulid,
    /// What it is good for.
    pub state: LinkState,
    /// When it was issued.
    pub created_at: Timestamp,
    /// Last activity as written, at most [`CLOCK_GRAIN`] behind the real one.
    pub last_active_at: Timestamp,
    /// When it was first opened.
    pub opened_at: Option<Timestamp>,
}

impl Link {
    /// A live link issued at `now`.
    pub(crate) fn issue(id: Ulid, now: Timestamp) -> Self {
        Self { id, state: LinkState::Live, created_at: now, last_active_at: now, opened_at: None }
    }

    /// The first instant at which the link is expired.
    pub fn expires_at(&self) -> Timestamp {
        let life = INACTIVITY.saturating_add(CLOCK_GRAIN);
        self.last_active_at.saturating_add(life).unwrap_or(Timestamp::MAX)
    }

    /// Whether the link is expired at `now`.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at()
    }

    /// Whether an outcome may still come through it.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.state == LinkState::Live && !self.is_expired(now)
    }

    /// Whether activity at `now` is worth a write.
    pub fn clock_is_due(&self, now: Timestamp) -> bool {
        !self.is_expired(now) && now.duration_since(self.last_active_at) >= CLOCK_GRAIN
    }

    pub(crate) fn spent(&self, now: Timestamp) -> Self {
        Self { state: LinkState::Spent, last_active_at: now, ..self.clone() }
    }

    pub(crate) fn replaced(&self) -> Self {
        Self { state: LinkState::Replaced, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn link() -> Link {
        Link::issue(Ulid(7), Timestamp::from_second(1_700_000_000).unwrap())
    }

    #[test]
    fn a_link_dies_at_the_second_and_not_before() {
        let link = link();
        let end = link.expires_at();
        let second = SignedDuration::from_secs(1);
        assert!(link.is_live(end - second));
        assert!(!link.is_live(end));
        assert!(!link.is_live(end + second));
    }

    #[test]
    fn a_link_lives_for_seven_days_and_the_hour_its_clock_may_be_behind() {
        let link = link();
        assert_eq!(link.expires_at().duration_since(link.created_at).as_hours(), 169);
        let last = link.created_at + SignedDuration::from_hours(5);
        let spent = link.spent(last);
        assert_eq!(spent.expires_at().duration_since(last).as_hours(), 169);
    }

    proptest! {
        /// Seven days after the last activity, never earlier and at most an hour later.
        #[test]
        fn activity_postpones_death_exactly(minutes in prop::collection::vec(0i64..600_000, 1..20)) {
            let mut link = link();
            let start = link.created_at;
            let mut visits = minutes;
            visits.sort_unstable();
            let mut last = start;
            for minute in visits {
                let now = start + SignedDuration::from_mins(minute);
                if link.is_expired(now) {
                    break;
                }
                if link.clock_is_due(now) {
                    link.last_active_at = now;
                }
                last = now;
            }
            prop_assert!(link.expires_at() >= last + INACTIVITY);
            prop_assert!(link.expires_at() <= last + INACTIVITY + CLOCK_GRAIN);
        }
    }
}
