//! All that typst may see while it lays out a receipt: one template, its data, our fonts.
//! Must never reach a file, a package, the network or the clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

use super::PdfError;

/// The template, parsed once per process.
static TEMPLATE: LazyLock<Option<Source>> = LazyLock::new(|| {
    let path = VirtualPath::new("receipt.typ").ok()?;
    let id = FileId::new(RootedPath::new(VirtualRoot::Project, path));
    Some(Source::new(id, include_str!("../../templates/receipt.typ").to_owned()))
});

/// The world of one layout.
pub(super) struct ReceiptWorld {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
}

impl ReceiptWorld {
    /// A world whose template sees `inputs` as `sys.inputs` and may use `fonts`.
    pub(super) fn new(inputs: Dict, fonts: Vec<Font>) -> Result<Self, PdfError> {
        let template = TEMPLATE.clone();
        Ok(Self {
            library: LazyHash::new(library(inputs)),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: template.ok_or_else(|| PdfError::Layout("no template".to_owned()))?,
        })
    }
}

/// `A11yExtras` gives `pdf.header-cell`, by which a screen reader reads each label with its value.
fn library(inputs: Dict) -> Library {
    Library::builder()
        .with_inputs(inputs)
        .with_features([Feature::A11yExtras].into_iter().collect())
        .build()
}

impl World for ReceiptWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
