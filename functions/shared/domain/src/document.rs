//! A document that came with a case: what is accepted, and what is kept of each.
//! Must never be told apart by its name: content decides.
use serde::{Deserialize, Serialize};
use ulid::Ulid;

pub mod content;
pub mod name;

mod mixed;
mod office;
mod picture;
mod text;

pub use content::{NotAccepted, detect};
pub use name::{safe_name, saved_name};

/// Documents of one submission.
pub const DOCUMENTS_MAX: usize = 10;
/// Documents of one case, with all its answers.
pub const CASE_DOCUMENTS_MAX: usize = 20;
/// Largest document, in bytes.
pub const DOCUMENT_BYTES_MAX: u64 = 25 * 1024 * 1024;

/// What may be chosen, for the `accept` of a file field. Some systems know CSV and EML by
/// their extension only, and phones offer the camera for a picture's type.
pub const ACCEPT: &str = ".pdf,.png,.jpg,.jpeg,.heic,.heif,.txt,.csv,.docx,.xlsx,.eml,\
     application/pdf,image/png,image/jpeg,image/heic";

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Content {
    Pdf,
    Png,
    Jpeg,
    Heic,
    Text,
    Csv,
    Docx,
    Xlsx,
    Eml,
}

impl Content {
    /// The extension its files are saved under, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Heic => "heic",
            Self::Text => "txt",
            Self::Csv => "csv",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Eml => "eml",
        }
    }

    /// Its media type, to be told to people and programs; downloads never carry it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Heic => "image/heic",
            Self::Text => "text/plain",
            Self::Csv => "text/csv",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Eml => "message/rfc822",
        }
    }

    /// What a file name with this extension promises; none if we take no such files.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "heic" | "heif" => Some(Self::Heic),
            "txt" => Some(Self::Text),
            "csv" => Some(Self::Csv),
            "docx" => Some(Self::Docx),
            "xlsx" => Some(Self::Xlsx),
            "eml" => Some(Self::Eml),
            _ => None,
        }
    }
}

/// A document as kept with its case: where its bytes are, and which bytes they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Identifier; part of its key.
    pub id: Ulid,
    /// Code of what it proves, such as `proof_of_payment`, or [`OTHER`].
    pub kind: String,
    /// Name it had at the payer's, made safe to show and to save under.
    pub name: String,
    /// Its length.
    pub size_bytes: u64,
    /// What it is.
    pub content: Content,
    /// SHA-256 of its bytes, computed here; lower-case hex.
    pub sha256: String,
    /// Object key.
    pub key: String,
    /// Version of the object: what is written over it later is another one.
    pub object_version: String,
}

/// The kind of a document that no rule asks for.
pub const OTHER: &str = "other";
