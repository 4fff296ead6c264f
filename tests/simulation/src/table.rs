//! A table like the one in `template.yaml`, in this process and without a socket.
//! Must never be shared: each simulation has one.
use std::collections::BTreeSet;

use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

pub(crate) const NAME: &str = "invoices";
/// Name and keys. Source: `template.yaml`.
const DUE: (&str, &str, &str) = ("due", "due_bucket", "due_at");

#[derive(Clone)]
pub(crate) struct Table(Database);

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Table")
    }
}

impl Table {
    /// With the one index that the handlers of a life read: each more costs every simulation.
    pub(crate) fn new() -> Self {
        Self::with(&[DUE])
    }

    /// With all indexes, for whoever counts what a write costs.
    pub(crate) fn whole() -> Self {
        Self::with(&[
            DUE,
            ("list", "list_pk", "list_sk"),
            ("by_number", "tenant_key", "number_key"),
            ("by_customer", "tenant_key", "customer_key"),
        ])
    }

    fn with(indexes: &[(&str, &str, &str)]) -> Self {
        let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
        let keys = |hash: &str, range: &str| json!([key(hash, "HASH"), key(range, "RANGE")]);
        let index = |(name, hash, range): &(&str, &str, &str)| {
            json!({
                "IndexName": name,
                "KeySchema": keys(hash, range),
                "Projection": { "ProjectionType": "KEYS_ONLY" },
            })
        };
        let names = indexes.iter().flat_map(|(_, hash, range)| [*hash, *range]);
        let names: BTreeSet<_> = names.chain(["pk", "sk"]).collect();
        let attribute = |name: &&str| {
            let kind = if *name == "due_at" { "N" } else { "S" };
            json!({ "AttributeName": name, "AttributeType": kind })
        };
        let table = json!({
            "TableName": NAME,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": names.iter().map(attribute).collect::<Vec<_>>(),
            "KeySchema": keys("pk", "sk"),
            "GlobalSecondaryIndexes": indexes.iter().map(index).collect::<Vec<_>>(),
        });
        let database = Database::memory().unwrap();
        database.create_table(serde_json::from_value(table).unwrap()).unwrap();
        Self(database)
    }

    /// Does an operation; the answer's body, or status and body of the error.
    pub(crate) fn serve(&self, operation: &str, body: &str) -> Result<String, (u16, String)> {
        let table = &self.0;
        match operation {
            "GetItem" => run(body, |request| table.get_item(request)),
            "PutItem" => run(body, |request| table.put_item(request)),
            "UpdateItem" => run(body, |request| table.update_item(request)),
            "DeleteItem" => run(body, |request| table.delete_item(request)),
            "Query" => run(body, |request| table.query(request)),
            "Scan" => run(body, |request| table.scan(request)),
            "BatchGetItem" => run(body, |request| table.batch_get_item(request)),
            "BatchWriteItem" => run(body, |request| table.batch_write_item(request)),
            "TransactWriteItems" => run(body, |request| table.transact_write_items(request)),
            other => panic!("{other} is not used"),
        }
    }
}

fn run<Q: DeserializeOwned, A: Serialize>(
    body: &str,
    work: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<String, (u16, String)> {
    let request = serde_json::from_str(body).unwrap();
    match work(request) {
        Ok(answer) => Ok(serde_json::to_string(&answer).unwrap()),
        Err(error) => Err((error.status_code(), error.to_json())),
    }
}

/// A value as DynamoDB's JSON writes it.
pub(crate) fn typed(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(yes) => json!({ "BOOL": yes }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(typed).collect();
            json!({ "L": items })
        }
        Value::Object(fields) => {
            let fields: Map<_, _> =
                fields.iter().map(|(name, value)| (name.clone(), typed(value))).collect();
            json!({ "M": fields })
        }
    }
}

/// DynamoDB's JSON as plain JSON.
pub(crate) fn plain(value: &Value) -> Value {
    let fields = value.as_object().unwrap();
    let fields = fields.iter().map(|(name, value)| (name.clone(), untyped(value)));
    Value::Object(fields.collect())
}

fn untyped(value: &Value) -> Value {
    let (kind, inner) = value.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "N" => serde_json::from_str(inner.as_str().unwrap()).unwrap(),
        "M" => plain(inner),
        "L" => inner.as_array().unwrap().iter().map(untyped).collect(),
        "NULL" => Value::Null,
        _ => inner.clone(),
    }
}
