//! What tells one content of a form from another: a hash over its values.
//! Must never depend on where a document was stored.
use sha2::{Digest, Sha256};

use super::{Proposal, Reply, Submission};
use crate::Document;
use crate::form::Contact;
use crate::import::hex_of;

impl Submission {
    /// Who sends the same form twice has sent the same content, or something else by mistake.
    pub(super) fn digest(&self) -> String {
        let mut parts = Parts::default();
        match &self.proposal {
            Proposal::Plan(form) => {
                parts.add("plan").add(&form.reason).contact(&form.contact);
                for one in &form.instalments {
                    parts.add(&one.due.to_string()).add(&one.amount.to_string());
                }
            }
            Proposal::Promise(form) => {
                parts.add("promise").add(&form.date.to_string()).add(&form.amount.to_string());
                parts.add(form.note.as_deref().unwrap_or_default()).contact(&form.contact);
            }
            Proposal::Dispute(form) => {
                parts.add("dispute").add(&form.reason).add(&form.amount.to_string());
                parts.add(&form.description).contact(&form.contact);
            }
        }
        parts.documents(&self.documents).hex()
    }
}

impl Reply {
    pub(super) fn digest(&self) -> String {
        Parts::default().add("answer").add(&self.text).documents(&self.documents).hex()
    }
}

/// A hash over parts, each with its length, so that no two lists of parts run together.
#[derive(Default)]
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, part: &str) -> &mut Self {
        self.0.update(part.len().to_string());
        self.0.update(":");
        self.0.update(part);
        self
    }

    fn contact(&mut self, contact: &Contact) -> &mut Self {
        self.add(&contact.name)
            .add(&contact.email)
            .add(contact.phone.as_deref().unwrap_or_default())
    }

    /// By their bytes: sent again, a document is stored again, under another key.
    fn documents(&mut self, documents: &[Document]) -> &mut Self {
        for document in documents {
            self.add(&document.kind).add(&document.sha256);
        }
        self
    }

    fn hex(&self) -> String {
        hex_of(&self.0.clone().finalize())
    }
}
