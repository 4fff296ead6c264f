//! One link, one outcome: of plans, promises and disputes that come twice or together.
//! Must never look behind the pages, except to count what was stored.
use std::io::Write as _;

use acceptance::answers::assert_page;
use acceptance::forms::{CONTACT, Part, day, hidden};
use acceptance::{Answer, Bill, Payer, Stack, World, eventually};
use serde_json::Value;
use tokio::task::JoinSet;
use ulid::Ulid;

/// What can be sent through a link, with the state of the page that tells of it and its fact.
pub(crate) const KINDS: [(&str, &str, &str); 3] = [
    ("plan", "plan-submitted", "PlanSubmitted"),
    ("promise", "promised", "PromiseMade"),
    ("dispute", "disputed", "DisputeSubmitted"),
];
const SAID: &str = "Billed & paid in May <already>.";

/// A form of that kind that is right in itself, over all that is owed.
pub(crate) fn filled<'a>(kind: &str, form: &'a str, on: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("form", form)];
    fields.extend(match kind {
        "plan" => vec![
            ("terms", "equal"),
            ("count", "2"),
            ("interval", "weekly"),
            ("first", on),
            ("why", SAID),
            ("do", "send"),
        ],
        "promise" => vec![("date", on), ("promised", "full"), ("note", SAID)],
        _ => vec![("reason", "duplicate"), ("disputed", "all"), ("description", SAID)],
    });
    fields.extend(CONTACT);
    fields
}

/// Sends a form as its page does: a dispute may bring files.
pub(crate) async fn sent(payer: &Payer, link: &str, kind: &str, fields: &[(&str, &str)]) -> Answer {
    if kind == "dispute" {
        payer.post_files(link, kind, fields, &[]).await
    } else {
        payer.post(link, kind, fields).await
    }
}

/// A form's identifier, as its page gives it.
pub(crate) async fn form_of(world: &World, link: &str, kind: &str) -> String {
    let page = if kind == "dispute" { "dispute?reason=duplicate" } else { kind };
    hidden(&world.payer.open(link, page).await, "form")
}

/// How many cases the invoice has, and how many times its timeline tells of one that was sent.
pub(crate) async fn outcomes(world: &World, bill: &Bill) -> (usize, usize) {
    let items = world.aws.partition(&format!("INVOICE#{}", bill.id)).await;
    let begins = |item: &&Value| item["sk"]["S"].as_str().unwrap().starts_with("5#case#");
    let told = world.timeline(&bill.id).await;
    let told = told.iter().filter(|name| KINDS.iter().any(|(_, _, fact)| fact == name));
    (items.iter().filter(begins).count(), told.count())
}

/// Nothing of the invoice waits for the bus any more.
pub(crate) async fn all_published(world: &World, bill: &Bill) {
    eventually("nothing waits for the bus", || async {
        let items = world.aws.partition(&format!("INVOICE#{}", bill.id)).await;
        let timeline = |item: &&Value| item["sk"]["S"].as_str().unwrap().starts_with("T#");
        items.iter().filter(timeline).all(|item| item["due_bucket"].is_null()).then_some(())
    })
    .await;
}

/// Lines of the bill in both halves of both queues.
pub(crate) async fn lines(world: &World, bill: &Bill) -> Vec<Value> {
    let mut found = Vec::new();
    for query in ["plans", "plans&state=closed", "disputes", "disputes&state=closed"] {
        let lines = world.queue(&format!("queue={query}")).await;
        found.extend(lines.into_iter().filter(|line| line["invoice"] == bill.id));
    }
    found
}

