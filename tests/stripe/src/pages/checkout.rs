//! The hosted payment page: shows what is due, takes the payer's choice, sends the payer back.
//! It must never offer a method the session does not allow.

use super::{escape, page};
use crate::control::later::settle_after;
use crate::currency::show as money;
use crate::error::StripeError;
use crate::stand_in::Shared;
use crate::verbs::{expire, pay};
use crate::world::session::{Line, Session, Status};
use crate::world::{Account, Moment};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

/// How long "settles after a moment" takes, milliseconds.
const MOMENT_MS: u64 = 1_500;

/// What the page needs to know.
struct Shown {
    seller: String,
    session: Session,
    error: Option<String>,
}

/// GET: the page.
pub(crate) async fn show(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    let moment = shared.moment();
    match shared.on_owner(&id, |account| look(account, &moment, &id)).flatten() {
        None => not_found(),
        Some(shown) if shown.session.status == Status::Open => open_page(&shown),
        Some(shown) => closed_page(&shown),
    }
}

/// POST: the payer chose.
pub(crate) async fn act(
    State(shared): State<Shared>,
    Path((id, action)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let moment = shared.moment();
    // Read by hand rather than by extractor: most of these forms are empty.
    let code = form_urlencoded::parse(&body).find(|(name, _)| name == "code");
    let code = code.map(|(_, code)| code.into_owned()).unwrap_or_default();
    let result = shared.on_owner(&id, |account| choose(account, &moment, (&id, &action), &code));
    let Some(result) = result else {
        return not_found();
    };
    match result {
        Err(error) if error.status == 404 => not_found(),
        // Declined, or already paid or expired in another tab: the page itself says so.
        Err(_) | Ok(None) => Redirect::to(&format!("/c/pay/{id}")).into_response(),
        Ok(Some(url)) => {
            match (action.as_str(), shared.config.ach_settle_ms) {
                ("ach-now", _) => settle_after(&shared, &id, MOMENT_MS),
                ("ach" | "ach-fail", Some(wait_ms)) => settle_after(&shared, &id, wait_ms),
                _ => {}
            }
            Redirect::to(&url).into_response()
        }
    }
}

fn look(account: &mut Account, moment: &Moment, id: &str) -> Option<Shown> {
    expire::sweep(account, moment);
    let session = account.sessions.get(id)?.clone();
    let intent = session.intent.as_ref().and_then(|intent| account.intents.get(intent));
    let error = intent.and_then(|intent| intent.last_error.as_ref());
    let error = error.map(|error| error.message.clone());
    Some(Shown { seller: account.name.clone(), session, error })
}

/// Answers where to go next: the seller after a payment, None for back to the page.
fn choose(
    account: &mut Account,
    moment: &Moment,
    (id, action): (&str, &str),
    code: &str,
) -> Result<Option<String>, StripeError> {
    match action {
        "card" => pay::by_card(account, moment, id)?,
        "ach" | "ach-now" => pay::by_bank(account, moment, id, false)?,
        "ach-fail" => pay::by_bank(account, moment, id, true)?,
        "decline" => {
            pay::decline(account, moment, id, code)?;
            return Ok(None);
        }
        "ach-refused" => {
            pay::refuse_bank(account, moment, id)?;
            return Ok(None);
        }
        _ => return Err(StripeError::missing("page", action, "action")),
    }
    Ok(account
        .sessions
        .get(id)
        .map(|session| session.success_url.replace("{CHECKOUT_SESSION_ID}", &session.id)))
}

fn not_found() -> Response {
    let body = "<div class=\"card\"><h1>There is no such payment page</h1></div>";
    page(StatusCode::NOT_FOUND, "Not found", "", body)
}

fn summary(shown: &Shown) -> String {
    let session = &shown.session;
    let lines = session.lines.iter().map(|line| line_item(session, line)).collect::<Vec<_>>();
    let lines = lines.concat();
    format!(
        "<div class=\"card\"><h1>Pay {}</h1><p class=\"amount\" id=\"amount\">{}</p>\
         <ul>{lines}</ul></div>",
        escape(&shown.seller),
        money(session.amount_total, &session.currency),
    )
}

fn line_item(session: &Session, line: &Line) -> String {
    let amount = money(line.unit_amount.saturating_mul(line.quantity), &session.currency);
    let name = escape(&line.name);
    let more = line.description.as_deref().map(|more| format!("<br>{}", escape(more)));
    let more = more.unwrap_or_default();
    match line.quantity {
        1 => format!("<li>{name} · {amount}{more}</li>"),
        quantity => format!("<li>{quantity} × {name} · {amount}{more}</li>"),
    }
}

fn open_page(shown: &Shown) -> Response {
    let session = &shown.session;
    let allows = |method: &str| session.methods.iter().any(|allowed| allowed == method);
    let mut body = vec![summary(shown)];
    if let Some(error) = &shown.error {
        let error = escape(error);
        body.push(format!("<p class=\"error\" role=\"alert\" id=\"error\">{error}</p>"));
    }
    if allows("card") {
        body.push(card_forms(&session.id));
    }
    if allows("us_bank_account") {
        body.push(bank_forms(&session.id));
    }
    if let Some(url) = &session.cancel_url {
        let url = escape(url);
        body.push(format!("<p><a id=\"cancel\" href=\"{url}\">Cancel and go back</a></p>"));
    }
    page(StatusCode::OK, "Stripe stand-in – pay", "", &body.concat())
}

fn card_forms(id: &str) -> String {
    format!(
        "<div class=\"card\"><h2>Card</h2>\
         <form method=\"post\" action=\"/c/pay/{id}/card\">\
         <button id=\"pay-card\" name=\"pay-card\" class=\"main\">Pay with card 4242</button></form>\
         <form method=\"post\" action=\"/c/pay/{id}/decline\">\
         <label for=\"decline-code\">Or let the bank decline it:</label>\
         <select id=\"decline-code\" name=\"code\">\
         <option value=\"insufficient_funds\">Insufficient funds</option>\
         <option value=\"generic_decline\">Declined, no reason given</option>\
         <option value=\"expired_card\">Expired card</option></select>\
         <button id=\"decline-card\" name=\"decline-card\">Decline the card</button></form></div>"
    )
}

fn bank_forms(id: &str) -> String {
    let button = |action: &str, button_id: &str, label: &str| {
        format!(
            "<form method=\"post\" action=\"/c/pay/{id}/{action}\">\
             <button id=\"{button_id}\" name=\"{button_id}\">{label}</button></form>"
        )
    };
    format!(
        "<div class=\"card\"><h2>US bank account (ACH)</h2>{}{}{}{}</div>",
        button("ach", "pay-ach", "Pay by ACH: stays pending"),
        button("ach-now", "pay-ach-now", "Pay by ACH: settles after a moment"),
        button("ach-fail", "fail-ach", "Pay by ACH: fails when settled"),
        button("ach-refused", "refuse-ach", "Pay by ACH: account refused at once"),
    )
}

fn closed_page(shown: &Shown) -> Response {
    let session = &shown.session;
    let (id, words) = match session.status {
        Status::Complete if session.paid => ("complete", "This payment is complete."),
        Status::Complete => ("processing", "This payment was sent to the bank."),
        _ => ("expired", "This payment page has expired."),
    };
    let back = if session.status == Status::Complete {
        Some(session.success_url.replace("{CHECKOUT_SESSION_ID}", &session.id))
    } else {
        session.cancel_url.clone()
    };
    let mut body = vec![summary(shown)];
    body.push(format!("<p class=\"card\" id=\"{id}\">{words}</p>"));
    if let Some(url) = back {
        let url = escape(&url);
        body.push(format!("<p><a id=\"back\" href=\"{url}\">Back to the seller</a></p>"));
    }
    page(StatusCode::OK, words, "", &body.concat())
}
