//! How long a session lasts, and what keeps it alive.
//! Must never need the real pool: a stand-in gives the tokens, a table in this process keeps them.
use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use domain::Moment;
use lambda_http::http::header::COOKIE;
use lambda_http::{Body, RequestExt as _};
use platform::web::Web;
use serde_json::json;
use tokio::net::TcpListener;
use ulid::Ulid;

use super::*;
use crate::login::Login;
use crate::support::{self, BASE, Fake};

const TABLE: &str = "records";

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
}

async fn store() -> InvoiceStore {
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
    let client = Client::from_conf(config);
    let mut create = client.create_table().table_name(TABLE);
    for (name, kind) in [("pk", KeyType::Hash), ("sk", KeyType::Range)] {
        let key = KeySchemaElement::builder().attribute_name(name).key_type(kind);
        let text = AttributeDefinition::builder().attribute_name(name);
        let text = text.attribute_type(ScalarAttributeType::S);
        create = create.key_schema(key.build().unwrap());
        create = create.attribute_definitions(text.build().unwrap());
    }
    create.billing_mode(BillingMode::PayPerRequest).send().await.unwrap();
    InvoiceStore::new(client, TABLE.to_owned())
}

/// Somebody signed in at minute 0, whose token ends at that minute.
struct Desk {
    store: InvoiceStore,
    pool: Fake,
    key: SessionKey,
}

impl Desk {
    async fn open(token_ends: Timestamp) -> Self {
        let desk = Self {
            store: store().await,
            pool: Fake::start().await,
            key: SessionKey::fresh("me-1").unwrap(),
        };
        let content = Content {
            id_token: support::token_until("viewer", token_ends),
            refresh_token: "refresh-1".to_owned(),
            tenant: Tenant { name: "Northwind".to_owned(), zone: "Etc/UTC".to_owned() },
        };
        keep(&desk.store, &desk.key, &content, (at(0), at(0))).await.unwrap();
        desk
    }

    /// Asks for a page at that time; the token that its API calls would carry, or where the
    /// browser is sent instead.
    async fn asks(&self, page: &str, now: Timestamp) -> Result<String, Fault> {
        let console = Console {
            web: Web::start().unwrap(),
            public_url: Some(BASE.to_owned()),
            api_connect: None,
            login: Login {
                url: "https://login.example".to_owned(),
                connect: Some(self.pool.base.clone()),
                client_id: "client-1".to_owned(),
                issuer: "https://pool.example".to_owned(),
            },
        };
        let request = lambda_http::http::Request::get(format!("{BASE}/console/{page}"))
            .header(COOKIE, format!("__Host-plixo={}", self.key.to_cookie()))
            .body(Body::Empty)
            .unwrap()
            .with_path_parameters(HashMap::from([("proxy".to_owned(), vec![page.to_owned()])]));
        let mut moment = Moment::new(now, Ulid(1));
        let visit = visit(&console, &self.store, &request, &mut moment).await?;
        Ok(visit.map_or_else(
            |reply| {
                support::sent(reply).1.into_iter().find(|one| one.starts_with("location")).unwrap()
            },
            |visit| visit.api.token,
        ))
    }

    async fn kept(&self) -> Option<StoredSession> {
        self.store.session(&self.key).await.unwrap()
    }
}

#[test]
fn a_session_ends_half_an_hour_after_the_last_request_and_after_ten_hours_at_the_latest() {
    assert_eq!(ends_at(at(0), at(0)), at(30));
    assert_eq!(ends_at(at(0), at(100)), at(130));
    assert_eq!(ends_at(at(0), at(569)), at(599));
    assert_eq!(ends_at(at(0), at(595)), at(600));
    assert_eq!(ends_at(at(0), at(10_000)), at(600));
}

#[tokio::test]
async fn a_token_that_is_about_to_end_is_renewed_once_and_kept() {
    let desk = Desk::open(at(20)).await;
    let renewed = support::token_until("admin", at(80));
    let answer = json!({ "id_token": renewed, "refresh_token": "refresh-2" });
    desk.pool.says("POST /oauth2/token", &answer);
    let first = desk.asks("invoices", at(14)).await.unwrap();
    assert_ne!(first, renewed, "six minutes are enough for a page");
    assert!(desk.pool.texts().is_empty());
    for minute in [16, 17, 40] {
        assert_eq!(desk.asks("invoices", at(minute)).await.unwrap(), renewed, "{minute}");
    }
    let asked = desk.pool.texts();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].contains("refresh_token=refresh-1"), "{asked:?}");
    desk.asks("invoices", at(68)).await.unwrap();
    desk.asks("invoices", at(76)).await.unwrap();
    let asked = desk.pool.texts();
    assert!(asked[1].contains("refresh_token=refresh-2"), "the pool rotates them: {asked:?}");
}

#[tokio::test]
async fn whom_the_pool_gives_no_more_tokens_signs_in_again() {
    let desk = Desk::open(at(20)).await;
    desk.pool.refuses("POST /oauth2/token", 400, "invalid_grant", "disabled");
    let sent = desk.asks("invoices/01A", at(16)).await.unwrap();
    assert_eq!(sent, "location: /live/console/sign-in?to=invoices%2F01A");
    assert_eq!(desk.kept().await, None, "the session is gone");
}

#[tokio::test]
async fn a_pool_that_does_not_answer_ends_nobodys_session() {
    let desk = Desk::open(at(20)).await;
    desk.pool.refuses("POST /oauth2/token", 503, "Unavailable", "later");
    assert!(desk.asks("invoices", at(16)).await.unwrap_err().is_retryable());
    assert!(desk.kept().await.is_some());
}

#[tokio::test]
async fn a_page_that_refreshes_itself_keeps_no_session_alive() {
    let desk = Desk::open(at(600)).await;
    desk.asks("invoices/01A", at(10)).await.unwrap();
    for minute in [15, 25, 39] {
        desk.asks("invoices/01A/timeline", at(minute)).await.unwrap();
    }
    assert_eq!(desk.kept().await.unwrap().seen_at, at(10));
    let sent = desk.asks("invoices/01A", at(40)).await.unwrap();
    assert!(sent.starts_with("location: /live/console/sign-in"), "{sent}");
}
