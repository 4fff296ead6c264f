//! The texts of a receipt on their way into the template: cleaned, named, with a direction.
//! Must never put foreign text into markup: it enters the template as values only.

use typst::foundations::{Array, Dict, IntoValue, Str, Value, dict};

use super::Receipt;
use super::text;

/// The product's indigo.
const COLOUR: &str = "#4f46e5";

/// Everything a page shows of one receipt.
pub(super) struct Content {
    /// Values by the name the template knows them by.
    values: Vec<(&'static str, String)>,
    description: Vec<String>,
    shortened: bool,
    colour: String,
}

impl Content {
    /// The cleaned texts of `receipt`.
    pub(super) fn of(receipt: &Receipt) -> Self {
        let (description, shortened) = text::lines(&receipt.description);
        let values = [
            ("seller", &receipt.seller),
            ("receipt-number", &receipt.receipt_number),
            ("invoice-number", &receipt.invoice_number),
            ("customer", &receipt.customer),
            ("amount", &receipt.amount),
            ("method", &receipt.method),
            ("payment-id", &receipt.payment_id),
            ("paid-on", &receipt.paid_on),
        ];
        Self {
            values: values.map(|(name, raw)| (name, text::line(raw))).into(),
            description,
            shortened,
            colour: colour(&receipt.brand_colour).to_owned(),
        }
    }

    /// The same content with every text passed through `change`.
    pub(super) fn map(mut self, change: impl Fn(&str) -> String) -> Self {
        let values = self.values.iter_mut().map(|(_, text)| text);
        for text in values.chain(&mut self.description) {
            *text = change(text);
        }
        self
    }

    /// All texts, to choose fonts by.
    pub(super) fn whole(&self) -> String {
        let values = self.values.iter().map(|(_, text)| text.as_str());
        values.chain(self.description.iter().map(String::as_str)).collect::<Vec<_>>().join("\n")
    }

    /// The template's data; its head lists the same names. `fonts` are families in order.
    pub(super) fn inputs(&self, fonts: Vec<String>) -> Dict {
        let fonts: Array = fonts.into_iter().map(IntoValue::into_value).collect();
        let description: Array = self.description.iter().map(|text| value(text)).collect();
        let mut inputs = dict! {
            "fonts" => fonts,
            "colour" => self.colour.as_str(),
            "description" => description,
            "shortened" => self.shortened,
        };
        for (name, text) in &self.values {
            inputs.insert(Str::from(*name), value(text));
        }
        inputs
    }
}

fn value(text: &str) -> Value {
    dict! { "text" => text, "rtl" => text::reads_right_to_left(text) }.into_value()
}

/// `#rrggbb`, or the product's indigo instead of anything else.
fn colour(brand: &str) -> &str {
    let is_hex = |digits: &str| digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit());
    if brand.strip_prefix('#').is_some_and(is_hex) { brand } else { COLOUR }
}
