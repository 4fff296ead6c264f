//! `make cost INVOICES=1000000`: prints the bill of a month, or writes `docs/cost.md`.
//! Must never hold logic: it reads arguments and prints.
use std::process::ExitCode;

use plixo_cost::{Model, page};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/cost.md");
const USAGE: &str = "cost [write] [invoices=NUMBER] [NAME=NUMBER ...]";

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "what it is for")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<String, String> {
    let mut model = Model::load()?;
    if arguments.first().is_some_and(|first| first == "write") {
        // As it is in the files: a page of somebody's own mix would be taken for ours.
        std::fs::write(PAGE, page::page(&model)?).map_err(|error| format!("{PAGE}: {error}"))?;
        return Ok("docs/cost.md is written.\n".to_owned());
    }
    let mut invoices = page::PAGE_INVOICES;
    for argument in arguments {
        let (name, value) =
            argument.split_once('=').ok_or_else(|| format!("{argument}: not NAME=NUMBER"))?;
        if name == "invoices" {
            let number: Result<u32, _> = value.parse();
            invoices = number.map(f64::from).map_err(|_| format!("{argument}: not a number"))?;
        } else {
            model.assumptions.set(name, value)?;
        }
    }
    page::month(&model, invoices)
}
