//! From the receipts queue: the receipt of a settled payment, made once and kept in S3.
//! Must never mail anything: the mailer does, once the receipt is on the timeline.
pub mod pdf;

use domain::payment::Receipt;
use domain::{Entry, Fact, InvoiceFile, Moment, Payment, words};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::Fault;
use platform::files::{self, Files};
use platform::store::InvoiceStore;
use platform::stripe::Stripe;
use platform::stripe_event::Expandable;

/// What making receipts needs.
#[derive(Debug)]
pub struct Desk {
    /// The table.
    pub store: InvoiceStore,
    /// Where receipts are kept.
    pub files: Files,
    /// To ask what was paid with.
    pub stripe: Stripe,
}

/// Makes the receipt that a `PaymentSettled` entry asks for. Delivered twice, it makes the
/// same bytes under the same key, and one line on the timeline.
///
/// # Errors
/// [`Fault`]: the message goes back to the queue.
pub async fn handle(desk: &Desk, entry: Entry, mut moment: Moment) -> Result<(), Fault> {
    let Fact::PaymentSettled { payment: id, .. } = entry.fact else {
        return Err(Fault::Item(format!("a receipt for {}", entry.fact.name())));
    };
    let file = desk.store.load(entry.invoice).await?;
    let file = file.ok_or_else(|| Fault::Item(format!("no invoice {}", entry.invoice)))?;
    let payment = file.payment(id).ok_or_else(|| Fault::Item(format!("no payment {id}")))?;
    if payment.receipt.is_some() {
        return Ok(());
    }
    let (method, paid_at) = how_it_was_paid(desk, payment, entry.at).await?;
    let receipt = Receipt { key: files::receipt_key(&file.invoice, id), method, paid_at };
    let bytes = pdf::render(&contents(&file, payment, &receipt))
        .map_err(|error| Fault::Render(error.to_string()))?;
    desk.files.put_receipt(&receipt.key, bytes).await?;
    let made = |file: &InvoiceFile| file.receipt_made(id, receipt.clone(), &mut moment);
    desk.store.decide_on(file, made).await?;
    Ok(())
}

/// What Stripe says of the charge. An event alone does not say what was paid with.
async fn how_it_was_paid(
    desk: &Desk,
    payment: &Payment,
    settled_at: Timestamp,
) -> Result<(String, Timestamp), Fault> {
    let Some(id) = &payment.stripe_payment else { return Ok(("Stripe".to_owned(), settled_at)) };
    let intent = desk.stripe.payment_intent(&payment.account, id).await?;
    match intent.latest_charge {
        Some(Expandable::Object(charge)) => {
            let paid_at = Timestamp::from_second(charge.created).unwrap_or(settled_at);
            Ok((charge.method(), paid_at))
        }
        Some(Expandable::Id(_)) | None => Ok(("Stripe".to_owned(), settled_at)),
    }
}

fn contents(file: &InvoiceFile, payment: &Payment, receipt: &Receipt) -> pdf::Receipt {
    let invoice = &file.invoice;
    pdf::Receipt {
        seller: invoice.seller.name.clone(),
        brand_colour: invoice.seller.brand_colour.clone(),
        receipt_number: payment.receipt_number(),
        invoice_number: invoice.number.clone(),
        customer: invoice.customer.clone(),
        description: file.description.clone(),
        amount: payment.amount.to_string(),
        method: receipt.method.clone(),
        payment_id: payment.stripe_payment.clone().unwrap_or_default(),
        paid_on: words::date_of(receipt.paid_at, &invoice.seller),
        paid_at: pdf_date(receipt.paid_at),
    }
}

fn pdf_date(at: Timestamp) -> pdf::PdfDate {
    let utc = at.to_zoned(TimeZone::UTC);
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    pdf::PdfDate {
        year: i32::from(utc.year()),
        month: small(utc.month()),
        day: small(utc.day()),
        hour: small(utc.hour()),
        minute: small(utc.minute()),
        second: small(utc.second()),
    }
}
