//! What is taken for a sign-in and what is not.
//! Must never sign a token with a key that anything but these tests trusts.
use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use lambda_http::Body;
use lambda_http::RequestExt as _;
use lambda_http::http::header::COOKIE;
use platform::web::Web;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use super::*;
use crate::login::Login;
use crate::support::{self, BASE, Fake};

const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool";
const NOW_S: i64 = 1_800_000_000;

fn attempt() -> Attempt {
    let part = |letter: &str| letter.repeat(43);
    Attempt { state: part("s"), nonce: part("n"), verifier: part("v") }
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": "client-1", "sub": "me-1", "nonce": attempt().nonce,
        "token_use": "id", "custom:tenant": "northwind", "cognito:groups": ["viewer"],
        "iat": NOW_S - 5, "exp": NOW_S + 3_600,
    })
}

fn login() -> Login {
    Login {
        url: "https://login.example".to_owned(),
        connect: None,
        client_id: "client-1".to_owned(),
        issuer: ISSUER.to_owned(),
    }
}

fn key() -> RsaKeyPair {
    RsaKeyPair::from_der(include_bytes!("../../tests/support/pool.der")).unwrap()
}

fn signed(claims: &Value) -> String {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let head = encode(br#"{"alg":"RS256","kid":"k1"}"#);
    let text = format!("{head}.{}", encode(claims.to_string().as_bytes()));
    let key = key();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    format!("{text}.{}", encode(&signature))
}

/// Comes back with a code, for which the pool gives that id token.
async fn exchange(id_token: &str) -> (Fake, Result<String, String>) {
    let key = key();
    let PublicKeyComponents { n: modulus, .. } = PublicKeyComponents::<Vec<u8>>::from(key.public());
    let keys = json!({ "keys": [{ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k1",
                                  "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB" }] });
    let tokens = json!({ "id_token": id_token, "access_token": "a", "refresh_token": "r",
                         "token_type": "Bearer", "expires_in": 3600 });
    let fake = Fake::that_says(vec![
        ("GET /eu-west-1_Pool/.well-known/jwks.json", 200, keys.to_string()),
        ("POST /oauth2/token", 200, tokens.to_string()),
    ])
    .await;
    let console = Console {
        web: Web::start().unwrap(),
        public_url: Some(BASE.to_owned()),
        api_connect: Some(fake.base.clone()),
        login: Login { connect: Some(fake.base.clone()), ..login() },
    };
    let now = Timestamp::from_second(NOW_S).unwrap();
    let asked = ("https://pay.example/live/console/callback", "code-1");
    let got = oidc::exchange(&console, asked, &attempt(), now).await;
    let got = got.map(|tokens| tokens.refresh_token).map_err(|error| format!("{error:?}"));
    (fake, got)
}

#[tokio::test]
async fn a_token_that_fits_is_taken_and_the_code_is_sent_with_its_verifier() {
    let (fake, got) = exchange(&signed(&claims())).await;
    assert_eq!(got, Ok("r".to_owned()));
    let asked = fake.texts();
    let post = asked.iter().find(|one| one.starts_with("POST")).unwrap();
    for part in ["code=code-1", &attempt().verifier, "client_id=client-1"] {
        assert!(post.contains(part), "{part}: {post}");
    }
}

#[tokio::test]
async fn a_token_for_another_attempt_client_pool_or_time_is_refused() {
    let changed = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        signed(&claims)
    };
    let mut altered = signed(&claims());
    altered.truncate(altered.len() - 4);
    altered.push_str("AAAA");
    for (why, token) in [
        ("nonce", changed("nonce", json!("x".repeat(43)))),
        ("no nonce", changed("nonce", Value::Null)),
        ("audience", changed("aud", json!("client-2"))),
        ("issuer", changed("iss", json!("https://evil.example"))),
        ("time", changed("exp", json!(NOW_S - 1))),
        ("signature", altered),
        ("unsigned", support::token("admin")),
    ] {
        let (_, got) = exchange(&token).await;
        assert!(got.is_err(), "{why}");
    }
}

fn callback(cookie: &str, query: &[(&str, &str)]) -> lambda_http::Request {
    let request = lambda_http::http::Request::get("https://pay.example/live/console/callback")
        .header(COOKIE, cookie)
        .body(Body::Empty)
        .unwrap();
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for (name, value) in query {
        found.entry((*name).to_owned()).or_default().push((*value).to_owned());
    }
    request.with_query_string_parameters(found)
}

fn cookie_of(to: &str) -> String {
    format!("__Host-plixo-login={}.{}", attempt().to_text(), cookie::encode(to.as_bytes()))
}

#[test]
fn only_the_browser_that_left_for_the_sign_in_comes_back() {
    let state = attempt().state;
    let fits = [("state", state.as_str()), ("code", "c")];
    let request = callback(&cookie_of("invoices/01A"), &fits);
    let (_, code, to) = answered(&request, BASE).ok().unwrap();
    assert_eq!((code.as_str(), to.as_str()), ("c", "invoices/01A"));
    let wrong = "x".repeat(43);
    for (cookie, query) in [
        (cookie_of(""), vec![("state", wrong.as_str()), ("code", "c")]),
        (cookie_of(""), vec![("code", "c")]),
        (cookie_of(""), vec![("state", state.as_str())]),
        (cookie_of(""), vec![("state", state.as_str()), ("error", "access_denied")]),
        ("other=1".to_owned(), fits.to_vec()),
        ("__Host-plixo-login=..".to_owned(), vec![("state", ""), ("code", "c")]),
        (cookie_of("").replace("__Host-", ""), fits.to_vec()),
    ] {
        assert!(answered(&callback(&cookie, &query), BASE).is_err(), "{cookie} {query:?}");
    }
}

#[test]
fn after_the_sign_in_nobody_is_led_elsewhere() {
    assert!(is_ours("invoices/01KB"));
    for to in ["", "/evil", "//evil.example", "https:evil", "a?b", "a\r\nb", "a\\b", "é"] {
        assert!(!is_ours(to), "{to}");
        let state = attempt().state;
        let request = callback(&cookie_of(to), &[("state", state.as_str()), ("code", "c")]);
        assert_eq!(answered(&request, BASE).ok().unwrap().2, "invoices", "{to}");
    }
}

#[test]
fn the_way_to_the_sign_in_carries_state_nonce_and_a_hashed_verifier() {
    let url = oidc::authorize_url(&login(), "https://pay.example/cb", &attempt()).unwrap();
    let attempt = attempt();
    for part in [
        "https://login.example/oauth2/authorize?response_type=code&client_id=client-1",
        "scope=openid",
        "code_challenge_method=S256",
        attempt.state.as_str(),
        attempt.nonce.as_str(),
    ] {
        assert!(url.contains(part), "{part}: {url}");
    }
    assert!(!url.contains(&attempt.verifier) && !url.contains("profile"));
}

#[test]
fn cookies_reach_only_us_over_tls_and_no_script() {
    let set = cookie::set(BASE, "plixo", "v", 60);
    assert_eq!(set, "__Host-plixo=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
    assert_eq!(cookie::set("http://evil.example", "a", "v", 1).matches("Secure").count(), 1);
    let local = cookie::set("http://app.localhost:4566", "plixo", "v", 60);
    assert_eq!(local, "plixo=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
}
