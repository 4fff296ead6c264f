//! Whether the time of an answer tells one kind of bad token from another: it must not.
//! Must never assert a time: two kinds are compared in one run, sample against sample.
use std::collections::HashMap;
use std::io::Write as _;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lambda_http::http::Request as Plain;
use lambda_http::{Body, RequestExt as _};
use platform::token::{Claim, TOKEN_CHARS};
use ulid::Ulid;

use super::*;

/// Samples of each kind in one run.
const SAMPLES: usize = 10_000;
/// Samples of each kind for the comparison that must find a difference.
const SAMPLES_OF_HASTE: usize = 2_000;
/// How far two kinds may lie apart, as a share of the whole answer. One that leaves out the tag
/// is a third shorter; copying a longer token is a hundredth.
const TOLERANCE: f64 = 0.08;
/// Runs until the median is taken; a machine may be busy in one kind's moments.
const RUNS_MAX: usize = 3;

type Answers<'a> = &'a dyn Fn(&Request) -> bool;

fn keys() -> LinkKeys {
    LinkKeys::parse(r#"{"current":"1","1":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#).unwrap()
}

fn request(token: &str) -> Request {
    let request = Plain::builder().uri(format!("/p/{TOKEN}")).body(Body::Empty).unwrap();
    let parts = HashMap::from([("token".to_owned(), vec![token.to_owned()])]);
    request.with_path_parameters::<HashMap<String, Vec<String>>>(parts)
}

/// What stands in the address does not matter: the gateway hands the token over by itself.
const TOKEN: &str = "TOKEN";

/// A request of each kind of bad token, as different as they come.
fn bad_tokens(keys: &LinkKeys) -> Vec<(&'static str, Request)> {
    let genuine = keys.sign(Claim { invoice: Ulid(11), link: Ulid(22) }).unwrap();
    let mut bytes = URL_SAFE_NO_PAD.decode(&genuine).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let forged = URL_SAFE_NO_PAD.encode(&bytes);
    bytes[last] ^= 1;
    bytes[0] = 9;
    let unknown_key = URL_SAFE_NO_PAD.encode(&bytes);
    let malformed = format!("!{}", &genuine[1..]);
    assert!(malformed.len() == TOKEN_CHARS && forged.len() == TOKEN_CHARS);
    let kinds = [
        ("forged", forged.as_str()),
        ("unknown key", &unknown_key),
        ("malformed", &malformed),
        ("too short", &genuine[..20]),
        ("too long", &format!("{genuine}{genuine}")),
    ];
    kinds.map(|(name, token)| (name, request(token))).into()
}

/// Nanoseconds of each kind, taken in an order that nothing else can follow.
fn sample(kinds: &[Request], per_kind: usize, answers: Answers<'_>, seed: u64) -> Vec<Vec<u64>> {
    let mut turns: Vec<usize> =
        (0..kinds.len() * per_kind).map(|turn| turn % kinds.len()).collect();
    let mut state = seed;
    for place in (1..turns.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state % u64::try_from(place + 1).unwrap()).unwrap();
        turns.swap(place, other);
    }
    let mut taken = vec![Vec::with_capacity(per_kind); kinds.len()];
    for kind in turns {
        let began = Instant::now();
        let refused = answers(&kinds[kind]);
        let nanoseconds = began.elapsed().as_nanos();
        assert!(refused);
        taken[kind].push(u64::try_from(nanoseconds).unwrap());
    }
    taken
}

/// How far the medians of two kinds lie apart, as a share of the longer one. Not how surely one
/// is told from the other here: on a quiet machine even nanoseconds can be, which no network
/// lets through.
#[expect(clippy::cast_precision_loss, reason = "nanoseconds of one answer")]
fn apart(ours: &[u64], theirs: &[u64]) -> f64 {
    let middle = |values: &[u64]| {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        sorted[sorted.len() / 2] as f64
    };
    let (ours, theirs) = (middle(ours), middle(theirs));
    (ours - theirs).abs() / ours.max(theirs)
}

/// For each pair of kinds the median of several runs.
fn told_apart(
    kinds: &[(&str, Request)],
    per_kind: usize,
    answers: Answers<'_>,
) -> Vec<(String, f64)> {
    let requests: Vec<Request> = kinds.iter().map(|(_, request)| copy(request)).collect();
    let seed = 0x9E37_79B9_7F4A_7C15 ^ u64::from(std::process::id());
    sample(&requests, 50, answers, seed);
    let pairs = || (0..kinds.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
    let mut found: Vec<Vec<f64>> = vec![Vec::new(); pairs().count()];
    for run in 0..RUNS_MAX {
        let seed = seed + u64::try_from(run).unwrap();
        let taken = sample(&requests, per_kind, answers, seed);
        for (values, (one, other)) in found.iter_mut().zip(pairs()) {
            values.push(apart(&taken[one], &taken[other]));
        }
        let mut out = std::io::stdout();
        let _ = writeln!(out, "seed {seed}: {found:.3?}");
        // A first run that finds nothing needs no second opinion.
        if found.iter().all(|values| is_alike(median(values))) {
            break;
        }
    }
    let name = |(one, other): (usize, usize)| format!("{} / {}", kinds[one].0, kinds[other].0);
    pairs().map(name).zip(found.iter().map(|values| median(values))).collect()
}

fn copy(request: &Request) -> Request {
    let parts = request.path_parameters_ref().unwrap();
    let token = parts.first("token").unwrap().to_owned();
    self::request(&token)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn is_alike(apart: f64) -> bool {
    apart <= TOLERANCE
}

/// All that an opening of a bad link does: the first step of `view::handle`, which returns its
/// answer as it is.
#[test]
fn faults_row_26_no_kind_of_bad_link_is_told_from_another_by_time() {
    let keys = keys();
    let kinds = bad_tokens(&keys);
    let answers = |request: &Request| Visit::read(&keys, request).is_err();
    for (pair, apart) in told_apart(&kinds, SAMPLES, &answers) {
        assert!(is_alike(apart), "{pair}: {apart:.3}");
    }
}

#[test]
fn faults_row_26_an_early_return_would_be_told_by_time() {
    let keys = keys();
    let kinds = bad_tokens(&keys);
    // The same answer, but for a token of the wrong length before its tag is made.
    let hasty = |request: &Request| {
        let token = request::path_part(request, "token");
        if token.len() == TOKEN_CHARS {
            Visit::read(&keys, request).is_err()
        } else {
            not_found().status() == 404
        }
    };
    let two: Vec<_> =
        kinds.into_iter().filter(|(name, _)| ["forged", "too short"].contains(name)).collect();
    for (pair, apart) in told_apart(&two, SAMPLES_OF_HASTE, &hasty) {
        assert!(!is_alike(apart), "{pair}: {apart:.3}");
    }
}
