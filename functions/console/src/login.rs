//! The operators' pool as an OIDC provider: where it is, and the two plain calls to it.
//! Must never log what it sends or gets: both are tokens.
use lambda_http::http::Request;
use lambda_http::http::header::{ACCEPT, CONTENT_TYPE};
use platform::web::Web;
use platform::{Fault, Setup};
use serde::Deserialize;

/// The settings of the sign-in.
#[derive(Clone, Debug)]
pub struct Login {
    /// Where operators sign in, as browsers reach it, without a slash at its end.
    pub url: String,
    /// Where to connect for the sign-in's own calls instead; only on an emulator.
    pub connect: Option<String>,
    /// Our client at the pool.
    pub client_id: String,
    /// Who the pool's tokens must be from: `https://cognito-idp.{region}.amazonaws.com/{pool}`.
    pub issuer: String,
}

/// A renewed id token.
#[derive(Deserialize)]
pub(crate) struct Renewed {
    pub(crate) id_token: String,
    /// A new one, if the pool rotates them.
    pub(crate) refresh_token: Option<String>,
}

impl Login {
    /// Reads the settings.
    pub fn of(setup: &mut Setup) -> Self {
        Self {
            url: setup.required("LOGIN_URL").trim_end_matches('/').to_owned(),
            connect: setup.optional("LOGIN_CONNECT"),
            client_id: setup.required("CLIENT_ID"),
            issuer: setup.required("POOL_ISSUER"),
        }
    }

    /// Where the browser goes to be signed out of the pool, and then back to `to`.
    pub fn sign_out_url(&self, to: &str) -> String {
        let query = [("client_id", self.client_id.as_str()), ("logout_uri", to)];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        format!("{}/logout?{query}", self.url)
    }

    /// A fresh id token; none if the pool gives no more, so that they sign in again.
    /// It comes straight from the pool; the API's authorizer verifies it, as all others.
    ///
    /// # Errors
    /// [`Fault::Web`] when the pool does not answer.
    pub(crate) async fn renew(&self, web: &Web, token: &str) -> Result<Option<Renewed>, Fault> {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let (status, body) = self.ask(web, "/oauth2/token", &fields).await?;
        match status {
            200 => Ok(serde_json::from_slice(&body).ok()),
            400 | 401 => Ok(None),
            _ => Err(Fault::Web(format!("the sign-in answered {status} to a renewal"))),
        }
    }

    /// Ends what was issued at one sign-in. Source: RFC 7009; Cognito's "Revoke endpoint".
    ///
    /// # Errors
    /// [`Fault::Web`]: the tokens end by themselves within the hour.
    pub(crate) async fn revoke(&self, web: &Web, token: &str) -> Result<(), Fault> {
        let (status, _) = self.ask(web, "/oauth2/revoke", &[("token", token)]).await?;
        let failed = || Fault::Web(format!("the sign-in answered {status} to a revocation"));
        if status < 300 { Ok(()) } else { Err(failed()) }
    }

    async fn ask(
        &self,
        web: &Web,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<(u16, Vec<u8>), Fault> {
        // In one expression: the serializer may not be held while waiting.
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .append_pair("client_id", &self.client_id)
            .finish();
        let request = Request::post(format!("{}{path}", self.url))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(body.into_bytes())
            .map_err(|_| Fault::Web("unusable request".to_owned()))?;
        let answer = web.send(request, self.connect.as_deref()).await?;
        Ok((answer.status().as_u16(), answer.into_body()))
    }
}
