//! What the API's names mean in words: statuses, dates, and what happened to an invoice.
//! Must never fail on a name it does not know: the API may learn new ones first.
use domain::Amount;
use jiff::civil::Date;
use serde_json::Value;

/// A date as people write it: `4 Nov 2026`.
pub fn date(text: &str) -> String {
    let date = text.parse::<Date>();
    date.map_or_else(|_| text.to_owned(), |date| date.strftime("%-d %b %Y").to_string())
}

/// `3 days past due`.
pub fn days_past_due(days: i64) -> String {
    if days == 1 { "1 day past due".to_owned() } else { format!("{days} days past due") }
}

/// A status of an invoice.
pub fn status(name: &str) -> &str {
    match name {
        "Processing" => "Payment under way",
        "UnderReview" => "Under review",
        "PlanSubmitted" => "Plan proposed",
        "PlanActive" => "On a plan",
        other => other,
    }
}

/// How a status feels.
pub fn tone(status: &str) -> &'static str {
    match status {
        "Paid" | "Kept" | "Completed" => "good",
        "UnderReview" | "Disputed" | "PlanSubmitted" => "warn",
        _ => "",
    }
}

/// What happened, in a sentence without a name in front.
pub fn fact(name: &str, data: &Value) -> String {
    let text = |field: &str| data.get(field).and_then(Value::as_str).unwrap_or_default();
    let money = |field: &str| {
        let amount =
            data.get(field).and_then(|value| serde_json::from_value::<Amount>(value.clone()).ok());
        amount.map(|amount| amount.to_string()).unwrap_or_default()
    };
    match name {
        "InvoiceImported" => format!("Imported with a balance of {}", money("balance")),
        "CadenceStepDue" => "A reminder fell due".to_owned(),
        "LinkMailDue" => "The link is to be mailed".to_owned(),
        "MailSent" => format!("Mail sent to {}", text("to")),
        "MailFailed" => format!("Mail to {} could not be delivered", text("to")),
        "LinkOpened" => "The payer opened the link".to_owned(),
        "LinkIssued" => "A pay link was made".to_owned(),
        "LinkRegenerated" => "A new pay link took the place of the old one".to_owned(),
        "LinkExpired" => "The pay link expired".to_owned(),
        "PaymentStarted" => format!("The payer went to the checkout to pay {}", money("amount")),
        "CheckoutExpired" => "The checkout ended without a payment".to_owned(),
        "PaymentDeclined" => format!("The card was declined ({})", text("code")),
        "PaymentProcessing" => "A bank payment is under way".to_owned(),
        "PaymentSettled" => format!("Paid: {}", money("amount")),
        "PaymentFailed" => format!("The bank payment failed ({})", text("code")),
        "PaymentMismatched" => format!(
            "{} came instead of {}",
            Some(money("received"))
                .filter(|text| !text.is_empty())
                .unwrap_or("Another amount".into()),
            money("expected")
        ),
        "PaymentDuplicated" => format!("Paid a second time: {} is to be refunded", money("amount")),
        "PaymentRefunded" => format!("Refunded so far: {}", money("total")),
        "ChargebackOpened" => "The payer’s bank disputes the payment".to_owned(),
        "ChargebackClosed" => "The bank has decided about the payment".to_owned(),
        "ReceiptMade" => "The receipt was made".to_owned(),
        "PlanSubmitted" => format!("The payer proposed a plan for {}", money("amount")),
        "PromiseMade" => {
            format!("The payer promised {} by {}", money("amount"), date(text("date")))
        }
        "DisputeSubmitted" => format!("The payer disputes {}", money("amount")),
        "CaseAssigned" => "The case has another owner".to_owned(),
        "InvoiceAssigned" => "The invoice has another owner".to_owned(),
        "InformationRequested" => "The payer was asked a question".to_owned(),
        "InformationAdded" => "The payer answered".to_owned(),
        "PlanApproved" => "The plan was approved".to_owned(),
        "PlanDeclined" => "The plan was declined".to_owned(),
        "DisputeDecided" => "The dispute was decided".to_owned(),
        "SlaMoved" => "The dispute came nearer to its deadline".to_owned(),
        "InstalmentDue" => "An instalment fell due".to_owned(),
        "InstalmentPaid" => "An instalment was paid".to_owned(),
        "InstalmentMissed" => "An instalment was missed".to_owned(),
        "PromiseDue" => "The promised date came".to_owned(),
        "PromiseMissed" => "The promise was missed".to_owned(),
        "CaseClosed" => "The case came to its end".to_owned(),
        "NoticeClosed" => "A notice was marked as done".to_owned(),
        other => spaced(other),
    }
}

/// What asks for an operator, and what they do about it.
pub fn notice(name: &str, data: &Value) -> String {
    let step = match name {
        "MailFailed" => "Check the address, then mail the link again.",
        "PaymentMismatched" => "Compare it in Stripe before anything else.",
        "PaymentDuplicated" => "Refund it in Stripe.",
        "ChargebackOpened" => "Answer the bank in Stripe.",
        _ => return fact(name, data),
    };
    format!("{}. {step}", fact(name, data))
}

/// `LinkMailed` as `Link mailed`.
pub(crate) fn spaced(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars().take(60) {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
            text.extend(letter.to_lowercase());
        } else {
            text.push(letter);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_happened_is_said_in_words_even_if_the_name_is_new() {
        let paid = json!({ "amount": { "minor": 12_345, "currency": "USD" } });
        assert_eq!(fact("PaymentSettled", &paid), "Paid: $123.45 USD");
        assert_eq!(fact("SomethingNew", &Value::Null), "Something new");
        assert_eq!(date("2026-11-04"), "4 Nov 2026");
        assert_eq!(date("soon"), "soon");
    }
}
