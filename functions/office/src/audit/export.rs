//! GET /audit/export: the audit as CSV, newest first. Must never end early without saying so.
use domain::{Deed, Moment, sheet_cell};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use platform::Fault;
use platform::http::Reply;
use platform::operator::Operator;
use platform::store::{AuditLine, AuditPage, AuditPlace, AuditQuery, InvoiceStore};

use super::{Emails, emails};
use crate::act;

/// Lines of one file.
const LINES_MAX: usize = 5_000;
/// Round trips to the table for one file: a filter that hardly anything passes ends in a short
/// one. At 20 ms each they leave some of the function's 28 seconds to spare.
const ROUND_TRIPS_MAX: u64 = 1_000;
/// The console takes days of the seller's zone, which is ahead of UTC by this much at most.
const ZONE_MAX: SignedDuration = SignedDuration::from_hours(14);
/// Largest file, in bytes: an answer of API Gateway holds no more as base64.
const BYTES_MAX: usize = 4_000_000;
/// So that spreadsheets read the file as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";
const HEADER: [&str; 8] =
    ["Time (UTC)", "User", "Email", "What", "Invoice", "Number", "Customer", "Details"];

/// The file. That it was made is told in the audit too.
pub(super) async fn handle(
    store: &InvoiceStore,
    operator: &Operator,
    wanted: AuditQuery,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let emails = emails(store, operator).await?;
    let found = store.audit_file(&wanted, LINES_MAX, ROUND_TRIPS_MAX).await?;
    let (file, count) = file(&found, &emails);
    let deed = Deed::AuditExported {
        from: wanted.from,
        to: wanted.to,
        user: wanted.user,
        lines: u32::try_from(count).unwrap_or(u32::MAX),
    };
    store.record(&act(operator, &mut moment, deed)).await?;
    Ok(Reply::csv("audit.csv", file))
}

/// The file, and how many lines of the audit are in it.
fn file(found: &AuditPage, emails: &Emails) -> (Vec<u8>, usize) {
    let mut file = BYTE_ORDER_MARK.as_bytes().to_vec();
    file.extend(row(&HEADER.map(str::to_owned)));
    let mut count = 0;
    for line in found.lines.iter().take(LINES_MAX) {
        let row = row(&cells(line, emails));
        if file.len() + row.len() > BYTES_MAX {
            break;
        }
        file.extend(row);
        count += 1;
    }
    let rest = found.lines.get(count).map(AuditPlace::of).or(found.next);
    if let Some(rest) = rest {
        let mut last = HEADER.map(|_| String::new());
        last[3] = how_to_go_on(rest.end());
        file.extend(row(&last));
    }
    (file, count)
}

/// A line or two come twice rather than not at all: several may be of one time.
fn how_to_go_on(to: Timestamp) -> String {
    let day = to.saturating_add(ZONE_MAX).unwrap_or(to).to_zoned(TimeZone::UTC).date();
    format!(
        "There may be more: export again up to {to}, or in the console up to the day {day}. \
         Some lines will then be in both files."
    )
}

fn cells(line: &AuditLine, emails: &Emails) -> [String; 8] {
    let invoice = line.invoice.as_ref();
    let detail = if line.detail.is_null() { String::new() } else { line.detail.to_string() };
    [
        line.at.to_string(),
        line.user.clone(),
        emails.get(&line.user).cloned().unwrap_or_default(),
        line.what.to_owned(),
        invoice.map(|one| one.id.to_string()).unwrap_or_default(),
        invoice.map(|one| one.number.clone()).unwrap_or_default(),
        invoice.map(|one| one.customer.clone()).unwrap_or_default(),
        detail,
    ]
}

fn row(cells: &[String; 8]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(cells.iter().map(|cell| sheet_cell::safe(cell).into_owned()));
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use platform::store::AuditedInvoice;
    use serde_json::json;
    use ulid::Ulid;

    use super::*;

    fn line(customer: &str) -> AuditLine {
        let at: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        AuditLine {
            id: Ulid(u128::try_from(at.as_millisecond()).unwrap() << 80),
            at,
            user: "operator-1".to_owned(),
            what: "LinkRegenerated",
            invoice: Some(AuditedInvoice {
                id: Ulid(2),
                number: "-1".to_owned(),
                customer: customer.to_owned(),
            }),
            detail: json!({ "link": 1 }),
        }
    }

    fn text(lines: &[AuditLine], next: Option<AuditPlace>) -> String {
        let emails = Emails::from([("operator-1".to_owned(), "+ada@northwind.example".to_owned())]);
        String::from_utf8(file(&AuditPage { lines: lines.to_vec(), next }, &emails).0).unwrap()
    }

    #[test]
    fn nothing_in_the_file_is_calculated() {
        let text = text(&[line("=HYPERLINK(\"https://evil.example\")")], None);
        assert!(text.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\")\","), "{text}");
        assert!(text.contains(",'+ada@northwind.example,"), "{text}");
        assert!(text.contains(",-1,"), "a number stays one: {text}");
        assert_eq!(text.lines().count(), 2);
    }

    #[test]
    fn a_file_that_is_not_all_says_so_in_its_last_line_and_how_to_go_on() {
        let is_cut = |file: &str| file.lines().last().unwrap().contains("There may be more");
        assert!(!is_cut(&text(&[line("A")], None)));
        let nothing_yet = text(&[], Some(AuditPlace::of(&line("A"))));
        assert!(is_cut(&nothing_yet), "looked through in vain so far: {nothing_yet}");
        let many = text(&vec![line("A"); LINES_MAX + 1], None);
        assert_eq!(many.lines().count(), LINES_MAX + 2);
        assert!(is_cut(&many));
        // Other lines of that very time are in the next file, wherever in the world a day ends.
        for end in ["up to 2026-11-22T12:01:01Z,", "up to the day 2026-11-23."] {
            assert!(many.lines().last().unwrap().contains(end), "{end}");
        }
        let huge = vec![line(&"x".repeat(1_000_000)); 5];
        let (huge, count) = file(&AuditPage { lines: huge, next: None }, &Emails::new());
        assert!(count == 3 && huge.len() < BYTES_MAX + 200, "{count} {}", huge.len());
        assert!(is_cut(&String::from_utf8(huge).unwrap()));
    }
}
