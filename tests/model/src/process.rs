//! A request, step by step: read, decide, commit if nobody else has, ask Stripe. One function
//! for each kind of step. Must never do two things in one step that a crash could part.
use crate::actions::becomes;
use crate::bug::Bug;
use crate::properties::is_recorded;
use crate::rules::{Decision, Refusal, is_lost, live_payment};
use crate::state::{
    CHECKOUT_LIFE, Event, File, LINK_LIFE, LinkState, PaymentNo, PaymentState, Process, Question,
    Slot, Stage, State, Status, Step, Task, Tick, Verb,
};
use crate::{Portal, state};

/// A decision that was taken and counts: what was asked, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What was asked of the rules.
    pub verb: Verb,
    /// The instant of the request.
    pub now: Tick,
    /// Their answer; a change in it is committed.
    pub answer: Result<Decision, Refusal>,
}

impl Portal {
    /// The next step of the process in `slot`.
    pub(crate) fn run(&self, state: &mut State, slot: Slot) -> Option<Told> {
        let mut process = state.running[slot.place()]?;
        let mut told = None;
        let next = match process.step {
            Step::Load => {
                process.fresh = true;
                self.load(state, slot, &mut process)
            }
            Step::Commit(verb) if !process.fresh && !self.writes_blindly(verb) => {
                // A lost race: nothing is written, and all is decided anew.
                process.fresh = true;
                match process.task {
                    Task::Pay(_) if matches!(verb, Verb::Start(_)) => {
                        process.fresh = false;
                        Some(Step::Load)
                    }
                    _ => Some(Step::Commit(verb)),
                }
            }
            Step::Commit(verb) => {
                let now = process.now;
                let answer = self.rules().decide(&state.file, verb, now);
                told = Some(Told { verb, now, answer: answer.clone() });
                commit(state, slot, &mut process, answer)
            }
            Step::Call(no, question) => self.call(state, (no, question), process),
        };
        state.running[slot.place()] = next.map(|step| Process { step, ..process });
        told
    }

    fn writes_blindly(&self, verb: Verb) -> bool {
        self.bug == Some(Bug::RegenerateWithoutCondition) && verb == Verb::Regenerate
    }

    /// What a handler does with the file it has read; `None` if it is done.
    fn load(&self, state: &mut State, slot: Slot, process: &mut Process) -> Option<Step> {
        let (rules, file, now) = (self.rules(), &state.file, process.now);
        match process.task {
            Task::Pay(link) => match rules.decide(file, Verb::Start(link), now).ok()? {
                Decision::Change(_) => Some(Step::Commit(Verb::Start(link))),
                Decision::Resume(no) if file.payment(no)?.state == PaymentState::Starting => {
                    Some(Step::Call(no, Question::Create))
                }
                Decision::Resume(no) => Some(Step::Call(no, Question::Ask)),
                Decision::End(no) => Some(Step::Call(no, Question::End)),
                Decision::Nothing => None,
            },
            Task::ComeBack => live_payment(file).map(|(no, _)| Step::Call(no, Question::Ask)),
            Task::Submit(link) => {
                let Slot::Payer(payer) = slot else { return None };
                Some(Step::Commit(Verb::Submit(payer, link)))
            }
            Task::AskForLink(link) => {
                let dead = rules.readable_link(file, link, now).is_err();
                dead.then_some(Step::Commit(Verb::RequestLink))
            }
            Task::Reconcile(no) => {
                let payment = file.payment(no).filter(state::Payment::is_live)?;
                let ends = payment.cancel && payment.can_be_cancelled();
                Some(Step::Call(no, if ends { Question::End } else { Question::Ask }))
            }
            Task::Regenerate(_) => {
                if self.bug == Some(Bug::RegenerateWithoutCondition) {
                    process.task = Task::Regenerate(Some(file.status));
                }
                Some(Step::Commit(Verb::Regenerate))
            }
            Task::Deliver(no, event) => {
                if self.bug == Some(Bug::AcknowledgeBeforeCommit) {
                    acknowledge(state, no, event);
                }
                if self.bug == Some(Bug::MarkBeforeApply) {
                    if state.session(no).marked.has(event) {
                        acknowledge(state, no, event);
                        return None;
                    }
                    state.session_mut(no).marked.add(event);
                }
                Some(Step::Commit(Verb::Apply(no, event)))
            }
        }
    }

    /// A call of Stripe: `platform/src/checkout.rs`. A call that fails is a process that
    /// vanishes, but for the creation, whose answer matters.
    fn call(
        &self,
        state: &mut State,
        about: (PaymentNo, Question),
        process: Process,
    ) -> Option<Step> {
        let (no, question) = about;
        let payment = state.file.payment(no)?;
        let answer = |event| Some(Step::Commit(Verb::Apply(no, event)));
        match question {
            Question::Create => {
                if state.session(no).stage != Stage::None {
                    // The same key: Stripe repeats its first answer, whatever came since.
                    return answer(Event::Opened);
                }
                if state.clock >= payment.started_at + CHECKOUT_LIFE {
                    return Some(Step::Call(no, Question::LookUp));
                }
                becomes(state, no, Stage::Open);
                answer(Event::Opened)
            }
            Question::LookUp => answer(meaning(state.session(no).stage)),
            Question::Ask => match meaning(state.session(no).stage) {
                // `pay.rs` and `paid.rs` try again later, the reconciler concludes nothing.
                Event::NotFound if !is_lost(payment, process.now) => None,
                event => answer(event),
            },
            Question::End => answer(self.end(state, no)),
            Question::Discard => {
                self.end(state, no);
                Some(Step::Load)
            }
        }
    }

