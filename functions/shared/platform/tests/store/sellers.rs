//! Sellers' settings as a script puts them, and events kept aside.
//! Must never take one seller for another.
use jiff::SignedDuration;
use serde_dynamo::aws_sdk_dynamodb_1::to_item;

use crate::invoices::{start_of_time, tenant};
use crate::table::Table;

#[tokio::test]
async fn a_sellers_settings_read_back_and_a_strangers_are_none() {
    let table = Table::start().await;
    let store = table.store();
    table.put("TENANT#northwind", "TENANT", to_item(tenant()).unwrap()).await;
    assert_eq!(store.tenant("northwind").await.unwrap(), Some(tenant()));
    assert_eq!(store.tenant("southwind").await.unwrap(), None);
    assert_eq!(store.tenant("").await.unwrap(), None);
}

#[tokio::test]
async fn an_event_kept_aside_twice_is_kept_once() {
    let table = Table::start().await;
    let store = table.store();
    for body in ["{}".to_owned(), "ü".repeat(300_000)] {
        store.quarantine("evt_1#x", "unknown payment", &body, start_of_time()).await.unwrap();
    }
    let kept = table.items("STRIPE#evt1x").await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["reason"].as_s().unwrap(), "unknown payment");
    let end = start_of_time() + SignedDuration::from_hours(90 * 24);
    assert_eq!(*kept[0]["ttl_s"].as_n().unwrap(), end.as_second().to_string(), "ninety days");
    assert_eq!(*kept[0]["body"].as_s().unwrap(), "ü".repeat(100_000), "as much as fits an item");
}
