//! Every role at every endpoint of the operators' API, and every object of one seller asked for
//! by another. Must never name the endpoints itself: they are read from the template, and who may
//! what from docs/roles.md, so that a new endpoint is tried without anybody thinking of it.
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use acceptance::aws::Aws;
use acceptance::world::Bill;
use acceptance::{Answer, Stack, World, eventually};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Nobody has an object of this id.
const UNKNOWN: &str = "01JD9Z3V7Q0000000000000000";

/// An endpoint as the template writes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Endpoint {
    method: String,
    path: String,
}

/// What a path may name.
#[derive(Clone, Debug)]
struct Objects {
    invoice: String,
    case: String,
}

fn read(file: &str) -> String {
    std::fs::read_to_string(format!("{}/../{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Every route behind the operators' authorizer.
fn endpoints() -> Vec<Endpoint> {
    let template = read("template.yaml");
    let lines = template.lines().filter(|line| line.contains("Authorizer: Operators"));
    let found: BTreeSet<Endpoint> = lines
        .map(|line| {
            let after = |name: &str| line.split_once(name).unwrap_or_else(|| panic!("{line}")).1;
            let path = after("Path: ").trim_start_matches('\'');
            let path = path.split(['\'', ',']).next().unwrap().to_owned();
            let method = after("Method: ").split([',', ' ']).next().unwrap().to_uppercase();
            Endpoint { method, path }
        })
        .collect();
    assert!(found.len() >= 10, "{found:?}");
    found.into_iter().collect()
}

/// Cells of the lines of docs/roles.md that have as many.
fn cells(page: &str, count: usize) -> Vec<Vec<String>> {
    let line = |line: &str| {
        let inner = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let cells: Vec<String> = inner.split('|').map(|cell| cell.trim().to_owned()).collect();
        (cells.len() == count).then_some(cells)
    };
    page.lines().filter_map(line).collect()
}

/// Who may call what, as docs/roles.md says: group and endpoint.
fn table() -> (Vec<String>, BTreeSet<(String, Endpoint)>) {
    let page = read("docs/roles.md");
    let tasks = cells(&page, 11);
    let groups: BTreeMap<String, String> = cells(&page, 2)
        .into_iter()
        .map(|pair| (pair[0].clone(), pair[1].trim_matches('`').to_owned()))
        .collect();
    let (head, tasks) = tasks.split_first().unwrap();
    let roles: Vec<String> = head[2..].iter().map(|title| groups[title].clone()).collect();
    let may = |role: usize, task: &str| {
        let line = tasks.iter().find(|line| line[0] == format!("`{task}`"));
        !line.unwrap_or_else(|| panic!("no task {task}"))[role + 2].is_empty()
    };
    let mut allowed = BTreeSet::new();
    for line in cells(&page, 3).into_iter().skip(1) {
        let path = line[1].trim_matches('`').to_owned();
        let endpoint = Endpoint { method: line[0].clone(), path };
        for (place, role) in roles.iter().enumerate() {
            if line[2].split(" or ").any(|task| may(place, task.trim_matches('`'))) {
                allowed.insert((role.clone(), endpoint.clone()));
            }
        }
    }
    (roles, allowed)
}

impl Endpoint {
    fn at(&self, objects: &Objects) -> String {
        let path = self.path.replace("{id}", &objects.invoice).replace("{case}", &objects.case);
        let known = |part| if str::starts_with(part, '{') { UNKNOWN } else { part };
        let path = path.split('/').map(known).collect::<Vec<_>>().join("/");
        if path == "/cases" { "/cases?queue=plans".to_owned() } else { path }
    }

    /// A body that would do something, were it allowed; an empty object where none is known.
    fn body(&self) -> (&'static str, String) {
        if self.path == "/invoices/import" {
            let file = "Invoice Number,Due Date,Balance,Contact Email,Customer Name\n\
                        ROLES-1,2096-12-31,10.00,ap@roles.example,Roles\n";
            return ("text/csv", file.to_owned());
        }
        let mail = json!({ "subject": "S", "body": "Pay: {pay_link}" });
        let body = match self.path.rsplit('/').next().unwrap_or_default() {
            "owner" => json!({ "owner": "me" }),
            "link" => json!({ "mail": false }),
            "question" => json!({ "text": "Which one?" }),
            "decision" => json!({ "decision": "reject", "note": "No." }),
            "settings" => json!({ "version": 0, "policy": { "instalments_max": 7 } }),
            "preview" => json!({ "mail": mail }),
            _ => json!({}),
        };
        ("application/json", body.to_string())
    }

    async fn call(&self, world: &World, token: &str, objects: &Objects) -> Answer {
        let bearer = format!("Bearer {token}");
        let (kind, body) = self.body();
        let mut headers = vec![("authorization", bearer.as_str())];
        let writes = self.method != "GET";
        headers.extend(writes.then_some(("content-type", kind)));
        let body = if writes { body.into_bytes() } else { Vec::new() };
        world.payer.request(&self.method, &world.api(&self.at(objects)), &headers, body).await
    }
}

/// An invoice with a dispute on it, which is all that a path can name.
async fn objects(world: &World) -> (Bill, Objects) {
    let bill = world.bill("80.00", "USD").await;
    assert_eq!(world.dispute_with(&bill, "other", &[], &[]).await.status, 303);
    let invoice = world.read(&bill.id).await;
    let case = invoice["cases"][0]["id"].as_str().expect("a case").to_owned();
    let objects = Objects { invoice: bill.id.clone(), case };
    (bill, objects)
}

/// All that a refused call could have changed; mails and publications go on by themselves.
async fn state(world: &World, objects: &Objects) -> Vec<Value> {
    let items = world.aws.partition(&format!("INVOICE#{}", objects.invoice)).await;
    let told = |item: &Value| {
        let sk = item["sk"]["S"].as_str().unwrap_or_default();
        if !sk.starts_with("T#") {
            return (!sk.starts_with("M#")).then(|| item.clone());
        }
        let by_operator = item["actor"]["M"]["role"]["S"] == "operator";
        by_operator.then(|| item["sk"].clone())
    };
    let mut state: Vec<Value> = items.iter().filter_map(told).collect();
    for pk in ["TENANT", "IMPORTS", "OPERATORS", "AUDIT"] {
        state.extend(world.aws.partition(&format!("{pk}#{}", world.tenant)).await);
    }
    assert!(state.len() > 4, "{state:?}");
    state
}

fn assert_not_allowed(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 403, "{what}: {}", answer.text());
    assert_eq!(answer.json()["title"], "Not allowed", "{what}");
}

pub(crate) async fn faults_row_56_each_role_is_let_in_exactly_where_the_table_says(stack: Stack) {
    let world = World::new(&stack).await;
    let (_, objects) = objects(&world).await;
    let (roles, allowed) = table();
    assert_eq!(roles.len(), 9);
    let mut tokens = Vec::new();
    for role in roles {
        let token = match role.as_str() {
            "ar_manager" => world.token.clone(),
            other => world.aws.operator(&world.tenant, other).await,
        };
        tokens.push((role, token));
    }
    let endpoints = endpoints();
    world.wait_for(&objects.invoice, "DisputeSubmitted").await;
    // First all that is refused, when nothing else can have changed anything.
    let before = state(&world, &objects).await;
    let mut tried = 0;
    for (role, token) in &tokens {
        for endpoint in &endpoints {
            if !allowed.contains(&(role.clone(), endpoint.clone())) {
                let answer = endpoint.call(&world, token, &objects).await;
                assert_not_allowed(&answer, &format!("{role}: {endpoint:?}"));
                tried += 1;
            }
        }
    }
    assert_eq!(state(&world, &objects).await, before, "a refused call has changed something");
    for (role, token) in &tokens {
        for endpoint in &endpoints {
            if allowed.contains(&(role.clone(), endpoint.clone())) {
                let answer = endpoint.call(&world, token, &objects).await;
                let fits = answer.status < 500 && ![401, 403].contains(&answer.status);
                assert!(fits, "{role}: {endpoint:?}: {} {}", answer.status, answer.text());
                tried += 1;
            }
        }
    }
    let _ = writeln!(std::io::stdout(), "{tried} pairs of role and endpoint tried");
    assert_eq!(tried, tokens.len() * endpoints.len());
}

pub(crate) async fn faults_row_54_another_sellers_objects_are_unknown_and_counted(stack: Stack) {
    let (world, other) = (World::new(&stack).await, World::new(&stack).await);
    let (bill, theirs) = objects(&world).await;
    let unknown = Objects { invoice: UNKNOWN.to_owned(), case: UNKNOWN.to_owned() };
    let admin = other.aws.operator(&other.tenant, "admin").await;
    world.wait_for(&theirs.invoice, "DisputeSubmitted").await;
    let before = state(&world, &theirs).await;
    let mut foreign = 0;
    for endpoint in endpoints() {
        let what = format!("{endpoint:?}");
        if endpoint.path.contains('{') {
            let answer = endpoint.call(&other, &admin, &theirs).await;
            assert_eq!(answer.status, 404, "{what}: {}", answer.text());
            let nothing = endpoint.call(&other, &admin, &unknown).await;
            assert_eq!(answer.bytes, nothing.bytes, "{what}: as one that does not exist");
            foreign += usize::from(endpoint.path.contains("{id}"));
        } else if endpoint.method == "GET" {
            let text = endpoint.call(&other, &admin, &theirs).await.text();
            for mine in [&theirs.invoice, &theirs.case, &bill.number, &world.tenant] {
                assert!(!text.contains(mine.as_str()), "{what} tells of {mine}");
            }
        }
    }
    assert!(foreign >= 6, "{foreign}");
    assert_eq!(state(&world, &theirs).await, before, "another seller has changed something");
    // Exactly as many lines as calls: what does not exist for anybody is no alarm.
    let tenant = other.tenant.as_str();
    let counted = |lines: Vec<String>| {
        let lines = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter(|line| line["foreign_tenant"] == true && line["tenant"] == tenant).count()
    };
    eventually("a line for each call", || async {
        let lines = counted(other.aws.logs().await);
        assert!(lines <= foreign, "{lines} lines for {foreign} calls");
        (lines == foreign).then_some(())
    })
    .await;
}

/// A token with another head or other claims, and the signature that it had.
fn forged(token: &str, change: impl Fn(&mut Value, &mut Value)) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let (mut head, mut claims) = (read(parts[0]), read(parts[1]));
    change(&mut head, &mut claims);
    let write = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let signature = if head["alg"] == "none" { "" } else { parts[2] };
    format!("{}.{}.{signature}", write(head), write(claims))
}

pub(crate) async fn faults_row_55_only_a_genuine_id_token_of_this_pool_lets_in(stack: Stack) {
    let world = World::new(&stack).await;
    let (_, objects) = objects(&world).await;
    let good = world.aws.operator(&world.tenant, "admin").await;
    let access = world.aws.access_token(&world.tenant, "legal").await;
    let stranger = Aws::new(stack.clone()).operator_of_another_pool(&world.tenant, "admin").await;
    let elsewhere = world.aws.operator_of_another_client(&world.tenant, "controller").await;
    let bad = [
        ("nothing", String::new()),
        ("no token", "x.y.z".to_owned()),
        ("alg none", forged(&good, |head, _| *head = json!({ "alg": "none", "typ": "JWT" }))),
        ("another algorithm", forged(&good, |head, _| head["alg"] = json!("HS256"))),
        ("another key", forged(&good, |head, _| head["kid"] = json!("mine"))),
        ("another tenant", forged(&good, |_, claims| claims["custom:tenant"] = json!("northwind"))),
        ("other groups", forged(&access, |_, claims| claims["cognito:groups"] = json!(["admin"]))),
        ("a later end", forged(&good, |_, claims| claims["exp"] = json!(4_102_444_800_u32))),
        ("an access token", access.clone()),
        ("another pool's", stranger),
        ("another client's", elsewhere),
    ];
    let before = state(&world, &objects).await;
    for endpoint in endpoints() {
        for (what, token) in &bad {
            let answer = endpoint.call(&world, token, &objects).await;
            assert_eq!(answer.status, 401, "{what}: {endpoint:?}: {}", answer.text());
        }
    }
    assert_eq!(state(&world, &objects).await, before, "nobody has changed something");
    let answer = world.operate("GET", &format!("/invoices/{}", objects.invoice), None).await;
    assert_eq!(answer.status, 200, "a genuine one: {}", answer.text());
}

pub(crate) async fn faults_row_55_a_disabled_operator_gets_no_new_token(stack: Stack) {
    let world = World::new(&stack).await;
    world.aws.operator(&world.tenant, "viewer").await;
    assert!(world.aws.can_sign_in(&world.tenant, "viewer").await);
    world.aws.disable_operator(&world.tenant, "viewer").await;
    assert!(!world.aws.can_sign_in(&world.tenant, "viewer").await);
}
