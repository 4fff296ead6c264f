//! A payer's forms, filled in as a browser without a script does it.
//! Must never send what the page did not offer: its hidden fields come from the page.
use serde_json::{Value, json};

use crate::{Answer, Bill, Payer, World, eventually};

/// Whom a story's submissions come from.
pub const CONTACT: [(&str, &str); 3] =
    [("name", "Ada Ashdown"), ("email", "ada@elsewhere.example"), ("phone", "")];

/// A file as a form sends it.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// Name of the file input.
    pub field: &'a str,
    /// Name of the file at the payer's.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

impl Payer {
    /// Opens a form of a link; its page.
    pub async fn open(&self, link: &str, what: &str) -> Answer {
        let page = self.get(&format!("{link}/{what}")).await;
        assert_eq!(page.status, 200, "{what}: {}", page.text());
        page
    }

    /// Sends fields to a form's address.
    pub async fn post(&self, link: &str, what: &str, fields: &[(&str, &str)]) -> Answer {
        let body = urlencoded(fields);
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        self.request("POST", &format!("{link}/{what}"), &headers, body.into_bytes()).await
    }

    /// Sends fields and files to a form's address.
    pub async fn post_files(
        &self,
        link: &str,
        what: &str,
        fields: &[(&str, &str)],
        files: &[Part<'_>],
    ) -> Answer {
        let boundary = "----plixo-story-7d1f";
        let kind = format!("multipart/form-data; boundary={boundary}");
        let headers = [("content-type", kind.as_str()), ("sec-fetch-site", "same-origin")];
        let body = multipart(boundary, fields, files);
        self.request("POST", &format!("{link}/{what}"), &headers, body).await
    }

    /// Opens a form, fills it in with the story's contact, and sends it.
    pub async fn submit(&self, link: &str, what: &str, fields: &[(&str, &str)]) -> Answer {
        let form = hidden(&self.open(link, what).await, "form");
        let mut all = vec![("form", form.as_str()), ("do", "send")];
        all.extend(fields);
        all.extend(CONTACT);
        self.post(link, what, &all).await
    }
}

impl World {
    /// Sends a plan of `count` weekly instalments from `first` on; the case as operators see it.
    pub async fn with_plan(&self, bill: &Bill, count: &str, first: &str) -> Value {
        let fields = [
            ("terms", "equal"),
            ("count", count),
            ("interval", "weekly"),
            ("first", first),
            ("why", "A slow quarter."),
        ];
        let answer = self.payer.submit(&bill.link, "plan", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        self.case(bill).await
    }

    /// Sends a dispute without documents; `amount` empty for all of it.
    pub async fn with_dispute(&self, bill: &Bill, amount: &str) -> Value {
        let fields = [
            ("reason", "duplicate"),
            ("disputed", if amount.is_empty() { "all" } else { "part" }),
            ("amount", amount),
            ("description", "We were billed for this in May already."),
        ];
        let form = hidden(&self.payer.open(&bill.link, "dispute?reason=duplicate").await, "form");
        let mut all = vec![("form", form.as_str())];
        all.extend(fields);
        all.extend(CONTACT);
        let answer = self.payer.post_files(&bill.link, "dispute", &all, &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        self.case(bill).await
    }

    /// The latest case of an invoice, as operators see it.
    pub async fn case(&self, bill: &Bill) -> Value {
        let id = self.case_id(bill).await;
        let answer = self.operate("GET", &format!("/invoices/{}/cases/{id}", bill.id), None).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// The id of the latest case, from the timeline.
    pub async fn case_id(&self, bill: &Bill) -> String {
        let invoice = self.read(&bill.id).await;
        let entries = invoice["timeline"].as_array().cloned().unwrap_or_default();
        let cases = entries.iter().rev().filter_map(|entry| entry["data"]["case"].as_str());
        cases.map(str::to_owned).next().expect("a case on the timeline")
    }

    /// Does something about the latest case, as the holder of `token`.
    pub async fn act(&self, token: &str, bill: &Bill, verb: &str, body: Value) -> Answer {
        let id = self.case_id(bill).await;
        let url = self.api(&format!("/invoices/{}/cases/{id}/{verb}", bill.id));
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        self.payer.request("POST", &url, &headers, body.to_string().into_bytes()).await
    }

    /// Decides the latest case as the seller's A/R manager.
    pub async fn decide(&self, bill: &Bill, decision: &str) {
        let body = json!({ "decision": decision, "note": "We have looked at it." });
        let answer = self.act(&self.token, bill, "decision", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// The lines of a queue with that query, as the seller's A/R manager gets them.
    pub async fn queue(&self, query: &str) -> Vec<Value> {
        let answer = self.operate("GET", &format!("/cases?{query}"), None).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["cases"].as_array().cloned().expect("lines")
    }

    /// Waits until the invoice's line in a queue is in that state.
    pub async fn wait_for_line(&self, query: &str, bill: &Bill, state: &str) -> Value {
        eventually(&format!("a line that is {state}"), || async {
            let lines = self.queue(query).await;
            lines.into_iter().find(|line| line["invoice"] == bill.id && line["state"] == state)
        })
        .await
    }

    /// Sets attributes of the latest case's item, to set the scene that only time would make,
    /// and has its clock look at it. `expression` begins with `SET`.
    pub async fn let_time_pass(&self, bill: &Bill, expression: &str, values: Value) {
        let key = (format!("INVOICE#{}", bill.id), format!("5#case#{}", self.case_id(bill).await));
        let mut values = values;
        values[":past"] = json!({ "N": "1" });
        values[":bucket"] = json!({ "S": "case#0" });
        let expression = format!("{expression}, due_at = :past, due_bucket = :bucket");
        self.aws.update_item((&key.0, &key.1), &expression, values).await;
        self.aws.invoke("case-clock").await;
    }

    /// Moves a promise to that day, which may be over.
    pub async fn promise_is_for(&self, bill: &Bill, day: &str) {
        let date = "SET matter.particulars.#date = :date";
        self.let_time_pass(bill, date, json!({ ":date": { "S": day } })).await;
    }

    /// The address of the pay link in a mail.
    pub async fn link_mailed(&self, address: &str, words: &str) -> String {
        let mail = self.inbox.wait_for(address, words).await;
        let link = mail.text.split_whitespace().find(|word| word.contains("/p/"));
        link.expect("a link in the mail").trim_matches(['<', '>']).to_owned()
    }
}

/// The value of a hidden field of a page.
pub fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let start = format!("name=\"{name}\" value=\"");
    let (_, after) = text.split_once(&start).unwrap_or_else(|| panic!("no {name}: {text}"));
    after.split('"').next().unwrap_or_default().to_owned()
}

/// Fields as a form sends them.
pub fn urlencoded(fields: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{}={}", encoded(name), encoded(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(byte).to_string()
        }
        b' ' => "+".to_owned(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Fields and files as a form with files sends them.
pub fn multipart(boundary: &str, fields: &[(&str, &str)], files: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    for Part { field, name, bytes } in files {
        let part = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; \
             filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(part.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
}

/// A calendar day that many days from now, in the zone of the stories' sellers.
pub fn day(from_today: i64) -> String {
    let now = sellers_now();
    now.date().saturating_add(jiff::Span::new().days(from_today)).to_string()
}

/// The latest day whose promise has its link by now: links go out at nine in the morning of the
/// day before. It is over in half a day at the soonest, whatever the hour of the run.
pub fn day_with_its_link_out() -> String {
    sellers_now().saturating_add(jiff::Span::new().hours(24 - 9)).date().to_string()
}

#[expect(clippy::disallowed_methods, reason = "forms are held against today")]
fn sellers_now() -> jiff::Zoned {
    jiff::Timestamp::now().in_tz("America/New_York").expect("a zone")
}
