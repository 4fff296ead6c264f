//! What the page of an invoice says and offers while a plan, promise or dispute is open.
//! Must never touch a network or a file.

use super::*;

fn next(missed: bool) -> Instalment {
    let due = "12 December 2026".to_owned();
    Instalment { place: "2 of 4".into(), amount: "$312.50".into(), due, missed }
}

fn sent() -> Sent {
    let part = |due: &str, mark| Part { due: due.into(), amount: "$312.50".into(), mark };
    let detail = |label: &str, text: &str| Detail { label: label.into(), text: text.into() };
    Sent {
        reference: "PL-7F3K9Q2M4X".into(),
        on: "22 November 2026".into(),
        agreed: false,
        schedule: vec![
            part("12 November 2026", Mark::Paid),
            part("12 December 2026", Mark::Next),
            part("12 January 2027", Mark::None),
            part("12 February 2027", Mark::Missed),
        ],
        details: vec![
            detail("Reason", "Our own customer pays\nin March."),
            detail("Documents", "order.pdf"),
            detail("Contact", "Ada Byron\nada@acme.example\n+1 212 555 0100"),
        ],
    }
}

const PAY: Way = Way::Pay { ach: true, again: false };

fn promised(way: Way) -> State {
    State::Promised { on: "12 December 2026".into(), amount: "$500.00".into(), way }
}

fn disputed(rest: Option<&str>, way: Way, asked: bool) -> State {
    State::Disputed {
        amount: "$234.50".into(),
        by: Some("24 November 2026".into()),
        rest: rest.map(str::to_owned),
        way,
        asked,
    }
}

fn part_paid(receipt: bool, next: Option<Instalment>) -> State {
    let (on, amount) = ("28 November 2026".into(), "$312.50".into());
    State::PartPaid { on, amount, receipt, refunded: None, next }
}

/// Every state around a case, with its `data-state`.
fn states() -> Vec<(&'static str, State)> {
    let elsewhere = || Way::Elsewhere { path: "B".repeat(68) };
    vec![
        ("plan-submitted", State::PlanSubmitted { approval: false, asked: false }),
        ("plan-submitted", State::PlanSubmitted { approval: true, asked: false }),
        ("plan-submitted", State::PlanSubmitted { approval: true, asked: true }),
        ("plan-active", State::PlanActive { next: next(false), way: Way::Nothing }),
        ("plan-active", State::PlanActive { next: next(false), way: PAY }),
        ("plan-active", State::PlanActive { next: next(true), way: PAY }),
        ("promised", promised(PAY)),
        ("promised", promised(Way::Nothing)),
        ("promised", promised(Way::ByMail)),
        ("promised", promised(Way::BelowMinimum { minimum: "$0.50".into() })),
        ("promised", promised(Way::CannotPay)),
        ("disputed", disputed(None, Way::Nothing, false)),
        ("disputed", disputed(Some("$1,000.00"), PAY, false)),
        ("disputed", disputed(Some("$1,000.00"), elsewhere(), false)),
        ("disputed", disputed(Some("$1,000.00"), Way::Nothing, true)),
        ("question", State::Question { text: "Which order\nis it about?".into() }),
        ("part-paid", part_paid(true, Some(next(false)))),
        ("part-paid", part_paid(false, None)),
        ("used", State::Used),
        ("closed", State::Closed { receipt: false }),
        ("closed", State::Closed { receipt: true }),
    ]
}

pub(super) fn pages() -> Vec<(&'static str, InvoicePage)> {
    let note = Some("The goods were late, as you say.".to_owned());
    let verdict =
        Verdict { title: "Dispute accepted in part", note, credited: Some("$50.00".into()) };
    let page = |(name, state): (&'static str, State)| {
        let over = matches!(state, State::Used | State::Closed { .. });
        let paid = vec![PaidPart { on: "12 November 2026".into(), amount: "$312.50".into() }];
        let page = invoice(state, Notice::None);
        let verdict = over.then(|| verdict.clone());
        (name, InvoicePage { sent: (!over).then(sent), verdict, paid, ..page })
    };
    states().into_iter().map(page).collect()
}

fn html(state: State) -> String {
    let page = invoice(state, Notice::None);
    InvoicePage { sent: Some(sent()), ..page }.render().unwrap().html
}

