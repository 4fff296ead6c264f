//! A file as a whole: encodings, line ends, headers, quotes, size, and where its rows stand.
//! Must never lose a row without a word, whatever the bytes.
use domain::import::{self, ROWS_MAX, Reject, Sheet};
use proptest::prelude::*;

use crate::bench::usd;

const HEADER: &str = "Invoice Number,Due Date,Balance,Contact Email,Description";

fn read(text: &str) -> Result<Sheet, Vec<Reject>> {
    import::read(text.as_bytes(), usd(1).currency)
}

/// The rows' places and numbers, and the places and fields of what was not accepted.
type Found = (Vec<(u64, String)>, Vec<(u64, String)>);

fn found(text: &str) -> Found {
    let sheet = read(text).unwrap();
    let rows = sheet.rows.iter().map(|row| (row.row, row.number.clone()));
    let rejects = sheet.rejects.iter().map(|reject| (reject.row, reject.field.clone()));
    (rows.collect(), rejects.collect())
}

fn good(number: &str) -> String {
    format!("{number},2026-11-30,10.00,ap@acme.example,x")
}

/// A file of these lines with that line end.
fn file(lines: &[&str], line_end: &str) -> String {
    lines.iter().fold(format!("{HEADER}{line_end}"), |text, line| text + line + line_end)
}

#[test]
fn any_line_end_and_byte_order_mark_will_do() {
    let (a, b) = (good("A"), good("B"));
    let both = [(2, "A".to_owned()), (3, "B".to_owned())];
    for line_end in ["\n", "\r\n", "\r"] {
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}{}", file(&[&a, &b], line_end));
            assert_eq!(found(&text).0, both, "{line_end:?} {mark:?}");
            assert_eq!(found(text.trim_end()).0, both, "no line end at the end");
        }
    }
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts_them() {
    let bad = "BAD,2026-11-30,10.00,nobody,x";
    let long = "LONG,2026-11-30,10.00,ap@acme.example,\"three\nlines\n\"\"here\"\"\"";
    for line_end in ["\n", "\r\n", "\r"] {
        let lines =
            ["", &good("A"), "", "", &long.replace('\n', line_end), ",,,,", bad, &good("B")];
        let (rows, rejects) = found(&file(&lines, line_end));
        let numbers = [(3, "A"), (6, "LONG"), (9, "B")];
        assert_eq!(rows, numbers.map(|(row, number)| (row, number.to_owned())), "{line_end:?}");
        assert_eq!(rejects, [(8, "Contact Email".to_owned())], "{line_end:?}");
    }
}

#[test]
fn quoted_commas_quotes_and_lines_come_through() {
    let line =
        "\"INV, \"\"1\"\"\",2026-11-30,\"1,250.00\",ap@acme.example,\"Bits\r\nand, \"\"bobs\"\"\"";
    let sheet = read(&file(&[line], "\r\n")).unwrap();
    assert_eq!(sheet.rows[0].number, "INV, \"1\"");
    assert_eq!(sheet.rows[0].balance, usd(125_000));
    assert_eq!(sheet.rows[0].description, "Bits\nand, \"bobs\"");
}

#[test]
fn a_stray_quote_never_swallows_the_rows_behind_it() {
    let open = "A,2026-11-30,10.00,ap@acme.example,\"half";
    let late = "C,2026-11-30,10.00,ap@acme.example,\"whole\"";
    for lines in [vec![open], vec![open, &good("B")], vec![open, &good("B"), late]] {
        let rejects = read(&file(&lines, "\n")).unwrap_err();
        assert_eq!(rejects.len(), 1);
        assert_eq!((rejects[0].row, rejects[0].field.as_str()), (2, ""), "{lines:?}");
        assert!(rejects[0].reason.contains("quote"), "{}", rejects[0].reason);
    }
    let inch = "A,2026-11-30,10.00,ap@acme.example,5\" pipe";
    assert_eq!(read(&file(&[inch], "\n")).unwrap().rows[0].description, "5\" pipe");
}

#[test]
fn headers_are_found_in_any_case_and_order_and_strangers_are_ignored() {
    let text = "Colour,BALANCE, contact email ,due date,\"invoice number\"\nred,1,ap@acme.example,2026-11-30,A\n";
    let sheet = read(text).unwrap();
    assert_eq!((sheet.rows.len(), sheet.rejects.len()), (1, 0));
    assert_eq!(sheet.rows[0].balance, usd(100));
}

#[test]
fn a_file_without_its_headers_is_refused_with_their_names() {
    let required = ["Invoice Number", "Due Date", "Balance", "Contact Email"];
    for text in ["", "\n\n", "\u{feff}", "a,b,c\n1,2,3\n"] {
        let fields: Vec<_> =
            read(text).unwrap_err().into_iter().map(|reject| reject.field).collect();
        assert_eq!(fields, required, "{text:?}");
    }
    for missing in required {
        let header = HEADER.replace(missing, "Else");
        let rejects = read(&format!("{header}\n{}\n", good("A"))).unwrap_err();
        assert_eq!(rejects.len(), 1);
        assert_eq!((rejects[0].row, rejects[0].field.as_str()), (1, missing));
    }
}

