//! In which row each record of a CSV stands, as a spreadsheet counts: blank lines count, line
//! breaks inside quotes do not. Must never let a stray quote swallow the rows behind it.

/// Where the scan is within a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    RecordStart,
    ValueStart,
    Plain,
    Quoted,
    /// Behind a quote inside a quoted value: its end, or the first half of a doubled quote.
    Closed,
}

/// The row of every record that is not blank, the header's first.
///
/// # Errors
/// The row of a quoted value that is never closed, or goes on behind its closing quote. A
/// lenient parser would take the rows behind it for its text, and they would be lost.
pub(super) fn rows_of(text: &str) -> Result<Vec<u64>, u64> {
    let mut rows = Vec::new();
    let mut row = 1_u64;
    let mut at = At::RecordStart;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Closed,
            (At::RecordStart | At::ValueStart | At::Closed, b'"') | (At::Quoted, _) => At::Quoted,
            (_, b'\r' | b'\n') => {
                if byte == b'\r' {
                    bytes.next_if_eq(&b'\n');
                }
                if at != At::RecordStart {
                    rows.push(row);
                }
                row = row.saturating_add(1);
                At::RecordStart
            }
            (_, b',') => At::ValueStart,
            (At::Closed, _) => return Err(row),
            (At::RecordStart | At::ValueStart | At::Plain, _) => At::Plain,
        };
    }
    match at {
        At::Quoted => return Err(row),
        At::RecordStart => {}
        At::ValueStart | At::Plain | At::Closed => rows.push(row),
    }
    Ok(rows)
}
