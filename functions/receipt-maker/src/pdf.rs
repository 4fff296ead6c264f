//! Turns the facts of one payment into the bytes of a tagged PDF receipt.
//! Must never read a clock, a file or the network: same receipt, same bytes.

mod content;
mod fonts;
mod layout;
mod text;
mod world;

use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

pub use layout::Proof;

/// What a receipt says. Every text is shown literally, in any language, never read as markup.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// Name of the business that was paid.
    pub seller: String,
    /// Accent as `#rrggbb`. Darkened until readable on white; the product's indigo if malformed.
    pub brand_colour: String,
    /// Number of this receipt, unique per seller.
    pub receipt_number: String,
    /// Number of the invoice that was paid.
    pub invoice_number: String,
    /// Name of the payer the invoice was made out to.
    pub customer: String,
    /// What was paid for: lines separated by `\n`, or empty. Cut after 400 lines or
    /// 40,000 characters, and then says so; every other value after 300 characters.
    pub description: String,
    /// Amount paid, already formatted with its currency: `$1,234.50 USD`.
    pub amount: String,
    /// How it was paid: `Visa card ending 4242`.
    pub method: String,
    /// Stripe's id of the payment: `pi_...`.
    pub payment_id: String,
    /// Day of the payment in the seller's time zone, in words: `22 November 2026`.
    pub paid_on: String,
    /// Moment of the payment in UTC, written to the file's properties, not on the page.
    pub paid_at: PdfDate,
}

/// A moment in UTC, to the second. An impossible date leaves the property out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PdfDate {
    /// Year, such as 2026.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
}

/// Why no PDF was made. Always a bug of this crate: no receipt's text can cause either.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The template or a bundled font is broken; a retry will not help.
    #[error("receipt layout: {0}")]
    Layout(String),
    /// The pages could not be written as PDF; a retry will not help.
    #[error("receipt export: {0}")]
    Export(String),
}

/// Makes the PDF: tagged, PDF/UA-1 wherever its text allows, one page unless the text is long.
///
/// # Errors
/// Either [`PdfError`]: report it, the payment itself is not affected.
pub fn render(receipt: &Receipt) -> Result<Vec<u8>, PdfError> {
    let bytes = layout::lay_out(receipt).and_then(|document| export(&document, receipt));
    // A warm Lambda renders for days; typst's memory of past receipts would only grow.
    typst::comemo::evict(0);
    bytes
}

/// Lays the receipt out and tells what its pages show; for tests and for checking odd text.
///
/// # Errors
/// [`PdfError::Layout`], as for [`render`].
pub fn proof(receipt: &Receipt) -> Result<Proof, PdfError> {
    layout::lay_out(receipt).map(|document| layout::proof_of(&document))
}

fn export(document: &PagedDocument, receipt: &Receipt) -> Result<Vec<u8>, PdfError> {
    // PDF/UA forbids a few characters that are harmless on paper. A receipt that does not
    // declare the standard, but is tagged all the same, is better than none.
    let strict = options(receipt, &[PdfStandard::Ua_1])?;
    let plain = options(receipt, &[])?;
    typst_pdf::pdf(document, &strict)
        .or_else(|_| typst_pdf::pdf(document, &plain))
        .map_err(|errors| PdfError::Export(messages(&errors)))
}

fn options(receipt: &Receipt, standards: &[PdfStandard]) -> Result<PdfOptions, PdfError> {
    Ok(PdfOptions {
        ident: Smart::Custom(format!("{} {}", receipt.payment_id, receipt.receipt_number)),
        creator: Smart::Custom(Some("Plixo".to_owned())),
        timestamp: datetime(receipt.paid_at).map(Timestamp::new_utc),
        standards: PdfStandards::new(standards)
            .map_err(|error| PdfError::Export(error.message().to_string()))?,
        ..PdfOptions::default()
    })
}

fn datetime(at: PdfDate) -> Option<Datetime> {
    Datetime::from_ymd_hms(at.year, at.month, at.day, at.hour, at.minute, at.second)
}

/// One line for the log. Diagnostics quote the template, never the receipt.
fn messages(errors: &[SourceDiagnostic]) -> String {
    errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
}
