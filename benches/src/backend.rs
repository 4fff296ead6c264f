//! DynamoDB and Secrets Manager as far as a view asks them: fixed answers over real TLS, kept alive.
//! Must never compute an answer: how quick a table is, is not what is measured here.
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::certificate::{self, HOST};
use crate::http::{self, Request};
use crate::trouble::{Doing as _, Trouble};

/// A process under test that says nothing for this long has ended.
const IDLE: Duration = Duration::from_mins(2);
/// More than a run starts, so that a process that connects forever is noticed.
const CONNECTIONS_MAX: usize = 10_000;

/// What is answered, by the last part of `X-Amz-Target`, such as `Query`.
pub type Answers = BTreeMap<&'static str, Vec<u8>>;

/// The server; its threads end with the process.
#[derive(Debug)]
pub struct Backend {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    answers: RwLock<Answers>,
    queries: AtomicUsize,
    connections: AtomicUsize,
}

impl Backend {
    /// Starts it on a free port, and writes the certificate to trust to `trusted`.
    ///
    /// # Errors
    /// [`Trouble::Machine`].
    pub fn start(trusted: &Path, answers: Answers) -> Result<Self, Trouble> {
        let tls = certificate::server_config(trusted)?;
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).doing("listen for the functions")?;
        let port = listener.local_addr().doing("the server's own port")?.port();
        let (queries, connections) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let shared = Arc::new(Shared { answers: RwLock::new(answers), queries, connections });
        let for_threads = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().take(CONNECTIONS_MAX).flatten() {
                for_threads.connections.fetch_add(1, Ordering::SeqCst);
                let (tls, shared) = (Arc::clone(&tls), Arc::clone(&for_threads));
                thread::spawn(move || serve(stream, &tls, &shared));
            }
        });
        Ok(Self { port, shared })
    }

    /// What belongs into `AWS_ENDPOINT_URL`.
    pub fn url(&self) -> String {
        format!("https://{HOST}:{}", self.port)
    }

    /// Answers otherwise from now on.
    pub fn answer(&self, answers: Answers) {
        match self.shared.answers.write() {
            Ok(mut kept) => *kept = answers,
            // A thread has panicked while it held them; they are replaced whole all the same.
            Err(poisoned) => *poisoned.into_inner() = answers,
        }
    }

    /// How many connections there were. A function that opens one more than usual has lost one.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many queries of the table there were.
    pub fn queries(&self) -> usize {
        self.shared.queries.load(Ordering::SeqCst)
    }
}

/// Serves one connection until it ends. That it ends badly is for its process to notice.
fn serve(stream: TcpStream, tls: &Arc<ServerConfig>, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let _ = stream.set_read_timeout(Some(IDLE));
    let Ok(connection) = ServerConnection::new(Arc::clone(tls)) else { return };
    let mut stream = StreamOwned::new(connection, stream);
    while let Ok(Some(request)) = Request::read(&mut stream) {
        let (status, body) = shared.answer_to(&request);
        // The SDKs check it where they are told.
        let checksum = crc32fast::hash(&body).to_string();
        let headers = [
            ("Content-Type", "application/x-amz-json-1.0"),
            ("x-amzn-RequestId", "BENCHBENCHBENCHBENCHBENCHBENCHBENCHBENCHBENCHBENCHBE"),
            ("x-amz-crc32", checksum.as_str()),
        ];
        if http::answer(&mut stream, status, &headers, &body).is_err() {
            return;
        }
    }
}

impl Shared {
    fn answer_to(&self, request: &Request) -> (&'static str, Vec<u8>) {
        let target = request.header("x-amz-target").unwrap_or_default();
        let wanted = target.rsplit('.').next().unwrap_or_default();
        if wanted == "Query" {
            self.queries.fetch_add(1, Ordering::SeqCst);
        }
        let signed = request.header("authorization").is_some_and(|text| text.starts_with("AWS4-"));
        let answers = self.answers.read().ok();
        match answers.as_ref().and_then(|answers| answers.get(wanted)) {
            Some(body) if signed => ("200 OK", body.clone()),
            _ => ("400 Bad Request", br#"{"__type":"ValidationException"}"#.to_vec()),
        }
    }
}
