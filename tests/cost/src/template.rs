//! What the bill needs to know of `template.yaml`: memory, and what is paid for by the month.
//! Must never guess: a function that is not found there is an error.
use std::collections::BTreeMap;

const TEMPLATE: &str = include_str!("../../../template.yaml");
/// Minutes of a month of 30 days.
const MONTH_MIN: f64 = 43_200.0;

/// What is deployed.
#[derive(Clone, Debug)]
pub struct Stack {
    memory_mb: BTreeMap<String, f64>,
    ticks_of: BTreeMap<String, f64>,
    /// Runs of all schedules in a month of 30 days.
    pub ticks: f64,
    /// Queues that functions wait at.
    pub queues: f64,
    /// Alarms, as they are billed: by the metrics they look at.
    pub alarms: f64,
    /// Metrics made from log lines.
    pub metric_filters: f64,
    /// Secrets.
    pub secrets: f64,
    /// Rules of the firewall.
    pub waf_rules: f64,
}

impl Stack {
    /// The one of the template.
    ///
    /// # Errors
    /// What cannot be read of it.
    pub fn load() -> Result<Self, String> {
        let ticks_of = ticks(TEMPLATE)?;
        Ok(Self {
            memory_mb: memory_mb(TEMPLATE)?,
            ticks: ticks_of.values().sum(),
            ticks_of,
            queues: lines(TEMPLATE, "Type: SQS"),
            // One that computes names its metrics a line each; all others look at one.
            alarms: lines(TEMPLATE, "Type: AWS::CloudWatch::Alarm")
                + lines(TEMPLATE, "- { Id: errors, "),
            metric_filters: lines(TEMPLATE, "Type: AWS::Logs::MetricFilter"),
            secrets: lines(TEMPLATE, "Type: AWS::SecretsManager::Secret"),
            waf_rules: lines(TEMPLATE, "Priority: "),
        })
    }

    /// Memory of a function, in MB.
    ///
    /// # Errors
    /// That there is none of this name.
    pub fn memory_mb(&self, function: &str) -> Result<f64, String> {
        let found = self.memory_mb.get(function).copied();
        found.ok_or_else(|| format!("template.yaml has no function {function}"))
    }

    /// Runs of a function's schedule in a month of 30 days.
    ///
    /// # Errors
    /// That it has none.
    pub fn ticks_of(&self, function: &str) -> Result<f64, String> {
        let found = self.ticks_of.get(function).copied();
        found.ok_or_else(|| format!("template.yaml has no schedule of {function}"))
    }
}

/// Lines that begin so, whatever their indentation.
fn lines(template: &str, begin: &str) -> f64 {
    let found = template.lines().filter(|line| line.trim_start().starts_with(begin)).count();
    u32::try_from(found).map(f64::from).unwrap_or_default()
}

/// What stands behind `name` on its line, without a comment.
fn value<'t>(line: &'t str, name: &str) -> Option<&'t str> {
    let rest = line.trim_start().strip_prefix(name)?;
    Some(rest.split(" #").next().unwrap_or(rest).trim())
}

fn memory_mb(template: &str) -> Result<BTreeMap<String, f64>, String> {
    let mut usual = None;
    let mut function: Option<String> = None;
    let mut memory = BTreeMap::new();
    for line in template.lines() {
        if let Some(name) = value(line, "FunctionName: !Sub ${AWS::StackName}-") {
            let usual = usual.ok_or("template.yaml: no MemorySize in Globals")?;
            memory.insert(name.to_owned(), usual);
            function = Some(name.to_owned());
        } else if let Some(size) = value(line, "MemorySize: ") {
            let size: f64 = size.parse().map_err(|_| format!("template.yaml: {line}"))?;
            match &function {
                Some(function) => {
                    memory.insert(function.clone(), size);
                }
                None => usual = Some(size),
            }
        }
    }
    Ok(memory)
}

/// By function: its schedules stand after its name.
fn ticks(template: &str) -> Result<BTreeMap<String, f64>, String> {
    let mut function = String::new();
    let mut ticks = BTreeMap::new();
    for line in template.lines() {
        if let Some(name) = value(line, "FunctionName: !Sub ${AWS::StackName}-") {
            name.clone_into(&mut function);
        } else if let Some(rate) = value(line, "ScheduleExpression: ") {
            *ticks.entry(function.clone()).or_default() += a_month(rate)?;
        }
    }
    Ok(ticks)
}

/// How often a month has `rate(5 minutes)`.
fn a_month(rate: &str) -> Result<f64, String> {
    let unknown = || format!("template.yaml: {rate} is not understood");
    let inner = rate.strip_prefix("rate(").and_then(|rest| rest.strip_suffix(')'));
    let (every, unit) = inner.and_then(|inner| inner.split_once(' ')).ok_or_else(unknown)?;
    let every: f64 = every.parse().map_err(|_| unknown())?;
    let minutes = match unit {
        "minute" | "minutes" => 1.0,
        "hour" | "hours" => 60.0,
        _ => return Err(unknown()),
    };
    Ok(MONTH_MIN / (every * minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_has_its_own_memory_or_the_usual_one() {
        let template = "Globals:\n  MemorySize: 256\n  FunctionName: !Sub ${AWS::StackName}-a\n  \
                        FunctionName: !Sub ${AWS::StackName}-b\n  MemorySize: 512 # why\n";
        let memory = memory_mb(template).unwrap();
        assert_eq!(memory, BTreeMap::from([("a".to_owned(), 256.0), ("b".to_owned(), 512.0)]));
    }

    #[test]
    fn a_month_has_as_many_runs_as_its_schedules_say() {
        let rates = "FunctionName: !Sub ${AWS::StackName}-a\nScheduleExpression: rate(1 minute)\n\
                     FunctionName: !Sub ${AWS::StackName}-b\nScheduleExpression: rate(1 hour)\n";
        let expected = BTreeMap::from([("a".to_owned(), 43_200.0), ("b".to_owned(), 720.0)]);
        assert_eq!(ticks(rates), Ok(expected));
        assert!(ticks("ScheduleExpression: cron(0 0 * * ? *)").is_err());
    }

    #[test]
    fn the_template_has_what_is_paid_for_by_the_month() {
        let stack = Stack::load().unwrap();
        for count in [stack.ticks, stack.queues, stack.alarms, stack.secrets, stack.waf_rules] {
            assert!(count > 0.0, "{stack:?}");
        }
        assert!(stack.memory_mb("nobody").is_err());
        assert!(stack.ticks_of("payment-reconciler").is_ok() && stack.ticks_of("mailer").is_err());
    }
}
