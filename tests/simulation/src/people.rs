//! Payers, an operator and a bank: what people do, by the seed, each in their own time.
//! Must never know more than they would: a payer has the links that were mailed.
use std::rc::Rc;
use std::time::Duration;

use domain::CaseState;
use domain::case::CaseKind;
use lambda_http::{Body, Response};
use platform::http::Reply;
use serde_json::json;

use crate::bench::Ended;
use crate::requests;
use crate::simulation::Simulation;
use crate::time::moment;

/// What a payer does at Stripe's page.
#[derive(Clone, Copy, Debug)]
enum AtCheckout {
    Card,
    DeclinedThenCard,
    BankRefusedThenCard,
    Bank,
    BankThatFails,
    Leave,
}

const AT_CHECKOUT: [(u8, AtCheckout); 6] = [
    (10, AtCheckout::Card),
    (2, AtCheckout::DeclinedThenCard),
    (1, AtCheckout::BankRefusedThenCard),
    (3, AtCheckout::Bank),
    (1, AtCheckout::BankThatFails),
    (3, AtCheckout::Leave),
];

#[derive(Clone, Copy, Debug)]
enum Wish {
    Open,
    Pay,
    Plan,
    Promise,
    Dispute,
    NewLink,
}

const WISHES: [(u8, Wish); 6] = [
    (2, Wish::Open),
    (10, Wish::Pay),
    (1, Wish::Plan),
    (1, Wish::Promise),
    (1, Wish::Dispute),
    (2, Wish::NewLink),
];

/// A payer who comes a few times.
pub(crate) async fn payer(sim: Rc<Simulation>) {
    let visits = sim.draw(1..=3);
    for _ in 0..visits {
        sim.pause().await;
        let token = sim.token().await;
        let form = sim.form();
        match sim.pick(&WISHES) {
            Wish::Open => {
                let request = requests::payer("GET", &token, "", &[]);
                sim.call("open", portal::view::handle(&sim.bench.till.portal, request, moment()))
                    .await;
            }
            Wish::Pay => pay(&sim, &token).await,
            Wish::Plan => submit(&sim, &token, "plan", &plan_form(&form)).await,
            Wish::Promise => submit(&sim, &token, "promise", &promise_form(&form)).await,
            Wish::Dispute => submit(&sim, &token, "dispute", &dispute_form(&form)).await,
            Wish::NewLink => {
                let request = requests::payer("POST", &token, "new-link", &[]);
                let portal = &sim.bench.till.portal;
                sim.call("new-link", portal::new_link::handle(portal, request, moment())).await;
            }
        }
        sim.carry_on();
    }
}

async fn pay(sim: &Rc<Simulation>, token: &str) {
    // Impatient hands press again when nothing comes.
    for _ in 0..2 {
        let request = requests::payer("POST", token, "pay", &[]);
        let ended = sim.call("pay", portal::pay::handle(&sim.bench.till, request, moment())).await;
        if let Some(session) = session_of(sim, ended) {
            checkout(sim, &session).await;
            break;
        }
        if sim.draw(0..=1) == 0 {
            break;
        }
    }
    // Some come back to us, by the address that Stripe sends them to.
    if sim.draw(0..=1) == 0 {
        let request = requests::payer("GET", token, "paid", &[]);
        sim.call("paid", portal::paid::handle(&sim.bench.till, request, moment())).await;
    }
}

async fn checkout(sim: &Rc<Simulation>, session: &str) {
    sim.pause().await;
    match sim.pick(&AT_CHECKOUT) {
        AtCheckout::Card => sim.at_stripe(&format!("pay/{session}"), &json!({})).await,
        AtCheckout::DeclinedThenCard => {
            sim.at_stripe(&format!("decline/{session}"), &json!({})).await;
            sim.carry_on();
            sim.pause().await;
            sim.at_stripe(&format!("pay/{session}"), &json!({})).await;
        }
        AtCheckout::BankRefusedThenCard => {
            sim.at_stripe(&format!("refuse-bank/{session}"), &json!({})).await;
            sim.carry_on();
            sim.pause().await;
            sim.at_stripe(&format!("pay/{session}"), &json!({})).await;
        }
        AtCheckout::Bank => bank(sim, session, false).await,
        AtCheckout::BankThatFails => bank(sim, session, true).await,
        AtCheckout::Leave => {}
    }
    sim.carry_on();
}

