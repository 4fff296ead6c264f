//! Files that are right but for one part of them.
//! Must never take one because the rest of it is in order.
use domain::document::{Content, NotAccepted, detect};
use rawzip::CompressionMethod;

use crate::samples::{TEXT, WORD_TYPES, docx, heic_of, pdf, png_of, utf_16, zip};

/// A JPEG of these segments, each a mark and what it holds, and then some bytes.
fn jpeg_of(segments: &[(u8, &[u8])], then: &[u8]) -> Vec<u8> {
    let mut file = b"\xff\xd8".to_vec();
    for (marker, data) in segments {
        file.extend_from_slice(&[0xff, *marker]);
        file.extend_from_slice(&u16::try_from(data.len() + 2).unwrap().to_be_bytes());
        file.extend_from_slice(data);
    }
    [file.as_slice(), then].concat()
}

const FRAME: (u8, &[u8]) = (0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]);
const SCAN: (u8, &[u8]) = (0xda, &[1, 1, 0, 0, 63, 0]);
const END: &[u8] = b"\x3f\x00\xff\xd9";

#[test]
fn a_jpeg_has_its_measures_before_its_scan_and_an_end_after_it() {
    let table: (u8, &[u8]) = (0xc4, &[0; 17]);
    let remark: (u8, &[u8]) = (0xfe, b"");
    for (what, file, expected) in [
        ("whole", jpeg_of(&[FRAME, SCAN], END), Ok(Content::Jpeg)),
        ("an empty remark", jpeg_of(&[remark, FRAME, SCAN], END), Ok(Content::Jpeg)),
        ("tables alone", jpeg_of(&[table, SCAN], END), Err(NotAccepted::Incomplete)),
        ("measures too late", jpeg_of(&[SCAN, FRAME, SCAN], END), Err(NotAccepted::Incomplete)),
        ("no end", jpeg_of(&[FRAME, SCAN], b"\x3f\x00"), Err(NotAccepted::Incomplete)),
        ("no scan", jpeg_of(&[FRAME], b"\xff\xd9"), Err(NotAccepted::Incomplete)),
    ] {
        assert_eq!(detect("a.jpg", &file), expected, "{what}");
    }
    let ended = [b"\xff\xd8\xff\xd9".as_slice(), &jpeg_of(&[FRAME, SCAN], END)[2..]].concat();
    assert_eq!(detect("a.jpg", &ended), Err(NotAccepted::Incomplete), "its end comes first");
}

#[test]
fn a_png_has_pixels() {
    let empty = [(b"IHDR", vec![0; 13]), (b"tEXt", b"a".to_vec()), (b"IEND", Vec::new())];
    assert_eq!(detect("a.png", &png_of(&empty)), Err(NotAccepted::Incomplete));
    let headless = [(b"IDAT", vec![1]), (b"IHDR", vec![0; 13]), (b"IEND", Vec::new())];
    assert_eq!(detect("a.png", &png_of(&headless)), Err(NotAccepted::Incomplete));
}

#[test]
fn a_heic_describes_a_picture() {
    let whole = heic_of(b"heic\0\0\0\0mif1heic");
    assert_eq!(detect("a.heic", &whole), Ok(Content::Heic));
    let at = whole.windows(4).position(|four| four == b"meta").unwrap();
    let mut other = whole;
    other[at..at + 4].copy_from_slice(b"moov");
    assert_eq!(detect("a.heic", &other), Err(NotAccepted::Incomplete));
}

#[test]
fn an_office_file_has_nothing_before_its_first_part() {
    let hidden = zip(&[("run.exe", "MZ")], CompressionMethod::STORE);
    let file = [hidden, docx()].concat();
    assert_eq!(detect("a.docx", &file), Err(NotAccepted::Mixed));
}

#[test]
fn an_archive_of_the_large_format_is_one_too() {
    let small = [0_u8; 4];
    let elsewhere = [0xff_u8; 4];
    for (size, offset, expected) in [
        (elsewhere, small, Err(NotAccepted::Mixed)),
        (small, elsewhere, Err(NotAccepted::Mixed)),
        (elsewhere, elsewhere, Err(NotAccepted::Mixed)),
        (small, small, Ok(Content::Pdf)),
    ] {
        let end = [b"PK\x05\x06".as_slice(), &[0; 8], &size, &offset, &[0, 0]].concat();
        let file = [pdf(), end, b"\n%%EOF\n".to_vec()].concat();
        assert_eq!(detect("a.pdf", &file), expected, "{size:?} {offset:?}");
    }
}

