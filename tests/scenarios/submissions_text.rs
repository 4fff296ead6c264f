//! What payers type, in any script: the operator reads exactly that, or the field says no.
//! Must never run as anything but text, wherever it is shown.
use acceptance::answers::assert_page;
use acceptance::forms::{day, hidden};
use acceptance::{Bill, Stack, World, eventually};
use serde_json::{Value, json};

use crate::submissions::{KINDS, filled, form_of, outcomes, sent};
use crate::submissions_late::asked;

/// Texts that are taken exactly, in one line.
const EXACT: [&str; 8] = [
    "👩‍👩‍👧‍👦 🇨🇭 👍🏽",
    "مرحبا بكم في ١٢٣",
    "שלום עולם",
    "Zoe\u{301}\u{327}\u{323} Åse ẗ̸͓",
    "\u{202E}gpj.exe\u{202C} a\u{200B}b\u{FEFF}c\u{2028}d",
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;",
    "{{7*7}} ${7*7} %s %00 =cmd|' /C calc'!A0 '; DROP TABLE x;--",
    "\u{10FFFF}\u{FFFD}\u{E000} 日本語 ไทย한국어",
];
/// Texts that no field takes.
const REFUSED: [&str; 4] =
    ["Paid\0in May already", "Paid\u{7F} in May", "Paid \u{85}in May", "\u{1B}[31mPaid in May"];

/// The free text of a kind, and the name it has in the case.
fn free_text(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "plan" => ("why", "/particulars/reason"),
        "promise" => ("note", "/particulars/note"),
        _ => ("description", "/particulars/description"),
    }
}

fn with<'a>(
    mut fields: Vec<(&'a str, &'a str)>,
    name: &str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    fields.iter_mut().filter(|field| field.0 == name).for_each(|field| field.1 = value);
    fields
}

fn assert_plain(html: &str, what: &str) {
    for begin in ["<script>alert", "<img src=x"] {
        assert!(!html.contains(begin), "{what}: {html}");
    }
}

/// Sends one text in every free field of a kind; the bill and its case.
async fn submitted(world: &World, kind: &str, text: &str) -> (Bill, Value) {
    let bill = world.bill("1000.00", "USD").await;
    let form = form_of(world, &bill.link, kind).await;
    let lines = format!("{text}\r\nand again: {text}\rlast\tline");
    let (field, place) = free_text(kind);
    let on = day(10);
    let fields = with(with(filled(kind, &form, &on), "name", text), field, &lines);
    let answer = sent(&world.payer, &bill.link, kind, &fields).await;
    assert_eq!(answer.status, 303, "{kind} {text:?}: {}", answer.text());
    let case = world.case(&bill).await;
    assert_eq!(case["contact"]["name"], text, "{kind}");
    let stored = case.pointer(place).and_then(Value::as_str);
    assert_eq!(stored, Some(format!("{text}\nand again: {text}\nlast\tline").as_str()), "{kind}");
    let page = world.payer.get(&bill.link).await;
    assert_eq!(page.status, 200);
    assert_plain(&page.text(), kind);
    (bill, case)
}

pub(crate) async fn faults_row_48_text_of_any_script_is_read_exactly_by_the_operator(stack: Stack) {
    let world = World::new(&stack).await;
    for (place, text) in EXACT.into_iter().enumerate() {
        // Every kind takes some of them, and each text is taken by some kind.
        for (kind, ..) in KINDS.into_iter().cycle().skip(place).take(2) {
            submitted(&world, kind, text).await;
        }
    }
}

pub(crate) async fn faults_row_48_an_answer_in_any_script_is_read_exactly(stack: Stack) {
    let world = World::new(&stack).await;
    for text in [EXACT[0], EXACT[3], EXACT[4], EXACT[5]] {
        let bill = asked(&world).await;
        let form = hidden(&world.payer.open(&bill.link, "answer").await, "form");
        let refused = [("form", form.as_str()), ("answer", REFUSED[0])];
        let page = world.payer.post_files(&bill.link, "answer", &refused, &[]).await;
        assert_page(&page, 422, "NUL");
        assert!(page.text().contains("href=\"#answer\""), "{}", page.text());
        let fields = [("form", form.as_str()), ("answer", text)];
        let answer = world.payer.post_files(&bill.link, "answer", &fields, &[]).await;
        assert_eq!(answer.status, 303, "{text:?}: {}", answer.text());
        assert_eq!(world.case(&bill).await["questions"][0]["answer"]["text"], text);
        assert_plain(&world.payer.get(&bill.link).await.text(), text);
    }
}

