//! One request on its way, and how its answer is judged.
//! Must never ask twice: what is refused or lost stays so.
use acceptance::Stack;
use stripe_stand_in::sign;
use tokio::time::Instant;

use crate::schedule::Route;
use crate::tally::{End, Outcome};

/// The answer that a request must get when the gateway lets it through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// This status.
    Status(u16),
    /// The product's own "too often": the link has used up what it may send.
    Limited,
}

/// What to send.
#[derive(Clone, Debug)]
pub(crate) struct Flight {
    /// What is asked for.
    pub route: Route,
    /// Where.
    pub url: String,
    /// The payer's network address; Stripe's for a webhook.
    pub address: String,
    /// The event of a webhook, byte for byte.
    pub body: String,
    /// What must come back.
    pub wanted: Wanted,
}

/// Sends flights to the stack.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    http: reqwest::Client,
    secrets: Vec<String>,
}

impl Sender {
    /// One for a stack, with a pool of connections of its own.
    pub(crate) fn new(stack: &Stack) -> Result<Self, String> {
        let portal = stack.text("portal");
        let host = portal.trim_start_matches("http://");
        let found = host.split_once(':').and_then(|(name, port)| Some((name, port.parse().ok()?)));
        let (name, port) = found.ok_or(format!("no port in {portal}"))?;
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .resolve(name, std::net::SocketAddr::from(([127, 0, 0, 1], port)))
            // The emulator closes what rests for five seconds; a request must not meet that.
            .pool_idle_timeout(std::time::Duration::from_secs(2))
            .timeout(std::time::Duration::from_secs(30))
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { http, secrets: vec![stack.text("stripe_webhook_secret")] })
    }

    /// Sends one that was due then.
    pub(crate) async fn send(&self, flight: Flight, due: Instant) -> Outcome {
        let late_us = since(due);
        let end = match self.answer(&flight).await {
            Ok((status, text)) => judge(flight.wanted, status, &text),
            Err(_) => End::Lost,
        };
        Outcome { route: flight.route, end, took_us: since(due), late_us }
    }

    async fn answer(&self, flight: &Flight) -> reqwest::Result<(u16, Vec<u8>)> {
        let request = match flight.route {
            Route::Webhook => self.event(flight),
            Route::Pay => self
                .http
                .post(&flight.url)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .body(""),
            _ => self.http.get(&flight.url).header("accept", "text/html,application/pdf,*/*"),
        };
        // The emulator takes the source address from the header; API Gateway never does.
        let request = request.header("x-forwarded-for", &flight.address);
        // What every browser sends; without it an opening would be a machine's, which is cheaper.
        let answer = request.header("accept-language", "en-US,en;q=0.9").send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.bytes().await?.to_vec()))
    }

    /// Signed as it is sent, as Stripe does.
    #[expect(clippy::disallowed_methods, reason = "a signature carries the time of sending")]
    fn event(&self, flight: &Flight) -> reqwest::RequestBuilder {
        let now_s = jiff::Timestamp::now().as_second();
        let signature = sign(&self.secrets, now_s, "v1", flight.body.as_bytes());
        self.http
            .post(&flight.url)
            .header("content-type", "application/json; charset=utf-8")
            .header("stripe-signature", signature)
            .body(flight.body.clone())
    }
}

fn judge(wanted: Wanted, status: u16, body: &[u8]) -> End {
    match (status, wanted) {
        (429, _) if is_gateways(body) => End::Throttled,
        (429, Wanted::Limited) if contains(body, "data-state=\"too-often\"") => End::Limited,
        (500.., _) => End::Broken(status),
        (_, Wanted::Status(wanted)) if wanted == status => End::Served,
        _ => End::Wrong(status),
    }
}

/// The gateway's own 429, in the words and the shape that the template gives it.
fn is_gateways(body: &[u8]) -> bool {
    let problem: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    problem.is_some_and(|problem| {
        problem["type"] == "about:blank" && problem["title"] == "Too Many Requests"
    })
}

fn contains(body: &[u8], words: &str) -> bool {
    String::from_utf8_lossy(body).contains(words)
}

/// Microseconds since then, 0 if it is still to come.
fn since(then: Instant) -> u64 {
    u64::try_from(Instant::now().saturating_duration_since(then).as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATEWAYS: &str = r#"{"type":"about:blank","title":"Too Many Requests"}"#;
    const PRODUCTS: &str = r#"<body data-state="too-often">"#;

    #[test]
    fn the_two_kinds_of_429_are_told_apart_and_nothing_else_passes_for_one() {
        let page = Wanted::Status(200);
        for (wanted, status, body, expected) in [
            (page, 200, "", End::Served),
            (Wanted::Status(404), 404, "", End::Served),
            (page, 429, GATEWAYS, End::Throttled),
            (Wanted::Limited, 429, GATEWAYS, End::Throttled),
            (Wanted::Limited, 429, PRODUCTS, End::Limited),
            // A payer who has sent nothing too often must not be told so.
            (page, 429, PRODUCTS, End::Wrong(429)),
            (page, 429, "Too Many Requests", End::Wrong(429)),
            // Whoever is over the limit must not get through.
            (Wanted::Limited, 303, "", End::Wrong(303)),
            (page, 404, "", End::Wrong(404)),
            (page, 502, GATEWAYS, End::Broken(502)),
            (Wanted::Limited, 503, PRODUCTS, End::Broken(503)),
        ] {
            assert_eq!(judge(wanted, status, body.as_bytes()), expected, "{status} {body}");
        }
    }
}
