//! Currencies as Stripe counts them: minor units, smallest charge, and how to show an amount.
//! It must never use floating point.

/// Largest amount Stripe takes: eight digits in minor units.
pub(crate) const AMOUNT_MAX: i64 = 99_999_999;

/// Currencies Stripe counts without minor units. ISK and UGX are left out on purpose: Stripe takes
/// them with two decimals. Source: Stripe docs, "Supported currencies", seen 2026-11.
const ZERO_DECIMAL: &[&str] = &[
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
    "xof", "xpf",
];
const THREE_DECIMAL: &[&str] = &["bhd", "jod", "kwd", "omr", "tnd"];
const TWO_DECIMAL: &[&str] = &[
    "usd", "aed", "afn", "all", "amd", "ang", "aoa", "ars", "aud", "awg", "azn", "bam", "bbd",
    "bdt", "bgn", "bmd", "bnd", "bob", "brl", "bsd", "bwp", "byn", "bzd", "cad", "cdf", "chf",
    "cny", "cop", "crc", "cve", "czk", "dkk", "dop", "dzd", "egp", "etb", "eur", "fjd", "fkp",
    "gbp", "gel", "gip", "gmd", "gtq", "gyd", "hkd", "hnl", "htg", "huf", "idr", "ils", "inr",
    "isk", "jmd", "kes", "kgs", "khr", "kyd", "kzt", "lak", "lbp", "lkr", "lrd", "lsl", "mad",
    "mdl", "mkd", "mmk", "mnt", "mop", "mur", "mvr", "mwk", "mxn", "myr", "mzn", "nad", "ngn",
    "nio", "nok", "npr", "nzd", "pab", "pen", "pgk", "php", "pkr", "pln", "qar", "ron", "rsd",
    "rub", "sar", "sbd", "scr", "sek", "sgd", "shp", "sle", "sos", "srd", "std", "szl", "thb",
    "tjs", "top", "try", "ttd", "twd", "tzs", "uah", "ugx", "uyu", "uzs", "wst", "xcd", "xcg",
    "yer", "zar", "zmw",
];

/// Number of decimals, or None for a currency Stripe does not take.
pub(crate) fn exponent(currency: &str) -> Option<u32> {
    if ZERO_DECIMAL.contains(&currency) {
        Some(0)
    } else if THREE_DECIMAL.contains(&currency) {
        Some(3)
    } else if TWO_DECIMAL.contains(&currency) {
        Some(2)
    } else {
        None
    }
}

/// Smallest charge in minor units. Where Stripe lists none it asks for about 0.50 USD in the
/// settlement currency; 1 stands in for that.
pub(crate) fn minimum(currency: &str) -> i64 {
    match currency {
        "usd" | "aud" | "brl" | "cad" | "chf" | "eur" | "inr" | "jpy" | "nzd" | "sgd" => 50,
        "gbp" => 30,
        "aed" | "myr" | "pln" | "ron" => 200,
        "bgn" => 100,
        "czk" => 1_500,
        "dkk" => 250,
        "hkd" => 400,
        "huf" => 17_500,
        "mxn" | "thb" => 1_000,
        "nok" | "sek" => 300,
        _ => 1,
    }
}

/// An amount for people, as `1,234.56 USD`.
pub(crate) fn show(amount_minor: i64, currency: &str) -> String {
    let exponent = exponent(currency).unwrap_or(2);
    let unit = 10_i64.pow(exponent);
    let sign = if amount_minor < 0 { "-" } else { "" };
    let whole = grouped((amount_minor / unit).unsigned_abs());
    let code = currency.to_uppercase();
    if exponent == 0 {
        return format!("{sign}{whole} {code}");
    }
    let rest = (amount_minor % unit).unsigned_abs();
    let width = exponent as usize;
    format!("{sign}{whole}.{rest:0width$} {code}")
}

fn grouped(whole: u64) -> String {
    let digits = whole.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::show;

    #[test]
    fn amounts_show_the_decimals_of_their_currency() {
        assert_eq!(show(123_456, "usd"), "1,234.56 USD");
        assert_eq!(show(123_456, "jpy"), "123,456 JPY");
        assert_eq!(show(123_456, "kwd"), "123.456 KWD");
        assert_eq!(show(5, "usd"), "0.05 USD");
    }
}
