//! The mails that ask for payment: each step once, to every contact, with a link that lives.
use acceptance::inbox::Received;
use acceptance::{Bill, Stack, World, eventually};
use jiff::SignedDuration;
use serde_json::{Value, json};

const WEEK_S: i64 = 7 * 24 * 3_600;

/// An invoice as a file brings it: nobody has made a link yet, and there is time to pay it.
async fn imported(world: &World, number: &str, contacts: &[&str]) -> String {
    imported_due(world, number, contacts, "2096-12-31").await
}

async fn imported_due(world: &World, number: &str, contacts: &[&str], due: &str) -> String {
    let csv = format!(
        "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Currency\n\
         {number},{due},\"1,250.50\",{},Müller & <Söhne>,EUR\n",
        contacts.join(";")
    );
    let report = world.import(csv.as_bytes()).await.json();
    report["invoices"][0]["id"].as_str().expect("an id").to_owned()
}

/// Lets the schedule run until so many steps are due on the timeline.
async fn steps(world: &World, id: &str, count: usize) {
    eventually(&format!("{count} steps"), || async {
        world.aws.invoke("cadence-sender").await;
        (world.count(id, "CadenceStepDue").await >= count).then_some(())
    })
    .await;
}

/// Moves the start of the cadence, and what is due with it, so far into the past.
async fn started_earlier(world: &World, id: &str, seconds: i64) {
    let invoice = world.read(id).await;
    let imported: jiff::Timestamp = invoice["imported_at"].as_str().unwrap().parse().unwrap();
    let start = imported - SignedDuration::from_secs(seconds);
    let values = json!({ ":start": { "S": start.to_string() }, ":due": { "N": "1" } });
    let expression = "SET cadence.started_at = :start, due_at = :due";
    world.aws.update_item((&format!("INVOICE#{id}"), "1#invoice"), expression, values).await;
}

/// The link in a mail, which both of its parts must hold.
fn link_of(mail: &Received) -> String {
    let link = mail.text.split_whitespace().find(|word| word.contains("/p/")).unwrap().to_owned();
    assert!(mail.html.contains(&format!("href=\"{link}\"")), "{}", mail.html);
    link
}

/// Hands an entry of the timeline to the mailer, as its queue would; what failed.
async fn to_mailer(world: &World, entry: &Value) -> Value {
    let body = json!({ "detail": entry }).to_string();
    let event = json!({ "Records": [{ "messageId": "m-1", "body": body }] });
    world.aws.invoke_with("mailer", &event).await["batchItemFailures"].clone()
}

fn entry_of(invoice: &Value, name: &str) -> Value {
    let mut entries = invoice["timeline"].as_array().unwrap().iter();
    entries.find(|entry| entry["name"] == name).unwrap().clone()
}

pub(crate) async fn the_first_mail_reaches_each_contact_alone_and_its_link_opens(stack: Stack) {
    let world = World::new(&stack).await;
    let contacts = ["ap", "cfo"].map(|name| format!("{name}@{}.example", world.tenant));
    let id = imported(&world, "M-1", &[&contacts[0], &contacts[1]]).await;
    steps(&world, &id, 1).await;
    let mut links = Vec::new();
    for (contact, other) in [(&contacts[0], &contacts[1]), (&contacts[1], &contacts[0])] {
        let mail = world.inbox.wait_for(contact, "M-1").await;
        assert_eq!(mail.to, [contact.as_str()], "one recipient a mail");
        assert_eq!(mail.from, format!("billing@{}.example", world.tenant));
        assert_eq!(mail.reply_to, format!("team@{}.example", world.tenant));
        assert!(mail.text.contains("Müller & <Söhne>"), "{}", mail.text);
        assert!(mail.html.contains("Müller &") && !mail.html.contains("<Söhne>"), "{}", mail.html);
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("€1,250.50 EUR") && part.contains("31 December 2096"), "{part}");
            assert!(!part.contains(other.as_str()), "contacts do not see each other");
        }
        assert!(mail.subject.contains("Harbour & Sons") && mail.attachments.is_empty());
        links.push(link_of(&mail));
    }
    assert_eq!(links[0], links[1], "the invoice's one link");
    let page = world.payer.get(&links[0]).await;
    assert_eq!((page.status, page.state().as_str()), (200, "due"));
    assert!(page.text().contains("M-1"));
    eventually("both mails are on the timeline", || async {
        (world.count(&id, "MailSent").await == 2).then_some(())
    })
    .await;
}

pub(crate) async fn a_later_step_carries_the_same_link_while_it_lives(stack: Stack) {
    let world = World::new(&stack).await;
    let contact = format!("ap@{}.example", world.tenant);
    let id = imported_due(&world, "L-1", &[&contact], "2020-01-31").await;
    steps(&world, &id, 1).await;
    let first = world.inbox.wait_for(&contact, "Invoice L-1").await;
    let next = world.read(&id).await["cadence"].clone();
    assert_eq!((&next["next_step"], &next["state"]), (&json!(1), &json!("Active")));
    started_earlier(&world, &id, WEEK_S).await;
    steps(&world, &id, 2).await;
    let second = world.inbox.wait_for(&contact, "Reminder").await;
    assert_eq!(link_of(&second), link_of(&first));
    started_earlier(&world, &id, 2 * WEEK_S).await;
    steps(&world, &id, 3).await;
    let third = world.inbox.wait_for(&contact, "Still unpaid").await;
    assert_eq!(link_of(&third), link_of(&first));
    assert_eq!(world.read(&id).await["cadence"]["state"], "Closed", "there is no fourth");
    assert_eq!(world.payer.get(&link_of(&first)).await.state(), "due");
}

