//! Promises of the pages that take documents, by rendering them.
//! Must never touch a network or a file.
use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::form::{Typed, Wrong};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::page::{AnswerPage, Frame, KeptFile, Wanted, script_hash};

const HOSTILE: &str = r#"<script>alert(1)</script>"'&{{7*7}}.pdf"#;

fn form(typed: &[(&str, &str)], wrongs: &[(&str, &str)]) -> Form {
    let typed = typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let wrong = |(field, says): &(&str, &str)| Wrong {
        field: (*field).to_owned(),
        says: (*says).to_owned(),
    };
    Form {
        frame: Frame { seller: "Northwind Works".into(), brand_colour: "#0f766e".into() },
        path: "../TOKEN".into(),
        number: "INV-1042".into(),
        balance: "$1,234.50".into(),
        id: "01JD9Z3V7Q0000000000000000".into(),
        typed: Typed(typed.collect()),
        wrongs: wrongs.iter().map(wrong).collect(),
    }
}

fn kept(kind: &str, name: &str) -> KeptFile {
    let id = "01JD9Z3V7QKEPT000000000000".into();
    KeptFile { id, kind: kind.into(), name: name.into(), about: "PDF, 12 KB".into() }
}

fn attach(kept: Vec<KeptFile>) -> Attach {
    let wanted = Wanted { code: "proof_of_payment".into(), label: "Proof of payment".into() };
    let full = "You can attach at most 10 files.".into();
    Attach { documents_max: 10, full, wanted: vec![wanted], kept }
}

fn reasons() -> Vec<Choice> {
    let choice = |code: &str, label: &str| Choice { code: code.into(), label: label.into() };
    vec![choice("already_paid", "We have already paid"), choice("other", "Something else")]
}

fn dispute(form: Form, attach: Attach) -> DisputePage {
    let reason = reasons().into_iter().next();
    DisputePage { form, reason, reasons: reasons(), currency: "USD".into(), attach }
}

fn answer(form: Form, attach: Attach) -> AnswerPage {
    let question = vec!["Which order was it?".into(), "Please send the note.".into()];
    AnswerPage { form, question, about: "DI-7F3K9Q2M4X".into(), attach }
}

/// Every page that takes documents or leads to one, with its `data-state`.
pub(in crate::page) fn pages() -> Vec<(&'static str, Page)> {
    let again = || {
        let typed = [("disputed", "part"), ("amount", "12"), ("description", "short")];
        let wrongs = [
            ("disputed", "Choose how much."),
            ("amount", "Write the amount."),
            ("description", "Please describe it."),
            ("doc-proof_of_payment", "Please attach: Proof of payment."),
            ("doc-other", "“a.exe”: We cannot take this kind of file."),
            ("name", "Add your name."),
            ("email", "Add your email address."),
            ("phone", "Write the number in digits."),
        ];
        form(&typed, &wrongs)
    };
    let to_choose = DisputePage { reason: None, ..dispute(again(), attach(Vec::new())) };
    let unanswered = form(&[], &[("answer", "Write it."), ("doc-other", "No.")]);
    let step_one =
        ReasonsPage { form: form(&[], &[("reason", "Choose a reason.")]), reasons: reasons() };
    [
        ("dispute", dispute(form(&[], &[]), attach(Vec::new())).render()),
        ("dispute", dispute(again(), attach(vec![kept("other", "a.pdf")])).render()),
        ("dispute", to_choose.render()),
        ("answer", answer(unanswered, attach(Vec::new())).render()),
        ("dispute-reason", step_one.render()),
    ]
    .map(|(name, page)| (name, page.unwrap()))
    .into()
}

/// The values of an attribute, in order.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The page without what stands in its style and script.
fn visible(html: &str) -> String {
    let script = html.split_once("<script>").map(|(before, _)| before);
    let (_, body) = script.unwrap_or(html).split_once("</style>").unwrap();
    body.to_owned()
}

