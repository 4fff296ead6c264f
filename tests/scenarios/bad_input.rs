//! Requests that nobody of good will sends: each gets a clear 4xx of our own shape.
use acceptance::answers::{assert_guarded, assert_page, assert_problem};
use acceptance::{Answer, Stack, World};

use crate::routes::ROUTES;

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const MIB: usize = 1024 * 1024;

async fn post(world: &World, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    world.payer.request("POST", url, headers, body.to_vec()).await
}

pub(crate) async fn a_wrong_method_is_a_405_that_names_the_right_ones(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let token = bill.link.rsplit('/').next().unwrap();
    for base in [stack.text("portal"), stack.text("api")] {
        for (route, allowed) in ROUTES {
            let path = route.replace("{token}", token).replace("{id}", &bill.id);
            for method in METHODS.into_iter().filter(|method| !allowed.contains(method)) {
                let what = format!("{method} {route}");
                let answer =
                    world.payer.request(method, &format!("{base}{path}"), &[], Vec::new()).await;
                assert_eq!((answer.status, answer.header("allow")), (405, allowed), "{what}");
                if method == "HEAD" {
                    assert!(answer.bytes.is_empty(), "{what}");
                    assert_guarded(&answer, &what);
                } else if route.starts_with("/p/") {
                    assert_page(&answer, 405, &what);
                } else {
                    assert_problem(&answer, 405, &what);
                }
            }
        }
    }
    let told = world.timeline(&bill.id).await;
    assert!(!told.iter().any(|name| name == "LinkOpened" || name == "PaymentStarted"), "{told:?}");
}

pub(crate) async fn an_unknown_path_is_a_404_that_suits_the_caller(stack: Stack) {
    let world = World::new(&stack).await;
    for base in [stack.text("portal"), stack.text("api")] {
        for path in [
            "/",
            "/nothing",
            "/p",
            "/p/",
            "/p/a/b/c",
            "/P/abc",
            "/p/abc/pay/",
            "/.git/config",
            "/a%2Fb",
        ] {
            let answer = world.payer.get(&format!("{base}{path}")).await;
            // A slash at the end of a known path is forgiven, so its method is what is wrong.
            let status = if path == "/p/abc/pay/" { 405 } else { 404 };
            assert_page(&answer, status, path);
            let head = world.payer.head(&format!("{base}{path}")).await;
            assert_eq!((head.status, head.bytes.len()), (status, 0), "HEAD {path}");
        }
        for path in ["/invoices/a/b/c", "/webhooks/paypal", "/invoices/import/now"] {
            let answer = world.payer.get(&format!("{base}{path}")).await;
            assert_problem(&answer, 404, path);
        }
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let answer = world.payer.request(method, &format!("{base}/"), &[], Vec::new()).await;
            assert_page(&answer, 404, method);
        }
        let headers = [("accept", "application/json")];
        let url = format!("{base}/nothing");
        let answer = world.payer.request("DELETE", &url, &headers, Vec::new()).await;
        assert_problem(&answer, 404, "a program asks");
    }
}

pub(crate) async fn every_good_answer_carries_the_same_guards(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    assert_guarded(&world.payer.get(&bill.link).await, "the invoice");
    assert_guarded(&world.payer.head(&bill.link).await, "its HEAD");
    assert_guarded(&world.payer.press(&format!("{}/pay", bill.link)).await, "the redirect");
    assert_guarded(&world.payer.get(&format!("{}/paid", bill.link)).await, "the way back");
    assert_guarded(&world.payer.get(&format!("{}/receipt", bill.link)).await, "no receipt yet");
    assert_guarded(&world.operate("GET", &format!("/invoices/{}", bill.id), None).await, "read");
    assert_guarded(&world.import(b"").await, "an empty import");
    world.regenerate(&bill.id, false).await;
    assert_guarded(&world.payer.get(&bill.link).await, "a dead link");
    assert_guarded(&world.payer.press(&format!("{}/new-link", bill.link)).await, "a new link");
    // What the gateway says by itself.
    for path in ["/invoices", "/invoices/x"] {
        let nobody = world.payer.get(&world.api(path)).await;
        assert_problem(&nobody, 401, path);
    }
}

