//! Everything that can happen next: what payers, Stripe, the seller's office, time and bad luck
//! do. Must never decide what our code makes of it: that is `process.rs` and `rules.rs`.
use crate::Portal;
use crate::process::Told;
use crate::rules::live_payment;
use crate::state::{
    CHECKOUT_LIFE, Event, Link, LinkNo, LinkState, PAYMENTS_MAX, PaymentNo, Process, Question,
    Session, Slot, Stage, State, Step, Task, WEBHOOKS,
};

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// `portal/src/view.rs`: a payer opens a link and sees its page, which winds its clock
    /// (`store/link_clock.rs`).
    Open(u8, LinkNo),
    /// A request arrives: a button, a form, a delivery, a schedule.
    Arrive(Slot, Task),
    /// The request takes its next step.
    Run(Slot),
    /// Stripe's answer to a creation is lost; the session was created, or was not (yet).
    Unanswered(Slot, Created),
    /// The process is gone: a crash, a timeout, or it has lost too many races and given up.
    Vanish(Slot),
    /// A payer who was sent to the session pays by card.
    PayByCard(PaymentNo),
    /// A payer who was sent to the session pays from a bank account; the money takes days.
    PayByBank(PaymentNo),
    /// The bank has moved the money.
    BankPays(PaymentNo),
    /// The bank has not.
    BankFails(PaymentNo),
    /// Stripe ends a session whose hour is over.
    SessionEnds(PaymentNo),
    /// A creation that we gave up takes effect at Stripe after all.
    CreatedLate(PaymentNo),
    /// Stripe breaks its word: a session it had called ended was paid in the same moment.
    PaidAllTheSame(PaymentNo),
    /// `DynamoDB` deletes the item of a link by its TTL, before or after the link's end.
    TtlDeletes(LinkNo),
    /// Time goes on.
    Tick,
}

/// Whether a creation whose answer was lost took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Created {
    Yes,
    NotYet,
}

impl Portal {
    /// All that can happen in `state`.
    pub(crate) fn possible(&self, state: &State, actions: &mut Vec<Action>) {
        let under_way = state.running.iter().flatten().count();
        for slot in Slot::ALL {
            match state.running[slot.place()] {
                None if under_way < self.bounds.at_once => self.arrivals(state, slot, actions),
                None => {}
                Some(process) => {
                    actions.extend([Action::Run(slot), Action::Vanish(slot)]);
                    if matches!(process.step, Step::Call(_, Question::Create)) {
                        let lost = [Created::Yes, Created::NotYet];
                        actions.extend(lost.map(|created| Action::Unanswered(slot, created)));
                    }
                }
            }
        }
        for payer in 0..self.bounds.payers {
            actions.extend((0..=state.file.link).map(|no| Action::Open(payer, no)));
        }
        for no in (0..).take(PAYMENTS_MAX) {
            at_stripe(state, no, actions);
        }
        // One that was replaced is dead either way.
        let lives = |link: Link| link.state != LinkState::Replaced;
        let deletable = (0..=state.file.link).filter(|no| state.file.link(*no).is_some_and(lives));
        actions.extend(deletable.map(Action::TtlDeletes));
        // A request takes seconds and a tick hours: it sees one boundary at most.
        let caught_up = state.running.iter().flatten().all(|process| process.now == state.clock);
        if state.clock < self.bounds.ticks && caught_up {
            actions.push(Action::Tick);
        }
    }

    /// Who can come now.
    fn arrivals(&self, state: &State, slot: Slot, actions: &mut Vec<Action>) {
        let mut arrive = |task| actions.push(Action::Arrive(slot, task));
        let payments = state.file.payments();
        match slot {
            Slot::Payer(payer) if payer < self.bounds.payers => {
                if let Some(link) = state.pages[usize::from(payer)] {
                    arrive(Task::Pay(link));
                    arrive(Task::Submit(link));
                }
                if live_payment(&state.file).is_some() {
                    arrive(Task::ComeBack);
                }
                let links = 0..=state.file.link;
                let dead = |no: &LinkNo| {
                    self.rules().readable_link(&state.file, *no, state.clock).is_err()
                };
                links.filter(dead).for_each(|no| arrive(Task::AskForLink(no)));
            }
            Slot::Payer(_) => {}
            Slot::Delivery => {
                for (no, _) in payments {
                    for event in WEBHOOKS {
                        if state.session(no).events.has(event) {
                            arrive(Task::Deliver(no, event));
                        }
                    }
                }
            }
            Slot::Office => {
                let live = payments.filter(|(_, payment)| payment.is_live());
                live.for_each(|(no, _)| arrive(Task::Reconcile(no)));
                arrive(Task::Regenerate(None));
            }
        }
    }

