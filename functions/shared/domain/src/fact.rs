//! What happened: timeline entries, which are also what the bus and auditors get.
//! Must never carry a token, a secret or a full mail address.
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::case::SlaState;
use crate::{Amount, CaseKind, CaseState, Invoice, Moment};

/// Version of the published form; raised when a reader of the old form would misread.
pub const FACT_VERSION: u8 = 1;

/// Who caused a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// The holder of a link.
    Payer,
    /// A signed-in operator; the Cognito subject, not a name.
    Operator(String),
    /// Stripe, by event or by answer.
    Stripe,
    /// The portal itself, on a schedule or from a queue.
    Portal,
}

/// Why a link is mailed outside the cadence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkMailReason {
    /// An operator regenerated it and asked for the mail.
    Regenerated,
    /// The holder of a dead link asked for a new one.
    Requested,
    /// An operator had the current one mailed again.
    Resent,
}

/// Which letter a mail was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// A cadence step.
    Cadence,
    /// A new or repeated link.
    Link,
    /// The receipt.
    Receipt,
    /// A bank payment failed.
    BankPaymentFailed,
    /// The invoice was paid twice.
    PaidTwice,
    /// Another amount came than was asked for.
    Mismatch,
    /// A copy of what the payer sent.
    SubmissionCopy,
    /// A submission or an answer, for the seller's team.
    SubmissionNotice,
    /// The seller's question, with a link to answer it.
    Question,
    /// What the seller decided.
    Decision,
    /// An instalment or a promise falls due; with its link.
    PaymentDue,
    /// An instalment or a promise was missed, for the seller's team.
    Missed,
}

/// What happened to an invoice. The name of the variant is the event's `detail-type`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", content = "data")]
#[expect(missing_docs, reason = "the fields repeat the words of the variant's sentence")]
pub enum Fact {
    /// The invoice came in with a file.
    InvoiceImported { balance: Amount },
    /// A cadence step is due; the mailer sends it with this link.
    CadenceStepDue { step: u8, link: Ulid },
    /// A link is to be mailed outside the cadence.
    LinkMailDue { link: Ulid, reason: LinkMailReason },
    /// A mail was handed to SES for one recipient, whose address is masked.
    MailSent { letter: LetterKind, to: String },
    /// A mail was refused for good by SES.
    MailFailed { letter: LetterKind, to: String },
    /// A link was opened for the first time.
    LinkOpened { link: Ulid },
    /// The invoice got its first link.
    LinkIssued { link: Ulid },
    /// A link took the place of another.
    LinkRegenerated { link: Ulid, replaced: Ulid },
    /// A link died of inactivity.
    LinkExpired { link: Ulid },
    /// A payer went to Checkout.
    PaymentStarted { payment: Ulid, amount: Amount },
    /// The Checkout Session ended unpaid.
    CheckoutExpired { payment: Ulid },
    /// A card was declined, or a bank account refused at once, with Stripe's code.
    PaymentDeclined { payment: Ulid, code: String },
    /// A bank payment is on its way.
    PaymentProcessing { payment: Ulid },
    /// A payment arrived with the amount asked for; the invoice is paid only if nothing is left
    /// of its balance.
    PaymentSettled { payment: Ulid, amount: Amount, stripe_payment: Option<String> },
    /// A bank payment failed, with Stripe's code.
    PaymentFailed { payment: Ulid, code: String },
    /// Money came that is not what was asked for.
    PaymentMismatched {
        payment: Ulid,
        expected: Amount,
        received: Option<Amount>,
        stripe_payment: Option<String>,
    },
    /// The invoice was paid once more; this money is to be refunded.
    PaymentDuplicated { payment: Ulid, amount: Amount, stripe_payment: Option<String> },
    /// Money went back; the total so far.
    PaymentRefunded { payment: Ulid, total: Amount, stripe_payment: Option<String> },
    /// The payer's bank disputes the payment.
    ChargebackOpened { payment: Ulid, dispute: String },
    /// The bank decided.
    ChargebackClosed { payment: Ulid, dispute: String, won: bool },
    /// The receipt was made and stored.
    ReceiptMade { payment: Ulid },
    /// An operator took the invoice, or gave it to somebody; `None` gave it back.
    InvoiceAssigned { owner: Option<String> },
    /// An operator has dealt with an entry that needed one; `what` is that entry's name.
    NoticeClosed { notice: Ulid, what: String },
    /// The payer proposed a plan.
    PlanSubmitted {
        case: Ulid,
        kind: CaseKind,
        amount: Amount,
        instalments: u16,
        needs_approval: bool,
    },
    /// The payer promised to pay on a date.
    PromiseMade { case: Ulid, kind: CaseKind, amount: Amount, date: Date },
    /// The payer disputes all or a part of the balance.
    DisputeSubmitted { case: Ulid, kind: CaseKind, amount: Amount, reason: String, documents: u16 },
    /// An operator took a case, or gave it to somebody; `None` gave it back.
    CaseAssigned { case: Ulid, kind: CaseKind, owner: Option<String> },
    /// The seller asks something; the payer gets this link.
    InformationRequested { case: Ulid, kind: CaseKind, link: Ulid },
    /// The payer answered.
    InformationAdded { case: Ulid, kind: CaseKind, documents: u16 },
    /// A plan was agreed.
    PlanApproved { case: Ulid, kind: CaseKind },
    /// A plan was declined; the invoice is open again with this link.
    PlanDeclined { case: Ulid, kind: CaseKind, link: Ulid },
    /// A dispute was decided: accepted, partly accepted or rejected, and what the balance
    /// became less by. If something is left to pay, with this link.
    DisputeDecided {
        case: Ulid,
        kind: CaseKind,
        outcome: CaseState,
        credited: Option<Amount>,
        link: Option<Ulid>,
    },
    /// How near a dispute is to its deadline changed.
    SlaMoved { case: Ulid, kind: CaseKind, state: SlaState },
    /// An instalment falls due; `number` counts from 1. The mailer sends it with this link.
    InstalmentDue { case: Ulid, kind: CaseKind, number: u16, link: Ulid },
    /// An instalment was paid.
    InstalmentPaid { case: Ulid, kind: CaseKind, number: u16, payment: Ulid },
    /// An instalment's date went by without a payment; the cadence goes on.
    InstalmentMissed { case: Ulid, kind: CaseKind, number: u16 },
    /// A promise falls due; the mailer sends it with this link.
    PromiseDue { case: Ulid, kind: CaseKind, link: Ulid },
    /// A promise's date went by without a payment; the cadence goes on.
    PromiseMissed { case: Ulid, kind: CaseKind },
    /// A case came to its end by payment: plan completed, promise kept, or paid otherwise.
    CaseClosed { case: Ulid, kind: CaseKind, outcome: CaseState },
}

