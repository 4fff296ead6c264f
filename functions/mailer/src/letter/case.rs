//! What every letter about a plan, promise or dispute says of it, and to whom.
//! Must never give a link to an address that is not on file.

use domain::case::{Dispute, Matter, Plan, PlanInstalment};
use domain::{Amount, Case, Document, InvoiceFile, words};

use super::InvoiceLine;
use super::body::{Body, Quote};

/// What a letter about a case is written from. Texts that people typed are escaped here.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// What it says about the invoice.
    pub line: &'a InvoiceLine,
    /// The invoice with everything kept about it.
    pub file: &'a InvoiceFile,
    /// The plan, promise or dispute.
    pub case: &'a Case,
}

/// Who at the payer's reads a letter about a case.
#[derive(Debug, Clone, Copy)]
pub enum Reader<'a> {
    /// A billing contact on file, with the link if there is something to do through it.
    Contact(Option<&'a str>),
    /// The address that was typed into the form: it gets no link.
    Typed {
        /// Whether the contacts on file get one, so that the payer knows whom to ask.
        link_sent: bool,
    },
}

impl About<'_> {
    /// Whether the typed address has the host of a billing contact on file.
    pub(super) fn is_of_the_billed_company(&self) -> bool {
        let host = |address: &str| address.rsplit_once('@').map(|(_, host)| host.to_lowercase());
        let typed = host(&self.case.contact.email);
        self.file.invoice.contacts.iter().any(|contact| host(contact) == typed)
    }

    /// `plan`, `promise` or `dispute`.
    pub(super) fn noun(&self) -> &'static str {
        match self.case.matter {
            Matter::Plan(_) => "plan",
            Matter::Promise(_) => "promise",
            Matter::Dispute(_) => "dispute",
        }
    }

    /// The same as the first word of a line.
    pub(super) fn title(&self) -> &'static str {
        match self.case.matter {
            Matter::Plan(_) => "Plan",
            Matter::Promise(_) => "Promise",
            Matter::Dispute(_) => "Dispute",
        }
    }

    /// Which case of which invoice, for the seller's team.
    pub(super) fn names(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Reference", self.case.reference()),
            ("Billed to", self.line.customer.clone()),
            ("Invoice", self.line.number.clone()),
        ]
    }

    /// The same for a payer, who may have invoices from several sellers.
    pub(super) fn payer_names(&self) -> Vec<(&'static str, String)> {
        let mut names = self.names();
        names.insert(1, ("From", self.line.seller.clone()));
        names
    }

    /// What was asked for: the schedule, the promise, or what is disputed and why.
    pub(super) fn particulars(&self) -> Vec<(&'static str, String)> {
        match &self.case.matter {
            Matter::Plan(plan) => schedule(plan),
            Matter::Promise(promise) => {
                let date = words::date(promise.date);
                vec![("Promised", format!("{} by {date}", promise.amount))]
            }
            Matter::Dispute(dispute) => {
                let (amount, label) = (dispute.amount.to_string(), dispute.label.clone());
                vec![("Disputed", amount), ("Reason", label)]
            }
        }
    }

    /// Who sent it, and the documents that came along.
    pub(super) fn sender(&self) -> Vec<(&'static str, String)> {
        let contact = &self.case.contact;
        let phone = contact.phone.iter().map(String::as_str);
        let parts = [contact.name.as_str(), contact.email.as_str()].into_iter().chain(phone);
        let sent_by = parts.collect::<Vec<_>>().join(", ");
        let documents = self.case.documents.iter().map(|document| self.document(document));
        [("Sent by", sent_by)].into_iter().chain(documents).collect()
    }

    /// The same for a mailbox that has nothing to do with the invoice, without anything that
    /// somebody typed: a name, a telephone number or the name of a file can be a message too.
    pub(super) fn sender_in_brief(&self) -> Vec<(&'static str, String)> {
        let count = self.case.documents.len();
        let documents = (count > 0).then(|| ("Documents", count.to_string()));
        let sent_by = ("Sent by", self.case.contact.email.clone());
        [sent_by].into_iter().chain(documents).collect()
    }

    /// Name and size of a document, and what it is to prove.
    pub(super) fn document(&self, document: &Document) -> (&'static str, String) {
        let asked_for = match &self.case.matter {
            Matter::Dispute(dispute) => dispute.evidence.as_slice(),
            Matter::Plan(_) | Matter::Promise(_) => &[],
        };
        let proves = asked_for.iter().find(|evidence| evidence.code == document.kind);
        let proves = proves.map(|evidence| format!(", {}", evidence.label)).unwrap_or_default();
        ("Document", format!("{} ({}){proves}", document.name, words::size(document.size_bytes)))
    }

    /// What the payer wrote, whole.
    pub(super) fn own_words(&self) -> Vec<Quote> {
        let quote = match &self.case.matter {
            Matter::Plan(plan) => Quote::of("Reason for the plan", &plan.reason),
            Matter::Promise(promise) => {
                promise.note.as_ref().and_then(|note| Quote::of("Note", note))
            }
            Matter::Dispute(dispute) => Quote::of("What is wrong", &dispute.description),
        };
        quote.into_iter().collect()
    }

    /// The day by which a dispute is answered, in the seller's zone.
    pub(super) fn answer_by(&self, dispute: &Dispute) -> String {
        words::date_of(dispute.deadline.at_risk_at, &self.file.invoice.seller)
    }

    /// What of the balance a dispute leaves to be paid, if anything.
    pub(super) fn rest(&self) -> Option<Amount> {
        self.file.undisputed(self.case).filter(|rest| rest.minor > 0)
    }
}

/// The whole of a plan and each of its instalments.
pub(super) fn schedule(plan: &Plan) -> Vec<(&'static str, String)> {
    let of = plan.instalments.len();
    let whole = [("Plan", format!("{} in {of} instalments", plan.total))];
    let place = |(place, one): (usize, &PlanInstalment)| {
        let PlanInstalment { amount, due, .. } = one;
        ("Instalment", format!("{} of {of}: {amount} on {}", place + 1, words::date(*due)))
    };
    whole.into_iter().chain(plan.instalments.iter().enumerate().map(place)).collect()
}

/// Says to who typed an address why no link comes to it.
pub(super) fn explain_no_link(body: &mut Body) {
    let note = "Links go to the billing contact on file only, never to an address typed into a \
                form.";
    body.notes.insert(0, note.to_owned());
}
