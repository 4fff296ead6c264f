//! Values on their way into a spreadsheet: a cell must be read as text, never as a formula.
//! Must never change a number, nor lose anything: what was marked can be read back.
//! Source: OWASP "CSV Injection", seen 2026-11.
use std::borrow::Cow;

/// What marks a cell as text.
const MARK: char = '\'';

/// `text` as a cell that no spreadsheet calculates: whatever could begin a formula gets an
/// apostrophe in front, unless it is a plain number such as `-12.50`.
pub fn safe(text: &str) -> Cow<'_, str> {
    let bare = text.trim_start_matches(MARK);
    // An apostrophe that is there already is doubled, or reading back would take it away.
    if can_begin_formula(bare) && !is_number(text) {
        Cow::Owned(format!("{MARK}{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text of a cell that [`safe`] has written.
pub fn plain(cell: &str) -> &str {
    match cell.strip_prefix(MARK) {
        Some(text) if can_begin_formula(text.trim_start_matches(MARK)) => text,
        Some(_) | None => cell,
    }
}

/// Full-width forms count too: some locales calculate them.
fn can_begin_formula(text: &str) -> bool {
    let begins = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    text.trim_start_matches(' ').starts_with(begins)
}

/// A sign, digits, and at most one point between them.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whatever_could_be_a_formula_is_marked_and_a_number_is_not() {
        for (text, cell) in [
            ("=HYPERLINK(\"https://evil.example\")", "'=HYPERLINK(\"https://evil.example\")"),
            ("+1 212 555 0100", "'+1 212 555 0100"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("\n=1", "'\n=1"),
            (" =1", "' =1"),
            ("＝1", "'＝1"),
            ("-", "'-"),
            ("-12.50.", "'-12.50."),
            ("-12.50", "-12.50"),
            ("+7", "+7"),
            ("INV-1", "INV-1"),
            ("'quoted'", "'quoted'"),
            ("'=1", "''=1"),
            ("", ""),
        ] {
            assert_eq!(safe(text), cell, "{text:?}");
            assert_eq!(plain(cell), text, "{cell:?}");
        }
    }

    proptest! {
        #[test]
        fn no_cell_begins_a_formula_and_every_cell_reads_back(
            text in "['=+@\\-\t\r\n .0-9a-z＝－]{0,8}",
        ) {
            let cell = safe(&text);
            let formula = cell.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
            prop_assert!(!formula || cell.parse::<f64>().is_ok(), "{cell:?}");
            prop_assert_eq!(plain(&cell), text.as_str());
        }
    }
}
