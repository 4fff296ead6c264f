//! What our code decides: `links.rs`, `start.rs` and `submit.rs` of `functions/shared/domain/src`
//! again, in small. Must never differ from them: `tests/like_the_code.rs` walks both side by side.
use crate::bug::Bug;
use crate::state::{
    CHECKOUT_LIFE, File, LINK_LIFE, Link, LinkNo, LinkState, Payment, PaymentNo, PaymentState,
    Plan, Status, Tick, Verb,
};

/// `domain::Refusal`, as far as the model goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Refusal {
    LinkReplaced,
    LinkExpired,
    AlreadyPaid,
    Processing,
    CaseOpen,
    WaitingForDecision,
    LinkSpent,
    TooSoon,
    UnknownPayment,
    /// The model has no number left for another link or payment.
    OutOfNumbers,
}

/// Nobody reads the clock of a link that was replaced, so all of them are the same.
const REPLACED: Link = Link { state: LinkState::Replaced, active_at: 0 };

/// What a verb comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// There is nothing to change.
    Nothing,
    /// The file as it shall be.
    Change(File),
    /// `Start::Resume`: a payment is live, go on with it.
    Resume(PaymentNo),
    /// `Start::End`: a payment is live that must not be used.
    End(PaymentNo),
}

/// The rules, with a mistake planted or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The mistake.
    pub bug: Option<Bug>,
    /// Links that can be issued.
    pub links: u8,
    /// Payments that can be started.
    pub payments: u8,
}

impl Rules {
    /// What `verb` makes of `file` for a request that came at `now`.
    ///
    /// # Errors
    /// The [`Refusal`] of the domain.
    pub fn decide(self, file: &File, verb: Verb, now: Tick) -> Result<Decision, Refusal> {
        match verb {
            Verb::Start(link) => self.start(file, link, now),
            Verb::Submit(payer, link) => self.submit(file, (payer, link), now),
            Verb::Apply(payment, event) => self.apply(file, (payment, event), now),
            Verb::Regenerate => {
                let mut next = file.clone();
                self.issue_link(&mut next, now)?;
                for link in next.links.iter_mut().flatten() {
                    if link.state == LinkState::Spent {
                        *link = REPLACED;
                    }
                }
                Ok(Decision::Change(next))
            }
            Verb::RequestLink => self.request_link(file, now),
        }
    }

