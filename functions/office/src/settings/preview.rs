//! POST /settings/preview: the first mail of the cadence in words that are not kept yet, written
//! by what writes the mail. Must never send it, nor carry a link that opens anything.
use domain::mail_template::{MailTemplate, Values};
use domain::{Amount, Currency, Moment, Tenant, words};
use jiff::SignedDuration;
use lambda_http::Request;
use mailer::letter::{self, InvoiceLine};
use platform::Fault;
use platform::http::Reply;
use serde::Deserialize;
use serde_json::json;

use super::object;

/// When the sample falls due.
const DUE_IN: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Balance of the sample, in cents.
const BALANCE_MINOR: i64 = 125_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    mail: Words,
}

/// `standard` is what GET says besides; it means nothing here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    subject: String,
    body: String,
    #[serde(default, rename = "standard")]
    _standard: bool,
}

pub(super) fn handle(tenant: &Tenant, request: &Request, moment: &Moment) -> Result<Reply, Fault> {
    let Body { mail } = match object(request) {
        Ok(body) => body,
        Err(reply) => return Ok(reply),
    };
    let mail = MailTemplate { subject: mail.subject, body: mail.body };
    let mail = match mail.checked() {
        Ok(mail) => mail,
        Err(errors) => {
            let detail = "Mend the named fields to see the mail.";
            return Ok(Reply::problems(422, "Not accepted", detail, json!(errors)));
        }
    };
    let sample = sample(tenant, moment)?;
    let written = letter::cadence(&line(tenant, &sample), 0, &mail, &sample.pay_link);
    let letter = written.map_err(|error| Fault::Render(error.to_string()))?;
    Ok(Reply::json(
        200,
        &json!({
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "sample": sample,
        }),
    ))
}

/// An invoice that nobody has.
fn sample(tenant: &Tenant, moment: &Moment) -> Result<Values, Fault> {
    let currency = Currency::parse("USD").map_err(|error| Fault::Render(error.to_string()))?;
    let due = moment.now.saturating_add(DUE_IN).unwrap_or(moment.now);
    Ok(Values {
        customer_name: "Acme Robotics Inc.".to_owned(),
        invoice_number: "INV-1042".to_owned(),
        invoice_balance: Amount { minor: BALANCE_MINOR, currency }.to_string(),
        due_date: words::date_of(due, &tenant.seller()),
        pay_link: "https://pay.example/p/sample".to_owned(),
    })
}

fn line(tenant: &Tenant, sample: &Values) -> InvoiceLine {
    InvoiceLine {
        seller: tenant.name.clone(),
        brand_colour: tenant.brand_colour.clone(),
        customer: sample.customer_name.clone(),
        number: sample.invoice_number.clone(),
        amount: sample.invoice_balance.clone(),
        to_pay: Some(sample.invoice_balance.clone()),
        due: sample.due_date.clone(),
        overdue: None,
        contact: Some(tenant.reply_to.clone()).filter(|contact| !contact.is_empty()),
    }
}
