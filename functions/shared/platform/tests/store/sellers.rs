//! Sellers' settings as a script puts them, the owner of an account, and events kept aside.
//! Must never take one seller for another.
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
async fn faults_row_7_an_accounts_owner_is_the_one_on_our_own_map() {
    let table = Table::start().await;
    let store = table.store();
    let owner = std::collections::HashMap::from([("tenant", "northwind")]);
    table.put("ACCOUNT#acct_1", "ACCOUNT", to_item(owner).unwrap()).await;
    let found = store.tenant_of_account("acct_1").await.unwrap();
    assert_eq!(found.as_deref(), Some("northwind"));
    assert_eq!(store.tenant_of_account("acct_2").await.unwrap(), None);
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
    assert!(kept[0].contains_key("ttl_s"));
}
