//! Small whole files of every kind that is taken.
use std::io::Write as _;

use flate2::write::{DeflateEncoder, ZlibEncoder};
use flate2::{Compression, Crc};
use rawzip::path::EntryPath;
use rawzip::{CompressionMethod, ZipArchiveWriter};

/// Name and bytes of a whole file of each binary kind.
pub(crate) fn binary() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("invoice.pdf", pdf()),
        ("scan.png", png()),
        ("photo.jpg", jpeg()),
        ("IMG_0001.HEIC", heic()),
        ("letter.docx", docx()),
        ("table.xlsx", xlsx()),
    ]
}

pub(crate) fn pdf() -> Vec<u8> {
    let mut file = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for object in [
        "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n",
    ] {
        places.push(file.len());
        file.extend_from_slice(object.as_bytes());
    }
    let table = file.len();
    file.extend_from_slice(b"xref\n0 4\n0000000000 65535 f \n");
    for place in places {
        file.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let end = format!("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    file.extend_from_slice(end.as_bytes());
    file
}

pub(crate) fn png() -> Vec<u8> {
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::default());
    pixels.write_all(&[0, 255, 255, 255]).unwrap();
    png_of(&[
        (b"IHDR", vec![0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]),
        (b"IDAT", pixels.finish().unwrap()),
        (b"IEND", Vec::new()),
    ])
}

pub(crate) fn png_of(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in chunks {
        let mut sum = Crc::new();
        sum.update(*kind);
        sum.update(data);
        file.extend_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
        file.extend_from_slice(*kind);
        file.extend_from_slice(data);
        file.extend_from_slice(&sum.sum().to_be_bytes());
    }
    file
}

pub(crate) fn jpeg() -> Vec<u8> {
    jpeg_with(b"")
}

/// A picture with a comment, if there is one.
pub(crate) fn jpeg_with(comment: &[u8]) -> Vec<u8> {
    let mut file = b"\xff\xd8".to_vec();
    let mut segment = |marker: u8, data: &[u8]| {
        file.extend_from_slice(&[0xff, marker]);
        file.extend_from_slice(&u16::try_from(data.len() + 2).unwrap().to_be_bytes());
        file.extend_from_slice(data);
    };
    segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    if !comment.is_empty() {
        segment(0xfe, comment);
    }
    segment(0xdb, &[[0].as_slice(), &[16; 64]].concat());
    segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]);
    segment(0xc4, &[[0].as_slice(), &[0, 1], &[0; 14], &[0]].concat());
    segment(0xda, &[1, 1, 0, 0, 63, 0]);
    file.extend_from_slice(b"\x3f\x00\xff\xd9");
    file
}

pub(crate) fn heic() -> Vec<u8> {
    heic_of(b"heic\0\0\0\0mif1heic")
}

pub(crate) fn heic_of(brands: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    for (kind, data) in [(b"ftyp", brands), (b"meta", &[0; 24]), (b"mdat", &[7; 40])] {
        file.extend_from_slice(&u32::try_from(data.len() + 8).unwrap().to_be_bytes());
        file.extend_from_slice(kind);
        file.extend_from_slice(data);
    }
    file
}

pub(crate) const WORD_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
pub(crate) const SHEET_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>"#;
pub(crate) const TEXT: &str = r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p/></w:body></w:document>"#;
const SHEETS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>"#;

pub(crate) fn docx() -> Vec<u8> {
    docx_with(&[])
}

/// A Word file with further parts.
pub(crate) fn docx_with(more: &[(&str, &str)]) -> Vec<u8> {
    let own = [
        ("[Content_Types].xml", WORD_TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/document.xml", TEXT),
    ];
    zip(&[&own, more].concat(), CompressionMethod::DEFLATE)
}

pub(crate) fn xlsx() -> Vec<u8> {
    let parts = [
        ("[Content_Types].xml", SHEET_TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", SHEETS),
    ];
    zip(&parts, CompressionMethod::DEFLATE)
}

/// A ZIP whose entries are packed, or just stored.
pub(crate) fn zip(entries: &[(&str, &str)], packing: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (path, text) in entries {
        // As it is: the writer would tidy up a path that leads out.
        let path = EntryPath::verbatim(path.as_bytes());
        let file = archive.new_file(path).compression_method(packing);
        let (mut entry, config) = file.start().unwrap();
        let sizes = if packing == CompressionMethod::STORE {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(text.as_bytes()).unwrap();
            writer.finish().unwrap().1
        } else {
            let packer = DeflateEncoder::new(&mut entry, Compression::default());
            let mut writer = config.wrap(packer);
            writer.write_all(text.as_bytes()).unwrap();
            let (packer, sizes) = writer.finish().unwrap();
            packer.finish().unwrap();
            sizes
        };
        entry.finish(sizes).unwrap();
    }
    archive.finish().unwrap()
}

/// UTF-16 with its mark, as Excel and Notepad write it.
pub(crate) fn utf_16(text: &str) -> Vec<u8> {
    let mut bytes = b"\xff\xfe".to_vec();
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}
