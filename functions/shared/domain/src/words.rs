//! Dates and reasons in a payer's words: the same on a page and in a mail.
//! Must never show a code of Stripe's, or a date in anybody's zone but the seller's.
use jiff::Timestamp;
use jiff::civil::Date;

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
        "no_account" => "The bank found no such account.",
        "debit_not_authorized" => "The bank did not allow us to collect the payment.",
        _ => "The bank did not say why.",
    }
}
