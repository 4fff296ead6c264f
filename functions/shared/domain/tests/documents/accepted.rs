//! What payers send is taken for what it is.
use domain::document::{Content, DOCUMENT_BYTES_MAX, NotAccepted, detect};
use rawzip::CompressionMethod;

use crate::samples::{
    SHEET_TYPES, TEXT, WORD_TYPES, binary, docx_with, heic_of, jpeg_with, pdf, png, utf_16, zip,
};

const LETTER: &str = "Received: from mx.example\r\n\tby mail.example\r\nFrom: Ann <ann@example.com>\r\n\
    Content-Type: text/html\r\n\r\n<html><body>Please see below.</body></html>\r\n";

#[test]
fn a_whole_file_of_each_kind_is_taken() {
    use Content::{Docx, Heic, Jpeg, Pdf, Png, Xlsx};
    for ((name, bytes), expected) in binary().into_iter().zip([Pdf, Png, Jpeg, Heic, Docx, Xlsx]) {
        assert_eq!(detect(name, &bytes), Ok(expected), "{name}");
    }
}

#[test]
fn text_is_taken_in_the_encodings_of_offices() {
    let table = "Nummer;Betrag\r\n4711;1.234,50 €\r\nMüller;日本\r\n";
    for bytes in [
        table.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", table.as_bytes()].concat(),
        utf_16(table),
        b"Nummer;Betrag\r\n4711;1.234,50 \x80\r\nM\xfcller\r\n".to_vec(),
    ] {
        assert_eq!(detect("table.csv", &bytes), Ok(Content::Csv));
        assert_eq!(detect("table.TXT", &bytes), Ok(Content::Text));
    }
    assert_eq!(detect("mail.eml", LETTER.as_bytes()), Ok(Content::Eml));
}

#[test]
fn content_decides_and_not_the_name() {
    assert_eq!(detect("photo.jpg", &png()), Ok(Content::Png));
    assert_eq!(detect("invoice", &pdf()), Ok(Content::Pdf));
    assert_eq!(detect("invoice.exe", &pdf()), Ok(Content::Pdf));
}

#[test]
fn phones_and_office_write_more_than_the_least() {
    let photo = [jpeg_with(b"Taken at noon"), jpeg_with(b"A smaller copy")].concat();
    assert_eq!(detect("a.jpg", &photo), Ok(Content::Jpeg));
    assert_eq!(detect("a.heic", &heic_of(b"mif1\0\0\0\0mif1heic")), Ok(Content::Heic));
    let with_picture = docx_with(&[("word/media/image1.png", "x"), ("docProps/app.xml", "<a/>")]);
    assert_eq!(detect("a.docx", &with_picture), Ok(Content::Docx));
    let stored = [("[Content_Types].xml", WORD_TYPES), ("word/document.xml", TEXT)];
    assert_eq!(detect("a.docx", &zip(&stored, CompressionMethod::STORE)), Ok(Content::Docx));
    let sheet = [("xl/workbook.xml", "<a/>"), ("[Content_Types].xml", SHEET_TYPES)];
    assert_eq!(detect("a.xlsx", &zip(&sheet, CompressionMethod::STORE)), Ok(Content::Xlsx));
}

#[test]
fn four_bytes_by_chance_do_not_make_an_archive() {
    let mut scan = pdf();
    let end = scan.split_off(60);
    scan.extend_from_slice(b"stream\nPK\x05\x06\x91\x12\xfa\x80\x03\x77\xe1\xd2\x51\x99\x18\xc3\x0a\xbe\x7f\x24\xd9\x00endstream\n");
    scan.extend_from_slice(&end);
    assert_eq!(detect("scan.pdf", &scan), Ok(Content::Pdf));
}

#[test]
fn the_largest_file_is_taken_and_one_byte_more_is_not() {
    let largest = usize::try_from(DOCUMENT_BYTES_MAX).unwrap();
    let mut text = vec![b'a'; largest];
    assert_eq!(detect("a.txt", &text), Ok(Content::Text));
    text.push(b'a');
    assert_eq!(detect("a.txt", &text), Err(NotAccepted::TooLarge));
}
