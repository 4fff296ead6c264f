//! What every form of a payer shares: may it be filled in, what is it held against, and what
//! became of it. Must never lose what was typed because a link died meanwhile.
use domain::form::{Limits, Typed, Wrong};
use domain::submit::Submission;
use domain::{InvoiceFile, Moment, Refusal, Sending, Tenant, words};
use jiff::civil::Date;
use platform::http::Reply;
use platform::store::Decided;
use platform::{Fault, checkout};
use ulid::Ulid;

use crate::page::{Asked, DeadLinkPage, Detail, Form};
use crate::visit::{Visit, not_found};
use crate::{Portal, Till, limit, show, view};

/// A link's invoice, and its seller's rules that a form is held against.
#[derive(Debug)]
pub(crate) struct Desk {
    /// The invoice.
    pub(crate) file: InvoiceFile,
    /// The seller.
    pub(crate) tenant: Tenant,
    /// The seller's calendar day.
    pub(crate) today: Date,
}

/// What became of a form that was right in itself.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It was taken, now or before, or something else came first: the invoice's page tells.
    SeeInvoice,
    /// It was not taken and can be looked at again; [`says`] tells why.
    Again(Refusal, Box<InvoiceFile>),
    /// The link died before it was sent.
    Dead(Refusal, Box<InvoiceFile>),
    /// There is no such invoice.
    Missing,
}

impl Desk {
    /// The desk of a form that was sent, which counts as one sending; or the answer, if there is
    /// no such invoice or too much was sent. `kept` is what is shown of the form then.
    pub(crate) async fn receive(
        portal: &Portal,
        visit: &Visit,
        moment: &Moment,
        kept: impl FnOnce() -> Vec<Detail>,
    ) -> Result<Result<Self, Reply>, Fault> {
        let load = Self::load(portal, visit, moment);
        let counted = limit::beside(portal, visit, (Sending::Write, moment.now), load);
        Ok(match counted.await? {
            Ok(Some(desk)) => Ok(desk),
            Ok(None) => Err(not_found()),
            Err(often) => Err(often.page(visit, kept())),
        })
    }

    /// The invoice with its seller; `None` if there is no such invoice.
    async fn load(portal: &Portal, visit: &Visit, moment: &Moment) -> Result<Option<Self>, Fault> {
        let Some(file) = portal.store.load(visit.claim.invoice).await? else { return Ok(None) };
        let tenant = portal.store.tenant(&file.invoice.tenant).await?;
        let tenant =
            tenant.ok_or_else(|| Fault::Item("the invoice's tenant is gone".to_owned()))?;
        let today = moment.now.to_zoned(file.invoice.seller.time_zone()).date();
        Ok(Some(Self { file, tenant, today }))
    }

    /// What amounts and dates are held against.
    pub(crate) fn limits(&self) -> Limits<'_> {
        Limits {
            balance: self.file.invoice.balance,
            today: self.today,
            policy: &self.tenant.policy,
        }
    }

    /// The form of this invoice, as far as it is filled in.
    pub(crate) fn form(&self, visit: &Visit, id: Ulid, typed: Typed, wrongs: Vec<Wrong>) -> Form {
        let invoice = &self.file.invoice;
        Form {
            frame: show::frame(&invoice.seller),
            path: visit.path.clone(),
            number: invoice.number.clone(),
            balance: words::amount(invoice.balance),
            id: id.to_string(),
            typed,
            wrongs,
        }
    }
}

/// The desk of a form that is opened; or the answer, if `may` refuses. Opening counts as
/// activity of the link.
pub(crate) async fn open(
    portal: &Portal,
    visit: &Visit,
    moment: &mut Moment,
    may: impl FnOnce(&InvoiceFile, &Moment) -> Result<(), Refusal>,
) -> Result<Result<Desk, Reply>, Fault> {
    let Some(desk) = Desk::load(portal, visit, moment).await? else { return Ok(Err(not_found())) };
    let file = &desk.file;
    match file.readable_link(visit.claim.link, moment.now) {
        Ok(link) => view::note_opening(portal, visit, (file, link), moment).await,
        Err(refusal) => {
            return show::refused(portal, visit, file, refusal, moment.now).map(Err);
        }
    }
    match may(file, moment) {
        Ok(()) => Ok(Ok(desk)),
        // The invoice's page tells what came first.
        Err(_) => Ok(Err(Reply::redirect(&visit.path))),
    }
}

/// The form's identifier as sent; a fresh one if none of ours came.
pub(crate) fn form_id(typed: &Typed, moment: &mut Moment) -> Ulid {
    Ulid::from_string(typed.get("form")).unwrap_or_else(|_| moment.fresh_id())
}

/// The answer to a form whose link cannot carry it any more; none if it can, or if the form
/// is `complete`: then it may be the very one that the link carried.
pub(crate) fn barred(
    portal: &Portal,
    visit: &Visit,
    file: &InvoiceFile,
    sent: Sent<'_>,
    moment: &Moment,
) -> Result<Option<Reply>, Fault> {
    match file.may_submit(visit.claim.link, moment) {
        Ok(()) => Ok(None),
        // Sent again after its answer was lost: it must not be called unsent.
        Err(Refusal::LinkReplaced | Refusal::LinkExpired) if was_taken(file, sent.typed) => {
            Ok(Some(Reply::redirect(&visit.path)))
        }
        Err(refusal @ (Refusal::LinkReplaced | Refusal::LinkExpired)) => {
            let kept = kept(sent.typed, sent.labels);
            late(portal, visit, (file, refusal), kept).map(Some)
        }
        Err(_) if sent.complete => Ok(None),
        Err(refusal) => late(portal, visit, (file, refusal), Vec::new()).map(Some),
    }
}