#[test]
fn a_directory_of_an_archive_lies_before_its_end_and_holds_an_entry() {
    let before = u32::try_from(pdf().len()).unwrap();
    for (size, offset, expected) in [
        (46, 0, Err(NotAccepted::Mixed)),
        (45, 0, Ok(Content::Pdf)),
        (46, before - 46, Err(NotAccepted::Mixed)),
        (46, before - 45, Ok(Content::Pdf)),
    ] {
        let (size, offset) = (u32::to_le_bytes(size), u32::to_le_bytes(offset));
        let end = [b"PK\x05\x06".as_slice(), &[0; 8], &size, &offset, &[0, 0]].concat();
        let file = [pdf(), end, b"\n%%EOF\n".to_vec()].concat();
        assert_eq!(detect("a.pdf", &file), expected, "{size:?} {offset:?}");
    }
}

#[test]
fn a_long_list_of_types_is_read_up_to_its_bound() {
    let types = |bytes: usize| {
        let (before, after) = WORD_TYPES.split_once("<Override").unwrap();
        format!("{before}{}<Override{after}", " ".repeat(bytes))
    };
    let file = |types: &str| {
        let parts = [("[Content_Types].xml", types), ("word/document.xml", TEXT)];
        zip(&parts, CompressionMethod::DEFLATE)
    };
    assert_eq!(detect("a.docx", &file(&types(500_000))), Ok(Content::Docx));
    assert_eq!(detect("a.docx", &file(&types(600_000))), Err(NotAccepted::NotItsName));
}

#[test]
fn the_first_256k_characters_say_what_a_text_is() {
    let long = format!("Subject: {}\r\nFrom: ann@example.com\r\n\r\n", "x".repeat(200_000));
    assert_eq!(detect("a.eml", &utf_16(&long)), Ok(Content::Eml));
    for (blanks, expected) in [(262_143, Ok(Content::Text)), (262_144, Err(NotAccepted::Empty))] {
        let late = format!("{}a", " ".repeat(blanks));
        assert_eq!(detect("a.txt", &utf_16(&late)), expected, "{blanks}");
    }
}

#[test]
fn the_largest_file_is_as_large_as_the_sentence_says() {
    assert_eq!(domain::document::DOCUMENT_BYTES_MAX, 26_214_400);
    assert!(NotAccepted::TooLarge.sentence().contains("25 MB"));
}

#[test]
fn a_page_or_a_pdf_within_a_text_is_refused() {
    for text in ["Dear all,\n<script>alert(1)</script>", "Dear all,\n%PDF-1.4"] {
        assert_eq!(detect("a.txt", text.as_bytes()), Err(NotAccepted::Mixed), "{text}");
    }
}

#[test]
fn a_letter_has_headers_from_its_first_line_to_its_first_empty_one() {
    for (text, is_letter) in [
        ("From: ann@example.com\r\n\r\nDear all: this is text.", true),
        ("\r\nFrom: ann@example.com\r\nSubject: a\r\n b\r\n\r\n", true),
        ("Subject: a\r\nReceived: from mx\r\n", true),
        ("Subject: a\r\nTo: b\r\n\r\nFrom: too late", false),
        ("From: ann@example.com\r\nno header\r\n\r\n", false),
        ("From: ann@example.com\r\nDear Ann: hello\r\n\r\n", false),
        ("From: ann@example.com\r\n: nameless\r\n\r\n", false),
    ] {
        let expected = if is_letter { Ok(Content::Eml) } else { Err(NotAccepted::NotItsName) };
        assert_eq!(detect("a.eml", text.as_bytes()), expected, "{text:?}");
    }
}

#[test]
fn every_refusal_says_something_of_its_own() {
    use NotAccepted::{
        Empty, Incomplete, Kind, Macros, Mixed, NotItsName, OldOffice, Protected, TooLarge,
    };
    let all = [Empty, TooLarge, Kind, NotItsName, Incomplete, Protected, Macros, OldOffice, Mixed];
    let sentences: std::collections::HashSet<_> = all.iter().map(|one| one.sentence()).collect();
    assert_eq!(sentences.len(), all.len());
    for sentence in sentences {
        assert!(sentence.contains(" file") && sentence.ends_with('.'), "{sentence}");
    }
}