    pub(crate) fn has(self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    fn is_expired(self, link: Link, now: Tick) -> bool {
        now >= link.active_at + LINK_LIFE && !self.has(Bug::TtlTrusted)
    }

    /// `InvoiceFile::readable_link`.
    ///
    /// # Errors
    /// [`Refusal::LinkReplaced`] or [`Refusal::LinkExpired`].
    pub fn readable_link(self, file: &File, no: LinkNo, now: Tick) -> Result<Link, Refusal> {
        let link = file.link(no).ok_or(Refusal::LinkExpired)?;
        match link.state {
            LinkState::Replaced => Err(Refusal::LinkReplaced),
            LinkState::Live if file.link != no => Err(Refusal::LinkReplaced),
            LinkState::Live | LinkState::Spent if self.is_expired(link, now) => {
                Err(Refusal::LinkExpired)
            }
            LinkState::Live | LinkState::Spent => Ok(link),
        }
    }

    /// `InvoiceFile::usable_link`.
    fn usable_link(self, file: &File, no: LinkNo, now: Tick) -> Result<(), Refusal> {
        let link = self.readable_link(file, no, now)?;
        match file.status {
            Status::Paid => Err(Refusal::AlreadyPaid),
            Status::Processing => Err(Refusal::Processing),
            Status::Open | Status::Submitted if link.state == LinkState::Spent => {
                Err(Refusal::LinkSpent)
            }
            Status::Open | Status::Submitted => Ok(()),
        }
    }

    /// `InvoiceFile::start_payment`.
    fn start(self, file: &File, link: LinkNo, now: Tick) -> Result<Decision, Refusal> {
        self.usable_link(file, link, now)?;
        if file.status == Status::Submitted {
            return Err(Refusal::WaitingForDecision);
        }
        if let Some((no, live)) = live_payment(file)
            && !self.has(Bug::SessionWithoutAsking)
        {
            return Ok(if live.cancel { Decision::End(no) } else { Decision::Resume(no) });
        }
        let mut next = file.clone();
        let no = self.new_payment(&next)?;
        next.payments[usize::from(no)] = Some(Payment {
            link,
            state: PaymentState::Starting,
            started_at: now,
            cancel: false,
            duplicate: false,
        });
        next.holder = Some(no);
        Ok(Decision::Change(next))
    }

    /// `InvoiceFile::may_submit`.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies.
    pub fn may_submit(self, file: &File, link: LinkNo, now: Tick) -> Result<(), Refusal> {
        if self.has(Bug::SpentLinkAccepted) {
            return self.readable_link(file, link, now).map(|_| ());
        }
        if !self.has(Bug::ExpiryCheckedBeforeOnly) {
            self.usable_link(file, link, now)?;
        }
        match file.status {
            Status::Open => Ok(()),
            Status::Submitted => Err(Refusal::CaseOpen),
            Status::Processing => Err(Refusal::Processing),
            Status::Paid => Err(Refusal::AlreadyPaid),
        }
    }

    /// `InvoiceFile::submit`, of a plan.
    fn submit(self, file: &File, from: (u8, LinkNo), now: Tick) -> Result<Decision, Refusal> {
        let (payer, link) = from;
        if file.plan.is_some_and(|plan| plan.payer == payer) {
            return Ok(Decision::Nothing);
        }
        self.may_submit(file, link, now)?;
        let mut next = file.clone();
        spend(&mut next, link, now);
        if !self.has(Bug::SubmissionLeavesSessionOpen) {
            cancel_checkout(&mut next);
        }
        next.plan = Some(Plan { payer, link, settled: false });
        next.status = Status::Submitted;
        Ok(Decision::Change(next))
    }

    /// `InvoiceFile::request_link`.
    fn request_link(self, file: &File, now: Tick) -> Result<Decision, Refusal> {
        // A tick is far longer than the 15 minutes of the rule.
        if file.asked_at.is_some_and(|at| now <= at) {
            return Err(Refusal::TooSoon);
        }
        let mut next = file.clone();
        next.asked_at = Some(now);
        let serves = |link: Link| match link.state {
            LinkState::Live => !self.is_expired(link, now),
            LinkState::Spent | LinkState::Replaced => {
                file.status == Status::Paid && !self.is_expired(link, now)
            }
        };
        if !file.link(file.link).is_some_and(serves) {
            self.issue_link(&mut next, now)?;
        }
        Ok(Decision::Change(next))
    }

    fn new_payment(self, file: &File) -> Result<PaymentNo, Refusal> {
        let free = (0..self.payments).find(|no| file.payment(*no).is_none());
        free.ok_or(Refusal::OutOfNumbers)
    }

    /// `InvoiceFile::issue_link`.
    fn issue_link(self, file: &mut File, now: Tick) -> Result<(), Refusal> {
        let (old, new) = (usize::from(file.link), file.link + 1);
        if new >= self.links {
            return Err(Refusal::OutOfNumbers);
        }
        if let Some(old) = &mut file.links[old]
            && old.state == LinkState::Live
        {
            *old = REPLACED;
        }
        file.links[usize::from(new)] = Some(Link { state: LinkState::Live, active_at: now });
        file.link = new;
        cancel_checkout(file);
        Ok(())
    }
}

/// `InvoiceFile::live_payment`: the one that holds the invoice, or one whose session could not
/// be ended yet.
pub fn live_payment(file: &File) -> Option<(PaymentNo, Payment)> {
    let holder = file.holder.and_then(|no| Some((no, file.payment(no)?)));
    holder.or_else(|| file.payments().find(|(_, payment)| payment.is_live()))
}

/// Whether a creation that was never answered counts as never made: `checkout.rs`, `LOST_AFTER`.
pub fn is_lost(payment: Payment, now: Tick) -> bool {
    payment.state == PaymentState::Starting && now > payment.started_at + CHECKOUT_LIFE
}

/// `InvoiceFile::cancel_checkout`.
fn cancel_checkout(file: &mut File) {
    if let Some((no, _)) = live_payment(file).filter(|(_, payment)| payment.can_be_cancelled()) {
        change(file, no, |payment| payment.cancel = true);
    }
}

pub(crate) fn spend(file: &mut File, no: LinkNo, now: Tick) {
    if let Some(link) = &mut file.links[usize::from(no)]
        && link.state == LinkState::Live
    {
        *link = Link { state: LinkState::Spent, active_at: now };
    }
}

pub(crate) fn set(file: &mut File, no: PaymentNo, state: PaymentState) {
    change(file, no, |payment| payment.state = state);
}

pub(crate) fn change(file: &mut File, no: PaymentNo, how: impl FnOnce(&mut Payment)) {
    if let Some(payment) = &mut file.payments[usize::from(no)] {
        how(payment);
    }
}
