//! From units to dollars: per function and journey, by the mix, for a month.
//! Must never round before the end, nor leave a request without a time.
use crate::Model;
use crate::quantity::Quantities;
use crate::units::{ISSUED, Trigger, Work};

/// Bytes of a GB, as AWS bills them.
const GB: f64 = 1e9;
/// Memory that comes with one whole core, in MB. Source: AWS Lambda developer guide, "Configure
/// memory", seen 2026-11.
const CORE_MB: f64 = 1_769.0;
/// Read units that opening a connection costs: a consistent query that finds nothing.
const CONNECT_READ: f64 = 1.0;

/// A function's part, per invoice.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The function's name.
    pub function: String,
    /// What it uses.
    pub uses: Quantities,
}

/// A month.
#[derive(Clone, Debug, PartialEq)]
pub struct Bill {
    /// Invoices in it.
    pub invoices: f64,
    /// By function, of one invoice.
    pub parts: Vec<Part>,
    /// Without any invoice.
    pub fixed: Quantities,
}

impl Bill {
    /// The month's, by the mix.
    ///
    /// # Errors
    /// What the model lacks, or that its shares are not all.
    pub fn of_month(model: &Model, invoices: f64) -> Result<Self, String> {
        model.assumptions.check()?;
        let mut bill = Self { invoices, parts: Vec::new(), fixed: fixed(model)? };
        for share in &model.assumptions.shares {
            bill.add_journey(model, &share.name, share.value)?;
        }
        for extra in &model.assumptions.extras {
            bill.add_works(model, model.units.journey(&extra.name)?, extra.value)?;
        }
        Ok(bill)
    }

    /// A month in which every invoice goes the same way, without extras.
    ///
    /// # Errors
    /// What the model lacks.
    pub fn of_journey(model: &Model, name: &str, invoices: f64) -> Result<Self, String> {
        let mut bill = Self { invoices, parts: Vec::new(), fixed: fixed(model)? };
        bill.add_journey(model, name, 1.0)?;
        Ok(bill)
    }

    /// All that one invoice uses.
    pub fn of_invoice(&self) -> Quantities {
        let mut all = Quantities::default();
        self.parts.iter().for_each(|part| all.add_all(&part.uses, 1.0));
        all
    }

    /// Dollars of the month.
    ///
    /// # Errors
    /// That something has no price.
    pub fn usd(&self, model: &Model) -> Result<f64, String> {
        let variable = model.prices.usd(&self.of_invoice())? * self.invoices;
        Ok(variable + model.prices.usd(&self.fixed)?)
    }

    fn add_journey(&mut self, model: &Model, name: &str, share: f64) -> Result<(), String> {
        let together = f64::from(model.units.issued_together);
        self.add_works(model, model.units.journey(ISSUED)?, share / together)?;
        self.add_works(model, model.units.journey(name)?, share)?;
        self.add("kept", &kept(model, name)?, share);
        Ok(())
    }

    fn add_works(&mut self, model: &Model, works: &[Work], times: f64) -> Result<(), String> {
        for work in works {
            self.add(&work.function, &uses(model, work)?, times);
        }
        Ok(())
    }

    fn add(&mut self, function: &str, uses: &Quantities, times: f64) {
        let place = self.parts.iter().position(|part| part.function == function);
        let place = place.unwrap_or_else(|| {
            self.parts.push(Part { function: function.to_owned(), uses: Quantities::default() });
            self.parts.len() - 1
        });
        if let Some(part) = self.parts.get_mut(place) {
            part.uses.add_all(uses, times);
        }
    }
}

/// What a function's work is billed as.
fn uses(model: &Model, work: &Work) -> Result<Quantities, String> {
    let (number, counts) = (|name| model.assumptions.number(name), &work.counts);
    let mut uses = Quantities::default();
    uses.add("dynamodb_write", counts.write_units.values().copied().map(f64::from).sum());
    uses.add("dynamodb_read", f64::from(counts.read_halves) / 2.0);
    uses.add("event", f64::from(counts.events));
    uses.add("s3_put", counts.requests_of("s3 PUT") + counts.requests_of("s3 POST"));
    uses.add("s3_get", counts.requests_of("s3 GET"));
    let mut runs = f64::from(work.runs);
    match work.trigger {
        Trigger::Api => {
            uses.add("api_request", runs);
            uses.add("waf_request", runs);
            uses.add("log", runs * number("log_bytes")? / GB);
            uses.add("transfer", runs * number("answer_bytes")? / GB);
        }
        Trigger::Stream => uses.add("log", runs * number("log_bytes")? / GB),
        Trigger::Queue => {
            uses.add("sqs_request", runs * number("sqs_requests_per_message")?);
            runs /= number("messages_per_batch")?;
        }
        Trigger::Schedule => {}
        Trigger::Browser => {
            // The bucket has each file scanned that a payer puts there.
            uses.add("malware_scan", counts.requests_of("s3 POST"));
            return Ok(uses);
        }
    }
    if work.function == "portal-receipt" {
        uses.add("transfer", runs * number("receipt_bytes")? / GB);
    }
    let cold = runs * number("cold_share")?;
    uses.add("lambda_request", runs);
    uses.add("secret_call", cold * number("cold_secrets")?);
    uses.add("dynamodb_read", cold * CONNECT_READ);
    let memory_mb = model.stack.memory_mb(&work.function)?;
    let ms = time_ms(model, work, memory_mb)? + cold * number("cold_ms")?;
    uses.add("lambda_time", gb_seconds(ms, memory_mb));
    Ok(uses)
}

