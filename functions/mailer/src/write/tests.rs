//! Promises of the letters about plans, promises and disputes: what they say, and to whom.
//! Must never touch a network or a file.
use domain::fact::{LetterKind, LinkMailReason};
use domain::review::{DisputeVerdict, PlanVerdict};
use domain::{CaseState, Fact, Status};
use platform::Fault;
use ulid::Ulid;

use super::{Post, posts};
use bench::{Bench, CONTACTS, LINK, TEAM, TYPED, usd};

pub(crate) mod bench;
mod cadence;
mod recipients;

/// Checks that both parts of a letter say all of `words`.
fn says(post: &Post, words: &[&str]) {
    for word in words {
        assert!(post.letter.text.contains(word), "{word} in {}", post.letter.text);
        let escaped = word.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;");
        assert!(post.letter.html.contains(&escaped), "{escaped} in {}", post.letter.html);
    }
}

fn has_link(post: &Post) -> bool {
    assert_eq!(post.letter.text.contains(LINK), post.letter.html.contains(LINK));
    post.letter.text.contains(LINK)
}

fn subject(post: &Post) -> &str {
    &post.letter.subject
}

#[test]
fn days_overdue_stand_beside_the_date_they_are_counted_from() {
    let bench = Bench::new().plan("Season", TYPED).decide(PlanVerdict::Approve);
    let bench = bench.clock("2026-12-12T14:00:00Z").clock("2026-12-16T05:00:00Z");
    let asked = Fact::LinkMailDue { link: Ulid(1), reason: LinkMailReason::Resent };
    let posts = bench.posts_of(&asked);
    says(&posts[0], &["$312.50 USD", "15 December 2026 (1 day overdue)"]);
    assert!(!posts[0].letter.text.contains("30 November 2026"), "{}", posts[0].letter.text);
}

#[test]
fn a_plan_is_copied_to_the_payer_with_its_schedule_and_announced_to_the_team() {
    let bench = Bench::new().plan("Our <big> customer\npays late & we wait", TYPED);
    let reference = bench.case().reference();
    let posts = bench.posts("PlanSubmitted");
    assert_eq!(
        subject(&posts[0]),
        format!("Plan {reference} submitted: invoice INV-1 from Northwind Works")
    );
    for post in &posts {
        says(
            post,
            &[
                &reference,
                "$1,250.00 USD in 4 instalments",
                "1 of 4: $312.50 USD on 15 December 2026",
                "4 of 4: $312.50 USD on 15 March 2027",
                "Jane <Roe>, jane@acme.example, +1 212 555 0100",
                "transfer & receipt.pdf (1.3 MB)",
                "Our <big> customer",
                "pays late & we wait",
            ],
        );
        assert!(!has_link(post), "a plan that waits has nothing to pay");
    }
    says(&posts[0], &["Northwind Works now decides about the plan"]);
    let notice = posts.last().unwrap();
    assert_eq!(subject(notice), format!("Plan {reference}: $1,250.00 USD, invoice INV-1, Acme"));
    says(notice, &["Within your policy", "This email has no link on purpose"]);
}

#[test]
fn a_plan_over_the_limit_says_who_has_to_approve_it() {
    let mut bench = Bench::new();
    bench.tenant.policy.approval_limit = 1_000;
    let posts = bench.plan("Season", TYPED).posts("PlanSubmitted");
    says(&posts[0], &["needs the Controller’s approval"]);
    says(posts.last().unwrap(), &["Over your limit: needs the Controller’s or Legal’s approval"]);
}

#[test]
fn a_promise_is_copied_with_its_date_and_when_the_link_comes() {
    let bench = Bench::new().promise(50_000);
    let posts = bench.posts("PromiseMade");
    assert!(subject(&posts[0]).starts_with(&format!("Promise {} rec", bench.case().reference())));
    says(
        &posts[0],
        &[
            "$500.00 USD by 15 December 2026",
            "You get an email with the link to pay the day before.",
            "What is left of the invoice after that stays due.",
            "After our <payday>",
        ],
    );
    says(&posts[2], &["The billing contact on file gets an email with the link to pay"]);
    let notice = posts.last().unwrap();
    says(notice, &["Acme promises to pay", "$500.00 USD by 15 December 2026"]);
    says(notice, &["The link to pay goes out the day before, and reminders are paused"]);
}

#[test]
fn a_promise_for_tomorrow_has_its_link_at_once_and_both_sides_are_told_so() {
    let posts = Bench::new().promise_by("2026-11-24", 50_000).posts("PromiseMade");
    says(&posts[0], &["You get an email with the link to pay in a few minutes."]);
    says(posts.last().unwrap(), &["The link to pay goes out in a few minutes, and reminders"]);
    assert!(!posts.iter().any(|post| post.letter.text.contains("the day before")));
}

