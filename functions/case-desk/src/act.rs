//! POST /invoices/{id}/cases/{case}/owner, …/question and …/decision.
//! Must never answer "done" before it is committed, nor leave a cancelled Checkout open.
use domain::case::CaseKind;
use domain::review::{DisputeVerdict, PlanVerdict, Reviewer};
use domain::{Change, InvoiceFile, Moment, Refusal};
use lambda_http::Request;
use platform::http::Reply;
use platform::operator::Operator;
use platform::store::{Decided, InvoiceStore};
use platform::stripe::Stripe;
use platform::{Fault, checkout};
use serde_json::{Value, json};
use ulid::Ulid;

pub(crate) mod refused;
pub(crate) mod wish;

use crate::describe::{Verdicts, describe};
use crate::{found, unknown};
use wish::Verb;

/// What acting needs.
#[derive(Debug)]
pub struct Acting {
    /// The table.
    pub store: InvoiceStore,
    /// To end the session of a link that is replaced.
    pub stripe: Stripe,
}

/// What an operator does about a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Gives it to an operator, or to nobody.
    Assign(Option<String>),
    /// Asks the payer this.
    Ask(String),
    /// Decides a plan, with a note to the payer.
    DecidePlan(PlanVerdict, String),
    /// Decides a dispute, with a note to the payer.
    DecideDispute(DisputeVerdict, String),
}

/// Does what was asked for, if the role and the case allow it. Nothing that is repeated is
/// done twice: an owner stays, a question waits for its answer, a decision is final.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(acting: &Acting, request: Request, mut moment: Moment) -> Result<Reply, Fault> {
    let Some(verb) = Verb::of(&request) else { return Ok(unknown()) };
    let operator = match Operator::of(&request, verb.task()) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let wish = match verb.read(&request) {
        Ok(wish) => wish,
        Err(reply) => return Ok(reply),
    };
    let Some((file, case)) = found(&acting.store, &request, &operator).await? else {
        return Ok(unknown());
    };
    let act = match wish.act(&operator.id, file.invoice.balance.currency) {
        Ok(act) => act,
        Err(reply) => return Ok(reply),
    };
    let by =
        Reviewer { operator: operator.id.clone(), may_exceed_limit: operator.may_exceed_limit() };
    let decide = |file: &InvoiceFile| act.on(file, case, &by, &mut moment);
    match acting.store.decide_on(file, decide).await? {
        Decided::Committed(file) => {
            let (store, stripe) = (&acting.store, &acting.stripe);
            let ended = checkout::end_cancelled(stripe, store, &file, &mut moment).await;
            Ok(done(&file, case, ended, &moment))
        }
        Decided::Unchanged(file) => Ok(done(&file, case, true, &moment)),
        Decided::Refused(Refusal::NeedsController, file) => {
            let tenant = acting.store.tenant(&file.invoice.tenant).await?;
            let currency = file.invoice.balance.currency;
            let limit = tenant.map(|tenant| tenant.policy.approval_limit(currency));
            Ok(refused::needs_controller(limit))
        }
        Decided::Refused(refusal, file) => Ok(refused::reply(refusal, &act, file.case(case))),
        Decided::Missing => Ok(unknown()),
    }
}

impl Act {
    fn on(
        &self,
        file: &InvoiceFile,
        case: Ulid,
        by: &Reviewer,
        moment: &mut Moment,
    ) -> Result<Option<Change>, Refusal> {
        match self {
            Self::Assign(owner) => file.assign(case, owner.clone(), by, moment),
            Self::Ask(text) => file.ask(case, text.clone(), by, moment).map(Some),
            Self::DecidePlan(verdict, note) => {
                file.decide_plan(case, *verdict, note.clone(), by, moment).map(Some)
            }
            Self::DecideDispute(verdict, note) => {
                file.decide_dispute(case, *verdict, note.clone(), by, moment).map(Some)
            }
        }
    }

    /// The kind of case that it decides; `None` if it decides nothing.
    fn decides(&self) -> Option<CaseKind> {
        match self {
            Self::DecidePlan(..) => Some(CaseKind::Plan),
            Self::DecideDispute(..) => Some(CaseKind::Dispute),
            Self::Assign(_) | Self::Ask(_) => None,
        }
    }
}

/// The case as it is now. Verdicts are left to those who read it: they cost a call each.
fn done(file: &InvoiceFile, case: Ulid, checkout_ended: bool, moment: &Moment) -> Reply {
    let Some(case) = file.case(case) else { return unknown() };
    let mut answer = describe(file, case, &Verdicts::new(), moment.now);
    if let Value::Object(fields) = &mut answer {
        fields.insert("checkout_ended".to_owned(), json!(checkout_ended));
    }
    Reply::json(200, &answer)
}
