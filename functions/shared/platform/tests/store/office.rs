//! Settings, the audit, notices, imports and operators, as the table keeps them.
//! Must never show one tenant what is another's.
use std::collections::BTreeSet;

use domain::fact::LetterKind;
use domain::import::Reject;
use domain::{Act, Actor, Deed, Entry, Fact, InvoiceFile, Moment};
use jiff::{SignedDuration, Timestamp};
use platform::operator::Operator;
use platform::store::{
    AuditPlace, AuditQuery, Colleague, Commit, ImportLog, InvoiceStore, REJECTS_KEPT, Settings,
};
use serde_json::json;
use ulid::Ulid;

use crate::invoices::{one_linked, tenant, usd};
use crate::table::{Cost, Table};

/// A moment whose identifiers are of its time, as a request's are.
fn moment(at: &str) -> Moment {
    let now: Timestamp = at.parse().unwrap();
    let at_ms = u128::try_from(now.as_millisecond()).unwrap();
    Moment::new(now, Ulid(at_ms << 80))
}

fn act(tenant: &str, operator: &str, at: &str) -> Act {
    let mut moment = moment(at);
    let id = moment.fresh_id();
    let (tenant, operator) = (tenant.to_owned(), operator.to_owned());
    Act { id, tenant, at: moment.now, operator, deed: Deed::SignedIn {} }
}

fn wanted(from: &str, to: &str) -> AuditQuery {
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    AuditQuery { tenant: "northwind".to_owned(), user: None, from, to, limit: 50 }
}

fn all() -> AuditQuery {
    wanted("1970-01-01T00:00:00Z", "2027-03-15T00:00:00Z")
}

/// The times of every line, page by page.
async fn times(store: &InvoiceStore, wanted: &AuditQuery) -> Vec<String> {
    let (mut seen, mut place) = (Vec::new(), None);
    for _ in 0..100 {
        let page = store.audit(wanted, place).await.unwrap();
        assert!(page.lines.len() <= wanted.limit);
        seen.extend(page.lines.iter().map(|line| line.at.to_string()));
        let Some(next) = page.next else { return seen };
        place = Some(AuditPlace::parse(&next.to_string()).unwrap());
    }
    panic!("pages without an end");
}

async fn seeded(store: &InvoiceStore) {
    let settings = Settings { version: 1, tenant: tenant() };
    let first = act("northwind", "operator-1", "2026-11-22T12:00:00Z");
    assert_eq!(store.change_settings(&settings, &first).await.unwrap(), Commit::Lost, "no tenant");
}

async fn with_tenant(table: &Table) {
    let fields = serde_json::to_value(tenant()).unwrap();
    let texts = fields.as_object().unwrap().iter().filter_map(|(name, value)| {
        let text = aws_sdk_dynamodb::types::AttributeValue::S(value.as_str()?.to_owned());
        Some((name.clone(), text))
    });
    table.put("TENANT#northwind", "TENANT", texts.collect()).await;
}

#[tokio::test]
async fn settings_are_written_by_who_knows_their_version_and_told_in_the_audit() {
    let table = Table::start().await;
    let store = table.store();
    seeded(&store).await;
    assert_eq!(store.settings("northwind").await.unwrap(), None);
    with_tenant(&table).await;
    let first = store.settings("northwind").await.unwrap().unwrap();
    assert_eq!(first, Settings { version: 0, tenant: tenant() });
    for (version, name, expected) in [
        (2, "Skipped", Commit::Lost),
        (1, "One", Commit::Done),
        (1, "Late", Commit::Lost),
        (2, "Two", Commit::Done),
        (2, "Late again", Commit::Lost),
    ] {
        let mut next = Settings { version, tenant: tenant() };
        name.clone_into(&mut next.tenant.name);
        next.tenant.mail = Some(domain::mail_template::standard(name));
        let mut act = act("northwind", name, "2026-11-22T12:00:00Z");
        act.id = Ulid(act.id.0 + u128::from(version) * 100 + name.len() as u128);
        assert_eq!(store.change_settings(&next, &act).await.unwrap(), expected, "{name}");
        let kept = store.settings("northwind").await.unwrap().unwrap();
        assert_eq!(kept == next, expected == Commit::Done, "{name}");
    }
    let told = store.audit(&all(), None).await.unwrap().lines;
    let users: Vec<&str> = told.iter().map(|line| line.user.as_str()).collect();
    assert_eq!(users, ["Two", "One"], "what was lost is not told");
    assert_eq!(store.tenant("northwind").await.unwrap().unwrap().name, "Two");
}

