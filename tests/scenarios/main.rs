//! The stories. Without a deployed stack they are listed as ignored: run `make test`, or start
//! `make demo` and set `PLIXO_STACK=target/demo.json`.
//! Must never pass a story that did not run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "whatever is not as it should be ends the story"
)]

mod bad_input;
mod bucket;
mod cadence;
mod case_queues;
mod dead_links;
mod disputes;
mod documents;
mod figures;
mod import;
mod import_files;
mod invoices;
mod limits;
mod list;
mod office;
mod papers;
mod pay;
mod plans;
mod promises;
mod receipts;
mod regenerate;
mod roles;
mod routes;
mod secrets;
mod settings;
mod submissions;
mod submissions_late;
mod submissions_refused;
mod submissions_text;
mod timeline;
mod uploads;
mod webhook;

use acceptance::Stack;
use libtest_mimic::Arguments;

fn main() {
    let mut arguments = Arguments::from_args();
    // The stack runs on this machine too; more at once only wait for each other.
    arguments.test_threads.get_or_insert(4);
    let stack = Stack::find();
    let stack = stack.as_ref();
    let together = libtest_mimic::run(&arguments, list::together(stack));
    arguments.test_threads = Some(1);
    let apart = libtest_mimic::run(&arguments, list::alone(stack));
    if together.has_failed() {
        together.exit();
    }
    apart.exit();
}
