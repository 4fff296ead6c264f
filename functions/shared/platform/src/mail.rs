//! Mails through SES, as MIME that we made. One recipient per mail, so that contacts do not
//! see each other. Must never put an address or a link into a log or an error.
use aws_sdk_ses::Client;
use aws_sdk_ses::error::ProvideErrorMetadata;
use aws_sdk_ses::primitives::Blob;
use aws_sdk_ses::types::RawMessage;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};

use crate::Fault;

/// SES.
#[derive(Clone, Debug)]
pub struct Mailer {
    client: Client,
}

/// One mail to one recipient.
#[derive(Debug)]
pub struct Mail<'a> {
    /// Shown before the sender's address.
    pub from_name: &'a str,
    /// Verified address of the seller.
    pub from: &'a str,
    /// Where answers go.
    pub reply_to: &'a str,
    /// The recipient.
    pub to: &'a str,
    /// One line.
    pub subject: &'a str,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// A PDF with its file name, if there is one.
    pub pdf: Option<(String, Vec<u8>)>,
}

impl Mailer {
    /// A mailer on SES.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Hands a mail to SES.
    ///
    /// # Errors
    /// [`Fault::Mail`]; final if SES or the MIME library will never take it.
    pub async fn send(&self, mail: Mail<'_>) -> Result<(), Fault> {
        let (from, to) = (mail.from.to_owned(), mail.to.to_owned());
        let raw = compose(mail)?;
        let sent = self
            .client
            .send_raw_email()
            .source(from)
            .destinations(to)
            .raw_message(raw)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => {
                let code = error.code().unwrap_or("no answer").to_owned();
                let is_final = matches!(code.as_str(), "MessageRejected" | "InvalidParameterValue");
                Err(Fault::Mail { cause: code, is_final })
            }
        }
    }
}

fn compose(mail: Mail<'_>) -> Result<RawMessage, Fault> {
    let unusable = |what: &str| Fault::Mail { cause: format!("unusable {what}"), is_final: true };
    let address = |text: &str, what: &str| text.parse().map_err(|_| unusable(what));
    let from = Mailbox::new(Some(mail.from_name.to_owned()), address(mail.from, "sender")?);
    let reply_to = Mailbox::new(None, address(mail.reply_to, "reply address")?);
    let to = Mailbox::new(None, address(mail.to, "recipient")?);
    let both = MultiPart::alternative_plain_html(mail.text, mail.html);
    let builder = Message::builder().from(from).reply_to(reply_to).to(to).subject(mail.subject);
    let message = match mail.pdf {
        None => builder.multipart(both),
        Some((name, bytes)) => {
            let kind = ContentType::parse("application/pdf").map_err(|_| unusable("type"))?;
            let pdf: SinglePart = Attachment::new(name).body(bytes, kind);
            builder.multipart(MultiPart::mixed().multipart(both).singlepart(pdf))
        }
    };
    let message = message.map_err(|_| unusable("message"))?;
    RawMessage::builder()
        .data(Blob::new(message.formatted()))
        .build()
        .map_err(|_| unusable("message"))
}
