//! Promises of the letters, by writing every one of them.
//! Must never touch a network or a file.

use domain::mail_template::{self, MailTemplate};
use domain::review::DisputeVerdict;

use super::*;
use crate::write::tests::bench::{Bench, usd};

const LINK: &str = "https://pay.plixo.example/p/dG9rZW4";
const HOSTILE: &str = "<script>alert(1)</script>\"'&\r\nBcc: thief@evil.example\u{202E}\0";

fn line() -> InvoiceLine {
    InvoiceLine {
        seller: "Northwind Works".into(),
        brand_colour: "#0f766e".into(),
        customer: "Acme Robotics Inc.".into(),
        number: "INV-1042".into(),
        amount: "$1,234.50 USD".into(),
        to_pay: Some("$1,234.50 USD".into()),
        due: "30 November 2026".into(),
        overdue: Some("12 days overdue".into()),
        contact: Some("billing@northwind.example".into()),
    }
}

fn hostile() -> InvoiceLine {
    let text = || HOSTILE.to_owned();
    InvoiceLine {
        seller: text(),
        brand_colour: text(),
        customer: text(),
        number: text(),
        amount: text(),
        to_pay: Some(text()),
        due: text(),
        overdue: Some(text()),
        contact: Some(text()),
    }
}

fn received<'a>(text: &'a str, left: Option<&'a str>) -> Received<'a> {
    Received { paid_on: text, method: text, receipt_number: text, left }
}

fn standard() -> MailTemplate {
    mail_template::standard("Northwind Works")
}

/// Every letter about `line`, each other text being `text`.
fn all(line: &InvoiceLine, text: &str, url: &str) -> Vec<Letter> {
    let words = mail_template::standard(&line.seller);
    let early = InvoiceLine { overdue: None, ..line.clone() };
    let letters = [
        cadence(line, 0, &words, url),
        cadence(line, 1, &words, url),
        cadence(line, 2, &words, url),
        cadence(line, u8::MAX, &words, url),
        cadence(&early, 1, &words, url),
        cadence(&early, 2, &words, url),
        fresh_link(line, url),
        same_link(line, url),
        receipt(line, &received(text, None), Some(url)),
        receipt(line, &received(text, Some(text)), None),
        bank_payment_failed(line, text, text, Some(url)),
        bank_payment_failed(line, text, text, None),
        paid_twice_payer(line, text),
        paid_twice_seller(line, text, text),
        mismatch_seller(line, text, text, text),
    ];
    letters.into_iter().chain(about_cases(line, text, url)).map(Result::unwrap).collect()
}

/// The letters about plans, promises and disputes, in which people wrote `text` where they may.
fn about_cases(line: &InvoiceLine, text: &str, url: &str) -> Vec<Result<Letter, askama::Error>> {
    let disputed = || Bench::new().dispute(25_000, text).ask(text);
    let benches = [
        Bench::new().plan(text, "jane@acme.example"),
        Bench::new().promise(50_000),
        disputed(),
        disputed().answer(text),
    ];
    let readers =
        [Reader::Contact(Some(url)), Reader::Contact(None), Reader::Typed { link_sent: true }];
    let part = usd(10_000);
    let verdicts =
        [DisputeVerdict::Accept, DisputeVerdict::PartlyAccept(part), DisputeVerdict::Reject];
    let due = DueLine { what: text.to_owned(), amount: text.to_owned(), date: text.to_owned() };
    let mut letters = Vec::new();
    for bench in &benches {
        let about = About { line, file: &bench.file, case: bench.case() };
        for reader in readers {
            letters.push(submission_copy(&about, reader));
            letters.push(plan_approved(&about, reader));
            letters.push(plan_declined(&about, reader));
            let decided = |verdict| dispute_decided(&about, verdict, Some(part), reader);
            letters.extend(verdicts.map(decided));
            let asked = about.case.open_question();
            letters.extend(asked.map(|asked| question(&about, asked, reader)));
        }
        letters.push(submission_notice(&about));
        letters.extend(about.case.questions.iter().map(|asked| answer_notice(&about, asked)));
        letters.push(instalment_due(&about, &due, url));
        letters.push(promise_due(&about, &due, url));
        letters.push(behind(&about, &due, 2, 1, url));
        letters.push(instalment_missed(&about, &due));
        letters.push(promise_missed(&about, &due));
    }
    letters
}

