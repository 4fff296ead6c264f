//! Holds the throttles of `template.yaml` against its routes: whatever writes, or asks Stripe, is
//! slowed down by a rate of its own. Must never pass a new route that nobody thought of.
#![cfg(test)]
use std::collections::{BTreeMap, BTreeSet};

/// A path and its method.
type Route = (String, String);

fn template() -> String {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    std::fs::read_to_string(template).unwrap()
}

/// The value behind `name:` in a line of the template, without quotes.
fn value<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let (_, after) = line.split_once(&format!(" {name}: "))?;
    match after.strip_prefix('\'') {
        Some(quoted) => quoted.split('\'').next(),
        None => after.split([',', ' ']).next(),
    }
}

/// The rate and burst of each throttle, by its route.
fn throttles(template: &str) -> BTreeMap<Route, (u32, u32)> {
    let lines: Vec<&str> =
        template.lines().filter(|line| line.contains(" ResourcePath: ")).collect();
    let read = |line: &&str| {
        let path = value(line, "ResourcePath")?.replace("~1", "/").replacen("//", "/", 1);
        let rate = value(line, "ThrottlingRateLimit")?.parse().ok()?;
        let burst = value(line, "ThrottlingBurstLimit")?.parse().ok()?;
        Some(((path, value(line, "HttpMethod")?.to_owned()), (rate, burst)))
    };
    let read: BTreeMap<Route, (u32, u32)> = lines.iter().filter_map(read).collect();
    assert_eq!(read.len(), lines.len(), "each route once, and each with its rate and burst");
    read
}

/// The routes that need a throttle of their own: every POST and PUT, and all of a function that holds
/// Stripe's key. What only refuses reads and writes nothing.
fn must_be_throttled(template: &str) -> BTreeSet<Route> {
    let mut found = BTreeSet::new();
    let (mut function, mut asks_stripe) = (String::new(), false);
    for line in template.lines() {
        if line.starts_with("  ") && !line.starts_with("   ") {
            function = line.trim().trim_end_matches(':').to_owned();
            asks_stripe = false;
        }
        asks_stripe |= line.contains("STRIPE_KEY_SECRET:");
        let (Some(path), Some(method)) = (value(line, "Path"), value(line, "Method")) else {
            continue;
        };
        let method = method.trim_end_matches('}').to_uppercase();
        if function != "PortalRefusal"
            && (["POST", "PUT"].contains(&method.as_str()) || asks_stripe)
        {
            found.insert((path.to_owned(), method));
        }
    }
    found
}

fn without(template: &str) -> Vec<Route> {
    let throttles = throttles(template);
    let wanted = must_be_throttled(template).into_iter();
    wanted.filter(|route| !throttles.contains_key(route)).collect()
}

#[test]
fn every_route_that_writes_or_asks_stripe_has_a_throttle_of_its_own() {
    let template = template();
    let wanted = must_be_throttled(&template);
    for known in [
        ("/p/{token}/pay", "POST"),
        ("/p/{token}/paid", "GET"),
        ("/invoices/import", "POST"),
        ("/settings", "PUT"),
    ] {
        assert!(wanted.contains(&(known.0.to_owned(), known.1.to_owned())), "{known:?}");
    }
    assert!(wanted.len() >= 18, "{wanted:?}");
    assert_eq!(without(&template), []);
}

#[test]
fn a_route_that_nobody_thought_of_is_found() {
    let event = |path: &str, method: &str| {
        format!(
            "        New: {{ Type: Api, Properties: {{ Path: '{path}', Method: {method} }} }}\n"
        )
    };
    let template = template();
    let with =
        |before: &str, event: &str| template.replacen(before, &format!("{event}{before}"), 1);
    let any = with("        NewLink: { Type", &event("/p/{token}/gift", "POST"));
    assert_eq!(without(&any), [("/p/{token}/gift".to_owned(), "POST".to_owned())]);
    let of_stripe = with("        Paid: { Type", &event("/p/{token}/later", "GET"));
    assert_eq!(without(&of_stripe), [("/p/{token}/later".to_owned(), "GET".to_owned())]);
    let forgotten: Vec<&str> =
        template.lines().filter(|line| !line.contains("{token}~1pay'")).collect();
    let pay = ("/p/{token}/pay".to_owned(), "POST".to_owned());
    assert_eq!(without(&forgotten.join("\n")), [pay]);
}

#[test]
fn all_the_rest_has_the_default_and_the_webhook_more_than_any_payer() {
    let throttles = throttles(&template());
    let of = |path: &str, method: &str| throttles[&(path.to_owned(), method.to_owned())];
    let (default, webhook) = (of("/*", "*"), of("/webhooks/stripe", "POST"));
    assert!(default.0 > 0 && default.1 >= default.0, "{default:?}");
    for (route, (rate, burst)) in &throttles {
        assert!(*rate > 0 && burst >= rate && *rate <= default.0, "{route:?}");
        if route.0.starts_with("/p/") {
            assert!(*rate < webhook.0, "{route:?} may crowd out Stripe");
        }
    }
    // It sends mail to somebody who did not ask.
    assert!(of("/p/{token}/new-link", "POST").0 < of("/p/{token}/pay", "POST").0);
}

#[test]
fn the_firewall_limits_each_address_but_not_stripe() {
    let template = template();
    let (_, rule) = template.split_once("- Name: one-address-too-often").unwrap();
    let (rule, _) = rule.split_once("- Name: ").unwrap();
    for part in [
        "Action: { Block: {} }",
        "RateBasedStatement:",
        "AggregateKeyType: IP",
        "NotStatement:",
        "SearchString: /webhooks/stripe",
    ] {
        assert!(rule.contains(part), "{part}");
    }
    let limit: u32 = value(rule, "Limit").unwrap().trim().parse().unwrap();
    assert!((100..=1_000).contains(&limit), "{limit}");
    assert!(template.contains("WebACLArn: !GetAtt WebAcl.Arn"), "it stands before the API");
}
