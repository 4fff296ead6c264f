//! Promises about who gets letters, over every fact in every stage of every kind of case.
use domain::case::SlaState;
use domain::fact::LinkMailReason;
use domain::review::{DisputeVerdict, PlanVerdict};
use domain::{CaseState, Fact};
use jiff::{SignedDuration, Timestamp};

use super::bench::{Bench, CONTACTS, LINK, TEAM, TYPED, usd};
use crate::write::{Post, posts};

/// Every stage that a plan, a promise and a dispute go through.
fn stages() -> Vec<Bench> {
    let plan = || Bench::new().plan("Season", TYPED);
    let active = || plan().decide(PlanVerdict::Approve);
    let noticed = || active().clock("2026-12-12T14:00:00Z");
    let missed = || noticed().clock("2026-12-16T05:00:00Z");
    let promise = || Bench::new().promise(50_000);
    let part = || Bench::new().dispute(25_000, "Paid on 3 November");
    let all = || Bench::new().dispute(125_000, "Paid on 3 November");
    let partly = || DisputeVerdict::PartlyAccept(usd(10_000));
    vec![
        plan(),
        plan().ask("Why?"),
        plan().ask("Why?").answer("Because"),
        plan().decide(PlanVerdict::Decline),
        active(),
        noticed(),
        noticed().paid(0),
        missed(),
        missed().cadence(),
        promise(),
        promise().clock("2026-12-14T14:00:00Z"),
        promise().clock("2026-12-14T14:00:00Z").clock("2026-12-16T05:00:00Z"),
        part(),
        part().ask("Which?"),
        part().ask("Which?").answer("That one"),
        part().settle(DisputeVerdict::Accept),
        part().settle(partly()),
        all(),
        all().ask("Which?"),
        all().settle(partly()),
        all().settle(DisputeVerdict::Accept),
        all().settle(DisputeVerdict::Reject),
    ]
}

/// Every fact that could ask for a letter about the bench's case, and those that ask for none.
fn facts(bench: &Bench) -> Vec<Fact> {
    let (case, kind) = (bench.case().id, bench.case().kind());
    let (link, amount) = (bench.case().link, usd(25_000));
    let date = "2026-12-15".parse().unwrap();
    let (outcome, state) = (CaseState::Accepted, SlaState::Late);
    let (number, payment) = (1, bench.case().link);
    vec![
        Fact::CadenceStepDue { step: 0, link },
        Fact::LinkMailDue { link, reason: LinkMailReason::Requested },
        Fact::LinkMailDue { link, reason: LinkMailReason::Resent },
        Fact::PaymentDuplicated { payment, amount, stripe_payment: None },
        Fact::PaymentMismatched { payment, expected: amount, received: None, stripe_payment: None },
        Fact::PlanSubmitted { case, kind, amount, instalments: 4, needs_approval: false },
        Fact::PromiseMade { case, kind, amount, date },
        Fact::DisputeSubmitted { case, kind, amount, reason: String::new(), documents: 1 },
        Fact::InformationRequested { case, kind, link },
        Fact::InformationAdded { case, kind, documents: 1 },
        Fact::PlanApproved { case, kind },
        Fact::PlanDeclined { case, kind, link },
        Fact::DisputeDecided { case, kind, outcome, credited: Some(amount), link: Some(link) },
        Fact::InstalmentDue { case, kind, number, link },
        Fact::InstalmentMissed { case, kind, number },
        Fact::PromiseDue { case, kind, link },
        Fact::PromiseMissed { case, kind },
        Fact::InvoiceAssigned { owner: None },
        Fact::NoticeClosed { notice: case, what: "MailFailed".to_owned() },
        Fact::CaseAssigned { case, kind, owner: None },
        Fact::SlaMoved { case, kind, state },
        Fact::InstalmentPaid { case, kind, number, payment },
        Fact::CaseClosed { case, kind, outcome },
    ]
}

/// The letters of every fact in every stage; facts that do not fit the case ask for none.
fn every(check: impl Fn(&Bench, &Fact, &[Post])) {
    for bench in stages() {
        for fact in facts(&bench) {
            check(&bench, &fact, &letters(&bench, &fact, bench.moment.now));
        }
    }
}

