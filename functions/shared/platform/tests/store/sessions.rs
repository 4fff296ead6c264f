//! Sessions of the console in the table: sealed, ended one by one or all at once.
//! Must never find a token in the table that can be read.
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;
use platform::session::SessionKey;
use platform::store::StoredSession;

use crate::invoices::start_of_time;
use crate::table::{Cost, Table};

fn session(key: &SessionKey) -> StoredSession {
    let now = start_of_time();
    StoredSession {
        sealed: key.seal(b"a token").unwrap(),
        started_at: now,
        seen_at: now,
        ends_at: now + SignedDuration::from_mins(30),
    }
}

#[tokio::test]
async fn a_session_reads_back_for_its_cookie_alone() {
    let table = Table::start().await;
    let store = table.store();
    let key = SessionKey::fresh("me-1").unwrap();
    store.put_session(&key, &session(&key)).await.unwrap();
    let cost = Cost::of(&store);
    let found = store.session(&key).await.unwrap().unwrap();
    assert_eq!(key.open(&found.sealed).as_deref(), Some(&b"a token"[..]));
    assert_eq!(found.ends_at, start_of_time() + SignedDuration::from_mins(30));
    println!("a session read: {cost} before, {} after", Cost::of(&store));
    assert_eq!(store.session(&SessionKey::fresh("me-1").unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn whoever_reads_the_table_can_sign_in_as_nobody() {
    let table = Table::start().await;
    let key = SessionKey::fresh("me-1").unwrap();
    table.store().put_session(&key, &session(&key)).await.unwrap();
    let items = table.items("SESSIONS#me-1").await;
    assert_eq!(items.len(), 1);
    let mut names: Vec<&str> = items[0].keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["pk", "sealed", "seen_s", "sk", "started_s", "ttl_s"]);
    let AttributeValue::B(sealed) = &items[0]["sealed"] else { panic!("sealed bytes") };
    assert!(!sealed.as_ref().windows(7).any(|part| part == b"a token"));
    let shown = format!("{:?}", items[0]["sk"]);
    assert!(!key.to_cookie().contains(&key.id()) && shown.contains(&key.id()));
}

#[tokio::test]
async fn signing_out_ends_one_session_and_everywhere_ends_all_of_one_person() {
    let table = Table::start().await;
    let store = table.store();
    let keys: Vec<SessionKey> = ["me-1", "me-1", "me-1", "you-2"]
        .into_iter()
        .map(|subject| SessionKey::fresh(subject).unwrap())
        .collect();
    for key in &keys {
        store.put_session(key, &session(key)).await.unwrap();
    }
    store.delete_session(&keys[0]).await.unwrap();
    assert_eq!(store.session(&keys[0]).await.unwrap(), None);
    assert!(store.session(&keys[1]).await.unwrap().is_some());
    store.delete_sessions(&keys[1]).await.unwrap();
    for key in &keys[..3] {
        assert_eq!(store.session(key).await.unwrap(), None);
    }
    assert!(store.session(&keys[3]).await.unwrap().is_some(), "another person stays signed in");
    store.delete_sessions(&keys[1]).await.unwrap();
}
