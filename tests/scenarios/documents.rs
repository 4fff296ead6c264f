//! What becomes of documents between a payer's disk and an operator's. What is refused on the
//! way: `uploads.rs`. Must never take a name or a verdict on trust: bytes are compared.
use acceptance::files::{Files, TYPED};
use acceptance::forms::{CONTACT, Part, hidden, urlencoded};
use acceptance::{Bill, Stack, World};
use serde_json::json;

use crate::papers::{self, LARGEST, Paper};

/// The SHA-256 of the papers' PDF of that size, as another program computed it.
const LARGEST_SHA256: &str = "5f803f18e12a66f006d4f5dc9643ff9c2d2f4547bb3bf965778e8802dca8aaa0";

/// Holds what the operator reads and fetches against what the payer has.
async fn arrived(world: &World, bill: &Bill, sent: &[Paper]) {
    let case = world.scanned_case(bill).await;
    let documents = case["documents"].as_array().unwrap();
    assert_eq!(documents.len(), sent.len(), "{case}");
    for (place, paper) in sent.iter().enumerate() {
        let (name, document) = (paper.name, &documents[place]);
        assert_eq!(document["name"], name);
        assert_eq!(document["size_bytes"], json!(paper.bytes.len()), "{name}");
        assert_eq!(document["content"], paper.content, "{name}");
        assert_eq!(document["sha256"], paper.sha256, "{name}");
        assert_eq!(document["verdict"], "clean", "{name}");
        let file = world.download(bill, &case, place).await;
        assert!(file.bytes == paper.bytes, "{name} is not what was sent");
        assert!(file.header("content-disposition").starts_with("attachment;"), "{name}");
        assert_eq!(file.header("content-type"), "application/octet-stream", "{name}");
    }
}

pub(crate) async fn every_kind_arrives_byte_for_byte_by_the_plain_form(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let papers = papers::one_of_each();
    let files: Vec<_> = papers.iter().map(Paper::part).collect();
    let sent = world.dispute_with(&bill, "other", &[], &files).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    arrived(&world, &bill, &papers).await;
    let line = world.wait_for_line("queue=disputes", &bill, "submitted").await;
    assert_eq!(line["documents"], json!(papers.len()));
    let page = world.payer.get(&bill.link).await;
    assert!(page.text().contains("請求書.pdf"), "what was sent is listed: {}", page.text());
}

