//! The handlers as they are deployed, put together on a network of ours.
//! Must never reach into one: what is called here is what API Gateway, the queues and schedules call.
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, SharedCredentialsProvider, StalledStreamProtectionConfig,
    retry::{RetryConfig, RetryPartition, TokenBucket},
    timeout::TimeoutConfig,
};
use domain::import::{self, Row};
use domain::{Actor, Amount, Currency, InvoiceFile, Tenant};
use link_regen::Regeneration;
use mailer::PostOffice;
use platform::Fault;
use platform::bus::Bus;
use platform::files::Files;
use platform::http::Reply;
use platform::mail::Mailer;
use platform::store::{Commit, Decided, InvoiceStore};
use platform::stripe::Stripe;
use platform::token::{Claim, LinkKeys};
use platform::uploads::Uploads;
use portal::{Portal, Till};
use stripe_webhook::Webhook;
use ulid::Ulid;

use crate::net::Net;
use crate::services::{self, Services};
use crate::table::{self, Table};
use crate::time::moment;

pub(crate) const ACCOUNT: &str = "acct_1";
pub(crate) const TENANT: &str = "northwind";
pub(crate) const BALANCE_MINOR: i64 = 125_000;
pub(crate) const WEBHOOK_SECRET: &str = "whsec_simulated";
const URL: &str = "https://pay.example";
const LINK_KEYS: &str = r#"{"current":"1","1":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#;
/// A function is ended by Lambda after this long. Source: `template.yaml`, `Timeout`.
pub(crate) const LAMBDA_TIMEOUT: Duration = Duration::from_secs(28);

/// Everything there is to call, on one network.
pub(crate) struct Bench {
    pub(crate) net: Net,
    pub(crate) till: Till,
    pub(crate) webhook: Webhook,
    pub(crate) regeneration: Regeneration,
    pub(crate) acting: case_desk::act::Acting,
    pub(crate) office: PostOffice,
    pub(crate) bus: Bus,
    pub(crate) uploads: Uploads,
    /// Facts that the mail queue gets. Source: `template.yaml`.
    pub(crate) mail_facts: BTreeSet<String>,
}

/// How a call of a handler ended.
#[derive(Debug)]
pub(crate) enum Ended<T> {
    /// With this.
    Answered(T),
    /// With a fault: the caller sees a 5xx.
    Faulted(Fault),
    /// It was stopped in the middle: by a crash, or by Lambda's timeout.
    Stopped,
}

impl Bench {
    pub(crate) async fn new(seed: u64) -> Rc<Self> {
        let net = Net::new(seed, Services::new(Table::new(), seed));
        let store = store(&net);
        let stripe =
            || Stripe::new(net.connector(), &format!("http://{}", services::STRIPE), "sk_test_1");
        let keys = || LinkKeys::parse(LINK_KEYS).unwrap();
        let public_url = Some(URL.to_owned());
        let portal = Portal {
            store: store.clone(),
            keys: keys(),
            checkout_origins: "https://checkout.stripe.com".to_owned(),
        };
        Rc::new(Self {
            till: Till { portal, stripe: stripe(), public_url: public_url.clone() },
            webhook: Webhook {
                store: store.clone(),
                stripe: stripe(),
                secrets: vec![WEBHOOK_SECRET.to_owned()],
                livemode: false,
            },
            regeneration: Regeneration {
                store: store.clone(),
                stripe: stripe(),
                keys: keys(),
                public_url,
            },
            acting: case_desk::act::Acting { store: store.clone(), stripe: stripe() },
            office: PostOffice {
                store,
                files: files(&net),
                mailer: mailer(&net),
                keys: keys(),
                public_url: URL.to_owned(),
            },
            bus: bus(&net),
            uploads: uploads(&net).await,
            mail_facts: mail_facts(),
            net,
        })
    }

    /// A table and a Stripe with nothing in them but one seller; the clock begins anew.
    pub(crate) fn begin(&self, seed: u64) {
        self.begin_on(Table::new(), seed);
    }

    /// The same on a table with other indexes.
    pub(crate) fn begin_on(&self, table: Table, seed: u64) {
        crate::time::begin(seed);
        self.net.replace(seed, Services::new(table, seed));
        let seller = serde_json::to_string(&seller()).unwrap();
        self.net.services().table().serve("PutItem", &seller).unwrap();
    }

    pub(crate) fn store(&self) -> &InvoiceStore {
        &self.till.portal.store
    }

    /// The store past the network: for what a test looks at.
    pub(crate) async fn look(&self, invoice: Ulid) -> InvoiceFile {
        self.calm(async { self.store().load(invoice).await.unwrap().unwrap() }).await
    }

    /// Does something in calm weather, and leaves no trace of it.
    pub(crate) async fn calm<T>(&self, work: impl Future<Output = T>) -> T {
        let weather = self.net.hush(true);
        let done = work.await;
        self.net.hush(weather);
        done
    }

