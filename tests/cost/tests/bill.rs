//! The arithmetic of the bill, and that the page is what the command writes.
//! Must never repeat a figure of the files: they change, and then the page does.
#![cfg(test)]
use std::collections::BTreeMap;

use plixo_cost::bill::Bill;
use plixo_cost::units::{Counts, Trigger, Units, Work};
use plixo_cost::{Model, page};

const MILLION: f64 = 1e6;

fn model() -> Model {
    Model::load().unwrap()
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
}

/// A model in which an invoice is one run of one function and nothing else.
fn single(function: &str, trigger: Trigger, counts: Counts) -> Model {
    let work = Work { function: function.to_owned(), trigger, runs: 1, counts };
    let journeys =
        BTreeMap::from([("issued".to_owned(), Vec::new()), ("card".to_owned(), vec![work])]);
    let mut model = model();
    model.units = Units { issued_together: 1, journeys };
    model
}

#[test]
fn units_are_billed_at_their_price() {
    let requests = BTreeMap::from([("s3 PUT".to_owned(), 1), ("s3 GET".to_owned(), 3)]);
    let counts = Counts {
        write_units: BTreeMap::from([("table".to_owned(), 5), ("due".to_owned(), 2)]),
        read_halves: 3,
        requests,
        events: 4,
    };
    let model = single("timeline-relay", Trigger::Stream, counts);
    let bill = Bill::of_journey(&model, "card", 1.0).unwrap();
    let uses = bill.of_invoice();
    let cold = model.assumptions.number("cold_share").unwrap();
    for (name, amount) in [
        ("dynamodb_write", 7.0),
        ("dynamodb_read", 1.5 + cold),
        ("event", 4.0),
        ("s3_put", 1.0),
        ("s3_get", 3.0),
        ("lambda_request", 1.0),
        ("api_request", 0.0),
        ("sqs_request", 0.0),
    ] {
        assert!(near(uses.of(name), amount), "{name}: {}", uses.of(name));
    }
    let writes = model.prices.usd_of(&uses, "DynamoDB writes").unwrap();
    assert!(near(writes, 7.0 * 0.625 / MILLION), "{writes}");
}

#[test]
fn a_function_is_billed_for_what_it_waits_and_computes() {
    let requests = BTreeMap::from([("stripe".to_owned(), 2)]);
    let counts = Counts { requests, ..Counts::default() };
    let mut model = single("portal-pay", Trigger::Api, counts);
    for (name, value) in
        [("stripe", "500"), ("cpu per call", "0"), ("cpu per request", "0"), ("cold_share", "0")]
    {
        model.assumptions.set(name, value).unwrap();
    }
    let time = |model: &Model| {
        Bill::of_journey(model, "card", 1.0).unwrap().of_invoice().of("lambda_time")
    };
    let memory_gb = model.stack.memory_mb("portal-pay").unwrap() / 1_024.0;
    assert!(near(time(&model), memory_gb), "one second");
    model.assumptions.set("cpu per call", "1").unwrap();
    let share_of_a_core = memory_gb * 1_024.0 / 1_769.0;
    assert!(near(time(&model), memory_gb * (1.0 + 0.001 / share_of_a_core)));
}

#[test]
fn a_bill_grows_with_its_invoices_but_for_what_is_paid_anyway() {
    let model = model();
    let of = |invoices| Bill::of_month(&model, invoices).unwrap().usd(&model).unwrap();
    let anyway = of(0.0);
    assert!(anyway > 0.0);
    let thousand = of(1_000.0) - anyway;
    for times in [2.0, 10.0, 1_000.0] {
        assert!(near(of(1_000.0 * times) - anyway, thousand * times), "{times}");
    }
}

#[test]
fn a_month_is_the_sum_of_its_lines() {
    let model = model();
    let bill = Bill::of_month(&model, MILLION).unwrap();
    let (each, services) = (bill.of_invoice(), model.prices.services());
    let lines = services.iter().map(|service| {
        let variable = model.prices.usd_of(&each, service).unwrap() * bill.invoices;
        variable + model.prices.usd_of(&bill.fixed, service).unwrap()
    });
    assert!(near(lines.sum(), bill.usd(&model).unwrap()));
    let parts = bill.parts.iter().map(|part| model.prices.usd(&part.uses).unwrap());
    assert!(near(parts.sum::<f64>(), model.prices.usd(&each).unwrap()));
}

#[test]
fn the_mix_is_all_invoices_and_lies_between_its_journeys() {
    let mut model = model();
    model.assumptions.check().unwrap();
    let usd = |bill: &Bill| model.prices.usd(&bill.of_invoice()).unwrap();
    let shares = model.assumptions.shares.iter();
    let journeys: Vec<f64> =
        shares.map(|share| usd(&Bill::of_journey(&model, &share.name, 1.0).unwrap())).collect();
    let extras = model.assumptions.extras.iter().map(|extra| extra.name.clone());
    let extras: Vec<String> = extras.collect();
    for extra in extras {
        model.assumptions.set(&extra, "0").unwrap();
    }
    let mixed = Bill::of_month(&model, 1.0).unwrap();
    let mixed = model.prices.usd(&mixed.of_invoice()).unwrap();
    assert!(journeys.iter().any(|journey| *journey < mixed));
    assert!(journeys.iter().any(|journey| *journey > mixed));
}

#[test]
fn shares_that_are_not_all_are_refused() {
    let mut model = model();
    model.assumptions.set("card", "0").unwrap();
    let refused = Bill::of_month(&model, 1.0).unwrap_err();
    assert!(refused.contains("add up to"), "{refused}");
    for (name, value) in [("nobody", "1"), ("card", "-1"), ("card", "many"), ("card", "NaN")] {
        assert!(model.assumptions.set(name, value).is_err(), "{name}={value}");
    }
}

#[test]
fn every_price_is_used_and_has_a_source() {
    let model = model();
    let bill = Bill::of_month(&model, 1.0).unwrap();
    let each = bill.of_invoice();
    for price in &model.prices.prices {
        let amount = each.of(&price.name) + bill.fixed.of(&price.name);
        assert!(amount > 0.0, "{} is in no bill", price.name);
        assert!(price.usd > 0.0 && price.per >= 1.0 && !price.source.is_empty());
    }
}

#[test]
fn every_journey_that_was_counted_is_in_the_mix() {
    let model = model();
    let known = model.assumptions.shares.iter().chain(&model.assumptions.extras);
    let mut known: Vec<&str> = known.map(|one| one.name.as_str()).collect();
    known.push("issued");
    known.sort_unstable();
    let counted: Vec<&str> = model.units.journeys.keys().map(String::as_str).collect();
    assert_eq!(known, counted);
}

#[test]
fn the_page_is_what_the_command_writes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/cost.md");
    let written = std::fs::read_to_string(path).unwrap();
    assert!(written == page::page(&model()).unwrap(), "run `make cost WRITE=1`");
}
