//! What a plan, a promise and a dispute hold, and when the clock has to look at each.
//! Must never reckon a date in anybody's zone but the seller's.
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::Amount;
use crate::business_days::Deadline;
use crate::tenant::Evidence;

/// An instalment's link is mailed this many days before it is due.
const INSTALMENT_NOTICE_DAYS: i64 = 3;
/// A promise's link is mailed this many days before its date.
const PROMISE_NOTICE_DAYS: i64 = 1;
/// Links are mailed at this hour of the seller's day.
const NOTICE_HOUR: i8 = 9;

/// A plan agreed late begins this long after the agreement, so that nobody is in arrears at once.
pub(crate) const AGREED_LATE_DAYS: SignedDuration = SignedDuration::from_hours(3 * 24);

/// One instalment of a plan and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanInstalment {
    /// Calendar date in the seller's zone.
    pub due: Date,
    /// What is to be paid.
    pub amount: Amount,
    /// Its link was mailed.
    #[serde(default)]
    pub noticed: bool,
    /// Its date went by without a payment.
    #[serde(default)]
    pub missed: bool,
    /// The payment that paid it.
    pub paid_by: Option<Ulid>,
}

/// A plan: the whole balance in instalments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The sum of the instalments: the balance when it was proposed.
    pub total: Amount,
    /// In order of date.
    pub instalments: Vec<PlanInstalment>,
    /// Why the payer asks for it.
    pub reason: String,
    /// Over the seller's limit: only the Controller or Legal may approve it.
    pub needs_approval: bool,
}

/// A promise: one amount on one date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Calendar date in the seller's zone.
    pub date: Date,
    /// What will be paid; the balance or a part of it.
    pub amount: Amount,
    /// What the payer wants to say.
    pub note: Option<String>,
    /// Its link was mailed.
    #[serde(default)]
    pub noticed: bool,
}

/// How near a dispute is to its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlaState {
    /// There is time.
    Open,
    /// The last business day has begun.
    AtRisk,
    /// The deadline is over.
    Late,
}

/// A dispute about all or a part of the balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Code of the seller's list.
    pub reason: String,
    /// The code's words when it was sent.
    pub label: String,
    /// What is disputed; the balance or a part of it.
    pub amount: Amount,
    /// What is wrong, in the payer's words.
    pub description: String,
    /// Documents that the reason asks for.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// Until when the seller should decide.
    pub deadline: Deadline,
    /// How near that is, as last noted.
    pub sla: SlaState,
}

impl Plan {
    /// The first instalment that is not paid, with its place (0 for the first).
    pub fn next(&self) -> Option<(usize, &PlanInstalment)> {
        self.instalments.iter().enumerate().find(|(_, one)| one.paid_by.is_none())
    }

    /// Whether an instalment was missed and is still not paid.
    pub fn is_behind(&self) -> bool {
        self.instalments.iter().any(|one| one.missed && one.paid_by.is_none())
    }

    /// Instalments paid in time, in percent of those that were due before `today` or are paid;
    /// `None` before the first.
    pub fn adherence_percent(&self, today: Date) -> Option<u8> {
        let counted =
            || self.instalments.iter().filter(|one| one.due < today || one.paid_by.is_some());
        let kept = counted().filter(|one| one.paid_by.is_some() && !one.missed).count();
        let percent = kept.saturating_mul(100).checked_div(counted().count())?;
        u8::try_from(percent).ok()
    }

    pub(super) fn next_at(&self, zone: &TimeZone) -> Option<Timestamp> {
        let next = self.next().filter(|(_, one)| !one.noticed).map(|(_, one)| one.notice_at(zone));
        let unpaid = self.instalments.iter().filter(|one| one.paid_by.is_none() && !one.missed);
        let missed = unpaid.map(|one| end_of(one.due, zone)).min();
        next.into_iter().chain(missed).min()
    }
}

impl PlanInstalment {
    /// When its link is mailed.
    pub fn notice_at(&self, zone: &TimeZone) -> Timestamp {
        morning_before(self.due, INSTALMENT_NOTICE_DAYS, zone)
    }
}

impl Promise {
    /// When its link is mailed.
    pub fn notice_at(&self, zone: &TimeZone) -> Timestamp {
        morning_before(self.date, PROMISE_NOTICE_DAYS, zone)
    }
}

impl Dispute {
    /// The state by the clock.
    pub fn sla_at(&self, now: Timestamp) -> SlaState {
        if now >= self.deadline.late_at {
            SlaState::Late
        } else if now >= self.deadline.at_risk_at {
            SlaState::AtRisk
        } else {
            SlaState::Open
        }
    }
}

/// The first instant after a calendar date in the seller's zone.
pub(crate) fn end_of(date: Date, zone: &TimeZone) -> Timestamp {
    let next = date.tomorrow().unwrap_or(date);
    zone.to_ambiguous_zoned(next.to_datetime(Time::midnight()))
        .compatible()
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

fn morning_before(date: Date, days: i64, zone: &TimeZone) -> Timestamp {
    let day = date.checked_sub(days.days()).unwrap_or(date);
    let morning = day.at(NOTICE_HOUR, 0, 0, 0);
    zone.to_ambiguous_zoned(morning).compatible().map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
