//! The verbs about an invoice's links: read, use, issue, replace.
//! Must never leave two links that can carry an outcome.
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use crate::fact::LinkMailReason;
use crate::{Actor, Change, Fact, InvoiceFile, Link, LinkState, Moment, Payment, Refusal, Status};

/// A dead link's holder may ask for a mail once in this long.
const LINK_MAIL_GAP: SignedDuration = SignedDuration::from_mins(15);

impl InvoiceFile {
    /// The link, if its holder may still see the invoice: live, or spent and not expired.
    ///
    /// # Errors
    /// [`Refusal::LinkReplaced`] or [`Refusal::LinkExpired`].
    pub fn readable_link(&self, id: Ulid, now: Timestamp) -> Result<&Link, Refusal> {
        let link = self.link(id).ok_or(Refusal::LinkExpired)?;
        let current = self.invoice.link == Some(id);
        match link.state {
            LinkState::Replaced => Err(Refusal::LinkReplaced),
            LinkState::Live if !current => Err(Refusal::LinkReplaced),
            LinkState::Live | LinkState::Spent if link.is_expired(now) => Err(Refusal::LinkExpired),
            LinkState::Live | LinkState::Spent => Ok(link),
        }
    }

    /// The link, if an outcome may still come through it.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies, in order of precedence.
    pub(crate) fn usable_link(&self, id: Ulid, now: Timestamp) -> Result<&Link, Refusal> {
        let link = self.readable_link(id, now)?;
        match self.invoice.status {
            Status::Paid => Err(Refusal::AlreadyPaid),
            Status::Closed => Err(Refusal::NothingDue),
            Status::Processing => Err(Refusal::Processing),
            Status::UnderReview => Err(Refusal::UnderReview),
            Status::Open
            | Status::PlanSubmitted
            | Status::PlanActive
            | Status::Promised
            | Status::Disputed
                if link.state == LinkState::Spent =>
            {
                Err(Refusal::LinkSpent)
            }
            Status::Open
            | Status::PlanSubmitted
            | Status::PlanActive
            | Status::Promised
            | Status::Disputed => Ok(link),
        }
    }

    /// A new link in place of the current one, from this commit on.
    pub fn regenerate(&self, actor: Actor, mail: bool, moment: &mut Moment) -> Change {
        let mut change = Change::of(&self.invoice);
        let link = self.issue_link(&mut change, actor.clone(), moment);
        // Whoever has an older link is shut out at once, also from one that was read-only.
        for prior in self.links.iter().filter(|prior| prior.state == LinkState::Spent) {
            change.links.push(prior.replaced());
        }
        if mail {
            let reason = LinkMailReason::Regenerated;
            change.record(moment, actor, Fact::LinkMailDue { link, reason });
        }
        change
    }

    /// What the holder of a dead link gets: the current link mailed to the contacts on
    /// file, or a new one if none lives.
    ///
    /// # Errors
    /// [`Refusal::TooSoon`] within 15 minutes of the last such mail.
    pub fn request_link(&self, moment: &mut Moment) -> Result<Change, Refusal> {
        let asked_recently = |at: Timestamp| moment.now.duration_since(at) < LINK_MAIL_GAP;
        if self.invoice.link_mail_at.is_some_and(asked_recently) {
            return Err(Refusal::TooSoon);
        }
        let mut change = Change::of(&self.invoice);
        change.invoice.link_mail_at = Some(moment.now);
        let link = self.current_or_new_link(&mut change, Actor::Payer, moment);
        let reason = LinkMailReason::Requested;
        change.record(moment, Actor::Payer, Fact::LinkMailDue { link, reason });
        Ok(change)
    }

    /// The current link if it can still carry an outcome, or if there is none to carry;
    /// otherwise a new one.
    pub(crate) fn current_or_new_link(
        &self,
        change: &mut Change,
        actor: Actor,
        moment: &mut Moment,
    ) -> Ulid {
        let current = change.invoice.link.and_then(|id| self.link(id));
        let something_left = change.invoice.balance.minor > 0;
        match current {
            Some(link) if link.is_live(moment.now) => link.id,
            // Read-only until it expires, which is what is left of a paid invoice.
            Some(link) if !something_left && !link.is_expired(moment.now) => link.id,
            Some(_) | None => self.issue_link(change, actor, moment),
        }
    }

    /// Issues a link, retires the current one and asks for its open session to be expired.
    /// A current link that has carried its outcome stays readable.
    pub(crate) fn issue_link(
        &self,
        change: &mut Change,
        actor: Actor,
        moment: &mut Moment,
    ) -> Ulid {
        let link = Link::issue(moment.fresh_id(), moment.now);
        let id = link.id;
        let replaced = change.invoice.link.replace(id);
        change.links.push(link);
        let spent_now = |old: &Link| change.links.iter().any(|link| link.id == old.id);
        if let Some(old) = replaced.and_then(|old| self.link(old))
            && old.state == LinkState::Live
            && !spent_now(old)
        {
            change.links.push(old.replaced());
        }
        self.cancel_checkout(change);
        let fact = match replaced {
            None => Fact::LinkIssued { link: id },
            Some(replaced) => Fact::LinkRegenerated { link: id, replaced },
        };
        change.record(moment, actor, fact);
        id
    }

    /// Asks for the open Checkout Session to be expired, if there is one.
    pub(crate) fn cancel_checkout(&self, change: &mut Change) {
        let open = self.live_payment().filter(|payment| payment.can_be_cancelled());
        if let Some(payment) = open
            && !change.payments.iter().any(|changed| changed.id == payment.id)
        {
            change.payments.push(Payment { cancel: true, ..payment.clone() });
        }
    }
}