#[test]
fn every_cadence_step_holds_the_three_merge_tags_in_both_parts() {
    for step in [0, 1, 2, 3, u8::MAX] {
        let letter = cadence(&line(), step, &standard(), LINK).unwrap();
        for part in [&letter.html, &letter.text] {
            for tag in ["Acme Robotics Inc.", "$1,234.50 USD", LINK, "INV-1042", "Northwind Works"]
            {
                assert!(part.contains(tag), "step {step} lacks {tag}: {part}");
            }
        }
    }
}

#[test]
fn a_link_comes_with_what_a_suspicious_reader_wants_to_know() {
    let first = cadence(&line(), 0, &standard(), LINK).unwrap();
    for letter in [first, fresh_link(&line(), LINK).unwrap()] {
        for promise in [
            "only for invoice INV-1042",
            "stops working after 7 days without use",
            "never ask for your password",
            "billing@northwind.example",
        ] {
            assert!(letter.html.replace("&#39;", "'").contains(promise), "{promise}");
            assert!(letter.text.contains(promise), "{promise}");
        }
        assert!(letter.html.contains(&format!(">{LINK}</a>")));
    }
}

#[test]
fn the_steps_differ_and_become_firmer_only_once_the_invoice_is_overdue() {
    let late = line();
    let early = InvoiceLine { overdue: None, ..line() };
    let subject = "Invoice INV-1042 from Northwind Works: $1,234.50 USD, due 30 November 2026";
    let first = "Northwind Works has sent you invoice INV-1042.";
    let was = "This is a reminder of invoice INV-1042, which was due on 30 November 2026.";
    let is = "This is a reminder of invoice INV-1042, which is due on 30 November 2026.";
    let unpaid = "If something stands in the way of paying it, tell Northwind Works \
                  (billing@northwind.example).";
    for (line, step, prefix, heading, lead) in [
        (&late, 0, "", "Invoice INV-1042 from Northwind Works", first),
        (&early, 0, "", "Invoice INV-1042 from Northwind Works", first),
        (&late, 1, "Reminder: ", "A reminder of invoice INV-1042", was),
        (&early, 1, "Reminder: ", "A reminder of invoice INV-1042", is),
        (&late, 2, "Still unpaid: ", "Invoice INV-1042 is still unpaid", unpaid),
        (&early, 2, "Reminder: ", "A reminder of invoice INV-1042", is),
        (&early, u8::MAX, "Reminder: ", "A reminder of invoice INV-1042", is),
    ] {
        let letter = cadence(line, step, &standard(), LINK).unwrap();
        assert_eq!(letter.subject, format!("{prefix}{subject}"), "step {step}");
        let start = format!("{heading}\n\nHello Acme Robotics Inc.,\n");
        assert!(letter.text.starts_with(&start), "step {step}: {}", letter.text);
        let told = letter.text.find(lead).unwrap_or_else(|| panic!("{lead}: {}", letter.text));
        assert!(told <= letter.text.find(first).unwrap(), "what is ours comes before the words");
        assert!(letter.html.contains(lead), "step {step}: {}", letter.html);
        let firm = letter.text.contains("still unpaid");
        assert_eq!(firm, prefix == "Still unpaid: ", "step {step}: {}", letter.text);
    }
}

#[test]
fn a_link_on_a_line_of_its_own_is_shown_at_the_button_only() {
    for (body, links, greeting) in [
        ("Dear {customer_name},\n\n{pay_link}\n\nYours", 1, "Dear Acme Robotics Inc.,"),
        ("Dear {customer_name},\n\nhere: {pay_link}", 2, "Dear Acme Robotics Inc.,"),
        ("{pay_link}\nDear {customer_name},", 1, "Dear Acme Robotics Inc.,"),
        ("{pay_link}", 1, "Hello Acme Robotics Inc.,"),
    ] {
        let words = MailTemplate { subject: "{invoice_number}".to_owned(), body: body.to_owned() };
        let letter = cadence(&line(), 0, &words, LINK).unwrap();
        assert_eq!(letter.text.matches(LINK).count(), links, "{body}: {}", letter.text);
        let start = format!("Invoice INV-1042 from Northwind Works\n\n{greeting}\n");
        assert!(letter.text.starts_with(&start), "{body}: {}", letter.text);
    }
}

