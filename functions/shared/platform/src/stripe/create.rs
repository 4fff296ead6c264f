//! The request that creates a Checkout Session: a direct charge of the payment's amount.
//! Must never differ between two makings for the same payment.
use std::collections::HashMap;

use domain::{Amount, Invoice, Payment};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAdaptivePricing,
    CreateCheckoutSessionAllowedPaymentMethodTypes as Method, CreateCheckoutSessionLineItems,
    CreateCheckoutSessionLineItemsPriceData, CreateCheckoutSessionPaymentIntentData, ProductData,
};
use stripe_client_core::{RequestBuilder, StripeRequest};

use crate::Fault;

/// Metadata keys that lead an event back to its invoice.
pub const META_INVOICE: &str = "plixo_invoice";
/// See [`META_INVOICE`].
pub const META_PAYMENT: &str = "plixo_payment";

/// The request is the same for the same payment however often it is made: Stripe refuses a
/// repeated idempotency key with other parameters.
pub(super) fn request(
    invoice: &Invoice,
    payment: &Payment,
    page_url: &str,
) -> Result<RequestBuilder, Fault> {
    let units = stripe_units(payment.amount)?;
    let currency: stripe_types::Currency = payment
        .amount
        .currency
        .code()
        .to_lowercase()
        .parse()
        .map_err(|_| Fault::Stripe("currency unknown to Stripe".to_owned()))?;
    let metadata = HashMap::from([
        (META_INVOICE.to_owned(), invoice.id.to_string()),
        (META_PAYMENT.to_owned(), payment.id.to_string()),
    ]);
    let title = format!("Invoice {}", invoice.number);
    let mut price = CreateCheckoutSessionLineItemsPriceData::new(currency);
    price.unit_amount = Some(units);
    price.product_data = Some(ProductData::new(title.clone()));
    let mut line = CreateCheckoutSessionLineItems::new();
    line.price_data = Some(price);
    line.quantity = Some(1);
    let mut intent = CreateCheckoutSessionPaymentIntentData::new();
    intent.description = Some(title);
    intent.metadata = Some(metadata.clone());
    // The amount asked for is the amount that must come: no conversion at Checkout.
    let mut pricing = CreateCheckoutSessionAdaptivePricing::new();
    pricing.enabled = Some(false);
    let methods =
        if payment.ach { vec![Method::Card, Method::UsBankAccount] } else { vec![Method::Card] };
    let request = CreateCheckoutSession::new()
        .mode(stripe_shared::CheckoutSessionMode::Payment)
        .allowed_payment_method_types(methods)
        .line_items(vec![line])
        .client_reference_id(payment.id.to_string())
        .metadata(metadata)
        .payment_intent_data(intent)
        .adaptive_pricing(pricing)
        .expires_at(payment.checkout_ends_at.as_second())
        .success_url(format!("{page_url}/paid"))
        .cancel_url(format!("{page_url}?checkout=cancelled"));
    Ok(request.build())
}

fn stripe_units(amount: Amount) -> Result<i64, Fault> {
    amount.to_stripe().map_err(|_| Fault::Stripe("amount not payable at Stripe".to_owned()))
}