#[test]
fn a_submission_is_confirmed_with_its_reference_and_shown_as_sent() {
    for (state, title) in [
        (State::PlanSubmitted { approval: false, asked: false }, "Plan Submitted"),
        (promised(Way::Nothing), "Promise Received"),
        (disputed(None, Way::Nothing, false), "Dispute Received"),
    ] {
        let html = html(state);
        assert!(html.contains(&format!("<b>{title}</b>")), "{title}");
        assert!(html.contains(r#"role="status""#) && html.contains("PL-7F3K9Q2M4X"), "{title}");
        for text in ["12 January 2027", "in March.", "order.pdf", "Ada Byron", "12 February 2027"] {
            assert!(html.contains(text), "{title} lacks {text}");
        }
        assert!(!html.contains("<button") && !html.contains(r#"class="go""#), "{title}");
    }
}

#[test]
fn a_plan_over_the_limit_names_the_controller() {
    let of = |approval, asked| html(State::PlanSubmitted { approval, asked });
    assert!(of(true, false).contains("Controller"));
    assert!(!of(false, false).contains("Controller"));
    assert!(of(true, true).contains("through the link in that email"));
}

#[test]
fn a_live_link_pays_exactly_its_part() {
    for (state, label, figure) in [
        (
            State::PlanActive { next: next(false), way: PAY },
            "Pay instalment 2 of 4: $312.50",
            "Instalment 2 of 4",
        ),
        (promised(PAY), "Pay $500.00", "Promised amount"),
        (disputed(Some("$1,000.00"), PAY, false), "Pay $1,000.00 (not disputed)", "Not disputed"),
    ] {
        let html = html(state);
        assert!(html.contains(&format!(r#"id="pay">{label}</button>"#)), "{label}");
        assert!(html.contains(&format!(r#"class="label">{figure}</p>"#)), "{figure}");
    }
    let again = State::PlanActive { next: next(false), way: Way::Pay { ach: true, again: true } };
    assert!(html(again).contains("Continue to payment"));
}

#[test]
fn the_link_that_disputed_a_part_leads_on_to_pay_the_rest() {
    let path = format!("../{}", "B".repeat(68));
    let way = Way::Elsewhere { path: path.clone() };
    let html = html(disputed(Some("$1,000.00"), way, false));
    assert!(html.contains(&format!(r#"id="pay-rest" href="{path}""#)), "{html}");
    assert!(html.contains("Pay $1,000.00 (not disputed)"));
}

#[test]
fn a_question_is_asked_in_full_and_answered_on_its_own_page() {
    let html = html(State::Question { text: "Which order\nis it about?".into() });
    assert!(html.contains("Northwind Works has a question"));
    assert!(html.contains("Which order\nis it about?"));
    assert!(html.contains(r#"id="answer" href="AAAA"#));
}

#[test]
fn a_missed_instalment_is_said_in_words() {
    let html = html(State::PlanActive { next: next(true), way: PAY });
    assert!(html.contains("An instalment was missed") && html.contains("<b>missed</b>"));
}

#[test]
fn a_part_that_was_paid_has_its_receipt_and_the_next_date() {
    let html = html(part_paid(true, Some(next(false))));
    assert!(html.contains("<b>Payment received</b>") && html.contains(r#"id="receipt""#));
    assert!(html.contains("instalment 2 of 4: $312.50, due 12 December 2026"));
}

#[test]
fn other_ways_are_offered_only_while_the_whole_is_due() {
    let offered = |state, notice| {
        let html = invoice(state, notice).render().unwrap().html;
        ["plan", "promise", "dispute"]
            .map(|way| html.contains(&format!(r#"id="{way}" href=""#)))
            .into_iter()
            .filter(|offered| *offered)
            .count()
    };
    assert_eq!(offered(State::Due { ach: true }, Notice::None), 3);
    assert_eq!(offered(State::CannotPay, Notice::None), 3);
    assert_eq!(offered(State::Due { ach: true }, Notice::Checking), 0);
    assert_eq!(offered(paid(true), Notice::None), 0);
    for (name, state) in states() {
        assert_eq!(offered(state, Notice::None), 0, "{name}");
    }
    let mut page = invoice(State::Due { ach: true }, Notice::None);
    page.offers = Offers::default();
    let html = page.render().unwrap().html;
    assert!(!html.contains("/plan\"") && !html.contains("/promise\""));
    assert!(html.contains("/dispute\""));
}

#[test]
fn what_the_seller_decided_is_said_first() {
    let mut page = invoice(State::Due { ach: true }, Notice::None);
    let note = Some("Please pay by Friday.".to_owned());
    page.verdict = Some(Verdict { title: "Plan declined", note, credited: None });
    let html = page.render().unwrap().html;
    assert!(html.contains("<b>Plan declined</b>") && html.contains("Please pay by Friday."));
    assert!(html.find("Plan declined") < html.find("<h1>"));
}

#[test]
fn the_link_of_a_promise_comes_in_time_however_near_its_date_is() {
    let comes = "The link to pay it comes by email the day before or, if that has passed, at once.";
    for way in [Way::Nothing, Way::ByMail] {
        assert!(html(promised(way)).contains(comes));
    }
    assert!(!html(promised(PAY)).contains("The link to pay it"));
}
