//! The rules of the house, proven from outside: a module per story, one binary, no clock.
//! Must never reach into the crate's privates: what is proven here is what callers get.
#![cfg(test)]

mod bench;
mod cadence;
mod csv_file;
mod csv_rows;
mod links;
mod orders;
mod overdue;
mod pay;
mod second_thoughts;
mod sequences;
mod table_payments;
mod table_verbs;
