//! A row: each value taken exactly or refused with its field and a reason.
//! Must never keep part of a bad row, nor guess at a doubtful value.
use domain::import::{self, Reject, Row, invoice_id};
use domain::{Amount, Currency};
use jiff::civil::date;
use proptest::prelude::*;

use crate::bench::{row, usd};

const FIELDS: [&str; 7] = [
    "Invoice Number",
    "Due Date",
    "Balance",
    "Contact Email",
    "Customer Name",
    "Currency",
    "Description",
];

/// Reads a good row in which `field` holds `value`.
fn with(field: &str, value: &str) -> Result<Row, Vec<Reject>> {
    let good = ["INV-1", "2026-11-30", "1250.00", "ap@acme.example", "Acme", "USD", "Bits"];
    let values = FIELDS.iter().zip(good).map(|(name, good)| {
        let value = if *name == field { value } else { good };
        format!("\"{}\"", value.replace('"', "\"\""))
    });
    let text = format!("{}\n{}\n", FIELDS.join(","), values.collect::<Vec<_>>().join(","));
    let mut sheet = import::read(text.as_bytes(), usd(1).currency)?;
    if sheet.rejects.is_empty() {
        Ok(sheet.rows.remove(0))
    } else {
        assert!(sheet.rows.is_empty(), "nothing of a bad row is kept");
        Err(sheet.rejects)
    }
}

fn check_refused(field: &str, values: &[&str]) {
    for value in values {
        let rejects = with(field, value).unwrap_err();
        assert_eq!(rejects.len(), 1, "{field} {value:?}: {rejects:?}");
        assert_eq!((rejects[0].row, rejects[0].field.as_str()), (2, field), "{value:?}");
        let reason = &rejects[0].reason;
        assert!(reason.ends_with('.') && reason.len() < 200, "a sentence: {reason:?}");
        assert!(!reason.chars().any(char::is_control), "on one line: {reason:?}");
    }
}

#[test]
fn a_date_is_a_day_of_the_calendar_written_in_one_way() {
    for (text, day) in [
        ("2026-11-30", date(2026, 11, 30)),
        ("2028-02-29", date(2028, 2, 29)),
        ("1990-01-01", date(1990, 1, 1)),
        ("2100-12-31", date(2100, 12, 31)),
    ] {
        assert_eq!(with("Due Date", text).unwrap().due_date, day);
    }
    check_refused(
        "Due Date",
        &[
            "",
            "30/11/2026",
            "11/30/2026",
            "2026-11-31",
            "2027-02-29",
            "2026-13-01",
            "2026-1-5",
            "20261130",
            "2026-11-30T00:00:00Z",
            "1989-12-31",
            "2101-01-01",
            "9999-12-31",
            "-026-11-30",
            "２０２６-11-30",
            "soon",
        ],
    );
}

#[test]
fn faults_row_49_a_balance_is_exact_in_its_currency_or_refused() {
    for (text, minor) in [
        ("1250", 125_000),
        ("1,250.5", 125_050),
        ("0.01", 1),
        ("10000000000000.00", 1_000_000_000_000_000),
    ] {
        assert_eq!(with("Balance", text).unwrap().balance, usd(minor), "{text}");
    }
    check_refused(
        "Balance",
        &[
            "",
            "0",
            "0.00",
            "-1",
            "1.005",
            "1.250",
            "1.000",
            "1.250,00",
            "12,50",
            "$5",
            "1e3",
            "5 USD",
            "NaN",
            "10000000000000.01",
            "9223372036854775808",
            "1\n0",
        ],
    );
}

#[test]
fn faults_row_49_each_currency_keeps_its_own_decimals() {
    let read = |code: &str, balance: &str| {
        let header = "Invoice Number,Due Date,Balance,Contact Email,Currency";
        let text = format!("{header}\nA,2026-11-30,{balance},ap@acme.example,{code}\n");
        let mut sheet = import::read(text.as_bytes(), usd(1).currency).unwrap();
        if sheet.rows.is_empty() {
            Err(sheet.rejects.remove(0).field)
        } else {
            Ok(sheet.rows[0].balance)
        }
    };
    let amount = |code, minor| Ok(Amount { minor, currency: Currency::parse(code).unwrap() });
    assert_eq!(read("JPY", "1250"), amount("JPY", 1_250));
    assert_eq!(read("kwd", "1.250"), amount("KWD", 1_250));
    assert_eq!(read("", "1.25"), amount("USD", 125), "the default of the import");
    assert_eq!(read("JPY", "1250.5"), Err("Balance".to_owned()));
    assert_eq!(read("KWD", "1.2505"), Err("Balance".to_owned()));
    assert_eq!(read("EURO", "1.25"), Err("Currency".to_owned()));
}

#[test]
fn a_currency_is_one_that_can_be_paid_in() {
    check_refused("Currency", &["US", "EURO", "XXX", "XAU", "$", "U S", "ÜSD"]);
}

