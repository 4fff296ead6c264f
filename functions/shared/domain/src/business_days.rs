//! Business days of a seller, and the two in which a dispute is answered.
//! Must never loop on a calendar in which nobody ever works.
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

/// Business days in which a case is answered. Source: product page "Disputes", typical SLA.
const BUSINESS_DAYS: u8 = 2;
/// Calendar days that are looked at; more without work are an error in the list of holidays.
const DAYS_MAX: u8 = 60;

/// When a case becomes at risk and late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Start of the last business day in which it can be answered in time.
    pub at_risk_at: Timestamp,
    /// First instant after that day.
    pub late_at: Timestamp,
}

/// When a case that came in at `from` becomes at risk and late, in the seller's zone and
/// calendar. The day it came in does not count.
pub fn deadline(from: Timestamp, zone: &TimeZone, holidays: &[Date]) -> Deadline {
    let mut day = from.to_zoned(zone.clone()).date();
    let mut to_come = BUSINESS_DAYS;
    for _ in 0..DAYS_MAX {
        day = day.tomorrow().unwrap_or(Date::MAX);
        if is_business_day(day, zone, holidays) {
            to_come = to_come.saturating_sub(1);
        }
        if to_come == 0 {
            break;
        }
    }
    let start = |day: Date| start_of(day, zone).map_or(Timestamp::MAX, |start| start.timestamp());
    Deadline { at_risk_at: start(day), late_at: day.tomorrow().map_or(Timestamp::MAX, start) }
}

fn is_business_day(day: Date, zone: &TimeZone, holidays: &[Date]) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    // A zone that moves across the date line skips a whole day: Samoa had no 30 December 2011.
    let exists = start_of(day, zone).is_some_and(|start| start.date() == day);
    !weekend && exists && !holidays.contains(&day)
}

/// The first instant of a day: not always midnight, which some zones skip in spring.
fn start_of(day: Date, zone: &TimeZone) -> Option<Zoned> {
    day.to_zoned(zone.clone()).ok()
}
