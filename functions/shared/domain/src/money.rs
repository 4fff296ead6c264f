//! Money: an amount in minor units with its currency; parse and show.
//! Must never round: an amount that a currency cannot hold is refused.
use std::fmt;

use serde::{Deserialize, Serialize};

/// An ISO 4217 currency that has a defined number of decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

/// Why a text is not an amount or a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not an ISO 4217 code of a spendable currency.
    #[error("is not a currency code we know (use ISO 4217, such as USD)")]
    UnknownCurrency,
    /// Not a plain decimal number.
    #[error("is not an amount (use digits with a decimal point, such as 1250.00)")]
    NotAnAmount,
    /// Zero or less.
    #[error("must be more than zero")]
    NotPositive,
    /// More decimals than the currency has.
    #[error("has more decimals than its currency")]
    TooPrecise,
    /// Beyond what an invoice can hold here.
    #[error("is too large")]
    TooLarge,
}

/// Largest balance accepted, in minor units: far beyond any invoice, far below overflow.
pub const AMOUNT_MAX_MINOR: i64 = 1_000_000_000_000_000;

impl Currency {
    /// Reads an ISO 4217 code in any case.
    ///
    /// # Errors
    /// [`MoneyError::UnknownCurrency`] for anything else, and for codes without
    /// decimals such as XAU (gold).
    pub fn parse(code: &str) -> Result<Self, MoneyError> {
        let code = code.trim().to_ascii_uppercase();
        let currency =
            iso_currency::Currency::from_code(&code).ok_or(MoneyError::UnknownCurrency)?;
        // Funds, metals and test codes have no exponent; nobody pays an invoice in them.
        currency.exponent().ok_or(MoneyError::UnknownCurrency)?;
        if matches!(code.as_str(), "XTS" | "XXX") {
            return Err(MoneyError::UnknownCurrency);
        }
        Ok(Self(currency))
    }

    /// The three-letter code, upper case.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimals of the currency: USD 2, JPY 0, KWD 3. Source: ISO 4217.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }

