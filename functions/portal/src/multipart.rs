//! A payer's form, with files or without.
//! Must never be read further than its bounds: the reader is platform's, and so are they.
use lambda_http::Request;
use platform::http::Reply;
use platform::multipart::{self, Unreadable};
pub(crate) use platform::multipart::{NewFile, Sent};
use platform::request;
use platform::token::LinkKeys;

use crate::page::{Plain, PlainPage};
use crate::show;
use crate::visit::Visit;

/// What the names of file fields begin with; a document's code follows.
pub(crate) const FILE_FIELD: &str = "doc-";

/// A payer's form with whatever came along, with files or without.
pub(crate) fn read_form(keys: &LinkKeys, request: &Request) -> Result<(Visit, Sent), Reply> {
    if !request::content_type_is(request, "multipart/form-data") {
        let (visit, typed) = Visit::read_typed(keys, request)?;
        return Ok((visit, Sent { typed, files: Vec::new() }));
    }
    let visit = Visit::read_sent(keys, request, usize::MAX, None)?;
    match multipart::read_form(request, |field| field.starts_with(FILE_FIELD)) {
        Ok(sent) => Ok((visit, sent)),
        Err(Unreadable::TooMuch) => Err(page(413, Plain::FilesTooLarge)),
        Err(Unreadable::Malformed) => Err(page(400, Plain::BadRequest)),
    }
}

fn page(status: u16, kind: Plain) -> Reply {
    show::plain(status, &PlainPage { kind })
}
