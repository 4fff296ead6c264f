use super::*;

#[test]
fn what_was_typed_is_kept_under_the_names_of_the_page() {
    let fields = [
        ("form", "01JD9Z3V7Q0000000000000000"),
        ("date_2", "2026-12-01"),
        ("date_1", " "),
        ("why", "Line 1\nLine 2"),
        ("date", "2026-12-24"),
        ("whyever", "x"),
    ];
    let typed = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let kept = kept(&Typed(typed.into()), &[("why", "Reason"), ("date_", "Date")]);
    let kept: Vec<_> = kept.iter().map(|one| (one.label.as_str(), one.text.as_str())).collect();
    assert_eq!(kept, [("Reason", "Line 1\nLine 2"), ("Date 2", "2026-12-01")]);
}

#[test]
fn a_form_that_was_not_taken_is_told_why() {
    for (refusal, part) in [
        (Refusal::FormReused, "was sent before"),
        (Refusal::TooManyDocuments, "more files than can still be added"),
        (Refusal::AmountOutOfRange, "The balance has changed"),
    ] {
        let wrong = says(refusal);
        assert!(wrong.field.is_empty() && wrong.says.contains(part), "{wrong:?}");
    }
}
