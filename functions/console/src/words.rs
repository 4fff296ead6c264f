//! What the API's names mean in words: statuses, dates, and what happened to an invoice.
//! Must never fail on a name it does not know: the API may learn new ones first.
use domain::Amount;
use domain::fact::LetterKind;
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
        "PaymentDeclined" => format!("A payment was declined ({})", text("code")),
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
        "ChargebackClosed" => match data.get("won").and_then(Value::as_bool) {
            Some(true) => "The bank decided for you: the payment stays".to_owned(),
            Some(false) => "The bank took the payment back for good".to_owned(),
            None => "The bank has decided about the payment".to_owned(),
        },
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
        "DisputeDecided" => decided(text("outcome"), &money("credited")),
        "SlaMoved" => deadline(text("state")).to_owned(),
        "InstalmentDue" => "An instalment fell due".to_owned(),
        "InstalmentPaid" => "An instalment was paid".to_owned(),
        "InstalmentMissed" => "An instalment was missed".to_owned(),
        "PromiseDue" => "The promised date came".to_owned(),
        "PromiseMissed" => "The promise was missed".to_owned(),
        "CaseClosed" => ended(text("outcome"), text("kind")),
        "NoticeClosed" => "A notice was marked as done".to_owned(),
        other => spaced(other),
    }
}

fn decided(outcome: &str, credited: &str) -> String {
    let what = match outcome {
        "accepted" => "The dispute was accepted",
        "partly_accepted" => "A part of the dispute was accepted",
        "rejected" => "The dispute was not accepted",
        _ => "The dispute was decided",
    };
    if credited.is_empty() { what.to_owned() } else { format!("{what}: {credited} is credited") }
}

fn deadline(state: &str) -> &'static str {
    match state {
        "at_risk" => "The last day to decide the dispute has begun",
        "late" => "The deadline of the dispute has passed",
        _ => "The dispute came nearer to its deadline",
    }
}

fn ended(outcome: &str, kind: &str) -> String {
    let kind = if kind.is_empty() { "case" } else { kind };
    match outcome {
        "completed" => "All instalments of the plan are paid".to_owned(),
        "kept" => "The promise was kept".to_owned(),
        "settled" => format!("The {kind} is over: the invoice was paid another way"),
        _ => format!("The {kind} came to its end"),
    }
}

/// What to do about a letter that cannot be delivered, by its name.
fn undelivered(letter: &Value) -> &'static str {
    let letter = serde_json::from_value::<LetterKind>(letter.clone());
    letter.map_or("Reach them another way.", domain::words::undelivered)
}

/// What asks for an operator, and what they do about it.
pub fn notice(name: &str, data: &Value) -> String {
    let step = match name {
        "MailFailed" => undelivered(data.get("letter").unwrap_or(&Value::Null)),
        "PaymentMismatched" => "Compare it in Stripe before anything else.",
        "PaymentDuplicated" => "Refund it in Stripe.",
        "ChargebackOpened" => "Answer the bank in Stripe.",
        "ChargebackClosed" => "Decide with the payer how it is paid.",
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

    #[test]
    fn how_something_ended_is_said_by_its_data_and_calmly_without_them() {
        let usd = json!({ "minor": 12_050, "currency": "USD" });
        for (name, data, expected) in [
            ("ChargebackClosed", json!({ "won": true }), "decided for you: the payment stays"),
            ("ChargebackClosed", json!({ "won": false }), "took the payment back for good"),
            ("ChargebackClosed", Value::Null, "The bank has decided"),
            ("DisputeDecided", json!({ "outcome": "accepted" }), "The dispute was accepted"),
            (
                "DisputeDecided",
                json!({ "outcome": "partly_accepted", "credited": usd }),
                "A part of the dispute was accepted: $120.50 USD is credited",
            ),
            ("DisputeDecided", json!({ "outcome": "rejected" }), "was not accepted"),
            ("DisputeDecided", Value::Null, "The dispute was decided"),
            ("SlaMoved", json!({ "state": "at_risk" }), "The last day to decide"),
            ("SlaMoved", json!({ "state": "late" }), "has passed"),
            ("CaseClosed", json!({ "kind": "plan", "outcome": "completed" }), "All instalments"),
            ("CaseClosed", json!({ "kind": "promise", "outcome": "kept" }), "was kept"),
            (
                "CaseClosed",
                json!({ "kind": "dispute", "outcome": "settled" }),
                "The dispute is over: the invoice was paid another way",
            ),
            ("CaseClosed", Value::Null, "The case came to its end"),
        ] {
            let told = fact(name, &data);
            assert!(told.contains(expected), "{name} {data}: {told}");
        }
    }

    #[test]
    fn the_words_here_are_the_names_that_the_domain_writes() {
        use domain::case::SlaState;
        use domain::{CaseKind, CaseState};
        let word = |value: Value| value.as_str().unwrap_or_default().to_owned();
        for (state, expected) in [
            (CaseState::Accepted, "The dispute was accepted"),
            (CaseState::PartlyAccepted, "A part of the dispute was accepted"),
            (CaseState::Rejected, "The dispute was not accepted"),
        ] {
            assert_eq!(decided(&word(json!(state)), ""), expected);
        }
        assert!(deadline(&word(json!(SlaState::AtRisk))).contains("last day"));
        assert!(deadline(&word(json!(SlaState::Late))).contains("passed"));
        let promise = word(json!(CaseKind::Promise));
        assert!(ended(&word(json!(CaseState::Kept)), &promise).contains("kept"));
        let settled = ended(&word(json!(CaseState::Settled)), &promise);
        assert!(settled.starts_with("The promise is over"), "{settled}");
        for letter in [
            LetterKind::Cadence,
            LetterKind::Link,
            LetterKind::Receipt,
            LetterKind::BankPaymentFailed,
            LetterKind::PaidTwice,
            LetterKind::Mismatch,
            LetterKind::SubmissionCopy,
            LetterKind::SubmissionNotice,
            LetterKind::Question,
            LetterKind::Decision,
            LetterKind::PaymentDue,
            LetterKind::Missed,
        ] {
            assert_ne!(undelivered(&json!(letter)), undelivered(&Value::Null), "{letter:?}");
        }
    }

    #[test]
    fn a_payment_that_the_bank_keeps_is_for_the_payer_and_the_seller_to_settle() {
        let told = notice("ChargebackClosed", &json!({ "won": false }));
        let expected = "The bank took the payment back for good. Decide with the payer";
        assert!(told.starts_with(expected), "{told}");
    }

    #[test]
    fn a_mail_that_failed_asks_for_what_can_be_done_about_it() {
        for (letter, expected) in [
            ("cadence", "Copy the link"),
            ("payment_due", "Copy the link"),
            ("receipt", "Download the receipt"),
            ("submission_notice", "Check the address for answers in Settings"),
            ("decision", "what the page of the case says, with the link"),
            ("new_one", "Reach them another way"),
        ] {
            let data = json!({ "letter": letter, "to": "a•••@acme.example" });
            let told = notice("MailFailed", &data);
            assert!(
                told.starts_with("Mail to a•••@acme.example could not be delivered."),
                "{told}"
            );
            assert!(told.contains(expected), "{letter}: {told}");
            // Only where a letter brings a link is it what mends it.
            assert_eq!(told.contains("link"), expected.contains("link"), "{told}");
        }
    }
}