#[tokio::test]
async fn the_audit_is_read_newest_first_over_months_by_user_and_time() {
    let table = Table::start().await;
    let store = table.store();
    let days = [
        "2026-03-31T23:59:59Z",
        "2026-04-01T00:00:00Z",
        "2026-11-22T12:00:00Z",
        "2026-11-22T12:00:01Z",
        "2027-01-01T00:00:00Z",
    ];
    for (place, at) in days.into_iter().enumerate() {
        let operator = if place % 2 == 0 { "even" } else { "odd" };
        store.record(&act("northwind", operator, at)).await.unwrap();
        store.record(&act("northwind", operator, at)).await.unwrap();
        store.record(&act("southwind", operator, "2026-11-22T12:00:00Z")).await.unwrap();
    }
    let newest_first: Vec<&str> = days.into_iter().rev().collect();
    for limit in [1, 2, 3, 50] {
        assert_eq!(times(&store, &AuditQuery { limit, ..all() }).await, newest_first, "{limit}");
    }
    let even = AuditQuery { user: Some("even".to_owned()), limit: 1, ..all() };
    assert_eq!(times(&store, &even).await, [days[4], days[2], days[0]]);
    for (from, to, expected) in [
        (days[1], days[3], &[days[2], days[1]][..]),
        (days[2], days[2], &[]),
        (days[4], "2027-01-01T00:00:01Z", &[days[4]]),
        ("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", &[]),
    ] {
        assert_eq!(times(&store, &wanted(from, to)).await, expected, "{from} {to}");
    }
}

#[tokio::test]
async fn a_filter_that_nothing_passes_ends_after_a_bounded_number_of_reads() {
    let table = Table::start().await;
    let store = table.store();
    for minute in 0..130 {
        let at = "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap()
            + SignedDuration::from_mins(minute);
        store.record(&act("northwind", "operator-1", &at.to_string())).await.unwrap();
    }
    let reader = table.store();
    let nobody = AuditQuery { user: Some("nobody".to_owned()), ..all() };
    let page = reader.audit(&nobody, None).await.unwrap();
    assert!(page.lines.is_empty());
    assert!(Cost::of(&reader).round_trips <= 50, "{}", Cost::of(&reader));
}

#[tokio::test]
async fn a_file_that_is_cut_goes_on_at_its_end_and_none_is_lost() {
    let table = Table::start().await;
    let store = table.store();
    let start: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let mut ids = BTreeSet::new();
    for n in 0..301_u32 {
        // Two of a time but for the last, so that the first hundred ends between such two.
        let at = start + SignedDuration::from_mins(i64::from(n / 2 * 10));
        let operator = if n == 0 { "first" } else { "operator-1" };
        let mut act = act("northwind", operator, &at.to_string());
        act.id = Ulid(act.id.0 + u128::from(n % 2));
        store.record(&act).await.unwrap();
        ids.insert(act.id);
    }
    let (mut wanted, mut seen) = (all(), BTreeSet::new());
    loop {
        let file = store.audit_file(&wanted, 100, 1_000).await.unwrap();
        assert!(file.lines.len() <= 100, "{}", file.lines.len());
        seen.extend(file.lines.iter().map(|line| line.id));
        let Some(next) = file.next else { break };
        assert!(next.end() < wanted.to, "it goes on");
        wanted.to = next.end();
    }
    assert_eq!(seen, ids);

    // Two years of nothing are looked through, and as many round trips are enough.
    let to = "2029-03-15T00:00:00Z".parse().unwrap();
    let theirs = AuditQuery { user: Some("first".to_owned()), to, ..all() };
    let reader = table.store();
    let file = reader.audit_file(&theirs, 100, 24).await.unwrap();
    assert_eq!((file.lines.len(), Cost::of(&reader).round_trips), (0, 24));
    let to = file.next.unwrap().end();
    assert_eq!(to, "2027-04-01T00:00:00Z".parse().unwrap(), "the months since are done with");
    let rest = reader.audit_file(&AuditQuery { to, ..theirs }, 100, 1_000).await.unwrap();
    assert_eq!((rest.lines.len(), rest.next), (1, None));
}