impl Fact {
    /// Whether somebody has to act on it who may not be looking: an alarm goes off.
    pub fn needs_operator(&self) -> bool {
        match self {
            Self::MailFailed { .. }
            | Self::PaymentMismatched { .. }
            | Self::PaymentDuplicated { .. }
            | Self::ChargebackOpened { .. } => true,
            // What was won is as it was; what was lost is owed again, and the invoice stays paid.
            Self::ChargebackClosed { won, .. } => !won,
            Self::InvoiceImported { .. }
            | Self::CadenceStepDue { .. }
            | Self::LinkMailDue { .. }
            | Self::MailSent { .. }
            | Self::LinkOpened { .. }
            | Self::LinkIssued { .. }
            | Self::LinkRegenerated { .. }
            | Self::LinkExpired { .. }
            | Self::PaymentStarted { .. }
            | Self::CheckoutExpired { .. }
            | Self::PaymentDeclined { .. }
            | Self::PaymentProcessing { .. }
            | Self::PaymentSettled { .. }
            | Self::PaymentFailed { .. }
            | Self::PaymentRefunded { .. }
            | Self::ReceiptMade { .. }
            | Self::InvoiceAssigned { .. }
            | Self::NoticeClosed { .. }
            | Self::PlanSubmitted { .. }
            | Self::PromiseMade { .. }
            | Self::DisputeSubmitted { .. }
            | Self::CaseAssigned { .. }
            | Self::InformationRequested { .. }
            | Self::InformationAdded { .. }
            | Self::PlanApproved { .. }
            | Self::PlanDeclined { .. }
            | Self::DisputeDecided { .. }
            | Self::SlaMoved { .. }
            | Self::InstalmentDue { .. }
            | Self::InstalmentPaid { .. }
            | Self::InstalmentMissed { .. }
            | Self::PromiseDue { .. }
            | Self::PromiseMissed { .. }
            | Self::CaseClosed { .. } => false,
        }
    }

