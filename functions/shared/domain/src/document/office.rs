//! Word and Excel files, by the directory of the ZIP they are.
//! Must never take one that carries programs or needs a password, nor unpack without a bound.
use std::io::Read as _;

use flate2::bufread::DeflateDecoder;
use memchr::memmem;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipSliceArchive};

use super::{Content, NotAccepted, mixed};

/// Parts of one file; Office itself writes some dozens, and one for each picture.
const PARTS_MAX: usize = 5000;
/// Largest list of types read, in bytes; a usual one has 2 KB.
const TYPES_BYTES_MAX: u64 = 512 * 1024;
/// The container of Office before 2007, and of its encrypted files today.
const OLD: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// `EncryptedPackage` as that container spells it. Source: MS-OFFCRYPTO 2.3.4.4.
const ENCRYPTED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
/// Parts that hold macros or controls, anywhere in a path.
const MACRO_PARTS: [&str; 5] = ["vbaproject", "vbadata", "macrosheets/", "activex/", "customui/"];
/// No part of a document ends so; programs and scripts do.
const FOREIGN_ENDINGS: [&str; 16] = [
    ".class", ".jar", ".exe", ".dll", ".js", ".jse", ".vbs", ".wsf", ".bat", ".cmd", ".ps1",
    ".scr", ".hta", ".lnk", ".htm", ".html",
];

pub(super) fn is_old(bytes: &[u8]) -> bool {
    bytes.starts_with(OLD)
}

/// Why a file in the old container is not taken.
pub(super) fn refuse_old(bytes: &[u8]) -> NotAccepted {
    match memmem::find(bytes, ENCRYPTED) {
        Some(_) => NotAccepted::Protected,
        None => NotAccepted::OldOffice,
    }
}

pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Which Office file a ZIP is; none if it is just a ZIP.
pub(super) fn detect(bytes: &[u8]) -> Result<Option<Content>, NotAccepted> {
    if mixed::is_page_too(bytes) || mixed::is_pdf_too(Content::Docx, bytes) {
        return Err(NotAccepted::Mixed);
    }
    let archive = ZipArchive::from_slice(bytes).map_err(|_| NotAccepted::Incomplete)?;
    // Office writes nothing behind the directory, not even a comment; smugglers do.
    if !archive.comment().as_bytes().is_empty() || archive.end_offset() != length(bytes) {
        return Err(NotAccepted::Mixed);
    }
    let directory = Directory::read(&archive)?;
    if !directory.has_text && !directory.has_sheets {
        return Ok(None);
    }
    let Some(types) = directory.types else { return Ok(None) };
    if !directory.starts_the_file || (directory.has_text && directory.has_sheets) {
        return Err(NotAccepted::Mixed);
    }
    if let Some(refused) = directory.refused {
        return Err(refused);
    }
    let types = unpacked(&archive, types)?;
    if types.contains("macroenabled") || types.contains("vbaproject") {
        return Err(NotAccepted::Macros);
    }
    let (content, main) = if directory.has_text {
        (Content::Docx, "wordprocessingml.document.main+xml")
    } else {
        (Content::Xlsx, "spreadsheetml.sheet.main+xml")
    };
    Ok(types.contains(main).then_some(content))
}

/// What matters of a ZIP's directory.
#[derive(Default)]
struct Directory {
    /// Where its list of types is, and how that is packed.
    types: Option<(ZipArchiveEntryWayfinder, CompressionMethod)>,
    /// Whether it has the main part of a Word file.
    has_text: bool,
    /// Whether it has the main part of an Excel file.
    has_sheets: bool,
    /// Whether an entry lies at the very start, with nothing before it.
    starts_the_file: bool,
    /// The first part that no document has.
    refused: Option<NotAccepted>,
}

impl Directory {
    fn read(archive: &ZipSliceArchive<&[u8]>) -> Result<Self, NotAccepted> {
        let mut found = Self::default();
        let mut entries = archive.entries();
        for _ in 0..PARTS_MAX {
            let next = entries.next_entry().map_err(|_| NotAccepted::Incomplete)?;
            let Some(entry) = next else { return Ok(found) };
            if entry.flags().is_encrypted() {
                return Err(NotAccepted::Protected);
            }
            let path = entry.file_path();
            match path.as_ref() {
                b"[Content_Types].xml" => {
                    found.types = Some((entry.wayfinder(), entry.compression_method()));
                }
                b"word/document.xml" => found.has_text = true,
                b"xl/workbook.xml" => found.has_sheets = true,
                other => found.refused = found.refused.or_else(|| refused(other)),
            }
            found.starts_the_file = found.starts_the_file || entry.local_header_offset() == 0;
        }
        Err(NotAccepted::Mixed)
    }
}

/// Why a part is in no document that we take.
fn refused(path: &[u8]) -> Option<NotAccepted> {
    let path = String::from_utf8_lossy(path).to_ascii_lowercase();
    if MACRO_PARTS.iter().any(|part| path.contains(part)) {
        return Some(NotAccepted::Macros);
    }
    let is_foreign = path.starts_with("meta-inf/")
        || path.starts_with('/')
        || path.contains("..")
        || FOREIGN_ENDINGS.iter().any(|ending| path.ends_with(ending));
    is_foreign.then_some(NotAccepted::Mixed)
}

/// The list of what each part is, in lower case.
fn unpacked(
    archive: &ZipSliceArchive<&[u8]>,
    (place, packing): (ZipArchiveEntryWayfinder, CompressionMethod),
) -> Result<String, NotAccepted> {
    let entry = archive.get_entry(place).map_err(|_| NotAccepted::Incomplete)?;
    let mut text = String::new();
    let read = if packing == CompressionMethod::STORE {
        entry.data().take(TYPES_BYTES_MAX).read_to_string(&mut text)
    } else {
        DeflateDecoder::new(entry.data()).take(TYPES_BYTES_MAX).read_to_string(&mut text)
    };
    read.map_err(|_| NotAccepted::Incomplete)?;
    Ok(text.to_ascii_lowercase())
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
