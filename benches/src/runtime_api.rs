//! Plays the Runtime API to one process: what it asks, and when, in the order it asks.
//! Must never answer by itself: whoever measures decides when work begins and ends.
use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::http::{self, Request};
use crate::trouble::{Doing as _, Trouble};

/// Paths begin with the version. Source: AWS Lambda docs, "Using the Lambda runtime API", seen 2026-11.
const BASE: &str = "/2018-06-01/runtime/";
/// No client needs more: one for polling, one for answers, one for errors.
const CONNECTIONS_MAX: usize = 8;
const READ_WITHIN: Duration = Duration::from_secs(10);
const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:bench";
const TRACE: &str = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=0";

/// The server side of the Runtime API for one process.
#[derive(Debug)]
pub struct RuntimeApi {
    listener: TcpListener,
    /// Each with a number of its own: places shift when one is closed.
    connections: Vec<(usize, TcpStream)>,
    accepted: usize,
}

/// What the process asked, and when the request had come whole.
#[derive(Debug)]
pub struct Call {
    /// What it asked.
    pub ask: Ask,
    /// When.
    pub at: Instant,
    connection: usize,
}

/// The calls of the Runtime API.
#[derive(Debug, PartialEq, Eq)]
pub enum Ask {
    /// It is ready for an event.
    Next,
    /// It has answered the invocation of that id.
    Response(String, Vec<u8>),
    /// It has failed: at an invocation, or at its start.
    Error(String),
}

impl RuntimeApi {
    /// Listens on a free port of loopback.
    ///
    /// # Errors
    /// [`Trouble::Machine`].
    pub fn start() -> Result<Self, Trouble> {
        let listener = TcpListener::bind("127.0.0.1:0").doing("listen for the Runtime API")?;
        Ok(Self { listener, connections: Vec::new(), accepted: 0 })
    }

    /// What belongs into `AWS_LAMBDA_RUNTIME_API`.
    ///
    /// # Errors
    /// [`Trouble::Machine`].
    pub fn address(&self) -> Result<String, Trouble> {
        let address = self.listener.local_addr().doing("the Runtime API's address")?;
        Ok(address.to_string())
    }

    /// The next call, if one comes within that time. One thread does all of this: a second one
    /// would be woken first, and its waking would be part of what is measured.
    ///
    /// # Errors
    /// [`Trouble::Machine`]; [`Trouble::Subject`] for a call that is none of the API.
    pub fn next_call(&mut self, within: Duration) -> Result<Option<Call>, Trouble> {
        let deadline = Instant::now() + within;
        while let Some(left) = deadline.checked_duration_since(Instant::now()) {
            let Some(ready) = self.ready(left)? else { return Ok(None) };
            if ready == self.connections.len() {
                self.accept()?;
                continue;
            }
            let (connection, stream) = &mut self.connections[ready];
            let read = Request::read(stream);
            let at = Instant::now();
            match read.doing("read from the function")? {
                Some(request) => {
                    return Ok(Some(Call { ask: ask(request)?, at, connection: *connection }));
                }
                None => {
                    self.connections.remove(ready);
                }
            }
        }
        Ok(None)
    }

    /// Hands out an event in answer to [`Ask::Next`], and says when it was written.
    ///
    /// # Errors
    /// [`Trouble::Machine`].
    pub fn hand_out(&mut self, poll: &Call, id: &str, event: &[u8]) -> Result<Instant, Trouble> {
        let deadline_ms = (now_ms() + 10_000).to_string();
        let headers = [
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", id),
            ("Lambda-Runtime-Deadline-Ms", &deadline_ms),
            ("Lambda-Runtime-Invoked-Function-Arn", ARN),
            ("Lambda-Runtime-Trace-Id", TRACE),
        ];
        let written = Instant::now();
        self.answer(poll, "200 OK", &headers, event)?;
        Ok(written)
    }

    /// Takes an answer, so that the process may go on.
    ///
    /// # Errors
    /// [`Trouble::Machine`].
    pub fn accept_answer(&mut self, call: &Call) -> Result<(), Trouble> {
        let headers = [("Content-Type", "application/json")];
        self.answer(call, "202 Accepted", &headers, br#"{"status":"OK"}"#)
    }

    fn answer(
        &mut self,
        call: &Call,
        status: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<(), Trouble> {
        let own = self.connections.iter_mut().find(|(number, _)| *number == call.connection);
        let hung_up = || Trouble::Subject("the function hung up".to_owned());
        let (_, stream) = own.ok_or_else(hung_up)?;
        http::answer(stream, status, headers, body).doing("write to the function")
    }

    /// The index of a connection with something to read; one beyond the last is the listener.
    fn ready(&self, within: Duration) -> Result<Option<usize>, Trouble> {
        let all = self
            .connections
            .iter()
            .map(|(_, stream)| stream.as_fd())
            .chain([self.listener.as_fd()]);
        let mut polled: Vec<_> =
            all.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)).collect();
        let timeout = Timespec::try_from(within).ok();
        match poll(&mut polled, timeout.as_ref()) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(polled.iter().position(|one| !one.revents().is_empty())),
            Err(error) => Err(Trouble::machine("wait for the function", error)),
        }
    }

    fn accept(&mut self) -> Result<(), Trouble> {
        let (stream, _) = self.listener.accept().doing("accept the function's connection")?;
        if self.connections.len() == CONNECTIONS_MAX {
            return Err(Trouble::Subject("the function opens too many connections".to_owned()));
        }
        let set = |stream: &TcpStream| -> io::Result<()> {
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(READ_WITHIN))?;
            stream.set_write_timeout(Some(READ_WITHIN))
        };
        set(&stream).doing("set up the function's connection")?;
        self.connections.push((self.accepted, stream));
        self.accepted += 1;
        Ok(())
    }
}

fn ask(request: Request) -> Result<Ask, Trouble> {
    let Request { method, path, body, .. } = request;
    let text = |body: Vec<u8>| String::from_utf8_lossy(&body).into_owned();
    match (method.as_str(), path.strip_prefix(BASE)) {
        ("GET", Some("invocation/next")) => Ok(Ask::Next),
        ("POST", Some("init/error")) => Ok(Ask::Error(text(body))),
        ("POST", Some(rest)) => {
            let invocation = rest.strip_prefix("invocation/").and_then(|rest| rest.split_once('/'));
            match invocation {
                Some((id, "response")) => Ok(Ask::Response(id.to_owned(), body)),
                Some((_, "error")) => Ok(Ask::Error(text(body))),
                _ => Err(Trouble::Subject(format!("not of the Runtime API: POST {path}"))),
            }
        }
        _ => Err(Trouble::Subject(format!("not of the Runtime API: {method} {path}"))),
    }
}

#[expect(clippy::disallowed_methods, reason = "a deadline for the process under test")]
fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests;
