//! Makes foreign text safe to print: no hidden controls, no line wider than the page.
//! Must never change what a reader sees, save for what could not be seen or would deceive.

use unicode_normalization::UnicodeNormalization;

/// Lines of a description that are printed, and characters of them; the invoice has the rest.
const LINES_MAX: usize = 400;
const DESCRIPTION_MAX: usize = 40_000;
/// Characters of any other value that are printed; a longer one ends with an ellipsis.
const VALUE_MAX: usize = 300;
/// Characters without a break that surely fit beside a label.
const RUN_MAX: usize = 28;

/// A value that belongs on one line: line breaks become spaces.
pub(super) fn line(raw: &str) -> String {
    let mut clean = clean(&raw.replace(is_line_break, " "));
    if let Some((end, _)) = clean.char_indices().nth(VALUE_MAX) {
        clean.truncate(end);
        clean.push('…');
    }
    breakable(clean.trim())
}

/// A text of several lines, without empty ones at its ends, and whether some of it was left out.
pub(super) fn lines(raw: &str) -> (Vec<String>, bool) {
    let unified = raw.replace("\r\n", "\n").replace(is_line_break, "\n");
    let trimmed = unified.trim();
    if trimmed.is_empty() {
        return (Vec::new(), false);
    }
    let end = trimmed.char_indices().nth(DESCRIPTION_MAX).map(|(end, _)| end);
    let printed = end.and_then(|end| trimmed.get(..end)).unwrap_or(trimmed);
    let left_out = end.is_some() || printed.split('\n').nth(LINES_MAX).is_some();
    let lines = printed.split('\n').take(LINES_MAX);
    (lines.map(|line| breakable(clean(line).trim())).collect(), left_out)
}

/// Whether a line reads from the right: as the Unicode bidirectional algorithm decides it, by
/// its first letter.
pub(super) fn reads_right_to_left(text: &str) -> bool {
    text.chars().find(|c| c.is_alphabetic()).is_some_and(|first| {
        matches!(first,
            '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    })
}

/// The character as its Unicode number, for what no font can show: `[U+20BB7]`.
pub(super) fn spelled(character: char) -> String {
    format!("[U+{:04X}]", u32::from(character))
}

/// Drops what prints as nothing or deceives: controls, and marks that reorder foreign text.
fn clean(raw: &str) -> String {
    let mut clean = String::with_capacity(raw.len());
    let mut after_emoji = false;
    // Composed, since few fonts join a letter and its mark, or the parts of a Korean syllable.
    for character in raw.nfc() {
        match character {
            '\t' => clean.push(' '),
            _ if character.is_control() || is_deceptive(character) => {}
            // Our emoji have one colour and no joined forms: without joiner and skin tone each
            // part of a sequence shows, with them none of it would.
            '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}' if after_emoji => {}
            // Emoji style, the frame of keycaps, the tail of flags: none of our fonts joins them.
            '\u{fe0e}' | '\u{fe0f}' | '\u{20e3}' | '\u{e0020}'..='\u{e007f}' => {}
            _ => {
                after_emoji = is_emoji(character);
                clean.push(character);
            }
        }
    }
    clean
}

/// Embeddings, overrides and isolates can make `$1.00` read as another amount; a receipt sets
/// direction by itself. The rest are not characters at all.
fn is_deceptive(character: char) -> bool {
    matches!(character,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{206a}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}')
        || u32::from(character) & 0xfffe == 0xfffe
}

fn is_emoji(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Lets a long web address or number wrap. Only between plain letters: elsewhere a break could
/// part a letter from its mark, and scripts without spaces break by themselves.
fn breakable(text: &str) -> String {
    let mut breakable = String::with_capacity(text.len());
    let mut run = 0;
    for character in text.chars() {
        if run >= RUN_MAX && is_plain(character) {
            breakable.push('\u{200b}');
            run = 0;
        }
        run = if is_plain(character) { run.saturating_add(1) } else { 0 };
        breakable.push(character);
    }
    breakable
}

fn is_plain(character: char) -> bool {
    character.is_ascii_graphic()
        || matches!(character, '\u{c0}'..='\u{24f}' | '\u{400}'..='\u{481}')
}

#[cfg(test)]
mod tests {
    use super::{line, lines, reads_right_to_left, spelled};

    #[test]
    fn hidden_controls_and_direction_overrides_are_dropped() {
        assert_eq!(line("a\u{0}b\u{202e}c\u{2066}d\u{feff}e\tf\r\ng"), "abcde f  g");
    }

    #[test]
    fn emoji_sequences_become_emoji_that_show() {
        assert_eq!(line("👩🏽\u{200d}⚕\u{fe0f}1\u{fe0f}\u{20e3}"), "👩⚕1");
    }

    #[test]
    fn decomposed_letters_are_composed() {
        assert_eq!(line("e\u{301} \u{1112}\u{1161}\u{11ab}"), "é 한");
    }

    #[test]
    fn joiners_between_letters_are_kept() {
        assert_eq!(line("می\u{200c}خ ක්\u{200d}ර"), "می\u{200c}خ ක්\u{200d}ර");
    }

    #[test]
    fn a_line_reads_in_the_direction_of_its_first_letter() {
        assert!(reads_right_to_left("12 - שלום (ABC)"));
        assert!(!reads_right_to_left("12 - ABC שלום"));
    }

    #[test]
    fn a_long_address_may_wrap_and_a_payment_id_stays_whole() {
        assert!(line(&"x".repeat(60)).contains('\u{200b}'));
        assert!(!line("pi_3QxYz0123456789ABCDEFGH").contains('\u{200b}'));
    }

    #[test]
    fn descriptions_are_cut_at_400_lines_and_say_so() {
        let (kept, left_out) = lines(&"line\n".repeat(401));
        assert_eq!((kept.len(), left_out), (400, true));
        let (kept, left_out) = lines("\r\n\n one\r\n\r\ntwo \n");
        assert_eq!((kept.len(), left_out), (3, false));
        assert!(lines(" \n ").0.is_empty());
        let (kept, left_out) = lines(&"long ".repeat(100_000));
        assert_eq!((kept.len(), left_out), (1, true));
    }

    #[test]
    fn an_endless_name_ends_with_an_ellipsis() {
        assert_eq!(line(&"name ".repeat(1_000)).chars().count(), 301);
    }

    #[test]
    fn an_unknown_character_is_spelled_by_its_number() {
        assert_eq!(spelled('𠮷'), "[U+20BB7]");
    }
}
