//! A payer promises to pay on a date, and what becomes of it.
//! Must never look behind the pages and endpoints, except to let time pass.
use acceptance::forms::{day, day_with_its_link_out};
use acceptance::{Bill, Stack, World};
use serde_json::json;

async fn promised(world: &World, amount: &str) -> Bill {
    let bill = world.bill("800.00", "USD").await;
    let date = day(7);
    let fields = [
        ("date", date.as_str()),
        ("promised", if amount.is_empty() { "full" } else { "part" }),
        ("amount", amount),
    ];
    let answer = world.payer.submit(&bill.link, "promise", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    bill
}

pub(crate) async fn a_promise_is_kept_through_the_link_that_comes_the_day_before(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = promised(&world, "").await;
    let page = world.payer.get(&bill.link).await;
    assert_eq!((page.status, page.state().as_str()), (200, "promised"), "{}", page.text());
    world.wait_for_line("queue=plans&kind=promise", &bill, "active").await;
    world.inbox.wait_for(&format!("team@{}.example", world.tenant), "romise").await;
    world.promise_is_for(&bill, &day_with_its_link_out()).await;
    let link = world.link_mailed(&bill.contact, "Promise for").await;
    let session = world.checkout(&Bill { link: link.clone(), ..bill.clone() }).await;
    world.stripe.pay(&session).await;
    world.payer.get(&format!("{link}/paid")).await;
    world.wait_for_status(&bill.id, "Paid").await;
    world.wait_for_line("queue=plans&state=closed", &bill, "kept").await;
}

pub(crate) async fn a_promise_that_is_not_kept_is_marked_and_the_cadence_goes_on(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = promised(&world, "").await;
    world.promise_is_for(&bill, &day(-1)).await;
    world.wait_for(&bill.id, "PromiseMissed").await;
    assert_eq!(world.read(&bill.id).await["status"], "Open");
    world.wait_for_line("queue=plans&state=closed", &bill, "missed").await;
    world.aws.invoke("cadence-sender").await;
    world.wait_for(&bill.id, "CadenceStepDue").await;
}

pub(crate) async fn a_promise_over_a_part_leaves_the_rest_open(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = promised(&world, "300.00").await;
    world.promise_is_for(&bill, &day_with_its_link_out()).await;
    let link = world.link_mailed(&bill.contact, "Promise for").await;
    let page = world.payer.get(&link).await;
    assert!(page.text().contains("$300.00"), "{}", page.text());
    let session = world.checkout(&Bill { link: link.clone(), ..bill.clone() }).await;
    world.stripe.pay(&session).await;
    let back = world.payer.get(&format!("{link}/paid")).await;
    assert_eq!(back.status, 200);
    let invoice = world.wait_for_status(&bill.id, "Open").await;
    assert_eq!(invoice["balance"], json!({ "minor": 50_000, "currency": "USD" }));
    world.wait_for_line("queue=plans&state=closed", &bill, "kept").await;
    let receipt = world.payer.get(&format!("{link}/receipt")).await;
    assert!([200, 404].contains(&receipt.status), "made or being made: {}", receipt.status);
    let mail = world.inbox.wait_for(&bill.contact, "eceipt").await;
    assert!(mail.text.contains("300.00") && mail.text.contains("500.00"), "{}", mail.text);
}

pub(crate) async fn a_promise_of_nothing_too_late_or_too_much_is_refused_at_its_field(
    stack: Stack,
) {
    let world = World::new(&stack).await;
    let bill = world.bill("800.00", "USD").await;
    for (date, promised, amount, field) in [
        (day(-1), "full", "", "date"),
        (day(400), "full", "", "date"),
        (String::new(), "full", "", "date"),
        (day(3), "part", "800.01", "amount"),
        (day(3), "part", "0", "amount"),
        (day(3), "part", "-5", "amount"),
        (day(3), "part", "12,5", "amount"),
        (day(3), "", "", "promised"),
    ] {
        let fields = [("date", date.as_str()), ("promised", promised), ("amount", amount)];
        let page = world.payer.submit(&bill.link, "promise", &fields).await;
        assert_eq!(page.status, 422, "{date} {promised} {amount}");
        assert!(page.text().contains(&format!("href=\"#{field}\"")), "{field}: {}", page.text());
    }
    assert_eq!(world.count(&bill.id, "PromiseMade").await, 0);
}
