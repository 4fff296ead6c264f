//! What no upload may do, and which uploads count. What becomes of those: `documents.rs`.
//! Must never end a refusal without a look at what it left behind.
use std::io::Write as _;

use acceptance::files::{Files, TYPED, Ticket};
use acceptance::forms::{Part, hidden};
use acceptance::{Answer, Bill, Stack, World};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::papers::{self, LARGEST};

/// A policy of the emulator's own key that ended 15 minutes into 2026, and its signature.
const EXPIRED: [(&str, &str); 4] = [
    ("policy", "eyJleHBpcmF0aW9uIjoiMjAyNi0wMS0wMVQwMDoxNTowMC4wMDBaIiwiY29uZGl0aW9ucyI6W119"),
    ("x-amz-signature", "60370495b44cbd95b3c7a3c655b14b02c31d7567f86edf9d91c77fe34a89cfbe"),
    ("x-amz-credential", "test/20260101/us-east-1/s3/aws4_request"),
    ("x-amz-date", "20260101T000000Z"),
];

/// What was done to a ticket, the ticket, and what is said to it.
type Forged = (&'static str, Ticket, &'static str);

/// A form was refused at the field of other documents, with what was typed kept, and the link
/// can still be used.
async fn is_refused(world: &World, bill: &Bill, answer: &Answer, says: &str) {
    let text = answer.text();
    assert_eq!(answer.status, 422, "{text}");
    assert!(text.contains("href=\"#doc-other\"") && text.contains(says), "{says}: {text}");
    assert!(text.contains(TYPED), "what was typed is kept: {text}");
    nothing_came(world, bill).await;
}

async fn nothing_came(world: &World, bill: &Bill) {
    assert_eq!(world.payer.get(&bill.link).await.state(), "due");
    assert_eq!(world.count(&bill.id, "DisputeSubmitted").await, 0);
}

pub(crate) async fn faults_row_43_s3_takes_only_what_the_ticket_says(stack: Stack) {
    let (world, files) = (World::new(&stack).await, Files::new(&stack));
    let bill = world.bill("1000.00", "USD").await;
    let ticket = Ticket::of(&world.payer.ask_for_place(&bill.link, "order.pdf", 69).await);
    let other = Ticket::of(&world.payer.ask_for_place(&bill.link, "other.pdf", 69).await);
    let ends = is_narrow(&ticket);
    for (what, ticket, says) in &forged(&ticket, &other, ends) {
        let answer = world.payer.post_to_s3(ticket, &papers::pdf()).await;
        assert_eq!(answer.status, 403, "{what}: {}", answer.text());
        assert!(answer.text().contains(says), "{what}: {}", answer.text());
    }
    for (size, code) in [(0, "EntityTooSmall"), (LARGEST + 1, "EntityTooLarge")] {
        let answer = world.payer.post_to_s3(&ticket, &vec![b'x'; size]).await;
        assert_eq!(answer.status, 400, "{size}");
        assert!(answer.text().contains(code), "{size}: {}", answer.text());
    }
    abort(&ticket);
    assert_eq!(files.uploads_of(&world, &bill.id).await, [], "nothing was stored");
    let kept = [format!("{}:other", ticket.id)];
    let answer = world.dispute_with(&bill, "other", &kept, &[]).await;
    is_refused(&world, &bill, &answer, "no longer with us").await;
    // As it was given out it is still good.
    assert_eq!(world.payer.post_to_s3(&ticket, &papers::pdf()).await.status, 204);
    assert_eq!(world.dispute_with(&bill, "other", &kept, &[]).await.status, 303);
}

/// A ticket names each of its fields and the sizes it is good for, for 15 minutes; their end.
fn is_narrow(ticket: &Ticket) -> Timestamp {
    let policy = policy(ticket);
    let conditions = policy["conditions"].as_array().unwrap();
    assert!(conditions.contains(&json!(["content-length-range", 1, LARGEST])), "{policy}");
    for (name, value) in &ticket.fields {
        let is_proof = ["policy", "x-amz-signature"].contains(&name.as_str());
        assert!(is_proof || conditions.contains(&json!({ name: value })), "{name}: {policy}");
    }
    let ends: Timestamp = policy["expiration"].as_str().unwrap().parse().unwrap();
    let made = ticket.field("x-amz-date");
    let quarter = SignedDuration::from_mins(15);
    let made_again = (ends - quarter).strftime("%Y%m%dT%H%M%SZ").to_string();
    assert_eq!(made_again, made, "{policy}");
    ends
}

fn policy(ticket: &Ticket) -> Value {
    serde_json::from_slice(&STANDARD.decode(ticket.field("policy")).unwrap()).unwrap()
}

