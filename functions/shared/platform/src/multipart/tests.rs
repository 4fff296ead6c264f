//! Forms as browsers send them, and as nobody should.
//! Must never touch a network or a file.
use super::*;

const TYPE: &str = "multipart/form-data; boundary=X-BOUNDARY";

fn read(content_type: &str, body: Vec<u8>) -> Result<Sent, Unreadable> {
    super::read(content_type, body, |field| field.starts_with("doc-"))
}

fn part(disposition: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--X-BOUNDARY\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn body(parts: &[Vec<u8>]) -> Vec<u8> {
    [parts.concat(), b"--X-BOUNDARY--\r\n".to_vec()].concat()
}

fn files(parts: &[Vec<u8>]) -> Vec<NewFile> {
    read(TYPE, body(parts)).unwrap().files
}

#[test]
fn fields_and_files_arrive_exactly_and_in_order() {
    let bytes: Vec<u8> = (0..=255).chain(*b"\r\n--X-BOUNDAR\r\n\0").collect();
    let sent = read(
        TYPE,
        body(&[
            part("name=\"description\"", "Line 1\r\nLine 2 \u{202e}🙂\0".as_bytes()),
            part("name=\"doc-order\"; filename=\"Auftrag Müller.pdf\"", &bytes),
            part("name=\"kept\"", b"a"),
            part("name=\"kept\"", b"b"),
        ]),
    );
    let sent = sent.unwrap();
    assert_eq!(sent.typed.get("description"), "Line 1\r\nLine 2 \u{202e}🙂\0");
    assert_eq!(sent.typed.all("kept").collect::<Vec<_>>(), ["a", "b"]);
    let name = "Auftrag Müller.pdf".to_owned();
    assert_eq!(sent.files, [NewFile { field: "doc-order".to_owned(), name, bytes }]);
}

#[test]
fn a_field_without_a_chosen_file_brings_none() {
    let none = part("name=\"doc-other\"; filename=\"\"", b"");
    assert_eq!(files(&[none]), []);
    let empty = files(&[part("name=\"doc-other\"; filename=\"a.pdf\"", b"")]);
    assert_eq!(empty.len(), 1, "an empty file is a file, to be refused by name");
    let nameless = files(&[part("name=\"doc-other\"; filename=\"\"", b"x")]);
    assert_eq!(nameless[0].name, "document");
}

/// Row 47 of the faults.
#[test]
fn a_files_name_is_made_safe() {
    for (raw, expected) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\fakepath\\\\scan.pdf", "scan.pdf"),
        ("scan\u{202e}fdp.exe", "scanfdp.exe"),
        ("5%22 plate.pdf", "5\" plate.pdf"),
        ("a%0D%0ASet-Cookie: x.txt", "a%0D%0ASet-Cookie: x.txt"),
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
    ] {
        let part = part(&format!("name=\"doc-other\"; filename=\"{raw}\""), b"x");
        assert_eq!(files(&[part])[0].name, expected, "{raw}");
    }
    let huge = format!("name=\"doc-other\"; filename=\"{}.pdf\"", "é".repeat(1_000_000));
    let name = &files(&[part(&huge, b"x")])[0].name;
    assert!(name.chars().count() == 100 && name.ends_with("é.pdf"));
}

#[test]
fn a_name_that_is_not_text_leaves_a_file_without_one() {
    let mut raw = b"--X-BOUNDARY\r\nContent-Disposition: form-data; name=\"doc-other\"; ".to_vec();
    raw.extend(b"filename=\"\xff\xfe.pdf\"\r\n\r\nx\r\n--X-BOUNDARY--\r\n");
    assert_eq!(read(TYPE, raw).unwrap().files[0].name, "document");
}

#[test]
fn what_is_no_form_is_refused() {
    let whole = body(&[part("name=\"a\"", b"1")]);
    for (why, content_type, body) in [
        ("no boundary named", "multipart/form-data", whole.clone()),
        ("an empty boundary", "multipart/form-data; boundary=\"\"", whole.clone()),
        ("another boundary", "multipart/form-data; boundary=other", whole.clone()),
        ("another type", "text/plain; boundary=X-BOUNDARY", whole.clone()),
        ("nothing at all", TYPE, Vec::new()),
        ("no end", TYPE, part("name=\"a\"", b"1")),
        ("cut in a value", TYPE, whole[..whole.len() - 20].to_vec()),
        ("cut in the headers", TYPE, whole[..30].to_vec()),
        ("no name", TYPE, super::tests::body(&[part("filename=\"a\"", b"1")])),
        ("an empty name", TYPE, super::tests::body(&[part("name=\"\"", b"1")])),
        ("a value that is no UTF-8", TYPE, super::tests::body(&[part("name=\"a\"", b"\xff")])),
        ("NUL in a header", TYPE, super::tests::body(&[part("name=\"a\0b\"", b"1")])),
        ("a lone CR in a header", TYPE, super::tests::body(&[part("name=\"a\rb\"", b"1")])),
    ] {
        assert_eq!(read(content_type, body), Err(Unreadable::Malformed), "{why}");
    }
    let long = format!("multipart/form-data; boundary={}", "b".repeat(71));
    assert_eq!(read(&long, whole), Err(Unreadable::Malformed));
}

#[test]
fn more_parts_than_a_form_has_are_refused() {
    let parts = |count: usize| body(&vec![part("name=\"kept\"", b"x"); count]);
    assert_eq!(read(TYPE, parts(PARTS_MAX)).unwrap().typed.0.len(), PARTS_MAX);
    assert_eq!(read(TYPE, parts(PARTS_MAX + 1)), Err(Unreadable::TooMuch));
    assert_eq!(read(TYPE, parts(20_000)), Err(Unreadable::TooMuch));
}

#[test]
fn an_endless_value_is_cut_and_still_too_long_for_any_field() {
    let long = "é".repeat(1_000_000);
    let sent = read(TYPE, body(&[part("name=\"description\"", long.as_bytes())])).unwrap();
    let kept = sent.typed.get("description").chars().count();
    assert!((4_001..=VALUE_MAX).contains(&kept), "{kept}");
}
