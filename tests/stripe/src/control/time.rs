//! The clock control: the one control that touches every account.
//! It must never let a session outlive its time once the clock has moved.

use super::{Answer, read};
use crate::stand_in::Shared;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    /// Seconds to add, either way.
    #[serde(default)]
    advance_s: i64,
    /// Seconds since 1970 to go to; wins over `advance_s`.
    now_s: Option<i64>,
    /// Whether webhook signatures carry the moved time instead of the machine's.
    sign_with_moved_time: Option<bool>,
}

/// `GET clock`.
pub(crate) async fn read_clock(State(shared): State<Shared>) -> Answer {
    Ok(Json(json!({ "now_s": shared.clock.now_s() })))
}

/// `POST clock`: moves it and expires what is due.
pub(crate) async fn move_clock(State(shared): State<Shared>, body: Bytes) -> Answer {
    let asked: Move = read(&body)?;
    let by_s =
        asked.now_s.map_or(asked.advance_s, |to_s| to_s.saturating_sub(shared.clock.now_s()));
    shared.clock.advance(by_s);
    if let Some(yes) = asked.sign_with_moved_time {
        shared.clock.sign_with_offset(yes);
    }
    shared.sweep();
    Ok(Json(json!({ "now_s": shared.clock.now_s() })))
}
