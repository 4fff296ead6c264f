//! Promises of the seller's own words. Must never need a mailer.
use super::*;
use proptest::prelude::*;

fn values() -> Values {
    Values {
        customer_name: "Acme {pay_link} <Ltd>".to_owned(),
        invoice_number: "INV-1".to_owned(),
        invoice_balance: "$1,250.00 USD".to_owned(),
        due_date: "30 November 2026".to_owned(),
        pay_link: "https://pay.example/p/abc".to_owned(),
    }
}

fn template(subject: &str, body: &str) -> MailTemplate {
    MailTemplate { subject: subject.to_owned(), body: body.to_owned() }
}

/// The fields that are wrong, with a word of each reason.
fn errors(subject: &str, body: &str) -> Vec<(String, String)> {
    let errors = template(subject, body).checked().err().unwrap_or_default();
    errors.into_iter().map(|error| (error.field, error.reason)).collect()
}

#[test]
fn every_tag_is_filled_once_and_values_are_never_filled_again() {
    let filled = template(
        "{invoice_number}: {invoice_balance}",
        "Dear {customer_name},\n\n  due {due_date} \n{pay_link} {pay_link}",
    )
    .fill(&values());
    assert_eq!(filled.subject, "INV-1: $1,250.00 USD");
    let link = "https://pay.example/p/abc";
    assert_eq!(
        filled.paragraphs,
        ["Dear Acme {pay_link} <Ltd>,", "due 30 November 2026", &format!("{link} {link}")]
    );
}

#[test]
fn the_standard_words_pass_their_own_check() {
    let standard = standard("Northwind Works");
    assert_eq!(standard.checked(), Ok(standard.clone()));
    let filled = standard.fill(&values());
    assert_eq!(
        filled.subject,
        "Invoice INV-1 from Northwind Works: $1,250.00 USD, due 30 November 2026"
    );
    assert_eq!(filled.paragraphs.len(), 3);
    assert!(filled.paragraphs[1].starts_with("Northwind Works has sent you invoice INV-1."));
}

#[test]
fn a_sellers_name_is_text_in_the_standard_words_and_never_a_tag_or_a_paragraph() {
    let standard = standard("{pay_link} {Curly\r\n\nPay me at evil.example");
    assert_eq!(standard.checked(), Ok(standard.clone()));
    let filled = standard.fill(&values());
    assert!(filled.subject.starts_with("Invoice INV-1 from pay_link CurlyPay me at evil.example:"));
    assert_eq!(filled.paragraphs.len(), 3, "{:?}", filled.paragraphs);
    let links = filled.paragraphs.iter().filter(|one| one.contains(&values().pay_link)).count();
    assert_eq!(links, 1);
}

#[test]
fn what_is_wrong_is_told_at_its_field() {
    let long = "x".repeat(SUBJECT_MAX + 1);
    let long_body = format!("{{pay_link}}{}", "x".repeat(BODY_MAX));
    for (subject, body, field, words) in [
        ("", "{pay_link}", "mail.subject", "Write a subject"),
        ("  ", "{pay_link}", "mail.subject", "Write a subject"),
        (&long, "{pay_link}", "mail.subject", "at most 150"),
        ("a\nb", "{pay_link}", "mail.subject", "one line"),
        ("{pay_link}", "{pay_link}", "mail.subject", "body only"),
        ("{name}", "{pay_link}", "mail.subject", "\"{name}\" is no tag"),
        ("S", "", "mail.body", "{pay_link}"),
        ("S", "Pay.", "mail.body", "{pay_link}"),
        ("S", "{ pay_link }", "mail.body", "{pay_link}"),
        ("S", &long_body, "mail.body", "at most 4000"),
        ("S", "{pay_link}\u{7}", "mail.body", "control"),
        ("S", "{pay_link} {Due_Date}", "mail.body", "\"{Due_Date}\" is no tag"),
        ("S", "{pay_link} }", "mail.body", "\"}\" is no tag"),
        ("S", "{pay_link} {due_date", "mail.body", "\"{due_date\" is no tag"),
        ("S", "{{pay_link}} {pay_link}", "mail.body", "is no tag"),
    ] {
        let told = errors(subject, body);
        assert_eq!(told.len(), 1, "{subject:?} {body:?}: {told:?}");
        assert!(told[0].0 == field && told[0].1.contains(words), "{told:?}");
    }
    assert_eq!(errors("", "").len(), 2, "both at once");
}

#[test]
fn a_template_is_kept_as_it_was_written_but_for_white_space_around_it() {
    let kept = template("  S ", "\r\n a\r\nb {pay_link}\r").checked().unwrap();
    assert_eq!(kept, template("S", "a\nb {pay_link}"));
}

proptest! {
    #[test]
    fn the_standard_words_pass_their_own_check_whatever_a_seller_is_called(name in ".{0,200}") {
        let standard = standard(&format!("{name}\n{{due_date}}{name}"));
        prop_assert_eq!(standard.checked(), Ok(standard.clone()));
    }

    #[test]
    fn whatever_passes_leaves_no_brace_and_no_tag_behind(
        body in "[{}a-z_ \n]{0,20}\\{pay_link\\}[{}a-z_ \n]{0,20}",
    ) {
        let mut values = values();
        values.customer_name = "Acme".to_owned();
        if let Ok(kept) = template("S", &body).checked() {
            let text = kept.fill(&values).paragraphs.join("\n");
            prop_assert!(!text.contains(['{', '}']), "{text}");
            prop_assert!(text.contains(&values.pay_link));
        }
    }
}
