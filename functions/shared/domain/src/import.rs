//! A CSV of invoices: which rows are good, and what is wrong with the others.
//! Must never guess: a doubtful value is rejected with its row, field and reason.
use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::{Amount, Currency};

mod mend;
mod place;
mod values;

pub use mend::{MENDED_MAX_BYTES, to_mend};

pub(crate) use values::is_address;
use values::{
    domain_of, read_contacts, read_customer, read_date, read_description, read_number, shown,
};

/// Rows taken from one file.
pub const ROWS_MAX: usize = 20_000;
/// A good row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Row of the record as a spreadsheet counts: the header is 1.
    pub row: u64,
    /// `Invoice Number`.
    pub number: String,
    /// `Due Date`.
    pub due_date: Date,
    /// `Balance`, in `Currency`.
    pub balance: Amount,
    /// `Contact Email`, one or several.
    pub contacts: Vec<String>,
    /// `Customer Name`; the first contact's address domain where the file has none.
    pub customer: String,
    /// `Description`; may be empty, may have lines.
    pub description: String,
}

/// A value that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// As in [`Row::row`].
    pub row: u64,
    /// Header of the column; empty if the row as a whole is at fault.
    pub field: String,
    /// A sentence for the person who wrote the file.
    pub reason: String,
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Good rows, in order.
    pub rows: Vec<Row>,
    /// Everything that was not accepted, in order.
    pub rejects: Vec<Reject>,
    /// The headers as written.
    pub headers: Vec<String>,
    /// The values of every row as written, so that a rejected one can be sent back.
    pub records: BTreeMap<u64, Vec<String>>,
}

impl Row {
    /// The identifier of the invoice: the same for the same tenant and number, so that a
    /// repeated import meets the stored invoice instead of making a second one.
    pub fn invoice_id(&self, tenant: &str) -> Ulid {
        invoice_id(tenant, &self.number)
    }

    /// SHA-256 of everything in the row but its position, hex.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let balance = self.balance.to_string();
        let due_date = self.due_date.to_string();
        let contacts = self.contacts.join(";");
        for part in
            [&self.number, &due_date, &balance, &contacts, &self.customer, &self.description]
        {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hex_of(&hash.finalize())
    }
}

/// The identifier of a tenant's invoice with that number.
pub fn invoice_id(tenant: &str, number: &str) -> Ulid {
    let mut hash = Sha256::new();
    hash.update(tenant.as_bytes());
    hash.update([0]);
    hash.update(number.as_bytes());
    let digest = hash.finalize();
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = from;
    }
    Ulid::from_bytes(bytes)
}

/// Lower-case hex.
pub(crate) fn hex_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads a file: UTF-8, with or without a byte order mark, comma separated, any line ends.
///
/// # Errors
/// The rejects of a file that cannot be read at all: not UTF-8, headers missing or double,
/// more than [`ROWS_MAX`] rows, a quote out of place. Bad rows of a readable file are in
/// [`Sheet::rejects`].
pub fn read(bytes: &[u8], currency: Currency) -> Result<Sheet, Vec<Reject>> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        vec![reject(1, "", "The file is not UTF-8 text. Save it as \"CSV UTF-8\".")]
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let places = place::rows_of(text).map_err(|row| {
        vec![reject(row, "", "A quote is not closed, or text follows a closing quote.")]
    })?;
    if let Some(row) = places.get(ROWS_MAX.saturating_add(1)) {
        let reason =
            format!("The file has more than {ROWS_MAX} rows. Split it and send the parts.");
        return Err(vec![reject(*row, "", &reason)]);
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().cloned().unwrap_or_default();
    let columns = Columns::find(&headers)?;
    let mut sheet = Sheet { headers: mend::texts(&headers), ..Sheet::default() };
    let is_mended = mend::is_ours(&headers);
    let mut seen = HashMap::new();
    // The parser's own line count knows neither lone `\r` nor the spreadsheet's rows.
    for (record, row) in reader.records().zip(places.into_iter().skip(1)) {
        let Ok(record) = record else {
            sheet.rejects.push(reject(row, "", "The row cannot be read as CSV."));
            continue;
        };
        if record.iter().all(|value| value.trim().is_empty()) {
            continue;
        }
        let record = if is_mended { mend::unmarked(&record) } else { record };
        sheet.records.insert(row, mend::texts(&record));
        if record.len() > headers.len() {
            let reason = "The row has more values than the header. Put values that contain commas in quotes.";
            sheet.rejects.push(reject(row, "", reason));
            continue;
        }
        match columns.read_row(row, &record, currency) {
            Ok(good) => match seen.insert(good.number.clone(), row) {
                None => sheet.rows.push(good),
                Some(first) => {
                    let reason = format!("The same invoice number is in row {first}.");
                    sheet.rejects.push(reject(row, NUMBER, &reason));
                }
            },
            Err(rejects) => sheet.rejects.extend(rejects),
        }
    }
    Ok(sheet)
}

