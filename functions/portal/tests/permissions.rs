//! Adds up what `template.yaml` lets the gateway call. Must never pass a function whose policy
//! Lambda would refuse: the deployment would fail halfway, on AWS only.
#![cfg(test)]
use std::collections::BTreeMap;

/// Bytes of all that one function may be called by.
/// Source: AWS Lambda developer guide, "Lambda quotas", resource-based policy, seen 2026-11.
const POLICY_MAX: usize = 20_480;
/// Kept free: what is added up is an estimate, and a route more is some 400 bytes.
const RESERVE: usize = 1_000;
/// As long as a stack's name is reckoned with; the README says so.
const STACK: &str = "twenty-letters-of-it";
/// A long one.
const REGION: &str = "ap-southeast-1";

/// SAM writes a permission for each event of an API, and Lambda keeps each as a statement of the
/// function's policy. `CloudFormation` names the statement by stack and event with some letters of
/// its own; a part of any name in the path becomes `*`, which is shorter.
fn statement(function: &str, name: &str, event: &str, (method, path): (&str, &str)) -> String {
    format!(
        "{{\"Sid\":\"{STACK}-{function}{event}PermissionStage-ABCDEFGHIJKLM\",\
         \"Effect\":\"Allow\",\"Principal\":{{\"Service\":\"apigateway.amazonaws.com\"}},\
         \"Action\":\"lambda:InvokeFunction\",\
         \"Resource\":\"arn:aws:lambda:{REGION}:123456789012:function:{STACK}-{name}\",\
         \"Condition\":{{\"ArnLike\":{{\"AWS:SourceArn\":\
         \"arn:aws:execute-api:{REGION}:123456789012:abcdefghij/*/{method}{path}\"}}}}}},"
    )
}

/// What stands between two texts on a line.
fn between<'l>(line: &'l str, before: &str, after: &str) -> Option<&'l str> {
    line.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

/// Bytes of each function's policy, by its name in the template.
fn policies(template: &str) -> BTreeMap<String, usize> {
    let (mut function, mut name, mut found) = (String::new(), String::new(), BTreeMap::new());
    for line in template.lines() {
        if line.starts_with("  ") && !line.starts_with("   ") {
            line.trim().trim_end_matches(':').clone_into(&mut function);
        }
        if let Some((_, after)) = line.split_once("FunctionName: !Sub ${AWS::StackName}-") {
            after.clone_into(&mut name);
        }
        let Some(path) = between(line, " Path: '", "'") else { continue };
        let event = line.trim().split(':').next().unwrap();
        let method = line.split_once(" Method: ").unwrap().1.split([',', ' ']).next().unwrap();
        let bytes = statement(&function, &name, event, (method, path)).len();
        *found.entry(function.clone()).or_default() += bytes;
    }
    found
}

fn template() -> String {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    std::fs::read_to_string(template).unwrap()
}

#[test]
fn what_may_call_a_function_fits_into_its_policy() {
    let policies = policies(&template());
    assert!(policies.len() >= 20, "{policies:?}");
    for (function, bytes) in policies {
        assert!(
            bytes <= POLICY_MAX - RESERVE,
            "{function} has {bytes} bytes of permissions: move some of its events to another"
        );
    }
}

#[test]
fn every_wrong_method_in_one_function_would_be_too_much() {
    // As it was once: the estimate finds it.
    let template = template();
    let (head, tail) = template.split_once("  PortalWrongMethod:\n").unwrap();
    let (_, events) = tail.split_once("      Events:\n").unwrap();
    let together = format!("{}\n{events}", head.trim_end().rsplit_once("\n\n").unwrap().0);
    let refusal = policies(&together)["PortalRefusal"];
    assert!(refusal > POLICY_MAX, "{refusal}");
}
