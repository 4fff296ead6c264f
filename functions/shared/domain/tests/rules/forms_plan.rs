//! A plan's form: instalments that add up, within what the seller takes.
//! Must never leave a payer to work out a difference that we know.
use domain::Policy;
use domain::form::Limits;

use crate::bench::{BALANCE_MINOR, usd};
use crate::forms::{EQUAL, OWN, TODAY, contact, only, owed, plan_of, read_plan, says};

#[test]
fn equal_instalments_are_spread_from_the_first_date() {
    let form = read_plan(&EQUAL, &[]).unwrap();
    let shown: Vec<_> =
        form.instalments.iter().map(|each| (each.due.to_string(), each.amount)).collect();
    let expected = [("2026-11-30", 41_666), ("2026-12-30", 41_666), ("2027-01-30", 41_668)];
    assert_eq!(shown, expected.map(|(due, minor)| (due.to_owned(), usd(minor))));
    assert_eq!((form.reason.as_str(), form.contact), ("A late project.", contact()));
    for (interval, second) in [("weekly", "2026-12-07"), ("two_weeks", "2026-12-14")] {
        let form = read_plan(&EQUAL, &[("interval", interval)]).unwrap();
        assert_eq!(form.instalments[1].due.to_string(), second);
    }
}

#[test]
fn own_instalments_are_taken_as_typed() {
    let form = read_plan(&OWN, &[]).unwrap();
    let shown: Vec<_> =
        form.instalments.iter().map(|each| (each.due.to_string(), each.amount.minor)).collect();
    assert_eq!(shown, [("2026-11-23".to_owned(), 100_000), ("2027-11-24".to_owned(), 25_000)]);
    // A row left empty between two is no row.
    let apart =
        [("date_2", ""), ("amount_2", " "), ("date_12", "2027-01-01"), ("amount_12", "250")];
    assert_eq!(read_plan(&OWN, &apart).unwrap().instalments.len(), 2);
}

#[test]
fn equal_instalments_are_wrong_at_the_field_to_change() {
    let how_many = "Choose how many instalments, from 2 to 12.";
    let unreadable = "Choose a date, or write it as 2026-11-30.";
    let range = "Choose a date from 23 November 2026 to 24 November 2027.";
    for (name, value, sentence) in [
        ("terms", "", "Choose equal instalments, or days and amounts of your own."),
        ("terms", "Equal", "Choose equal instalments, or days and amounts of your own."),
        ("count", "", how_many),
        ("count", "1", how_many),
        ("count", "13", how_many),
        ("count", "-2", how_many),
        ("count", "2.0", how_many),
        ("count", "65538", how_many),
        ("count", "٣", how_many),
        ("interval", "daily", "Choose how often you would like to pay."),
        ("first", "", unreadable),
        ("first", "30/11/2026", unreadable),
        ("first", "2027-02-29", unreadable),
        ("first", "2026-11-22", range),
        ("first", "2027-11-25", range),
    ] {
        let wrong = only(read_plan(&EQUAL, &[(name, value)]));
        assert_eq!(wrong, says(name, sentence), "{name} {value:?}");
    }
    assert!(read_plan(&EQUAL, &[("first", "2026-11-23")]).is_ok(), "today");
}

#[test]
fn equal_instalments_end_within_the_term() {
    assert!(read_plan(&EQUAL, &[("count", "12"), ("first", "2026-12-24")]).is_ok());
    assert_eq!(
        only(read_plan(&EQUAL, &[("count", "12"), ("first", "2026-12-25")])),
        says(
            "count",
            "The last instalment would be on 25 November 2027. It can be on 24 November 2027 at \
             the latest: choose fewer instalments, or pay them sooner."
        )
    );
}

#[test]
fn an_instalment_is_not_below_the_sellers_least() {
    let fewer = "Choose fewer instalments: each must be at least $25.00.";
    assert!(plan_of(usd(30_000), &EQUAL, &[("count", "12")]).is_ok());
    let wrong = only(plan_of(usd(29_999), &EQUAL, &[("count", "12")]));
    assert_eq!(wrong, says("count", fewer));
    let small = [("date_3", "2027-11-24"), ("amount_2", "225.01"), ("amount_3", "24.99")];
    let small = [&small[..], &[("date_2", "2026-12-01")]].concat();
    let wrong = only(read_plan(&OWN, &small));
    assert_eq!(wrong, says("amount_3", "Each instalment must be at least $25.00."));
}

#[test]
fn a_balance_that_no_plan_can_carry_gets_none() {
    for balance in [usd(4_999), usd(0), usd(-125_000), owed(100_001, "KWD")] {
        for form in [&EQUAL[..], &OWN[..]] {
            let wrong = only(plan_of(balance, form, &[]));
            assert_eq!(wrong, says("terms", "This balance cannot be paid in instalments."));
        }
    }
    assert!(plan_of(usd(5_000), &EQUAL, &[("count", "2")]).is_ok());
    let policy = Policy { instalments_max: 1, ..Policy::default() };
    let limits = Limits { balance: usd(BALANCE_MINOR), today: TODAY, policy: &policy };
    assert!(!limits.plan_possible());
}