pub(crate) async fn a_form_from_another_site_is_refused(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    for action in ["pay", "new-link"] {
        let url = format!("{}/{action}", bill.link);
        let answer = post(&world, &url, &[FORM, ("sec-fetch-site", "cross-site")], b"").await;
        assert_page(&answer, 403, action);
    }
    let told = world.timeline(&bill.id).await;
    assert!(!told.iter().any(|name| name == "PaymentStarted" || name == "LinkMailDue"), "{told:?}");
    for site in ["same-origin", "none"] {
        let url = format!("{}/pay", bill.link);
        let answer = post(&world, &url, &[FORM, ("sec-fetch-site", site)], b"").await;
        assert_eq!(answer.status, 303, "{site}");
    }
}

pub(crate) async fn a_form_of_the_wrong_kind_or_size_is_refused(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    for action in ["pay", "new-link"] {
        let url = format!("{}/{action}", bill.link);
        for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", "x", ""] {
            let answer = post(&world, &url, &[("content-type", kind)], b"{}").await;
            assert_page(&answer, 415, &format!("{action} {kind}"));
        }
        let answer = post(&world, &url, &[FORM], &vec![b'a'; 5_000]).await;
        assert_page(&answer, 413, action);
    }
    let told = world.timeline(&bill.id).await;
    assert!(!told.iter().any(|name| name == "PaymentStarted" || name == "LinkMailDue"), "{told:?}");
}