fn letters(bench: &Bench, fact: &Fact, now: Timestamp) -> Vec<Post> {
    posts(&bench.file, &bench.tenant, fact, Some(LINK), now).unwrap_or_default()
}

fn addresses(posts: &[Post]) -> Vec<&str> {
    posts.iter().map(|post| post.to.as_str()).collect()
}

#[test]
fn only_contacts_on_file_ever_get_a_link() {
    every(|_, fact, posts| {
        for post in posts {
            let on_file = CONTACTS.contains(&post.to.as_str());
            assert!(on_file || [TEAM, TYPED].contains(&post.to.as_str()), "{}", post.to);
            if !on_file {
                for part in [&post.letter.html, &post.letter.text] {
                    let trace = ["/p/", "href=", "http"].into_iter().find(|one| part.contains(one));
                    assert_eq!(trace, None, "{} to {}: {part}", fact.name(), post.to);
                }
            }
        }
    });
}

#[test]
fn the_order_of_recipients_is_always_contacts_then_who_typed_then_the_team() {
    let orders: [&[&str]; 5] = [
        &[],
        &CONTACTS,
        &[CONTACTS[0], CONTACTS[1], TYPED],
        &[CONTACTS[0], CONTACTS[1], TYPED, TEAM],
        &[TEAM],
    ];
    let with_team: &[&str] = &[CONTACTS[0], CONTACTS[1], TEAM];
    every(|bench, fact, posts| {
        let order = addresses(posts);
        assert!(orders.contains(&order.as_slice()) || order == with_team, "{order:?}");
        // Once more, when the clock has moved on and the link has died.
        let later = bench.moment.now + SignedDuration::from_hours(9 * 24);
        let again = letters(bench, fact, later);
        assert_eq!(addresses(&again), order, "{}", fact.name());
    });
}

#[test]
fn nothing_is_sent_when_nobody_has_to_hear_of_it() {
    every(|_, fact, posts| {
        let silent = [
            "InvoiceAssigned",
            "NoticeClosed",
            "CaseAssigned",
            "SlaMoved",
            "InstalmentPaid",
            "CaseClosed",
        ];
        assert!(!silent.contains(&fact.name()) || posts.is_empty(), "{}", fact.name());
    });
}

#[test]
fn every_letter_has_a_safe_subject_and_loads_nothing() {
    every(|_, fact, posts| {
        for Post { letter, .. } in posts {
            let chars = letter.subject.chars().count();
            assert!((1..=150).contains(&chars), "{}: {}", fact.name(), letter.subject);
            assert!(!letter.subject.chars().any(char::is_control));
            assert!(!letter.html.contains("Jane <Roe>") && !letter.html.contains("src="));
        }
    });
}

#[test]
fn who_typed_a_contact_on_file_gets_one_letter_whatever_its_case() {
    let posts = Bench::new().plan("Season", "AP@Acme.Example").posts("PlanSubmitted");
    assert_eq!(addresses(&posts), [CONTACTS[0], CONTACTS[1], TEAM]);
}

#[test]
fn a_mailbox_of_another_company_gets_no_words_that_somebody_typed() {
    let words = "Please look at evil.example";
    for (mut bench, fact, words) in [
        (Bench::new().plan(words, TYPED), "PlanSubmitted", words),
        (Bench::new().promise(50_000), "PromiseMade", "After our <payday>"),
        (Bench::new().dispute(25_000, words), "DisputeSubmitted", words),
    ] {
        for is_of_the_billed_company in [true, false] {
            if !is_of_the_billed_company {
                bench.file.invoice.contacts = vec!["ap@other.example".to_owned()];
            }
            let posts = bench.posts(fact);
            assert!(posts.iter().any(|post| post.to == TYPED), "a copy comes anyway");
            for Post { to, letter, .. } in &posts {
                let may_read = is_of_the_billed_company || to != TYPED;
                for typed in [words, "Jane <Roe>", "+1 212 555 0100", "transfer & receipt.pdf"] {
                    assert_eq!(letter.text.contains(typed), may_read, "{fact} to {to}: {typed}");
                }
                for typed in ["Jane", "555 0100", "transfer", "evil.example", "payday"] {
                    assert!(may_read || !letter.html.contains(typed), "{fact} to {to}: {typed}");
                }
                assert_eq!(letter.text.contains("Documents: 1"), !may_read, "{fact} to {to}");
            }
        }
    }
}
