//! Documents as payers send them, and as nobody should: files made here, byte by byte.
//! Must never hold a dangerous file itself: what scanners know is put together at run time.
#![cfg(test)]

mod accepted;
mod hostile;
mod kinds;
mod parts;
mod samples;
