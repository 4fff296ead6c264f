//! Sets the template's throttles at the emulator's gateway, scaled down, and says what they admit.
//! Must never invent one: rates and bursts are the template's.
use acceptance::Stack;
use serde_json::{Value, json};

use crate::settings::{Settings, Throttle};

/// A patch of a stage may hold more than this; one after the other is easier to read in a log.
const SCOPE: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/apigateway/aws4_request, \
                     SignedHeaders=host, Signature=0";

/// Sets all throttles of the stage. The emulator keeps a token bucket for every method, as API
/// Gateway does, but does not find those of the template: it does not decode their paths.
pub(crate) async fn set_throttles(stack: &Stack, settings: &Settings) -> Result<(), String> {
    let api = stack.text("api");
    let mut parts = api.rsplit('/');
    let (Some(stage), Some(id)) = (parts.next(), parts.next()) else {
        return Err(format!("no stage in {api}"));
    };
    let url = format!("{}/restapis/{id}/stages/{stage}", stack.text("aws_endpoint"));
    let patches: Vec<Value> =
        settings.throttles.iter().flat_map(|throttle| patches(throttle, settings.scale)).collect();
    let request = reqwest::Client::new()
        .patch(url)
        .header("Authorization", SCOPE)
        .header("content-type", "application/json")
        .body(json!({ "patchOperations": patches }).to_string());
    let answer = request.send().await.map_err(|error| error.to_string())?;
    if answer.status().is_success() {
        return Ok(());
    }
    Err(format!("the throttles were answered {}", answer.status()))
}

/// The two operations of one throttle, as API Gateway's `UpdateStage` takes them.
fn patches(throttle: &Throttle, scale: u64) -> [Value; 2] {
    let path = throttle.path.replace('/', "~1");
    let set = |name: &str, value: String| {
        let path = format!("/{path}/{}/throttling/{name}", throttle.method);
        json!({ "op": "replace", "path": path, "value": value })
    };
    [
        set("rateLimit", thousandths(throttle.rate * 1_000 / scale)),
        set("burstLimit", burst(throttle, scale).to_string()),
    ]
}

/// Whole requests, rounded up: a bucket that holds none lets nothing through.
fn burst(throttle: &Throttle, scale: u64) -> u64 {
    throttle.burst.div_ceil(scale)
}

fn thousandths(value: u64) -> String {
    format!("{}.{:03}", value / 1_000, value % 1_000)
}

/// What a token bucket must and may admit of requests that come evenly: all of them below the
/// rate, at least nine tenths of the rate above it, never more than a full bucket and the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// No fewer.
    pub least: u64,
    /// No more.
    pub most: u64,
}

/// The bounds for so many requests due in `seconds`, the last of them answered after `elapsed_ms`.
pub(crate) fn bounds(
    throttle: &Throttle,
    settings: &Settings,
    (due, elapsed_ms): (u64, u64),
) -> Bounds {
    let by_rate = |ms: u64| throttle.rate * ms / settings.scale / 1_000;
    let phase = by_rate(settings.seconds * 1_000);
    let least = if due <= phase { due } else { due.min(phase * 9 / 10) };
    // One more for the part of a token that integers leave out.
    let most = due.min(by_rate(elapsed_ms) + burst(throttle, settings.scale) + 1);
    Bounds { least, most }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pay() -> Throttle {
        Throttle {
            path: "/p/{token}/pay".to_owned(),
            method: "POST".to_owned(),
            rate: 20,
            burst: 40,
        }
    }

    fn settings() -> Settings {
        Settings {
            seed: 1,
            seconds: 60,
            scale: 20,
            page: std::path::PathBuf::new(),
            machine: String::new(),
            throttles: Vec::new(),
        }
    }

    #[test]
    fn a_throttle_is_set_as_the_api_takes_it() {
        let set = |throttle: &Throttle, scale| {
            patches(throttle, scale).map(|patch| {
                let text = |name: &str| patch[name].as_str().unwrap().to_owned();
                (text("path"), text("value"))
            })
        };
        let [rate, burst] = set(&pay(), 20);
        assert_eq!(rate.0, "/~1p~1{token}~1pay/POST/throttling/rateLimit");
        assert_eq!(rate.1, "1.000");
        assert_eq!(burst.0, "/~1p~1{token}~1pay/POST/throttling/burstLimit");
        assert_eq!(burst.1, "2");
        let [rate, burst] = set(&pay(), 64);
        assert_eq!((rate.1.as_str(), burst.1.as_str()), ("0.312", "1"), "never a bucket of none");
        let all = Throttle { path: "*".to_owned(), method: "*".to_owned(), ..pay() };
        assert_eq!(set(&all, 20)[0].0, "/*/*/throttling/rateLimit");
    }

    #[test]
    fn below_its_rate_a_bucket_admits_all_and_above_it_the_rate_and_one_burst() {
        // One a second, two at once, for a minute.
        let of = |due, elapsed_ms| bounds(&pay(), &settings(), (due, elapsed_ms));
        assert_eq!(of(42, 60_000), Bounds { least: 42, most: 42 });
        assert_eq!(of(60, 60_000), Bounds { least: 60, most: 60 });
        assert_eq!(of(420, 60_000), Bounds { least: 54, most: 63 });
        assert_eq!(of(420, 62_000), Bounds { least: 54, most: 65 });
    }
}