    /// The case it is about, if it is about one; it is filed anew in its queue.
    pub fn case(&self) -> Option<Ulid> {
        match self {
            Self::PlanSubmitted { case, .. }
            | Self::PromiseMade { case, .. }
            | Self::DisputeSubmitted { case, .. }
            | Self::CaseAssigned { case, .. }
            | Self::InformationRequested { case, .. }
            | Self::InformationAdded { case, .. }
            | Self::PlanApproved { case, .. }
            | Self::PlanDeclined { case, .. }
            | Self::DisputeDecided { case, .. }
            | Self::SlaMoved { case, .. }
            | Self::InstalmentDue { case, .. }
            | Self::InstalmentPaid { case, .. }
            | Self::InstalmentMissed { case, .. }
            | Self::PromiseDue { case, .. }
            | Self::PromiseMissed { case, .. }
            | Self::CaseClosed { case, .. } => Some(*case),
            Self::InvoiceImported { .. }
            | Self::CadenceStepDue { .. }
            | Self::LinkMailDue { .. }
            | Self::MailSent { .. }
            | Self::MailFailed { .. }
            | Self::LinkOpened { .. }
            | Self::LinkIssued { .. }
            | Self::LinkRegenerated { .. }
            | Self::LinkExpired { .. }
            | Self::PaymentStarted { .. }
            | Self::CheckoutExpired { .. }
            | Self::PaymentDeclined { .. }
            | Self::PaymentProcessing { .. }
            | Self::PaymentSettled { .. }
            | Self::PaymentFailed { .. }
            | Self::PaymentMismatched { .. }
            | Self::PaymentDuplicated { .. }
            | Self::PaymentRefunded { .. }
            | Self::ChargebackOpened { .. }
            | Self::ChargebackClosed { .. }
            | Self::ReceiptMade { .. }
            | Self::InvoiceAssigned { .. }
            | Self::NoticeClosed { .. } => None,
        }
    }

    /// The variant's name: `detail-type` on the bus, title on the timeline.
    pub fn name(&self) -> &'static str {
        match self {
            Self::InvoiceImported { .. } => "InvoiceImported",
            Self::CadenceStepDue { .. } => "CadenceStepDue",
            Self::LinkMailDue { .. } => "LinkMailDue",
            Self::MailSent { .. } => "MailSent",
            Self::MailFailed { .. } => "MailFailed",
            Self::LinkOpened { .. } => "LinkOpened",
            Self::LinkIssued { .. } => "LinkIssued",
            Self::LinkRegenerated { .. } => "LinkRegenerated",
            Self::LinkExpired { .. } => "LinkExpired",
            Self::PaymentStarted { .. } => "PaymentStarted",
            Self::CheckoutExpired { .. } => "CheckoutExpired",
            Self::PaymentDeclined { .. } => "PaymentDeclined",
            Self::PaymentProcessing { .. } => "PaymentProcessing",
            Self::PaymentSettled { .. } => "PaymentSettled",
            Self::PaymentFailed { .. } => "PaymentFailed",
            Self::PaymentMismatched { .. } => "PaymentMismatched",
            Self::PaymentDuplicated { .. } => "PaymentDuplicated",
            Self::PaymentRefunded { .. } => "PaymentRefunded",
            Self::ChargebackOpened { .. } => "ChargebackOpened",
            Self::ChargebackClosed { .. } => "ChargebackClosed",
            Self::ReceiptMade { .. } => "ReceiptMade",
            Self::InvoiceAssigned { .. } => "InvoiceAssigned",
            Self::NoticeClosed { .. } => "NoticeClosed",
            Self::PlanSubmitted { .. } => "PlanSubmitted",
            Self::PromiseMade { .. } => "PromiseMade",
            Self::DisputeSubmitted { .. } => "DisputeSubmitted",
            Self::CaseAssigned { .. } => "CaseAssigned",
            Self::InformationRequested { .. } => "InformationRequested",
            Self::InformationAdded { .. } => "InformationAdded",
            Self::PlanApproved { .. } => "PlanApproved",
            Self::PlanDeclined { .. } => "PlanDeclined",
            Self::DisputeDecided { .. } => "DisputeDecided",
            Self::SlaMoved { .. } => "SlaMoved",
            Self::InstalmentDue { .. } => "InstalmentDue",
            Self::InstalmentPaid { .. } => "InstalmentPaid",
            Self::InstalmentMissed { .. } => "InstalmentMissed",
            Self::PromiseDue { .. } => "PromiseDue",
            Self::PromiseMissed { .. } => "PromiseMissed",
            Self::CaseClosed { .. } => "CaseClosed",
        }
    }
}

/// One line of an invoice's timeline, and one event on the bus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Form of this record, see [`FACT_VERSION`].
    pub version: u8,
    /// Identifier in order of time; consumers are idempotent by it.
    pub id: Ulid,
    /// The invoice.
    pub invoice: Ulid,
    /// The seller's tenant id.
    pub tenant: String,
    /// When it happened.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: Actor,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

impl Entry {
    /// An entry about `invoice`, stamped from `moment`.
    pub fn new(invoice: &Invoice, moment: &mut Moment, actor: Actor, fact: Fact) -> Self {
        Self {
            version: FACT_VERSION,
            id: moment.fresh_id(),
            invoice: invoice.id,
            tenant: invoice.tenant.clone(),
            at: moment.now,
            actor,
            fact,
        }
    }
}

/// A mail address that can be shown to a stranger: `a•••@acme.example`.
pub fn mask(address: &str) -> String {
    let (local, host) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{host}")
}
