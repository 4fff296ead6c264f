//! Sentences that several letters share, so that they promise the same.
//! Must never promise more of a link than the portal keeps.

use super::InvoiceLine;
use super::body::{Body, Button};

/// A letter to the payer about `line`, to be filled.
pub(super) fn to_payer(line: &InvoiceLine, subject: String, heading: String) -> Body {
    Body {
        subject,
        heading,
        greeting: format!("Hello {},", line.customer),
        paragraphs: Vec::new(),
        facts: Vec::new(),
        quotes: Vec::new(),
        button: None,
        // A contact known already proves more than one read in this very email.
        notes: vec![format!(
            "Questions, or not expecting this email? Ask {}, or use a contact you already know.",
            seller_with_contact(line)
        )],
        footer: format!("Plixo sends this email for {}.", line.seller),
    }
}

/// A letter to the seller's own team, to be filled. It has no link on purpose: who works with
/// money signs in the usual way, here to `place`.
pub(super) fn to_team(line: &InvoiceLine, subject: String, heading: String, place: &str) -> Body {
    Body {
        subject,
        heading,
        greeting: format!("Hello {},", line.seller),
        paragraphs: Vec::new(),
        facts: Vec::new(),
        quotes: Vec::new(),
        button: None,
        notes: vec![format!(
            "This email has no link on purpose: sign in to {place} the way you always do."
        )],
        footer: "Plixo sends this email to the seller of the invoice.".to_owned(),
    }
}

/// Adds the link to an invoice that still wants paying, and why it can be trusted with money.
pub(super) fn add_pay_link(body: &mut Body, line: &InvoiceLine, url: &str) {
    let trust = format!(
        "You pay on Stripe’s secure page and {} receives the money directly. We never ask for \
         your password, and card details never reach us.",
        line.seller
    );
    let care = "Whoever has the link can see this invoice. Forward it only to the person who pays.";
    body.notes.splice(0..0, [trust, care.to_owned()]);
    add_link(body, line, "See the invoice and pay", url);
}

/// Adds the link to an invoice, and what it opens for how long.
pub(super) fn add_link(body: &mut Body, line: &InvoiceLine, label: &'static str, url: &str) {
    body.button = Some(Button { label, url: url.to_owned() });
    let scope = format!(
        "This link is only for invoice {}. It stops working after 7 days without use; after that \
         its page offers to send a new one.",
        line.number
    );
    body.notes.insert(0, scope);
}

/// Adds a link that pays if something is to be paid now, and else only shows the invoice.
pub(super) fn add_fitting_link(body: &mut Body, line: &InvoiceLine, url: &str) {
    if line.to_pay.is_some() {
        add_pay_link(body, line, url);
    } else {
        add_link(body, line, "See the invoice", url);
    }
}

/// The facts of an unpaid invoice, and what of it is to be paid now if that is not all.
pub(super) fn owed(line: &InvoiceLine) -> Vec<(&'static str, String)> {
    let due = match &line.overdue {
        Some(overdue) => format!("{} ({overdue})", line.due),
        None => line.due.clone(),
    };
    let mut facts = vec![
        ("From", line.seller.clone()),
        ("Billed to", line.customer.clone()),
        ("Invoice", line.number.clone()),
        ("Balance", line.amount.clone()),
    ];
    if let Some(part) = line.to_pay.as_ref().filter(|part| **part != line.amount) {
        facts.push(("To pay now", part.clone()));
    }
    facts.push(("Due", due));
    facts
}

/// The seller, with the address for questions where there is one.
pub(super) fn seller_with_contact(line: &InvoiceLine) -> String {
    match &line.contact {
        Some(contact) => format!("{} ({contact})", line.seller),
        None => line.seller.clone(),
    }
}