/// Tickets that were tampered with, and what S3 says to each.
fn forged(ticket: &Ticket, other: &Ticket, ends: Timestamp) -> Vec<Forged> {
    let longer = policy(ticket).to_string().replace(&ends.strftime("%Y-").to_string(), "2999-");
    let mut expired = ticket.clone();
    expired.fields.retain(|(name, _)| name != "x-amz-security-token");
    for (name, value) in EXPIRED {
        expired = expired.with(name, value);
    }
    let mut unsigned = ticket.clone();
    unsigned.fields.retain(|(name, _)| !name.starts_with("x-amz-") && name != "policy");
    let verdict = ("GuardDutyMalwareScanStatus", "NO_THREATS_FOUND");
    let tags = format!(
        "<Tagging><TagSet><Tag><Key>{}</Key><Value>{}</Value></Tag></TagSet></Tagging>",
        verdict.0, verdict.1
    );
    let (failed, extra) = ("Policy Condition failed", "Extra input fields");
    let climbing = format!("{}/../x", ticket.field("key"));
    let nothing = "0".repeat(64);
    [
        ("another key", "key", other.field("key"), failed),
        ("a key of no upload", "key", "receipts/x", failed),
        ("a key that climbs", "key", &climbing, failed),
        ("another type", "Content-Type", "text/html", failed),
        ("another disposition", "Content-Disposition", "inline", failed),
        ("another name", "x-amz-meta-name", "eA", failed),
        ("made public", "acl", "public-read", extra),
        ("called clean", "tagging", &tags, extra),
        ("called clean too", "x-amz-tagging", &format!("{}={}", verdict.0, verdict.1), extra),
        ("one field more", "x-amz-meta-more", "x", extra),
        ("a redirect", "success_action_redirect", "http://elsewhere.example/", extra),
        ("a longer policy", "policy", &STANDARD.encode(longer), "SignatureDoesNotMatch"),
        ("another signature", "x-amz-signature", &nothing, "SignatureDoesNotMatch"),
    ]
    .map(|(what, name, value, says)| (what, ticket.with(name, value), says))
    .into_iter()
    .chain([("expired", expired, "Policy expired"), ("no policy", unsigned, "AccessDenied")])
    .collect()
}

/// Starts an upload and hangs up in the middle.
fn abort(ticket: &Ticket) {
    let (kind, body) = ticket.body(&papers::pdf_of(200_000));
    let address = ticket.url.trim_start_matches("http://");
    let (host, path) = address.split_once('/').unwrap();
    let head = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut connection = std::net::TcpStream::connect(host).unwrap();
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(&body[..body.len() / 2]).unwrap();
    connection.shutdown(std::net::Shutdown::Both).unwrap();
}

pub(crate) async fn faults_row_43_an_upload_counts_only_through_its_own_link(stack: Stack) {
    let world = World::new(&stack).await;
    let (bill, other) = (world.bill("1000.00", "USD").await, world.bill("10.00", "USD").await);
    let pdf = papers::pdf();
    let of_another_invoice = world.payer.upload(&other.link, "order.pdf", &pdf).await.id;
    let of_an_old_link = world.payer.upload(&bill.link, "order.pdf", &pdf).await.id;
    let never_sent = Ticket::of(&world.payer.ask_for_place(&bill.link, "order.pdf", 69).await).id;
    let link = world.regenerate(&bill.id, false).await["pay_link"].as_str().unwrap().to_owned();
    let gone = world.payer.ask_for_place(&bill.link, "order.pdf", 69).await;
    assert_eq!(gone.status, 410, "no place through a link that is replaced: {}", gone.text());
    let bill = Bill { link, ..bill };
    let (key, too_old) = world.upload_of_hours_ago(&bill, 21).await;
    Files::new(&stack).put(&key, &pdf).await;
    for id in [&of_another_invoice, &of_an_old_link, &never_sent, &too_old] {
        let kept = [format!("{id}:other")];
        let answer = world.dispute_with(&bill, "other", &kept, &[]).await;
        is_refused(&world, &bill, &answer, "no longer with us").await;
    }
    // What is no name of an upload names nothing, and nothing comes of it.
    let garbage = ["", "x", ":", "../../x:other", "01JD9Z3V7Q0000000000000000"].map(str::to_owned);
    assert_eq!(world.dispute_with(&bill, "other", &garbage, &[]).await.status, 303);
    assert_eq!(world.case(&bill).await["documents"], json!([]));
    let spent = world.payer.ask_for_place(&bill.link, "order.pdf", 69).await;
    assert_eq!(spent.status, 410, "no place through a link that is spent: {}", spent.text());
}

