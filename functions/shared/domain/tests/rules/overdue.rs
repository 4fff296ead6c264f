//! Days past due, on the seller's own calendar.
//! Must never count by hours: a day with a clock change is one day.
use domain::Status;
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use proptest::prelude::*;

use crate::bench::{Bench, instant};

fn overdue(zone: &str, due: Date, now: Timestamp) -> Option<i32> {
    let mut bench = Bench::linked();
    zone.clone_into(&mut bench.file.invoice.seller.zone);
    bench.file.invoice.due_date = due;
    bench.file.days_overdue(now)
}

#[test]
fn faults_row_50_a_day_ends_at_the_sellers_midnight() {
    for (zone, due, now, days) in [
        ("America/New_York", date(2026, 11, 30), "2026-12-01T04:59:59Z", None),
        ("America/New_York", date(2026, 11, 30), "2026-12-01T05:00:00Z", Some(1)),
        ("Asia/Tokyo", date(2026, 11, 30), "2026-11-30T14:59:59Z", None),
        ("Asia/Tokyo", date(2026, 11, 30), "2026-11-30T15:00:00Z", Some(1)),
        ("Pacific/Kiritimati", date(2026, 11, 30), "2026-11-30T10:00:00Z", Some(1)),
        ("Pacific/Pago_Pago", date(2026, 11, 30), "2026-12-01T10:59:59Z", None),
        // Spring forward and fall back in New York: still one day each.
        ("America/New_York", date(2027, 3, 13), "2027-03-15T03:59:59Z", Some(1)),
        ("America/New_York", date(2027, 3, 13), "2027-03-15T04:00:00Z", Some(2)),
        ("America/New_York", date(2026, 10, 31), "2026-11-02T04:59:59Z", Some(1)),
        ("America/New_York", date(2026, 10, 31), "2026-11-02T05:00:00Z", Some(2)),
        // In Cairo the clock change swallows midnight itself.
        ("Africa/Cairo", date(2026, 4, 23), "2026-04-23T21:59:59Z", None),
        ("Africa/Cairo", date(2026, 4, 23), "2026-04-23T22:00:00Z", Some(1)),
        // Samoa crossed the date line: 30 December 2011 never was.
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-30T10:00:00Z", Some(2)),
        ("UTC", date(2028, 2, 28), "2028-03-01T00:00:00Z", Some(2)),
        ("UTC", date(2027, 2, 28), "2027-03-01T00:00:00Z", Some(1)),
        ("UTC", date(2026, 12, 31), "2027-01-31T00:00:00Z", Some(31)),
        ("UTC", date(2100, 12, 31), "9999-12-30T22:00:00Z", Some(2_885_049)),
        ("Not/A_Zone", date(2026, 11, 30), "2026-12-01T00:00:00Z", Some(1)),
    ] {
        assert_eq!(overdue(zone, due, instant(now)), days, "{zone} due {due} at {now}");
    }
}

#[test]
fn only_a_paid_invoice_is_never_overdue() {
    for (status, days) in [
        (Status::Open, Some(1)),
        (Status::Processing, Some(1)),
        (Status::UnderReview, Some(1)),
        (Status::Paid, None),
    ] {
        let mut bench = Bench::linked();
        bench.file.invoice.status = status;
        let answer = bench.file.days_overdue(instant("2026-12-01T17:00:00Z"));
        assert_eq!(answer, days, "{status:?}");
    }
}

proptest! {
    #[test]
    fn faults_row_50_the_count_is_the_difference_of_dates(
        zone in "America/New_York|Europe/London|Asia/Kathmandu|Australia/Lord_Howe|Africa/Cairo|UTC",
        year in 1990i16..=2100,
        day in 1i16..=365,
        late in 0i32..=800,
        minute in 0i64..1_440,
    ) {
        let due = date(year, 1, 1).saturating_add((day - 1).days());
        let today = due.saturating_add(late.days());
        let midnight = today.to_zoned(TimeZone::get(&zone).unwrap()).unwrap();
        let now = midnight.saturating_add(minute.minutes());
        // A day with a clock change may be shorter than 24 hours.
        prop_assume!(now.date() == today);
        prop_assert_eq!(overdue(&zone, due, now.timestamp()), (late > 0).then_some(late));
    }
}
