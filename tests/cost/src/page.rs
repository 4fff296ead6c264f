//! The bill as Markdown: what the command prints, and `docs/cost.md`.
//! Must never show a figure that is not computed from the files.
use std::fmt::Write as _;

use crate::Model;
use crate::assumptions::Assumed;
use crate::bill::{Bill, Part};
use crate::quantity::Quantities;

/// What figures are compared for.
const MILLION: f64 = 1e6;
/// What the page is written for.
pub const PAGE_INVOICES: f64 = MILLION;
/// Services whose use is up to the code.
const OF_TABLE_AND_FUNCTIONS: [&str; 5] =
    ["DynamoDB writes", "DynamoDB reads", "Storage", "Lambda requests", "Lambda time"];
const INTRODUCTION: &str = include_str!("../introduction.md");
const CHANGES: &str = include_str!("../changes.md");

/// Everything about a month: the bill by service and by function, and what is paid anyway.
///
/// # Errors
/// What the model lacks.
pub fn month(model: &Model, invoices: f64) -> Result<String, String> {
    let bill = Bill::of_month(model, invoices)?;
    let prices = &model.prices;
    let (all, fixed) = (bill.usd(model)?, prices.usd(&bill.fixed)?);
    let each_million = prices.usd(&bill.of_invoice())? * MILLION;
    let mut text = format!(
        "**{} for {} invoices** in a month, before mail and Stripe fees: {} by the invoices, {} \
         anyway. **{} per million invoices.** Prices of {}, {}.\n\n",
        usd(all),
        whole(invoices),
        usd(all - fixed),
        usd(fixed),
        usd(each_million),
        prices.region,
        prices.date
    );
    text += &by_service(model, &bill)?;
    text += &least(model, &bill)?;
    text += &by_function(model, &bill)?;
    Ok(text)
}

/// The page.
///
/// # Errors
/// What the model lacks.
pub fn page(model: &Model) -> Result<String, String> {
    let mut text = INTRODUCTION.to_owned();
    text += "\n## The month\n\n";
    text += &month(model, PAGE_INVOICES)?;
    text += "\n## By journey\n\n";
    text += &by_journey(model)?;
    text += "\n## What would change the bill\n\n";
    text += &sensitivities(model)?;
    text.push('\n');
    text += CHANGES;
    text += "\n## The mix\n\n";
    text += &assumed(&model.assumptions.shares, "Share");
    text += "\nOn top of any of them:\n\n";
    text += &assumed(&model.assumptions.extras, "Per invoice");
    text += "\n## Assumptions\n\n";
    text += &assumed(&model.assumptions.numbers, "Value");
    text += "\nHow long a function waits for an answer, or computes on a whole core; its share of a core follows from its memory:\n\n";
    text += &assumed(&model.assumptions.times_ms, "ms");
    text += "\n## Prices\n\n";
    text += &prices(model);
    Ok(text)
}

fn by_service(model: &Model, bill: &Bill) -> Result<String, String> {
    let mut text =
        "| Service | Per million invoices | This month | Of it anyway |\n|---|--:|--:|--:|\n"
            .to_owned();
    let each = bill.of_invoice();
    for service in model.prices.services() {
        let million = model.prices.usd_of(&each, service)? * MILLION;
        let fixed = model.prices.usd_of(&bill.fixed, service)?;
        let month = million / MILLION * bill.invoices + fixed;
        // Writing to a String cannot fail, here and below.
        let _ =
            writeln!(text, "| {service} | {} | {} | {} |", usd(million), usd(month), usd(fixed));
    }
    text.push('\n');
    Ok(text)
}

/// What no better code would save: all that is neither the table nor a function.
fn least(model: &Model, bill: &Bill) -> Result<String, String> {
    let (each, mut million) = (bill.of_invoice(), 0.0);
    for service in model.prices.services() {
        if !OF_TABLE_AND_FUNCTIONS.contains(&service) {
            million += model.prices.usd_of(&each, service)? * MILLION;
        }
    }
    Ok(format!(
        "If the table and the functions cost nothing, it would be {} per million invoices.\n\n",
        usd(million)
    ))
}

