//! An operator posts a file of invoices.
use acceptance::{Stack, World, eventually};
use serde_json::{Value, json};

const HEADER: &str =
    "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Currency,Description\n";

fn file(rows: &str) -> Vec<u8> {
    format!("{HEADER}{rows}").into_bytes()
}

/// Row, field and reason of each reject.
fn rejects(report: &Value) -> Vec<(u64, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rejects = report["rejects"].as_array().unwrap().iter();
    let read =
        |one: &Value| (one["row"].as_u64().unwrap(), text(&one["field"]), text(&one["reason"]));
    rejects.map(read).collect()
}

fn counts(report: &Value) -> (u64, u64, u64, u64) {
    let count = |name: &str| report[name].as_u64().unwrap();
    (count("imported"), count("unchanged"), count("rejected"), count("remaining"))
}

pub(crate) async fn good_rows_become_invoices(stack: Stack) {
    let world = World::new(&stack).await;
    let answer = world
        .import(&file(
            "G-1,2096-12-31,\"1,250.50\",ap@one.example;cfo@one.example,Acme Ltd,USD,Rope\n\
             G-2,2020-01-31,120000,ap@two.example,,jpy,\n\
             G-3,2096-02-28,1.234,ap@three.example,Three,KWD,\n",
        ))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let report = answer.json();
    assert_eq!(counts(&report), (3, 0, 0, 0));
    for (place, (row, number)) in [(2, "G-1"), (3, "G-2"), (4, "G-3")].into_iter().enumerate() {
        let imported = &report["invoices"][place];
        assert_eq!((&imported["row"], &imported["number"]), (&json!(row), &json!(number)));
        let invoice = world.by_number(number).await.json();
        assert_eq!(invoice["id"], imported["id"]);
        assert_eq!((&invoice["status"], &invoice["payments"]), (&json!("Open"), &json!([])));
        assert_eq!(invoice["timeline"][0]["name"], "InvoiceImported");
        assert_eq!(invoice["timeline"][0]["actor"]["role"], "operator");
    }
    let first = world.by_number("G-1").await.json();
    assert_eq!(first["balance"], json!({ "minor": 125_050, "currency": "USD" }));
    assert_eq!(first["contacts"], json!(["ap@one.example", "cfo@one.example"]));
    assert_eq!((&first["customer"], &first["description"]), (&json!("Acme Ltd"), &json!("Rope")));
    assert_eq!((&first["due_date"], &first["days_overdue"]), (&json!("2096-12-31"), &Value::Null));
    let second = world.by_number("G-2").await.json();
    assert_eq!(second["balance"], json!({ "minor": 120_000, "currency": "JPY" }));
    assert_eq!(second["customer"], "two.example", "no name in the file");
    assert!(second["days_overdue"].as_i64().unwrap() > 2_000);
    assert_eq!(world.by_number("G-3").await.json()["balance"]["minor"], 1_234);
}

