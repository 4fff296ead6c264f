//! A payer's browser, as far as HTTP goes: it sends what browsers send, and follows nothing by
//! itself. Must never know more than its link.
use std::net::SocketAddr;

use crate::Stack;

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// A header's value, empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The page's state, as its body names it.
    pub fn state(&self) -> String {
        self.between("data-state=\"")
    }

    /// The page's notice, as its body names it.
    pub fn notice(&self) -> String {
        self.between("data-notice=\"")
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("JSON: {}", self.text()))
    }

    fn between(&self, start: &str) -> String {
        let text = self.text();
        let after = text.split_once(start).map_or("", |(_, after)| after);
        after.split('"').next().unwrap_or_default().to_owned()
    }
}

/// What a browser sends when somebody follows a link. A program that sends less is told apart.
const BROWSER: [(&str, &str); 3] = [
    (
        "user-agent",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/149.0.0.0 Safari/537.36",
    ),
    ("accept-language", "en-US,en;q=0.9"),
    ("sec-fetch-mode", "navigate"),
];

/// A browser, at a network address of its own.
#[derive(Clone, Debug)]
pub struct Payer {
    http: reqwest::Client,
    address: String,
    headers: Vec<(&'static str, &'static str)>,
}

impl Payer {
    /// A browser that finds the portal's local name.
    pub fn new(stack: &Stack) -> Self {
        let portal = stack.text("portal");
        let host = portal.trim_start_matches("http://");
        let (name, port) = host.split_once(':').expect("the portal's address has a port");
        let address = SocketAddr::from(([127, 0, 0, 1], port.parse().expect("a port")));
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .resolve(name, address)
            .timeout(std::time::Duration::from_mins(1))
            .build()
            .expect("a client");
        Self { http, address: address_of_its_own(), headers: BROWSER.to_vec() }
    }

    /// Something at the same address that sends these headers, and nothing that browsers send.
    #[must_use]
    pub fn sending_only(&self, headers: &[(&'static str, &'static str)]) -> Self {
        Self { headers: headers.to_vec(), ..self.clone() }
    }

    /// The same browser at another address.
    #[must_use]
    pub fn elsewhere(&self) -> Self {
        Self { address: address_of_its_own(), ..self.clone() }
    }

    /// Where its requests come from.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// GET.
    pub async fn get(&self, url: &str) -> Answer {
        self.send(self.http.get(url).header("accept", "text/html,application/pdf,*/*")).await
    }

    /// HEAD.
    pub async fn head(&self, url: &str) -> Answer {
        self.send(self.http.head(url)).await
    }

    /// POST of an empty form, as our buttons do.
    pub async fn press(&self, url: &str) -> Answer {
        let form = "application/x-www-form-urlencoded";
        let request = self.http.post(url).header("content-type", form);
        self.send(request.header("sec-fetch-site", "same-origin").body("")).await
    }

    /// Any request.
    pub async fn request(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.http.request(method, url).body(body);
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let answer = self.http.execute(self.with_common(request)).await.expect("the stack answers");
        let status = answer.status().as_u16();
        let headers = answer.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned()))
            .collect();
        let bytes = answer.bytes().await.expect("a body").to_vec();
        Answer { status, headers, bytes }
    }

    /// Adds what every request of this browser has, where the story says nothing else.
    fn with_common(&self, mut request: reqwest::Request) -> reqwest::Request {
        // The emulator takes the source address from here. API Gateway never does: there it is
        // the address of the connection.
        let address = [("x-forwarded-for", self.address.as_str())];
        for (name, value) in self.headers.iter().copied().chain(address) {
            let value = value.parse().expect("a header");
            request.headers_mut().entry(name).or_insert(value);
        }
        request
    }
}

/// One of 2^24 addresses; stories run side by side, and again on the same stack.
#[expect(clippy::disallowed_methods, reason = "an address that no other story has")]
fn address_of_its_own() -> String {
    let [.., a, b, c] = ulid::Ulid::generate().to_bytes();
    format!("10.{a}.{b}.{c}")
}
