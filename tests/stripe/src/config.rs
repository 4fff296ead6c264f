//! Every setting of the stand-in, read once from the command line.
//! It must never guess: an unknown or malformed argument stops the start.

/// The API version written into events when the request names none; the one the pinned official
/// client in `official-client/` speaks.
pub(crate) const API_VERSION: &str = "2026-10-28.endive";

/// What the stand-in needs to know before it starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// Port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
    /// Where events are sent. None: events are only recorded.
    pub endpoints: Vec<Endpoint>,
    /// The only API key accepted; without it any `sk_test_` or `rk_test_` key is.
    pub secret_key: Option<String>,
    /// Connected accounts known by name; any other `acct_` id is still accepted.
    pub accounts: Vec<AccountSetting>,
    /// Refuse every account not in `accounts`, as Stripe refuses one that never connected.
    pub only_listed_accounts: bool,
    /// Origin in hosted-page links, without a trailing slash; default is the bound address.
    pub public_url: Option<String>,
    /// Milliseconds after which an ACH payment settles by itself; None: when a control says so.
    pub ach_settle_ms: Option<u64>,
    /// Milliseconds to wait before each retry of a webhook that was not answered 2xx; the length
    /// is the number of retries, at most 20.
    pub retry_ms: Vec<u64>,
    /// Milliseconds before a webhook request is given up.
    pub webhook_timeout_ms: u64,
}

/// One receiver of events.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Absolute http URL.
    pub url: String,
    /// Signing secret, `whsec_...`.
    pub secret: String,
}

/// A connected account set up at start.
#[derive(Debug, Clone)]
pub struct AccountSetting {
    /// `acct_...`.
    pub id: String,
    /// Two capital letters; ACH needs `US`.
    pub country: String,
    /// Name shown on the hosted page.
    pub name: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            endpoints: Vec::new(),
            secret_key: None,
            accounts: Vec::new(),
            only_listed_accounts: false,
            public_url: None,
            ach_settle_ms: None,
            retry_ms: vec![200, 1_000, 3_000, 8_000, 20_000],
            webhook_timeout_ms: 10_000,
        }
    }
}

/// Reads the command line.
///
/// # Errors
/// A sentence naming the argument at fault; show it and stop.
pub fn parse_arguments(arguments: impl Iterator<Item = String>) -> Result<Config, String> {
    let mut config = Config::default();
    let mut urls = Vec::new();
    let mut secrets = Vec::new();
    let mut arguments = arguments;
    while let Some(name) = arguments.next() {
        if name == "--only-listed-accounts" {
            config.only_listed_accounts = true;
            continue;
        }
        let value = arguments.next().ok_or(format!("{name} needs a value"))?;
        match name.as_str() {
            "--port" => config.port = number(&name, &value)?,
            "--webhook-url" => urls.push(value),
            "--webhook-secret" => secrets.push(value),
            "--secret-key" => config.secret_key = Some(value),
            "--account" => config.accounts.push(account(&value)?),
            "--public-url" => config.public_url = Some(value.trim_end_matches('/').to_owned()),
            "--ach-settle-ms" => config.ach_settle_ms = Some(number(&name, &value)?),
            "--webhook-timeout-ms" => config.webhook_timeout_ms = number(&name, &value)?,
            "--retry-ms" => {
                config.retry_ms =
                    value.split(',').map(|part| number(&name, part)).collect::<Result<_, _>>()?;
            }
            _ => return Err(format!("unknown argument {name}")),
        }
    }
    config.retry_ms.truncate(20);
    config.endpoints = endpoints(urls, &secrets)?;
    Ok(config)
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.trim().parse().map_err(|_| format!("{name} is not a number in range: {value}"))
}

/// `acct_1,US,Seller name`; country and name may be left out.
fn account(value: &str) -> Result<AccountSetting, String> {
    let mut parts = value.splitn(3, ',');
    let id = parts.next().unwrap_or_default();
    if !id.starts_with("acct_") {
        return Err(format!("--account must begin with acct_: {value}"));
    }
    Ok(AccountSetting {
        id: id.to_owned(),
        country: parts.next().unwrap_or("US").to_owned(),
        name: parts.next().unwrap_or("Test seller").to_owned(),
    })
}

/// One secret serves all URLs, or each URL has its own.
fn endpoints(urls: Vec<String>, secrets: &[String]) -> Result<Vec<Endpoint>, String> {
    urls.into_iter()
        .enumerate()
        .map(|(index, url)| {
            let secret = secrets.get(index).or(secrets.first());
            let secret = secret.ok_or("--webhook-url needs a --webhook-secret")?.clone();
            Ok(Endpoint { url, secret })
        })
        .collect()
}
