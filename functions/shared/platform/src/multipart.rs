//! A form with files, as browsers send it: `multipart/form-data` taken apart.
//! Must never hold more than its bounds, nor guess at what is malformed.
use std::convert::Infallible;

use domain::document::safe_name;
use domain::form::Typed;
use futures_util::{FutureExt as _, stream};
use lambda_http::Request;
use lambda_http::http::header::CONTENT_TYPE;
use multer::{Field, Multipart};

/// Largest body, in bytes: what passes through a function in base64 ends at 6 MB.
pub const BODY_MAX: usize = 4_400_000;
/// Ten fields, ten documents kept, ten new ones, and room for fields left empty.
const PARTS_MAX: usize = 40;
/// Longest value, in bytes: four times what the longest field takes.
const VALUE_MAX: usize = 64 * 1024;
/// All values together, in bytes: a page shows them again, and each may grow sixfold in HTML.
const VALUES_MAX: usize = 512 * 1024;
/// Longest boundary. Source: RFC 2046 section 5.1.1.
const BOUNDARY_MAX: usize = 70;

/// What a form brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Its values.
    pub typed: Typed,
    /// Its files, in order.
    pub files: Vec<NewFile>,
}

/// A file as it came.
#[derive(Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Name of its field.
    pub field: String,
    /// Its own name, made safe.
    pub name: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Why a form cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// More bytes or parts than any form of ours has: 413.
    TooMuch,
    /// No form at all: 400.
    Malformed,
}

/// Takes a form apart; `is_file` says which of its fields bring files.
///
/// # Errors
/// [`Unreadable`].
pub fn read_form(request: &Request, is_file: fn(&str) -> bool) -> Result<Sent, Unreadable> {
    let body: &[u8] = request.body().as_ref();
    if body.len() > BODY_MAX {
        return Err(Unreadable::TooMuch);
    }
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    read(given.unwrap_or_default(), body.to_vec(), is_file)
}

/// Takes a body of that content type apart.
fn read(content_type: &str, body: Vec<u8>, is_file: fn(&str) -> bool) -> Result<Sent, Unreadable> {
    let boundary = multer::parse_boundary(content_type).map_err(|_| Unreadable::Malformed)?;
    if boundary.is_empty() || boundary.len() > BOUNDARY_MAX {
        return Err(Unreadable::Malformed);
    }
    let parts = Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
    // All of the body is here: whatever would wait for more is cut short.
    take(parts, is_file).now_or_never().unwrap_or(Err(Unreadable::Malformed))
}

async fn take(mut parts: Multipart<'_>, is_file: fn(&str) -> bool) -> Result<Sent, Unreadable> {
    let mut sent = Sent::default();
    let (mut count, mut values) = (0_usize, 0_usize);
    while let Some(part) = parts.next_field().await.map_err(|_| Unreadable::Malformed)? {
        count += 1;
        if count > PARTS_MAX || values > VALUES_MAX {
            return Err(Unreadable::TooMuch);
        }
        let field = part.name().filter(|name| !name.is_empty()).ok_or(Unreadable::Malformed)?;
        let field = field.to_owned();
        if is_file(&field) {
            sent.files.extend(file(field, part).await?);
        } else {
            let value = value(part).await?;
            values += value.len();
            sent.typed.0.push((field, value));
        }
    }
    Ok(sent)
}

/// The file, unless nothing was chosen: browsers then send a part without name and content.
async fn file(field: String, part: Field<'_>) -> Result<Option<NewFile>, Unreadable> {
    // Browsers write a quote so. Source: HTML standard, "multipart form data".
    let name = part.file_name().unwrap_or_default().replace("%22", "\"");
    let bytes = part.bytes().await.map_err(|_| Unreadable::Malformed)?.to_vec();
    let chosen = !(name.is_empty() && bytes.is_empty());
    Ok(chosen.then(|| NewFile { field, name: safe_name(&name), bytes }))
}

/// A value, exactly; what is longer than any field is cut, and still too long to be taken.
async fn value(part: Field<'_>) -> Result<String, Unreadable> {
    let bytes = part.bytes().await.map_err(|_| Unreadable::Malformed)?;
    let mut text = String::from_utf8(bytes.to_vec()).map_err(|_| Unreadable::Malformed)?;
    if text.len() > VALUE_MAX {
        text.truncate(text.floor_char_boundary(VALUE_MAX));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
