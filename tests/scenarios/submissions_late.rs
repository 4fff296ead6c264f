//! Plans, promises, disputes and answers whose link has died meanwhile, or whose invoice is
//! being paid. Must never look behind the pages, except to let time pass.
use acceptance::answers::assert_page;
use acceptance::forms::{Part, day, hidden};
use acceptance::{Answer, Bill, Stack, World, eventually};
use serde_json::{Value, json};

use crate::submissions::{KINDS, filled, form_of, lines, outcomes, sent};

/// Well beyond the seven days of a link.
const LONG_S: i64 = 8 * 24 * 3_600;

/// The page of a dead link that keeps what was typed and offers a new link.
fn assert_kept(page: &Answer, state: &str, kept: &[&str], what: &str) {
    assert_page(page, 410, what);
    assert_eq!(page.state(), state, "{what}");
    let text = page.text();
    assert!(
        text.contains("Copy what you wrote") && text.contains("Email a new link"),
        "{what}: {text}"
    );
    for kept in kept {
        assert!(text.contains(kept), "{what}: {kept} is lost: {text}");
    }
    assert!(!text.contains("<already>"), "{what}: escaped");
}

/// What was typed into the form of a kind, as a page shows it.
fn typed<'a>(kind: &str, on: &'a str) -> Vec<&'a str> {
    let mut kept = vec!["Ada Ashdown", "ada@elsewhere.example", "Billed &#38; paid in May"];
    if kind != "dispute" {
        kept.push(on);
    }
    kept
}

pub(crate) async fn faults_row_31_a_form_sent_after_the_link_expired_keeps_what_was_typed(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    for (kind, ..) in KINDS {
        let bill = world.bill("1000.00", "USD").await;
        let form = form_of(&world, &bill.link, kind).await;
        world.let_link_rest(&bill, LONG_S).await;
        let on = day(10);
        let page = sent(&world.payer, &bill.link, kind, &filled(kind, &form, &on)).await;
        assert_kept(&page, "expired", &typed(kind, &on), kind);
        assert_eq!(outcomes(&world, &bill).await, (0, 0), "{kind}");
        assert_eq!(world.read(&bill.id).await["status"], "Open");
        // The button leads on: through the new link the same form is taken.
        let asked = world.payer.press(&format!("{}/new-link", bill.link)).await;
        assert_eq!(asked.status, 200, "{}", asked.text());
        let link = world.link_mailed(&bill.contact, "ew link").await;
        let taken = sent(&world.payer, &link, kind, &filled(kind, &form, &on)).await;
        assert_eq!(taken.status, 303, "{kind}: {}", taken.text());
        assert_eq!(outcomes(&world, &bill).await, (1, 1), "{kind}");
    }
}

pub(crate) async fn faults_row_31_a_form_sent_after_an_operator_replaced_the_link_keeps_what_was_typed(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    for (kind, ..) in KINDS {
        let bill = world.bill("1000.00", "USD").await;
        let form = form_of(&world, &bill.link, kind).await;
        world.regenerate(&bill.id, false).await;
        let on = day(10);
        let page = sent(&world.payer, &bill.link, kind, &filled(kind, &form, &on)).await;
        assert_kept(&page, "replaced", &typed(kind, &on), kind);
        assert_eq!(outcomes(&world, &bill).await, (0, 0), "{kind}");
    }
}

/// A dispute that the seller has asked about, with the link that the question came with.
pub(crate) async fn asked(world: &World) -> Bill {
    let bill = world.bill("1000.00", "USD").await;
    world.with_dispute(&bill, "").await;
    let body = json!({ "text": "Which payment do you mean?" });
    let asked = world.act(&world.token, &bill, "question", body).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    Bill { link: world.link_mailed(&bill.contact, "uestion").await, ..bill }
}

pub(crate) async fn faults_row_31_an_answer_sent_after_the_link_died_keeps_what_was_typed(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    for state in ["expired", "replaced"] {
        let bill = asked(&world).await;
        let form = hidden(&world.payer.open(&bill.link, "answer").await, "form");
        if state == "expired" {
            world.let_link_rest(&bill, LONG_S).await;
        } else {
            world.regenerate(&bill.id, false).await;
        }
        let fields = [("form", form.as_str()), ("answer", "The one of 3 May <already>.")];
        let file = Part { field: "doc-other", name: "transfer.txt", bytes: b"Paid on 3 May.\n" };
        let page = world.payer.post_files(&bill.link, "answer", &fields, &[file]).await;
        assert_kept(&page, state, &["The one of 3 May", "add your files again"], state);
        assert_eq!(world.case(&bill).await["state"], "asked", "{state}");
        assert_eq!(world.count(&bill.id, "InformationAdded").await, 0, "{state}");
    }
}

