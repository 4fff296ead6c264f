//! A part of a balance: what it leaves has to be payable, or it would stay owed for ever.
//! Must never take a date that could be read in two ways.
use domain::form::{self, Wrong};

use crate::bench::{Bench, usd};
use crate::case_bench::{dispute_fields, promise_fields, typed};

fn fields(wrongs: &[Wrong]) -> Vec<&str> {
    wrongs.iter().map(|wrong| wrong.field.as_str()).collect()
}

#[test]
fn a_promised_part_leaves_nothing_or_what_can_be_paid() {
    let bench = Bench::linked();
    for (part, minor) in [("1250.00", 125_000), ("1249.50", 124_950), ("0.50", 50)] {
        let form = form::promise(&promise_fields(part), &bench.limits()).unwrap();
        assert_eq!(form.amount, usd(minor), "{part}");
    }
    for part in ["1249.51", "1249.99", "0.49", "1250.01"] {
        let wrongs = form::promise(&promise_fields(part), &bench.limits()).unwrap_err();
        assert_eq!(fields(&wrongs), ["amount"], "{part}");
    }
    let wrongs = form::promise(&promise_fields("1249.51"), &bench.limits()).unwrap_err();
    let says = "That would leave $0.49, and the least that can be paid online is $0.50. Leave \
                nothing, or that much.";
    assert_eq!(wrongs[0].says, says);
}

#[test]
fn a_disputed_part_leaves_what_can_be_paid() {
    let bench = Bench::linked();
    let read = |part: &str| {
        let reasons = &bench.tenant.reasons;
        form::dispute(&dispute_fields(part), &bench.limits(), reasons, &[])
    };
    for (part, minor) in [("1249.50", 124_950), ("0.01", 1)] {
        assert_eq!(read(part).unwrap().amount, usd(minor), "{part}");
    }
    for part in ["1249.51", "1250.00"] {
        assert_eq!(fields(&read(part).unwrap_err()), ["amount"], "{part}");
    }
}

#[test]
fn a_date_is_written_as_year_month_and_day_with_dashes() {
    let bench = Bench::linked();
    let read = |date: &str| {
        let fields = typed(&[("date", date), ("promised", "full")]);
        form::promise(&fields, &bench.limits()).map(|form| form.date.to_string())
    };
    assert_eq!(read(" 2026-12-01 "), Ok("2026-12-01".to_owned()));
    for date in ["20261201", "2026-12-01T00:00", "+002026-12-01", "2026/12/01", "01-12-2026"] {
        assert_eq!(fields(&read(date).unwrap_err()), ["date"], "{date}");
    }
}
