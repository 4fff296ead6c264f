//! What a hostile invoice cannot do to the page that shows it.
//! Must never touch a network or a file.

use super::*;

const HOSTILE: &str = r#"<script>alert(1)</script>"'&{{7*7}}"#;

#[test]
fn a_colour_that_is_none_never_enters_the_style() {
    for colour in ["", "red", "#12345", "#1234567", "#12345g", "#fff}</style><script>", "#é1234"] {
        let mut page = invoice(State::UnderReview, Notice::None);
        page.frame.brand_colour = colour.into();
        let html = page.render().unwrap().html;
        assert!(style_of(&html).ends_with(":root{--brand:#4f46e5}"), "{colour}");
    }
}

fn text() -> String {
    HOSTILE.to_owned()
}

fn invoice_of_hostile_text(state: State, notice: Notice) -> Page {
    let page = InvoicePage {
        frame: Frame { seller: text(), brand_colour: text() },
        path: text(),
        customer: text(),
        number: text(),
        description: vec![text(); 20],
        amount: text(),
        currency: text(),
        due: text(),
        overdue: Some(text()),
        contact: Some(text()),
        state,
        notice,
        offers: Offers { plan: true, promise: true },
        verdict: Some(Verdict {
            title: "Plan declined",
            note: Some(text()),
            credited: Some(text()),
        }),
        sent: Some(Sent {
            reference: text(),
            on: text(),
            agreed: false,
            schedule: vec![Part { due: text(), amount: text(), mark: Mark::Paid }],
            details: vec![Detail { label: text(), text: text() }],
        }),
        paid: vec![PaidPart { on: text(), amount: text() }],
    };
    page.render().unwrap()
}

fn instalment() -> Instalment {
    Instalment { place: text(), amount: text(), due: text(), missed: false }
}

fn dead_link_of_hostile_text(asked: Asked) -> Page {
    let frame = Frame { seller: text(), brand_colour: text() };
    let kept = vec![Detail { label: text(), text: text() }];
    DeadLinkPage { frame, path: text(), kind: DeadLink::Expired, asked, kept }.render().unwrap()
}

#[test]
fn hostile_text_is_shown_and_never_obeyed() {
    let states = [
        State::Due { ach: true },
        State::BelowMinimum { minimum: text() },
        State::Processing {
            since: text(),
            amount: text(),
            verify_url: Some(format!("https://{HOSTILE}")),
        },
        State::Paid {
            on: text(),
            amount: text(),
            receipt: true,
            refunded: Some(text()),
            twice: true,
        },
        State::PlanActive { next: instalment(), way: Way::Pay { ach: true, again: false } },
        State::Promised { on: text(), amount: text(), way: Way::BelowMinimum { minimum: text() } },
        State::Disputed {
            amount: text(),
            by: Some(text()),
            rest: Some(text()),
            way: Way::Elsewhere { path: text() },
            asked: false,
        },
        State::Question { text: text() },
        State::PartPaid {
            on: text(),
            amount: text(),
            receipt: true,
            refunded: Some(text()),
            next: Some(instalment()),
        },
    ];
    let declined = || Notice::Declined { reason: text() };
    let mut pages: Vec<Page> =
        states.into_iter().map(|state| invoice_of_hostile_text(state, declined())).collect();
    let failed = Notice::BankFailed { reason: text() };
    pages.push(invoice_of_hostile_text(State::CannotPay, failed));
    pages.push(dead_link_of_hostile_text(Asked::NotYet));
    pages.push(dead_link_of_hostile_text(Asked::Sent { to: text() }));
    let kind = Plain::Unavailable { reference: text() };
    pages.push(PlainPage { kind }.render().unwrap());
    pages.extend(forms::of_text(HOSTILE));
    for Page { html, .. } in pages {
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains(r#""'&"#), "a quote could end an attribute: {html}");
        assert!(html.contains("&#60;script&#62;alert(1)"), "{html}");
        assert!(html.contains("{{7*7}}"), "{html}");
    }
}

#[test]
fn an_address_that_is_not_https_is_never_linked() {
    for url in ["javascript:alert(1)", "http://stripe.example", " https://stripe.example"] {
        let since = "27 November 2026".to_owned();
        let (amount, verify_url) = ("$1,234.50".to_owned(), Some(url.into()));
        let state = State::Processing { since, amount, verify_url };
        let html = invoice(state, Notice::None).render().unwrap().html;
        assert!(!html.contains(url) && !html.contains(r#"id="verify""#), "{url}");
    }
}

#[test]
fn a_contact_that_would_add_mail_fields_is_not_linked() {
    let mut page = invoice(State::CannotPay, Notice::None);
    page.contact = Some("a@b.example?bcc=c@d.example".into());
    let html = page.render().unwrap().html;
    assert!(html.contains("a@b.example?bcc=c@d.example") && !html.contains("mailto:"));
}