#[test]
fn a_doubled_header_is_refused() {
    let rejects = read("Invoice Number,Due Date,Balance,Contact Email, balance\n").unwrap_err();
    assert_eq!(rejects.len(), 1);
    assert_eq!((rejects[0].row, rejects[0].field.as_str()), (1, "Balance"));
}

#[test]
fn text_that_is_not_utf8_is_refused_with_advice() {
    for bytes in [b"Invoice Number\xff".as_slice(), b"\xff\xfeI\0n\0"] {
        let rejects = import::read(bytes, usd(1).currency).unwrap_err();
        assert!(rejects[0].reason.contains("UTF-8"), "{rejects:?}");
    }
}

#[test]
fn a_row_with_more_values_than_headers_is_refused_and_a_shorter_one_lacks_them() {
    let short = "B,2026-11-30,10.00,ap@acme.example";
    let shorter = "C,2026-11-30";
    let more = good("A") + ",surplus";
    let (rows, rejects) = found(&file(&[&more, short, shorter], "\n"));
    assert_eq!(rows, [(3, "B".to_owned())]);
    let fields = [(2, ""), (4, "Balance"), (4, "Contact Email")];
    assert_eq!(rejects, fields.map(|(row, field)| (row, field.to_owned())));
}

#[test]
fn a_number_that_is_twice_in_the_file_is_taken_once_and_both_rows_are_named() {
    let sheet = read(&file(&[&good("A"), &good("B"), &good(" A ")], "\n")).unwrap();
    assert_eq!(sheet.rows.len(), 2);
    assert_eq!((sheet.rejects[0].row, sheet.rejects[0].field.as_str()), (4, "Invoice Number"));
    assert!(sheet.rejects[0].reason.contains("row 2"), "{}", sheet.rejects[0].reason);
}

#[test]
fn ten_thousand_rows_are_read_whole() {
    let lines: Vec<_> = (0..10_000).map(|n| good(&format!("INV-{n}"))).collect();
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let sheet = read(&file(&lines, "\r\n")).unwrap();
    assert_eq!((sheet.rows.len(), sheet.rejects.len()), (10_000, 0));
    assert!(sheet.rows.iter().zip(2..).all(|(row, place)| row.row == place));
}

#[test]
fn a_file_is_too_long_by_its_rows_and_not_by_its_faults() {
    let faulty: Vec<_> = vec!["x,y,z,w"; ROWS_MAX];
    let sheet = read(&file(&faulty, "\n")).unwrap();
    assert_eq!(sheet.rejects.len(), ROWS_MAX * 3);
    let longer: Vec<_> = vec!["x,y,z,w"; ROWS_MAX + 1];
    let rejects = read(&file(&longer, "\n")).unwrap_err();
    assert_eq!((rejects.len(), rejects[0].row), (1, u64::try_from(ROWS_MAX).unwrap() + 2));
}

/// Bits that rows are made of, well placed or not.
fn piece() -> impl Strategy<Value = String> {
    let known = ["A", "B", "\"", ",", ",", "\r", "\n", "\r\n", "2026-11-30", "10", "a@b.example"];
    prop_oneof![
        9 => prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

/// A character that belongs in a name.
fn letter() -> impl Strategy<Value = char> {
    any::<char>().prop_filter("visible", |c| !c.is_control() && !c.is_whitespace())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = import::read(&bytes, usd(1).currency);
    }

    #[test]
    fn every_row_of_any_text_is_taken_refused_or_blank(
        pieces in prop::collection::vec(piece(), 0..60),
    ) {
        let body = pieces.concat();
        if let Ok(sheet) = read(&format!("{HEADER}\n{body}")) {
            let places: Vec<_> = sheet.rows.iter().map(|row| row.row).collect();
            prop_assert!(places.is_sorted());
            prop_assert!(sheet.rejects.is_sorted_by_key(|reject| reject.row));
            prop_assert!(sheet.rejects.iter().all(|reject| !places.contains(&reject.row)),
                "nothing of a bad row is kept");
        }
    }

    #[test]
    fn faults_row_48_what_a_spreadsheet_writes_comes_back_exactly(
        numbers in prop::collection::hash_set(prop::collection::vec(letter(), 1..20), 1..6),
        text in prop::collection::vec(letter(), 0..200),
        line_end in prop::sample::select(vec!["\n", "\r", "\r\n"]),
    ) {
        let quoted = |value: &str| format!("\"{}\"", value.replace('"', "\"\""));
        let numbers: Vec<String> = numbers.into_iter().map(String::from_iter).collect();
        let text = String::from_iter(text);
        let lines: Vec<_> = numbers
            .iter()
            .map(|number| format!("{},2026-11-30,10,ap@acme.example,{}", quoted(number), quoted(&text)))
            .collect();
        let sheet = read(&file(&lines.iter().map(String::as_str).collect::<Vec<_>>(), line_end)).unwrap();
        let read: Vec<_> = sheet.rows.iter().map(|row| row.number.clone()).collect();
        prop_assert_eq!(read, numbers);
        prop_assert!(sheet.rows.iter().all(|row| row.description == text));
    }
}
