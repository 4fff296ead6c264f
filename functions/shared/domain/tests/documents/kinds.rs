//! Kinds by their extensions and media types, as pages, mails and downloads name them.
//! Must never promise a kind that is not taken.
use domain::document::{ACCEPT, Content, saved_name};

const KINDS: [(Content, &str, &str); 9] = [
    (Content::Pdf, "pdf", "application/pdf"),
    (Content::Png, "png", "image/png"),
    (Content::Jpeg, "jpg", "image/jpeg"),
    (Content::Heic, "heic", "image/heic"),
    (Content::Text, "txt", "text/plain"),
    (Content::Csv, "csv", "text/csv"),
    (
        Content::Docx,
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (Content::Xlsx, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (Content::Eml, "eml", "message/rfc822"),
];

#[test]
fn every_kind_has_an_extension_and_a_media_type_and_is_found_by_its_extension() {
    for (content, extension, media_type) in KINDS {
        assert_eq!((content.extension(), content.media_type()), (extension, media_type));
        assert_eq!(Content::of_extension(extension), Some(content));
        assert_eq!(Content::of_extension(&extension.to_ascii_uppercase()), Some(content));
        assert_eq!(saved_name("letter", content), format!("letter.{extension}"));
    }
}

#[test]
fn what_may_be_chosen_is_what_is_taken() {
    let extensions = ACCEPT.split(',').filter_map(|one| one.trim().strip_prefix('.'));
    let taken: Vec<_> = extensions.map(Content::of_extension).collect();
    assert_eq!(taken.len(), 11);
    assert!(taken.iter().all(Option::is_some), "{taken:?}");
    assert_eq!(Content::of_extension("jpeg"), Some(Content::Jpeg));
    assert_eq!(Content::of_extension("heif"), Some(Content::Heic));
    for other in ["", "exe", "gif", ".pdf", "pdf ", "zip"] {
        assert_eq!(Content::of_extension(other), None, "{other:?}");
    }
}
