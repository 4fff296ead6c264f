//! One set of words rendered twice, so that the HTML and the plain text cannot drift apart.
//! Must never let a control character into a subject, nor an unchecked colour into the HTML.

use askama::Template;

use super::{InvoiceLine, Letter};

/// The product's own accent, for sellers without a valid colour.
const INDIGO: &str = "#4f46e5";
/// Longer subjects are cut by mail clients anyway; also bounds a hostile invoice number.
const SUBJECT_CHARS_MAX: usize = 150;

/// The words of a letter. Each text is one line or paragraph; control characters are dropped.
pub(super) struct Body {
    pub(super) subject: String,
    pub(super) heading: String,
    pub(super) greeting: String,
    pub(super) paragraphs: Vec<String>,
    /// Label and value, in reading order.
    pub(super) facts: Vec<(&'static str, String)>,
    /// What somebody wrote, told apart from our own words.
    pub(super) quotes: Vec<Quote>,
    /// The one thing to do next.
    pub(super) button: Option<Button>,
    /// Quieter lines below, such as why the link can be trusted.
    pub(super) notes: Vec<String>,
    /// Who sends this letter, for whom.
    pub(super) footer: String,
}

/// Somebody's own words, with every line break they were written with.
pub(super) struct Quote {
    /// Whose words, such as `Your description`.
    pub(super) label: &'static str,
    pub(super) lines: Vec<String>,
}

impl Quote {
    /// All of `text`, or `None` if it is empty. Each line is marked in the plain text, so that
    /// none of them can pass for ours.
    pub(super) fn of(label: &'static str, text: &str) -> Option<Self> {
        let lines = text.lines().map(visible).collect::<Vec<_>>();
        let says_something = lines.iter().any(|line| !line.trim().is_empty());
        says_something.then_some(Self { label, lines })
    }
}

/// A link shown as a button, and as its address in full for whoever distrusts buttons.
pub(super) struct Button {
    pub(super) label: &'static str,
    pub(super) url: String,
}

impl Body {
    /// Renders both parts.
    ///
    /// # Errors
    /// When a template fails to write, which memory alone can cause: retry the letter.
    pub(super) fn write(mut self, line: &InvoiceLine) -> Result<Letter, askama::Error> {
        self.clean();
        let accent = if is_hex_colour(&line.brand_colour) { &line.brand_colour } else { INDIGO };
        Ok(Letter {
            html: Html { body: &self, accent }.render()?,
            text: Text { body: &self }.render()?,
            subject: self.subject.chars().take(SUBJECT_CHARS_MAX).collect(),
        })
    }

    /// A line break inside a name could forge a header, or a paragraph of the plain text.
    fn clean(&mut self) {
        let own = [&mut self.subject, &mut self.heading, &mut self.greeting, &mut self.footer];
        let lists = self.paragraphs.iter_mut().chain(&mut self.notes);
        let values = self.facts.iter_mut().map(|(_, value)| value);
        let url = self.button.iter_mut().map(|button| &mut button.url);
        own.into_iter()
            .chain(lists)
            .chain(values)
            .chain(url)
            .for_each(|text| *text = one_line(text));
    }
}

/// `text` with each run of white space as one space, and without characters that steer a display.
fn one_line(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `text` on one line, its spaces kept, without characters that steer a display.
fn visible(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    spaced.filter(|c| !c.is_control() && !is_direction_override(*c)).collect()
}

/// Characters that reorder what follows them, and so can show another address or amount.
/// Source: Unicode Standard Annex 9, explicit formatting characters.
fn is_direction_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_hex_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[derive(Template)]
#[template(path = "letter.html", whitespace = "minimize")]
struct Html<'a> {
    body: &'a Body,
    accent: &'a str,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    body: &'a Body,
}