pub(crate) async fn each_bad_row_is_told_with_row_field_and_reason_and_stores_nothing(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bad = [
        (",2096-12-31,1.00,a@b.example,C,USD,", "Invoice Number", "missing"),
        ("B-3,31.12.2026,1.00,a@b.example,C,USD,", "Due Date", "YYYY-MM-DD"),
        ("B-4,2027-02-29,1.00,a@b.example,C,USD,", "Due Date", "not a date"),
        ("B-5,0206-12-31,1.00,a@b.example,C,USD,", "Due Date", "year"),
        ("B-6,2096-12-31,1.00,a@b.example,C,ZZZ,", "Currency", "ISO 4217"),
        ("B-7,2096-12-31,1.005,a@b.example,C,USD,", "Balance", "decimals"),
        ("B-8,2096-12-31,1.50,a@b.example,C,JPY,", "Balance", "decimals"),
        ("B-9,2096-12-31,-1.00,a@b.example,C,USD,", "Balance", "more than zero"),
        ("B-10,2096-12-31,9223372036854775808,a@b.example,C,USD,", "Balance", "too large"),
        ("B-11,2096-12-31,ten,a@b.example,C,USD,", "Balance", "not an amount"),
        ("B-12,2096-12-31,1.00,nobody,C,USD,", "Contact Email", "mail address"),
        ("B-13,2096-12-31,1.00,a@b.example;@c,C,USD,", "Contact Email", "mail address"),
        ("B-14,2096-12-31,1.00,,C,USD,", "Contact Email", "missing"),
        ("GOOD,2096-12-31,1.00,a@b.example,C,USD,", "", ""),
        ("GOOD,2096-12-31,2.00,a@b.example,C,USD,again", "Invoice Number", "row 15"),
        ("B-17,2096-12-31,1.00,a@b.example,C,USD,,more", "", "more values"),
    ];
    let lines: Vec<&str> = bad.iter().map(|(line, ..)| *line).collect();
    let answer = world.import(&file(&format!("{}\n", lines.join("\n")))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let report = answer.json();
    assert_eq!(counts(&report), (1, 0, 15, 0), "{report}");
    let told = rejects(&report);
    // The header is row 1; only the good row has no words.
    for (row, (line, field, words)) in (2..).zip(bad).filter(|(_, (.., words))| !words.is_empty()) {
        let reject = told.iter().find(|(told, ..)| *told == row);
        let (_, at, reason) = reject.unwrap_or_else(|| panic!("{line}: {told:?}"));
        assert!(at == field && reason.contains(words), "{line}: {at}: {reason}");
    }
    for number in lines.iter().filter_map(|line| line.split(',').next()) {
        if number.starts_with("B-") {
            assert_eq!(world.by_number(number).await.status, 404, "{number}");
        }
    }
    assert_eq!(world.by_number("GOOD").await.json()["balance"]["minor"], 100);
}

pub(crate) async fn a_row_with_two_faults_is_told_both(stack: Stack) {
    let world = World::new(&stack).await;
    let report = world.import(&file("B-1,soon,1.00,nobody,C,USD,\n")).await.json();
    assert_eq!(counts(&report).0, 0);
    let fields: Vec<String> = rejects(&report).into_iter().map(|(_, field, _)| field).collect();
    assert_eq!(fields, ["Due Date", "Contact Email"]);
}

pub(crate) async fn the_sample_of_bad_rows_is_rejected_row_by_row(stack: Stack) {
    let world = World::new(&stack).await;
    let sample = include_bytes!("../samples/bad-rows.csv");
    let answer = world.import(sample).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let report = answer.json();
    let told: std::collections::BTreeSet<u64> =
        rejects(&report).into_iter().map(|(row, ..)| row).collect();
    let imported = report["invoices"].as_array().unwrap().iter();
    let imported: Vec<&str> = imported.map(|one| one["number"].as_str().unwrap()).collect();
    // A number that begins like a formula is a number; whatever exports it has to escape it.
    assert_eq!(imported, ["OK-1", "=HYPERLINK(\"https://evil.example\")"]);
    assert_eq!(told.len(), 26, "{told:?}");
    let text = std::str::from_utf8(sample).unwrap();
    for number in text.lines().filter_map(|line| line.split(',').next()) {
        // What is longer than a number may be cannot be looked for either.
        if number.starts_with("BAD-") && number.len() <= 100 {
            assert_eq!(world.by_number(number).await.status, 404, "{number}");
        }
    }
}

pub(crate) async fn posting_the_same_file_again_changes_nothing(stack: Stack) {
    let world = World::new(&stack).await;
    let contact = format!("ap@{}.example", world.tenant);
    let csv = file(&format!(
        "S-1,2096-12-31,80.00,{contact},C,USD,\nS-2,2096-12-31,90.00,{contact},C,USD,\n"
    ));
    assert_eq!(counts(&world.import(&csv).await.json()), (2, 0, 0, 0));
    let id = world.by_number("S-1").await.json()["id"].as_str().unwrap().to_owned();
    eventually("the first mail is on the timeline", || async {
        world.aws.invoke("cadence-sender").await;
        (world.count(&id, "MailSent").await == 1).then_some(())
    })
    .await;
    let before = world.read(&id).await;
    for _ in 0..2 {
        let report = world.import(&csv).await.json();
        assert_eq!(counts(&report), (0, 2, 0, 0), "{report}");
    }
    world.aws.invoke("cadence-sender").await;
    assert_eq!(world.read(&id).await, before, "not a field, not a line of the timeline");
    world.inbox.wait_for(&contact, "S-1").await;
    let mails = world.inbox.to(&contact).await;
    assert_eq!(mails.iter().filter(|mail| mail.subject.contains("S-1")).count(), 1);
}

pub(crate) async fn other_content_under_a_known_number_is_a_conflict(stack: Stack) {
    let world = World::new(&stack).await;
    world.import(&file("K-1,2096-12-31,80.00,a@b.example,C,USD,\n")).await;
    let changed =
        "K-1,2096-12-31,81.00,a@b.example,C,USD,\nK-2,2096-12-31,5.00,a@b.example,C,USD,\n";
    let report = world.import(&file(changed)).await.json();
    assert_eq!(counts(&report), (1, 0, 1, 0), "{report}");
    let (row, field, reason) = rejects(&report).remove(0);
    assert_eq!((row, field.as_str()), (2, "Invoice Number"));
    assert!(reason.contains("other content"), "{reason}");
    let kept = world.by_number("K-1").await.json();
    assert_eq!(kept["balance"]["minor"], 8_000);
    assert_eq!(world.count(kept["id"].as_str().unwrap(), "InvoiceImported").await, 1);
}

pub(crate) async fn another_tenants_same_number_is_another_invoice(stack: Stack) {
    let (world, other) = (World::new(&stack).await, World::new(&stack).await);
    let csv = file("SAME-1,2096-12-31,80.00,a@b.example,C,USD,\n");
    let ours = world.import(&csv).await.json();
    let theirs = other.import(&csv).await.json();
    assert_eq!((counts(&ours), counts(&theirs)), ((1, 0, 0, 0), (1, 0, 0, 0)));
    let id = ours["invoices"][0]["id"].as_str().unwrap();
    assert_ne!(theirs["invoices"][0]["id"], id);
    assert_eq!(other.operate("GET", &format!("/invoices/{id}"), None).await.status, 404);
}
