//! From the mail queue: every mail of the product, one per recipient, marked once sent.
//! Must never send a link that is not the invoice's current one.
pub mod letter;

mod write;

use domain::fact::mask;
use domain::{Actor, Entry, Fact, InvoiceFile, Moment, Tenant};
use platform::Fault;
use platform::files::Files;
use platform::mail::{Mail, Mailer};
use platform::store::{InvoiceStore, MailClaim};
use platform::token::{Claim, LinkKeys};

use letter::Letter;
use write::Post;

/// What sending needs.
#[derive(Debug)]
pub struct PostOffice {
    /// The table.
    pub store: InvoiceStore,
    /// Receipts to attach.
    pub files: Files,
    /// SES.
    pub mailer: Mailer,
    /// To sign the links that mails carry.
    pub keys: LinkKeys,
    /// The portal's public address, without a slash at the end.
    pub public_url: String,
}

/// Sends what a timeline entry asks for. Delivered twice, also at once, it sends once: each mail
/// is claimed and then marked, by its cause and recipient. Only a crash between SES and the mark
/// sends one more.
///
/// # Errors
/// [`Fault`]: the message goes back to the queue, and what was sent is not sent again.
pub async fn handle(office: &PostOffice, entry: Entry, mut moment: Moment) -> Result<(), Fault> {
    let Some(file) = office.store.load(entry.invoice).await? else {
        return Err(Fault::Item(format!("no invoice {}", entry.invoice)));
    };
    let tenant = office.store.tenant(&file.invoice.tenant).await?;
    let tenant = tenant.ok_or_else(|| Fault::Item("the invoice's tenant is gone".to_owned()))?;
    let url = office.link_url(&file)?;
    let posts = write::posts(&file, &tenant, &entry.fact, url.as_deref(), moment.now)?;
    let myself = moment.fresh_id();
    for (index, post) in posts.iter().enumerate() {
        match office.store.claim_mail(&entry, index, myself, moment.now).await? {
            MailClaim::Mine => {}
            MailClaim::Sent => continue,
            // Not "done": it may be this very message, delivered twice, and the other may fail.
            MailClaim::Busy => return Err(Fault::Contended),
        }
        let fact = office.send(&file, &tenant, post).await?;
        let line = Entry::new(&file.invoice, &mut moment, Actor::Portal, fact);
        // Lost means that another delivery of the same message was quicker.
        office.store.mark_mail_sent(entry.id, index, &line).await?;
    }
    Ok(())
}

impl PostOffice {
    fn link_url(&self, file: &InvoiceFile) -> Result<Option<String>, Fault> {
        let Some(link) = file.invoice.link else { return Ok(None) };
        let token = self.keys.sign(Claim { invoice: file.invoice.id, link })?;
        Ok(Some(format!("{}/p/{token}", self.public_url)))
    }

    async fn send(&self, file: &InvoiceFile, tenant: &Tenant, post: &Post) -> Result<Fact, Fault> {
        let Letter { subject, html, text } = post.letter.clone();
        let pdf = match &post.receipt {
            Some(receipt) => {
                let name = format!("receipt-{}.pdf", ascii(&file.invoice.number));
                Some((name, self.files.receipt(&receipt.key).await?))
            }
            None => None,
        };
        let mail = Mail {
            from_name: &tenant.name,
            from: &tenant.sender,
            reply_to: &tenant.reply_to,
            to: &post.to,
            subject: &subject,
            text,
            html,
            pdf,
        };
        let (letter, to) = (post.kind, mask(&post.to));
        match self.mailer.send(mail).await {
            Ok(()) => Ok(Fact::MailSent { letter, to }),
            Err(fault @ Fault::Mail { is_final: true, .. }) => {
                // For somebody to act on, once it is on the timeline; no failure of ours.
                tracing::warn!(%fault, "mail refused for good");
                Ok(Fact::MailFailed { letter, to })
            }
            Err(fault) => Err(fault),
        }
    }
}

/// A file name that every mail program saves as it is.
fn ascii(text: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    text.chars().map(safe).take(60).collect()
}
