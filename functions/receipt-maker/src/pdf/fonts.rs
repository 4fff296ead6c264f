//! The bundled fonts, and which of them a text needs.
//! Must never leave a character to chance: it is shown, or spelled by its number, never a box.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use ttf_parser::Face;
use typst::foundations::Bytes;
use typst::text::{Font, is_default_ignorable};
use unicode_segmentation::UnicodeSegmentation;

use super::text;

/// A family: the files of its weights, and its fonts once something needed them.
struct Family {
    files: &'static [&'static [u8]],
    fonts: OnceLock<Vec<Font>>,
}

macro_rules! families {
    ($([$($file:literal),+]),+ $(,)?) => {
        [$(Family {
            files: &[$(include_bytes!(concat!("../../fonts/", $file))),+],
            fonts: OnceLock::new(),
        }),+]
    };
}

/// Embedded, not loaded: pages of the binary that no receipt needs are never read from disk.
/// Best looking first, so that the pixel fonts at the end show only what nothing else has.
#[rustfmt::skip]
static FAMILIES: [Family; 41] = families![
    ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf"],
    ["NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf"],
    ["NotoSansHebrew-Regular.ttf", "NotoSansHebrew-Bold.ttf"],
    ["NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf"],
    ["NotoSansBengali-Regular.ttf"],
    ["NotoSansGurmukhi-Regular.ttf"],
    ["NotoSansGujarati-Regular.ttf"],
    ["NotoSansOriya-Regular.ttf"],
    ["NotoSansTamil-Regular.ttf"],
    ["NotoSansTelugu-Regular.ttf"],
    ["NotoSansKannada-Regular.ttf"],
    ["NotoSansMalayalam-Regular.ttf"],
    ["NotoSansSinhala-Regular.ttf"],
    ["NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf"],
    ["NotoSansLao-Regular.ttf"],
    ["NotoSansKhmer-Regular.ttf"],
    ["NotoSansMyanmar-Regular.ttf"],
    ["NotoSansGeorgian-Regular.ttf"],
    ["NotoSansArmenian-Regular.ttf"],
    ["NotoSansEthiopic-Regular.ttf"],
    ["NotoSerifTibetan-Regular.ttf"],
    ["NotoSansMongolian-Regular.ttf"],
    ["NotoSansCherokee-Regular.ttf"],
    ["NotoSansCanadianAboriginal-Regular.ttf"],
    ["NotoSansThaana-Regular.ttf"],
    ["NotoSansSyriac-Regular.ttf"],
    ["NotoSansNKo-Regular.ttf"],
    ["NotoSansTifinagh-Regular.ttf"],
    ["NotoSansJavanese-Regular.ttf"],
    ["NotoSansAdlam-Regular.ttf"],
    ["NotoSansOlChiki-Regular.ttf"],
    ["NotoSansMeeteiMayek-Regular.ttf"],
    ["NotoSansChakma-Regular.ttf"],
    ["NotoSansSymbols-Regular.ttf"],
    ["NotoSansSymbols2-Regular.ttf"],
    ["NotoSansMath-Regular.ttf"],
    ["DroidSansFallbackFull.ttf"],
    ["NanumSquareR.ttf"],
    ["VL-PGothic-Regular.ttf"],
    ["UnifontJP.otf"],
    ["UnifontUpper.otf"],
];

/// Chinese and Japanese write many Han characters differently; kana tell a Japanese text.
const CHINESE: usize = FAMILIES.len() - 5;
const JAPANESE: usize = FAMILIES.len() - 3;

/// The fonts chosen for one receipt.
pub(super) struct Chosen {
    /// The fonts themselves.
    pub(super) fonts: Vec<Font>,
    /// Names of their families, to be tried in this order.
    pub(super) names: Vec<String>,
}

/// The families in the order in which one receipt tries them.
pub(super) struct Shelf(Vec<(&'static Family, Face<'static>)>);

impl Shelf {
    /// The order that suits `text`.
    pub(super) fn for_text(text: &str) -> Self {
        let mut families: Vec<&Family> = FAMILIES.iter().collect();
        if text.chars().any(is_kana) {
            families.swap(CHINESE, JAPANESE);
        }
        let face = |family: &Family| Face::parse(family.files.first()?, 0).ok();
        Self(families.into_iter().filter_map(|family| Some((family, face(family)?))).collect())
    }

    /// `text` with every character some font shows; the others spelled by their numbers.
    pub(super) fn showable(&self, text: &str) -> String {
        let mut showable = String::with_capacity(text.len());
        for cluster in text.graphemes(true) {
            if self.first_with(cluster).is_some() {
                showable.push_str(cluster);
            } else {
                self.spell_into(&mut showable, cluster);
            }
        }
        showable
    }

    /// The first family, and of the others only those that `text` needs: each costs milliseconds.
    pub(super) fn choose(&self, text: &str) -> Chosen {
        let clusters: BTreeSet<&str> = text.graphemes(true).collect();
        let needed = clusters.into_iter().filter_map(|cluster| self.first_with(cluster));
        let needed: BTreeSet<usize> = needed.chain([0]).collect();
        let loaded: Vec<&[Font]> = needed
            .into_iter()
            .filter_map(|at| self.0.get(at))
            .map(|(family, _)| fonts(family))
            .collect();
        Chosen {
            names: loaded.iter().filter_map(|f| Some(f.first()?.info().family.clone())).collect(),
            fonts: loaded.concat(),
        }
    }

    /// The place of the family that shows a letter and all its marks, if typst will get there:
    /// where an earlier family has the marks alone, typst 0.15.1 would lose the letter, and in
    /// right-to-left text show it twice.
    fn first_with(&self, cluster: &str) -> Option<usize> {
        for (at, (_, face)) in self.0.iter().enumerate() {
            let mut glyphs = cluster.chars().filter(|&c| needs_glyph(c)).map(|c| has(face, c));
            let has_letter = glyphs.next().unwrap_or(true);
            let (has_marks, lacks_marks) =
                glyphs.fold((false, false), |(some, none), has| (some || has, none || !has));
            if has_letter && !lacks_marks {
                return Some(at);
            }
            if !has_letter && has_marks || has_letter && text::reads_right_to_left(cluster) {
                return None;
            }
        }
        None
    }

    fn spell_into(&self, showable: &mut String, cluster: &str) {
        let mut characters = cluster.chars();
        if let Some(letter) = characters.next() {
            if self.first_with(letter.encode_utf8(&mut [0; 4])).is_some() {
                showable.push(letter);
            } else {
                showable.push_str(&text::spelled(letter));
            }
        }
        for mark in characters.filter(|&c| needs_glyph(c)) {
            showable.push_str(&text::spelled(mark));
        }
    }
}

fn fonts(family: &'static Family) -> &'static [Font] {
    let parse = |file: &&'static [u8]| Font::new(Bytes::new(*file), 0);
    family.fonts.get_or_init(|| family.files.iter().filter_map(parse).collect())
}

fn has(face: &Face<'_>, character: char) -> bool {
    face.glyph_index(character).is_some_and(|glyph| glyph.0 != 0)
}

fn needs_glyph(character: char) -> bool {
    character != '\n' && !is_default_ignorable(character)
}

fn is_kana(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}')
}
