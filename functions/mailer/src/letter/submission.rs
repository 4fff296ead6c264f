//! The letters about what a payer sent: the copy, the seller's question, and the team's notices.
//! Must never say that the seller agrees: a copy only confirms what came.

use domain::case::{Matter, Promise, Question};
use domain::{Case, words};

use super::body::{Body, Quote};
use super::case::{About, Reader, explain_no_link};
use super::words::{add_link, add_pay_link, seller_with_contact, to_payer, to_team};
use super::{InvoiceLine, Letter};

/// Where the seller's team works on cases.
pub(super) const PLIXO: &str = "Plixo";

/// The payer's copy: what was sent, under which reference, and what happens next.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn submission_copy(about: &About<'_>, reader: Reader<'_>) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = about.line;
    let (title, noun, reference) = (about.title(), about.noun(), about.case.reference());
    let came = match about.case.matter {
        Matter::Plan(_) => "submitted",
        Matter::Promise(_) | Matter::Dispute(_) => "received",
    };
    let subject = format!("{title} {reference} {came}: invoice {number} from {seller}");
    let mut body = to_payer(about.line, subject, format!("{title} {came}"));
    body.paragraphs = vec![
        format!(
            "This is your copy of the {noun} sent to {seller} about invoice {number}. To ask \
             about it, quote {reference}."
        ),
        next_step(about, reader),
    ];
    body.facts = about.payer_names();
    body.facts.extend(about.particulars());
    match reader {
        // Nobody shall write to strangers in the seller's name: what the payer typed goes to the
        // company that was billed, and to no other mailbox that was typed.
        Reader::Typed { .. } if !about.is_of_the_billed_company() => {
            body.facts.extend(about.sender_in_brief());
        }
        Reader::Typed { .. } | Reader::Contact(_) => {
            body.facts.extend(about.sender());
            body.quotes = about.own_words();
        }
    }
    if let Reader::Typed { .. } = reader {
        explain_no_link(&mut body);
    }
    add_rest(&mut body, about, reader);
    body.write(about.line)
}

fn next_step(about: &About<'_>, reader: Reader<'_>) -> String {
    let seller = &about.line.seller;
    match &about.case.matter {
        Matter::Plan(plan) => {
            let approval = if plan.needs_approval {
                " A plan of this size needs the Controller’s approval, which can take a little \
                 longer."
            } else {
                ""
            };
            format!(
                "{seller} now decides about the plan, and you get an email with the answer.\
                 {approval} Until then there is nothing to pay, and no reminders are sent."
            )
        }
        Matter::Promise(promise) => {
            let until = words::date(promise.date);
            let part = promise.amount.minor < about.file.invoice.balance.minor;
            let rest = if part { " What is left of the invoice after that stays due." } else { "" };
            let who = match reader {
                Reader::Contact(_) => "You get",
                Reader::Typed { .. } => "The billing contact on file gets",
            };
            let when = link_goes(about, promise);
            format!(
                "{who} an email with the link to pay {when}. No reminders are sent until \
                 {until}.{rest}"
            )
        }
        Matter::Dispute(dispute) => format!(
            "{seller} answers within two business days, by {}. Until then no reminders are sent.",
            about.answer_by(dispute)
        ),
    }
}

/// When the link to keep a promise is mailed. One for tomorrow leaves no day before it.
fn link_goes(about: &About<'_>, promise: &Promise) -> &'static str {
    let notice_at = promise.notice_at(&about.file.invoice.seller.time_zone());
    let at_once = notice_at <= about.case.submitted_at;
    if at_once { "in a few minutes" } else { "the day before" }
}

/// What a dispute over a part leaves to be paid, and how.
fn add_rest(body: &mut Body, about: &About<'_>, reader: Reader<'_>) {
    let Some(rest) = about.rest() else { return };
    let stays = format!("The rest of the invoice, {rest}, is not disputed and stays due.");
    match reader {
        Reader::Contact(Some(url)) => {
            body.paragraphs.push(format!("{stays} You can pay it now."));
            add_pay_link(body, about.line, url);
        }
        Reader::Typed { link_sent: true } => {
            let sent = "The link to pay it goes to the billing contact on file.";
            body.paragraphs.push(format!("{stays} {sent}"));
        }
        Reader::Contact(None) | Reader::Typed { link_sent: false } => body.paragraphs.push(stays),
    }
}

/// The notice to the seller's team that something came in: what, from whom, and what it needs.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn submission_notice(about: &About<'_>) -> Result<Letter, askama::Error> {
    let InvoiceLine { customer, number, .. } = about.line;
    let (title, reference, amount) = (about.title(), about.case.reference(), about.case.amount());
    let subject = format!("{title} {reference}: {amount}, invoice {number}, {customer}");
    let (heading, paragraph) = match &about.case.matter {
        Matter::Plan(_) => (
            format!("{customer} proposes a plan"),
            "Please approve or decline it. Reminders are paused until you do.".to_owned(),
        ),
        Matter::Promise(promise) => (
            format!("{customer} promises to pay"),
            format!(
                "There is nothing to approve. The link to pay goes out {}, and reminders are \
                 paused until {}.",
                link_goes(about, promise),
                words::date(promise.date)
            ),
        ),
        Matter::Dispute(dispute) => (
            format!("{customer} disputes invoice {number}"),
            format!(
                "Please decide by {}, the second business day. Reminders are paused until you do.",
                about.answer_by(dispute)
            ),
        ),
    };
    let mut body = to_team(about.line, subject, heading, PLIXO);
    body.paragraphs = vec![paragraph];
    body.facts = about.names();
    body.facts.extend(about.particulars());
    body.facts.extend(checks(about));
    body.facts.extend(about.sender());
    body.quotes = about.own_words();
    body.write(about.line)
}

