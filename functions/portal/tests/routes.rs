//! Holds the refusal's list of routes against the template that deploys them.
#![cfg(test)]
use std::collections::BTreeSet;

use portal::refusal::ROUTES;

/// Every path of an explicit method in `template.yaml`, with `*` for a part of any name.
fn deployed() -> BTreeSet<(String, String)> {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    let template = std::fs::read_to_string(template).unwrap();
    let value = |line: &str, name: &str| {
        let (_, after) = line.split_once(name)?;
        let (quoted, bare) = (after.strip_prefix('\''), after.split([',', ' ']).next());
        quoted.and_then(|text| text.split('\'').next()).or(bare).map(str::to_owned)
    };
    let events = template.lines().filter(|line| line.contains("Path: "));
    let routes = events.filter_map(|line| {
        Some((value(line, " Path: ")?, value(line, " Method: ")?.to_uppercase()))
    });
    let known =
        routes.filter(|(path, method)| method != "ANY" && path != "/" && !path.contains("proxy"));
    known
        .map(|(path, method)| {
            let star =
                |part: &str| if part.starts_with('{') { "*".to_owned() } else { part.to_owned() };
            (path.split('/').map(star).collect::<Vec<_>>().join("/"), method)
        })
        .collect()
}

#[test]
fn the_refusal_knows_every_route_and_method_of_the_template() {
    let known: BTreeSet<(String, String)> = ROUTES
        .iter()
        .flat_map(|(path, methods)| {
            methods.split(", ").map(|method| ((*path).to_owned(), method.to_owned()))
        })
        .collect();
    assert_eq!(deployed(), known);
}
