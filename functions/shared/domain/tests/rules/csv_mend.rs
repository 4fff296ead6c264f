//! The file of rejected rows: mended, it is imported; opened, it calculates nothing.
//! Must never need a table.
use domain::import::{MENDED_MAX_BYTES, Sheet, read, to_mend};
use domain::{Currency, sheet_cell};
use proptest::prelude::*;

const HEADER: &str = "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Note\n";

fn sheet(rows: &str) -> Sheet {
    read(format!("{HEADER}{rows}").as_bytes(), Currency::parse("USD").unwrap()).unwrap()
}

fn again(file: &[u8]) -> Sheet {
    read(file, Currency::parse("USD").unwrap()).unwrap()
}

fn mend(sheet: &Sheet) -> String {
    String::from_utf8(to_mend(sheet, &sheet.rejects)).unwrap()
}

#[test]
fn each_rejected_row_is_there_once_with_all_that_is_wrong_and_its_own_values() {
    let sheet = sheet(
        "A-1,2026-12-31,1.00,a@b.example,C,\nA-2,soon,1.00,nobody,\"C, D\",kept\n\
         A-3,2026-12-31,1.00,a@b.example,C,x,more\n",
    );
    let file = mend(&sheet);
    let lines: Vec<&str> = file.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], format!("Row,Field,Reason,{}", HEADER.trim()));
    assert!(lines[1].starts_with("3,Due Date; Contact Email,"), "{}", lines[1]);
    assert!(lines[1].ends_with(",A-2,soon,1.00,nobody,\"C, D\",kept"), "{}", lines[1]);
    assert!(lines[2].ends_with(",A-3,2026-12-31,1.00,a@b.example,C,x,more"), "{}", lines[2]);
    assert_eq!(lines.len(), 3, "a good row is not sent back");
}

#[test]
fn a_mended_file_is_imported_with_the_values_as_they_were() {
    let number = "=HYPERLINK(\"\"https://evil.example\"\")";
    let first = sheet(&format!("\"{number}\",soon,-1.00,a@b.example,+Plus,'=kept\n"));
    let file = mend(&first);
    assert!(file.contains("\"'=HYPERLINK("), "{file}");
    let mended = file.replace(",soon,-1.00,", ",2026-12-31,1.00,");
    assert_ne!(mended, file);
    let second = again(mended.as_bytes());
    assert_eq!(second.rejects, []);
    assert_eq!(second.rows[0].number, "=HYPERLINK(\"https://evil.example\")");
    assert_eq!(second.rows[0].customer, "+Plus");
}

#[test]
fn a_file_that_is_still_wrong_has_our_columns_only_once() {
    let first = mend(&sheet("A-1,soon,1.00,a@b.example,C,n\n"));
    let second = mend(&again(first.as_bytes()));
    assert_eq!(second.matches("Reason").count(), 1, "{second}");
    assert_eq!(again(second.as_bytes()).rejects, again(first.as_bytes()).rejects.clone());
}

#[test]
fn apostrophes_of_a_file_that_is_not_ours_belong_to_its_values() {
    let sheet = sheet("'=1,2026-12-31,1.00,a@b.example,'+C,\n");
    assert_eq!((sheet.rows[0].number.as_str(), sheet.rows[0].customer.as_str()), ("'=1", "'+C"));
}

#[test]
fn a_file_that_would_be_too_large_ends_with_a_row_that_says_so() {
    let note = "x".repeat(1_000);
    let rows = (0..5_000).map(|row| format!("A-{row},soon,1.00,a@b.example,C,{note}\n"));
    let rows = rows.collect::<Vec<_>>().concat();
    let sheet = sheet(&rows);
    let file = mend(&sheet);
    assert!(file.len() <= MENDED_MAX_BYTES + 400, "{}", file.len());
    assert!(file.trim_end().ends_with("to get the rest.\""), "{}", &file[file.len() - 200..]);
}

proptest! {
    #[test]
    fn no_cell_of_the_file_begins_a_formula(
        values in proptest::collection::vec("[=+@\\-'\t ,\"0-9a-z.]{0,9}", 5),
    ) {
        let quoted: Vec<String> =
            values.iter().map(|value| format!("\"{}\"", value.replace('"', "\"\""))).collect();
        let sheet = sheet(&format!("A-1,soon,{}\n", quoted[..4].join(",")));
        prop_assume!(sheet.records.len() == 1);
        let file = mend(&sheet);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file.as_bytes());
        for record in reader.records().map(Result::unwrap) {
            for cell in &record {
                prop_assert_eq!(sheet_cell::safe(sheet_cell::plain(cell)), cell);
                let formula = cell.trim_start().starts_with(['=', '+', '-', '@']);
                prop_assert!(!formula || cell.parse::<f64>().is_ok(), "{cell:?}");
            }
        }
    }
}
