//! Promises of the pages, by rendering every one of them.
//! Must never touch a network or a file.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::*;

mod cases;
mod forms;
mod hostile;
mod words;

fn invoice(state: State, notice: Notice) -> InvoicePage {
    InvoicePage {
        frame: Frame { seller: "Northwind Works".into(), brand_colour: "#0f766e".into() },
        path: "A".repeat(76),
        customer: "Acme Robotics Inc.".into(),
        number: "INV-1042".into(),
        description: vec!["Maintenance, 4th quarter".into(), "Spare parts kit B-12".into()],
        amount: "$1,234.50".into(),
        currency: "USD".into(),
        due: "30 November 2026".into(),
        overdue: Some("12 days overdue".into()),
        contact: Some("billing@northwind.example".into()),
        state,
        notice,
        offers: Offers { plan: true, promise: true },
        verdict: None,
        sent: None,
        paid: Vec::new(),
    }
}

fn paid(receipt: bool) -> State {
    let (on, amount) = ("28 November 2026".into(), "$1,234.50".into());
    State::Paid { on, amount, receipt, refunded: None, twice: false }
}

/// Every state with the `data-state` tests elsewhere look for.
fn states() -> Vec<(&'static str, State)> {
    let since = || "27 November 2026".to_owned();
    let verify_url = Some("https://payments.stripe.example/verify".to_owned());
    vec![
        ("due", State::Due { ach: false }),
        ("due", State::Due { ach: true }),
        ("checkout-open", State::CheckoutOpen { ach: true }),
        ("below-minimum", State::BelowMinimum { minimum: "$0.50".into() }),
        ("cannot-pay", State::CannotPay),
        ("processing", State::Processing { since: since(), amount: since(), verify_url: None }),
        ("processing", State::Processing { since: since(), amount: since(), verify_url }),
        ("paid", paid(true)),
        ("paid", paid(false)),
        ("review", State::UnderReview),
    ]
}

fn notices() -> Vec<(&'static str, Notice)> {
    let reason = || "Your card has insufficient funds.".to_owned();
    vec![
        ("none", Notice::None),
        ("cancelled", Notice::Cancelled),
        ("not-paid", Notice::NotPaid),
        ("declined", Notice::Declined { reason: reason() }),
        ("bank-failed", Notice::BankFailed { reason: reason() }),
        ("try-again", Notice::TryAgain),
        ("checking", Notice::Checking),
    ]
}

fn plains() -> Vec<(&'static str, Plain)> {
    vec![
        ("not-found", Plain::NotFound),
        ("method-not-allowed", Plain::MethodNotAllowed),
        ("bad-request", Plain::BadRequest),
        ("too-large", Plain::TooLarge),
        ("files-too-large", Plain::FilesTooLarge),
        ("unavailable", Plain::Unavailable { reference: "01JD9Z3V7Q".into() }),
        ("receipt-not-ready", Plain::ReceiptNotReady),
    ]
}

fn dead_links() -> Vec<(&'static str, DeadLinkPage)> {
    let mut pages = Vec::new();
    for (state, kind) in [("expired", DeadLink::Expired), ("replaced", DeadLink::Replaced)] {
        let sent = Asked::Sent { to: "a•••@acme.example".into() };
        for asked in [Asked::NotYet, sent, Asked::TooSoon] {
            let (frame, path) = (Frame::plain(), "token".into());
            pages.push((state, DeadLinkPage { frame, path, kind, asked, kept: Vec::new() }));
        }
    }
    pages
}

fn too_often(for_link: bool, kept: &[(&str, &str)]) -> TooOftenPage {
    let detail =
        |(label, text): &(&str, &str)| Detail { label: (*label).into(), text: (*text).into() };
    let kept = kept.iter().map(detail).collect();
    TooOftenPage { path: "../token".into(), wait: "7 minutes".into(), for_link, kept }
}

/// Every page there is, with its `data-state`.
fn all() -> Vec<(&'static str, Page)> {
    let mut pages = Vec::new();
    for (name, state) in states() {
        for (_, notice) in notices() {
            pages.push((name, invoice(state.clone(), notice).render().unwrap()));
        }
    }
    pages.extend(
        plains().into_iter().map(|(name, kind)| (name, PlainPage { kind }.render().unwrap())),
    );
    pages.extend(dead_links().into_iter().map(|(name, page)| (name, page.render().unwrap())));
    pages.extend(cases::pages().into_iter().map(|(name, page)| (name, page.render().unwrap())));
    pages.extend(forms::pages());
    pages.extend(dispute::tests::pages());
    for page in [
        too_often(true, &[]),
        too_often(false, &[]),
        too_often(false, &[("Reason", "<Billed> twice.")]),
    ] {
        pages.push(("too-often", page.render().unwrap()));
    }
    pages
}

fn gzip_bytes(html: &str) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(html.as_bytes()).unwrap();
    encoder.finish().unwrap().len()
}

/// A page without the script that follows the forms with files, which send them without it too.
fn without_script<'a>(name: &str, html: &'a str) -> &'a str {
    match name {
        "dispute" | "answer" => html.split_once("<script>").map_or(html, |(before, _)| before),
        _ => html,
    }
}

fn style_of(html: &str) -> &str {
    html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0
}

#[test]
fn every_page_names_its_state_and_is_whole() {
    for (name, page) in all() {
        assert!(page.html.starts_with("<!doctype html>"), "{name}");
        assert!(page.html.trim_end().ends_with("</html>"), "{name}");
        assert!(page.html.contains(&format!(r#"data-state="{name}""#)), "{name}");
        assert_eq!(page.html.matches("<h1>").count(), 1, "{name}");
        assert_eq!(page.html.matches("<main>").count(), 1, "{name}");
    }
}

#[test]
fn every_page_has_one_primary_action_at_most() {
    for (name, page) in all() {
        assert!(page.html.matches(r#"class="go""#).count() <= 1, "{name}: {}", page.html);
    }
}

#[test]
fn no_page_needs_a_script_or_anything_from_elsewhere() {
    for (name, page) in all() {
        let html = without_script(name, &page.html);
        for word in
            ["<script", "<link", "<img", "style=\"", "onclick", "src=", "url(", "data:", "@import"]
        {
            assert!(!html.contains(word), "{name} holds {word}");
        }
    }
}

#[test]
fn the_hash_is_that_of_the_style_as_sent() {
    for (name, page) in all() {
        let expected = STANDARD.encode(Sha256::digest(style_of(&page.html)));
        assert_eq!(page.style_hash, expected, "{name}");
    }
}

#[test]
fn pages_fit_the_first_round_trip() {
    for (name, page) in all() {
        let bytes = gzip_bytes(&page.html);
        // What was sent is shown in full beside a case; forms carry the style of their fields,
        // and those that take files the script that uploads them.
        let most = match name {
            "plan" | "promise" => 4_200,
            "plan-check" | "dispute-reason" => 3_100,
            "dispute" | "answer" => 6_200,
            "plan-submitted" | "plan-active" | "promised" | "disputed" | "question"
            | "part-paid" | "used" => 2_900,
            _ => 2_500,
        };
        assert!(bytes <= most, "{name}: {bytes} bytes");
    }
    let mut page = invoice(State::Due { ach: true }, Notice::None);
    page.description = (0..500_u64)
        .map(|number| {
            format!("{number:03} Part {:010x}, {} pieces", number * 0x9E37_79B9, number % 9)
        })
        .collect();
    let bytes = gzip_bytes(&page.render().unwrap().html);
    assert!(bytes <= 13_000, "500 lines: {bytes} bytes");
}
