//! Sets the pages of a receipt and sees to it that every character on them shows.
//! Must never fail over what a text says: odd text is shown oddly, never refused.

use std::collections::BTreeSet;

use typst::diag::Warned;
use typst::layout::{Frame, FrameItem};
use typst::text::TextItem;
use typst_layout::PagedDocument;

use super::content::Content;
use super::fonts::Shelf;
use super::world::ReceiptWorld;
use super::{PdfError, Receipt};

/// What the pages of a receipt show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Number of pages, 1 or more.
    pub pages: usize,
    /// The text, one line per run of one font, in the order it is read.
    pub text: String,
    /// Text that shows as empty boxes. Anything in here is a bug.
    pub boxes: BTreeSet<String>,
}

/// Lays the receipt out, every character shown or spelled by its number.
pub(super) fn lay_out(receipt: &Receipt) -> Result<PagedDocument, PdfError> {
    let content = Content::of(receipt);
    let shelf = Shelf::for_text(&content.whole());
    let content = content.map(|text| shelf.showable(text));
    let chosen = shelf.choose(&content.whole());
    let world = ReceiptWorld::new(content.inputs(chosen.names), chosen.fonts)?;
    let Warned { output, .. } = typst::compile::<PagedDocument>(&world);
    output.map_err(|errors| PdfError::Layout(super::messages(&errors)))
}

/// Reads a laid-out document back.
pub(super) fn proof_of(document: &PagedDocument) -> Proof {
    let mut proof =
        Proof { pages: document.pages().len(), text: String::new(), boxes: BTreeSet::new() };
    for page in document.pages() {
        read(&page.frame, &mut proof);
    }
    proof
}

fn read(frame: &Frame, proof: &mut Proof) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => read(&group.frame, proof),
            FrameItem::Text(item) => read_text(item, proof),
            _ => {}
        }
    }
}

fn read_text(item: &TextItem, proof: &mut Proof) {
    proof.text.push_str(&item.text);
    proof.text.push('\n');
    // Glyph 0 of every font is its empty box.
    let boxes = item.glyphs.iter().filter(|glyph| glyph.id == 0);
    let shown_as = boxes.filter_map(|glyph| item.text.get(glyph.range()));
    proof.boxes.extend(shown_as.map(str::to_owned));
}
