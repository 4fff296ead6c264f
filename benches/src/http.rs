//! HTTP/1.1 as much as the two servers of this crate need: one request at a time per connection.
//! Must never grow into a server of ours: it speaks on loopback, to processes started here.
use std::io::{self, Read, Write};

/// Lambda's own limit of an event or an answer is 6 MB.
const BODY_MAX: usize = 8 * 1024 * 1024;
const HEAD_MAX: usize = 64 * 1024;
const HEADERS_MAX: usize = 64;
const READ_BYTES: usize = 16 * 1024;

/// A request, read whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// Such as `GET`.
    pub method: String,
    /// Such as `/2018-06-01/runtime/invocation/next`.
    pub path: String,
    headers: Vec<(String, String)>,
    /// Without any chunks' framing.
    pub body: Vec<u8>,
}

/// How long the body is.
enum Framing {
    Bytes(usize),
    Chunks,
}

impl Request {
    /// A header's value by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The next request of a connection; `None` if it was closed between two.
    ///
    /// # Errors
    /// Whatever reading met, and `InvalidData` for what is no request.
    pub fn read(stream: &mut impl Read) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        let (mut request, framing, head) = loop {
            if let Some(found) = head(&bytes)? {
                break found;
            }
            if bytes.len() > HEAD_MAX {
                return Err(invalid("a request's head is too long"));
            }
            if read_more(stream, &mut bytes)? == 0 {
                let between = bytes.is_empty();
                return if between { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
        };
        bytes.drain(..head);
        request.body = match framing {
            Framing::Bytes(length) if length > BODY_MAX => return Err(invalid("body too long")),
            Framing::Bytes(length) => {
                while bytes.len() < length {
                    must_read(stream, &mut bytes)?;
                }
                bytes
            }
            Framing::Chunks => unchunk(stream, bytes)?,
        };
        Ok(Some(request))
    }
}

/// Writes an answer in one piece.
///
/// # Errors
/// Whatever writing met.
pub fn answer(
    stream: &mut impl Write,
    status: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<()> {
    let mut bytes = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for (name, value) in headers {
        write!(bytes, "{name}: {value}\r\n")?;
    }
    write!(bytes, "Content-Length: {}\r\n\r\n", body.len())?;
    bytes.extend_from_slice(body);
    stream.write_all(&bytes)?;
    stream.flush()
}

fn head(bytes: &[u8]) -> io::Result<Option<(Request, Framing, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut parsed = httparse::Request::new(&mut headers);
    let status = parsed.parse(bytes).map_err(|error| invalid(&error.to_string()))?;
    let httparse::Status::Complete(length) = status else { return Ok(None) };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let request = Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        path: parsed.path.unwrap_or_default().to_owned(),
        headers: parsed.headers.iter().map(|one| (one.name.to_owned(), text(one.value))).collect(),
        body: Vec::new(),
    };
    let chunked =
        request.header("transfer-encoding").is_some_and(|value| value.contains("chunked"));
    let framing = match (chunked, request.header("content-length")) {
        (true, _) => Framing::Chunks,
        (false, Some(text)) => {
            Framing::Bytes(text.parse().map_err(|_| invalid("no content length"))?)
        }
        (false, None) => Framing::Bytes(0),
    };
    Ok(Some((request, framing, length)))
}

fn unchunk(stream: &mut impl Read, mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    while body.len() <= BODY_MAX {
        let parsed =
            httparse::parse_chunk_size(&bytes).map_err(|_| invalid("no length of a chunk"))?;
        let httparse::Status::Complete((start, size)) = parsed else {
            must_read(stream, &mut bytes)?;
            continue;
        };
        let size = usize::try_from(size).map_err(|_| invalid("chunk too long"))?;
        if size > BODY_MAX {
            return Err(invalid("chunk too long"));
        }
        // The chunk ends in a line end, and so does the last one, which is empty.
        while bytes.len() < start + size + 2 {
            must_read(stream, &mut bytes)?;
        }
        body.extend_from_slice(&bytes[start..start + size]);
        bytes.drain(..start + size + 2);
        if size == 0 {
            return Ok(body);
        }
    }
    Err(invalid("body too long"))
}

fn must_read(stream: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    match read_more(stream, bytes)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

fn read_more(stream: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let mut buffer = [0; READ_BYTES];
    let count = stream.read(&mut buffer)?;
    bytes.extend_from_slice(&buffer[..count]);
    Ok(count)
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, as a slow network may.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn read(text: &str) -> io::Result<Option<Request>> {
        Request::read(&mut Drip(text.as_bytes()))
    }

    #[test]
    fn a_body_is_read_whole_in_either_framing() {
        for framed in [
            "Content-Length: 11\r\n\r\nhello world",
            "transfer-encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n",
        ] {
            let request =
                read(&format!("POST /x HTTP/1.1\r\nHost: a\r\n{framed}")).unwrap().unwrap();
            assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/x"));
            assert_eq!(request.header("HOST"), Some("a"));
            assert_eq!(request.body, b"hello world");
        }
    }

    #[test]
    fn a_connection_that_ends_between_requests_is_no_error_and_within_one_is() {
        assert_eq!(read("").unwrap(), None);
        assert!(read("GET /x HTT").is_err());
        assert!(read("POST /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nhell").is_err());
        assert!(read("POST /x HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhell").is_err());
    }

    #[test]
    fn what_is_no_request_or_too_much_is_refused() {
        for text in [
            "nonsense\r\n\r\n",
            "POST /x HTTP/1.1\r\nContent-Length: many\r\n\r\n",
            "POST /x HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
            "POST /x HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