#[test]
fn a_sum_that_is_off_is_told_with_what_is_missing_or_too_much() {
    for (second, sentence) in [
        (
            "200.00",
            "The instalments add up to $1,200.00. They must add up to $1,250.00: $50.00 is missing.",
        ),
        (
            "250.01",
            "The instalments add up to $1,250.01. They must add up to $1,250.00: $0.01 is too much.",
        ),
    ] {
        let wrong = only(read_plan(&OWN, &[("amount_2", second)]));
        assert_eq!(wrong, says("amount_2", sentence));
    }
    let crowns = owed(125_000, "CZK");
    assert_eq!(
        only(plan_of(crowns, &OWN, &[("amount_2", "200")])).1,
        "The instalments add up to 1,200.00 CZK. They must add up to 1,250.00 CZK: 50.00 CZK is \
         missing."
    );
}

#[test]
fn a_row_is_wrong_at_its_own_half() {
    for (name, value, sentence) in [
        ("date_1", "", "Add the date of this instalment."),
        ("amount_2", " ", "Add the amount of this instalment."),
        ("date_1", "soon", "Choose a date, or write it as 2026-11-30."),
        ("date_1", "2026-11-22", "Choose a date from 23 November 2026 to 24 November 2027."),
        ("date_2", "2027-11-25", "Choose a date from 23 November 2026 to 24 November 2027."),
        ("date_2", "2026-11-23", "Choose a date after 23 November 2026."),
        (
            "amount_1",
            "1.000,00",
            "Write the amount in digits with a decimal point, such as 1250.00.",
        ),
        ("amount_1", "0", "The amount must be more than zero."),
        ("date_3", "2027-11-24", "Choose a date after 24 November 2027."),
    ] {
        let changes = [(name, value)];
        let wrongs = read_plan(&OWN, &changes).unwrap_err();
        let wrong = wrongs.iter().find(|wrong| wrong.field == name).unwrap();
        assert_eq!(wrong.says, sentence, "{name} {value:?}");
        assert!(wrongs.iter().all(|wrong| wrong.field.ends_with(&name[name.len() - 2..])));
    }
}

#[test]
fn a_plan_has_at_least_two_instalments_and_no_more_than_the_seller_takes() {
    let two = "Add at least two instalments, each with a date and an amount.";
    let none = [("date_1", ""), ("amount_1", ""), ("date_2", ""), ("amount_2", "")];
    assert_eq!(only(read_plan(&OWN, &none)), says("date_1", two));
    let one = [("amount_1", "1250"), ("date_2", ""), ("amount_2", "")];
    assert_eq!(only(read_plan(&OWN, &one)), says("date_2", two));
    let beyond = [("date_13", "2027-11-24"), ("amount_13", "1.00")];
    assert_eq!(only(read_plan(&OWN, &beyond)), says("date_2", "Use at most 12 instalments."));
}

#[test]
fn an_instalment_is_one_that_can_be_paid_online() {
    let too_much = "$1,000,000.00 is too much to be paid online at once.";
    let millions = usd(200_000_000);
    assert_eq!(only(plan_of(millions, &EQUAL, &[("count", "2")])), says("count", too_much));
    assert!(plan_of(millions, &EQUAL, &[]).is_ok());
    let own = [("amount_1", "1000000.00"), ("date_3", "2027-11-24"), ("amount_3", "500000.00")];
    let own = [&own[..], &[("date_2", "2026-12-01"), ("amount_2", "500000.00")]].concat();
    assert_eq!(only(plan_of(millions, &OWN, &own)), says("amount_1", too_much));

    let policy = Policy { instalment_min: 0, ..Policy::default() };
    let possible = |minor| Limits { balance: usd(minor), today: TODAY, policy: &policy };
    assert!(!possible(99).plan_possible(), "Stripe's own least holds");
    assert!(possible(100).plan_possible());
}

#[test]
fn the_least_instalment_is_taken_and_dates_rise_past_a_wrong_one() {
    let rows = |third_date, third| {
        let second = [("date_2", "2026-12-10"), ("amount_2", "225.00")];
        [&second[..], &[("date_3", third_date), ("amount_3", third)]].concat()
    };
    assert!(read_plan(&OWN, &rows("2026-12-11", "25.00")).is_ok());
    let late = [("date_1", "2026-12-12"), ("date_2", "soon"), ("amount_2", "225.00")];
    let late = [&late[..], &[("date_3", "2026-12-11"), ("amount_3", "25.00")]].concat();
    let wrongs = read_plan(&OWN, &late).unwrap_err();
    let fields: Vec<_> = wrongs.iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["date_2", "date_3"]);
    assert_eq!(wrongs[1].says, "Choose a date after 12 December 2026.");
}
