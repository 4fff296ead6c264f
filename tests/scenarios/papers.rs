//! Files as payers have them, and as they should not send them.
//! Must never hold the test virus in one piece: every scanner on the way here would stop us.
use acceptance::forms::Part;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The largest file that is taken, in bytes.
pub(crate) const LARGEST: usize = 25 * 1024 * 1024;
/// A picture of one dot.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA\
                   AABJRU5ErkJggg==";
const WORD: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
/// The container of Office before 2007.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// A file at a payer's.
pub(crate) struct Paper {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// What it is, in the product's word.
    pub(crate) content: &'static str,
    /// The SHA-256 that another program computed of its bytes.
    pub(crate) sha256: &'static str,
}

impl Paper {
    /// The file as the form's field for anything else sends it.
    pub(crate) fn part(&self) -> Part<'_> {
        Part { field: "doc-other", name: self.name, bytes: &self.bytes }
    }
}

pub(crate) fn pdf() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".to_vec()
}

/// A PDF of exactly that many bytes, none of which repeats soon.
pub(crate) fn pdf_of(bytes: usize) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let end = b"\n%%EOF\n";
    let mut state = 0x2545_f491_u32;
    while file.len() < bytes - end.len() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        file.push(state.to_be_bytes()[0]);
    }
    file.extend_from_slice(end);
    file
}

pub(crate) fn png() -> Vec<u8> {
    STANDARD.decode(PNG).unwrap()
}

/// The marks of a picture with its measures, and a scan of three bytes.
pub(crate) fn jpeg() -> Vec<u8> {
    let mut file = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    file.extend_from_slice(b"\xff\xc0\x00\x0b\x08\0\x01\0\x01\x01\x01\x11\0");
    file.extend_from_slice(b"\xff\xda\x00\x08\x01\x01\0\0\x3f\0\xd2\xcf\x20\xff\xd9");
    file
}

/// The boxes of a phone's picture.
pub(crate) fn heic() -> Vec<u8> {
    let mut file = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    file.extend_from_slice(b"\0\0\0\x0cmeta\0\0\0\0\0\0\0\x0cmdat\x01\x02\x03\x04");
    file
}

pub(crate) fn docx() -> Vec<u8> {
    office(WORD, &[("word/document.xml", b"<w:document/>")])
}

pub(crate) fn xlsx() -> Vec<u8> {
    office(EXCEL, &[("xl/workbook.xml", b"<workbook/>")])
}

pub(crate) fn eml() -> Vec<u8> {
    "From: Zoë <zoe@elsewhere.example>\r\nSubject: Our order\r\n\r\nAs agreed ✓\r\n"
        .as_bytes()
        .to_vec()
}

/// What the industry agreed to call a virus, within a letter.
pub(crate) fn infected() -> Vec<u8> {
    let parts = [
        "Here it is:\n",
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}$",
        "EICAR-STANDARD-ANTIVIRUS-",
        "TEST-FILE!$H+H*",
    ];
    parts.concat().into_bytes()
}

/// One of each kind we take, under names that people give.
pub(crate) fn one_of_each() -> Vec<Paper> {
    let text = "Ordered 2, got 1 — € 12\r\n請求書\n".as_bytes().to_vec();
    let table = b"\xef\xbb\xbfitem,price\r\n\"Rope, blue\",12.00\r\n".to_vec();
    [
        (
            "Rechnung Müller 請求書.pdf",
            pdf(),
            "pdf",
            "cfa3181c1ee36e8bce5e39f84959f4558ea7ba32c0e4539a8ab3c8ce8c716ec6",
        ),
        (
            "dot 📈.png",
            png(),
            "png",
            "6b7fa434f92a8b80aab02d9bf1a12e49ffcae424e4013a1c4f68b67e3d2bbcd0",
        ),
        (
            "📷 photo.JPEG",
            jpeg(),
            "jpeg",
            "6e969ce195743a8559a2b2c927b4d5421931c508ead1a5b37921a2846cea3fe1",
        ),
        (
            "IMG_0042.HEIC",
            heic(),
            "heic",
            "828fb4f4e9d82f69d8ed4915d4c5b6e66ca6eff013c74dbb2905381e3996012b",
        ),
        (
            "notes & “more”.txt",
            text,
            "text",
            "b71f6fd35bbabe204e7c1957ec5489fa3d2f5238b0313940901e189e3cd756ef",
        ),
        (
            "précios;1.csv",
            table,
            "csv",
            "90a921a4a726f6179d9f95e724e9a271324717fcc58376311d5784cf9d05ea03",
        ),
        (
            "契約.docx",
            docx(),
            "docx",
            "60f196d07eeffaa048543b768eeefd8d7ac86aedf47fa864c4201d5de7940bbd",
        ),
        (
            "100% sums.xlsx",
            xlsx(),
            "xlsx",
            "0bd9ca13dea58d26407b7ea7696ffbef70366481429f6b6a9f325386f705c798",
        ),
        (
            "Re_ order #7.eml",
            eml(),
            "eml",
            "a1494d8685c31c5cc3d71178f305a537288b385a748d22906a9db8d474ac0754",
        ),
    ]
    .map(|(name, bytes, content, sha256)| Paper { name, bytes, content, sha256 })
    .into()
}

/// Files that are not what they are sent as, or are more than that.
pub(crate) fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let mut corpus = programs();
    corpus.extend(archives());
    corpus.extend(doubles());
    corpus
}