    /// Expires the session; if it turns out complete, that is the answer.
    fn end(&self, state: &mut State, no: PaymentNo) -> Event {
        if state.session(no).stage == Stage::Open {
            becomes(state, no, Stage::Expired);
        }
        match meaning(state.session(no).stage) {
            Event::Paid | Event::Processing | Event::Failed
                if self.bug == Some(Bug::CompleteTakenAsCancelled) =>
            {
                Event::Expired
            }
            event => event,
        }
    }
}

/// The transaction, on a file that is as it was read, and what the handler does then.
fn commit(
    state: &mut State,
    slot: Slot,
    process: &mut Process,
    answer: Result<Decision, Refusal>,
) -> Option<Step> {
    let Step::Commit(verb) = process.step else { return None };
    let changed = match answer {
        Err(_) => return None,
        Ok(Decision::Change(mut next)) => {
            if let Task::Regenerate(Some(read)) = process.task {
                next.status = read;
            }
            note(state, &next, verb, process.now);
            state.file = next;
            state.running.iter_mut().flatten().for_each(|other| other.fresh = false);
            process.fresh = true;
            true
        }
        Ok(Decision::Nothing) => false,
        // The commit of a start found a payment: only if a race was lost, see above.
        Ok(Decision::Resume(_) | Decision::End(_)) => return Some(Step::Load),
    };
    match (process.task, verb) {
        (Task::Pay(_), Verb::Start(_)) => {
            state.file.holder.map(|no| Step::Call(no, Question::Create))
        }
        (Task::Pay(_), Verb::Apply(no, Event::Opened)) => send_to_checkout(state, no),
        (Task::Pay(_), _) => Some(Step::Load),
        (Task::Submit(_) | Task::Regenerate(_), Verb::Submit(..) | Verb::Regenerate) => {
            // `checkout::end_cancelled`.
            let open = live_payment(&state.file).filter(|(_, payment)| payment.cancel);
            open.filter(|_| changed).map(|(no, _)| Step::Call(no, Question::End))
        }
        (Task::Deliver(no, event), _) => {
            debug_assert_eq!(slot, Slot::Delivery, "only Stripe delivers");
            acknowledge(state, no, event);
            None
        }
        (
            Task::ComeBack
            | Task::Submit(_)
            | Task::AskForLink(_)
            | Task::Reconcile(_)
            | Task::Regenerate(_),
            _,
        ) => None,
    }
}

/// `pay.rs`, `apply`: the payer is sent to the session if it may be used.
fn send_to_checkout(state: &mut State, no: PaymentNo) -> Option<Step> {
    let payment = state.file.payment(no)?;
    if payment.state == PaymentState::Open && !payment.cancel {
        state.session_mut(no).handed = true;
        return None;
    }
    Some(Step::Call(no, Question::Discard))
}

/// `Session::meaning`, of a session or of none.
pub(crate) fn meaning(stage: Stage) -> Event {
    match stage {
        Stage::None => Event::NotFound,
        Stage::Open => Event::Opened,
        Stage::Expired => Event::Expired,
        Stage::Pending => Event::Processing,
        Stage::Failed => Event::Failed,
        Stage::Paid => Event::Paid,
    }
}

/// Answers a delivery with 2xx.
fn acknowledge(state: &mut State, no: PaymentNo, event: Event) {
    if !is_recorded(&state.file, no, event) {
        state.session_mut(no).acknowledged.add(event);
    }
}

/// Takes down what the properties need. It looks at the file as it was and as it will be, and
/// asks no rule: a mistake in a rule must not hide itself.
fn note(state: &mut State, next: &File, verb: Verb, now: Tick) {
    let before = &state.file;
    let alive = |no| {
        before.link(no).is_some_and(|link| {
            let in_time = now < link.active_at + LINK_LIFE;
            link.state == LinkState::Live && before.link == no && in_time
        })
    };
    let witness = &mut state.witness;
    let outcome = match verb {
        Verb::Start(link) => {
            witness.trespass |= !alive(link);
            None
        }
        Verb::Submit(_, link) => {
            witness.trespass |= !alive(link);
            Some(link)
        }
        Verb::Apply(no, Event::Paid) => {
            let payment = next.payment(no).filter(|payment| !payment.duplicate);
            let plan = before.open_plan().map(|plan| plan.link);
            payment.map(|payment| payment.link).filter(|link| plan != Some(*link))
        }
        Verb::Apply(..) | Verb::Regenerate | Verb::RequestLink => None,
    };
    if let Some(link) = outcome {
        let count = &mut witness.outcomes[usize::from(link)];
        *count = count.saturating_add(1);
    }
    witness.was_paid |= next.status == Status::Paid;
}
