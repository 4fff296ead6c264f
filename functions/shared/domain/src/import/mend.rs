//! The file of rejected rows: what is wrong with each, and its own values to be mended.
//! Must never hold a cell that a spreadsheet calculates, nor a row that was accepted.
use std::collections::BTreeMap;

use csv::StringRecord;

use super::{Reject, Sheet};
use crate::sheet_cell;

/// Largest file, in bytes: an answer of API Gateway holds no more as base64.
pub const MENDED_MAX_BYTES: usize = 4_000_000;
/// Our own columns, in front of the file's. The import passes over them.
const OURS: [&str; 3] = ["Row", "Field", "Reason"];
/// So that spreadsheets read the file as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The rejected rows as CSV, to be mended and imported: each once, with everything that is
/// wrong with it. A file that would be larger than [`MENDED_MAX_BYTES`] ends with a row that
/// says so.
pub fn to_mend(sheet: &Sheet, rejects: &[Reject]) -> Vec<u8> {
    let mut by_row: BTreeMap<u64, Vec<&Reject>> = BTreeMap::new();
    for reject in rejects {
        by_row.entry(reject.row).or_default().push(reject);
    }
    // A file that is mended a second time has our columns already.
    let theirs: Vec<bool> =
        sheet.headers.iter().map(|header| !OURS.contains(&header.trim())).collect();
    let own = |values: &[String]| -> Vec<String> {
        // Values beyond the headers stay too: they are what is wrong with such a row.
        let keep = theirs.iter().copied().chain(std::iter::repeat(true));
        values.iter().zip(keep).filter(|(_, keep)| *keep).map(|(value, _)| value.clone()).collect()
    };
    let mut file = BYTE_ORDER_MARK.as_bytes().to_vec();
    file.extend(line(OURS.map(str::to_owned).into_iter().chain(own(&sheet.headers))));
    for (row, rejects) in by_row {
        let together = |part: fn(&Reject) -> &str| {
            let parts: Vec<&str> = rejects.iter().map(|reject| part(reject)).collect();
            parts.join("; ")
        };
        let told = [row.to_string(), together(|one| &one.field), together(|one| &one.reason)];
        let values = sheet.records.get(&row).map(|values| own(values)).unwrap_or_default();
        let line = line(told.into_iter().chain(values));
        if file.len().saturating_add(line.len()) > MENDED_MAX_BYTES {
            file.extend(too_many());
            break;
        }
        file.extend(line);
    }
    file
}

/// Whether a file is one of ours, mended: then its marks are not part of the values.
pub(super) fn is_ours(headers: &StringRecord) -> bool {
    let mut first = headers.iter().map(str::trim);
    OURS.into_iter().all(|ours| first.next() == Some(ours))
}

pub(super) fn unmarked(record: &StringRecord) -> StringRecord {
    record.iter().map(sheet_cell::plain).collect()
}

pub(super) fn texts(record: &StringRecord) -> Vec<String> {
    record.iter().map(str::to_owned).collect()
}

fn line(cells: impl Iterator<Item = String>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let safe: Vec<String> = cells.map(|cell| sheet_cell::safe(&cell).into_owned()).collect();
    // Writing to memory cannot fail.
    let _ = writer.write_record(&safe);
    writer.into_inner().unwrap_or_default()
}

fn too_many() -> Vec<u8> {
    let reason = "More rows were rejected than this file holds. Mend and import these, then \
                  import the first file again to get the rest.";
    line([String::new(), String::new(), reason.to_owned()].into_iter())
}