/// Runs alone: it keeps the whole stack busy. All come through one link, so most of them are
/// asked to wait; the store's own tests have more that are not.
pub(crate) async fn faults_row_28_a_thousand_submissions_at_once_leave_one_outcome(stack: Stack) {
    const SENT: u128 = 1_000;
    const AT_ONCE: u128 = 24;
    /// Answers of 503 that a busy stack may give: they say that nothing was taken.
    const SORRY_MAX: usize = 100;
    /// What one link takes in ten minutes.
    const TAKEN: usize = 60;
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    let first = Ulid::from_string(&form_of(&world, &bill.link, "plan").await).unwrap();
    let mut senders = JoinSet::new();
    for sender in 0..AT_ONCE {
        // Each at an address of its own: it is the link that is asked too often.
        let (payer, link) = (world.payer.elsewhere(), bill.link.clone());
        senders.spawn(async move {
            let (mut answers, on) = (Vec::new(), day(10));
            for place in (sender..SENT).step_by(usize::try_from(AT_ONCE).unwrap()) {
                let (kind, ..) = KINDS[usize::try_from(place % 3).unwrap()];
                let form = Ulid(first.0 + place).to_string();
                let fields = filled(kind, &form, &on);
                let answer = sent(&payer, &link, kind, &fields).await;
                answers.push((answer.status, answer.header("location").to_owned()));
            }
            answers
        });
    }
    let answers: Vec<_> = senders.join_all().await.into_iter().flatten().collect();
    let back = (303, format!("../{}", bill.link.rsplit('/').next().unwrap()));
    let wait = (429, String::new());
    let told = answers.iter().filter(|answer| **answer == back).count();
    let asked_to_wait = answers.iter().filter(|answer| **answer == wait).count();
    let sorry = answers.iter().filter(|(status, _)| *status == 503).count();
    let all = told + asked_to_wait + sorry;
    assert_eq!(all, 1_000, "nothing but what came first, please wait, and please try again");
    assert!(sorry <= SORRY_MAX, "{sorry} times the table did not answer");
    // A window may end while they come; a count that is slow to answer stops nobody.
    let counted = told + sorry >= TAKEN && told > 0 && asked_to_wait > 0;
    assert!(counted, "{told} taken, {sorry} failed, {asked_to_wait} asked to wait");
    assert_eq!(outcomes(&world, &bill).await, (1, 1));
    let case = world.case(&bill).await;
    let (_, state, _) = KINDS.into_iter().find(|(kind, ..)| case["kind"] == *kind).unwrap();
    let page = world.payer.get(&bill.link).await;
    assert_eq!((page.status, page.state().as_str()), (200, state));
    all_published(&world, &bill).await;
    eventually("a line", || async { (lines(&world, &bill).await.len() == 1).then_some(()) }).await;
    let team = format!("team@{}.example", world.tenant);
    let about = |mails: Vec<_>| mails.len();
    eventually("a mail to the team", || async {
        (about(world.inbox.to(&team).await) > 0).then_some(())
    })
    .await;
    assert_eq!(about(world.inbox.to(&team).await), 1);
    assert_eq!(lines(&world, &bill).await.len(), 1);
}

/// Sends the same twenty times at once; the statuses.
async fn twenty_times(world: &World, bill: &Bill, kind: &'static str, file: &'static [u8]) {
    let form = form_of(world, &bill.link, kind).await;
    let mut clicks = JoinSet::new();
    for _ in 0..20 {
        let (payer, link, form) = (world.payer.clone(), bill.link.clone(), form.clone());
        clicks.spawn(async move {
            let on = day(10);
            let fields = filled(kind, &form, &on);
            if file.is_empty() {
                return sent(&payer, &link, kind, &fields).await.status;
            }
            let file = Part { field: "doc-other", name: "letter.txt", bytes: file };
            payer.post_files(&link, kind, &fields, &[file]).await.status
        });
    }
    assert_eq!(clicks.join_all().await, [303; 20], "{kind}");
    assert_eq!(outcomes(world, bill).await, (1, 1), "{kind}");
    let on = day(10);
    let mut other = filled(kind, &form, &on);
    for field in &mut other {
        if field.1 == SAID {
            field.1 = "Something else altogether.";
        }
    }
    let refused = sent(&world.payer, &bill.link, kind, &other).await;
    assert_page(&refused, 422, kind);
    assert!(refused.text().contains("sent before with different answers"), "{}", refused.text());
    assert!(refused.text().contains("Something else altogether."), "what was typed is kept");
    assert!(world.case(bill).await.to_string().contains(SAID), "what was sent first counts");
}

