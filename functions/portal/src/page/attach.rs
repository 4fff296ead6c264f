//! The part of a form that takes documents: a field for each that is asked for, and what is
//! with us already. Must never show a name but as text.
use domain::document::{ACCEPT, Content, OTHER};
use domain::{Document, words};

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
        let about =
            format!("{}, {}", kind_of_file(document.content), words::size(document.size_bytes));
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
