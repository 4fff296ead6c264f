//! Two business days: whole days of the seller's calendar, whatever its clocks do.
//! Must never count the day that a case came in.
use domain::business_days::{Deadline, deadline};
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use crate::bench::instant;

const ZONES: [&str; 8] = [
    "UTC",
    "America/New_York",
    "America/Havana",
    "America/Santiago",
    "Europe/Berlin",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// At risk and late, as clocks in that zone show them.
fn clocks(from: &str, name: &str, holidays: &[Date]) -> (String, String) {
    let Deadline { at_risk_at, late_at } = deadline(instant(from), &zone(name), holidays);
    let clock = |at: Timestamp| at.to_zoned(zone(name)).strftime("%a %F %R %:z").to_string();
    (clock(at_risk_at), clock(late_at))
}

fn check(from: &str, name: &str, holidays: &[Date], at_risk: &str, late: &str) {
    let expected = (at_risk.to_owned(), late.to_owned());
    assert_eq!(clocks(from, name, holidays), expected, "{from} {name}");
}

#[test]
fn a_case_has_the_two_business_days_after_the_one_it_came_in_on() {
    for (from, at_risk, late) in [
        // Monday to Wednesday evening, and so on through the week.
        ("2026-11-23T15:00:00Z", "Wed 2026-11-25 00:00 +00:00", "Thu 2026-11-26 00:00 +00:00"),
        ("2026-11-25T15:00:00Z", "Fri 2026-11-27 00:00 +00:00", "Sat 2026-11-28 00:00 +00:00"),
        ("2026-11-26T15:00:00Z", "Mon 2026-11-30 00:00 +00:00", "Tue 2026-12-01 00:00 +00:00"),
        ("2026-11-27T15:00:00Z", "Tue 2026-12-01 00:00 +00:00", "Wed 2026-12-02 00:00 +00:00"),
        ("2026-11-28T15:00:00Z", "Tue 2026-12-01 00:00 +00:00", "Wed 2026-12-02 00:00 +00:00"),
        ("2026-11-29T15:00:00Z", "Tue 2026-12-01 00:00 +00:00", "Wed 2026-12-02 00:00 +00:00"),
    ] {
        check(from, "UTC", &[], at_risk, late);
    }
}

#[test]
fn the_day_it_came_in_is_the_sellers() {
    let (at_risk, late) = ("Wed 2026-11-25 00:00 -05:00", "Thu 2026-11-26 00:00 -05:00");
    check("2026-11-23T05:00:00Z", "America/New_York", &[], at_risk, late);
    check("2026-11-24T04:59:59Z", "America/New_York", &[], at_risk, late);
    let (at_risk, late) = ("Thu 2026-11-26 00:00 -05:00", "Fri 2026-11-27 00:00 -05:00");
    check("2026-11-24T05:00:00Z", "America/New_York", &[], at_risk, late);
}

#[test]
fn faults_row_50_a_day_of_23_or_25_hours_is_a_day() {
    for (from, name, at_risk, late) in [
        // Clocks change on the Sunday between.
        (
            "2026-10-30T15:00:00Z",
            "America/New_York",
            "Tue 2026-11-03 00:00 -05:00",
            "Wed 2026-11-04 00:00 -05:00",
        ),
        (
            "2027-03-12T15:00:00Z",
            "America/New_York",
            "Tue 2027-03-16 00:00 -04:00",
            "Wed 2027-03-17 00:00 -04:00",
        ),
        (
            "2026-10-23T10:00:00Z",
            "Europe/Berlin",
            "Tue 2026-10-27 00:00 +01:00",
            "Wed 2026-10-28 00:00 +01:00",
        ),
        (
            "2027-03-26T10:00:00Z",
            "Europe/Berlin",
            "Tue 2027-03-30 00:00 +02:00",
            "Wed 2027-03-31 00:00 +02:00",
        ),
        // Half an hour.
        (
            "2026-10-02T02:00:00Z",
            "Australia/Lord_Howe",
            "Tue 2026-10-06 00:00 +11:00",
            "Wed 2026-10-07 00:00 +11:00",
        ),
        (
            "2027-04-02T02:00:00Z",
            "Australia/Lord_Howe",
            "Tue 2027-04-06 00:00 +10:30",
            "Wed 2027-04-07 00:00 +10:30",
        ),
        // Friday begins at one o'clock: Cairo's clocks skip its first hour.
        (
            "2026-04-22T10:00:00Z",
            "Africa/Cairo",
            "Fri 2026-04-24 01:00 +03:00",
            "Sat 2026-04-25 00:00 +03:00",
        ),
        // The day ends twice: late is after the second time.
        (
            "2026-10-27T10:00:00Z",
            "Africa/Cairo",
            "Thu 2026-10-29 00:00 +03:00",
            "Fri 2026-10-30 00:00 +02:00",
        ),
    ] {
        check(from, name, &[], at_risk, late);
    }
}

#[test]
fn faults_row_50_a_day_that_a_zone_skipped_is_no_business_day() {
    // Samoa crossed the date line: Friday 30 December 2011 did not happen there.
    check(
        "2011-12-28T20:00:00Z",
        "Pacific/Apia",
        &[],
        "Mon 2012-01-02 00:00 +14:00",
        "Tue 2012-01-03 00:00 +14:00",
    );
    check(
        "2011-12-27T20:00:00Z",
        "Pacific/Apia",
        &[],
        "Thu 2011-12-29 00:00 -10:00",
        "Sat 2011-12-31 00:00 +14:00",
    );
}

#[test]
fn a_holiday_does_not_count() {
    let holidays = [date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)];
    check(
        "2026-12-23T15:00:00Z",
        "America/New_York",
        &holidays,
        "Tue 2026-12-29 00:00 -05:00",
        "Wed 2026-12-30 00:00 -05:00",
    );
    check(
        "2026-12-25T15:00:00Z",
        "America/New_York",
        &holidays,
        "Wed 2026-12-30 00:00 -05:00",
        "Thu 2026-12-31 00:00 -05:00",
    );
    // Over the weekend, twice in the list, or in another year: no difference.
    let others = [date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 29), date(2025, 11, 30)];
    let from = "2026-11-26T15:00:00Z";
    assert_eq!(clocks(from, "UTC", &others), clocks(from, "UTC", &[]));
}

