//! One field: a text, a date or an amount, taken exactly or refused with a sentence.
//! Must never quote what was typed: a megabyte of it would come back.
use std::str::FromStr;

use jiff::civil::Date;

use super::Typed;
use crate::money::MoneyError;
use crate::schedule::step_minor;
use crate::stripe_units::Unpayable;
use crate::{Amount, Currency, words};

/// A field of text, and what is said about it.
pub(super) struct Text {
    pub(super) field: &'static str,
    /// Longest text, in characters.
    pub(super) max: usize,
    /// What is said if it is empty.
    pub(super) missing: &'static str,
}

impl Text {
    /// Whether nothing was typed into it.
    pub(super) fn is_empty(&self, typed: &Typed) -> bool {
        typed.get(self.field).trim().is_empty()
    }

    /// Some lines: trimmed, each ended by LF alone, and otherwise exactly as typed.
    pub(super) fn lines(&self, typed: &Typed) -> Result<String, String> {
        let text = typed.get(self.field).replace("\r\n", "\n").replace('\r', "\n");
        self.taken(text.trim(), |c| matches!(c, '\n' | '\t'))
    }

    /// One line: a break or a tab would end up in a mail's headers.
    pub(super) fn line(&self, typed: &Typed) -> Result<String, String> {
        self.taken(typed.get(self.field).trim(), |_| false)
    }

    fn taken(&self, text: &str, allowed: impl Fn(char) -> bool) -> Result<String, String> {
        if text.is_empty() {
            return Err(self.missing.to_owned());
        }
        if text.chars().any(|c| c.is_control() && !allowed(c)) {
            return Err("This contains a character that cannot be stored. \
                        Please type it again rather than paste it."
                .to_owned());
        }
        if text.chars().count() > self.max {
            return Err(format!("Please use at most {} characters.", self.max));
        }
        Ok(text.to_owned())
    }
}

/// A day from `first` to `last`, written `YYYY-MM-DD`.
pub(super) fn date(text: &str, first: Date, last: Date) -> Result<Date, String> {
    let text = text.trim();
    let iso = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = iso.then(|| Date::from_str(text).ok()).flatten();
    let date = date.ok_or("Choose a date, or write it as 2026-11-30.")?;
    if date < first || date > last {
        let (first, last) = (words::date(first), words::date(last));
        return Err(format!("Choose a date from {first} to {last}."));
    }
    Ok(date)
}

/// An amount in the invoice's currency, more than zero.
pub(super) fn amount(text: &str, currency: Currency) -> Result<Amount, String> {
    if text.trim().is_empty() {
        return Err(format!("Add an amount, such as {}.", example(currency)));
    }
    Amount::parse(text, currency).map_err(|error| match error {
        MoneyError::NotAnAmount | MoneyError::UnknownCurrency => format!(
            "Write the amount in digits with a decimal point, such as {}.",
            example(currency)
        ),
        MoneyError::TooPrecise if currency.exponent() == 0 => {
            format!("Write a whole amount, such as {}.", example(currency))
        }
        MoneyError::TooPrecise => format!(
            "Write the amount with {} decimals, such as {}.",
            currency.exponent(),
            example(currency)
        ),
        MoneyError::NotPositive => "The amount must be more than zero.".to_owned(),
        MoneyError::TooLarge => "The amount is too large.".to_owned(),
    })
}

/// An amount that can be paid through the portal when its day comes.
pub(super) fn payable(amount: Amount) -> Result<Amount, String> {
    let too_precise = amount.minor.checked_rem(step_minor(amount.currency)) != Some(0);
    match amount.to_stripe() {
        Ok(_) => Ok(amount),
        Err(Unpayable::BelowMinimum(minimum)) => {
            Err(format!("The least that can be paid online is {}.", words::amount(minimum)))
        }
        Err(Unpayable::NotAtStripe) if too_precise => {
            let step = Amount { minor: step_minor(amount.currency), ..amount };
            Err(format!("Only amounts in steps of {} can be paid online.", words::amount(step)))
        }
        Err(Unpayable::NotAtStripe) => {
            Err(format!("{} is too much to be paid online at once.", words::amount(amount)))
        }
    }
}

/// Whether what is left of the balance beside `part` could be paid too: a remainder below
/// Stripe's minimum would stay owed for ever.
pub(super) fn leaves_payable(part: Amount, balance: Amount) -> Result<(), String> {
    let rest = Amount { minor: balance.minor.saturating_sub(part.minor), ..balance };
    match rest.to_stripe() {
        Err(Unpayable::BelowMinimum(minimum)) if rest.minor > 0 => Err(format!(
            "That would leave {}, and the least that can be paid online is {}. Leave nothing, or \
             that much.",
            words::amount(rest),
            words::amount(minimum)
        )),
        Ok(_) | Err(Unpayable::BelowMinimum(_) | Unpayable::NotAtStripe) => Ok(()),
    }
}

/// `1250.00`, with the decimals of the currency.
fn example(currency: Currency) -> String {
    let decimals = usize::try_from(currency.exponent()).unwrap_or(0);
    let point = if decimals == 0 { "" } else { "." };
    format!("1250{point}{}", "0".repeat(decimals))
}