#[test]
fn subjects_are_one_safe_line() {
    let long = InvoiceLine { number: "9".repeat(10_000), ..line() };
    for line in [line(), hostile(), long] {
        for letter in all(&line, HOSTILE, HOSTILE) {
            assert!(!letter.subject.is_empty() && letter.subject.chars().count() <= 150);
            assert!(!letter.subject.chars().any(char::is_control), "{:?}", letter.subject);
            assert!(!letter.subject.contains('\u{202E}'), "{:?}", letter.subject);
        }
    }
}

#[test]
fn hostile_text_is_shown_and_never_obeyed() {
    for letter in all(&hostile(), HOSTILE, HOSTILE) {
        assert!(!letter.html.contains("<script"), "{}", letter.html);
        assert!(letter.html.contains("&#60;script&#62;alert(1)"), "{}", letter.html);
        assert!(letter.html.contains("background:#4f46e5"), "{}", letter.html);
        assert!(!letter.text.lines().any(|line| line.starts_with("Bcc:")), "{}", letter.text);
        for part in [&letter.html, &letter.text] {
            assert!(!part.contains(['\r', '\0', '\u{202E}']), "{part}");
        }
    }
}

#[test]
fn no_letter_loads_anything_from_elsewhere() {
    for letter in all(&line(), "28 November 2026", LINK) {
        for word in ["<img", "<link", "<script", "src=", "url(", "@import"] {
            assert!(!letter.html.contains(word), "{word}");
        }
        assert_eq!(letter.html.matches("href=").count(), letter.html.matches(LINK).count() / 3 * 2);
    }
}

#[test]
fn a_receipt_names_what_was_paid_and_asks_for_nothing() {
    let received = Received {
        paid_on: "28 November 2026",
        method: "Visa ending in 4242",
        receipt_number: "R-77",
        left: None,
    };
    let letter = receipt(&line(), &received, None).unwrap();
    for fact in ["28 November 2026", "Visa ending in 4242", "R-77", "$1,234.50 USD"] {
        assert!(letter.html.contains(fact) && letter.text.contains(fact), "{fact}");
    }
    assert!(!letter.html.contains("href=") && !letter.text.contains("overdue"));
    assert!(letter.text.starts_with("Paid: ") && !letter.text.contains("left"));
}

#[test]
fn a_receipt_for_a_part_says_what_is_left_and_never_that_the_invoice_is_paid() {
    let received = received("28 November 2026", Some("$900.00 USD"));
    let letter = receipt(&line(), &received, Some(LINK)).unwrap();
    assert!(letter.text.starts_with("Payment received: invoice INV-1042"), "{}", letter.text);
    for part in [&letter.html, &letter.text] {
        assert!(part.contains("$900.00 USD is left to pay"), "{part}");
        assert!(!part.contains("See the paid invoice") && !part.contains("Paid:"), "{part}");
    }
}

#[test]
fn a_fresh_link_promises_a_payment_only_if_one_is_due() {
    let instalment = InvoiceLine { to_pay: Some("$312.50 USD".into()), ..line() };
    let letter = fresh_link(&instalment, LINK).unwrap();
    assert!(letter.text.contains("To pay now: $312.50 USD"), "{}", letter.text);
    let waiting = InvoiceLine { to_pay: None, ..line() };
    let letter = fresh_link(&waiting, LINK).unwrap();
    assert!(letter.text.contains("See the invoice:"), "{}", letter.text);
    assert!(!letter.text.contains("and pay") && !letter.text.contains("You pay"));
}

#[test]
fn a_link_mailed_again_says_nothing_of_links_that_no_longer_work() {
    let letter = same_link(&line(), LINK).unwrap();
    assert_eq!(letter.subject, "Link for invoice INV-1042 from Northwind Works");
    for part in [&letter.text, &letter.html] {
        assert!(part.contains(LINK) && part.contains("asked us to send it to you"), "{part}");
        assert!(!part.contains("no longer work") && !part.contains("new link"), "{part}");
    }
    let waiting = InvoiceLine { to_pay: None, ..line() };
    let letter = same_link(&waiting, LINK).unwrap();
    assert!(letter.text.contains("See the invoice:"), "{}", letter.text);
}

#[test]
fn the_seller_learns_which_payment_to_refund_and_gets_no_link() {
    let letter = paid_twice_seller(&line(), "$1,234.50 USD", "pi_3Q").unwrap();
    assert!(letter.text.contains("Stripe payment: pi_3Q"));
    assert!(!letter.html.contains("href=") && !letter.text.contains("http"));
}