#[test]
fn every_field_has_a_label_and_every_error_leads_to_its_field() {
    for (_, Page { html, .. }) in pages() {
        let html = visible(&html);
        let ids: BTreeSet<&str> = values(&html, "id").into_iter().collect();
        assert_eq!(ids.len(), values(&html, "id").len(), "an id twice: {html}");
        let led_to = values(&html, "href").into_iter().filter_map(|href| href.strip_prefix('#'));
        let described =
            values(&html, "aria-describedby").into_iter().flat_map(str::split_whitespace);
        for id in values(&html, "for").into_iter().chain(led_to).chain(described) {
            assert!(ids.contains(id), "{id}: {html}");
        }
        for field in html.split("<input").chain(html.split("<textarea")).skip(1) {
            let field = field.split('>').next().unwrap();
            if ["hidden", "radio", "checkbox"].iter().any(|kind| field.contains(kind)) {
                continue;
            }
            if let Some(id) = values(field, "id").first() {
                assert!(html.contains(&format!("<label for=\"{id}\">")), "{id}");
            }
        }
        assert!(html.matches(r#"class="go""#).count() == 1 && html.contains("<h1>"));
    }
}

#[test]
fn what_was_typed_and_added_is_still_there() {
    let typed = [
        ("disputed", "part"),
        ("amount", "12.345"),
        ("description", "\nfirst\nsecond <b>"),
        ("name", "Zoë \"Z\" O'Neil"),
        ("email", "zoe@"),
    ];
    let files = vec![kept("proof_of_payment", "wire.pdf"), kept("other", "note.txt")];
    let html = dispute(form(&typed, &[]), attach(files)).render().unwrap().html;
    for part in [
        r#"value="part" checked"#,
        r#"value="12.345""#,
        "\n\nfirst\nsecond &#60;b&#62;</textarea>",
        r#"value="Zoë &#34;Z&#34; O&#39;Neil""#,
        r#"value="zoe@""#,
        r#"name="kept" value="01JD9Z3V7QKEPT000000000000:proof_of_payment" checked"#,
        r#"name="kept" value="01JD9Z3V7QKEPT000000000000:other" checked"#,
        "<bdi>wire.pdf</bdi> <small>PDF, 12 KB</small>",
        r#"name="form" value="01JD9Z3V7Q0000000000000000""#,
        r#"name="reason" value="already_paid""#,
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn every_wrong_file_of_a_field_is_named_there() {
    let wrongs = [("doc-other", "“a.exe”: No."), ("doc-other", "“b.zip”: No.")];
    let html = dispute(form(&[], &wrongs), attach(Vec::new())).render().unwrap().html;
    let error = html.split_once(r#"id="doc-other-error""#).unwrap().1;
    let error = error.split_once("</div>").unwrap().0;
    assert!(error.contains("a.exe") && error.contains("b.zip"));
}

/// Rows 47, 48 and 52 of the faults.
#[test]
fn hostile_text_is_shown_and_never_obeyed() {
    let typed: Vec<_> = ["disputed", "amount", "description", "answer", "name", "email", "phone"]
        .map(|field| (field, HOSTILE))
        .to_vec();
    let filled = || {
        let mut form = form(&typed, &[("doc-other", HOSTILE), ("", HOSTILE)]);
        form.frame = Frame { seller: HOSTILE.into(), brand_colour: HOSTILE.into() };
        form.number = HOSTILE.into();
        form.balance = HOSTILE.into();
        form
    };
    let files = || {
        let mut attach = attach(vec![kept("other", HOSTILE), kept("a", HOSTILE)]);
        attach.wanted = vec![Wanted { code: "a".into(), label: HOSTILE.into() }];
        attach
    };
    let mut disputed = dispute(filled(), files());
    disputed.reason = Some(Choice { code: HOSTILE.into(), label: HOSTILE.into() });
    let mut asked = answer(filled(), files());
    asked.question = vec![HOSTILE.into()];
    let choices = vec![Choice { code: HOSTILE.into(), label: HOSTILE.into() }];
    let step_one = ReasonsPage { form: filled(), reasons: choices };
    for page in [disputed.render(), asked.render(), step_one.render()] {
        let html = page.unwrap().html;
        assert!(html.matches("<script").count() <= 1, "{html}");
        let html = visible(&html);
        assert!(!html.contains("<script") && !html.contains(r#""'&"#), "{html}");
        assert!(html.contains("&#60;script&#62;alert(1)") && html.contains("{{7*7}}"), "{html}");
    }
}

#[test]
fn the_hashes_are_those_of_style_and_script_as_sent() {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    let between = |html: &str, tag: &str| {
        let (_, rest) = html.split_once(&format!("<{tag}>")).unwrap();
        rest.split_once(&format!("</{tag}>")).unwrap().0.to_owned()
    };
    for page in [
        dispute(form(&[], &[]), attach(Vec::new())).render().unwrap(),
        answer(form(&[], &[]), attach(Vec::new())).render().unwrap(),
    ] {
        assert_eq!(page.style_hash, hash(&between(&page.html, "style")));
        assert_eq!(script_hash(), hash(&between(&page.html, "script")));
        assert_eq!(page.html.matches("<script").count(), 1);
    }
}

#[test]
fn the_script_writes_text_and_never_markup() {
    let html = dispute(form(&[], &[]), attach(Vec::new())).render().unwrap().html;
    let script = html.split_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
    for word in ["innerHTML", "outerHTML", "insertAdjacent", "eval(", "Function(", "document.write"]
    {
        assert!(!script.contains(word), "{word}");
    }
    assert!(!script.contains("</") && !script.contains("<!--") && !script.contains("\n//"));
}

#[test]
fn no_page_loads_anything_nor_styles_or_scripts_an_element() {
    for (_, Page { html, .. }) in pages() {
        let html = visible(&html);
        for word in ["<link", "<img", "style=\"", "onclick", "src=", "url(", "data:"] {
            assert!(!html.contains(word), "{word}");
        }
    }
}

#[test]
fn a_case_that_is_full_takes_no_file_and_needs_no_script() {
    let full = Attach { documents_max: 0, ..attach(Vec::new()) };
    let html = answer(form(&[], &[]), full).render().unwrap().html;
    assert!(!html.contains(r#"type="file""#) && !html.contains("<script"));
}