pub(crate) async fn faults_row_48_what_cannot_be_taken_is_refused_at_its_field(stack: Stack) {
    let world = World::new(&stack).await;
    let (long, mega) = ("x".repeat(4_001), "é".repeat(512 * 1024));
    let on = day(10);
    for (kind, ..) in KINDS {
        let bill = world.bill("1000.00", "USD").await;
        let form = form_of(&world, &bill.link, kind).await;
        let (field, _) = free_text(kind);
        let mut wrong: Vec<(&str, &str)> =
            REFUSED.into_iter().flat_map(|text| [(field, text), ("name", text)]).collect();
        wrong.extend([(field, long.as_str()), ("name", &long), ("email", &long), ("phone", &long)]);
        wrong.extend([("name", "Ada\r\nBcc: x@evil.example"), ("name", "Ada\tAshdown")]);
        wrong.extend([("email", "a@b.example\r\nBcc: x@evil.example"), ("email", "a\0@b.example")]);
        wrong.extend([
            ("email", "ada@elsewhere.example,b@evil.example"),
            ("email", "<a@b.example>"),
        ]);
        wrong.extend([("phone", "+1 555\0"), ("phone", "٠١٢٣"), ("phone", "<script>1")]);
        for (name, text) in wrong {
            let fields = with(filled(kind, &form, &on), name, text);
            let page = sent(&world.payer, &bill.link, kind, &fields).await;
            let what = format!("{kind} {name} {:?}", text.chars().take(40).collect::<String>());
            assert_page(&page, 422, &what);
            assert!(page.text().contains(&format!("href=\"#{name}\"")), "{what}: {}", page.text());
        }
        let fields = with(filled(kind, &form, &on), field, &mega);
        let page = sent(&world.payer, &bill.link, kind, &fields).await;
        // With files a form may be long; its fields may not.
        assert_page(&page, if kind == "dispute" { 422 } else { 413 }, "1 MB");
        assert_eq!(outcomes(&world, &bill).await, (0, 0), "{kind}");
    }
}

pub(crate) async fn faults_row_52_a_script_that_was_typed_is_text_on_every_page_and_in_every_mail(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let script = EXACT[5];
    let (bill, _) = submitted(&world, "dispute", script).await;
    let text = json!({ "text": format!("Why? {script}") });
    assert_eq!(world.act(&world.token, &bill, "question", text).await.status, 200);
    let link = world.link_mailed(&bill.contact, "uestion").await;
    assert_plain(&world.payer.open(&link, "answer").await.text(), "the question");
    let form = hidden(&world.payer.open(&link, "answer").await, "form");
    let fields = [("form", form.as_str()), ("answer", script)];
    assert_eq!(world.payer.post_files(&link, "answer", &fields, &[]).await.status, 303);
    let note = json!({ "decision": "reject", "note": format!("No. {script}") });
    assert_eq!(world.act(&world.token, &bill, "decision", note).await.status, 200);
    let newer = world.link_mailed(&bill.contact, "not accepted").await;
    assert_plain(&world.payer.get(&newer).await.text(), "the verdict");
    let case = world.case(&bill).await;
    assert_eq!(case["decision"]["note"], format!("No. {script}"));
    assert_eq!(case["questions"][0]["text"], format!("Why? {script}"));
    let team = format!("team@{}.example", world.tenant);
    let addresses = [bill.contact.as_str(), "ada@elsewhere.example", &team];
    eventually("the copy, the question and the decision", || async {
        let mut with_script = 0;
        for address in addresses {
            let mails = world.inbox.to(address).await;
            for mail in mails.iter().filter(|mail| mail.text.contains(&bill.number)) {
                assert_plain(&mail.html, &mail.subject);
                with_script += usize::from(mail.text.contains("<script>alert(1)</script>"));
            }
        }
        (with_script >= 3).then_some(())
    })
    .await;
}