#[test]
fn a_dispute_over_a_part_offers_the_rest_to_the_contacts_on_file_only() {
    // Thursday is a holiday, so two business days after Monday are Tuesday and Wednesday.
    let bench = Bench::new().dispute(25_000, "Paid on 3 November <twice>\n\nSee the transfer");
    let posts = bench.posts("DisputeSubmitted");
    for post in &posts {
        says(
            post,
            &[
                "$250.00 USD",
                "We have already paid",
                "Paid on 3 November <twice>",
                "25 November 2026",
                "transfer & receipt.pdf (1.3 MB), Proof of payment",
            ],
        );
    }
    for post in &posts[..2] {
        assert!(has_link(post));
        says(post, &["$1,000.00 USD, is not disputed and stays due. You can pay it now."]);
    }
    assert!(!has_link(&posts[2]));
    says(&posts[2], &["The link to pay it goes to the billing contact on file."]);
    says(&posts[3], &["Acme disputes invoice INV-1", "Nothing is missing"]);
    assert!(posts[3].letter.text.contains("> Paid on 3 November <twice>\n> \n> See the transfer"));
}

#[test]
fn a_dispute_over_all_leaves_nothing_to_pay_and_missing_documents_are_named() {
    let mut bench = Bench::new().dispute(125_000, "Paid on 3 November");
    bench.file.cases[0].documents.clear();
    let posts = bench.posts("DisputeSubmitted");
    assert!(!posts.iter().any(has_link));
    says(posts.last().unwrap(), &["Missing: Proof of payment"]);
}

#[test]
fn a_question_comes_with_a_link_for_the_contacts_and_without_one_for_who_typed() {
    let bench = Bench::new().dispute(25_000, "Paid on 3 November").ask("Which <bank>?");
    let posts = bench.posts("InformationRequested");
    assert_eq!(posts.len(), 3);
    for post in &posts {
        assert_eq!(post.kind, LetterKind::Question);
        assert!(subject(post).starts_with("Question about dispute DI-"), "{}", subject(post));
        says(post, &["Which <bank>?", &bench.case().reference()]);
    }
    assert!(has_link(&posts[0]) && has_link(&posts[1]) && !has_link(&posts[2]));
    says(&posts[0], &["Answer the question"]);

    let asked = bench.facts.last().unwrap().clone();
    let bench = bench.answer("The one in <Ohio>");
    assert!(bench.posts_of(&asked).is_empty(), "answered since");
    let posts = bench.posts("InformationAdded");
    assert_eq!((posts.len(), posts[0].to.as_str()), (1, TEAM));
    says(&posts[0], &["Which <bank>?", "The one in <Ohio>", "transfer & receipt.pdf (1.3 MB)"]);
}

#[test]
fn an_approved_plan_is_confirmed_with_its_schedule_and_a_declined_one_with_a_link() {
    let bench = Bench::new().plan("Season", TYPED).decide(PlanVerdict::Approve);
    let posts = bench.posts("PlanApproved");
    assert!(subject(&posts[0]).contains(" approved: invoice INV-1"), "{}", subject(&posts[0]));
    for post in &posts {
        says(post, &["2 of 4: $312.50 USD on 15 January 2027", "Agreed <by> phone", "Three days"]);
        assert!(!has_link(post));
    }
    let bench = Bench::new().plan("Season", TYPED).decide(PlanVerdict::Decline);
    let posts = bench.posts("PlanDeclined");
    says(&posts[0], &["Plan declined", "Agreed <by> phone", "$1,250.00 USD is left to pay"]);
    assert!(has_link(&posts[0]) && has_link(&posts[1]) && !has_link(&posts[2]));
}

#[test]
fn a_decided_dispute_says_what_is_credited_and_what_is_left() {
    let disputed = || Bench::new().dispute(25_000, "Paid on 3 November");
    let posts =
        disputed().settle(DisputeVerdict::PartlyAccept(usd(10_000))).posts("DisputeDecided");
    assert!(subject(&posts[0]).contains(" partly accepted: "), "{}", subject(&posts[0]));
    says(
        &posts[0],
        &["Credited", "$100.00 USD", "$1,150.00 USD is left to pay", "We looked it up"],
    );
    assert!(has_link(&posts[0]) && !has_link(&posts[2]));

    let posts = disputed().settle(DisputeVerdict::Reject).posts("DisputeDecided");
    says(&posts[0], &["does not accept it", "$1,250.00 USD is left to pay"]);
    assert!(!posts[0].letter.text.contains("Credited"));

    let bench = Bench::new().dispute(125_000, "Paid on 3 November").settle(DisputeVerdict::Accept);
    let posts = bench.posts("DisputeDecided");
    says(&posts[0], &["Nothing is left to pay", "$1,250.00 USD"]);
    assert!(!posts.iter().any(has_link));
}