pub(crate) async fn faults_row_43_too_much_is_refused_and_costs_nothing_typed(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let pdf = papers::pdf();
    for (name, size, status) in [
        ("a.pdf", 0, 422),
        ("a.pdf", LARGEST + 1, 422),
        ("a.html", 9, 422),
        ("a.pdf", LARGEST, 200),
    ] {
        let answer = world.payer.ask_for_place(&bill.link, name, size).await;
        assert_eq!(answer.status, status, "{name} {size}: {}", answer.text());
    }
    let empty = [Part { field: "doc-other", name: "empty.pdf", bytes: b"" }];
    let answer = world.dispute_with(&bill, "other", &[], &empty).await;
    is_refused(&world, &bill, &answer, "This file is empty.").await;
    let eleven = vec![Part { field: "doc-other", name: "order.pdf", bytes: &pdf }; 11];
    let answer = world.dispute_with(&bill, "other", &[], &eleven).await;
    is_refused(&world, &bill, &answer, "at most 10 files. The last one file was left out.").await;
    let text = answer.text();
    let kept = text.split("name=\"kept\" value=\"").skip(1);
    let kept: Vec<_> = kept.map(|one| one.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(kept.len(), 10, "{text}");
    let answer = world.dispute_with(&bill, "other", &kept, &eleven[..1]).await;
    is_refused(&world, &bill, &answer, "at most 10 files").await;
    let heavy = papers::pdf_of(4_500_000);
    let answer = world
        .dispute_with(&bill, "other", &[], &[Part { bytes: &heavy, ..eleven[0].clone() }])
        .await;
    assert_eq!(answer.status, 413, "{}", answer.text());
    nothing_came(&world, &bill).await;
    // What the page promises without the script: 4 MB together.
    let light = papers::pdf_of(4 * 1024 * 1024);
    let sent = world
        .dispute_with(&bill, "other", &kept[..9], &[Part { bytes: &light, ..eleven[0].clone() }])
        .await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let case = world.scanned_case(&bill).await;
    assert_eq!(case["documents"].as_array().map(Vec::len), Some(10));
    assert!(world.download(&bill, &case, 9).await.bytes == light);
}

pub(crate) async fn faults_row_44_hostile_files_are_refused_by_content(stack: Stack) {
    let (world, files) = (World::new(&stack).await, Files::new(&stack));
    let bill = world.bill("1000.00", "USD").await;
    let corpus = papers::hostile();
    assert!(corpus.len() >= 40, "{}", corpus.len());
    for ten in corpus.chunks(10) {
        let parts: Vec<_> =
            ten.iter().map(|(name, bytes)| Part { field: "doc-other", name, bytes }).collect();
        let answer = world.dispute_with(&bill, "other", &[], &parts).await;
        for (name, _) in ten {
            is_refused(&world, &bill, &answer, &format!("“{name}”: ")).await;
        }
        assert!(!answer.text().contains("name=\"kept\""), "kept: {}", answer.text());
    }
    assert_eq!(files.uploads_of(&world, &bill.id).await, [], "what is refused is not stored");
    // S3 cannot tell, so what comes through it is read before it is referred to.
    let last_of_each = corpus.chunks(7).filter_map(|some| some.last());
    for (name, bytes) in last_of_each.filter(|(_, bytes)| !bytes.is_empty()) {
        let ticket = world.payer.upload(&bill.link, name, bytes).await;
        let kept = [format!("{}:other", ticket.id)];
        let answer = world.dispute_with(&bill, "other", &kept, &[]).await;
        is_refused(&world, &bill, &answer, &format!("“{name}”: ")).await;
        assert!(!answer.text().contains("name=\"kept\""), "kept: {}", answer.text());
    }
}

pub(crate) async fn an_answers_uploads_count_through_the_questions_own_link(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let through_the_first = world.payer.upload(&bill.link, "early.pdf", &papers::pdf()).await;
    world.with_dispute(&bill, "").await;
    let question = json!({ "text": "Which order?" });
    assert_eq!(world.act(&world.token, &bill, "question", question).await.status, 200);
    let link = world.link_mailed(&bill.contact, "uestion").await;
    let ticket = world.payer.upload(&link, "order ✓.docx", &papers::docx()).await;
    let form = hidden(&world.payer.open(&link, "answer").await, "form");
    let (early, own) = (format!("{}:other", through_the_first.id), format!("{}:other", ticket.id));
    let fields = [("form", form.as_str()), ("answer", TYPED), ("kept", own.as_str())];
    let both = [&fields[..], &[("kept", early.as_str())]].concat();
    let refused = world.payer.post_files(&link, "answer", &both, &[]).await;
    let text = refused.text();
    assert_eq!(refused.status, 422, "{text}");
    assert!(text.contains("no longer with us") && text.contains(TYPED), "{text}");
    assert!(text.contains(&own) && !text.contains(&early), "only what counts is kept: {text}");
    let sent = world.payer.post_files(&link, "answer", &fields, &[]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let case = world.case(&bill).await;
    let document = &case["questions"][0]["answer"]["documents"][0];
    assert_eq!(document["name"], "order ✓.docx", "{case}");
    let id = document["id"].as_str().unwrap();
    let url = acceptance::eventually("the answer's document is scanned", || async {
        let answer = world.ask_for_document(&world.token, &bill, &case, id).await;
        answer.json()["url"].as_str().map(str::to_owned)
    })
    .await;
    assert_eq!(world.payer.get(&url).await.bytes, papers::docx());
    let after = world.payer.ask_for_place(&link, "more.pdf", 69).await;
    assert_eq!(after.status, 410, "it is answered: {}", after.text());
}