/// What the seller's rules say about a case.
fn checks(about: &About<'_>) -> Vec<(&'static str, String)> {
    match &about.case.matter {
        Matter::Plan(plan) if plan.needs_approval => {
            let policy = "Over your limit: needs the Controller’s or Legal’s approval";
            vec![("Policy", policy.to_owned())]
        }
        Matter::Plan(_) => vec![("Policy", "Within your policy".to_owned())],
        Matter::Promise(_) => Vec::new(),
        Matter::Dispute(dispute) => {
            let by = about.answer_by(dispute);
            vec![("Answer by", by), ("Evidence", evidence(about.case))]
        }
    }
}

/// Whether what the reason asks for came along.
fn evidence(case: &Case) -> String {
    let missing = case.missing_evidence();
    if missing.is_empty() {
        return "Nothing is missing".to_owned();
    }
    let labels = missing.iter().map(|one| one.label.as_str()).collect::<Vec<_>>();
    format!("Missing: {}", labels.join(", "))
}

/// The seller's question, with the link to answer it.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn question(
    about: &About<'_>,
    asked: &Question,
    reader: Reader<'_>,
) -> Result<Letter, askama::Error> {
    let InvoiceLine { seller, number, .. } = about.line;
    let (noun, reference) = (about.noun(), about.case.reference());
    let subject = format!("Question about {noun} {reference}: invoice {number} from {seller}");
    let heading = format!("{seller} has a question about your {noun}");
    let mut body = to_payer(about.line, subject, heading);
    let how = match reader {
        Reader::Contact(Some(_)) => {
            "Please answer it on our page; you can add documents there. Links that came earlier \
             do not work any more."
                .to_owned()
        }
        Reader::Typed { link_sent: true } => {
            "The link to answer it goes to the billing contact on file.".to_owned()
        }
        Reader::Contact(None) | Reader::Typed { link_sent: false } => {
            format!("To answer it, write to {}.", seller_with_contact(about.line))
        }
    };
    let waits = format!("Before {seller} can decide, your answer is needed. {how}");
    body.paragraphs = vec![waits];
    body.facts = about.payer_names();
    body.quotes = Quote::of("The question", &asked.text).into_iter().collect();
    match reader {
        Reader::Contact(Some(url)) => {
            let care = "Whoever has the link can see this invoice and what you sent. Forward it \
                        only to the person who answers.";
            body.notes.insert(0, care.to_owned());
            add_link(&mut body, about.line, "Answer the question", url);
        }
        Reader::Typed { .. } => explain_no_link(&mut body),
        Reader::Contact(None) => {}
    }
    body.write(about.line)
}

/// The notice to the seller's team that the payer has answered.
///
/// # Errors
/// When a template fails to write: retry the letter.
pub fn answer_notice(about: &About<'_>, answered: &Question) -> Result<Letter, askama::Error> {
    let InvoiceLine { customer, number, .. } = about.line;
    let (noun, reference) = (about.noun(), about.case.reference());
    let subject = format!("Answer about {noun} {reference}: invoice {number}, {customer}");
    let heading = format!("{customer} answered your question");
    let mut body = to_team(about.line, subject, heading, PLIXO);
    body.paragraphs = vec![format!("The {noun} waits for your decision again.")];
    body.facts = about.names();
    body.facts.push(("Amount", about.case.amount().to_string()));
    body.facts.extend(checks(about));
    body.quotes.extend(Quote::of("Your question", &answered.text));
    if let Some(answer) = &answered.answer {
        body.facts.extend(answer.documents.iter().map(|document| about.document(document)));
        body.quotes.extend(Quote::of("The answer", &answer.text));
    }
    body.write(about.line)
}
