//! The lines of a session: ad-hoc prices times quantities, and what they add up to.
//! It must never mix currencies or let a total overflow.

use crate::api::params::Params;
use crate::currency;
use crate::error::StripeError;
use crate::ids;
use crate::world::session::Line;

const LINES_MAX: usize = 100;

/// The currency and the lines.
///
/// # Errors
/// 400 in Stripe's words.
pub(crate) fn read(params: &Params<'_>) -> Result<(String, Vec<Line>), StripeError> {
    let mut currency: Option<String> = params.text("currency", 3)?;
    let mut lines = Vec::new();
    for item in params.objects("line_items")? {
        item.only(
            &["metadata", "price_data", "quantity"],
            &["adjustable_quantity", "dynamic_tax_rates", "price", "tax_rates"],
        )?;
        let price = item.object("price_data")?.ok_or_else(|| item.missing("price_data"))?;
        price.only(
            &["currency", "product_data", "tax_behavior", "unit_amount"],
            &["product", "recurring", "unit_amount_decimal"],
        )?;
        let line_currency = price.required("currency", 3)?.to_lowercase();
        check_currency(&line_currency, &price.name("currency"))?;
        if currency.as_ref().is_some_and(|first| *first != line_currency) {
            let message = "All line items must have the same currency.";
            return Err(StripeError::invalid(message).param(price.name("currency")));
        }
        currency = Some(line_currency);
        lines.push(line(&item, &price)?);
    }
    match currency {
        Some(currency) if !lines.is_empty() && lines.len() <= LINES_MAX => Ok((currency, lines)),
        _ => Err(params.missing("line_items")),
    }
}

fn line(item: &Params<'_>, price: &Params<'_>) -> Result<Line, StripeError> {
    let product = price.object("product_data")?.ok_or_else(|| price.missing("product_data"))?;
    product.only(
        &["description", "images", "metadata", "name", "tax_code", "unit_label"],
        &["tax_details"],
    )?;
    let unit_amount = price.integer("unit_amount")?.ok_or_else(|| price.missing("unit_amount"))?;
    let quantity = item.integer("quantity")?.ok_or_else(|| item.missing("quantity"))?;
    if unit_amount < 0 || quantity < 1 {
        let name = if quantity < 1 { item.name("quantity") } else { price.name("unit_amount") };
        return Err(StripeError::invalid("This value must be greater than or equal to 1.")
            .code("parameter_invalid_integer")
            .param(name));
    }
    Ok(Line {
        id: ids::random("li_1", 23),
        price_id: ids::random("price_1", 23),
        product_id: ids::random("prod_", 14),
        name: product.required("name", 5_000)?,
        description: product.text("description", 5_000)?,
        unit_amount,
        quantity,
        metadata: item.metadata()?,
    })
}

fn check_currency(currency: &str, param: &str) -> Result<(), StripeError> {
    if currency::exponent(currency).is_some() {
        return Ok(());
    }
    let message = format!("Invalid currency: {currency}. Stripe does not support this currency.");
    Err(StripeError::invalid(message).param(param))
}

/// What is due, minor units.
///
/// # Errors
/// 400 when Stripe would not charge that little, that much, or that precisely.
pub(crate) fn total(lines: &[Line], currency: &str) -> Result<i64, StripeError> {
    let total = lines.iter().fold(0_i64, |sum, line| {
        sum.saturating_add(line.unit_amount.saturating_mul(line.quantity))
    });
    let minimum = currency::minimum(currency);
    if total < minimum {
        let shown = currency::show(minimum, currency);
        let message =
            format!("The Checkout Session's total amount due must add up to at least {shown}");
        return Err(StripeError::invalid(message).code("amount_too_small"));
    }
    if total > currency::AMOUNT_MAX {
        let shown = currency::show(currency::AMOUNT_MAX, currency);
        let message = format!(
            "The Checkout Session's total amount must be no more than {shown} in this currency"
        );
        return Err(StripeError::invalid(message).code("amount_too_large"));
    }
    // Card networks carry two decimals, so Stripe wants the third to be zero.
    if currency::exponent(currency) == Some(3) && total % 10 != 0 {
        let message = "Three-decimal currency amounts must end in 0.";
        return Err(StripeError::invalid(message).code("parameter_invalid_integer"));
    }
    Ok(total)
}
