//! A payer's browser, as far as HTTP goes: it follows nothing by itself.
//! Must never know more than its link.
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

/// A browser.
#[derive(Clone, Debug)]
pub struct Payer {
    http: reqwest::Client,
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
        Self { http }
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
        let answer = request.send().await.expect("the stack answers");
        let status = answer.status().as_u16();
        let headers = answer.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned()))
            .collect();
        let bytes = answer.bytes().await.expect("a body").to_vec();
        Answer { status, headers, bytes }
    }
}
