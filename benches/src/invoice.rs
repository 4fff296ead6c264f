//! The invoice that is viewed: made by the domain's verbs, written by the real store, read back as stored.
//! Must never be written by hand: an item in another shape than ours would measure another program.
use std::collections::HashMap;
use std::path::Path;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use domain::import::{self, Row};
use domain::{Actor, Currency, InvoiceFile, Moment, Tenant};
use dynoxide::actions::query::QueryRequest;
use dynoxide::{AttributeValue, Database};
use jiff::{SignedDuration, Timestamp};
use platform::clock::moment;
use platform::store::{Commit, InvoiceStore};
use platform::token::{Claim, LinkKeys};
use serde_json::json;
use tokio::net::TcpListener;

use crate::backend::Answers;
use crate::trouble::{Doing as _, Trouble};

const SAMPLES: &str = "tests/samples/invoices.csv";
/// One of the samples: one contact, one line of description, as most are.
const NUMBER: &str = "NW-2026-1004";
/// Not overdue, however late a run is.
const DUE_IN: SignedDuration = SignedDuration::from_hours(16 * 24);
/// A table's name in every answer and setting.
pub const TABLE: &str = "plixo-portal-Table";
/// Signs nothing but links of this benchmark.
const KEYS: &str =
    r#"{"current":"1","1":"bench-bench-bench-bench-bench-bench-bench-bench-bench-bench-1234"}"#;

/// What a view needs of the world: the link's token and what the services answer.
#[derive(Clone, Debug)]
pub struct Viewed {
    /// The token of the link, in the path of the request.
    pub token: String,
    /// The answers.
    pub answers: Answers,
}

/// An invoice whose link was opened that long ago for the first time. Within an hour of it a
/// view writes nothing; a week and an hour after it the link is dead.
///
/// # Errors
/// [`Trouble`]; the store's own words.
pub fn viewed(root: &Path, opened_ago: SignedDuration) -> Result<Viewed, Trouble> {
    let row = sample(root)?;
    let failed = |error| Trouble::machine("start a runtime", error);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (file, items) = runtime.map_err(failed)?.block_on(stored(&row, opened_ago))?;
    let no_link = || Trouble::machine("the invoice", "has no link");
    let link = file.invoice.link.ok_or_else(no_link)?;
    let keys = LinkKeys::parse(KEYS).map_err(fault)?;
    let token = keys.sign(Claim { invoice: file.invoice.id, link }).map_err(fault)?;
    let secret = json!({
        "ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:link-keys-AbCdEf",
        "CreatedDate": 1_790_000_000.5,
        "Name": "link-keys",
        "SecretString": KEYS,
        "VersionId": "d3b0c7c2-6a5f-4a0e-9a51-2f2d0a4c3c11",
        "VersionStages": ["AWSCURRENT"],
    });
    let secret = secret.to_string().into_bytes();
    let answers = Answers::from([("Query", items), ("GetSecretValue", secret)]);
    Ok(Viewed { token, answers })
}

/// The sample, due in some weeks from now.
fn sample(root: &Path) -> Result<Row, Trouble> {
    let bytes = std::fs::read(root.join(SAMPLES)).doing(SAMPLES)?;
    let dollars = Currency::parse("USD").map_err(|error| Trouble::machine("dollars", error))?;
    let unusable = |what: String| Trouble::machine(SAMPLES, what);
    let sheet = import::read(&bytes, dollars).map_err(|found| unusable(format!("{found:?}")))?;
    let row = sheet.rows.into_iter().find(|row| row.number == NUMBER);
    let row = row.ok_or_else(|| unusable(format!("has no {NUMBER}")))?;
    let due = before(moment().now, -DUE_IN).to_zoned(jiff::tz::TimeZone::UTC).date();
    Ok(Row { due_date: due, ..row })
}