#[tokio::test]
async fn faults_row_54_an_operator_loads_an_invoice_of_their_own_tenant_only() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment("2026-11-22T12:00:00Z"));
    let file = one_linked(&store, &mut moment).await;
    for (tenant, id, found) in [
        ("northwind", file.invoice.id, Some(file.invoice.id)),
        ("southwind", file.invoice.id, None),
        ("northwind", Ulid(1), None),
    ] {
        let claims = json!({ "sub": "operator-1", "custom:tenant": tenant, "token_use": "id" });
        let operator = Operator::of_claims(&claims).unwrap();
        let own = store.load_own(id, &operator).await.unwrap();
        assert_eq!(own.map(|file| file.invoice.id), found, "{tenant} {id}");
    }
}

#[tokio::test]
async fn what_an_operator_does_to_an_invoice_is_in_the_audit_and_what_others_do_is_not() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment("2026-11-22T12:00:00Z"));
    let file = one_linked(&store, &mut moment).await;
    assert_eq!(times(&store, &all()).await.len(), 0, "an import is not told invoice by invoice");
    let change = file.regenerate(Actor::Operator("operator-1".to_owned()), true, &mut moment);
    assert_eq!(store.commit(&change).await.unwrap(), Commit::Done);
    let lines = store.audit(&all(), None).await.unwrap().lines;
    let told: Vec<&str> = lines.iter().map(|line| line.what).collect();
    assert_eq!(told, ["LinkMailDue", "LinkRegenerated"]);
    for line in &lines {
        let invoice = line.invoice.as_ref().unwrap();
        assert_eq!((line.user.as_str(), invoice.number.as_str()), ("operator-1", "INV-0"));
        assert_eq!((invoice.id, invoice.customer.as_str()), (file.invoice.id, "Acme"));
        assert!(line.detail["link"].is_string(), "{}", line.detail);
    }
}

/// Two entries that need an operator, as the mailer writes them.
async fn two_notices(store: &InvoiceStore, file: &InvoiceFile, moment: &mut Moment) -> [Ulid; 2] {
    let mut ids = [Ulid(0); 2];
    for id in &mut ids {
        let fact = Fact::MailFailed {
            letter: LetterKind::Cadence,
            to: "a•••@acme.example".to_owned(),
        };
        let entry = Entry::new(&file.invoice, moment, Actor::Portal, fact);
        store.append_once(&entry).await.unwrap();
        *id = entry.id;
    }
    ids
}

#[tokio::test]
async fn a_notice_waits_until_somebody_closes_it_and_that_is_told() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment("2026-11-22T12:00:00Z"));
    let file = one_linked(&store, &mut moment).await;
    let [older, newer] = two_notices(&store, &file, &mut moment).await;
    let page = store.notices("northwind", 1, None).await.unwrap();
    assert_eq!((page.notices[0].entry.id, page.next), (newer, Some(newer)));
    assert_eq!(
        (page.notices[0].number.as_str(), page.notices[0].customer.as_str()),
        ("INV-0", "Acme")
    );
    let page = store.notices("northwind", 1, page.next).await.unwrap();
    assert_eq!((page.notices[0].entry.id, page.next), (older, None));
    assert!(store.notices("southwind", 50, None).await.unwrap().notices.is_empty());

    let (entry, is_open) = store.notice(file.invoice.id, older).await.unwrap().unwrap();
    assert!(is_open);
    let change = file.close_notice(&entry, "operator-1", &mut moment).unwrap();
    assert_eq!(store.close_notice(&change, older).await.unwrap(), Commit::Done);
    let (kept, is_open) = store.notice(file.invoice.id, older).await.unwrap().unwrap();
    assert_eq!((kept, is_open), (entry.clone(), false), "the entry itself stays as it was");
    let left = store.notices("northwind", 50, None).await.unwrap().notices;
    assert_eq!(left.iter().map(|notice| notice.entry.id).collect::<Vec<_>>(), [newer]);
    let told = store.audit(&all(), None).await.unwrap().lines;
    assert_eq!((told.len(), told[0].what), (1, "NoticeClosed"));

    let file = file.after(change);
    let again = file.close_notice(&entry, "operator-2", &mut moment).unwrap();
    assert_eq!(store.close_notice(&again, older).await.unwrap(), Commit::Lost, "closed once");
    assert_eq!(store.load(file.invoice.id).await.unwrap().unwrap().invoice, file.invoice);
}

