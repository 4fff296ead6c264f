//! The rules of the house, proven from outside: a module per story, one binary, no clock.
//! Must never reach into the crate's privates: what is proven here is what callers get.
#![cfg(test)]

mod after_decisions;
mod bench;
mod business_days;
mod cadence;
mod case_bench;
mod case_clock;
mod case_sequences;
mod cases;
mod csv_file;
mod csv_mend;
mod csv_reasons;
mod csv_rows;
mod desk;
mod disputes;
mod evidence;
mod forms;
mod forms_figures;
mod forms_hostile;
mod forms_plan;
mod forms_rest;
mod links;
mod orders;
mod overdue;
mod pay;
mod plans;
mod promises;
mod queue_lines;
mod references;
mod same_form;
mod schedules;
mod second_thoughts;
mod sequences;
mod table_payments;
mod table_verbs;
mod wording;