/// Imported, mailed and opened, each by the verb that does so; and what the query of a view
/// then answers, byte for byte as a table sends it.
async fn stored(row: &Row, opened_ago: SignedDuration) -> Result<(InvoiceFile, Vec<u8>), Trouble> {
    let database = Database::memory().map_err(|error| Trouble::machine("a table", error))?;
    let client = client(&database).await?;
    let store = InvoiceStore::new(client, TABLE.to_owned());

    let opened_at = before(moment().now, opened_ago);
    let mut mailed =
        Moment::new(before(opened_at, SignedDuration::from_mins(10)), moment().fresh_id());
    let new = InvoiceFile::import(row, &seller(), Actor::Operator("bench".to_owned()), &mut mailed);
    let id = new.0.invoice.id;
    store.create(&[new]).await.map_err(fault)?;
    let file = load(&store, id).await?;
    let step = file.cadence_step(&mut mailed).ok_or_else(|| lost("no mail is due"))?;
    if store.commit(&step).await.map_err(fault)? != Commit::Done {
        return Err(lost("nobody else writes"));
    }
    let file = load(&store, id).await?;
    let link = file.links.first().ok_or_else(|| lost("no link"))?;
    let mut opening = Moment::new(opened_at, moment().fresh_id());
    store.note_opening(&file, link, &mut opening).await.map_err(fault)?;

    let text = |text: String| AttributeValue::S(text);
    let values = [(":pk", text(format!("INVOICE#{id}"))), (":end", text("6".to_owned()))];
    // As `InvoiceStore::load` asks.
    let query = QueryRequest {
        table_name: TABLE.to_owned(),
        key_condition_expression: Some("pk = :pk AND sk < :end".to_owned()),
        expression_attribute_values: Some(HashMap::from(
            values.map(|(name, value)| (name.to_owned(), value)),
        )),
        scan_index_forward: true,
        consistent_read: Some(true),
        return_consumed_capacity: Some("TOTAL".to_owned()),
        ..QueryRequest::default()
    };
    let answer = database.query(query).map_err(|error| Trouble::machine("query", error))?;
    let answer = serde_json::to_vec(&answer).map_err(|error| Trouble::machine("query", error))?;
    Ok((load(&store, id).await?, answer))
}

async fn load(store: &InvoiceStore, id: ulid::Ulid) -> Result<InvoiceFile, Trouble> {
    store.load(id).await.map_err(fault)?.ok_or_else(|| lost("the invoice is not there"))
}

/// The demo's first seller.
fn seller() -> Tenant {
    Tenant {
        id: "northwind".to_owned(),
        name: "Northwind Tools".to_owned(),
        brand_colour: "#4f46e5".to_owned(),
        zone: "America/New_York".to_owned(),
        stripe_account: Some("acct_1NorthwindDemo".to_owned()),
        country: "US".to_owned(),
        sender: "billing@northwind.example".to_owned(),
        reply_to: "receivables@northwind.example".to_owned(),
        policy: domain::Policy::default(),
        reasons: domain::tenant::standard_reasons(),
        holidays: Vec::new(),
        mail: None,
    }
}

async fn client(database: &Database) -> Result<Client, Trouble> {
    let listener = TcpListener::bind("127.0.0.1:0").await.doing("listen as a table")?;
    let address = listener.local_addr().doing("the table's address")?;
    tokio::spawn(dynoxide::server::serve_on(listener, database.clone()));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "bench"))
        .http_client(platform::connector::for_aws(None).map_err(fault)?)
        .endpoint_url(format!("http://{address}"))
        .build();
    let client = Client::from_conf(config);
    let built = |error| Trouble::machine("describe a table", error);
    let mut create =
        client.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [("pk", KeyType::Hash), ("sk", KeyType::Range)] {
        let key = KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
        let attribute = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build();
        create =
            create.key_schema(key.map_err(built)?).attribute_definitions(attribute.map_err(built)?);
    }
    create.send().await.map_err(|error| Trouble::machine("make a table", error))?;
    Ok(client)
}

fn before(now: Timestamp, ago: SignedDuration) -> Timestamp {
    now.saturating_sub(ago).unwrap_or(now)
}

fn fault(fault: platform::Fault) -> Trouble {
    Trouble::machine("the store", fault)
}

fn lost(what: &str) -> Trouble {
    Trouble::machine("the invoice", what)
}
