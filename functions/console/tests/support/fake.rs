//! An API on the wire that answers what a test has told it, and remembers what it was asked.
//! Must never answer what no test has told: an unknown address is a 404, as on the real one.
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Longest request that a test sends, in bytes.
const REQUEST_MAX: usize = 1 << 20;

/// The API of one test.
#[derive(Clone)]
pub(crate) struct Fake {
    /// Its address.
    pub(crate) base: String,
    answers: Arc<Mutex<Vec<(String, u16, String)>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// `GET /cases?queue=plans`.
    pub(crate) line: String,
    /// Headers, in lower case.
    pub(crate) head: String,
    pub(crate) body: String,
    /// All of it.
    pub(crate) text: String,
}

impl Fake {
    /// Starts it, without an answer to anything.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self { base, answers: Arc::default(), asked: Arc::default() };
        let serving = fake.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let fake = serving.clone();
                tokio::spawn(async move { fake.serve(stream).await });
            }
        });
        fake
    }

    /// Starts it with what every page asks for besides its own matter.
    pub(crate) async fn with_people() -> Self {
        let fake = Self::start().await;
        fake.says("GET /notices", &json!({ "notices": [], "queues": [], "next": null }));
        fake.says("GET /operators", &json!({ "operators": [
            { "id": "operator-1", "email": "ada@northwind.example", "name": "Ada King", "roles": [] },
            { "id": "operator-2", "email": "ben@northwind.example", "name": null, "roles": [] },
        ] }));
        fake
    }

    /// Answers `GET /path` with this from now on.
    pub(crate) fn says(&self, place: &str, answer: &Value) {
        self.answers(place, 200, &answer.to_string());
    }

    /// Answers with this status and body from now on.
    pub(crate) fn answers(&self, place: &str, status: u16, body: &str) {
        self.answers.lock().unwrap().insert(0, (place.to_owned(), status, body.to_owned()));
    }

    /// Refuses from now on.
    pub(crate) fn refuses(&self, place: &str, status: u16, title: &str, detail: &str) {
        let problem = json!({ "title": title, "status": status, "detail": detail });
        self.answers(place, status, &problem.to_string());
    }

    /// Starts it with these answers.
    pub(crate) async fn that_says(answers: Vec<(&'static str, u16, String)>) -> Self {
        let fake = Self::start().await;
        for (place, status, body) in answers {
            fake.answers(place, status, &body);
        }
        fake
    }

    /// All that it was asked, whole.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|one| one.text.clone()).collect()
    }

    /// What it was asked at addresses that begin so.
    pub(crate) fn asked(&self, place: &str) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|one| one.line.starts_with(place)).cloned().collect()
    }

    async fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let mut bytes = Vec::new();
        let asked = loop {
            let mut chunk = [0; 8_192];
            let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
            bytes.extend_from_slice(&chunk[..count]);
            if let Some(asked) = read(&bytes) {
                break asked;
            }
            assert!(bytes.len() < REQUEST_MAX, "an endless request");
        };
        // The stage is a part of the address that the caller was given, not of the route.
        let place = asked.line.split('?').next().unwrap().replacen(" /live/", " /", 1);
        self.asked.lock().unwrap().push(asked);
        let known = self.answers.lock().unwrap().iter().find(|one| one.0 == place).cloned();
        let (status, body) = known.map_or_else(
            || (404, json!({ "title": "Not found", "detail": place }).to_string()),
            |(_, status, body)| (status, body),
        );
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).await.ok()
    }
}

/// The request, once all of it has come.
fn read(bytes: &[u8]) -> Option<Asked> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let (line, headers) = head.split_once("\r\n")?;
    let head = headers.to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
    let line = line.rsplit_once(' ')?.0.to_owned();
    let whole = body.len() >= length;
    whole.then(|| Asked { line, head, body: body.to_owned(), text: text.to_string() })
}
