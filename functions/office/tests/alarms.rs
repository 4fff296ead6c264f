//! Holds the alarms of `template.yaml` against what operators must not miss: every fact that
//! needs one, every queue and every schedule. Must never pass a queue that nobody watches.
#![cfg(test)]
use std::collections::BTreeSet;

fn read(file: &str) -> String {
    std::fs::read_to_string(format!("{}/../../{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn template() -> String {
    read("template.yaml")
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
    let is = |fact: &str| format!("$.reason = \"{fact}\"");
    let (opened, closed) = (is("ChargebackOpened"), is("ChargebackClosed"));
    for reason in [
        is("PaymentDuplicated"),
        is("PaymentMismatched"),
        is("MailFailed"),
        format!("({opened} || {closed})"),
    ] {
        let pattern = format!("{{ $.needs_operator IS TRUE && {reason} }}");
        let filter = filters.iter().find(|(_, lines)| lines.contains(&pattern));
        let (_, lines) = filter.unwrap_or_else(|| panic!("no filter for {reason}"));
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

#[test]
fn every_work_queue_has_an_alarm_on_what_waits_too_long() {
    let template = template();
    let alarms = resources(&template, "AWS::CloudWatch::Alarm");
    let mut queues = resources(&template, "AWS::SQS::Queue");
    queues.retain(|(name, _)| name.ends_with("Queue"));
    assert!(queues.len() >= 4, "{queues:?}");
    for (queue, _) in queues {
        let name = format!("Value: !GetAtt {queue}.QueueName }}");
        let is_late = |lines: &str| {
            lines.contains(&name) && lines.contains("MetricName: ApproximateAgeOfOldestMessage\n")
        };
        assert!(alarms.iter().any(|(_, lines)| is_late(lines)), "nobody sees that {queue} waits");
    }
}

#[test]
fn every_function_that_a_clock_runs_is_missed_when_it_stays_away() {
    let template = template();
    let alarms = resources(&template, "AWS::CloudWatch::Alarm");
    let mut functions = resources(&template, "AWS::Serverless::Function");
    functions.retain(|(_, lines)| lines.contains("Type: ScheduleV2\n"));
    assert!(functions.len() >= 6, "{functions:?}");
    for (function, lines) in functions {
        assert!(lines.contains("OmitName: true\n"), "{function} bars a second stack");
        let alarm = alarms.iter().find(|(name, _)| *name == format!("{function}Silent"));
        let (_, lines) = alarm.unwrap_or_else(|| panic!("nobody misses {function}"));
        let of = format!("Dimensions: [{{ Name: FunctionName, Value: !Ref {function} }}]");
        for part in [
            format!("MetricName: Invocations, {of}"),
            format!("MetricName: Errors, {of}"),
            "Expression: 'FILL(runs, 0) - FILL(errors, 0)'".to_owned(),
            "ComparisonOperator: LessThanThreshold\n".to_owned(),
            "TreatMissingData: breaching\n".to_owned(),
        ] {
            assert!(lines.contains(&part), "{function}: {part}");
        }
    }
}

#[test]
fn a_line_that_asks_for_a_person_does_not_count_as_a_failing_function() {
    let filters = resources(&template(), "AWS::Logs::MetricFilter");
    let (_, errors) = filters.iter().find(|(name, _)| name == "ErrorLines").unwrap();
    assert!(errors.contains("($.level = \"ERROR\") && ($.needs_operator NOT EXISTS)"), "{errors}");
}

#[test]
fn every_alarm_says_briefly_what_it_is_and_has_a_row_in_the_runbook() {
    let readme = read("README.md");
    let (_, runbook) = readme.split_once("\n## Runbook\n").unwrap();
    let rows = runbook.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let rows: Vec<&str> = rows.collect();
    for (alarm, lines) in resources(&template(), "AWS::CloudWatch::Alarm") {
        let is_named = |row: &&str| row.split("`, `").any(|name| name.trim_matches('`') == alarm);
        assert!(rows.iter().any(is_named), "{alarm} has no row in the runbook");
        let (_, description) = lines.split_once("AlarmDescription: ").unwrap();
        let description = description.lines().next().unwrap_or_default();
        assert!(description.len() <= 110, "{alarm}: {description}");
    }
}