#[tokio::test]
async fn what_needs_nobody_is_no_notice() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment("2026-11-22T12:00:00Z"));
    let file = one_linked(&store, &mut moment).await;
    assert!(store.notices("northwind", 50, None).await.unwrap().notices.is_empty());
    assert_eq!(store.notice(file.invoice.id, Ulid(1)).await.unwrap(), None);
}

fn log(id: u128) -> ImportLog {
    ImportLog {
        id: Ulid(id),
        at: "2026-11-22T12:00:00Z".parse().unwrap(),
        by: "operator-1".to_owned(),
        currency: usd(1).currency,
        imported: 3,
        unchanged: 2,
        rejected: 1,
        remaining: 0,
        file_name: Some("november.csv".to_owned()),
    }
}

#[tokio::test]
async fn imports_are_listed_newest_first_and_one_has_the_first_of_its_rejects() {
    let table = Table::start().await;
    let store = table.store();
    let reject = |row| Reject { row, field: "Balance".to_owned(), reason: "x".repeat(300) };
    let rejects: Vec<Reject> = (2..700).map(reject).collect();
    for id in 1..=5 {
        let mut act = act("northwind", "operator-1", "2026-11-22T12:00:00Z");
        act.id = Ulid(act.id.0 + id);
        let of_it = if id == 3 { rejects.as_slice() } else { &[] };
        store.log_import(&log(id), of_it, &act).await.unwrap();
        store.log_import(&log(id), of_it, &act).await.unwrap();
    }
    for limit in [1, 2, 5, 50] {
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = store.imports("northwind", limit, before).await.unwrap();
            seen.extend(page.imports.iter().map(|log| log.id.0));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, [5, 4, 3, 2, 1], "{limit} a page");
    }
    let (kept, told) = store.import("northwind", Ulid(3)).await.unwrap().unwrap();
    assert_eq!((kept, told.as_slice()), (log(3), &rejects[..REJECTS_KEPT]));
    assert_eq!(store.import("northwind", Ulid(4)).await.unwrap().unwrap().1, []);
    assert_eq!(store.import("southwind", Ulid(3)).await.unwrap(), None);
    assert!(store.imports("southwind", 50, None).await.unwrap().imports.is_empty());
    assert_eq!(times(&store, &all()).await.len(), 5, "each once in the audit");
}

#[tokio::test]
async fn an_operator_is_known_as_last_seen_and_only_to_their_own() {
    let table = Table::start().await;
    let store = table.store();
    for (at, name) in [("2026-11-22T12:00:00Z", None), ("2026-11-23T12:00:00Z", Some("Ada"))] {
        let seen = Colleague {
            id: "operator-1".to_owned(),
            email: "ada@northwind.example".to_owned(),
            name: name.map(str::to_owned),
            roles: vec!["viewer".to_owned()],
            seen_at: at.parse().unwrap(),
        };
        store.note_operator(&seen, &act("northwind", "operator-1", at)).await.unwrap();
        assert_eq!(store.operators("northwind").await.unwrap(), [seen]);
    }
    assert!(store.operators("southwind").await.unwrap().is_empty());
    assert_eq!(times(&store, &all()).await.len(), 2, "each sign-in is told");
}