fn gb_seconds(ms: f64, memory_mb: f64) -> f64 {
    ms / 1_000.0 * memory_mb / 1_024.0
}

/// How long a function runs: it waits for each request, and computes on its share of a core.
fn time_ms(model: &Model, work: &Work, memory_mb: f64) -> Result<f64, String> {
    let time = |name: &str| model.assumptions.time_ms(name);
    let (mut waits_ms, mut requests) = (0.0, 0.0);
    for (what, times) in &work.counts.requests {
        waits_ms += time(what)? * f64::from(*times);
        requests += f64::from(*times);
    }
    let runs = f64::from(work.runs);
    let mut cpu_ms = time("cpu per call")? * runs + time("cpu per request")? * requests;
    if work.function == "receipt-maker" {
        cpu_ms += time("cpu of a receipt")? * runs;
    }
    Ok(waits_ms + cpu_ms / (memory_mb / CORE_MB).min(1.0))
}

/// What stays of an invoice, for the months that it is kept.
fn kept(model: &Model, journey: &str) -> Result<Quantities, String> {
    let number = |name| model.assumptions.number(name);
    let (item_bytes, months) = (number("item_bytes")?, number("months_kept")?);
    let works = model.units.journey(journey)?;
    let put: f64 = works.iter().map(|work| work.counts.requests_of("s3 PUT")).sum();
    let mut kept = Quantities::default();
    kept.add("dynamodb_storage", item_bytes / GB * months);
    kept.add("dynamodb_backup", item_bytes / GB * months);
    kept.add("s3_storage", put * number("receipt_bytes")? / GB * months);
    Ok(kept)
}

/// What a month costs without any invoice: watching, and looking for what is due.
fn fixed(model: &Model) -> Result<Quantities, String> {
    let number = |name| model.assumptions.number(name);
    let (stack, time) = (&model.stack, model.assumptions.time_ms("dynamodb Query")?);
    let memory_mb = stack.memory_mb("cadence-sender")?;
    let mut fixed = Quantities::default();
    fixed.add("schedule_tick", stack.ticks);
    fixed.add("lambda_request", stack.ticks);
    // Four queries that find nothing, half a unit each.
    fixed.add("dynamodb_read", stack.ticks * 2.0);
    fixed.add("lambda_time", gb_seconds(stack.ticks * 4.0 * time, memory_mb));
    fixed.add("log", stack.ticks * number("log_bytes")? / GB);
    fixed.add("sqs_request", stack.queues * number("empty_polls_per_queue")?);
    fixed.add("s3_put", number("lists_of_uploads")?);
    fixed.add_all(&watched(model)?, number("watched_accounts")?);
    fixed.add("secret", stack.secrets);
    fixed.add("alarm", stack.alarms);
    fixed.add("metric", stack.metric_filters + number("metrics_of_functions")?);
    fixed.add("waf_acl", 1.0);
    fixed.add("waf_rule", stack.waf_rules);
    Ok(fixed)
}

/// What it costs to follow the events of one account for a month: a list, and a note how far.
fn watched(model: &Model) -> Result<Quantities, String> {
    let time = |name: &str| model.assumptions.time_ms(name);
    let memory_mb = model.stack.memory_mb("payment-reconciler")?;
    let ms = time("stripe")? + time("dynamodb UpdateItem")?;
    let runs = model.stack.ticks_of("payment-reconciler")?;
    let mut watched = Quantities::default();
    watched.add("dynamodb_write", runs);
    watched.add("lambda_time", gb_seconds(runs * ms, memory_mb));
    Ok(watched)
}
