//! Single answers that get lost, refused or delayed, one by one: what the table and SES may do
//! to one request. Must never be left to chance: each fault is ordered, and seen to have come.
use std::time::Duration;

use domain::fact::{LetterKind, LinkMailReason};
use domain::{Entry, Fact, PaymentState, Status};
use serde_json::{Value, json};

use crate::bench::{self, ACCOUNT, Ended};
use crate::interleavings::in_simulation;
use crate::net::Fate;
use crate::plan::Plan;
use crate::simulation::Simulation;
use crate::time::{moment, now};
use crate::{ledger, machines, requests};

const TRANSACTION: &str = "DynamoDB_20120810.TransactWriteItems";
const QUERY: &str = "DynamoDB_20120810.Query";
const SEND: &str = "POST mail.invalid/";

fn alone(seed: u64) -> Plan {
    Plan { webhooks_lost_percent: 100, ..Plan::calm(seed) }
}

/// Somebody has paid at Stripe, and nobody has told us.
async fn paid_at_stripe(sim: &Simulation) {
    let file = sim.bench.look(sim.invoice).await;
    let token = sim.bench.token(sim.invoice, file.invoice.link.unwrap());
    let request = requests::payer("POST", &token, "pay", &[]);
    sim.call("pay", portal::pay::handle(&sim.bench.till, request, moment())).await;
    for session in sim.bench.net.services().stripe().open_sessions(ACCOUNT) {
        sim.at_stripe(&format!("pay/{session}"), &json!({})).await;
    }
}

async fn deliver(sim: &Simulation, life: Duration) -> Option<u16> {
    let events = sim.bench.net.services().stripe().emitted(ACCOUNT, 0);
    let completed = events.iter().find(|event| event.kind == "checkout.session.completed");
    let request = requests::webhook(&completed.unwrap().body, now().as_second());
    let handler = stripe_webhook::handle(&sim.bench.webhook, request, moment());
    bench::run(life, handler).await.status()
}

async fn settled(sim: &Simulation) -> usize {
    let file = sim.bench.look(sim.invoice).await;
    assert_eq!(file.invoice.status, Status::Paid);
    assert_eq!(file.payments[0].state, PaymentState::Paid);
    ledger::told(sim).iter().filter(|name| *name == "PaymentSettled").count()
}

#[test]
fn faults_row_41_a_write_whose_answer_is_lost_is_repeated_under_the_same_token() {
    in_simulation(|bench| async move {
        for fate in [Fate::AnswerBroken, Fate::AnswerSwallowed, Fate::Broken, Fate::Swallowed] {
            let sim = Simulation::begin(&bench, alone(1)).await;
            paid_at_stripe(&sim).await;
            bench.net.keep();
            bench.net.order(TRANSACTION, fate);
            assert_eq!(deliver(&sim, bench::LAMBDA_TIMEOUT).await, Some(200), "{fate:?}");
            let tokens: Vec<Value> = bench.net.kept(TRANSACTION).iter().map(token).collect();
            assert!(tokens.len() > 1, "{fate:?}: it was sent again");
            assert!(tokens.iter().all(|token| *token == tokens[0] && token.is_string()));
            assert_eq!(settled(&sim).await, 1, "{fate:?}");
        }
    });
}

fn token(wire: &crate::wire::Wire) -> Value {
    let sent: Value = serde_json::from_slice(&wire.body).unwrap();
    sent["ClientRequestToken"].clone()
}

#[test]
fn faults_row_41_throttles_and_conflicts_are_tried_again_and_then_left_to_the_next_delivery() {
    in_simulation(|bench| async move {
        for (fate, times, expected) in [
            (Fate::Throttled, 1, 200),
            (Fate::Throttled, 2, 200),
            (Fate::Throttled, 3, 503),
            (Fate::Conflict, 2, 200),
            (Fate::Conflict, 3, 503),
        ] {
            let sim = Simulation::begin(&bench, alone(2)).await;
            paid_at_stripe(&sim).await;
            for _ in 0..times {
                bench.net.order(TRANSACTION, fate);
            }
            let first = deliver(&sim, bench::LAMBDA_TIMEOUT).await;
            assert_eq!(first, Some(expected), "{fate:?} {times} times");
            // What was answered 503 comes again; what was answered 200 may.
            assert_eq!(deliver(&sim, bench::LAMBDA_TIMEOUT).await, Some(200));
            assert_eq!(settled(&sim).await, 1, "{fate:?} {times} times");
        }
    });
}

#[test]
fn faults_row_41_a_read_that_is_never_answered_ends_in_a_503_and_changes_nothing() {
    in_simulation(|bench| async move {
        let sim = Simulation::begin(&bench, alone(3)).await;
        paid_at_stripe(&sim).await;
        for _ in 0..3 {
            bench.net.order(QUERY, Fate::Swallowed);
        }
        let before = ledger::told(&sim);
        assert_eq!(deliver(&sim, bench::LAMBDA_TIMEOUT).await, Some(503));
        assert_eq!(ledger::told(&sim), before);
        assert_eq!(deliver(&sim, bench::LAMBDA_TIMEOUT).await, Some(200));
        assert_eq!(settled(&sim).await, 1);
    });
}

