//! Holds the alarms of `template.yaml` against what operators must not miss: every fact that
//! needs one, and every dead-letter queue. Must never pass a queue that nobody watches.
#![cfg(test)]
use std::collections::BTreeSet;

fn template() -> String {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    std::fs::read_to_string(template).unwrap()
}

/// The resources of a type, each with the lines that belong to it.
fn resources(template: &str, kind: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in template.lines() {
        let is_name = line.starts_with("  ") && !line.starts_with("   ") && !line.contains('#');
        if is_name {
            let name = line.trim().split(':').next().unwrap_or_default();
            found.push((name.to_owned(), String::new()));
        }
        if let Some((_, lines)) = found.last_mut() {
            lines.push_str(line);
            lines.push('\n');
        }
    }
    let of_kind = |lines: &str| {
        lines.lines().take(2).any(|line| {
            line.contains(&format!("Type: {kind},")) || line.trim() == format!("Type: {kind}")
        })
    };
    found.retain(|(_, lines)| of_kind(lines));
    found
}

#[test]
fn every_kind_of_notice_has_an_alarm_that_says_what_to_do() {
    let template = template();
    let filters = resources(&template, "AWS::Logs::MetricFilter");
    let alarms = resources(&template, "AWS::CloudWatch::Alarm");
    for fact in ["PaymentDuplicated", "PaymentMismatched", "MailFailed", "ChargebackOpened"] {
        let pattern = format!("{{ $.needs_operator IS TRUE && $.reason = \"{fact}\" }}");
        let filter = filters.iter().find(|(_, lines)| lines.contains(&pattern));
        let (_, lines) = filter.unwrap_or_else(|| panic!("no filter for {fact}"));
        let metric = lines.split("MetricName: ").nth(1).unwrap().split(',').next().unwrap();
        let alarm = alarms.iter().find(|(_, lines)| {
            lines.contains(&format!("MetricName: {metric}\n")) && lines.contains("AlarmTopic")
        });
        assert!(alarm.is_some(), "no alarm on {metric}");
    }
}

#[test]
fn every_dead_letter_queue_has_an_alarm_and_is_shown_to_operators() {
    let template = template();
    let queues = resources(&template, "AWS::SQS::Queue");
    let dead: BTreeSet<&str> = queues
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| name.ends_with("DeadLetters"))
        .collect();
    assert!(dead.len() >= 6, "{dead:?}");
    let alarms = resources(&template, "AWS::CloudWatch::Alarm");
    let shown = template.lines().find(|line| line.contains(" DEAD_LETTERS: ")).unwrap();
    for queue in dead {
        let name = format!("Value: !GetAtt {queue}.QueueName }}");
        assert!(alarms.iter().any(|(_, lines)| lines.contains(&name)), "{queue} has no alarm");
        assert!(shown.contains(&format!("=${{{queue}}}")), "{queue} is not shown");
    }
}
