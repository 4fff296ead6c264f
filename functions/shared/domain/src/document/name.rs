//! File names: what is left of one that somebody else chose.
//! Must never be used as a path or a key: a name is for people's eyes.
use super::Content;

/// Longest name kept, in characters.
pub const NAME_CHARS_MAX: usize = 100;
/// Longest extension that is kept when a name is cut, in characters.
const EXTENSION_CHARS_MAX: usize = 10;
/// What a file without a usable name is called.
const NAMELESS: &str = "document";

/// A name fit to be shown and to save under: the last part of the path, without control
/// characters, without marks that turn the reading direction round (`gpj.exe` shown as
/// `exe.jpg`), without dots at its start or end, of at most [`NAME_CHARS_MAX`] characters.
/// Letters of all scripts stay.
pub fn safe_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !is_unseen(*c)).collect();
    let name = trimmed(&kept);
    let name =
        if name.chars().count() > NAME_CHARS_MAX { shortened(name) } else { name.to_owned() };
    if name.is_empty() { NAMELESS.to_owned() } else { name }
}

/// The name a document is saved under: its own if that fits what it is, else with the right
/// extension behind it, so that nobody's computer takes it for something else.
pub fn saved_name(name: &str, content: Content) -> String {
    let name = safe_name(name);
    if extension(&name).and_then(Content::of_extension) == Some(content) {
        return name;
    }
    safe_name(&format!("{name}.{}", content.extension()))
}

/// What comes after the last dot; none without a dot or without a name before it.
pub(super) fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension)
}

/// Controls, line ends, and marks of direction. Source: Unicode standard annex 9.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn trimmed(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || c == '.')
}

/// Cut from the end of the stem, since the extension says what to open it with.
fn shortened(name: &str) -> String {
    let short = |extension: &&str| extension.chars().count() <= EXTENSION_CHARS_MAX;
    let Some(extension) = extension(name).filter(short) else {
        return trimmed(&first(name, NAME_CHARS_MAX)).to_owned();
    };
    let ending = extension.chars().count().saturating_add(1);
    let stem = first(name, NAME_CHARS_MAX.saturating_sub(ending));
    format!("{}.{extension}", trimmed(&stem))
}

fn first(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_the_last_part_of_what_was_sent() {
        for (raw, expected) in [
            ("invoice.pdf", "invoice.pdf"),
            ("C:\\Users\\me\\invoice.pdf", "invoice.pdf"),
            ("../../etc/passwd", "passwd"),
            ("/tmp/", "document"),
            ("", "document"),
            ("...", "document"),
            (".htaccess", "htaccess"),
            ("Rechnung Müller 請求書.pdf", "Rechnung Müller 請求書.pdf"),
            ("scan\u{202e}gpj.exe", "scangpj.exe"),
            ("a\u{2066}b\u{2069}.png", "ab.png"),
            ("a\0b\r\nSet-Cookie: x.txt", "abSet-Cookie: x.txt"),
            ("invoice.pdf. . ", "invoice.pdf"),
        ] {
            assert_eq!(safe_name(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = safe_name(&format!("{}.docx", "é".repeat(300)));
        assert_eq!(name.chars().count(), NAME_CHARS_MAX);
        assert!(name.ends_with("é.docx"));
        assert_eq!(safe_name(&"x".repeat(300)).len(), NAME_CHARS_MAX);
        let longest = format!("{} .pdf", "x".repeat(NAME_CHARS_MAX - 5));
        assert_eq!(safe_name(&longest), longest, "what fits is not touched");
    }

    #[test]
    fn a_download_ends_in_what_it_is() {
        assert_eq!(saved_name("a.pdf", Content::Pdf), "a.pdf");
        assert_eq!(saved_name("a.JPEG", Content::Jpeg), "a.JPEG");
        assert_eq!(saved_name("a.exe", Content::Png), "a.exe.png");
        assert_eq!(saved_name("a", Content::Csv), "a.csv");
        let long = saved_name(&format!("{}.pdf", "x".repeat(200)), Content::Png);
        assert_eq!(long, format!("{}.png", "x".repeat(NAME_CHARS_MAX - 4)));
    }

    proptest! {
        #[test]
        fn what_is_safe_stays_as_it_is(raw in "\\PC{0,150}|[./\\\\ a-z\u{202e}\\n]{0,150}") {
            let once = safe_name(&raw);
            prop_assert_eq!(&safe_name(&once), &once);
            prop_assert!(once.chars().count() <= NAME_CHARS_MAX && !once.is_empty());
            let has_unsafe = once.contains(['/', '\\', '\0', '\r', '\n', '\u{202e}']);
            prop_assert!(!has_unsafe);
            prop_assert!(!once.starts_with('.') && !once.ends_with('.'));
        }
    }
}
