//! JSON lines with a request id, and metrics in `CloudWatch`'s embedded format.
//! Must never get a token, a secret, a body or an address: fields are ids and codes.
use std::io::Write as _;

use serde_json::json;
use tracing_subscriber::filter::LevelFilter;

use crate::operator::Operator;

/// Sets up logging for the process. `level` comes from the environment, `info` by default
/// and if it is no level.
pub fn start(level: Option<&str>) {
    // One level for all, not a filter by module: that brings a regular-expression engine along.
    let known = level.map(str::parse::<LevelFilter>);
    let level = known.as_ref().and_then(|level| level.as_ref().ok()).copied();
    let level = level.unwrap_or(LevelFilter::INFO);
    let line = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_max_level(level);
    // A second start (tests in one process) keeps the first.
    let _ = line.try_init();
    if known.is_some_and(|level| level.is_err()) {
        tracing::warn!("LOG_LEVEL is no level: off, error, warn, info, debug or trace");
    }
}

/// Writes the line that sets off the alarm "NeedsOperator": somebody has to act.
pub fn call_operator(reason: &str, about: &str) {
    tracing::error!(needs_operator = true, reason, about, "an operator has to look");
}

/// Writes the line that the alarm `ForeignTenant` counts: an operator asked for an object of
/// another tenant's. Once is a stale bookmark; often is somebody who looks around.
pub fn foreign_tenant(by: &Operator, about: &str) {
    tracing::warn!(
        foreign_tenant = true,
        operator = by.id,
        tenant = by.tenant,
        about,
        "another tenant's object was asked for"
    );
}

/// Counts something that an alarm or a dashboard watches.
/// Source: `CloudWatch` embedded metric format specification, seen 2026-11.
pub fn count(name: &str, amount: usize) {
    #[expect(clippy::disallowed_methods, reason = "the metric's own timestamp, no decision")]
    let now_ms = jiff::Timestamp::now().as_millisecond();
    let line = json!({
        "_aws": {
            "Timestamp": now_ms,
            "CloudWatchMetrics": [{
                "Namespace": "Plixo",
                "Dimensions": [[]],
                "Metrics": [{ "Name": name, "Unit": "Count" }],
            }],
        },
        name: amount,
    });
    // A metric that cannot be written is no reason to fail a payment.
    let _ = writeln!(std::io::stdout(), "{line}");
}
