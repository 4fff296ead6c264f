//! What an invoice page says and offers in each state.
//! Must never touch a network or a file.

use super::*;

#[test]
fn paid_says_so_first_and_offers_only_the_receipt() {
    for (_, notice) in notices() {
        let html = invoice(paid(true), notice.clone()).render().unwrap().html;
        assert!(html.contains(r#"role="status""#) && html.contains("<b>Paid</b>"));
        assert!(html.contains(r#"id="receipt""#) && !html.contains(r#"id="pay""#));
        assert!(html.contains(r#"data-notice="none""#));
        let html = invoice(paid(false), notice).render().unwrap().html;
        assert!(html.contains("being prepared") && !html.contains(r#"id="receipt""#));
    }
}

#[test]
fn nobody_is_offered_to_pay_what_may_be_paid_already() {
    for (name, state) in states() {
        for (news, notice) in notices() {
            let can_pay = matches!(name, "due" | "checkout-open") && news != "checking";
            let html = invoice(state.clone(), notice).render().unwrap().html;
            assert_eq!(html.contains(r#"id="pay""#), can_pay, "{name} {news}");
        }
    }
}

#[test]
fn news_is_named_while_the_invoice_is_owed() {
    for (news, notice) in notices() {
        let html = invoice(State::Due { ach: true }, notice).render().unwrap().html;
        assert!(html.contains(&format!(r#"data-notice="{news}""#)), "{news}");
    }
}

#[test]
fn a_dead_link_shows_no_invoice_and_asks_once() {
    for (_, page) in dead_links() {
        let html = page.render().unwrap().html;
        let offers = html.contains(r#"action="token/new-link""#);
        assert_eq!(offers, page.asked == Asked::NotYet);
    }
}

#[test]
fn every_line_of_a_long_description_is_there() {
    let mut page = invoice(State::Due { ach: true }, Notice::None);
    page.description = (1..=120).map(|number| format!("Item {number};")).collect();
    let html = page.render().unwrap().html;
    assert!((1..=120).all(|number| html.contains(&format!("Item {number};"))));
    assert!(html.contains("115 more lines"));
}

#[test]
fn who_sent_too_much_is_told_how_long_to_wait_and_keeps_what_was_written() {
    let form = too_often(false, &[("Reason", "<Billed> twice.")]).render().unwrap().html;
    assert!(form.contains("Try again in 7 minutes") && form.contains("It changed nothing"));
    assert!(form.contains("&#60;Billed&#62; twice."));
    // The way to the invoice must not lead away from what was written.
    assert!(form.contains(r#"href="../token" target="_blank""#) && !form.contains(r#"class="go""#));
    let button = too_often(false, &[]).render().unwrap().html;
    assert!(button.contains("Back to your invoice") && !button.contains("What you wrote"));
    let link = too_often(true, &[]).render().unwrap().html;
    assert!(!link.contains("invoice can") && !link.contains("your invoice"), "it may show none");
}

#[test]
fn every_amount_says_its_currency() {
    let kwd = |state| {
        let page = invoice(state, Notice::None);
        let page = InvoicePage { amount: "9.250".into(), currency: "KWD".into(), ..page };
        page.render().unwrap().html
    };
    let due = kwd(State::Due { ach: false });
    assert!(due.contains("Northwind Works: 9.250 KWD due 30 November 2026</title>"), "{due}");
    assert!(due.contains(r#"id="pay">Pay 9.250 KWD</button>"#), "{due}");
    let (place, amount, due) = ("2 of 4".into(), "3.000 KWD".into(), "12 December 2026".into());
    let next = Instalment { place, amount, due, missed: false };
    let active = kwd(State::PlanActive { next, way: Way::Pay { ach: false, again: false } });
    assert!(active.contains("9.250 KWD of the invoice is left in all."), "{active}");
    let (on, amount) = ("28 November 2026".into(), "3.000 KWD".into());
    let part = kwd(State::PartPaid { on, amount, receipt: true, refunded: None, next: None });
    assert!(part.contains("9.250 KWD of the invoice is left."), "{part}");
}

#[test]
fn a_payment_that_was_not_started_charges_nothing_whatever_stripe_said() {
    let html = invoice(State::Due { ach: true }, Notice::TryAgain).render().unwrap().html;
    assert!(html.contains("<title>The payment could not be started: invoice INV-1042"), "{html}");
    assert!(html.contains("<b>The payment could not be started</b>"), "{html}");
    assert!(html.contains("<p>Nothing was charged. Please try again in a minute; if"), "{html}");
}

#[test]
fn what_was_too_much_is_to_be_shortened_and_not_sent_again_as_it_was() {
    let html = PlainPage { kind: Plain::TooLarge }.render().unwrap().html;
    assert!(html.contains("shorten what you wrote") && !html.contains("once more"), "{html}");
}
