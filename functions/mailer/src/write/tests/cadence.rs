//! Promises of the letters of a cadence: whose words they are in, and how firm.
//! Must never touch a network or a file.
use domain::Fact;
use domain::fact::LinkMailReason;
use domain::mail_template::{self, MailTemplate};
use ulid::Ulid;

use super::bench::{Bench, CONTACTS, LINK};
use super::{says, subject};

#[test]
fn the_sellers_own_words_go_out_filled_escaped_and_with_the_link_as_ever() {
    let mut bench = Bench::new();
    let ours = bench.posts("CadenceStepDue");
    bench.tenant.mail = Some(MailTemplate {
        subject: "{customer_name}, {invoice_number}: {invoice_balance} by {due_date}".to_owned(),
        body: "Dear {customer_name},\n\nsee <b>terms</b> & pay:\n{pay_link}\nor later: {pay_link}"
            .to_owned(),
    });
    bench.file.invoice.customer = "Acme {pay_link} <Ltd>".to_owned();
    let posts = bench.posts("CadenceStepDue");
    assert_eq!(posts.iter().map(|post| post.to.as_str()).collect::<Vec<_>>(), CONTACTS);
    let post = &posts[0];
    let subject_line = "Acme {pay_link} <Ltd>, INV-1: $1,250.00 USD by 30 November 2026";
    assert_eq!(subject(post), subject_line);
    says(
        post,
        &["Dear Acme {pay_link} <Ltd>,", "see <b>terms</b> & pay:", "only for invoice INV-1"],
    );
    assert_eq!(post.letter.text.matches(LINK).count(), 2, "in its sentence and at the button");
    assert!(
        !post.letter.html.contains("<b>") && post.letter.html.contains("See the invoice and pay")
    );
    assert!(!post.letter.text.contains("You can look at it and pay online"), "not ours besides");
    assert_eq!(post.kind, ours[0].kind);

    for (now, prefix, lead) in [
        ("2026-12-01T15:00:00Z", "Reminder", "invoice INV-1, which was due on 30 November 2026."),
        ("2026-12-08T15:00:00Z", "Still unpaid", "tell Northwind Works (help@northwind.example)."),
    ] {
        bench.moment.now = now.parse().unwrap();
        bench = bench.cadence();
        let posts = bench.posts("CadenceStepDue");
        assert_eq!(subject(&posts[0]), format!("{prefix}: {subject_line}"));
        says(&posts[0], &["Dear Acme {pay_link} <Ltd>,", lead, "see <b>terms</b> & pay:"]);
    }
    let link_mail = Fact::LinkMailDue { link: Ulid(1), reason: LinkMailReason::Requested };
    let other = bench.posts_of(&link_mail);
    assert!(!other[0].letter.text.contains("see <b>terms</b>"), "the words of the cadence only");
}

#[test]
fn the_words_an_editor_shows_before_any_are_written_are_those_that_go_out() {
    let mut bench = Bench::new();
    let ours = bench.posts("CadenceStepDue");
    bench.tenant.mail = Some(mail_template::standard("Northwind Works"));
    let kept = bench.posts("CadenceStepDue");
    assert_eq!(ours[0].letter, kept[0].letter);
    says(&ours[0], &["Hello Acme,", "You can look at it and pay online; you need no account."]);
    assert_eq!(ours[0].letter.text.matches(LINK).count(), 1, "at the button");
}

#[test]
fn nobody_is_told_that_an_invoice_is_still_unpaid_before_it_is_overdue() {
    for (due, prefix, said) in [
        ("2026-11-30", "Still unpaid: ", "it is still unpaid"),
        ("2027-01-22", "Reminder: ", "invoice INV-1, which is due on 22 January 2027."),
    ] {
        let mut bench = Bench::new();
        bench.file.invoice.due_date = due.parse().unwrap();
        bench.moment.now = "2026-12-08T15:00:00Z".parse().unwrap();
        let posts = bench.cadence().posts("CadenceStepDue");
        assert!(subject(&posts[0]).starts_with(prefix), "{due}: {}", subject(&posts[0]));
        says(&posts[0], &[said]);
    }
}