/// The answer to a form that can come through its link no more: what was typed, if the link
/// is dead; otherwise the invoice's page, which tells what came first.
pub(crate) fn late(
    portal: &Portal,
    visit: &Visit,
    refused: (&InvoiceFile, Refusal),
    kept: Vec<Detail>,
) -> Result<Reply, Fault> {
    let (file, refusal) = refused;
    if !matches!(refusal, Refusal::LinkReplaced | Refusal::LinkExpired) {
        return Ok(Reply::redirect(&visit.path));
    }
    let page = show::dead_link(visit, file, refusal, Asked::NotYet);
    show::dead(410, portal, &DeadLinkPage { kept, ..page })
}

fn was_taken(file: &InvoiceFile, typed: &Typed) -> bool {
    let form = Ulid::from_string(typed.get("form"));
    form.is_ok_and(|form| file.cases.iter().any(|case| case.form == form))
}

/// A form as it was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent<'a> {
    /// What was typed.
    pub(crate) typed: &'a Typed,
    /// How its fields are called on the page, see [`kept`].
    pub(crate) labels: &'a [(&'a str, &'a str)],
    /// Whether it was sent for good and is right in itself.
    pub(crate) complete: bool,
}

/// Submits a plan, promise or dispute.
pub(crate) async fn submit(
    till: &Till,
    visit: &Visit,
    desk: &Desk,
    submission: &Submission,
    moment: &mut Moment,
) -> Result<Outcome, Fault> {
    let (link, tenant) = (visit.claim.link, &desk.tenant);
    let take = |file: &InvoiceFile| file.submit(link, submission, tenant, moment);
    let decided = till.portal.store.decide_on(desk.file.clone(), take).await?;
    outcome(till, decided, moment).await
}

/// What a decision on a form came to. A Checkout Session that the form has ended is expired
/// at Stripe.
pub(crate) async fn outcome(
    till: &Till,
    decided: Decided,
    moment: &mut Moment,
) -> Result<Outcome, Fault> {
    match decided {
        Decided::Missing => Ok(Outcome::Missing),
        Decided::Unchanged(_) => Ok(Outcome::SeeInvoice),
        Decided::Committed(file) => {
            checkout::end_cancelled(&till.stripe, &till.portal.store, &file, moment).await;
            Ok(Outcome::SeeInvoice)
        }
        Decided::Refused(refusal, file) => {
            tracing::info!(%refusal, "form refused");
            Ok(match refusal {
                Refusal::LinkReplaced | Refusal::LinkExpired => Outcome::Dead(refusal, file),
                Refusal::FormReused | Refusal::TooManyDocuments | Refusal::AmountOutOfRange => {
                    Outcome::Again(refusal, file)
                }
                Refusal::AlreadyPaid
                | Refusal::NothingDue
                | Refusal::Processing
                | Refusal::UnderReview
                | Refusal::CaseOpen
                | Refusal::WaitingForDecision
                | Refusal::LinkSpent
                | Refusal::NotConnected
                | Refusal::BelowMinimum(_)
                | Refusal::NotPayable
                | Refusal::TooSoon
                | Refusal::UnknownPayment
                | Refusal::UnknownCase
                | Refusal::NotAtThatStage
                | Refusal::NeedsController
                | Refusal::TooManyQuestions => Outcome::SeeInvoice,
            })
        }
    }
}

impl Outcome {
    /// The answer; or, if the form can be looked at again, what is wrong with it, and the
    /// invoice as it is now. `kept` is what is shown of the form if its link died.
    pub(crate) fn answer(
        self,
        portal: &Portal,
        visit: &Visit,
        kept: Vec<Detail>,
    ) -> Result<Result<Reply, Again>, Fault> {
        match self {
            Self::SeeInvoice => Ok(Ok(Reply::redirect(&visit.path))),
            Self::Missing => Ok(Ok(not_found())),
            Self::Dead(refusal, file) => late(portal, visit, (&file, refusal), kept).map(Ok),
            Self::Again(refusal, file) => Ok(Err(Again { wrong: says(refusal), file })),
        }
    }
}

/// A form to be shown again.
#[derive(Debug)]
pub(crate) struct Again {
    /// What is wrong with the whole of it.
    pub(crate) wrong: Wrong,
    /// The invoice as it is now.
    pub(crate) file: Box<InvoiceFile>,
}

/// Why a form that was right in itself was not taken; of the whole, not of a field.
fn says(refusal: Refusal) -> Wrong {
    let says = if refusal == Refusal::FormReused {
        "This form was sent before with different answers. The first one counts."
    } else if refusal == Refusal::TooManyDocuments {
        "These are more files than can still be added. Please leave some out and send it again."
    } else {
        "The balance has changed since this page was opened. Please check the amounts."
    };
    Wrong { field: String::new(), says: says.to_owned() }
}

/// What was typed into the fields of `labels`, in their order; a field ending in `_` stands
/// for its rows: `date_` for `date_1` and so on.
pub(crate) fn kept(typed: &Typed, labels: &[(&str, &str)]) -> Vec<Detail> {
    let mut kept = Vec::new();
    for (field, label) in labels {
        for (name, text) in &typed.0 {
            let has_rows = field.ends_with('_');
            let row = name.strip_prefix(field).filter(|row| row.is_empty() != has_rows);
            if let Some(row) = row.filter(|_| !text.trim().is_empty()) {
                let label = format!("{label} {row}").trim_end().to_owned();
                kept.push(Detail { label, text: text.clone() });
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests;
