//! Plain text: notes, tables and letters, in the encodings that are met in offices.
//! Must never take text that a browser, a shell or an Office program would run.
use std::borrow::Cow;

use super::{Content, NotAccepted, mixed, name};

/// Characters looked at for what the text is; a letter's headers are shorter.
const OPENING_CHARS: usize = 256 * 1024;
/// Marks of scripts, RTF and PostScript, which are text as well.
const RUN_MARKS: [&str; 3] = ["#!", "{\\rtf", "%!"];
/// A letter has one of these. Source: RFC 5322 section 3.6.
const LETTER_HEADERS: [&str; 2] = ["From", "Received"];

/// Which kind of text it is, by its name; none if it is not text or has no name of text.
pub(super) fn detect(name: &str, bytes: &[u8]) -> Result<Option<Content>, NotAccepted> {
    let promised = name::extension(name).and_then(Content::of_extension);
    let Some(content @ (Content::Text | Content::Csv | Content::Eml)) = promised else {
        return Ok(None);
    };
    let Some(opening) = opening(bytes) else { return Ok(None) };
    let start = opening.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.is_empty() {
        return Err(NotAccepted::Empty);
    }
    if start.starts_with('<') || RUN_MARKS.iter().any(|mark| start.starts_with(mark)) {
        return Ok(None);
    }
    if content == Content::Eml {
        return Ok(is_letter(start).then_some(content));
    }
    let head = start.as_bytes();
    if mixed::is_page_too(head) || mixed::is_pdf_too(content, head) {
        return Err(NotAccepted::Mixed);
    }
    Ok(Some(content))
}

/// The beginning of a text all of which can be read: UTF-8, UTF-16 with its mark, or one of
/// the single-byte encodings of Windows, whose upper half is not told apart here.
fn opening(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Some(units) = bytes.strip_prefix(b"\xff\xfe") {
        return utf_16(units, u16::from_le_bytes);
    }
    if let Some(units) = bytes.strip_prefix(b"\xfe\xff") {
        return utf_16(units, u16::from_be_bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.chars().all(is_written).then_some(Cow::Borrowed(text));
    }
    // NUL and its kin are in every program and picture, and in no text.
    if !bytes.iter().all(|byte| is_written(char::from(*byte)) || *byte >= 0x80) {
        return None;
    }
    Some(Cow::Owned(bytes.iter().take(OPENING_CHARS).map(|byte| char::from(*byte)).collect()))
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'_, str>> {
    let (units, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    let mut opening = String::new();
    for (place, decoded) in char::decode_utf16(units.iter().copied().map(unit)).enumerate() {
        let written = decoded.ok().filter(|c| is_written(*c))?;
        if place < OPENING_CHARS {
            opening.push(written);
        }
    }
    Some(Cow::Owned(opening))
}

/// No control characters but those of layout; U+0085 is a line end of mainframes.
fn is_written(c: char) -> bool {
    !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\u{85}')
}

/// Headers from the first line on, one of which says where the letter is from.
fn is_letter(text: &str) -> bool {
    let mut is_from = false;
    for line in text.lines() {
        if line.is_empty() {
            break;
        }
        // Goes on from the header above; the first line is none such, blanks are trimmed.
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((header, _)) = line.split_once(':') else { return false };
        if header.is_empty() || !header.bytes().all(|byte| byte.is_ascii_graphic()) {
            return false;
        }
        is_from = is_from || LETTER_HEADERS.iter().any(|known| header.eq_ignore_ascii_case(known));
    }
    is_from
}