const NUMBER: &str = "Invoice Number";
const DUE_DATE: &str = "Due Date";
const BALANCE: &str = "Balance";
const CONTACT: &str = "Contact Email";
const CUSTOMER: &str = "Customer Name";
const CURRENCY: &str = "Currency";
const DESCRIPTION: &str = "Description";
const REQUIRED: [&str; 4] = [NUMBER, DUE_DATE, BALANCE, CONTACT];

/// Where each known header stands in the file.
struct Columns(HashMap<&'static str, usize>);

impl Columns {
    fn find(headers: &csv::StringRecord) -> Result<Self, Vec<Reject>> {
        let mut columns = HashMap::new();
        let mut rejects = Vec::new();
        for (index, header) in headers.iter().enumerate() {
            let known = [NUMBER, DUE_DATE, BALANCE, CONTACT, CUSTOMER, CURRENCY, DESCRIPTION]
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(header.trim()));
            if let Some(known) = known
                && columns.insert(known, index).is_some()
            {
                rejects.push(reject(1, known, "The header is there twice."));
            }
        }
        for missing in REQUIRED.into_iter().filter(|known| !columns.contains_key(known)) {
            rejects.push(reject(1, missing, "The header is missing."));
        }
        if rejects.is_empty() { Ok(Self(columns)) } else { Err(rejects) }
    }

    fn read_row(
        &self,
        row: u64,
        record: &csv::StringRecord,
        default_currency: Currency,
    ) -> Result<Row, Vec<Reject>> {
        let value = |field| self.value(record, field);
        let mut problems = Problems { row, rejects: Vec::new() };
        let number = problems.check(NUMBER, read_number(value(NUMBER)));
        let due_date = problems.check(DUE_DATE, read_date(value(DUE_DATE)));
        let currency = problems.check(
            CURRENCY,
            match value(CURRENCY) {
                "" => Ok(default_currency),
                code => {
                    Currency::parse(code).map_err(|error| format!("\"{}\" {error}.", shown(code)))
                }
            },
        );
        // Without a currency the amount cannot be judged; one reject says enough.
        let balance = currency.and_then(|currency| {
            let text = value(BALANCE);
            let amount = match text {
                "" => Err("The balance is missing.".to_owned()),
                text => Amount::parse(text, currency)
                    .map_err(|error| format!("\"{}\" {error} ({}).", shown(text), currency.code())),
            };
            problems.check(BALANCE, amount)
        });
        let contacts = problems.check(CONTACT, read_contacts(value(CONTACT)));
        let customer = problems.check(CUSTOMER, read_customer(value(CUSTOMER)));
        let description = problems.check(DESCRIPTION, read_description(value(DESCRIPTION)));
        match (number, due_date, balance, contacts, customer, description) {
            (
                Some(number),
                Some(due_date),
                Some(balance),
                Some(contacts),
                Some(customer),
                Some(description),
            ) => {
                let customer = if customer.is_empty() { domain_of(&contacts) } else { customer };
                Ok(Row { row, number, due_date, balance, contacts, customer, description })
            }
            _ => Err(problems.rejects),
        }
    }

    fn value<'r>(&self, record: &'r csv::StringRecord, field: &str) -> &'r str {
        self.0.get(field).and_then(|index| record.get(*index)).unwrap_or_default().trim()
    }
}

struct Problems {
    row: u64,
    rejects: Vec<Reject>,
}

impl Problems {
    fn check<T>(&mut self, field: &str, result: Result<T, String>) -> Option<T> {
        result.map_err(|reason| self.rejects.push(reject(self.row, field, &reason))).ok()
    }
}

fn reject(row: u64, field: &str, reason: &str) -> Reject {
    Reject { row, field: field.to_owned(), reason: reason.to_owned() }
}