#[test]
fn contacts_are_split_and_each_kept_once() {
    for (text, contacts) in [
        ("a@x.example", vec!["a@x.example"]),
        (
            "a@x.example; b@x.example,c@x.example ;",
            vec!["a@x.example", "b@x.example", "c@x.example"],
        ),
        ("A@x.example;a@X.example", vec!["A@x.example"]),
        ("a+tag@sub.x.example", vec!["a+tag@sub.x.example"]),
        (
            "a@x.example;b@x.example;c@x.example;d@x.example;e@x.example;A@x.example",
            vec!["a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example"],
        ),
    ] {
        assert_eq!(with("Contact Email", text).unwrap().contacts, contacts, "{text}");
    }
}

#[test]
fn faults_row_52_an_address_that_mail_cannot_carry_is_refused() {
    check_refused(
        "Contact Email",
        &[
            "",
            ";",
            "nobody",
            "@x.example",
            "a@",
            "a@localhost",
            "a@@x.example",
            "a b@x.example",
            "a@x .example",
            "Ann <a@x.example>",
            "\"a b\"@x.example",
            "ü@x.example",
            "a@ü.example",
            "a@[127.0.0.1]",
            "a@x.example\r\nBcc: b@x.example",
            "good@x.example;bad",
            "a@x.example;b@x.example;c@x.example;d@x.example;e@x.example;f@x.example",
        ],
    );
    check_refused("Contact Email", &[&format!("{}@x.example", "a".repeat(65))]);
}

#[test]
fn faults_row_48_names_of_any_script_come_through_and_controls_do_not() {
    for name in [
        "Ærø & Søn",
        "株式会社",
        "شركة",
        "👩‍🔧 Ltd",
        "=cmd|' /C calc'!A0",
        "<script>",
        "O'Neil, Sons",
    ] {
        assert_eq!(with("Customer Name", name).unwrap().customer, name);
        assert_eq!(with("Invoice Number", name).unwrap().number, name);
    }
    for field in ["Invoice Number", "Customer Name"] {
        check_refused(field, &["a\nb", "a\r\nSubject: b", "a\0b", "a\u{7f}b", "a\tb"]);
    }
    check_refused("Invoice Number", &[""]);
    check_refused("Description", &["a\0b", "a\u{1b}[2Jb"]);
    assert_eq!(with("Description", "a\tb\r\nc\rd\n").unwrap().description, "a\tb\nc\nd");
}

#[test]
fn faults_row_48_lengths_are_bounded_to_the_character() {
    for (field, unit, max) in [("Invoice Number", "ß", 64), ("Customer Name", "株", 120)] {
        assert!(with(field, &unit.repeat(max)).is_ok(), "{field}");
        check_refused(field, &[&unit.repeat(max + 1)]);
    }
    assert!(with("Description", &"x".repeat(32 * 1024)).is_ok());
    check_refused("Description", &[&"x".repeat(32 * 1024 + 1), &"x".repeat(1 << 20)]);
}

#[test]
fn a_customer_without_a_name_is_called_by_its_mail_domain() {
    assert_eq!(with("Customer Name", "").unwrap().customer, "acme.example");
}

#[test]
fn every_fault_of_a_row_is_told_at_once() {
    let text = format!("{}\n,nope,nope,nope,ok,nope,ok\n", FIELDS.join(","));
    let sheet = import::read(text.as_bytes(), usd(1).currency).unwrap();
    let fields: Vec<_> = sheet.rejects.iter().map(|reject| reject.field.as_str()).collect();
    assert_eq!(fields, ["Invoice Number", "Due Date", "Currency", "Contact Email"]);
    assert!(sheet.rows.is_empty());
}

#[test]
fn the_digest_tells_every_difference_but_the_place() {
    let digest = row().digest();
    assert_eq!(digest.len(), 64);
    assert_eq!(Row { row: 99, ..row() }.digest(), digest);
    let euros = Amount { currency: Currency::parse("EUR").unwrap(), ..row().balance };
    for other in [
        Row { number: "INV-2".to_owned(), ..row() },
        Row { due_date: date(2026, 12, 1), ..row() },
        Row { balance: usd(125_001), ..row() },
        Row { balance: euros, ..row() },
        Row { contacts: vec!["ap@acme.example".to_owned(), "b@acme.example".to_owned()], ..row() },
        Row { customer: "Acme ".to_owned(), ..row() },
        Row { description: String::new(), ..row() },
        // Shifted from one field to the next.
        Row { customer: String::new(), description: "AcmeDrill bits".to_owned(), ..row() },
    ] {
        assert_ne!(other.digest(), digest, "{other:?}");
    }
}

#[test]
fn an_invoice_is_known_by_its_tenant_and_number() {
    assert_eq!(row().invoice_id("northwind"), invoice_id("northwind", "INV-1"));
    assert_ne!(invoice_id("northwind", "INV-1"), invoice_id("southwind", "INV-1"));
    assert_ne!(invoice_id("northwind", "INV-1"), invoice_id("northwind", "INV-2"));
    assert_ne!(invoice_id("a", "bc"), invoice_id("ab", "c"), "no two pairs run together");
}

proptest! {
    #[test]
    fn faults_row_48_any_value_in_any_field_is_taken_or_refused_at_that_field(
        field in 0..FIELDS.len(),
        value in any::<String>(),
    ) {
        // A currency decides about the balance, so its fault is told at its own field.
        if let Err(rejects) = with(FIELDS[field], &value) {
            prop_assert_eq!(rejects.len(), 1);
            prop_assert_eq!(rejects[0].field.as_str(), FIELDS[field]);
        }
    }
}
