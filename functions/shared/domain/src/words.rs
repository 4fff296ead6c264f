//! Dates, reasons and next steps in people's words: the same on a page, in a mail and in a notice.
//! Must never show a code of Stripe's, or a date in anybody's zone but the seller's.
use jiff::Timestamp;
use jiff::civil::Date;

use crate::fact::LetterKind;
use crate::{Amount, Seller};

/// `30 November 2026`.
pub fn date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// The seller's calendar date of an instant, as [`date`].
pub fn date_of(at: Timestamp, seller: &Seller) -> String {
    date(at.to_zoned(seller.time_zone()).date())
}

/// `$1,250.00`; with the code where no sign says which currency it is.
pub fn amount(amount: Amount) -> String {
    let number = amount.number();
    let signed = !number.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    if signed { number } else { amount.to_string() }
}

/// `1 day overdue`, `12 days overdue`.
pub fn overdue(days: i32) -> String {
    if days == 1 { "1 day overdue".to_owned() } else { format!("{days} days overdue") }
}

/// Why a card or a bank said no, as one sentence. Source: Stripe docs "Decline codes" and
/// "ACH Direct Debit, failures", seen 2026-11.
pub fn failure(code: &str) -> &'static str {
    match code {
        "insufficient_funds" => "There was not enough money in the account.",
        "expired_card" => "The card has expired.",
        "incorrect_cvc" | "invalid_cvc" => "The security code was not right.",
        "incorrect_number" | "invalid_number" => "The card number was not right.",
        "account_closed" | "bank_account_closed" => "The bank account is closed.",
        "bank_account_unusable" => "This bank account cannot be used to pay.",
        "no_account" => "The bank found no such account.",
        "debit_not_authorized" => "The bank did not allow us to collect the payment.",
        _ => "The bank did not say why.",
    }
}

/// What to do about a letter that cannot be delivered. The contacts of an invoice cannot be
/// changed, so another mail would fare no better.
pub fn undelivered(letter: LetterKind) -> &'static str {
    match letter {
        LetterKind::Cadence | LetterKind::Link | LetterKind::PaymentDue => {
            "Copy the link on the invoice’s page and send it yourself."
        }
        LetterKind::Receipt => "Download the receipt on the invoice’s page and send it yourself.",
        LetterKind::BankPaymentFailed => "Tell the payer yourself that the bank payment failed.",
        LetterKind::PaidTwice => {
            "It said that the invoice was paid twice. If that address is yours, check the address \
             for answers in Settings; else tell the payer yourself."
        }
        LetterKind::Mismatch | LetterKind::SubmissionNotice | LetterKind::Missed => {
            "Check the address for answers in Settings."
        }
        LetterKind::SubmissionCopy | LetterKind::Question | LetterKind::Decision => {
            "Tell the payer yourself what the page of the case says, with the link if there is one."
        }
    }
}

/// `512 bytes`, `12 KB`, `3.4 MB`, as the script of the payer's pages words it too.
pub fn size(size_bytes: u64) -> String {
    const KILOBYTE: u64 = 1024;
    const MEGABYTE: u64 = 1024 * 1024;
    let kilobytes = size_bytes.saturating_add(KILOBYTE / 2) / KILOBYTE;
    match (size_bytes, kilobytes) {
        (..KILOBYTE, _) => format!("{size_bytes} bytes"),
        (_, ..1024) => format!("{kilobytes} KB"),
        _ => {
            let tenths = size_bytes.saturating_mul(10).saturating_add(MEGABYTE / 2) / MEGABYTE;
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_said_in_the_unit_that_people_use() {
        for (size_bytes, expected) in [
            (2, "2 bytes"),
            (1023, "1023 bytes"),
            (1024, "1 KB"),
            (12_345, "12 KB"),
            (1_048_000, "1023 KB"),
            (1_048_570, "1.0 MB"),
            (3_565_158, "3.4 MB"),
            (26_214_400, "25.0 MB"),
        ] {
            assert_eq!(size(size_bytes), expected);
        }
    }
}
