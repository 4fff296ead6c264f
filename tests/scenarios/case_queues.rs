//! From a case's entries to its one line in a queue: repeated, reordered, poisoned, swept.
//! Must never count on an order: the bus promises none.
use acceptance::forms::day;
use acceptance::{Bill, Stack, World, eventually, within};
use serde_json::{Value, json};

use crate::submissions::{KINDS, all_published, filled, form_of, lines, sent};

/// A case of that kind about which an operator has done something since; the state it is in.
async fn moved_on(world: &World, kind: &str) -> (Bill, &'static str) {
    let bill = world.bill("1000.00", "USD").await;
    let form = form_of(world, &bill.link, kind).await;
    let on = day(10);
    let fields = filled(kind, &form, &on);
    assert_eq!(sent(&world.payer, &bill.link, kind, &fields).await.status, 303);
    let mine = world.act(&world.token, &bill, "owner", json!({ "owner": "me" })).await;
    assert_eq!(mine.status, 200, "{}", mine.text());
    let state = match kind {
        "plan" => {
            world.decide(&bill, "approve").await;
            "active"
        }
        "promise" => "active",
        _ => {
            let body = json!({ "text": "Which payment do you mean?" });
            assert_eq!(world.act(&world.token, &bill, "question", body).await.status, 200);
            "asked"
        }
    };
    (bill, state)
}

fn queue_of(kind: &str) -> &'static str {
    if kind == "dispute" { "dispute-queue" } else { "plan-queue" }
}

/// The entries about the case, oldest first.
async fn entries(world: &World, bill: &Bill) -> Vec<Value> {
    let told = world.read(&bill.id).await["timeline"].clone();
    let told = told.as_array().unwrap().iter().filter(|entry| entry["data"]["case"].is_string());
    told.cloned().collect()
}

/// A message as the bus puts it into a queue.
fn message(entry: &Value) -> String {
    json!({ "source": "plixo.portal", "detail-type": entry["name"], "detail": entry }).to_string()
}