    /// An invoice that was imported and has its first link.
    pub(crate) async fn invoice(&self, number: usize) -> Ulid {
        let mut moment = moment();
        let actor = Actor::Operator("operator-1".to_owned());
        let (change, description) =
            InvoiceFile::import(&row(number), &tenant(), actor, &mut moment);
        let id = change.invoice.id;
        let created = self.store().create(&[(change, description)]).await.unwrap();
        assert_eq!(created, Commit::Done);
        let decided = self.store().decide(id, |file| Ok(file.cadence_step(&mut moment))).await;
        assert!(matches!(decided.unwrap(), Decided::Committed(_)));
        id
    }

    /// The token of a link, as its mail carries it.
    pub(crate) fn token(&self, invoice: Ulid, link: Ulid) -> String {
        self.till.portal.keys.sign(Claim { invoice, link }).unwrap()
    }
}

/// Runs a handler until it ends, or until it is stopped after `life`.
pub(crate) async fn run<T>(
    life: Duration,
    handler: impl Future<Output = Result<T, Fault>>,
) -> Ended<T> {
    match tokio::time::timeout(life.min(LAMBDA_TIMEOUT), handler).await {
        Ok(Ok(answer)) => Ended::Answered(answer),
        Ok(Err(fault)) => Ended::Faulted(fault),
        Err(_) => Ended::Stopped,
    }
}

impl Ended<Reply> {
    /// The status that the caller gets; none if the connection just ended.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Answered(reply) => Some(reply.status()),
            Self::Faulted(fault) => Some(if fault.is_retryable() { 503 } else { 500 }),
            Self::Stopped => None,
        }
    }
}

/// As `platform::setup` makes them, on our network.
macro_rules! config {
    ($sdk:ident, $net:expr, $host:expr) => {
        $sdk::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .endpoint_url(format!("http://{}", $host))
            .http_client($net.clone())
            .allow_no_auth()
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            // Usually all clients of a process share one; here each life has its own.
            .retry_partition(
                RetryPartition::custom("simulation").token_bucket(TokenBucket::default()).build(),
            )
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_attempt_timeout(Duration::from_secs(3))
                    .operation_timeout(Duration::from_secs(8))
                    .build(),
            )
    };
}

fn store(net: &Net) -> InvoiceStore {
    let config = config!(aws_sdk_dynamodb, net, services::TABLE).build();
    InvoiceStore::new(aws_sdk_dynamodb::Client::from_conf(config), table::NAME.to_owned())
}

fn bus(net: &Net) -> Bus {
    let config = config!(aws_sdk_eventbridge, net, services::BUS).build();
    Bus::new(aws_sdk_eventbridge::Client::from_conf(config), "bus".to_owned())
}

fn mailer(net: &Net) -> Mailer {
    let config = config!(aws_sdk_ses, net, services::MAIL).build();
    Mailer::new(aws_sdk_ses::Client::from_conf(config))
}

fn files(net: &Net) -> Files {
    let config = config!(aws_sdk_s3, net, services::FILES).force_path_style(true).build();
    Files::new(aws_sdk_s3::Client::from_conf(config), "bucket".to_owned())
}

async fn uploads(net: &Net) -> Uploads {
    let credentials = Credentials::new("local", "local", None, None, "tests");
    let endpoint = format!("http://{}", services::FILES);
    let sdk = aws_types::SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url(endpoint.clone())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(net.clone())
        .build();
    Uploads::new(&sdk, "bucket".to_owned(), Some(endpoint)).await.unwrap()
}

pub(crate) fn tenant() -> Tenant {
    Tenant {
        id: TENANT.to_owned(),
        name: "Northwind Tooling".to_owned(),
        brand_colour: "#0a5f8f".to_owned(),
        zone: "America/New_York".to_owned(),
        stripe_account: Some(ACCOUNT.to_owned()),
        country: "US".to_owned(),
        sender: "billing@northwind.example".to_owned(),
        reply_to: "help@northwind.example".to_owned(),
        policy: domain::Policy::default(),
        reasons: domain::tenant::standard_reasons(),
        holidays: Vec::new(),
        mail: None,
    }
}

fn row(number: usize) -> Row {
    let file = format!(
        "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Description\n\
         INV-{number},2026-11-30,1250.00,ap@acme.example,Acme,Drill bits\n"
    );
    import::read(file.as_bytes(), usd(1).currency).unwrap().rows.remove(0)
}

pub(crate) fn usd(minor: i64) -> Amount {
    Amount { minor, currency: Currency::parse("USD").unwrap() }
}

/// The seller's item.
fn seller() -> serde_json::Value {
    let mut item = serde_json::Map::new();
    let tenant = serde_json::to_value(tenant()).unwrap();
    let key = serde_json::json!({ "pk": format!("TENANT#{TENANT}"), "sk": "TENANT" });
    for fields in [tenant, key] {
        for (name, value) in fields.as_object().unwrap() {
            item.insert(name.clone(), table::typed(value));
        }
    }
    serde_json::json!({ "TableName": table::NAME, "Item": item })
}

/// The names in the rule that feeds the mail queue.
fn mail_facts() -> BTreeSet<String> {
    let template = include_str!("../../../template.yaml");
    let rule = template.split("  MailRule:").nth(1).unwrap();
    let names = rule.split("detail-type:").nth(1).unwrap().lines().skip(1);
    let names = names.map_while(|line| line.trim().strip_prefix("- "));
    names.map(str::to_owned).collect()
}