#[test]
fn holidays_without_end_do_not_put_it_off_for_ever() {
    let from = date(2026, 11, 23);
    let holidays: Vec<_> = (0..5_000).map(|day| from + day.days()).collect();
    check(
        "2026-11-23T15:00:00Z",
        "UTC",
        &holidays,
        "Fri 2027-01-22 00:00 +00:00",
        "Sat 2027-01-23 00:00 +00:00",
    );
}

#[test]
fn the_end_of_time_is_no_fault() {
    for name in ZONES {
        for from in [Timestamp::MAX, Timestamp::MIN] {
            let at = deadline(from, &zone(name), &[]);
            assert!(at.at_risk_at <= at.late_at, "{name}");
        }
    }
}

proptest! {
    #[test]
    fn a_case_is_at_risk_then_late_and_never_at_once(
        second in 1_262_304_000..4_102_444_800_i64,
        name in proptest::sample::select(&ZONES[..]),
        off in proptest::collection::vec(0..20_i32, 0..12),
    ) {
        let from = Timestamp::from_second(second).unwrap();
        let zone = zone(name);
        let today = from.to_zoned(zone.clone()).date();
        let holidays: Vec<_> = off.into_iter().map(|day| today + day.days()).collect();
        let at = deadline(from, &zone, &holidays);
        let at_risk = at.at_risk_at.to_zoned(zone.clone());
        prop_assert!(today < at_risk.date(), "whole days: the first does not count");
        prop_assert!(at.at_risk_at < at.late_at);

        let works = |day: Date| {
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            let skipped = name == "Pacific/Apia" && day == date(2011, 12, 30);
            !weekend && !skipped && !holidays.contains(&day)
        };
        let between = today.series(1.day()).skip(1).take_while(|day| *day <= at_risk.date());
        prop_assert_eq!(between.filter(|day| works(*day)).count(), 2);
        prop_assert!(works(at_risk.date()));

        // Each is the first instant of its day.
        let just_before = at.at_risk_at - 1.nanosecond();
        prop_assert!(just_before.to_zoned(zone.clone()).date() < at_risk.date());
        let just_before = at.late_at - 1.nanosecond();
        prop_assert_eq!(just_before.to_zoned(zone.clone()).date(), at_risk.date());
        prop_assert!(at.late_at.to_zoned(zone).date() > at_risk.date());
    }
}