pub(crate) async fn garbage_in_addresses_and_headers_changes_nothing(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let long = format!("?q={}", "a".repeat(6_000));
    for query in [
        "?",
        "?&&=&",
        "?checkout",
        "?checkout=%FF%FE",
        "?checkout=<script>",
        "?%00=%00",
        "?a[]=1&a[]=2",
        "?checkout=paid&checkout=x",
        &long,
    ] {
        let page = world.payer.get(&format!("{}{query}", bill.link)).await;
        assert_eq!((page.status, page.state().as_str()), (200, "due"), "{query}");
        assert_eq!(page.notice(), "none", "{query}");
        assert!(!page.text().contains("<script"), "{query}");
        let read = world.operate("GET", &format!("/invoices/{}{query}", bill.id), None).await;
        assert_eq!(read.status, 200, "{query}");
    }
    let twice = [
        ("accept", "text/html"),
        ("accept", "application/json"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("x-forwarded-host", "evil.example"),
        ("content-length", "0"),
        ("range", "bytes=0-3"),
    ];
    let page = world.payer.request("GET", &bill.link, &twice, Vec::new()).await;
    assert_eq!((page.status, page.state().as_str()), (200, "due"));
    assert!(!page.text().contains("evil.example"));
    for token in
        ["a".repeat(7_000), "%2e%2e%2f".repeat(50), "%F0%9F%92%A9".to_owned(), "a%00b".to_owned()]
    {
        let answer = world.payer.get(&format!("{}/p/{token}", stack.text("portal"))).await;
        assert!((400..500).contains(&answer.status), "{}: {}", answer.status, answer.text());
    }
}

pub(crate) async fn malformed_ids_and_bodies_of_the_api_are_refused(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let long = "A".repeat(5_000);
    let nobodys = "0".repeat(26);
    for id in ["x", "0", &nobodys, &"Z".repeat(26), "%00", "é", "a'--", &long] {
        for (method, below) in [
            ("GET", ""),
            ("GET", "/link"),
            ("GET", "/receipt"),
            ("POST", "/link"),
            ("POST", "/link/mail"),
        ] {
            let answer = world.operate(method, &format!("/invoices/{id}{below}"), None).await;
            assert_problem(&answer, 404, &format!("{method} {id}{below}"));
        }
        let owner = Some("{\"owner\":\"me\"}");
        let answer = world.operate("POST", &format!("/invoices/{id}/owner"), owner).await;
        assert_problem(&answer, 404, &format!("POST {id}/owner"));
    }
    for query in [
        "?number=",
        "?number=%20",
        "?numbr=1",
        "?limit=0",
        "?cursor=bg",
        "?state=all",
        "?search=a&number=b",
        "?owner=me&owner=nobody",
    ] {
        let answer = world.operate("GET", &format!("/invoices{query}"), None).await;
        assert_problem(&answer, 400, query);
    }
    let path = format!("/invoices/{}/link", bill.id);
    let before = world.read(&bill.id).await["link"]["id"].clone();
    let deep = format!("{}1{}", "[".repeat(900), "]".repeat(100));
    for body in [
        "{",
        "[]",
        "null",
        "\"mail\"",
        "{\"mail\":1}",
        "{\"mail\":true,\"to\":\"x\"}",
        "{\"mail\":true}{}",
        "{\"mail\":\"\\ud800\"}",
        &deep,
    ] {
        let answer = world.operate("POST", &path, Some(body)).await;
        assert_problem(&answer, 400, body);
    }
    let bearer = format!("Bearer {}", world.token);
    let headers = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
    assert_problem(&post(&world, &world.api(&path), &headers, b"{}").await, 415, "text");
    let answer = world.operate("POST", &path, Some(&" ".repeat(2_000))).await;
    assert_problem(&answer, 413, "a long body");
    assert_eq!(world.read(&bill.id).await["link"]["id"], before, "still the same link");
}

pub(crate) async fn faults_row_51_bodies_of_any_size_to_the_webhook_get_a_4xx(stack: Stack) {
    let world = World::new(&stack).await;
    let url = world.api("/webhooks/stripe");
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)).into_bytes();
    for (body, status) in [
        (vec![b'{'; 10 * MIB], 413),
        (vec![b'x'; 4 * MIB + 1], 413),
        (vec![0xFF; MIB], 400),
        (deep, 400),
        (b"{\"id\":\"a\",\"id\":\"b\"}".to_vec(), 400),
        (Vec::new(), 400),
    ] {
        for kind in ["application/json", "text/plain", "application/x-www-form-urlencoded"] {
            let headers = [("content-type", kind), ("stripe-signature", "t=1,v1=00")];
            let answer = post(&world, &url, &headers, &body).await;
            assert_problem(&answer, status, &format!("{} bytes of {kind}", body.len()));
        }
    }
    let headers = [("stripe-signature", "t=1,v1=00"), ("stripe-signature", "t=2,v1=00")];
    assert_problem(&post(&world, &url, &headers, b"{}").await, 400, "two signatures");
}

pub(crate) async fn a_page_fetched_below_the_stage_pays_below_the_stage(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let token = bill.link.rsplit('/').next().unwrap();
    // Without an own domain the stage stands before every path.
    let staged = format!("{}/p/{token}", stack.text("api"));
    for page in [staged.clone(), format!("{staged}/paid")] {
        let answer = world.payer.get(&page).await;
        assert_eq!((answer.status, answer.state().as_str()), (200, "due"), "{page}");
        let text = answer.text();
        let action =
            text.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(!action.starts_with('/') && !action.contains("://"), "relative: {action}");
        assert_eq!(resolve(&page, action), format!("{staged}/pay"), "{page}");
    }
    assert_eq!(world.payer.press(&format!("{staged}/pay")).await.status, 303);
}

/// A relative address, as a browser takes it on that page.
fn resolve(page: &str, relative: &str) -> String {
    let (folder, _) = page.rsplit_once('/').unwrap();
    match relative.strip_prefix("../") {
        Some(rest) => resolve(folder, rest),
        None => format!("{folder}/{relative}"),
    }
}
