//! Cold start: the environment, the SDK on ring, and the clients a function asks for.
//! Must never hold a default for a secret: without it the function does not start.
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, IdentityCache, Region, SharedCredentialsProvider,
    StalledStreamProtectionConfig,
};
use aws_types::SdkConfig;

use crate::Fault;
use crate::bus::Bus;
use crate::config::Environment;
use crate::connector;
use crate::files::Files;
use crate::mail::Mailer;
use crate::queues::DeadLetters;
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
    /// The SDK's own search for credentials, regions and endpoints is left out: it would bring
    /// profiles, metadata services and STS into every binary, and Lambda gives all of it by
    /// environment. Source: AWS Lambda docs, "Defined runtime environment variables", seen 2026-11.
    ///
    /// # Errors
    /// [`Fault::Config`] if the TLS stack cannot be set up.
    pub fn start() -> Result<Self, Fault> {
        let mut environment = Environment::default();
        crate::log::start(environment.optional("LOG_LEVEL").as_deref());
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(Duration::from_secs(3))
            .operation_timeout(Duration::from_secs(8))
            .build();
        let credentials = Credentials::new(
            environment.required("AWS_ACCESS_KEY_ID"),
            environment.required("AWS_SECRET_ACCESS_KEY"),
            environment.optional("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        let mut sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(environment.required("AWS_REGION")))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            // They hold as long as the process does.
            .identity_cache(IdentityCache::no_cache())
            .http_client(connector::for_aws(environment.optional("AWS_CA_BUNDLE").as_deref())?)
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .timeout_config(timeouts)
            // Answers are small and come whole within the times above; S3's are not and do not.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        sdk.set_endpoint_url(environment.optional("AWS_ENDPOINT_URL"));
        Ok(Self { sdk: sdk.build(), environment })
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
        Ok(Stripe::new(connector::for_web(crate::stripe::CONNECT_TIMEOUT)?, &base, &key))
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
            // Files come in pieces: one that stops coming is given up.
            .stalled_stream_protection(StalledStreamProtectionConfig::enabled().build())
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

    /// The dead-letter queues.
    ///
    /// # Errors
    /// [`Fault::Config`].
    pub fn dead_letters(&mut self) -> Result<DeadLetters, Fault> {
        let setting = self.environment.required("DEAD_LETTERS");
        DeadLetters::new(aws_sdk_sqs::Client::new(&self.sdk), &setting)
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
