//! The floor: asks the Runtime API for work over one connection and answers a fixed text.
//! Must never use a crate, nor be taken for a function one could ship: it reads no event.
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

/// An event is at most 6 MB. Source: AWS Lambda quotas, seen 2026-11.
const EVENT_BYTES_MAX: usize = 6 * 1024 * 1024;
const HEADER_LINES_MAX: usize = 64;
const ANSWER: &str = r#"{"statusCode":200,"headers":{"content-type":"text/plain"},"body":"hello"}"#;

fn main() -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "it has no settings but where its work is")]
    let host = std::env::var("AWS_LAMBDA_RUNTIME_API").map_err(io::Error::other)?;
    let mut stream = TcpStream::connect(&host)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    // Until the Runtime API goes away, as every runtime does.
    loop {
        let poll =
            format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.write_all(poll.as_bytes())?;
        let id = read_answer(&mut reader)?;
        let length = ANSWER.len();
        let answer = format!(
            "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nHost: {host}\r\n\
             Content-Length: {length}\r\n\r\n{ANSWER}"
        );
        stream.write_all(answer.as_bytes())?;
        read_answer(&mut reader)?;
    }
}

/// Reads one whole HTTP answer and gives the request id that its headers name, if they do.
fn read_answer(reader: &mut BufReader<TcpStream>) -> io::Result<String> {
    let (mut id, mut length) = (String::new(), 0);
    for _ in 0..HEADER_LINES_MAX {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end();
        if line.is_empty() {
            let mut body = vec![0; length];
            reader.read_exact(&mut body)?;
            return Ok(id);
        }
        match line.split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().map_err(io::Error::other)?;
                if length > EVENT_BYTES_MAX {
                    return Err(io::ErrorKind::InvalidData.into());
                }
            }
            Some((name, value)) if name.eq_ignore_ascii_case("lambda-runtime-aws-request-id") => {
                value.clone_into(&mut id);
            }
            _ => {}
        }
    }
    Err(io::ErrorKind::InvalidData.into())
}
