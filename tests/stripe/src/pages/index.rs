//! The demo's index: every session, with buttons to play the bank.
//! It must never list more than the newest sessions, however long the demo runs.

use super::{escape, page};
use crate::currency::show as money;
use crate::error::StripeError;
use crate::stand_in::Shared;
use crate::verbs::{dispute, expire, refund, settle};
use crate::world::session::{Session, Status};
use crate::world::{Account, Moment, intent};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

const SHOWN_MAX: usize = 100;

/// GET: the list, newest first.
pub(crate) async fn show(State(shared): State<Shared>) -> Response {
    shared.sweep();
    let world = shared.world();
    let mut rows: Vec<(&Account, &Session)> = world
        .accounts
        .values()
        .flat_map(|account| account.sessions.iter().map(move |session| (account, session)))
        .collect();
    // Reversed first: the sort is stable, and many sessions share a second.
    rows.reverse();
    rows.sort_by_key(|(_, session)| std::cmp::Reverse(session.created_s));
    let shown: String =
        rows.iter().take(SHOWN_MAX).map(|(account, session)| row(account, session)).collect();
    let empty = "<div class=\"card\"><p>No Checkout Session yet. Open an invoice in the portal \
                 and choose to pay.</p></div>";
    let list = if shown.is_empty() { empty } else { &shown };
    let body = format!("<h1>Checkout Sessions, newest first</h1>{list}");
    drop(world);
    page(StatusCode::OK, "Stripe stand-in", "wide", &body)
}

/// POST: one button.
pub(crate) async fn act(
    State(shared): State<Shared>,
    Path((action, id)): Path<(String, String)>,
) -> Response {
    let moment = shared.moment();
    match shared.on_owner(&id, |account| play(account, &moment, &action, &id)) {
        Some(Ok(())) => Redirect::to("/").into_response(),
        refused => {
            let words = match refused {
                Some(Err(error)) => escape(&error.message),
                _ => "There is no such session.".to_owned(),
            };
            let body =
                format!("<p class=\"error\">{words}</p><p><a href=\"/\">Back to the list</a></p>");
            page(StatusCode::CONFLICT, "Not possible", "", &body)
        }
    }
}

fn play(account: &mut Account, moment: &Moment, action: &str, id: &str) -> Result<(), StripeError> {
    let session = account.sessions.get(id);
    let intent = session.and_then(|session| session.intent.clone()).unwrap_or_default();
    match action {
        "settle" => settle::settle(account, moment, id, settle::Answer::AsChosen),
        "fail" => settle::settle(account, moment, id, settle::Answer::Failed),
        "expire" => expire::expire(account, moment, id),
        "refund" => {
            let request = refund::Request { intent: Some(intent), ..refund::Request::default() };
            refund::refund(account, moment, request).map(drop)
        }
        "dispute" => dispute::open(account, moment, &intent, None).map(drop),
        "win" | "lose" => {
            let open = account.disputes.iter().rev().find(|dispute| dispute.intent == intent);
            let dispute = open.map(|dispute| dispute.id.clone()).unwrap_or_default();
            let outcome = if action == "win" { "won" } else { "lost" };
            dispute::close(account, moment, &dispute, outcome)
        }
        _ => Err(StripeError::missing("action", action, "action")),
    }
}

fn row(account: &Account, session: &Session) -> String {
    let intent = session.intent.as_ref().and_then(|id| account.intents.get(id));
    let charge = intent
        .and_then(|intent| intent.latest_charge.as_ref())
        .and_then(|id| account.charges.get(id));
    let refunded = charge.map_or(0, |charge| charge.amount_refunded);
    let disputed = charge.is_some_and(|charge| charge.disputed);
    let open_dispute = account
        .disputes
        .iter()
        .any(|dispute| Some(&dispute.intent) == session.intent.as_ref() && !dispute.is_closed());
    let tried = intent.map_or("not tried yet", |intent| intent.status.word());
    let mut facts = vec![session.status.word().to_owned(), tried.to_owned()];
    if refunded > 0 {
        facts.push(format!("refunded {}", money(refunded, &session.currency)));
    }
    if disputed {
        facts.push(format!("dispute {}", if open_dispute { "open" } else { "closed" }));
    }
    let facts = facts.join(" · ");
    let mut buttons = Vec::new();
    let mut offer = |action: &str, label: &str, when: bool| {
        if when {
            buttons.push(format!(
                "<form method=\"post\" action=\"/demo/{action}/{}\"><button>{label}</button></form>",
                session.id
            ));
        }
    };
    let processing = intent.is_some_and(|intent| intent.status == intent::Status::Processing);
    offer("settle", "ACH settles", processing);
    offer("fail", "ACH fails", processing);
    offer("expire", "Expire", session.status == Status::Open);
    let captured = charge.is_some_and(|charge| charge.refundable() > 0 && !charge.withdrawn);
    offer("refund", "Refund the rest", captured);
    offer("dispute", "Dispute", captured && !disputed);
    offer("win", "Seller wins the dispute", open_dispute);
    offer("lose", "Seller loses the dispute", open_dispute);
    let what = session.lines.first().map(|line| line.name.as_str()).unwrap_or_default();
    format!(
        "<div class=\"card row\"><h2>{} · {} · {}</h2><p>{facts}<br>\
         <a href=\"/c/pay/{}\"><code>{}</code></a></p>{}</div>",
        money(session.amount_total, &session.currency),
        escape(what),
        escape(&account.name),
        session.id,
        session.id,
        buttons.concat(),
    )
}
