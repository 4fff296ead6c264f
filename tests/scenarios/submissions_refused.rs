//! Forms that nobody of good will sends, and texts in any script: refused by our own pages, or
//! taken exactly. Must never be answered with a 5xx.
use acceptance::answers::{assert_guarded, assert_page, assert_problem};
use acceptance::forms::{CONTACT, Part, day, multipart, urlencoded};
use acceptance::{Answer, Bill, Stack, World};
use serde_json::json;

use crate::submissions::{KINDS, filled, form_of, outcomes, sent};
use crate::submissions_late::asked;

const MIB: usize = 1024 * 1024;
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const POSTS: [&str; 5] = ["plan", "promise", "dispute", "answer", "files"];

async fn post(world: &World, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    world.payer.request("POST", url, headers, body.to_vec()).await
}

/// An attribute's value in a piece of a page, empty if it is not there.
fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let start = format!(" {name}=\"");
    let after = tag.split_once(&start).map_or("", |(_, after)| after);
    after.split('"').next().unwrap_or_default()
}

/// Presses every button of every form of a page, with what the page itself has filled in;
/// the answers.
async fn press_all(world: &World, bill: &Bill, page: &Answer) -> Vec<Answer> {
    let text = page.text();
    let mut answers = Vec::new();
    for form in text.split("<form").skip(1) {
        let form = form.split("</form>").next().unwrap();
        let action = attribute(form, "action").rsplit('/').next().unwrap();
        let inputs = form.split("<input").skip(1).filter(|input| {
            let choice = ["radio", "checkbox"].contains(&attribute(input, "type"));
            !choice || input.split('>').next().unwrap().contains(" checked")
        });
        let given: Vec<_> =
            inputs.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect();
        for button in form.split("<button").skip(1) {
            let mut fields = given.clone();
            fields.extend([(attribute(button, "name"), attribute(button, "value"))]);
            fields.retain(|(name, _)| !name.is_empty() && !name.starts_with("doc-"));
            if attribute(form, "method") != "post" {
                let url = format!("{}/{action}?{}", bill.link, urlencoded(&fields));
                answers.push(world.payer.get(&url).await);
            } else if attribute(form, "enctype").is_empty() {
                answers.push(world.payer.post(&bill.link, action, &fields).await);
            } else {
                answers.push(world.payer.post_files(&bill.link, action, &fields, &[]).await);
            }
        }
    }
    answers
}

/// Opens and presses whatever the pages offer, two steps deep; how often something was pressed.
async fn scan(world: &World, bill: &Bill, pages: &[&str]) -> usize {
    let mut pressed = 0;
    for page in pages {
        let opened = world.payer.get(&format!("{}{page}", bill.link)).await;
        let answers = press_all(world, bill, &opened).await;
        pressed += answers.len();
        for answer in &answers {
            assert!(answer.status < 500, "{page}: {}", answer.text());
            pressed += press_all(world, bill, answer).await.len();
        }
    }
    pressed
}

pub(crate) async fn faults_row_24_a_scanner_that_fills_nothing_in_sends_nothing(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let reason = "/dispute?reason=duplicate";
    let pages = ["/plan", "/promise", "/dispute", reason, "/dispute?reason=already_paid"];
    let pressed = scan(&world, &bill, &pages).await;
    assert!(pressed > 12, "only {pressed} controls were found");
    assert_eq!(outcomes(&world, &bill).await, (0, 0));
    let invoice = world.read(&bill.id).await;
    assert_eq!((&invoice["status"], &invoice["link"]["state"]), (&json!("Open"), &json!("Live")));
    let bill = asked(&world).await;
    assert!(scan(&world, &bill, &["", "/answer"]).await > 0);
    assert_eq!(world.case(&bill).await["state"], "asked");
    assert_eq!(world.count(&bill.id, "InformationAdded").await, 0);
}

pub(crate) async fn faults_row_34_a_submission_from_another_site_is_refused(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let form = form_of(&world, &bill.link, "plan").await;
    let before = world.timeline(&bill.id).await;
    let (foreign, on) = (("sec-fetch-site", "cross-site"), day(10));
    for what in POSTS {
        let url = format!("{}/{what}", bill.link);
        let fields = filled(what, &form, &on);
        let body = urlencoded(&fields);
        assert_page(&post(&world, &url, &[FORM, foreign], body.as_bytes()).await, 403, what);
        if what == "dispute" || what == "answer" {
            let kind = ("content-type", "multipart/form-data; boundary=x");
            let body = multipart("x", &fields, &[]);
            assert_page(&post(&world, &url, &[kind, foreign], &body).await, 403, what);
        }
    }
    assert_eq!(world.timeline(&bill.id).await, before);
    assert_eq!(outcomes(&world, &bill).await, (0, 0));
}

