//! The sign-in itself: authorization code with PKCE, and an id token that is verified.
//! Must never take a token whose signature, issuer, audience, time or nonce does not fit.
use std::pin::Pin;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJsonWebKeySet, CoreTokenResponse,
};
use openidconnect::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, ClientId, CsrfToken, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IssuerUrl, JsonWebKeySetUrl, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse as _, TokenUrl,
};
use platform::web::Web;
use platform::{Fault, sealed};

use crate::Console;
use crate::login::Login;

/// Bytes of each of state, nonce and verifier; PKCE asks for 32 at least.
const SECRET_LEN: usize = 32;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
>;

/// What the browser keeps between leaving for the sign-in and coming back.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
}

/// What the pool issued, verified.
pub(crate) struct Tokens {
    pub(crate) id_token: String,
    pub(crate) refresh_token: String,
}

/// Why nobody was signed in.
#[derive(Debug)]
pub(crate) enum NotIn {
    /// The code or the token is not good: sign in again.
    Refused(&'static str),
    /// The pool did not answer.
    Fault(Fault),
}

impl Attempt {
    /// A fresh one.
    pub(crate) fn fresh() -> Result<Self, Fault> {
        let secret = || sealed::random::<SECRET_LEN>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        Ok(Self { state: secret()?, nonce: secret()?, verifier: secret()? })
    }

    /// As the cookie keeps it.
    pub(crate) fn to_text(&self) -> String {
        format!("{}.{}.{}", self.state, self.nonce, self.verifier)
    }

    /// Reads the cookie.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(str::to_owned);
        let mut part = || parts.next().filter(|part| part.len() >= SECRET_LEN);
        Some(Self { state: part()?, nonce: part()?, verifier: part()? })
    }
}

/// Where the browser goes to sign in.
///
/// # Errors
/// [`Fault::Config`] if a setting is no address.
pub(crate) fn authorize_url(
    login: &Login,
    redirect: &str,
    attempt: &Attempt,
) -> Result<String, Fault> {
    let client = client(login, redirect, CoreJsonWebKeySet::new(Vec::new()))?;
    let (state, nonce) = (attempt.state.clone(), attempt.nonce.clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier(attempt));
    // `openid` comes by itself. Alone it lets the id token carry every attribute that our client
    // may read, the tenant among them. Source: Cognito, "Scopes", seen 2026-11.
    let (url, _, _) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        )
        .set_pkce_challenge(challenge)
        .url();
    Ok(url.into())
}

/// The pool, as the library asks it. A closure would do, but its future cannot be shown to be
/// one that other threads may take over.
struct Pool<'p> {
    web: &'p Web,
    connect: Option<&'p str>,
}

impl<'c> AsyncHttpClient<'c> for Pool<'_> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Fault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.web.send(request, self.connect))
    }
}

/// Turns the code into tokens and verifies who they are for.
pub(crate) async fn exchange(
    console: &Console,
    (redirect, code): (&str, &str),
    attempt: &Attempt,
    now: Timestamp,
) -> Result<Tokens, NotIn> {
    let (login, web) = (&console.login, &console.web);
    let ask = Pool { web, connect: login.connect.as_deref() };
    let keys = format!("{}/.well-known/jwks.json", login.issuer);
    let keys = JsonWebKeySetUrl::new(keys).map_err(|_| NotIn::Fault(unusable()))?;
    let keys = CoreJsonWebKeySet::fetch_async(&keys, &ask).await;
    let keys = keys.map_err(|_| NotIn::Fault(Fault::Web("no keys of the pool".to_owned())))?;
    let client = client(login, redirect, keys).map_err(NotIn::Fault)?;
    let answer = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .set_pkce_verifier(verifier(attempt))
        .request_async(&ask)
        .await;
    let tokens: CoreTokenResponse = answer.map_err(|error| match error {
        openidconnect::RequestTokenError::Request(fault) => NotIn::Fault(fault),
        _ => NotIn::Refused("the pool did not take the code"),
    })?;
    let id_token = tokens.id_token().ok_or(NotIn::Refused("no id token"))?;
    let verifier = client.id_token_verifier().set_time_fn(move || to_chrono(now));
    id_token
        .claims(&verifier, &Nonce::new(attempt.nonce.clone()))
        .map_err(|_| NotIn::Refused("the id token does not fit"))?;
    let refresh_token = tokens.refresh_token().ok_or(NotIn::Refused("no refresh token"))?;
    Ok(Tokens { id_token: id_token.to_string(), refresh_token: refresh_token.secret().clone() })
}

fn client(login: &Login, redirect: &str, keys: CoreJsonWebKeySet) -> Result<Client, Fault> {
    let url = |path: &str| format!("{}{path}", login.url);
    let issuer = IssuerUrl::new(login.issuer.clone()).map_err(|_| unusable())?;
    let authorize = AuthUrl::new(url("/oauth2/authorize")).map_err(|_| unusable())?;
    let token = TokenUrl::new(url("/oauth2/token")).map_err(|_| unusable())?;
    let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|_| unusable())?;
    Ok(CoreClient::new(ClientId::new(login.client_id.clone()), issuer, keys)
        .set_auth_uri(authorize)
        .set_token_uri(token)
        .set_redirect_uri(redirect))
}

fn verifier(attempt: &Attempt) -> PkceCodeVerifier {
    PkceCodeVerifier::new(attempt.verifier.clone())
}

fn to_chrono(now: Timestamp) -> chrono::DateTime<chrono::Utc> {
    // Both count from the same second; a time that chrono does not know is before every token.
    chrono::DateTime::from_timestamp(now.as_second(), 0).unwrap_or_default()
}

fn unusable() -> Fault {
    Fault::Config("LOGIN_URL or POOL_ISSUER is no address".to_owned())
}