    /// The state after `action`, and the decision of ours that was part of it; `None` if
    /// nothing came of it.
    pub(crate) fn after(&self, before: &State, action: Action) -> Option<(State, Option<Told>)> {
        let mut state = before.clone();
        let mut told = None;
        match action {
            Action::Run(slot) => told = self.run(&mut state, slot),
            Action::Open(payer, link) => self.open(&mut state, payer, link),
            Action::Arrive(slot, task) => {
                let now = state.clock;
                let process = Process { task, now, fresh: false, step: Step::Load };
                state.running[slot.place()] = Some(process);
            }
            Action::Unanswered(slot, created) => unanswered(&mut state, slot, created),
            Action::Vanish(slot) => state.running[slot.place()] = None,
            Action::PayByBank(no) => becomes(&mut state, no, Stage::Pending),
            Action::PayByCard(no) | Action::BankPays(no) => becomes(&mut state, no, Stage::Paid),
            Action::BankFails(no) => becomes(&mut state, no, Stage::Failed),
            Action::SessionEnds(no) => becomes(&mut state, no, Stage::Expired),
            Action::CreatedLate(no) => becomes(&mut state, no, Stage::Open),
            Action::PaidAllTheSame(no) => {
                state.session_mut(no).stray = true;
                becomes(&mut state, no, Stage::Paid);
            }
            Action::TtlDeletes(no) => state.file.links[usize::from(no)] = None,
            Action::Tick => {
                state.clock += 1;
                // Stripe refuses to create what would be over already.
                state.stripe.iter_mut().for_each(|session| session.late = false);
            }
        }
        (state != *before).then_some((state, told))
    }

    fn open(&self, state: &mut State, payer: u8, no: LinkNo) {
        if self.rules().readable_link(&state.file, no, state.clock).is_ok() {
            state.pages[usize::from(payer)] = Some(no);
            if let Some(link) = &mut state.file.links[usize::from(no)] {
                link.active_at = state.clock;
            }
        }
    }
}

/// What payers, banks and the clock can do to a session.
fn at_stripe(state: &State, no: PaymentNo, actions: &mut Vec<Action>) {
    let session = state.session(no);
    let Some(payment) = state.file.payment(no) else { return };
    let hour_is_over = state.clock >= payment.started_at + CHECKOUT_LIFE;
    match session.stage {
        Stage::None if session.late => actions.push(Action::CreatedLate(no)),
        Stage::Open => {
            if session.handed {
                actions.extend([Action::PayByCard(no), Action::PayByBank(no)]);
            }
            if hour_is_over {
                actions.push(Action::SessionEnds(no));
            }
        }
        Stage::Pending => actions.extend([Action::BankPays(no), Action::BankFails(no)]),
        Stage::Expired if session.handed && state.stripe.iter().all(|one| !one.stray) => {
            actions.push(Action::PaidAllTheSame(no));
        }
        Stage::None | Stage::Expired | Stage::Failed | Stage::Paid => {}
    }
}

/// Moves a session on at Stripe, which makes the event that tells of it.
pub(crate) fn becomes(state: &mut State, no: PaymentNo, next: Stage) {
    let session: &mut Session = state.session_mut(no);
    session.stage = next;
    match next {
        Stage::None | Stage::Open => session.late = false,
        Stage::Expired => session.events.add(Event::Expired),
        Stage::Pending => session.events.add(Event::Processing),
        Stage::Failed => session.events.add(Event::Failed),
        Stage::Paid => session.events.add(Event::Paid),
    }
}

fn unanswered(state: &mut State, slot: Slot, created: Created) {
    let Some(mut process) = state.running[slot.place()] else { return };
    let Step::Call(no, Question::Create) = process.step else { return };
    let session = state.session_mut(no);
    if session.stage == Stage::None {
        match created {
            Created::Yes => session.stage = Stage::Open,
            Created::NotYet => session.late = true,
        }
    }
    process.step = Step::Call(no, Question::LookUp);
    state.running[slot.place()] = Some(process);
}
