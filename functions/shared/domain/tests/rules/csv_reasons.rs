//! What whoever wrote the file reads about a value that was sent back.
//! Must never quote more of it than helps to find it.
use domain::import;

use crate::bench::usd;

/// The one reason that a row with this due date, balance and contact is sent back for.
fn reason(due: &str, balance: &str, contact: &str) -> String {
    let header = "Invoice Number,Due Date,Balance,Contact Email";
    let text = format!("{header}\nINV-1,\"{due}\",\"{balance}\",\"{contact}\"\n");
    let mut sheet = import::read(text.as_bytes(), usd(1).currency).unwrap();
    assert_eq!(sheet.rejects.len(), 1, "{:?}", sheet.rejects);
    sheet.rejects.remove(0).reason
}

#[test]
fn a_reason_quotes_the_value_and_says_how_to_write_it() {
    let (due, balance, contact) = ("2026-11-30", "1.00", "ap@acme.example");
    for (says, found) in [
        (
            "\"tomorrow\" is not a date. Write it as YYYY-MM-DD, such as 2026-11-30.",
            reason("tomorrow", balance, contact),
        ),
        ("The year of \"1889-01-01\" cannot be right.", reason("1889-01-01", balance, contact)),
        (
            "\"12,50\" is not an amount (use digits with a decimal point, such as 1250.00) (USD).",
            reason(due, "12,50", contact),
        ),
        ("\"ap@acme\" is not a mail address we can send to.", reason(due, balance, "ap@acme")),
        ("A mail address is missing.", reason(due, balance, " ; ")),
        (
            "More than 5 mail addresses.",
            reason(
                due,
                balance,
                "a@b.example;c@b.example;d@b.example;e@b.example;f@b.example;g@b.example",
            ),
        ),
    ] {
        assert_eq!(found, says);
    }
}

#[test]
fn a_reason_quotes_forty_characters_and_no_line_break() {
    let long = format!("x\r\ny{}", "ü".repeat(100));
    let shown = format!("\"xy{}\"", "ü".repeat(38));
    let reason = reason(&long, "1.00", "ap@acme.example");
    assert!(reason.starts_with(&shown), "{reason}");
}