pub(crate) async fn ten_files_one_of_25_mb_arrive_byte_for_byte_by_the_script(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let mut papers = papers::one_of_each();
    papers.push(Paper {
        name: "everything 📦.pdf",
        bytes: papers::pdf_of(LARGEST),
        content: "pdf",
        sha256: LARGEST_SHA256,
    });
    let mut kept = Vec::new();
    for paper in &papers {
        let ticket = world.payer.upload(&bill.link, paper.name, &paper.bytes).await;
        kept.push(format!("{}:other", ticket.id));
    }
    let sent = world.dispute_with(&bill, "other", &kept, &[]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    arrived(&world, &bill, &papers).await;
}

pub(crate) async fn faults_row_46_only_what_is_known_clean_is_given_out(stack: Stack) {
    let (world, files) = (World::new(&stack).await, Files::new(&stack));
    let bill = world.bill("1000.00", "USD").await;
    let (virus, sound) = (papers::infected(), papers::pdf());
    let proof = Part { field: "doc-proof_of_payment", name: "proof.txt", bytes: &virus };
    let other = Part { field: "doc-other", name: "order.pdf", bytes: &sound };
    let sent = world.dispute_with(&bill, "already_paid", &[], &[proof, other]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let case = world.scanned_case(&bill).await;
    let ids = [0, 1].map(|place| case["documents"][place]["id"].as_str().unwrap().to_owned());
    assert_eq!(case["documents"][0]["verdict"], "infected");
    assert_eq!(case["missing"][0]["code"], "proof_of_payment", "malware proves nothing: {case}");
    let withheld = world.ask_for_document(&world.token, &bill, &case, &ids[0]).await;
    assert_eq!(withheld.status, 409);
    assert!(withheld.text().contains("Ask the payer for another one"), "{}", withheld.text());
    assert!(!withheld.text().contains("url"), "{}", withheld.text());
    assert_eq!(world.download(&bill, &case, 1).await.bytes, sound);
    let versions = files.uploads_of(&world, &bill.id).await;
    let version = versions.iter().find(|version| version.key.ends_with(&ids[1])).unwrap();
    for (tag, word, title) in [
        (None, "pending", "Not scanned yet"),
        (Some("THREATS_FOUND"), "infected", "Malware found"),
        (Some("UNSUPPORTED"), "unscannable", "Not scannable"),
        (Some("FAILED"), "unscannable", "Not scannable"),
        (Some("ACCESS_DENIED"), "unscannable", "Not scannable"),
        (Some("SOMETHING_NEW"), "unscannable", "Not scannable"),
    ] {
        files.scanned(version, tag).await;
        assert_eq!(world.case(&bill).await["documents"][1]["verdict"], word, "{tag:?}");
        let answer = world.ask_for_document(&world.token, &bill, &case, &ids[1]).await;
        assert_eq!(answer.status, 409, "{tag:?}: {}", answer.text());
        assert_eq!(answer.json()["title"], title, "{tag:?}");
        assert!(answer.json()["url"].is_null(), "{tag:?}");
        assert_eq!(!answer.header("retry-after").is_empty(), tag.is_none(), "{tag:?}");
    }
    files.scanned(version, Some("NO_THREATS_FOUND")).await;
    assert_eq!(world.download(&bill, &case, 1).await.bytes, sound);
}

pub(crate) async fn an_infected_document_can_be_replaced_when_the_seller_asks(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let (virus, sound) = (papers::infected(), papers::pdf());
    let proof = Part { field: "doc-proof_of_payment", name: "proof.txt", bytes: &virus };
    let sent = world.dispute_with(&bill, "already_paid", &[], &[proof]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert_eq!(world.scanned_case(&bill).await["missing"][0]["code"], "proof_of_payment");
    let body = json!({ "text": "Your file was infected. Please send another one." });
    assert_eq!(world.act(&world.token, &bill, "question", body).await.status, 200);
    let link = world.link_mailed(&bill.contact, "uestion").await;
    let form = hidden(&world.payer.open(&link, "answer").await, "form");
    let proof = Part { field: "doc-proof_of_payment", name: "proof.pdf", bytes: &sound };
    let fields = [("form", form.as_str()), ("answer", "Here it is.")];
    let sent = world.payer.post_files(&link, "answer", &fields, &[proof]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert_eq!(world.scanned_case(&bill).await["missing"], json!([]));
}

pub(crate) async fn faults_row_47_a_name_reaches_no_key_and_no_header_as_it_was(stack: Stack) {
    let (world, files) = (World::new(&stack).await, Files::new(&stack));
    let bill = world.bill("1000.00", "USD").await;
    let (endless, cut) = ("x".repeat(9_996) + ".pdf", "x".repeat(96) + ".pdf");
    let by_script = [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\bill.pdf", "bill.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("nul\0byte.pdf", "nulbyte.pdf"),
        ("quote\"; filename=\"b.pdf", "quote\"; filename=\"b.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
    ];
    let by_form = [
        ("../../etc/shadow.pdf", "shadow.pdf"),
        ("bill\u{202e}fdp.pdf", "billfdp.pdf"),
        ("%22; filename=%22c.pdf", "\"; filename=\"c.pdf"),
        (endless.as_str(), cut.as_str()),
    ];
    let mut kept = Vec::new();
    for (raw, _) in by_script {
        let ticket = world.payer.upload(&bill.link, raw, &papers::pdf()).await;
        kept.push(format!("{}:other", ticket.id));
    }
    let bytes = papers::pdf();
    let parts = by_form.map(|(name, _)| Part { field: "doc-other", name, bytes: &bytes });
    let sent = world.dispute_with(&bill, "other", &kept, &parts).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let case = world.scanned_case(&bill).await;
    for (place, (raw, safe)) in by_script.iter().chain(&by_form).enumerate() {
        assert_eq!(case["documents"][place]["name"], *safe, "{raw:?}");
        let header = world.download(&bill, &case, place).await;
        let encoded = urlencoded(&[("", safe)]).replacen('=', "", 1).replace('+', "%20");
        let expected = format!("filename*=UTF-8''{encoded}");
        let header = header.header("content-disposition").to_owned();
        assert!(header.starts_with("attachment; filename=\""), "{raw:?}: {header}");
        assert!(header.ends_with(&expected), "{raw:?}: {header}");
        assert_eq!(header.matches('"').count(), 2, "{raw:?}: {header}");
    }
    let page = world.payer.get(&bill.link).await.text();
    assert!(page.contains("passwd.pdf") && !page.contains("<img") && !page.contains('\u{202e}'));
    for version in files.uploads_of(&world, &bill.id).await {
        let parts: Vec<_> = version.key.split('/').collect();
        assert_eq!(parts.len(), 6, "{}", version.key);
        assert_eq!((parts[2], parts[3]), (world.tenant.as_str(), bill.id.as_str()));
        assert!(parts[4].len() == 26 && parts[5].len() == 26, "{}", version.key);
    }
}

pub(crate) async fn faults_row_54_documents_are_for_their_own_sellers_operators(stack: Stack) {
    let (world, other) = (World::new(&stack).await, World::new(&stack).await);
    let (bill, theirs) = (world.bill("10.00", "USD").await, other.bill("10.00", "USD").await);
    let bytes = papers::pdf();
    for (world, bill) in [(&world, &bill), (&other, &theirs)] {
        let part = Part { field: "doc-other", name: "order.pdf", bytes: &bytes };
        assert_eq!(world.dispute_with(bill, "other", &[], &[part]).await.status, 303);
    }
    let (case, foreign) = (world.scanned_case(&bill).await, other.scanned_case(&theirs).await);
    let id = |case: &serde_json::Value| case["documents"][0]["id"].as_str().unwrap().to_owned();
    let (mine, not_mine) = (id(&case), id(&foreign));
    for (bill, case, document) in [
        (&theirs, &foreign, not_mine.as_str()),
        (&bill, &foreign, &not_mine),
        (&bill, &case, &not_mine),
        (&bill, &case, "01JD9Z3V7Q0000000000000000"),
        (&bill, &case, "..%2F..%2Fx"),
        (&bill, &case, "x"),
    ] {
        let answer = world.ask_for_document(&world.token, bill, case, document).await;
        assert_eq!(answer.status, 404, "{document}: {}", answer.text());
        assert!(!answer.text().contains("http://"), "{}", answer.text());
    }
    for role in ["viewer", "sales", "csm", "billing_admin"] {
        let token = world.aws.operator(&world.tenant, role).await;
        let answer = world.ask_for_document(&token, &bill, &case, &mine).await;
        assert_eq!(answer.status, 200, "{role}: {}", answer.text());
        assert_eq!(answer.json()["expires_in_s"], 60);
    }
    let case_id = case["id"].as_str().unwrap();
    let url = world.api(&format!("/invoices/{}/cases/{case_id}/documents/{mine}", bill.id));
    assert_eq!(world.payer.get(&url).await.status, 401, "nobody");
    let stranger = world.aws.access_token(&world.tenant, "legal").await;
    let answer = world.ask_for_document(&stranger, &bill, &case, &mine).await;
    assert!([401, 403].contains(&answer.status), "{}", answer.text());
}

pub(crate) async fn files_of_a_refused_form_are_kept_and_can_be_unticked(stack: Stack) {
    let (world, files) = (World::new(&stack).await, Files::new(&stack));
    let bill = world.bill("1000.00", "USD").await;
    let page = world.payer.open(&bill.link, "dispute?reason=other").await;
    let form = hidden(&page, "form");
    let ticket = world.payer.upload(&bill.link, "by script.pdf", &papers::pdf()).await;
    let uploaded = format!("{}:other", ticket.id);
    let (first, second) = (papers::png(), papers::docx());
    let parts = [
        Part { field: "doc-other", name: "dot & <b>.png", bytes: &first },
        Part { field: "doc-other", name: "contract.docx", bytes: &second },
    ];
    let mut fields = vec![
        ("form", form.as_str()),
        ("reason", "other"),
        ("disputed", "all"),
        ("description", TYPED),
    ];
    let nameless =
        [&fields[..], &[("email", "ada@elsewhere.example"), ("kept", &uploaded)]].concat();
    let refused = world.payer.post_files(&bill.link, "dispute", &nameless, &parts).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let text = refused.text();
    assert!(text.contains("href=\"#name\"") && text.contains(TYPED), "{text}");
    let kept: Vec<&str> = text.split("name=\"kept\" value=\"").skip(1).collect();
    assert!(kept.iter().all(|one| one.split('>').next().unwrap().contains("checked")), "{text}");
    let kept: Vec<_> = kept.iter().map(|one| one.split('"').next().unwrap()).collect();
    assert_eq!(kept.len(), 3, "{text}");
    assert_eq!(kept[0], uploaded);
    for name in ["by script.pdf", "dot &#38; &#60;b&#62;.png", "contract.docx"] {
        assert!(text.contains(name), "{name}: {text}");
    }
    let stored = files.uploads_of(&world, &bill.id).await.len();
    // The picture is unticked.
    fields.extend(CONTACT);
    fields.extend([("kept", kept[0]), ("kept", kept[2])]);
    let sent = world.payer.post_files(&bill.link, "dispute", &fields, &[]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let case = world.scanned_case(&bill).await;
    let names: Vec<_> =
        case["documents"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["by script.pdf", "contract.docx"]);
    assert_eq!(world.download(&bill, &case, 1).await.bytes, second);
    assert_eq!(files.uploads_of(&world, &bill.id).await.len(), stored, "nothing was sent twice");
}

pub(crate) async fn no_log_holds_a_documents_name_or_what_opens_it(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let canary = |name: &str| format!("{name}-{}", world.tenant);
    let (ours, bytes) = (papers::pdf(), papers::infected());
    let (named, plain, bad) = (canary("script"), canary("form"), canary("hostile"));
    let ticket = world.payer.upload(&bill.link, &format!("{named}.pdf"), &ours).await;
    world.payer.ask_for_place(&bill.link, &format!("{named}.exe"), 5).await;
    world.payer.post_to_s3(&ticket.with("acl", "public-read"), &ours).await;
    let hostile = [Part { field: "doc-other", name: &format!("{bad}.pdf"), bytes: b"MZ\0\0" }];
    let kept = [format!("{}:other", ticket.id)];
    assert_eq!(world.dispute_with(&bill, "other", &kept, &hostile).await.status, 422);
    let parts = [Part { field: "doc-other", name: &format!("{plain}.txt"), bytes: &bytes }];
    assert_eq!(world.dispute_with(&bill, "other", &kept, &parts).await.status, 303);
    let case = world.scanned_case(&bill).await;
    let id = |place: usize| case["documents"][place]["id"].as_str().unwrap();
    let given = world.ask_for_document(&world.token, &bill, &case, id(0)).await.json();
    world.ask_for_document(&world.token, &bill, &case, id(1)).await;
    let url = given["url"].as_str().unwrap();
    world.payer.get(url).await;
    let signature = url.split("X-Amz-Signature=").nth(1).unwrap().split('&').next().unwrap();
    let token = bill.link.rsplit('/').next().unwrap();
    let canaries = [
        ("a token", token),
        ("a name by script", &named),
        ("a name by form", &plain),
        ("a hostile name", &bad),
        ("a ticket", ticket.field("x-amz-signature")),
        ("a download", signature),
        ("what was typed", TYPED),
        ("an address", "ada@elsewhere.example"),
        ("a contact", &bill.contact),
        ("an operator's token", &world.token),
    ];
    let lines = world.aws.logs().await;
    for route in ["portal-dispute", "portal-files", "case-read"] {
        let wanted = format!("\"route\":\"{route}\"");
        assert!(lines.iter().any(|line| line.contains(&wanted)), "nothing looked at of {route}");
    }
    for (what, canary) in canaries {
        assert!(canary.len() > 8, "{what} is too short to be looked for");
        let found = lines.iter().find(|line| line.contains(canary));
        assert!(found.is_none(), "{what} is in a log line: {}", found.unwrap());
    }
}
