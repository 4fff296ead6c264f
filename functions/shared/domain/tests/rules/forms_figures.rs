//! Figures typed into a form: amounts and dates, exact or refused at their field.
//! Must never round, nor guess which of two notations was meant.
use domain::form::{Limits, promise};
use domain::{Amount, Policy};
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::bench::{BALANCE_MINOR, usd};
use crate::forms::{PROMISE, TODAY, owed, typed};
use crate::forms_hostile::{Form, check_refused, with};

#[test]
fn faults_row_49_an_amount_is_exact_or_refused() {
    for form in [Form::Promise, Form::Dispute] {
        for (text, kept) in [
            ("1,249.50", "$1,249.50 USD"),
            (" 1000 ", "$1,000.00 USD"),
            ("0001.50", "$1.50 USD"),
            ("1.5000", "$1.50 USD"),
        ] {
            assert_eq!(with(form, "amount", text).unwrap(), kept);
        }
        for text in [
            "",
            "-1",
            "-0.01",
            "0",
            "0.00",
            "9223372036854775808",
            "9223372036854775807",
            "-9223372036854775808",
            "1.005",
            "1.250",
            "1.250,00",
            "12,50",
            "$5",
            "1e3",
            "NaN",
            "٣",
            "1\0",
            "\u{202e}05",
        ] {
            check_refused(form, "amount", text);
        }
    }
}

#[test]
fn faults_row_49_each_currency_keeps_its_own_decimals() {
    let policy = Policy::default();
    let part = |balance: Amount, text: &str| {
        let limits = Limits { balance, today: TODAY, policy: &policy };
        promise(&typed(&PROMISE, &[("amount", text)]), &limits)
            .map(|form| form.amount.minor)
            .map_err(|wrongs| wrongs.into_iter().map(|wrong| wrong.says).collect::<String>())
    };
    for (code, text, minor) in
        [("JPY", "1250", 1_250), ("KWD", "1.230", 1_230), ("CLF", "1.2345", 12_345)]
    {
        assert_eq!(part(owed(100_000, code), text), Ok(minor), "{code}");
    }
    for (code, text, sentence) in [
        ("JPY", "1250.5", "Write a whole amount, such as 1250."),
        ("JPY", "1.250", "Write a whole amount, such as 1250."),
        ("KWD", "1.2305", "Write the amount with 3 decimals, such as 1250.000."),
        ("KWD", "1.234", "Only amounts in steps of 0.010 KWD can be paid online."),
        ("CLF", "1.23456", "Write the amount with 4 decimals, such as 1250.0000."),
        ("EUR", "1.250,00", "Write the amount in digits with a decimal point, such as 1250.00."),
    ] {
        assert_eq!(part(owed(10_000_000, code), text), Err(sentence.to_owned()), "{code} {text}");
    }
}

#[test]
fn faults_row_50_a_date_is_a_day_of_the_calendar_in_reach() {
    assert_eq!(with(Form::Promise, "date", " 2026-12-01 ").unwrap(), "2026-12-01");
    for text in [
        "0000-00-00",
        "0000",
        "0000-01-01",
        "-001-01-01",
        "9999-12-31",
        "99999-01-01",
        "2026-02-29",
        "2026-11-31",
        "2026-13-01",
        "2026-11-22",
        "2026-12-24",
        "2026-12-1",
        "12/01/2026",
        "2026-12-01T00:00",
        "2026-12-01Z",
        "2026-W49-2",
        "２０２６-12-01",
        "2026\u{2010}12\u{2010}01",
        "2026-12-0\0",
        "tomorrow",
    ] {
        check_refused(Form::Promise, "date", text);
        if text != "2026-12-24" {
            check_refused(Form::Equal, "first", text);
        }
    }
}

#[test]
fn faults_row_50_the_29th_of_february_exists_every_fourth_year() {
    let policy = Policy::default();
    let on = |today: Date, text: &str| {
        let limits = Limits { balance: usd(BALANCE_MINOR), today, policy: &policy };
        promise(&typed(&PROMISE, &[("date", text)]), &limits).map(|form| form.date)
    };
    assert_eq!(on(date(2028, 2, 29), "2028-02-29"), Ok(date(2028, 2, 29)));
    assert_eq!(on(date(2028, 1, 30), "2028-02-29"), Ok(date(2028, 2, 29)));
    assert!(on(date(2027, 2, 10), "2027-02-29").is_err());
    assert!(on(date(2100, 2, 10), "2100-02-29").is_err());
    assert_eq!(on(Date::MAX, "9999-12-31"), Ok(Date::MAX), "no limit beyond the calendar");
}

proptest! {
    #[test]
    fn faults_row_49_any_amount_is_exact_or_refused_at_its_field(
        text in prop_oneof![
            any::<String>(),
            "-?[0-9]{1,20}([.,][0-9]{0,5})?",
            "[0-9]{1,3}(,[0-9]{3}){0,2}(\\.[0-9]{1,3})?",
        ],
    ) {
        match with(Form::Promise, "amount", &text) {
            Ok(kept) => {
                let exact = Amount::parse(&text, usd(1).currency).unwrap();
                prop_assert_eq!(kept, exact.to_string());
                prop_assert!((50..=BALANCE_MINOR).contains(&exact.minor));
            }
            Err(wrongs) => prop_assert_eq!(wrongs[0].field.as_str(), "amount"),
        }
    }

    #[test]
    fn faults_row_50_any_date_is_that_day_or_refused_at_its_field(
        text in prop_oneof![any::<String>(), "[0-9-]{10}", "202[67]-(0[1-9]|1[0-3])-[0-3][0-9]"],
    ) {
        match with(Form::Promise, "date", &text) {
            Ok(kept) => prop_assert_eq!(kept, text.trim()),
            Err(wrongs) => prop_assert_eq!(wrongs[0].field.as_str(), "date"),
        }
    }
}