/// What something would run or show, under a harmless name.
fn programs() -> Vec<(&'static str, Vec<u8>)> {
    [
        ("page.pdf", &b"<!doctype html><script>alert(1)</script>"[..]),
        ("page-2.png", b"\xef\xbb\xbf  <html><body onload=alert(1)>"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("drawing-2.docx", b"<?xml version='1.0'?><svg/>"),
        ("server.pdf", b"<?php system($_GET['c']); ?>"),
        ("script.pdf", b"#!/bin/sh\nrm -rf /\n"),
        ("batch.docx", b"@echo off\r\ndel *.*\r\n"),
        ("windows.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0"),
        ("linux.png", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"),
        ("mac.docx", b"\xcf\xfa\xed\xfe\x07\0\0\x01"),
        ("java.pdf", b"\xca\xfe\xba\xbe\0\0\0\x34"),
        ("web.png", b"\0asm\x01\0\0\0"),
        ("shortcut.pdf", b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0"),
        ("rich.docx", b"{\\rtf1\\ansi hello}"),
        ("post.pdf", b"%!PS-Adobe-3.0\nshowpage\n"),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\0\0\0\0"),
        ("film.png", b"\0\0\0\x18ftypisom\0\0\0\0isommp42"),
        ("moving.png", b"GIF89a\x01\0\x01\0\0\0\0;"),
        ("bitmap.pdf", b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0"),
        ("zeros.pdf", &[0; 64]),
    ]
    .map(|(name, bytes)| (name, bytes.to_vec()))
    .into()
}

/// What unpacks into something else.
fn archives() -> Vec<(&'static str, Vec<u8>)> {
    let word: (&str, &[u8]) = ("word/document.xml", b"<w:document/>");
    let class: &[u8] = b"\xca\xfe\xba\xbe";
    let locked: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
    let macros = WORD.replace(
        "openxmlformats-officedocument.wordprocessingml.document",
        "ms-word.document.macroEnabled",
    );
    let mut commented = docx();
    let comment = commented.len() - 2;
    commented[comment] = 4;
    commented.extend_from_slice(b"MZ\x90\0");
    vec![
        ("plain.docx", zip(&[("a.txt", b"a")])),
        ("java-2.docx", zip(&[("META-INF/MANIFEST.MF", b"Main-Class: A"), ("A.class", class)])),
        ("macros.docx", office(WORD, &[word, ("word/vbaProject.bin", OLE)])),
        ("macros-2.docx", office(&macros, &[word])),
        ("program.docx", office(WORD, &[word, ("word/media/a.exe", b"MZ")])),
        ("climbing.docx", office(WORD, &[word, ("../../a.xml", b"a")])),
        ("two.docx", office(WORD, &[word, ("xl/workbook.xml", b"<workbook/>")])),
        ("commented.docx", commented),
        ("cut.docx", docx()[..60].to_vec()),
        ("locked.docx", [OLE, &locked].concat()),
        ("rar.pdf", b"Rar!\x1a\x07\x01\0\0\0\0\0".to_vec()),
        ("seven.pdf", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec()),
        ("gzip.png", b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec()),
    ]
}

/// What is two things at once, or not whole.
fn doubles() -> Vec<(&'static str, Vec<u8>)> {
    let both = |first: Vec<u8>, second: &[u8]| [first.as_slice(), second].concat();
    vec![
        ("pdf-zip.pdf", both(pdf(), &zip(&[("a.txt", b"a")]))),
        ("pdf-page.pdf", both(b"%PDF-1.4\n<script>alert(1)</script>\n".to_vec(), &pdf())),
        ("page-pdf.pdf", both(b"<html>".to_vec(), &pdf())),
        ("pdf-rar.pdf", both(pdf(), b"Rar!\x1a\x07\0")),
        ("png-zip.png", both(png(), &zip(&[("a.txt", b"a")]))),
        ("png-php.png", both(png(), b"<?php ?>")),
        ("jpeg-pdf.png", both(jpeg(), &pdf())),
        ("zip-in-front.docx", both(b"MZ".to_vec(), &docx())),
        ("cut.pdf", pdf()[..30].to_vec()),
        ("cut.png", png()[..40].to_vec()),
        ("cut-2.png", jpeg()[..20].to_vec()),
        ("empty.pdf", Vec::new()),
    ]
}

/// An Office file with that main type and those parts.
fn office(kind: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let main = parts[0].0;
    let types = format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Override PartName=\"/{main}\" ContentType=\"{kind}\"/></Types>"
    );
    let mut all: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", types.as_bytes())];
    all.extend_from_slice(parts);
    zip(&all)
}

/// An archive of those parts, not compressed. Source: PKWARE's APPNOTE, 4.3.7, 4.3.12, 4.3.16.
fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in parts {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        let size = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let name_size = u16::try_from(name.len()).unwrap().to_le_bytes();
        // Version 2.0, no flags, stored, midnight of 1 January 1980.
        let mut shared = b"\x14\0\0\0\0\0\0\0\x21\0".to_vec();
        for part in [&sum.sum().to_le_bytes()[..], &size, &size, &name_size, b"\0\0"] {
            shared.extend_from_slice(part);
        }
        let place = u32::try_from(file.len()).unwrap().to_le_bytes();
        for part in [&b"PK\x01\x02\x14\0"[..], &shared, &[0; 10], &place, name.as_bytes()] {
            directory.extend_from_slice(part);
        }
        for part in [&b"PK\x03\x04"[..], &shared, name.as_bytes(), bytes] {
            file.extend_from_slice(part);
        }
    }
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    let place = u32::try_from(file.len()).unwrap().to_le_bytes();
    let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
    file.append(&mut directory);
    for part in [&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &size, &place, b"\0\0"] {
        file.extend_from_slice(part);
    }
    file
}
