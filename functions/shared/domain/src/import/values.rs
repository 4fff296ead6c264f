//! Single values of an imported row: accepted as they are, or refused with a sentence.
//! Must never repair a value: what is doubtful goes back to whoever wrote the file.
use std::collections::HashSet;
use std::str::FromStr;

use email_address::EmailAddress;
use jiff::civil::Date;

/// Billing contacts of one invoice.
const CONTACTS_MAX: usize = 5;
/// Longest invoice number, in characters.
const NUMBER_MAX: usize = 64;
/// Longest customer name, in characters.
const CUSTOMER_MAX: usize = 120;
/// Longest description, in bytes; keeps the item far below `DynamoDB`'s 400 KB.
const DESCRIPTION_MAX_BYTES: usize = 32 * 1024;

/// A value as a reason may quote it: one line, not long.
pub(super) fn shown(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).take(40).collect()
}

pub(super) fn read_number(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("The invoice number is missing.".to_owned());
    }
    read_line(text, NUMBER_MAX)
}

pub(super) fn read_customer(text: &str) -> Result<String, String> {
    read_line(text, CUSTOMER_MAX)
}

/// A value of one line: control characters would end up in subjects and file names.
fn read_line(text: &str, max: usize) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        return Err("The value has a line break or a control character in it.".to_owned());
    }
    if text.chars().count() > max {
        return Err(format!("The value is longer than {max} characters."));
    }
    Ok(text.to_owned())
}

pub(super) fn read_description(text: &str) -> Result<String, String> {
    if text.len() > DESCRIPTION_MAX_BYTES {
        return Err(format!("The description is longer than {DESCRIPTION_MAX_BYTES} bytes."));
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err("The description has a control character in it.".to_owned());
    }
    Ok(text)
}

pub(super) fn read_date(text: &str) -> Result<Date, String> {
    let iso = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let date = iso.then(|| Date::from_str(text).ok()).flatten();
    match date {
        Some(date) if (1990..=2100).contains(&date.year()) => Ok(date),
        Some(_) => Err(format!("The year of \"{}\" cannot be right.", shown(text))),
        None => Err(format!(
            "\"{}\" is not a date. Write it as YYYY-MM-DD, such as 2026-11-30.",
            shown(text)
        )),
    }
}

pub(super) fn read_contacts(text: &str) -> Result<Vec<String>, String> {
    let mut known = HashSet::new();
    let mut contacts = Vec::new();
    for part in text.split([';', ',']).map(str::trim).filter(|part| !part.is_empty()) {
        if !is_address(part) {
            return Err(format!("\"{}\" is not a mail address we can send to.", shown(part)));
        }
        if known.insert(part.to_ascii_lowercase()) {
            contacts.push(part.to_owned());
        }
    }
    match contacts.len() {
        0 => Err("A mail address is missing.".to_owned()),
        1..=CONTACTS_MAX => Ok(contacts),
        _ => Err(format!("More than {CONTACTS_MAX} mail addresses.")),
    }
}

/// Whether a mail can be sent there. SES takes no unicode before the @, and a mail that cannot
/// be sent is worse than a value sent back.
pub(crate) fn is_address(text: &str) -> bool {
    let well_formed =
        EmailAddress::from_str(text).is_ok_and(|address| address.domain().contains('.'));
    well_formed && text.is_ascii() && !text.contains(['<', '>', '"', '\\', '['])
}

pub(super) fn domain_of(contacts: &[String]) -> String {
    contacts
        .first()
        .and_then(|contact| contact.rsplit_once('@'))
        .map_or(String::new(), |(_, host)| host.to_owned())
}