/// Hands a handler those bodies as one batch; the places of those that it gave back.
async fn handed(world: &World, queue: &str, bodies: &[String]) -> Vec<usize> {
    let record =
        |(place, body): (usize, &String)| json!({ "messageId": place.to_string(), "body": body });
    let records: Vec<Value> = bodies.iter().enumerate().map(record).collect();
    let answer = world.aws.invoke_with(queue, &json!({ "Records": records })).await;
    let failed = answer["batchItemFailures"].as_array();
    let failed = failed.unwrap_or_else(|| panic!("the whole batch failed: {answer}")).iter();
    failed.map(|one| one["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect()
}

/// The line once it is in that state and has an owner, and nothing more is on its way.
async fn settled_line(world: &World, bill: &Bill, state: &str) -> Value {
    all_published(world, bill).await;
    eventually(&format!("one line that is {state} and owned"), || async {
        let lines = lines(world, bill).await;
        let fits = |line: &Value| line["state"] == state && line["owner"].is_string();
        (lines.len() == 1 && fits(&lines[0])).then(|| lines[0].clone())
    })
    .await
}

pub(crate) async fn faults_row_35_entries_twice_and_backwards_leave_one_line_in_the_latest_state(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    for (kind, _, fact) in KINDS {
        let (bill, state) = moved_on(&world, kind).await;
        let before = settled_line(&world, &bill, state).await;
        let entries = entries(&world, &bill).await;
        assert!(entries.len() >= 2 && entries[0]["name"] == fact, "{kind}: {entries:?}");
        let mut bodies: Vec<String> = entries.iter().chain(&entries).rev().map(message).collect();
        bodies.insert(1, "poison".to_owned());
        assert_eq!(handed(&world, queue_of(kind), &bodies).await, [1], "{kind}");
        let mut after = lines(&world, &bill).await;
        // Its age has grown.
        after[0]["age_s"] = before["age_s"].clone();
        assert_eq!(after, [before], "{kind}");
    }
}

pub(crate) async fn faults_row_39_what_cannot_be_filed_fails_alone_and_the_rest_is_filed(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    for (kind, ..) in KINDS {
        let (bill, state) = moved_on(&world, kind).await;
        settled_line(&world, &bill, state).await;
        let shelf = if kind == "dispute" { "disputes" } else { "plans" };
        let pk = format!("QUEUE#{}#{shelf}#open", world.tenant);
        world.aws.delete_item((&pk, &world.case_id(&bill).await)).await;
        assert!(lines(&world, &bill).await.is_empty());
        let good = entries(&world, &bill).await.remove(0);
        let changed = |path: &str, value: Value| {
            let mut entry = good.clone();
            *entry.pointer_mut(path).unwrap() = value;
            message(&entry)
        };
        let nobodys = json!("00000000000000000000000001");
        let bodies = [
            changed("/invoice", nobodys.clone()),
            changed("/data/case", nobodys),
            message(&good),
            changed("/version", json!(2)),
            "{}".to_owned(),
            String::new(),
        ];
        assert_eq!(handed(&world, queue_of(kind), &bodies).await, [0, 1, 3, 4, 5], "{kind}");
        settled_line(&world, &bill, state).await;
        // The other queue's handler has nothing to do with it.
        let other = if kind == "dispute" { "plan-queue" } else { "dispute-queue" };
        assert!(handed(&world, other, &[message(&good)]).await.is_empty(), "{kind}");
        assert_eq!(lines(&world, &bill).await.len(), 1, "{kind}");
    }
}

pub(crate) async fn faults_row_38_a_case_never_confirmed_is_published_again_without_a_second_effect(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    for (kind, _, fact) in KINDS {
        let (bill, state) = moved_on(&world, kind).await;
        settled_line(&world, &bill, state).await;
        let team = format!("team@{}.example", world.tenant);
        eventually("the mails of the submission", || async {
            let copies = world.inbox.to(&bill.contact).await.len();
            let told = world.inbox.to(&team).await;
            let told = told.iter().any(|mail| mail.subject.contains(&bill.number));
            (copies > 0 && told).then_some(())
        })
        .await;
        let submitted = entries(&world, &bill).await.remove(0);
        assert_eq!(submitted["name"], fact);
        eventually("all its mails are told", || async {
            let waiting = world.aws.waiting("mail_queue").await;
            all_published(&world, &bill).await;
            (waiting == 0).then_some(())
        })
        .await;
        let counted = async || {
            let subjects = async |to: &str| {
                let mails = world.inbox.to(to).await.into_iter();
                let about = mails.filter(|mail| mail.subject.contains(&bill.number));
                about.map(|mail| mail.subject).collect::<Vec<_>>()
            };
            (subjects(&bill.contact).await, subjects(&team).await)
        };
        let before = counted().await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let key = (format!("INVOICE#{}", bill.id), format!("T#{}", text(&submitted["id"])));
        let values = json!({ ":bucket": { "S": "outbox#0" }, ":due": { "N": "1" } });
        let expression = "SET due_bucket = :bucket, due_at = :due";
        world.aws.update_item((&key.0, &key.1), expression, values).await;
        world.aws.invoke("outbox-sweeper").await;
        all_published(&world, &bill).await;
        // What the handlers make of the second copy, told at once.
        for handler in [queue_of(kind), "mailer"] {
            let given_back = handed(&world, handler, &[message(&submitted)]).await;
            assert!(given_back.is_empty(), "{kind}: {handler}");
        }
        settled_line(&world, &bill, state).await;
        assert_eq!(counted().await, before, "{kind}");
    }
}

/// Runs alone: it shortens the wait of both queues, for everyone's cases.
pub(crate) async fn faults_row_39_poison_is_put_aside_and_the_queues_go_on(stack: Stack) {
    const HIDDEN_S: u32 = 360;
    let world = World::new(&stack).await;
    let queues = [("plan_queue", "plan_dead_letters"), ("dispute_queue", "dispute_dead_letters")];
    for (queue, _) in queues {
        world.aws.hide_failed(queue, 1).await;
    }
    let told = tokio::task::spawn(put_aside(world.clone(), queues)).await;
    for (queue, _) in queues {
        world.aws.hide_failed(queue, HIDDEN_S).await;
    }
    told.unwrap();
}

async fn put_aside(world: World, queues: [(&'static str, &'static str); 2]) {
    let poison = format!("poison {}", world.tenant);
    for (queue, _) in queues {
        world.aws.send(queue, &poison).await;
    }
    let plan = world.bill("1000.00", "USD").await;
    world.with_plan(&plan, "2", &day(10)).await;
    world.wait_for_line("queue=plans", &plan, "submitted").await;
    let dispute = world.bill("1000.00", "USD").await;
    world.with_dispute(&dispute, "").await;
    world.wait_for_line("queue=disputes", &dispute, "submitted").await;
    for (_, dead_letters) in queues {
        let patience = std::time::Duration::from_mins(2);
        within(patience, "five tries, then the dead-letter queue", || async {
            world.aws.peek(dead_letters).await.contains(&poison).then_some(())
        })
        .await;
    }
}