#[test]
fn faults_row_42_a_function_that_lambda_ends_while_it_writes_leaves_all_or_nothing() {
    in_simulation(|bench| async move {
        for fate in [Fate::Swallowed, Fate::AnswerSwallowed, Fate::Late] {
            let sim = Simulation::begin(&bench, alone(4)).await;
            paid_at_stripe(&sim).await;
            bench.net.order(TRANSACTION, fate);
            // Its time is up before the SDK gives the first try up.
            let ended = deliver(&sim, Duration::from_secs(2)).await;
            assert_eq!(ended, None, "{fate:?}");
            let halves = ledger::halves(&sim).await;
            assert!(halves.is_empty(), "{fate:?}: {halves:?}");
            // Also what arrives after the function is gone.
            tokio::time::sleep(Duration::from_mins(1)).await;
            assert_eq!(deliver(&sim, bench::LAMBDA_TIMEOUT).await, Some(200), "{fate:?}");
            assert_eq!(settled(&sim).await, 1, "{fate:?}");
        }
    });
}

/// The entry of a mail that is due.
fn due_mail(file: &domain::InvoiceFile) -> Entry {
    let mut moment = moment();
    let fact =
        Fact::LinkMailDue { link: file.invoice.link.unwrap(), reason: LinkMailReason::Requested };
    Entry::new(&file.invoice, &mut moment, domain::Actor::Portal, fact)
}

#[test]
fn faults_row_40_a_throttled_mail_is_sent_again_with_pauses_and_told_once() {
    in_simulation(|bench| async move {
        for times in 1..=4 {
            let sim = Simulation::begin(&bench, alone(5)).await;
            let entry = due_mail(&bench.look(sim.invoice).await);
            for _ in 0..times {
                bench.net.order(SEND, Fate::Throttled);
            }
            let mut deliveries = 0;
            loop {
                deliveries += 1;
                let began = now();
                let mail = mailer::handle(&bench.office, entry.clone(), moment());
                let ended = bench::run(Duration::from_mins(1), mail).await;
                assert!(now() > began, "it did not hammer");
                match ended {
                    Ended::Answered(()) => break,
                    Ended::Faulted(fault) => assert!(fault.is_retryable(), "{fault}"),
                    Ended::Stopped => panic!("it never ended"),
                }
                assert!(deliveries < 5, "the queue gives up after five");
                tokio::time::sleep(machines::VISIBLE_AGAIN_AFTER).await;
            }
            let sent = bench.net.services().seen().mails.len();
            let told = ledger::told(&sim).iter().filter(|name| *name == "MailSent").count();
            assert_eq!((sent, told), (1, 1), "throttled {times} times");
            assert_eq!(deliveries, if times < 3 { 1 } else { 2 });
        }
    });
}

#[test]
fn faults_row_40_a_mail_that_is_refused_for_good_is_told_to_the_operator() {
    in_simulation(|bench| async move {
        let sim = Simulation::begin(&bench, alone(6)).await;
        let entry = due_mail(&bench.look(sim.invoice).await);
        bench.net.order(SEND, Fate::Rejected);
        let mail = mailer::handle(&bench.office, entry.clone(), moment());
        assert!(matches!(bench::run(bench::LAMBDA_TIMEOUT, mail).await, Ended::Answered(())));
        let failed = ledger::timeline_of(&sim)
            .into_iter()
            .any(|entry| matches!(entry.fact, Fact::MailFailed { letter: LetterKind::Link, .. }));
        assert!(failed, "{:?}", ledger::told(&sim));
        assert_eq!(bench.net.services().seen().mails.len(), 0);
    });
}

#[test]
fn faults_row_37_a_delivery_that_dies_leaves_its_mail_to_the_next() {
    in_simulation(|bench| async move {
        for life_ms in 1..30 {
            let sim = Simulation::begin(&bench, alone(life_ms)).await;
            let entry = due_mail(&bench.look(sim.invoice).await);
            let dying = mailer::handle(&bench.office, entry.clone(), moment());
            let other = mailer::handle(&bench.office, entry.clone(), moment());
            let life = Duration::from_millis(life_ms);
            let (died, taken) = tokio::join!(bench::run(life, dying), other);
            let done = taken.is_ok() || matches!(died, Ended::Answered(()));
            tokio::time::sleep(machines::VISIBLE_AGAIN_AFTER).await;
            if !done {
                mailer::handle(&bench.office, entry.clone(), moment()).await.unwrap();
            }
            let told = ledger::told(&sim).iter().filter(|name| *name == "MailSent").count();
            assert_eq!(told, 1, "{life_ms} ms: whoever said done has sent it");
            assert!((1..=2).contains(&bench.net.services().seen().mails.len()), "{life_ms} ms");
        }
    });
}

#[test]
fn faults_row_37_two_deliveries_of_one_entry_at_once_send_one_mail() {
    in_simulation(|bench| async move {
        for seed in 0..40 {
            let sim = Simulation::begin(&bench, alone(seed)).await;
            let entry = due_mail(&bench.look(sim.invoice).await);
            let one = mailer::handle(&bench.office, entry.clone(), moment());
            let other = mailer::handle(&bench.office, entry.clone(), moment());
            let (one, other) = tokio::join!(one, other);
            // The one that was too late is not done: its message comes again, and finds it sent.
            assert!(one.is_ok() || other.is_ok(), "seed {seed}");
            tokio::time::sleep(machines::VISIBLE_AGAIN_AFTER).await;
            mailer::handle(&bench.office, entry.clone(), moment()).await.unwrap();
            assert_eq!(bench.net.services().seen().mails.len(), 1, "seed {seed}");
        }
    });
}