#[test]
fn a_state_that_is_no_decision_is_told_as_none() {
    let bench = Bench::new().dispute(25_000, "Paid on 3 November").settle(DisputeVerdict::Reject);
    let (case, kind) = (bench.case().id, bench.case().kind());
    for outcome in [
        CaseState::Submitted,
        CaseState::Asked,
        CaseState::Active,
        CaseState::Declined,
        CaseState::PartlyAccepted,
        CaseState::Completed,
        CaseState::Kept,
        CaseState::Missed,
        CaseState::Settled,
    ] {
        let fact = Fact::DisputeDecided { case, kind, outcome, credited: None, link: None };
        let posts = posts(&bench.file, &bench.tenant, &fact, Some(LINK), bench.moment.now);
        assert!(matches!(posts, Err(Fault::Item(_))), "{outcome:?}");
    }
}

#[test]
fn an_instalment_is_asked_for_while_it_is_next_and_unpaid() {
    let bench = Bench::new().plan("Season", TYPED).decide(PlanVerdict::Approve);
    let bench = bench.clock("2026-12-12T14:00:00Z");
    let posts = bench.posts("InstalmentDue");
    assert_eq!(posts.iter().map(|post| post.to.as_str()).collect::<Vec<_>>(), CONTACTS);
    says(&posts[0], &["Instalment 1 of 4: $312.50 USD is due on 15 December 2026", LINK]);
    assert_eq!(posts[0].kind, LetterKind::PaymentDue);

    let due = bench.facts.last().unwrap().clone();
    let mut paying = Bench { file: bench.file.clone(), ..Bench::new() };
    paying.file.invoice.status = Status::Processing;
    assert!(paying.posts_of(&due).is_empty(), "a bank is moving it");
    let bench = bench.paid(0);
    assert!(bench.posts_of(&due).is_empty(), "paid meanwhile");
}

#[test]
fn a_missed_instalment_is_told_to_the_team_and_then_asked_for_by_the_cadence() {
    let bench = Bench::new().plan("Season", TYPED).decide(PlanVerdict::Approve);
    let bench = bench.clock("2026-12-12T14:00:00Z").clock("2026-12-16T05:00:00Z");
    let posts = bench.posts("InstalmentMissed");
    assert_eq!((posts.len(), posts[0].to.as_str()), (1, TEAM));
    says(&posts[0], &["Instalment 1 of 4 ($312.50 USD) was due on 15 December 2026"]);
    assert_eq!(subject(&posts[0]), "Missed: Instalment 1 of 4, invoice INV-1, Acme");

    let bench = bench.cadence();
    let posts = bench.posts("CadenceStepDue");
    assert_eq!(posts.len(), 2);
    says(&posts[0], &["Instalment 1 of 4 of your plan, $312.50 USD, was due on 15 December", LINK]);
    let step = bench.facts.last().unwrap().clone();
    assert!(bench.paid(0).posts_of(&step).is_empty(), "caught up");
}

#[test]
fn a_promise_is_asked_for_the_day_before_and_told_to_the_team_when_missed() {
    let bench = Bench::new().promise(50_000).clock("2026-12-14T14:00:00Z");
    let posts = bench.posts("PromiseDue");
    assert_eq!(posts.len(), 2);
    says(&posts[0], &["$500.00 USD", "15 December 2026", LINK, "Balance", "$1,250.00 USD"]);
    let due = bench.facts.last().unwrap().clone();
    let bench = bench.clock("2026-12-16T05:00:00Z");
    assert!(bench.posts_of(&due).is_empty(), "it is over");
    let posts = bench.posts("PromiseMissed");
    assert_eq!((posts.len(), posts[0].to.as_str()), (1, TEAM));
    says(&posts[0], &["$500.00 USD was promised for 15 December 2026 and is not paid"]);
}

#[test]
fn what_a_payer_wrote_arrives_whole_and_is_never_obeyed() {
    let hostile = "<script>alert(1)</script>\r\nBcc: thief@evil.example\u{202E}\n-- \n";
    let long = format!("{hostile}{}", "ü".repeat(4_000 - hostile.chars().count()));
    for post in Bench::new().dispute(25_000, &long).posts("DisputeSubmitted") {
        assert!(!post.letter.html.contains("<script"), "{}", post.letter.html);
        assert!(post.letter.text.contains("> Bcc: thief@evil.example\n> -- \n"));
        assert_eq!(post.letter.text.matches("\n-- \n").count(), 1, "one signature, and it is ours");
        for part in [&post.letter.html, &post.letter.text] {
            assert!(part.matches('ü').count() > 3_900 && !part.contains(['\r', '\u{202E}']));
        }
        assert!(!subject(&post).contains("Bcc"));
    }
}
