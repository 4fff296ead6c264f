//! Equal instalments: nothing lost, nothing added, and dates as a calendar has them.
//! Must never end a month on a day that it does not have.
use domain::schedule::{Instalment, Interval, equal};
use domain::{Amount, Currency};
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::bench::usd;

/// Every number of decimals there is, and those that Stripe takes only in steps.
const CODES: [&str; 7] = ["JPY", "ISK", "USD", "EUR", "MGA", "KWD", "CLF"];

fn amount(minor: i64, code: &str) -> Amount {
    Amount { minor, currency: Currency::parse(code).unwrap() }
}

fn minors(plan: &[Instalment]) -> Vec<i64> {
    plan.iter().map(|instalment| instalment.amount.minor).collect()
}

fn days(count: u16, interval: Interval, first: Date) -> Vec<String> {
    let plan = equal(usd(100_000), count, interval, first).unwrap();
    plan.iter().map(|instalment| instalment.due.to_string()).collect()
}

#[test]
fn what_does_not_divide_is_on_the_last_instalment() {
    for (balance, count, expected) in [
        (usd(125_000), 2, vec![62_500, 62_500]),
        (usd(100), 3, vec![33, 33, 34]),
        (usd(12), 12, vec![1; 12]),
        (usd(1), 1, vec![1]),
        (amount(1_000, "JPY"), 3, vec![333, 333, 334]),
        (amount(10_001, "CLF"), 2, vec![5_000, 5_001]),
    ] {
        let plan = equal(balance, count, Interval::Weekly, date(2026, 11, 30)).unwrap();
        assert_eq!(minors(&plan), expected, "{balance} in {count}");
        assert!(plan.iter().all(|instalment| instalment.amount.currency == balance.currency));
    }
}

#[test]
fn an_instalment_is_one_that_stripe_takes() {
    for (balance, count, expected) in [
        (amount(100_000, "KWD"), 3, vec![33_330, 33_330, 33_340]),
        (amount(100_000, "MGA"), 3, vec![33_300, 33_300, 33_400]),
        (amount(10_000, "ISK"), 3, vec![3_333, 3_333, 3_334]),
    ] {
        let plan = equal(balance, count, Interval::Monthly, date(2026, 11, 30)).unwrap();
        assert_eq!(minors(&plan), expected, "{balance} in {count}");
        assert!(plan.iter().all(|instalment| instalment.amount.to_stripe().is_ok()));
    }
}

#[test]
fn there_is_no_plan_of_nothing() {
    let first = date(2026, 11, 30);
    for (balance, count) in [
        (usd(125_000), 0),
        (usd(11), 12),
        (usd(0), 2),
        (usd(-125_000), 2),
        (usd(i64::MIN), u16::MAX),
        (amount(19, "KWD"), 2),
    ] {
        assert_eq!(equal(balance, count, Interval::Weekly, first), None, "{balance} in {count}");
    }
}

#[test]
fn there_is_no_plan_beyond_the_calendar() {
    for interval in [Interval::Weekly, Interval::EveryTwoWeeks, Interval::Monthly] {
        assert!(equal(usd(100), 1, interval, Date::MAX).is_some());
        assert_eq!(equal(usd(100), 2, interval, Date::MAX), None);
        assert!(equal(usd(i64::MAX), 2, interval, Date::MIN).is_some());
    }
    let first = date(2026, 11, 30);
    assert_eq!(equal(usd(i64::MAX), u16::MAX, Interval::Monthly, first).unwrap().len(), 65_535);
}

#[test]
fn a_month_keeps_the_day_it_began_with() {
    use Interval::Monthly;
    for (first, expected) in [
        (date(2027, 1, 31), ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (date(2028, 1, 31), ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
        (date(2028, 1, 30), ["2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"]),
        (date(2027, 1, 29), ["2027-01-29", "2027-02-28", "2027-03-29", "2027-04-29"]),
        (date(2028, 2, 29), ["2028-02-29", "2028-03-29", "2028-04-29", "2028-05-29"]),
        (date(2026, 11, 30), ["2026-11-30", "2026-12-30", "2027-01-30", "2027-02-28"]),
        (date(2026, 10, 31), ["2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31"]),
    ] {
        assert_eq!(days(4, Monthly, first), expected);
    }
    assert_eq!(days(13, Monthly, date(2028, 2, 29))[12], "2029-02-28");
}

#[test]
fn weeks_keep_the_weekday_over_month_and_year() {
    assert_eq!(
        days(3, Interval::Weekly, date(2026, 12, 22)),
        ["2026-12-22", "2026-12-29", "2027-01-05"]
    );
    assert_eq!(
        days(3, Interval::EveryTwoWeeks, date(2028, 2, 15)),
        ["2028-02-15", "2028-02-29", "2028-03-14"]
    );
}

fn intervals() -> impl Strategy<Value = Interval> {
    prop_oneof![Just(Interval::Weekly), Just(Interval::EveryTwoWeeks), Just(Interval::Monthly)]
}

proptest! {
    #[test]
    fn faults_row_49_a_plan_adds_up_to_the_balance(
        minor in any::<i64>(),
        code in proptest::sample::select(&CODES[..]),
        count in prop_oneof![0..20_u16, any::<u16>()],
        interval in intervals(),
        day in 0..3_000_i32,
    ) {
        let balance = amount(minor, code);
        let first = Date::constant(2026, 1, 1) + jiff::ToSpan::days(day);
        let Some(plan) = equal(balance, count, interval, first) else {
            let step = if code == "MGA" { 100 } else if code == "KWD" { 10 } else { 1 };
            let least = i64::from(count) * step;
            prop_assert!(count == 0 || minor < least || count > 1_000, "refused for a reason");
            return Ok(());
        };
        prop_assert_eq!(plan.len(), usize::from(count));
        let sum: i128 = minors(&plan).into_iter().map(i128::from).sum();
        prop_assert_eq!(sum, i128::from(minor));
        let (last, before) = plan.split_last().unwrap();
        prop_assert!(before.iter().all(|instalment| instalment.amount.minor > 0));
        prop_assert!(before.windows(2).all(|pair| pair[0].amount == pair[1].amount));
        prop_assert!(before.last().is_none_or(|other| other.amount.minor <= last.amount.minor));
        prop_assert_eq!(plan[0].due, first);
        prop_assert!(plan.windows(2).all(|pair| pair[0].due < pair[1].due));
    }

    #[test]
    fn a_monthly_plan_is_due_once_in_every_month(first in 0..3_000_i32, count in 1..60_u16) {
        let first = Date::constant(2026, 1, 1) + jiff::ToSpan::days(first);
        let plan = equal(usd(1_000_000), count, Interval::Monthly, first).unwrap();
        for pair in plan.windows(2) {
            let months = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
            prop_assert_eq!(months(pair[1].due), months(pair[0].due) + 1);
        }
        for instalment in plan {
            let day = first.day().min(instalment.due.days_in_month());
            prop_assert_eq!(instalment.due.day(), day);
        }
    }
}
