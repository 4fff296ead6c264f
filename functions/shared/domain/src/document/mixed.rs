//! Files that are two things at once, so that one program sees a document and another a trap.
//! Must never be asked about Office files' own archive: that is what they are.
use memchr::memmem;

use super::Content;

/// Browsers guess from the first 1,445 bytes. Source: WHATWG MIME Sniffing, "resource header".
const HEAD_BYTES: usize = 2048;
/// Readers look for a PDF's mark this far. Source: ISO 32000-1 annex H, note 13.
const PDF_HEAD_BYTES: usize = 1024;
/// What begins a page or a script, in lower case.
const PAGE_MARKS: [&[u8]; 9] =
    [b"<!doctype", b"<html", b"<head", b"<body", b"<svg", b"<script", b"<iframe", b"<?php", b"<%@"];
/// RAR and 7-Zip look for their marks anywhere in a file.
const ARCHIVE_MARKS: [&[u8]; 2] = [b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c"];
/// Marks of tar and of disc images, which stand at a fixed place.
const PLACED_MARKS: [(usize, &[u8]); 2] = [(257, b"ustar"), (32_769, b"CD001")];
/// An entry of a ZIP's directory is at least this long.
const ZIP_ENTRY_BYTES: u32 = 46;

/// Whether a browser or a web server could take the start for a page.
pub(super) fn is_page_too(bytes: &[u8]) -> bool {
    let head = head(bytes, HEAD_BYTES).to_ascii_lowercase();
    PAGE_MARKS.iter().any(|mark| memmem::find(&head, mark).is_some())
}

/// Whether a PDF reader would open what is something else.
pub(super) fn is_pdf_too(content: Content, bytes: &[u8]) -> bool {
    content != Content::Pdf && memmem::find(head(bytes, PDF_HEAD_BYTES), b"%PDF-").is_some()
}

/// Whether an unpacker, Java or Office would find an archive in it, wherever it begins.
pub(super) fn is_archive_too(bytes: &[u8]) -> bool {
    let placed = |(at, mark): &(usize, &[u8])| {
        bytes.get(*at..).is_some_and(|from_there| from_there.starts_with(mark))
    };
    PLACED_MARKS.iter().any(placed)
        || ARCHIVE_MARKS.iter().any(|mark| memmem::find(bytes, mark).is_some())
        || memmem::find_iter(bytes, b"PK\x05\x06").any(|at| ends_a_zip(bytes, at))
}

/// Whether the mark at `at` is the end of a ZIP's directory and not four bytes by chance:
/// what it names must lie before it. Compressed data of 25 MB has such bytes now and then.
fn ends_a_zip(bytes: &[u8], at: usize) -> bool {
    let record = bytes.get(at..).and_then(<[u8]>::first_chunk::<22>);
    let Some([_, _, _, _, _, _, _, _, _, _, _, _, record @ .., _, _]) = record else {
        return false;
    };
    let [s0, s1, s2, s3, o0, o1, o2, o3] = *record;
    let size = u32::from_le_bytes([s0, s1, s2, s3]);
    let offset = u32::from_le_bytes([o0, o1, o2, o3]);
    // The large format keeps its numbers elsewhere.
    let is_large = size == u32::MAX || offset == u32::MAX;
    let end = u64::from(size).saturating_add(u64::from(offset));
    is_large || (size >= ZIP_ENTRY_BYTES && u64::try_from(at).is_ok_and(|at| end <= at))
}

fn head(bytes: &[u8], length: usize) -> &[u8] {
    bytes.get(..length).unwrap_or(bytes)
}
