//! A table like the one in `template.yaml`, in this process, on a port of its own.
//! Must never be shared: each test makes one, and it is gone with the test.
use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement,
    KeyType, Projection, ProjectionType, ScalarAttributeType,
};
use platform::store::InvoiceStore;
use tokio::net::TcpListener;
use ulid::Ulid;

const NAME: &str = "invoices";

pub(crate) struct Table {
    pub(crate) client: Client,
}

/// What a piece of work has cost, in DynamoDB's own figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) round_trips: u64,
    pub(crate) read_halves: u64,
    pub(crate) write_halves: u64,
    pub(crate) failed_conditions: u64,
}

impl Cost {
    pub(crate) const NOTHING: Self =
        Self { round_trips: 0, read_halves: 0, write_halves: 0, failed_conditions: 0 };

    pub(crate) fn of(store: &InvoiceStore) -> Self {
        let units = store.units();
        Self {
            round_trips: units.round_trips(),
            read_halves: units.read_halves(),
            write_halves: units.write_halves(),
            failed_conditions: units.failed_conditions(),
        }
    }
}

/// `1 round trip, 1 RRU, 0 WRU`.
impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole =
            |halves: u64| format!("{}{}", halves / 2, if halves % 2 == 1 { ".5" } else { "" });
        let (reads, writes) = (whole(self.read_halves), whole(self.write_halves));
        write!(f, "{} round trips, {reads} RRU, {writes} WRU", self.round_trips)?;
        if self.failed_conditions > 0 {
            write!(f, ", {} failed conditions", self.failed_conditions)?;
        }
        Ok(())
    }
}

impl Table {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let database = dynoxide::Database::memory().unwrap();
        tokio::spawn(dynoxide::server::serve_on(listener, database));
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
            .http_client(platform::connector::for_aws(None).unwrap())
            .endpoint_url(endpoint)
            .build();
        let table = Self { client: Client::from_conf(config) };
        table.create().await;
        table
    }

    /// A store whose costs count from nothing.
    pub(crate) fn store(&self) -> InvoiceStore {
        InvoiceStore::new(self.client.clone(), NAME.to_owned())
    }

    async fn create(&self) {
        let key = |name: &str, kind| {
            KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
        };
        let attribute = |name: &str, kind| {
            let definition = AttributeDefinition::builder().attribute_name(name);
            definition.attribute_type(kind).build().unwrap()
        };
        let keys_only = Projection::builder().projection_type(ProjectionType::KeysOnly).build();
        let index = |name: &str, hash: &str, range: &str| {
            GlobalSecondaryIndex::builder()
                .index_name(name)
                .key_schema(key(hash, KeyType::Hash))
                .key_schema(key(range, KeyType::Range))
                .projection(keys_only.clone())
                .build()
                .unwrap()
        };
        let texts = [
            "pk",
            "sk",
            "due_bucket",
            "list_pk",
            "list_sk",
            "tenant_key",
            "number_key",
            "customer_key",
        ];
        let texts = texts.map(|name| attribute(name, ScalarAttributeType::S));
        self.client
            .create_table()
            .table_name(NAME)
            .billing_mode(BillingMode::PayPerRequest)
            .set_attribute_definitions(Some(texts.into()))
            .attribute_definitions(attribute("due_at", ScalarAttributeType::N))
            .key_schema(key("pk", KeyType::Hash))
            .key_schema(key("sk", KeyType::Range))
            .global_secondary_indexes(index("due", "due_bucket", "due_at"))
            .global_secondary_indexes(index("list", "list_pk", "list_sk"))
            .global_secondary_indexes(index("by_number", "tenant_key", "number_key"))
            .global_secondary_indexes(index("by_customer", "tenant_key", "customer_key"))
            .send()
            .await
            .unwrap();
    }

    /// Writes an item past the store.
    pub(crate) async fn put(&self, pk: &str, sk: &str, mut item: HashMap<String, AttributeValue>) {
        item.insert("pk".to_owned(), AttributeValue::S(pk.to_owned()));
        item.insert("sk".to_owned(), AttributeValue::S(sk.to_owned()));
        self.client.put_item().table_name(NAME).set_item(Some(item)).send().await.unwrap();
    }

    /// Everything stored in a partition, as it is.
    pub(crate) async fn items(&self, pk: &str) -> Vec<HashMap<String, AttributeValue>> {
        let page = self
            .client
            .query()
            .table_name(NAME)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()))
            .consistent_read(true)
            .send()
            .await
            .unwrap();
        page.items.unwrap_or_default()
    }

    /// Everything stored anywhere, as it is.
    pub(crate) async fn everything(&self) -> Vec<HashMap<String, AttributeValue>> {
        let page = self.client.scan().table_name(NAME).consistent_read(true).send().await.unwrap();
        assert_eq!(page.last_evaluated_key, None, "more than a test should store");
        page.items.unwrap_or_default()
    }

    /// Everything stored of an invoice, as it is.
    pub(crate) async fn items_of(&self, invoice: Ulid) -> Vec<HashMap<String, AttributeValue>> {
        self.items(&format!("INVOICE#{invoice}")).await
    }

    /// Deletes a link as TTL does: behind everyone's back.
    pub(crate) async fn delete_link(&self, invoice: Ulid, link: Ulid) {
        self.client
            .delete_item()
            .table_name(NAME)
            .key("pk", AttributeValue::S(format!("INVOICE#{invoice}")))
            .key("sk", AttributeValue::S(format!("3#link#{link}")))
            .send()
            .await
            .unwrap();
    }
}