    fn symbol(self) -> String {
        match self.code() {
            "USD" => "$".to_owned(),
            "EUR" => "€".to_owned(),
            "GBP" => "£".to_owned(),
            "JPY" => "¥".to_owned(),
            // Other symbols are shared, unfamiliar or mere letters; the code after the
            // amount says it all.
            _ => String::new(),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(code: String) -> Result<Self, MoneyError> {
        Self::parse(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An amount of money: `minor` units (cents for USD, yen for JPY) of `currency`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Minor units; may be any sign, verbs check what they need.
    pub minor: i64,
    /// The currency the minor units are of.
    pub currency: Currency,
}

impl Amount {
    /// That many whole units of `currency`; the largest amount there is if it is more.
    pub fn of_units(units: i64, currency: Currency) -> Self {
        let scale = 10_i64.checked_pow(currency.exponent());
        let minor = scale.and_then(|scale| units.checked_mul(scale)).unwrap_or(i64::MAX);
        Self { minor, currency }
    }

    /// Reads a positive decimal such as `1,250.00` or `1250`, exact to the minor unit.
    ///
    /// A comma counts as a thousands separator only where one belongs; `12,50` is refused
    /// rather than guessed at.
    ///
    /// # Errors
    /// See [`MoneyError`]; each is a sentence for the person who wrote the file.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(MoneyError::NotAnAmount),
            None => (text, ""),
        };
        let whole = without_separators(whole)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(&whole) || !digits(fraction) {
            return Err(MoneyError::NotAnAmount);
        }
        if negative {
            return Err(MoneyError::NotPositive);
        }
        let exponent = usize::try_from(currency.exponent()).unwrap_or(0);
        let significant = fraction.trim_end_matches('0');
        // To half the world "1.250" is one thousand and more: refused, like "12,50".
        let is_a_thousand_elsewhere = fraction.len() == 3 && exponent < 3;
        if significant.len() > exponent || is_a_thousand_elsewhere {
            return Err(MoneyError::TooPrecise);
        }
        let minor: i64 = format!("{whole}{significant:0<exponent$}")
            .parse()
            .map_err(|_| MoneyError::TooLarge)?;
        match minor {
            0 => Err(MoneyError::NotPositive),
            1..=AMOUNT_MAX_MINOR => Ok(Self { minor, currency }),
            _ => Err(MoneyError::TooLarge),
        }
    }

    /// The number with separators and symbol, without the code: `$1,234.50`, `¥120,000`.
    pub fn number(self) -> String {
        let exponent = usize::try_from(self.currency.exponent()).unwrap_or(0);
        let digits =
            format!("{:0>width$}", self.minor.unsigned_abs(), width = exponent.saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(exponent));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && whole.len().saturating_sub(index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.minor < 0 { "-" } else { "" };
        let point = if exponent == 0 { "" } else { "." };
        format!("{sign}{}{grouped}{point}{fraction}", self.currency.symbol())
    }
}

/// `$1,234.50 USD`: the form for mails, receipts and the timeline.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number(), self.currency.code())
    }
}

fn without_separators(whole: &str) -> Result<String, MoneyError> {
    if !whole.contains(',') {
        return Ok(whole.to_owned());
    }
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let well_formed = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if well_formed { Ok(whole.replace(',', "")) } else { Err(MoneyError::NotAnAmount) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str, code: &str) -> Result<i64, MoneyError> {
        Amount::parse(text, Currency::parse(code).unwrap()).map(|amount| amount.minor)
    }

    #[test]
    fn amounts_are_exact_or_refused() {
        for (text, code, expected) in [
            ("1250.00", "USD", Ok(125_000)),
            (" 1,250.5 ", "USD", Ok(125_050)),
            ("1250", "JPY", Ok(1_250)),
            ("1250.00", "JPY", Ok(1_250)),
            ("1.234", "KWD", Ok(1_234)),
            ("0.01", "USD", Ok(1)),
            ("1.5", "JPY", Err(MoneyError::TooPrecise)),
            ("1.250", "KWD", Ok(1_250)),
            ("1.250", "EUR", Err(MoneyError::TooPrecise)),
            ("1.000", "JPY", Err(MoneyError::TooPrecise)),
            ("1.234", "USD", Err(MoneyError::TooPrecise)),
            ("0.00", "USD", Err(MoneyError::NotPositive)),
            ("-5", "USD", Err(MoneyError::NotPositive)),
            ("12,50", "EUR", Err(MoneyError::NotAnAmount)),
            ("1.250,00", "EUR", Err(MoneyError::NotAnAmount)),
            ("", "USD", Err(MoneyError::NotAnAmount)),
            (".5", "USD", Err(MoneyError::NotAnAmount)),
            ("5.", "USD", Err(MoneyError::NotAnAmount)),
            ("1e3", "USD", Err(MoneyError::NotAnAmount)),
            ("٣", "USD", Err(MoneyError::NotAnAmount)),
            ("9223372036854775808", "USD", Err(MoneyError::TooLarge)),
            ("99999999999999999999999", "JPY", Err(MoneyError::TooLarge)),
        ] {
            assert_eq!(parse(text, code), expected, "{text} {code}");
        }
    }

    #[test]
    fn amounts_show_with_their_own_decimals() {
        for (minor, code, shown) in [
            (123_450, "USD", "$1,234.50 USD"),
            (5, "USD", "$0.05 USD"),
            (0, "USD", "$0.00 USD"),
            (199_900, "GBP", "£1,999.00 GBP"),
            (120_000, "JPY", "¥120,000 JPY"),
            (1_234_500, "KWD", "1,234.500 KWD"),
            (-100_000_000, "EUR", "-€1,000,000.00 EUR"),
        ] {
            let currency = Currency::parse(code).unwrap();
            assert_eq!(Amount { minor, currency }.to_string(), shown);
        }
    }

    #[test]
    fn codes_that_nobody_can_pay_in_are_unknown() {
        for code in ["", "US", "XAU", "XXX", "XTS", "ABC", "USDX"] {
            assert_eq!(Currency::parse(code), Err(MoneyError::UnknownCurrency), "{code}");
        }
        assert_eq!(Currency::parse(" usd ").map(Currency::code), Ok("USD"));
    }

    #[test]
    fn a_currency_is_stored_as_its_code_and_read_back() {
        for code in ["USD", "JPY", "KWD"] {
            let currency = Currency::parse(code).unwrap();
            let stored = serde_json::to_string(&currency).unwrap();
            assert_eq!(stored, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<Currency>(&stored).unwrap(), currency);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_parses_back(minor in 1..=AMOUNT_MAX_MINOR, code in "USD|JPY|KWD|EUR|ISK|CLP") {
            let currency = Currency::parse(&code).unwrap();
            let amount = Amount { minor, currency };
            let shown: String = amount.number().chars().filter(|c| !"$€¥".contains(*c)).collect();
            prop_assert_eq!(Amount::parse(&shown, currency), Ok(amount));
        }

        #[test]
        fn any_text_is_an_amount_or_a_refusal(text in ".*") {
            let parsed = Amount::parse(&text, Currency::parse("USD").unwrap());
            prop_assert!(parsed.is_err() || parsed.is_ok_and(|amount| amount.minor > 0));
        }
    }
}
