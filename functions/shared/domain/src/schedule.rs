//! A plan's instalments: how a balance is spread evenly over dates.
//! Must never lose or add a minor unit: the instalments add up to the balance.
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{Amount, Currency};

/// Time from one instalment to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Interval {
    Weekly,
    EveryTwoWeeks,
    Monthly,
}

/// One instalment as proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// Day it is due, in the seller's zone.
    pub due: Date,
    /// What is due, in minor units of the invoice's currency.
    pub amount: Amount,
}

/// `count` equal instalments of `balance` from `first` on; what does not divide is on the last.
///
/// Where Stripe takes amounts only in steps of several minor units, so are the instalments.
/// `None` if `count` is 0, an instalment would be nothing, or a date is out of range.
pub fn equal(
    balance: Amount,
    count: u16,
    interval: Interval,
    first: Date,
) -> Option<Vec<Instalment>> {
    let equal_minor = balance.minor.checked_div(i64::from(count))?;
    let beyond_step = equal_minor.checked_rem(step_minor(balance.currency))?;
    let each = Amount { minor: equal_minor.checked_sub(beyond_step)?, ..balance };
    if each.minor <= 0 {
        return None;
    }
    let before_last = i64::from(count).checked_sub(1)?;
    let last_minor = balance.minor.checked_sub(each.minor.checked_mul(before_last)?)?;
    let mut instalments = (0..count)
        .map(|index| {
            let due = first.checked_add(interval.times(index)).ok()?;
            Some(Instalment { due, amount: each })
        })
        .collect::<Option<Vec<_>>>()?;
    instalments.last_mut()?.amount.minor = last_minor;
    Some(instalments)
}

impl Interval {
    /// Counted from the first date each time: from 31 January on, months end on their last day
    /// and the 31st comes back.
    fn times(self, index: u16) -> Span {
        match self {
            Self::Weekly => i64::from(index).weeks(),
            Self::EveryTwoWeeks => i64::from(index).saturating_mul(2).weeks(),
            Self::Monthly => i64::from(index).months(),
        }
    }
}

/// The step in which Stripe takes amounts of `currency`, in minor units: 10 for KWD, 1 for USD.
pub(crate) fn step_minor(currency: Currency) -> i64 {
    // Above every minimum and below every maximum, so that only the step decides.
    let taken = |step: i64| Amount { minor: step.saturating_add(100_000), currency }.to_stripe();
    [1, 10, 100].into_iter().find(|step| taken(*step).is_ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_stored_under_a_name_that_stays() {
        for (interval, name) in [
            (Interval::Weekly, "\"weekly\""),
            (Interval::EveryTwoWeeks, "\"every_two_weeks\""),
            (Interval::Monthly, "\"monthly\""),
        ] {
            assert_eq!(serde_json::to_string(&interval).unwrap(), name);
            assert_eq!(serde_json::from_str::<Interval>(name).unwrap(), interval);
        }
    }
}