fn by_function(model: &Model, bill: &Bill) -> Result<String, String> {
    let mut text = "| Step | Per million invoices | Write units | Read units | Calls | Events |\n|---|--:|--:|--:|--:|--:|\n".to_owned();
    let mut parts: Vec<(f64, &Part)> = Vec::new();
    for part in &bill.parts {
        parts.push((model.prices.usd(&part.uses)? * MILLION, part));
    }
    parts.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    for (million, Part { function, uses }) in parts {
        let _ = writeln!(text, "| {function} | {} | {} |", usd(million), units(uses));
    }
    let _ = writeln!(
        text,
        "| all | {} | {} |",
        usd(model.prices.usd(&bill.of_invoice())? * MILLION),
        units(&bill.of_invoice())
    );
    Ok(text)
}

/// Of one invoice.
fn units(uses: &Quantities) -> String {
    let names = ["dynamodb_write", "dynamodb_read", "lambda_request", "event"];
    names.map(|name| format!("{:.2}", uses.of(name))).join(" | ")
}

fn by_journey(model: &Model) -> Result<String, String> {
    let mut text = "Per million invoices that all go the same way, without what comes on top. `issued` is in each.\n\n| Journey | Dollars | Write units | Read units | Calls | Events | Requests through the API |\n|---|--:|--:|--:|--:|--:|--:|\n".to_owned();
    for share in &model.assumptions.shares {
        let bill = Bill::of_journey(model, &share.name, MILLION)?;
        let each = bill.of_invoice();
        let million = model.prices.usd(&each)? * MILLION;
        let api = each.of("api_request");
        let _ =
            writeln!(text, "| {} | {} | {} | {api:.2} |", share.name, usd(million), units(&each));
    }
    Ok(text)
}

/// What one more of each thing would cost, and what an invoice more of each journey does.
fn sensitivities(model: &Model) -> Result<String, String> {
    let mut text =
        "One more of each, for every invoice of a million:\n\n| One more | Dollars |\n|---|--:|\n"
            .to_owned();
    for (what, names) in [
        ("write unit", &["dynamodb_write"][..]),
        ("read unit", &["dynamodb_read"]),
        (
            "request through API Gateway and the firewall, its function apart",
            &["api_request", "waf_request"],
        ),
        ("event", &["event"]),
        ("message, its function apart", &["sqs_request", "sqs_request", "sqs_request"]),
        ("call of a function, its time apart", &["lambda_request"]),
        ("object put into the bucket", &["s3_put"]),
    ] {
        let mut uses = Quantities::default();
        for name in names {
            uses.add(name, 1.0);
        }
        let _ = writeln!(text, "| {what} | {} |", usd(model.prices.usd(&uses)? * MILLION));
    }
    Ok(text)
}

fn assumed(all: &[Assumed], head: &str) -> String {
    let mut text = format!("| Name | {head} | Why |\n|---|--:|---|\n");
    for Assumed { name, value, why } in all {
        let _ = writeln!(text, "| `{name}` | {value} | {why} |");
    }
    text
}

fn prices(model: &Model) -> String {
    let prices = &model.prices;
    let mut text = format!(
        "{}, {}, in dollars. {}\n\n| What | Price | For | Source |\n|---|--:|---|---|\n",
        prices.region, prices.date, prices.note
    );
    for price in &prices.prices {
        let per =
            if price.per > 1.0 { format!("{} of: ", whole(price.per)) } else { String::new() };
        let _ = writeln!(
            text,
            "| `{}` | {} | {per}{} | {} |",
            price.name, price.usd, price.unit, price.source
        );
    }
    text
}

fn usd(amount: f64) -> String {
    format!("${amount:.2}")
}

/// With commas.
fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
