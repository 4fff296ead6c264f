//! A payer who sends too much is asked to wait, calmly, and loses nothing.
//! Must never wait for a window to end: counts are set where a story needs them.
use acceptance::answers::{assert_page, assert_problem};
use acceptance::forms::{CONTACT, Part, day, hidden};
use acceptance::{Answer, Bill, Stack, World};
use serde_json::json;

/// What one link may send in a window, as its count is called.
const WRITES: (&str, u32, i64) = ("write-link", 60, 600);
const FILES: (&str, u32, i64) = ("file-link", 100, 3_600);

/// Sets a link's count to its limit, in this window and in the next, which may begin meanwhile.
#[expect(clippy::disallowed_methods, reason = "a window is one of the deployed clock")]
async fn use_up(world: &World, bill: &Bill, (name, max, window_s): (&str, u32, i64)) {
    let link = world.read(&bill.id).await["link"]["id"].as_str().unwrap().to_owned();
    let now_s = jiff::Timestamp::now().as_second();
    for start_s in [now_s - now_s % window_s, now_s - now_s % window_s + window_s] {
        let pk = format!("LIMIT#{name}#{link}#{start_s}");
        let values = json!({ ":max": { "N": max.to_string() } });
        world.aws.update_item((&pk, "LIMIT"), "SET uses = :max", values).await;
    }
}

fn assert_asked_to_wait(answer: &Answer, window_s: u64, what: &str) {
    assert_page(answer, 429, what);
    assert_eq!(answer.state(), "too-often", "{what}");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=window_s).contains(&wait), "{what}: {wait} s");
}

pub(crate) async fn a_link_that_sends_too_much_is_asked_to_wait_and_nothing_is_lost(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let forms = [("plan", "plan"), ("promise", "promise"), ("dispute", "dispute?reason=duplicate")];
    let mut ids = Vec::new();
    for (_, page) in forms {
        ids.push(hidden(&world.payer.open(&bill.link, page).await, "form"));
    }
    use_up(&world, &bill, WRITES).await;
    let (on, said) = (day(10), "Billed in May & <paid>.");
    for ((kind, _), form) in forms.into_iter().zip(&ids) {
        let mut fields = vec![("form", form.as_str()), ("do", "send")];
        fields.extend(match kind {
            "plan" => vec![
                ("terms", "equal"),
                ("count", "2"),
                ("interval", "weekly"),
                ("first", on.as_str()),
                ("why", said),
            ],
            "promise" => vec![("date", on.as_str()), ("promised", "full"), ("note", said)],
            _ => vec![("reason", "duplicate"), ("disputed", "all"), ("description", said)],
        });
        fields.extend(CONTACT);
        let answer = if kind == "dispute" {
            let file = Part { field: "doc-other", name: "order.txt", bytes: b"An order." };
            world.payer.post_files(&bill.link, kind, &fields, &[file]).await
        } else {
            world.payer.post(&bill.link, kind, &fields).await
        };
        assert_asked_to_wait(&answer, 600, kind);
        // What was typed stands on the page, as text.
        for typed in ["Billed in May &#38; &#60;paid&#62;.", "Ada Ashdown", "ada@elsewhere.example"]
        {
            assert!(answer.text().contains(typed), "{kind}: {typed}: {}", answer.text());
        }
    }
    let answer = world.payer.press(&format!("{}/pay", bill.link)).await;
    assert_asked_to_wait(&answer, 600, "pay");
    let question = world.payer.post_files(&bill.link, "answer", &[("answer", said)], &[]).await;
    assert_asked_to_wait(&question, 600, "answer");
    let told = world.timeline(&bill.id).await;
    for fact in ["PlanSubmitted", "PromiseMade", "DisputeSubmitted", "PaymentStarted"] {
        assert!(!told.iter().any(|name| name == fact), "nothing was changed: {told:?}");
    }
    // Reading goes on, Stripe and operators are not counted, and another link of the invoice works.
    assert_eq!(world.payer.get(&bill.link).await.state(), "due");
    let newer = world.regenerate(&bill.id, false).await["pay_link"].as_str().unwrap().to_owned();
    assert_eq!(world.payer.press(&format!("{newer}/pay")).await.status, 303);
}

pub(crate) async fn a_file_too_many_is_told_to_the_script(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let ticket = [("name", "order.pdf"), ("size", "9")];
    use_up(&world, &bill, WRITES).await;
    let asked = world.payer.post(&bill.link, "files", &ticket).await;
    assert_eq!(asked.status, 200, "files have a count of their own: {}", asked.text());
    use_up(&world, &bill, FILES).await;
    let asked = world.payer.post(&bill.link, "files", &ticket).await;
    assert_problem(&asked, 429, "a file too many");
    assert!(asked.json()["detail"].as_str().unwrap().contains("Try again in"), "{}", asked.text());
    assert!(!asked.header("retry-after").is_empty());
}

pub(crate) async fn an_address_that_asks_for_link_after_link_is_asked_to_wait(stack: Stack) {
    const MOST: usize = 20;
    let world = World::new(&stack).await;
    let mut bills = Vec::new();
    for _ in 0..5 {
        let bill = world.bill("80.00", "USD").await;
        world.let_link_rest(&bill, 8 * 24 * 3_600).await;
        bills.push(format!("{}/new-link", bill.link));
    }
    let mut asked = 0;
    let refused = loop {
        let answer = world.payer.press(&bills[asked % bills.len()]).await;
        if answer.state() == "too-often" {
            break answer;
        }
        asked += 1;
        // Twice as many if the hour ends meanwhile.
        assert!(asked <= 2 * MOST, "{asked} times");
    };
    assert_asked_to_wait(&refused, 3_600, "new link");
    assert!(asked >= MOST, "after {asked}");
    let elsewhere = world.payer.elsewhere().press(&bills[0]).await;
    assert_ne!(elsewhere.state(), "too-often", "the link itself has not asked too often");
}
