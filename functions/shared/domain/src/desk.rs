//! What operators do about an invoice itself: own it, have its link mailed again, and close the
//! notices on its timeline. Must never change what a payer owes or may do.
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use crate::fact::LinkMailReason;
use crate::{Actor, Change, Entry, Fact, InvoiceFile, Link, Moment, Refusal};

/// A link is not mailed twice within this long: two clicks are one wish.
const RESEND_GAP: SignedDuration = SignedDuration::from_mins(1);

impl InvoiceFile {
    /// Gives the invoice to an operator, or to nobody; `None` if it is so already.
    pub fn assign_owner(
        &self,
        owner: Option<String>,
        operator: &str,
        moment: &mut Moment,
    ) -> Option<Change> {
        if self.invoice.owner == owner {
            return None;
        }
        let mut change = Change::of(&self.invoice);
        change.invoice.owner.clone_from(&owner);
        change.record(moment, by(operator), Fact::InvoiceAssigned { owner });
        Some(change)
    }

    /// The current link while an outcome may come through it.
    pub fn live_link(&self, now: Timestamp) -> Option<&Link> {
        let current = self.invoice.link.and_then(|id| self.link(id));
        current.filter(|link| link.is_live(now))
    }

    /// The link that lives, mailed once more to the contacts on file. It stays the same link.
    ///
    /// # Errors
    /// [`Refusal::LinkExpired`] if none lives; [`Refusal::TooSoon`] within a minute of the last
    /// mail that somebody asked for.
    pub fn mail_link(&self, operator: &str, moment: &mut Moment) -> Result<Change, Refusal> {
        let link = self.live_link(moment.now).ok_or(Refusal::LinkExpired)?.id;
        let asked_just_now = |at: Timestamp| moment.now.duration_since(at) < RESEND_GAP;
        if self.invoice.link_mail_at.is_some_and(asked_just_now) {
            return Err(Refusal::TooSoon);
        }
        let mut change = Change::of(&self.invoice);
        change.invoice.link_mail_at = Some(moment.now);
        let reason = LinkMailReason::Resent;
        change.record(moment, by(operator), Fact::LinkMailDue { link, reason });
        Ok(change)
    }

    /// An operator has dealt with `notice`, an entry of this invoice's; `None` if that is of
    /// another invoice or needs nobody. Whether it was closed before, its entry's item says.
    pub fn close_notice(
        &self,
        notice: &Entry,
        operator: &str,
        moment: &mut Moment,
    ) -> Option<Change> {
        if notice.invoice != self.invoice.id || !notice.fact.needs_operator() {
            return None;
        }
        let mut change = Change::of(&self.invoice);
        let fact = Fact::NoticeClosed { notice: notice.id, what: notice.fact.name().to_owned() };
        change.record(moment, by(operator), fact);
        Some(change)
    }
}

/// The entries of a timeline that still wait for an operator, in its order.
pub fn open_notices(timeline: &[Entry]) -> Vec<Ulid> {
    let is_closed = |id: Ulid| {
        timeline
            .iter()
            .any(|entry| matches!(&entry.fact, Fact::NoticeClosed { notice, .. } if *notice == id))
    };
    let waiting = timeline.iter().filter(|entry| entry.fact.needs_operator());
    waiting.map(|entry| entry.id).filter(|id| !is_closed(*id)).collect()
}

fn by(operator: &str) -> Actor {
    Actor::Operator(operator.to_owned())
}