pub(crate) async fn faults_row_34_every_answer_to_a_form_carries_the_guards(stack: Stack) {
    let world = World::new(&stack).await;
    let on = day(10);
    for (kind, ..) in KINDS {
        let bill = world.bill("1000.00", "USD").await;
        let url = format!("{}/{kind}", bill.link);
        assert_guarded(&world.payer.get(&url).await, kind);
        assert_page(&world.payer.post(&bill.link, kind, &[]).await, 422, kind);
        let form = form_of(&world, &bill.link, kind).await;
        let mut fields = filled(kind, &form, &on);
        if kind == "plan" {
            fields.iter_mut().filter(|field| field.0 == "do").for_each(|field| field.1 = "check");
            assert_page(&world.payer.post(&bill.link, kind, &fields).await, 200, "the schedule");
            fields = filled(kind, &form, &on);
        }
        let taken = sent(&world.payer, &bill.link, kind, &fields).await;
        assert_eq!(taken.status, 303, "{kind}");
        assert_guarded(&taken, kind);
        assert_guarded(&world.payer.get(&bill.link).await, kind);
        assert_guarded(&world.payer.get(&url).await, "no form any more");
        let ticket = world.payer.post(&bill.link, "files", &[("name", "a"), ("size", "1")]).await;
        assert_problem(&ticket, 410, "no more files");
        world.regenerate(&bill.id, false).await;
        assert_page(&world.payer.get(&url).await, 410, kind);
    }
    let bill = asked(&world).await;
    assert_page(&world.payer.open(&bill.link, "answer").await, 200, "a question");
    assert_page(&world.payer.post(&bill.link, "answer", &[]).await, 422, "no answer");
    let ticket = world.payer.post(&bill.link, "files", &[("name", "a.pdf"), ("size", "9")]).await;
    assert_eq!(ticket.status, 200, "{}", ticket.text());
    assert_guarded(&ticket, "a ticket");
    let nothing = world.payer.post(&bill.link, "files", &[("name", "a.pdf"), ("size", "x")]).await;
    assert_problem(&nothing, 400, "no size");
    for what in POSTS {
        let forged = format!("{}/p/{}", stack.text("portal"), "A".repeat(68));
        assert_page(&world.payer.post(&forged, what, &[]).await, 404, what);
    }
}

pub(crate) async fn faults_row_51_forms_of_any_size_and_kind_get_a_4xx(stack: Stack) {
    let world = World::new(&stack).await;
    let (bill, asked) = (world.bill("1000.00", "USD").await, asked(&world).await);
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000)).into_bytes();
    let many = urlencoded(&vec![("a", ""); 1_001]).into_bytes();
    let parts = multipart("x", &[("a", ""); 41], &[]);
    let big = multipart(
        "x",
        &[],
        &[Part { field: "doc-other", name: "a.txt", bytes: &vec![b'a'; 5 * MIB] }],
    );
    let unnamed = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n".to_vec();
    let multi = "multipart/form-data; boundary=x";
    for what in POSTS {
        let url = format!("{}/{what}", if what == "answer" { &asked.link } else { &bill.link });
        let with_files = what == "dispute" || what == "answer";
        let told = |plain, files| if with_files { files } else { plain };
        for (kind, body, status) in [
            (FORM.1, &vec![b'a'; 10 * MIB], 413),
            (FORM.1, &vec![b'a'; 64 * 1024 + 1], 413),
            (FORM.1, &deep, if what == "files" { 400 } else { 422 }),
            (FORM.1, &many, 400),
            (FORM.1, &b"name=%FF%FE".to_vec(), 400),
            (FORM.1, &vec![0xC3; 100], 400),
            ("application/json", &deep, 415),
            ("text/plain", &b"name=Ada".to_vec(), 415),
            ("", &b"name=Ada".to_vec(), 415),
            (multi, &vec![b'a'; 10 * MIB], 413),
            (multi, &big, 413),
            (multi, &parts, told(415, 413)),
            (multi, &unnamed, told(415, 400)),
            (multi, &b"not a form".to_vec(), told(415, 400)),
            ("multipart/form-data", &unnamed, told(415, 400)),
        ] {
            let answer = post(&world, &url, &[("content-type", kind)], body).await;
            let told = format!("{what}: {} bytes of {kind}", body.len());
            // What is wrong with a file is said to the page's script.
            if answer.header("content-type").ends_with("json") && what == "files" {
                assert_problem(&answer, status, &told);
            } else {
                assert_page(&answer, status, &told);
            }
        }
    }
    assert_eq!(outcomes(&world, &bill).await, (0, 0));
    assert_eq!(world.case(&asked).await["state"], "asked");
}

pub(crate) async fn faults_row_51_a_field_that_comes_twice_counts_once(stack: Stack) {
    let world = World::new(&stack).await;
    let on = day(10);
    for (kind, ..) in KINDS {
        let bill = world.bill("1000.00", "USD").await;
        let form = form_of(&world, &bill.link, kind).await;
        let mut fields = filled(kind, &form, &on);
        fields.extend([("name", "Second Name"), ("email", "second@elsewhere.example")]);
        fields.extend([("form", "01JD9Z3V7Q0000000000000000"), ("do", "check"), ("amount", "1")]);
        let answer = sent(&world.payer, &bill.link, kind, &fields).await;
        assert_eq!(answer.status, 303, "{kind}: {}", answer.text());
        let case = world.case(&bill).await;
        assert_eq!(case["contact"]["name"], CONTACT[0].1, "{kind}");
        assert!(!case.to_string().contains("second@"), "{kind}: {case}");
        // Of an operator's JSON, a name that comes twice is no guess: it is refused.
        let path = format!("/invoices/{}/cases/{}", bill.id, case["id"].as_str().unwrap());
        for (verb, body) in [
            ("decision", r#"{"decision":"approve","decision":"reject","note":"No."}"#),
            ("question", r#"{"text":"A?","text":"B?"}"#),
            ("owner", r#"{"owner":"me","owner":null}"#),
        ] {
            let path = format!("{path}/{verb}");
            assert_problem(&world.operate("POST", &path, Some(body)).await, 400, body);
            let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
            assert_problem(&world.operate("POST", &path, Some(&deep)).await, 400, "deep");
            let long = " ".repeat(MIB);
            assert_problem(&world.operate("POST", &path, Some(&long)).await, 413, "long");
            let bearer = format!("Bearer {}", world.token);
            let headers = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
            let answer = post(&world, &world.api(&path), &headers, b"{}").await;
            assert_problem(&answer, 415, "text");
        }
    }
}
