//! What pages with a form promise: a label for every field, what was typed, what is wrong.
//! Must never touch a network or a file.

use domain::form::{Typed, Wrong};

use super::*;

fn typed(fields: &[(&str, &str)]) -> Typed {
    Typed(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn form(typed: Typed, wrongs: &[(&str, &str)]) -> Form {
    let wrong = |(field, says): &(&str, &str)| Wrong {
        field: (*field).to_owned(),
        says: (*says).to_owned(),
    };
    Form {
        frame: Frame { seller: "Northwind Works".into(), brand_colour: "#0f766e".into() },
        path: format!("../{}", "A".repeat(68)),
        number: "INV-1042".into(),
        balance: "$1,234.50".into(),
        id: "01JD9Z3V7Q0000000000000000".into(),
        typed,
        wrongs: wrongs.iter().map(wrong).collect(),
    }
}

fn plan(form: Form) -> PlanPage {
    PlanPage {
        form,
        rows: 4,
        most: 12,
        least: "$25.00".into(),
        until: "23 November 2027".into(),
        first_day: "2026-11-22".into(),
        last_day: "2027-11-23".into(),
    }
}

fn check(form: Form, approval_over: Option<String>) -> PlanCheckPage {
    let part = |due: &str| Part { due: due.into(), amount: "$617.25".into(), mark: Mark::None };
    let schedule = vec![part("1 December 2026"), part("1 January 2027")];
    PlanCheckPage { form, schedule, approval_over }
}

fn promise(form: Form) -> PromisePage {
    PromisePage {
        form,
        until: "22 December 2026".into(),
        first_day: "2026-11-22".into(),
        last_day: "2026-12-22".into(),
    }
}

const FILLED: [(&str, &str); 12] = [
    ("form", "01JD9Z3V7Q0000000000000000"),
    ("do", "check"),
    ("terms", "own"),
    ("count", "4"),
    ("interval", "two_weeks"),
    ("first", "2026-12-01"),
    ("date_1", "2026-12-02"),
    ("amount_1", "617.25"),
    ("why", "Cash is \"tight\"\nuntil <March>"),
    ("name", "Zoë & Co"),
    ("email", "zoe@acme.example"),
    ("phone", "+1 212 555 0100"),
];

/// Every page with a form of ours, with its `data-state`.
pub(super) fn pages() -> Vec<(&'static str, Page)> {
    let wrongs = [
        ("", "The balance has changed."),
        ("terms", "Choose one."),
        ("count", "Choose how many instalments, from 2 to 12."),
        ("interval", "Choose how often you would like to pay."),
        ("amount_4", "Add the amount of this instalment."),
        ("why", "Tell us why."),
        ("name", "Add your name."),
    ];
    let due = [("date", "Choose a date."), ("promised", "Choose."), ("amount", "Add an amount.")];
    let no_plan = NoPlanPage { form: form(Typed::default(), &[]), least: "$25.00".into() };
    let over = Some("$50,000.00".to_owned());
    [
        ("plan", plan(form(typed(&[("terms", "equal")]), &[])).render()),
        ("plan", plan(form(typed(&FILLED), &wrongs)).render()),
        ("plan-check", check(form(typed(&FILLED), &[]), None).render()),
        ("plan-check", check(form(typed(&FILLED), &[]), over).render()),
        ("no-plan", no_plan.render()),
        ("promise", promise(form(typed(&[("promised", "full")]), &[])).render()),
        ("promise", promise(form(typed(&[]), &due)).render()),
    ]
    .map(|(name, page)| (name, page.unwrap()))
    .into()
}

/// The same pages with one text in every place.
pub(super) fn of_text(text: &str) -> Vec<Page> {
    let names = FILLED.map(|(name, _)| (name, text));
    let wrongs = FILLED.map(|(name, _)| (name, text));
    let form = || {
        let mut form = form(typed(&names), &wrongs);
        form.frame = Frame { seller: text.into(), brand_colour: text.into() };
        form.typed.0.push((text.into(), text.into()));
        for part in [&mut form.path, &mut form.number, &mut form.balance, &mut form.id] {
            text.clone_into(part);
        }
        form
    };
    let mut check = check(form(), Some(text.into()));
    check.schedule = vec![Part { due: text.into(), amount: text.into(), mark: Mark::None }];
    let (least, until) = (text.to_owned(), text.to_owned());
    let plan = PlanPage { least, until, ..plan(form()) };
    let promise = PromisePage { until: text.into(), ..promise(form()) };
    let no_plan = NoPlanPage { form: form(), least: text.into() };
    [plan.render(), check.render(), promise.render(), no_plan.render()].map(Result::unwrap).into()
}

/// The opening tags of that name.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!("<{name} ");
    html.split(start.as_str()).skip(1).filter_map(|rest| rest.split('>').next()).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(r#"{name}=""#))?.1.split('"').next()
}

#[test]
fn every_field_has_a_label_and_an_id_of_its_own() {
    for (name, page) in pages() {
        let fields = [tags(&page.html, "input"), tags(&page.html, "textarea")].concat();
        for field in fields.iter().filter(|field| attribute(field, "type") != Some("hidden")) {
            let id = attribute(field, "id").unwrap_or_else(|| panic!("{name}: {field}"));
            assert_eq!(page.html.matches(&format!(r#"id="{id}""#)).count(), 1, "{name}: {id}");
            let labelled = page.html.contains(&format!(r#"<label for="{id}">"#))
                || page
                    .html
                    .contains(&format!(r#"<label class="pick"><input type="radio" id="{id}""#));
            assert!(labelled, "{name}: {id}");
        }
    }
}

#[test]
fn what_is_wrong_is_said_on_top_and_at_its_field() {
    let (_, page) = pages().swap_remove(1);
    let html = page.html;
    let summary = html.split_once(r#"id="errors""#).unwrap().1.split_once("<h1>").unwrap().0;
    assert!(summary.starts_with(r#" role="alert" tabindex="-1" autofocus>"#), "{summary}");
    assert!(summary.contains("<li>The balance has changed.</li>"), "{summary}");
    for field in ["terms", "count", "interval", "amount_4", "why", "name"] {
        assert!(summary.contains(&format!("href=\"#{field}\"")), "{field}");
        assert!(html.contains(&format!(r#"id="{field}""#)), "{field}");
        assert!(html.contains(&format!(r#"id="{field}-error""#)), "{field}");
        assert!(html.contains(&format!(r#"aria-describedby="{field}-error""#)), "{field}");
    }
    assert!(html.contains(r#"aria-invalid="true""#));
    assert!(html.contains("<title>Please check: "));
}

#[test]
fn what_was_typed_is_kept() {
    let (_, page) = pages().swap_remove(1);
    for kept in [
        r#"value="4""#,
        r#"value="2026-12-01""#,
        r#"value="two_weeks" checked"#,
        r#"value="own" checked"#,
        r#"value="617.25""#,
        "Cash is &#34;tight&#34;\nuntil &#60;March&#62;</textarea>",
        r#"value="Zoë &#38; Co""#,
    ] {
        assert!(page.html.contains(kept), "{kept}");
    }
}

#[test]
fn the_schedule_carries_everything_typed_and_sends_nothing_by_itself() {
    let (_, page) = pages().swap_remove(2);
    for (name, _) in FILLED.iter().filter(|(name, _)| *name != "do") {
        let hidden = format!(r#"<input type="hidden" name="{name}""#);
        assert_eq!(page.html.matches(&hidden).count(), 1, "{name}");
    }
    assert!(!page.html.contains(r#"name="do" value="check""#));
    assert!(page.html.contains(r#"id="send" name="do" value="send">Send plan</button>"#));
    assert!(page.html.contains(r#"name="do" value="edit">Change</button>"#));
}

#[test]
fn the_schedule_says_whether_it_fits() {
    let pages = pages();
    assert!(pages[2].1.html.contains("fits what <bdi>Northwind Works</bdi> accepts"));
    assert!(pages[3].1.html.contains("Plans over $50,000.00 need the Controller’s approval"));
}

#[test]
fn what_was_written_for_a_dead_link_can_be_copied() {
    let kept = vec![Detail { label: "Reason".into(), text: "Line 1\nLine 2".into() }];
    let (frame, path) = (Frame::plain(), "../token".into());
    let kind = DeadLink::Expired;
    let page = DeadLinkPage { frame, path, kind, asked: Asked::NotYet, kept };
    let html = page.render().unwrap().html;
    assert!(html.contains("Copy what you wrote before you close this page"));
    assert!(html.contains("Line 1\nLine 2"));
    assert!(html.contains(r#"action="../token/new-link" target="_blank""#));
}

#[test]
fn the_form_of_a_promise_says_when_its_link_comes() {
    let html = promise(form(Typed::default(), &[])).render().unwrap().html;
    assert!(html.contains("comes by email the day before or, if that has passed, at once."));
}
