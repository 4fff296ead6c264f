//! The inbox that all mail of the stack ends in.
//! Must never look at anybody's mail but the story's own.
use serde_json::Value;

use crate::{Stack, eventually};

/// A mail as the inbox shows it.
#[derive(Clone, Debug)]
pub struct Received {
    /// Subject line.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// Sender's address.
    pub from: String,
    /// Where answers go.
    pub reply_to: String,
    /// Every recipient's address.
    pub to: Vec<String>,
    /// File name and content type of attachments.
    pub attachments: Vec<(String, String)>,
    generated_names: Vec<String>,
    id: String,
}

/// The inbox.
#[derive(Clone, Debug)]
pub struct Inbox {
    stack: Stack,
    http: reqwest::Client,
}

impl Inbox {
    /// The stack's inbox.
    pub fn new(stack: Stack) -> Self {
        Self { stack, http: reqwest::Client::new() }
    }

    /// All mails to an address so far, oldest first.
    pub async fn to(&self, address: &str) -> Vec<Received> {
        let answer =
            self.http.get(self.stack.text("inbox_api")).send().await.expect("the inbox answers");
        let mails: Vec<Value> =
            serde_json::from_str(&answer.text().await.expect("a body")).expect("a list of mails");
        let received = mails.iter().map(read);
        received.filter(|mail| mail.to.iter().any(|to| to == address)).collect()
    }

    /// The first mail to an address whose subject holds `words`, once it is there.
    pub async fn wait_for(&self, address: &str, words: &str) -> Received {
        eventually(&format!("a mail with \"{words}\""), || async {
            self.to(address).await.into_iter().find(|mail| mail.subject.contains(words))
        })
        .await
    }

    /// The bytes of the attachment at that place.
    pub async fn attachment(&self, mail: &Received, place: usize) -> Vec<u8> {
        let name = &mail.generated_names[place];
        let url = format!("{}/{}/attachment/{name}", self.stack.text("inbox_api"), mail.id);
        let answer = self.http.get(url).send().await.expect("the inbox answers");
        answer.bytes().await.expect("a body").to_vec()
    }
}

fn read(mail: &Value) -> Received {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let addresses = |field: &str| -> Vec<String> {
        mail[field].as_array().into_iter().flatten().map(|one| text(&one["address"])).collect()
    };
    let attachments = mail["attachments"].as_array().cloned().unwrap_or_default();
    Received {
        subject: text(&mail["subject"]),
        text: text(&mail["text"]),
        html: text(&mail["html"]),
        from: addresses("from").join(","),
        reply_to: addresses("replyTo").join(","),
        to: addresses("to"),
        attachments: attachments
            .iter()
            .map(|one| (text(&one["fileName"]), text(&one["contentType"])))
            .collect(),
        generated_names: attachments.iter().map(|one| text(&one["generatedFileName"])).collect(),
        id: text(&mail["id"]),
    }
}
