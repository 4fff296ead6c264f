//! Addresses on our pages, and what was typed into their forms.
//! Must never read a form in any other way than the pages do.
use super::{NAMES_MAX, Typed, relative_path, typed};

#[test]
fn addresses_work_from_every_page_of_a_link() {
    for (path, expected) in [
        ("/p/TOKEN", "TOKEN"),
        ("/live/p/TOKEN", "TOKEN"),
        ("/p/TOKEN/", "../TOKEN"),
        ("/p/TOKEN/paid", "../TOKEN"),
        ("/live/p/TOKEN/new-link", "../TOKEN"),
    ] {
        assert_eq!(relative_path(path, "TOKEN"), expected, "{path}");
    }
}

#[test]
fn what_was_typed_is_read_exactly_or_not_at_all() {
    let read = typed(b"name=Zo%C3%AB+%26+Co&why=a%0D%0Ab&name=second").unwrap();
    assert_eq!(read.get("name"), "Zoë & Co");
    assert_eq!(read.get("why"), "a\r\nb");
    assert_eq!(typed(b"name=%EF%BF%BD").unwrap().get("name"), "\u{FFFD}");
    assert_eq!(typed(b""), Some(Typed::default()));
    for broken in [&b"name=%FF"[..], b"name=\xC3\x28", b"%ED%A0%80=x", b"name=%C3&x=%AB"] {
        assert_eq!(typed(broken), None);
    }
    assert!(typed("a=&".repeat(NAMES_MAX).as_bytes()).is_some());
    assert_eq!(typed("a=&".repeat(NAMES_MAX + 1).as_bytes()), None);
}
