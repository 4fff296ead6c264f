//! What Stripe can take of an amount, and in which units.
//! Must never round: an amount without an exact value at Stripe is refused.
use crate::{Amount, Currency};

/// Why Stripe Checkout cannot take an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpayable {
    /// Below Stripe's minimum; the minimum is given.
    BelowMinimum(Amount),
    /// Above Stripe's eight digits (twelve of rupiah), or not expressible in Stripe's units.
    NotAtStripe,
}

impl Currency {
    /// Decimals that Stripe's API expects for this currency.
    /// Source: Stripe docs "Supported currencies" (zero-decimal, special cases), seen 2026-11.
    fn stripe_exponent(self) -> u32 {
        match self.code() {
            "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF"
            | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            // Zero-decimal by ISO, yet written with two decimals at Stripe.
            "ISK" | "UGX" => 2,
            _ => self.exponent(),
        }
    }

    /// The largest charge that Stripe takes, in its units.
    /// Source: Stripe docs "Minimum and maximum charge amounts", seen 2026-11.
    fn stripe_most(self) -> i64 {
        match self.code() {
            "IDR" => 999_999_999_999,
            _ => 99_999_999,
        }
    }

    /// The smallest charge that Stripe takes, in our minor units; 0 where none is published.
    /// Source: Stripe docs "Minimum and maximum charge amounts", seen 2026-11.
    pub fn stripe_minimum_minor(self) -> i64 {
        match self.code() {
            "USD" | "EUR" | "AUD" | "BRL" | "CAD" | "CHF" | "INR" | "NZD" | "SGD" | "JPY" => 50,
            "GBP" => 30,
            "BGN" => 100,
            "AED" | "MYR" | "PLN" | "RON" => 200,
            "DKK" => 250,
            "NOK" | "SEK" => 300,
            "HKD" => 400,
            "MXN" | "THB" => 1_000,
            "CZK" => 1_500,
            "HUF" => 17_500,
            _ => 0,
        }
    }
}

impl Amount {
    /// The amount in the units Stripe's API uses.
    ///
    /// # Errors
    /// [`Unpayable`] if Checkout would refuse it; the page says so instead of a button.
    pub fn to_stripe(self) -> Result<i64, Unpayable> {
        let minimum_minor = self.currency.stripe_minimum_minor().max(1);
        if self.minor < minimum_minor {
            let minimum = Self { minor: minimum_minor, currency: self.currency };
            return Err(Unpayable::BelowMinimum(minimum));
        }
        let units = rescale(self.minor, self.currency.exponent(), self.currency.stripe_exponent())
            .ok_or(Unpayable::NotAtStripe)?;
        // Three-decimal currencies are charged to the nearest ten; we never round.
        if self.currency.stripe_exponent() == 3 && units.checked_rem(10) != Some(0) {
            return Err(Unpayable::NotAtStripe);
        }
        if units > self.currency.stripe_most() {
            return Err(Unpayable::NotAtStripe);
        }
        Ok(units)
    }

    /// The amount that Stripe reports, in our minor units; `None` if it has no exact value.
    pub fn from_stripe(units: i64, currency: Currency) -> Option<Self> {
        let minor = rescale(units, currency.stripe_exponent(), currency.exponent())?;
        Some(Self { minor, currency })
    }
}

fn rescale(units: i64, from: u32, to: u32) -> Option<i64> {
    if from <= to {
        units.checked_mul(10_i64.checked_pow(to.checked_sub(from)?)?)
    } else {
        let factor = 10_i64.checked_pow(from.checked_sub(to)?)?;
        (units.checked_rem(factor)? == 0).then(|| units.checked_div(factor))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripe_gets_its_own_units() {
        let stripe =
            |minor, code| Amount { minor, currency: Currency::parse(code).unwrap() }.to_stripe();
        assert_eq!(stripe(125_000, "USD"), Ok(125_000));
        assert_eq!(stripe(1_250, "JPY"), Ok(1_250));
        assert_eq!(stripe(1_250, "ISK"), Ok(125_000));
        assert_eq!(stripe(12_500, "MGA"), Ok(125));
        assert_eq!(stripe(1_230, "KWD"), Ok(1_230));
        assert_eq!(stripe(1_234, "KWD"), Err(Unpayable::NotAtStripe));
        assert_eq!(stripe(99_999_999, "USD"), Ok(99_999_999));
        assert_eq!(stripe(100_000_000, "USD"), Err(Unpayable::NotAtStripe));
        assert_eq!(stripe(999_999_999_999, "IDR"), Ok(999_999_999_999));
        assert_eq!(stripe(1_000_000_000_000, "IDR"), Err(Unpayable::NotAtStripe));
        assert!(
            matches!(stripe(49, "USD"), Err(Unpayable::BelowMinimum(least)) if least.minor == 50)
        );
    }

    #[test]
    fn the_least_that_stripe_takes_is_the_published_amount() {
        for (codes, minor) in [
            ("USD EUR AUD BRL CAD CHF INR NZD SGD JPY", 50),
            ("GBP", 30),
            ("BGN", 100),
            ("AED MYR PLN RON", 200),
            ("DKK", 250),
            ("NOK SEK", 300),
            ("HKD", 400),
            ("MXN THB", 1_000),
            ("CZK", 1_500),
            ("HUF", 17_500),
            ("KWD CLF ISK", 0),
        ] {
            for code in codes.split(' ') {
                let currency = Currency::parse(code).unwrap();
                assert_eq!(currency.stripe_minimum_minor(), minor, "{code}");
                let least = Amount { minor: minor.max(1), currency };
                let below = Amount { minor: least.minor - 1, currency };
                assert_eq!(below.to_stripe(), Err(Unpayable::BelowMinimum(least)), "{code}");
                let taken = !matches!(least.to_stripe(), Err(Unpayable::BelowMinimum(_)));
                assert!(taken, "{code}");
            }
        }
    }

    #[test]
    fn what_stripe_reports_is_read_back_exactly_or_not_at_all() {
        for (units, code, minor) in [
            (125_000, "USD", Some(125_000)),
            (1_250, "JPY", Some(1_250)),
            (125_000, "ISK", Some(1_250)),
            (125_050, "ISK", None),
            (125, "MGA", Some(12_500)),
            (1_230, "KWD", Some(1_230)),
            (i64::MAX, "MGA", None),
        ] {
            let currency = Currency::parse(code).unwrap();
            let read = Amount::from_stripe(units, currency);
            assert_eq!(read, minor.map(|minor| Amount { minor, currency }), "{units} {code}");
        }
    }
}