pub(crate) async fn a_later_step_carries_a_new_link_once_the_old_is_dead(stack: Stack) {
    let world = World::new(&stack).await;
    let contact = format!("ap@{}.example", world.tenant);
    let id = imported(&world, "D-1", &[&contact]).await;
    steps(&world, &id, 1).await;
    let first = link_of(&world.inbox.wait_for(&contact, "Invoice D-1").await);
    let bill =
        Bill { id: id.clone(), number: "D-1".to_owned(), contact: contact.clone(), link: first };
    world.let_link_rest(&bill, WEEK_S + 7_200).await;
    assert_eq!(world.payer.get(&bill.link).await.state(), "expired");
    started_earlier(&world, &id, WEEK_S).await;
    steps(&world, &id, 2).await;
    let second = link_of(&world.inbox.wait_for(&contact, "Reminder").await);
    assert_ne!(second, bill.link);
    assert_eq!(world.payer.get(&second).await.state(), "due");
    assert_eq!(world.payer.get(&bill.link).await.state(), "replaced");
}

pub(crate) async fn two_runs_at_once_send_one_mail(stack: Stack) {
    let world = World::new(&stack).await;
    let contact = format!("ap@{}.example", world.tenant);
    let id = imported(&world, "T-1", &[&contact]).await;
    eventually("a step", || async {
        let runs = [(); 4].map(|()| {
            let aws = world.aws.clone();
            tokio::task::spawn(async move { aws.invoke("cadence-sender").await })
        });
        for run in runs {
            let sweep = run.await.unwrap();
            assert!(sweep["failed"].is_u64(), "{sweep}");
        }
        (world.count(&id, "CadenceStepDue").await > 0).then_some(())
    })
    .await;
    world.wait_for(&id, "MailSent").await;
    assert_eq!(world.count(&id, "CadenceStepDue").await, 1);
    // The queue may deliver the same message again.
    let entry = entry_of(&world.read(&id).await, "CadenceStepDue");
    assert_eq!(to_mailer(&world, &entry).await, json!([]));
    // What SES has taken is in the inbox a moment later.
    world.inbox.wait_for(&contact, "T-1").await;
    assert_eq!(world.inbox.to(&contact).await.len(), 1);
    assert_eq!(world.count(&id, "MailSent").await, 1);
}

pub(crate) async fn no_mail_goes_out_once_paid_or_while_a_payment_is_on_its_way(stack: Stack) {
    let world = World::new(&stack).await;
    for by_bank in [false, true] {
        let bill = world.bill("1250.00", "USD").await;
        steps(&world, &bill.id, 1).await;
        let first = world.inbox.wait_for(&bill.contact, &bill.number).await;
        let session = world.checkout(&bill).await;
        let status = if by_bank { "Processing" } else { "Paid" };
        if by_bank {
            world.stripe.pay_by_bank(&session).await;
        } else {
            world.stripe.pay(&session).await;
        }
        let invoice = world.wait_for_status(&bill.id, status).await;
        assert_eq!(invoice["cadence"]["next_at"], Value::Null, "{status}");
        started_earlier(&world, &bill.id, WEEK_S).await;
        world.aws.invoke("cadence-sender").await;
        assert_eq!(world.count(&bill.id, "CadenceStepDue").await, 1, "{status}");
        // A step that was due a moment before the payment: its mail would be wrong now.
        let mut late = entry_of(&invoice, "CadenceStepDue");
        late["data"]["step"] = json!(1);
        late["id"] = invoice["payments"][0]["id"].clone();
        assert_eq!(to_mailer(&world, &late).await, json!([]), "{status}");
        let mails = world.inbox.to(&bill.contact).await;
        assert!(!mails.iter().any(|mail| mail.subject.contains("Reminder")), "{status}");
        assert!(link_of(&first).contains("/p/"));
    }
}

pub(crate) async fn a_bank_payment_that_fails_lets_the_steps_go_on(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1250.00", "USD").await;
    steps(&world, &bill.id, 1).await;
    let session = world.checkout(&bill).await;
    world.stripe.pay_by_bank(&session).await;
    world.wait_for_status(&bill.id, "Processing").await;
    world.stripe.control(&format!("fail/{session}"), json!({})).await;
    world.wait_for_status(&bill.id, "Open").await;
    started_earlier(&world, &bill.id, WEEK_S).await;
    steps(&world, &bill.id, 2).await;
    let reminder = world.inbox.wait_for(&bill.contact, "Reminder").await;
    assert_eq!(link_of(&reminder), bill.link);
}
