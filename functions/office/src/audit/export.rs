//! GET /audit/export: the audit as CSV, newest first. Must never end early without saying so.
use domain::{Deed, Moment, sheet_cell};
use platform::Fault;
use platform::http::Reply;
use platform::operator::Operator;
use platform::store::{AUDIT_PAGE_MAX, AuditLine, AuditQuery, InvoiceStore};

use super::{Emails, emails};
use crate::act;

/// Lines of one file.
const LINES_MAX: usize = 5_000;
/// Pages that are read for one file: a filter that hardly anything passes ends in a short one.
const PAGES_MAX: usize = 120;
/// Largest file, in bytes: an answer of API Gateway holds no more as base64.
const BYTES_MAX: usize = 4_000_000;
/// So that spreadsheets read the file as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";
const HEADER: [&str; 8] =
    ["Time (UTC)", "User", "Email", "What", "Invoice", "Number", "Customer", "Details"];
const MORE: &str = "There is more. Export again with \"to\" set to the time of the line above.";

/// The file. That it was made is told in the audit too.
pub(super) async fn handle(
    store: &InvoiceStore,
    operator: &Operator,
    wanted: AuditQuery,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let emails = emails(store, operator).await?;
    let (lines, is_whole) = lines(store, &wanted).await?;
    let (file, count) = file(&lines, &emails, is_whole);
    let deed = Deed::AuditExported {
        from: wanted.from,
        to: wanted.to,
        user: wanted.user,
        lines: u32::try_from(count).unwrap_or(u32::MAX),
    };
    store.record(&act(operator, &mut moment, deed)).await?;
    Ok(Reply::csv("audit.csv", file))
}

async fn lines(store: &InvoiceStore, wanted: &AuditQuery) -> Result<(Vec<AuditLine>, bool), Fault> {
    let wanted = AuditQuery { limit: AUDIT_PAGE_MAX, ..wanted.clone() };
    let (mut lines, mut place) = (Vec::new(), None);
    for _ in 0..PAGES_MAX {
        let page = store.audit(&wanted, place).await?;
        lines.extend(page.lines);
        place = page.next;
        if place.is_none() || lines.len() > LINES_MAX {
            break;
        }
    }
    Ok((lines, place.is_none()))
}

/// The file, and how many lines of the audit are in it.
pub(crate) fn file(lines: &[AuditLine], emails: &Emails, is_whole: bool) -> (Vec<u8>, usize) {
    let mut file = BYTE_ORDER_MARK.as_bytes().to_vec();
    file.extend(row(&HEADER.map(str::to_owned)));
    let mut count = 0;
    for line in lines.iter().take(LINES_MAX) {
        let row = row(&cells(line, emails));
        if file.len() + row.len() > BYTES_MAX {
            break;
        }
        file.extend(row);
        count += 1;
    }
    if !is_whole || count < lines.len() {
        let mut last = HEADER.map(|_| String::new());
        MORE.clone_into(&mut last[3]);
        file.extend(row(&last));
    }
    (file, count)
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
        AuditLine {
            id: Ulid(1),
            at: "2026-11-22T12:00:00Z".parse().unwrap(),
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

    fn text(lines: &[AuditLine], is_whole: bool) -> String {
        let emails = Emails::from([("operator-1".to_owned(), "+ada@northwind.example".to_owned())]);
        String::from_utf8(file(lines, &emails, is_whole).0).unwrap()
    }

    #[test]
    fn nothing_in_the_file_is_calculated() {
        let text = text(&[line("=HYPERLINK(\"https://evil.example\")")], true);
        assert!(text.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\")\","), "{text}");
        assert!(text.contains(",'+ada@northwind.example,"), "{text}");
        assert!(text.contains(",-1,"), "a number stays one: {text}");
        assert_eq!(text.lines().count(), 2);
    }

    #[test]
    fn a_file_that_is_not_all_says_so_in_its_last_line() {
        assert!(!text(&[line("A")], true).contains(MORE.split('"').next().unwrap()));
        assert!(
            text(&[line("A")], false).trim_end().lines().last().unwrap().contains("There is more.")
        );
        let many = vec![line("A"); LINES_MAX + 1];
        let file = text(&many, true);
        assert_eq!(file.lines().count(), LINES_MAX + 2);
        assert!(file.lines().last().unwrap().contains("There is more."));
        let huge = vec![line(&"x".repeat(1_000_000)); 5];
        let (file, count) = file_of(&huge);
        assert!(count == 3 && file.len() < BYTES_MAX + 200, "{count} {}", file.len());
    }

    fn file_of(lines: &[AuditLine]) -> (Vec<u8>, usize) {
        file(lines, &Emails::new(), true)
    }
}