async fn bank(sim: &Rc<Simulation>, session: &str, fails: bool) {
    let how = json!({ "method": "us_bank_account", "fails_when_settled": fails });
    sim.at_stripe(&format!("pay/{session}"), &how).await;
    sim.at_bank(session);
}

/// Two weekly instalments; `form` is the form's identifier.
pub(crate) fn plan_form(form: &str) -> [(&str, &str); 9] {
    [
        ("form", form),
        ("do", "send"),
        ("terms", "equal"),
        ("count", "2"),
        ("interval", "weekly"),
        ("first", "2026-12-01"),
        ("why", "A slow quarter."),
        ("name", "Ada Ashdown"),
        ("email", "ada@acme.example"),
    ]
}

/// All of it in December.
pub(crate) fn promise_form(form: &str) -> [(&str, &str); 5] {
    [
        ("form", form),
        ("date", "2026-12-01"),
        ("promised", "full"),
        ("name", "Ada Ashdown"),
        ("email", "ada@acme.example"),
    ]
}

/// A part, without documents.
pub(crate) fn dispute_form(form: &str) -> [(&str, &str); 8] {
    [
        ("form", form),
        ("do", "send"),
        ("reason", "duplicate"),
        ("disputed", "part"),
        ("amount", "250.00"),
        ("description", "We were billed for this in May already."),
        ("name", "Ada Ashdown"),
        ("email", "ada@acme.example"),
    ]
}

/// Sends a form, and once more if the answer was lost.
async fn submit(sim: &Rc<Simulation>, token: &str, kind: &str, fields: &[(&str, &str)]) {
    for _ in 0..2 {
        let request = requests::payer("POST", token, kind, fields);
        let till = &sim.bench.till;
        let ended = match kind {
            "plan" => sim.call("plan", portal::plan::handle(till, request, moment())).await,
            "promise" => {
                sim.call("promise", portal::promise::handle(till, request, moment())).await
            }
            _ => {
                let uploads = &sim.bench.uploads;
                sim.call("dispute", portal::dispute::handle(till, uploads, request, moment())).await
            }
        };
        if ended.status().is_some_and(|status| status < 500) {
            break;
        }
    }
}

/// The session of Stripe's page, if the answer leads there; from here on it can be paid.
pub(crate) fn session_of(sim: &Simulation, ended: Ended<Reply>) -> Option<String> {
    let Ended::Answered(reply) = ended else { return None };
    let response: Response<Body> = reply.into_response();
    let location = response.headers().get("location")?.to_str().unwrap();
    let session = location.split(['/', '#', '?']).find(|part| part.starts_with("cs_"))?;
    sim.bench.net.services().disclose(session);
    Some(session.to_owned())
}

/// An operator who regenerates links and decides what waits.
pub(crate) async fn operator(sim: Rc<Simulation>) {
    for _ in 0..sim.draw(0..=2) {
        sim.pause().await;
        let file = sim.bench.look(sim.invoice).await;
        let case = file.open_case().filter(|case| case.state == CaseState::Submitted);
        match case.map(|case| (case.id, case.kind())) {
            Some((case, kind)) if sim.draw(0..=2) > 0 => {
                let body = match (kind, sim.draw(0..=2)) {
                    (CaseKind::Dispute, 0) => {
                        json!({ "decision": "reject", "note": "We have looked." })
                    }
                    (CaseKind::Dispute, _) => json!({ "decision": "accept", "note": "Agreed." }),
                    (_, 0) => json!({ "decision": "decline", "note": "Too long." }),
                    (_, _) => json!({ "decision": "approve", "note": "Agreed." }),
                };
                let request = requests::operator(sim.invoice, Some(case), "decision", &body);
                sim.call("decide", case_desk::act::handle(&sim.bench.acting, request, moment()))
                    .await;
            }
            _ => {
                let body = json!({ "mail": sim.draw(0..=1) == 0 });
                let request = requests::operator(sim.invoice, None, "link", &body);
                let regeneration = &sim.bench.regeneration;
                sim.call("regenerate", link_regen::handle(regeneration, request, moment())).await;
            }
        }
        sim.carry_on();
    }
}

/// Every bank answers.
pub(crate) async fn banks(sim: &Simulation) {
    for session in sim.sessions_at_banks() {
        sim.at_stripe(&format!("settle/{session}"), &json!({})).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
