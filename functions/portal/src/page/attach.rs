//! The part of a form that takes documents: a field for each that is asked for, and what is
//! with us already. Must never show a name but as text.
use domain::Document;
use domain::document::{ACCEPT, Content, OTHER};

use super::Form;
use super::script::SCRIPT;

/// The documents of a form. Templates draw them with the macro of `form_files.html`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attach {
    /// Most documents; none are asked for if 0.
    pub documents_max: usize,
    /// What a file beyond that is told.
    pub full: String,
    /// Documents that are asked for, each with a field of its own.
    pub wanted: Vec<Wanted>,
    /// Files that came with an earlier try, or were uploaded.
    pub kept: Vec<KeptFile>,
}

/// A document that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its code.
    pub code: String,
    /// What payers read.
    pub label: String,
}

/// A file that is with us already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// Identifier of the upload.
    pub id: String,
    /// What it proves, or `other`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Such as `PDF, 12 KB`.
    pub about: String,
}

impl Attach {
    /// The fields, in order; the last is for whatever else there is.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        let wanted = self.wanted.iter().map(|wanted| (wanted.code.as_str(), wanted.label.as_str()));
        let asked_for = !self.wanted.is_empty();
        let other =
            (OTHER, if asked_for { "Anything else (optional)" } else { "Files (optional)" });
        wanted.chain([other]).map(|(kind, label)| Field {
            name: format!("doc-{kind}"),
            label,
            many: kind == OTHER,
            kept: self.kept.iter().filter(|kept| kept.kind == kind).collect(),
        })
    }

    /// The types a file dialogue shows.
    pub fn accept(&self) -> &'static str {
        ACCEPT
    }

    /// The script that uploads.
    pub fn script(&self) -> &'static str {
        &SCRIPT
    }
}

/// One file field.
#[derive(Debug)]
pub struct Field<'a> {
    /// Its name, also its id.
    pub name: String,
    /// What it is for.
    pub label: &'a str,
    /// Whether several files can be chosen.
    pub many: bool,
    /// What is there already.
    pub kept: Vec<&'a KeptFile>,
}

impl Field<'_> {
    /// Everything that is wrong with it: several files can be.
    pub fn wrongs<'a>(&self, form: &'a Form) -> Vec<&'a str> {
        let here = form.wrongs.iter().filter(|wrong| wrong.field == self.name);
        here.map(|wrong| wrong.says.as_str()).collect()
    }
}

impl From<&Document> for KeptFile {
    fn from(document: &Document) -> Self {
        let about = format!("{}, {}", kind_of_file(document.content), size(document.size_bytes));
        Self {
            id: document.id.to_string(),
            kind: document.kind.clone(),
            name: document.name.clone(),
            about,
        }
    }
}

fn kind_of_file(content: Content) -> &'static str {
    match content {
        Content::Pdf => "PDF",
        Content::Png => "PNG",
        Content::Jpeg => "JPEG",
        Content::Heic => "HEIC",
        Content::Text => "text",
        Content::Csv => "CSV",
        Content::Docx => "DOCX",
        Content::Xlsx => "XLSX",
        Content::Eml => "email",
    }
}

/// `512 bytes`, `12 KB`, `3.4 MB`; the script words it the same.
fn size(size_bytes: u64) -> String {
    const KILOBYTE: u64 = 1024;
    const MEGABYTE: u64 = 1024 * 1024;
    if size_bytes < KILOBYTE {
        return format!("{size_bytes} bytes");
    }
    let kilobytes = (size_bytes + KILOBYTE / 2) / KILOBYTE;
    if kilobytes < 1024 {
        return format!("{kilobytes} KB");
    }
    let tenths = (size_bytes * 10 + MEGABYTE / 2) / MEGABYTE;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_said_in_the_unit_that_people_use() {
        for (size_bytes, expected) in [
            (2, "2 bytes"),
            (1023, "1023 bytes"),
            (1024, "1 KB"),
            (12_345, "12 KB"),
            (1_048_000, "1023 KB"),
            (1_048_570, "1.0 MB"),
            (3_565_158, "3.4 MB"),
            (26_214_400, "25.0 MB"),
        ] {
            assert_eq!(size(size_bytes), expected);
        }
    }
}