pub(crate) async fn what_was_taken_is_never_called_unsent(stack: Stack) {
    let world = World::new(&stack).await;
    let mut called_unsent = Vec::new();
    for (kind, ..) in KINDS {
        let bill = world.bill("1000.00", "USD").await;
        let form = form_of(&world, &bill.link, kind).await;
        let on = day(10);
        let fields = filled(kind, &form, &on);
        assert_eq!(sent(&world.payer, &bill.link, kind, &fields).await.status, 303);
        // Its answer was lost on the way, and the link is replaced before it is sent again.
        world.regenerate(&bill.id, false).await;
        let again = sent(&world.payer, &bill.link, kind, &fields).await;
        assert!([303, 410].contains(&again.status), "{kind}: {}", again.text());
        assert_eq!(outcomes(&world, &bill).await, (1, 1), "{kind}");
        if again.text().contains("Copy what you wrote") {
            called_unsent.push(kind);
        }
    }
    assert!(called_unsent.is_empty(), "taken, and called unsent: {called_unsent:?}");
}

pub(crate) async fn a_checkout_in_another_tab_is_ended_by_a_submission(stack: Stack) {
    let world = World::new(&stack).await;
    for (kind, state, _) in KINDS {
        let bill = world.bill("1000.00", "USD").await;
        let form = form_of(&world, &bill.link, kind).await;
        let session = world.checkout(&bill).await;
        let on = day(10);
        let fields = filled(kind, &form, &on);
        assert_eq!(sent(&world.payer, &bill.link, kind, &fields).await.status, 303, "{kind}");
        let expired = world.stripe.events("checkout.session.expired").await;
        let ours = |event: &&Value| event["payload"]["data"]["object"]["id"] == session.as_str();
        assert_eq!(expired.iter().filter(ours).count(), 1, "{kind}");
        assert_eq!(world.count(&bill.id, "CheckoutExpired").await, 1, "{kind}");
        assert_eq!(world.read(&bill.id).await["payments"][0]["state"], "Expired");
        assert_eq!(world.payer.get(&bill.link).await.state(), state);
    }
}

pub(crate) async fn a_checkout_that_was_complete_already_closes_the_case_as_settled(stack: Stack) {
    let world = World::new(&stack).await;
    world.stripe.webhooks("drop").await;
    for (kind, ..) in KINDS {
        let bill = world.bill("1000.00", "USD").await;
        let form = form_of(&world, &bill.link, kind).await;
        let session = world.checkout(&bill).await;
        world.stripe.pay(&session).await;
        let on = day(10);
        let fields = filled(kind, &form, &on);
        let answer = sent(&world.payer, &bill.link, kind, &fields).await;
        assert_eq!(answer.status, 303, "{kind}: {}", answer.text());
        assert_eq!(world.read(&bill.id).await["status"], "Paid", "{kind}");
        assert_eq!(world.payer.get(&bill.link).await.state(), "paid", "{kind}");
        assert_eq!(world.count(&bill.id, "CaseClosed").await, 1, "{kind}");
        // A promise is kept by money, whichever way it comes.
        let state = if kind == "promise" { "kept" } else { "settled" };
        assert_eq!(world.case(&bill).await["state"], state, "{kind}");
        let queue = if kind == "dispute" { "disputes" } else { "plans" };
        world.wait_for_line(&format!("queue={queue}&state=closed"), &bill, state).await;
        assert_eq!(lines(&world, &bill).await.len(), 1, "{kind}");
    }
}

pub(crate) async fn a_checkout_that_cannot_be_ended_now_is_ended_by_the_reconciler(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("1000.00", "USD").await;
    world.checkout(&bill).await;
    world.stripe.fault("checkout.sessions.expire", "drop_before_commit", 1).await;
    let taken = world
        .payer
        .submit(&bill.link, "promise", &[("date", &day(10)), ("promised", "full")])
        .await;
    assert_eq!(taken.status, 303, "Stripe being away does not lose it: {}", taken.text());
    let invoice = world.read(&bill.id).await;
    let payment = invoice["payments"][0]["id"].as_str().unwrap();
    let key = (format!("INVOICE#{}", bill.id), format!("4#payment#{payment}"));
    let past = json!({ ":past": { "N": "1" } });
    world.aws.update_item((&key.0, &key.1), "SET due_at = :past", past).await;
    eventually("the reconciler ends it", || async {
        world.aws.invoke("payment-reconciler").await;
        (world.count(&bill.id, "CheckoutExpired").await == 1).then_some(())
    })
    .await;
    assert_eq!(world.payer.get(&bill.link).await.state(), "promised");
}
