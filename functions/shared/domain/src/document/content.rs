//! What a file is, found out from its bytes.
//! Must never take a file that another program could read as something else.
use memchr::memmem;

use super::{Content, DOCUMENT_BYTES_MAX, mixed, name, office, picture, text};

/// A PDF's last marker lies in its last bytes. Source: ISO 32000-1 annex H, note 18.
const PDF_TAIL_BYTES: usize = 1024;

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotAccepted {
    /// It has no bytes, or only blanks.
    Empty,
    /// It is larger than [`DOCUMENT_BYTES_MAX`].
    TooLarge,
    /// It is none of the kinds we take, nor does it say so.
    Kind,
    /// Its name promises a kind we take, its bytes are something else.
    NotItsName,
    /// It begins as a kind we take, but its end or a part is missing.
    Incomplete,
    /// It cannot be read without a password.
    Protected,
    /// It carries programs of its own.
    Macros,
    /// It is an Office file of before 2007, whose macros cannot be told from its text.
    OldOffice,
    /// It is a kind we take and something else at the same time.
    Mixed,
}

impl NotAccepted {
    /// What a payer reads.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "This file is empty.",
            Self::TooLarge => "This file is larger than 25 MB.",
            Self::Kind => {
                "We cannot take this kind of file. Please attach a PDF, PNG, JPEG, HEIC, DOCX, \
                 XLSX, CSV, TXT or EML file."
            }
            Self::NotItsName => {
                "This file is not what its name says. Please save it again, as a PDF if you can, \
                 and attach that."
            }
            Self::Incomplete => "This file is damaged or cut short. Please attach it again.",
            Self::Protected => {
                "This file is protected with a password. Please attach it without one."
            }
            Self::Macros => {
                "This file holds macros. Please save it as a PDF, or without them, and attach that."
            }
            Self::OldOffice => {
                "This is an older Office file. Please save it as PDF, DOCX or XLSX, and attach that."
            }
            Self::Mixed => {
                "This file has something else hidden in it. Please save it again, as a PDF if you \
                 can, and attach that."
            }
        }
    }
}

/// What `bytes` are. The name only chooses among kinds of plain text, which have no mark of
/// their own: a picture called `.pdf` is a picture.
///
/// # Errors
/// [`NotAccepted`], to be told to the payer.
pub fn detect(name: &str, bytes: &[u8]) -> Result<Content, NotAccepted> {
    if bytes.is_empty() {
        return Err(NotAccepted::Empty);
    }
    if u64::try_from(bytes.len()).is_ok_and(|length| length > DOCUMENT_BYTES_MAX) {
        return Err(NotAccepted::TooLarge);
    }
    if office::is_old(bytes) {
        return Err(office::refuse_old(bytes));
    }
    if office::is_zip(bytes) {
        return office::detect(bytes)?.ok_or_else(|| unknown(name));
    }
    let content = if bytes.starts_with(b"%PDF-") {
        whole_pdf(bytes)?
    } else if picture::is_png(bytes) {
        picture::whole_png(bytes)?
    } else if picture::is_jpeg(bytes) {
        picture::whole_jpeg(bytes)?
    } else if picture::is_heic(bytes) {
        picture::whole_heic(bytes)?
    } else {
        return text::detect(name, bytes)?.ok_or_else(|| unknown(name));
    };
    if mixed::is_pdf_too(content, bytes)
        || mixed::is_archive_too(bytes)
        || mixed::is_page_too(bytes)
    {
        return Err(NotAccepted::Mixed);
    }
    Ok(content)
}

fn whole_pdf(bytes: &[u8]) -> Result<Content, NotAccepted> {
    let tail = bytes.len().saturating_sub(PDF_TAIL_BYTES);
    let tail = bytes.get(tail..).unwrap_or_default();
    if memmem::find(tail, b"%%EOF").is_none() {
        return Err(NotAccepted::Incomplete);
    }
    Ok(Content::Pdf)
}

/// Something we do not take: whether it pretends to be something we do, its name says.
fn unknown(name: &str) -> NotAccepted {
    match name::extension(name).and_then(Content::of_extension) {
        Some(_) => NotAccepted::NotItsName,
        None => NotAccepted::Kind,
    }
}
