//! Cold start: the environment, the SDK on ring, and the clients a function asks for.
//! Must never hold a default for a secret: without it the function does not start.
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Fault;
use crate::bus::Bus;
use crate::config::Environment;
use crate::files::Files;
use crate::mail::Mailer;
use crate::store::InvoiceStore;
use crate::stripe::Stripe;
use crate::token::LinkKeys;
use crate::uploads::Uploads;

/// What a function is put together from.
#[derive(Debug)]
pub struct Setup {
    sdk: SdkConfig,
    environment: Environment,
}

impl Setup {
    /// Starts logging and prepares the SDK. Needs no network.
    ///
    /// # Errors
    /// [`Fault::Config`] if the TLS stack cannot be set up.
    pub async fn start() -> Result<Self, Fault> {
        let environment = Environment::default();
        crate::log::start(environment.optional("LOG_LEVEL").as_deref());
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(Duration::from_secs(3))
            .operation_timeout(Duration::from_secs(8))
            .build();
        let sdk = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client()?)
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .timeout_config(timeouts)
            .load()
            .await;
        Ok(Self { sdk, environment })
    }

    /// A setting that may be missing.
    pub fn optional(&self, name: &'static str) -> Option<String> {
        self.environment.optional(name)
    }

    /// A setting that must be there; [`Self::finish`] reports it if not.
    pub fn required(&mut self, name: &'static str) -> String {
        self.environment.required(name)
    }

    /// The table, with its connection opened.
    pub async fn store(&mut self) -> InvoiceStore {
        let table = self.environment.required("TABLE");
        let store = InvoiceStore::new(aws_sdk_dynamodb::Client::new(&self.sdk), table);
        store.connect().await;
        store
    }

    /// The keys that sign links.
    ///
    /// # Errors
    /// [`Fault::Config`]: without keys no function that needs them starts.
    pub async fn link_keys(&mut self) -> Result<LinkKeys, Fault> {
        LinkKeys::parse(&self.secret("LINK_KEYS_SECRET").await?)
    }

    /// Stripe's API.
    ///
    /// # Errors
    /// [`Fault::Config`].
    pub async fn stripe(&mut self) -> Result<Stripe, Fault> {
        let key = self.secret("STRIPE_KEY_SECRET").await?;
        let base = self.environment.required("STRIPE_API");
        Ok(Stripe::new(web_connector()?, &base, &key))
    }

    /// The secrets that webhooks may be signed with, one a line; two while one is rolled.
    ///
    /// # Errors
    /// [`Fault::Config`].
    pub async fn webhook_secrets(&mut self) -> Result<Vec<String>, Fault> {
        let text = self.secret("WEBHOOK_SECRET").await?;
        let secrets: Vec<String> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        if secrets.is_empty() {
            return Err(Fault::Config("the webhook secret is empty".to_owned()));
        }
        Ok(secrets)
    }

    /// The event bus.
    pub fn bus(&mut self) -> Bus {
        let name = self.environment.required("BUS");
        Bus::new(aws_sdk_eventbridge::Client::new(&self.sdk), name)
    }

    /// The bucket of receipts.
    pub fn files(&mut self) -> Files {
        let bucket = self.environment.required("BUCKET");
        let config = aws_sdk_s3::config::Builder::from(&self.sdk)
            // An emulator has no host name per bucket.
            .force_path_style(self.environment.optional("AWS_ENDPOINT_URL").is_some())
            .build();
        Files::new(aws_sdk_s3::Client::from_conf(config), bucket)
    }

    /// The documents that payers attach, in the same bucket.
    ///
    /// # Errors
    /// [`Fault::Config`].
    pub async fn uploads(&mut self) -> Result<Uploads, Fault> {
        let bucket = self.environment.required("BUCKET");
        let endpoint = self.environment.optional("AWS_ENDPOINT_URL");
        Uploads::new(&self.sdk, bucket, endpoint).await
    }

    /// SES.
    pub fn mailer(&self) -> Mailer {
        Mailer::new(aws_sdk_ses::Client::new(&self.sdk))
    }

    /// Ends the cold start.
    ///
    /// # Errors
    /// [`Fault::Config`] naming every setting that was asked for and is missing.
    pub fn finish(self) -> Result<(), Fault> {
        self.environment.finish()
    }

    async fn secret(&mut self, name: &'static str) -> Result<String, Fault> {
        let id = self.environment.required(name);
        if id.is_empty() {
            return Err(Fault::Config(format!("not set: {name}")));
        }
        let found = aws_sdk_secretsmanager::Client::new(&self.sdk)
            .get_secret_value()
            .secret_id(id)
            .send()
            .await
            .map_err(|error| Fault::Config(format!("{name}: {}", crate::fault::chain(&error))))?;
        found
            .secret_string
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| Fault::Config(format!("{name} is empty")))
    }
}

/// ring, and only Amazon's own root certificates: AWS endpoints chain to these, and reading
/// the host's whole store costs more than a request.
fn http_client() -> Result<SharedHttpClient, Fault> {
    let context = tls(|certificate| {
        [&b"Amazon Root CA"[..], &b"Starfield Services Root"[..]]
            .iter()
            .any(|name| certificate.windows(name.len()).any(|part| part == *name))
    })?;
    Ok(aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .build_https())
}

/// The same client for what may change whose certificates it uses (Stripe, the sign-in, our own
/// domain): all roots of the web. It follows no redirect and repeats no request.
pub(crate) fn web_connector() -> Result<SharedHttpConnector, Fault> {
    let settings =
        HttpConnectorSettings::builder().connect_timeout(crate::stripe::CONNECT_TIMEOUT).build();
    let connector = aws_smithy_http_client::Connector::builder()
        .connector_settings(settings)
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls(|_| true)?)
        .build();
    Ok(SharedHttpConnector::new(connector))
}

fn tls(trusted: impl Fn(&[u8]) -> bool) -> Result<TlsContext, Fault> {
    let mut roots = TrustStore::empty().with_native_roots(false);
    for certificate in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        if trusted(certificate) {
            let body = STANDARD.encode(certificate);
            let pem = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
            roots = roots.with_pem_certificate(pem);
        }
    }
    TlsContext::builder()
        .with_trust_store(roots)
        .build()
        .map_err(|error| Fault::Config(format!("TLS: {error}")))
}