pub(crate) async fn faults_row_29_a_form_pressed_twenty_times_is_taken_once(stack: Stack) {
    let world = World::new(&stack).await;
    for (kind, ..) in KINDS {
        let bill = world.bill("1000.00", "USD").await;
        twenty_times(&world, &bill, kind, b"").await;
    }
    // With a file, of which each press may have stored its own copy.
    let bill = world.bill("1000.00", "USD").await;
    twenty_times(&world, &bill, "dispute", b"Dear Sir or Madam, we have paid.\n").await;
    let case = world.case(&bill).await;
    assert_eq!(case["documents"].as_array().map(Vec::len), Some(1), "{case}");
}

pub(crate) async fn faults_row_27_of_a_new_link_and_a_submission_one_comes_first(stack: Stack) {
    let world = World::new(&stack).await;
    let mut pairs = JoinSet::new();
    for place in 0..20 {
        let (kind, state, _) = KINDS[place % 3];
        let bill = world.bill("1000.00", "USD").await;
        let form = form_of(&world, &bill.link, kind).await;
        let world = world.clone();
        pairs.spawn(async move {
            let on = day(10);
            let fields = filled(kind, &form, &on);
            let regenerate = async {
                // In half of the pairs the submission has a start of a request.
                if place % 2 == 0 {
                    world.read(&bill.id).await;
                }
                world.regenerate(&bill.id, false).await
            };
            let sent = sent(&world.payer, &bill.link, kind, &fields);
            let (answer, newer) = tokio::join!(sent, regenerate);
            let page = world.payer.get(newer["pay_link"].as_str().unwrap()).await;
            let old = world.payer.get(&bill.link).await;
            assert_eq!((old.status, old.state().as_str()), (410, "replaced"));
            if answer.status == 303 {
                assert_eq!(outcomes(&world, &bill).await, (1, 1), "{kind}");
                assert_eq!((page.status, page.state().as_str()), (200, state), "{kind}");
                assert!(page.text().contains("Ada Ashdown"), "the new link shows what was sent");
                // The link was good when the case came through it: told before it was replaced.
                let told = world.timeline(&bill.id).await;
                let fact = told.iter().position(|name| KINDS.iter().any(|(_, _, it)| it == name));
                let replaced = told.iter().rposition(|name| name == "LinkRegenerated");
                assert!(fact < replaced, "{kind}: {told:?}");
                return true;
            }
            assert_eq!((answer.status, answer.state().as_str()), (410, "replaced"), "{kind}");
            assert!(answer.text().contains("Ada Ashdown"), "what was typed is kept");
            assert_eq!(outcomes(&world, &bill).await, (0, 0), "{kind}");
            assert_eq!(page.state(), "due", "{kind}");
            false
        });
    }
    let taken = pairs.join_all().await.into_iter().filter(|taken| *taken).count();
    let _ = writeln!(std::io::stdout(), "{taken} of 20 submissions came before the new link");
}

pub(crate) async fn faults_row_33_a_colleague_sees_the_outcome_and_cannot_send_another(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    for (kind, state, _) in KINDS {
        let bill = world.bill("1000.00", "USD").await;
        let colleague = Payer::new(&stack);
        assert_eq!(colleague.get(&bill.link).await.state(), "due");
        let theirs = hidden(&colleague.open(&bill.link, "promise").await, "form");
        let form = form_of(&world, &bill.link, kind).await;
        let on = day(10);
        let fields = filled(kind, &form, &on);
        assert_eq!(sent(&world.payer, &bill.link, kind, &fields).await.status, 303);
        let reference = world.case(&bill).await["reference"].as_str().unwrap().to_owned();
        let page = colleague.get(&bill.link).await;
        assert_eq!((page.status, page.state().as_str()), (200, state));
        assert!(page.text().contains(&reference), "{kind}");
        for (other, ..) in KINDS {
            let opened = colleague.get(&format!("{}/{other}", bill.link)).await;
            assert_eq!(opened.status, 303, "{kind}, then {other}: no form any more");
            let fields = filled(other, &theirs, &on);
            let refused = sent(&colleague, &bill.link, other, &fields).await;
            assert_eq!(refused.status, 303, "{kind}, then {other}: {}", refused.text());
        }
        assert_eq!(colleague.press(&format!("{}/pay", bill.link)).await.state(), state);
        assert_eq!(outcomes(&world, &bill).await, (1, 1));
        assert_eq!(world.count(&bill.id, "PaymentStarted").await, 0);
    }
}
