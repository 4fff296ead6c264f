//! The operators' console: pages that call the operator API as whoever is signed in.
//! Must never read or change an invoice by itself: what the API refuses, no page can do.

#[cfg(test)]
extern crate self as console;

pub mod api;
pub mod audit;
pub mod cases;
pub mod errors;
pub mod form;
pub mod imports;
pub mod invoice;
pub mod invoices;
pub mod login;
pub mod notices;
pub mod people;
pub mod person;
pub mod route;
pub mod serve;
pub mod session;
pub mod settings;
pub mod shell;
pub mod sign_in;
pub mod stop;
pub mod visit;
pub mod words;

mod assets;
mod choice;
mod cookie;
mod mend;
mod oidc;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
#[allow(dead_code, reason = "each test file uses a part of the support")]
mod support;

use lambda_http::Request;
use platform::web::Web;
use platform::{Fault, Setup, request};

use login::Login;

/// Settings and clients of the functions that show and take pages.
#[derive(Debug)]
pub struct Console {
    /// HTTP to our own API and to the sign-in.
    pub web: Web,
    /// The portal's public address, if it is set.
    pub public_url: Option<String>,
    /// Where to connect for our API instead of its public address; only on an emulator.
    pub api_connect: Option<String>,
    /// Where operators sign in.
    pub login: Login,
}

impl Console {
    /// Reads settings and prepares the client.
    ///
    /// # Errors
    /// [`Fault::Config`].
    pub fn start(setup: &mut Setup) -> Result<Self, Fault> {
        Ok(Self {
            web: Web::start()?,
            public_url: setup.optional("PORTAL_URL"),
            api_connect: setup.optional("API_CONNECT"),
            login: Login::of(setup),
        })
    }

    /// Our own public address, without a slash at its end.
    ///
    /// # Errors
    /// [`Fault::Config`] if neither setting nor request names one.
    pub fn base(&self, request: &Request) -> Result<String, Fault> {
        request::base_url(self.public_url.as_deref(), request)
    }
}
