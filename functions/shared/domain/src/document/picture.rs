//! Pictures, walked from their first to their last mark.
//! Must never decode one: a walk over lengths costs nothing and cannot be tricked.
use memchr::memmem;

use super::{Content, NotAccepted};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Brands of pictures kept as HEVC. Source: ISO/IEC 23008-12 annexes B and D.
const HEIC_BRANDS: [[u8; 4]; 8] =
    [*b"heic", *b"heix", *b"heim", *b"heis", *b"hevc", *b"hevx", *b"hevm", *b"hevs"];
/// Brands of the container, whatever is in it; AVIF has them too.
const CONTAINER_BRANDS: [[u8; 4]; 2] = [*b"mif1", *b"msf1"];
const AVIF_BRANDS: [[u8; 4]; 2] = [*b"avif", *b"avis"];

pub(super) fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(PNG)
}

/// From the header to the end mark, with picture data between and nothing after.
pub(super) fn whole_png(bytes: &[u8]) -> Result<Content, NotAccepted> {
    let mut rest = bytes.strip_prefix(PNG).unwrap_or_default();
    let mut is_first = true;
    let mut has_data = false;
    while let Some((kind, after)) = png_chunk(rest) {
        if is_first && kind != *b"IHDR" {
            return Err(NotAccepted::Incomplete);
        }
        is_first = false;
        has_data = has_data || kind == *b"IDAT";
        if kind == *b"IEND" {
            return match (has_data, after.is_empty()) {
                (true, true) => Ok(Content::Png),
                (true, false) => Err(NotAccepted::Mixed),
                (false, _) => Err(NotAccepted::Incomplete),
            };
        }
        rest = after;
    }
    Err(NotAccepted::Incomplete)
}

/// The kind of the first chunk, and what comes after it.
fn png_chunk(bytes: &[u8]) -> Option<([u8; 4], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (_, rest) = rest.split_at_checked(length)?;
    let (_checksum, rest) = rest.split_first_chunk::<4>()?;
    Some((*kind, rest))
}

pub(super) fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xd8\xff")
}

/// From the start over the frame's measures to the scan, and an end mark after that. Phones
/// write more after the end, such as a second size, so that alone is no reason to refuse.
pub(super) fn whole_jpeg(bytes: &[u8]) -> Result<Content, NotAccepted> {
    let mut rest = bytes.get(2..).unwrap_or_default();
    let mut has_frame = false;
    while let Some((marker, after)) = jpeg_segment(rest) {
        match marker {
            0xda if has_frame && memmem::find(after, b"\xff\xd9").is_some() => {
                return Ok(Content::Jpeg);
            }
            0xda | 0xd9 => return Err(NotAccepted::Incomplete),
            // Tables share the range of the frames' marks.
            0xc4 | 0xc8 | 0xcc => {}
            0xc0..=0xcf => has_frame = true,
            _ => {}
        }
        rest = after;
    }
    Err(NotAccepted::Incomplete)
}

/// The mark of the first segment, and what comes after it.
fn jpeg_segment(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let mut rest = bytes.strip_prefix(b"\xff")?;
    while let Some(filled) = rest.strip_prefix(b"\xff") {
        rest = filled;
    }
    let (marker, rest) = rest.split_first()?;
    if matches!(marker, 0x01 | 0xd0..=0xd7 | 0xd9) {
        return Some((*marker, rest));
    }
    let length = usize::from(u16::from_be_bytes(*rest.first_chunk::<2>()?));
    if length < 2 {
        return None;
    }
    Some((*marker, rest.get(length..)?))
}

pub(super) fn is_heic(bytes: &[u8]) -> bool {
    let Some((b"ftyp", body, _)) = heic_box(bytes) else { return false };
    let Some((major, rest)) = body.split_first_chunk::<4>() else { return false };
    let (others, _) = rest.get(4..).unwrap_or_default().as_chunks::<4>();
    let has = |brand: &[u8; 4]| major == brand || others.contains(brand);
    HEIC_BRANDS.iter().any(has)
        || (CONTAINER_BRANDS.contains(major) && !AVIF_BRANDS.iter().any(has))
}

/// Boxes from the first byte to the last, one of which describes a picture.
pub(super) fn whole_heic(bytes: &[u8]) -> Result<Content, NotAccepted> {
    let mut rest = bytes;
    let mut has_picture = false;
    while let Some((kind, _, after)) = heic_box(rest) {
        has_picture = has_picture || kind == b"meta";
        rest = after;
    }
    if rest.is_empty() && has_picture { Ok(Content::Heic) } else { Err(NotAccepted::Incomplete) }
}

/// Kind and body of the first box, and what comes after it.
fn heic_box(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let (body, after) = match u32::from_be_bytes(*length) {
        0 => (rest, <&[u8]>::default()),
        1 => {
            let (length, rest) = rest.split_first_chunk::<8>()?;
            let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
            rest.split_at_checked(length.checked_sub(16)?)?
        }
        length => rest.split_at_checked(usize::try_from(length).ok()?.checked_sub(8)?)?,
    };
    Some((kind, body, after))
}
