//! The store against a DynamoDB in the same process: the real SDK, the real protocol.
//! Must never need a set-up or a network: a table lives as long as its test.
#![cfg(test)]

mod alarms;
mod commit;
mod cost;
mod cost_cases;
mod crash;
mod crash_cases;
mod due;
mod facts;
mod faults;
mod imports;
mod invoice_list;
mod invoice_pages;
mod invoices;
mod limits;
mod mails;
mod office;
mod once;
mod openings;
mod queue;
mod queue_conflict;
mod queue_pages;
mod round_trip;
mod sellers;
mod sessions;
mod table;
mod watches;
