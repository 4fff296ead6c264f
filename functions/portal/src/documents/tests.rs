//! Which documents a form names, and what is said about the others; the rest needs S3.
//! Must never touch a network or a file.
use super::*;

fn kinds() -> Vec<String> {
    vec!["proof_of_payment".to_owned()]
}

fn typed(values: &[&str]) -> Typed {
    Typed(values.iter().map(|value| (KEPT.to_owned(), (*value).to_owned())).collect())
}

fn file(name: &str, bytes: &[u8]) -> NewFile {
    NewFile { field: "doc-other".to_owned(), name: name.to_owned(), bytes: bytes.to_vec() }
}

fn upload(name: &str, bytes: &[u8]) -> Upload {
    let (name, bytes) = (name.to_owned(), bytes.to_vec());
    Upload { id: Ulid(7), key: String::new(), object_version: "v1".to_owned(), name, bytes }
}

const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";

#[test]
fn an_upload_counts_once_and_an_unknown_kind_as_other() {
    let (one, two) = (Ulid(1), Ulid(2));
    let values = [
        format!("{one}:proof_of_payment"),
        format!("{one}:other"),
        format!("{two}:contract"),
        format!("{}:other", two.to_string().to_lowercase()),
        "../../receipts/x:other".to_owned(),
        format!("{one}"),
        String::new(),
        ":".to_owned(),
        "é".repeat(26) + ":other",
    ];
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let kept = kept(&typed(&values), &kinds());
    let expected = [(one, "proof_of_payment"), (two, OTHER)];
    assert_eq!(kept.iter().map(|one| (one.id, one.kind.as_str())).collect::<Vec<_>>(), expected);
}

#[test]
fn a_field_of_no_known_kind_is_for_other_documents() {
    for (field, expected) in [
        ("doc-proof_of_payment", "proof_of_payment"),
        ("doc-other", OTHER),
        ("doc-contract", OTHER),
        ("doc-", OTHER),
        ("doc-proof_of_payment ", OTHER),
    ] {
        assert_eq!(kind_of(field, &kinds()), expected, "{field}");
    }
}

#[test]
fn what_is_over_ten_is_left_out_and_told() {
    let files: Vec<NewFile> = (0..8).map(|n| file(&format!("{n}.pdf"), PDF)).collect();
    let four =
        |from: u128| (from..from + 4).map(|id| Kept { id: Ulid(id), kind: OTHER.to_owned() });
    let (mut kept, mut new): (Vec<Kept>, Vec<&NewFile>) =
        (four(1).collect(), files.iter().collect());
    let told = too_many(&mut kept, &mut new, 10).unwrap();
    assert_eq!((kept.len(), new.len()), (4, 6));
    assert_eq!(told.field, "doc-other");
    assert_eq!(told.says, "You can attach at most 10 files. The last 2 files were left out.");
    assert_eq!(too_many(&mut kept, &mut new, 10), None);
    assert!(too_many(&mut kept, &mut new, 3).is_some());
    assert_eq!((kept.len(), new.len()), (3, 0));
}

#[test]
fn a_file_is_refused_by_what_it_is_with_its_name() {
    let mut gathered = Gathered::default();
    gathered.judge(Some(upload("report.pdf", PDF)), "proof_of_payment");
    gathered.judge(Some(upload("report.pdf", b"MZ\x90\0 a program")), "proof_of_payment");
    gathered.judge(None, OTHER);
    assert_eq!(gathered.kinds(), ["proof_of_payment"]);
    let fields: Vec<&str> = gathered.wrongs.iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["doc-proof_of_payment", "doc-other"]);
    assert!(gathered.wrongs[0].says.starts_with("“report.pdf”: This file is not what its name"));
    assert!(gathered.wrongs[1].says.contains("add it again"));
}

#[test]
fn what_everybody_knows_no_document_to_be_is_refused_before_it_is_sent() {
    for (name, size_bytes, expected) in [
        ("a.pdf", 0, Some(NotAccepted::Empty)),
        ("a.pdf", DOCUMENT_BYTES_MAX, None),
        ("a.pdf", DOCUMENT_BYTES_MAX + 1, Some(NotAccepted::TooLarge)),
        ("a.PDF", 1, None),
        ("a.exe", 1, Some(NotAccepted::Kind)),
        ("a.pdf.HTML", 1, Some(NotAccepted::Kind)),
        ("a.doc", 1, Some(NotAccepted::OldOffice)),
        ("a.xlsm", 1, Some(NotAccepted::Macros)),
        ("Statement 30.11", 1, None),
        ("no extension", 1, None),
        ("", 1, None),
    ] {
        assert_eq!(refused_early(name, size_bytes), expected, "{name}");
    }
    assert!(judge(&file("a.svg", b"<svg/>")).is_err());
    assert!(judge(&file("a.pdf", PDF)).is_ok());
}

#[test]
fn errors_stand_in_the_order_of_the_page_and_once_for_a_field() {
    let wrong = |field: &str| Wrong { field: field.to_owned(), says: String::new() };
    let read: Result<(), _> =
        Err(["description", "doc-proof_of_payment", "doc-x", "name", "email"].map(wrong).to_vec());
    let own = vec![wrong("doc-proof_of_payment"), wrong("doc-other")];
    let gathered = Gathered { documents: Vec::new(), wrongs: own.clone() };
    let fields = |wrongs: Vec<Wrong>| -> Vec<String> {
        wrongs.into_iter().map(|wrong| wrong.field).collect()
    };
    let merged = fields(with_wrongs(read, &gathered).unwrap_err());
    let expected = ["description", "doc-x", "doc-proof_of_payment", "doc-other", "name", "email"];
    assert_eq!(merged, expected);
    assert_eq!(with_wrongs(Ok(()), &gathered).unwrap_err(), own);
    assert_eq!(with_wrongs(Ok(5), &Gathered::default()), Ok(5));
}

#[test]
fn what_was_only_compared_is_not_offered_again() {
    let stored = upload("a.pdf", PDF).accept(OTHER).unwrap();
    let compared = Document { object_version: String::new(), ..stored.clone() };
    let gathered = Gathered { documents: vec![stored, compared], wrongs: Vec::new() };
    let shown = attach(10, &[], &gathered);
    assert_eq!(shown.kept.len(), 1);
    assert_eq!(
        (shown.kept[0].name.as_str(), shown.kept[0].about.as_str()),
        ("a.pdf", "PDF, 15 bytes")
    );
}
