//! An invoice of the domain that follows the model: each verb of the model is one of the
//! domain's, and a file of either is told in the same words.
//! Must never decide anything itself.
use domain::submit::{Proposal, Submission};
use domain::{Actor, CaseState, Change, InvoiceFile, Moment, Start, Tenant, import};
use model::Action;
use model::rules::Refusal;
use model::state::{
    File, LINKS_MAX, Link, LinkState, PAYMENTS_MAX, Payment, PaymentNo, Plan, State, Tick, Verb,
};
use ulid::Ulid;

mod words;

use words::{instant, payment_state, payments, place, plan, status, tenant, tick, told, usd};

/// What either side answers to a verb.
#[derive(Debug, PartialEq)]
pub(crate) enum Said {
    Refused(Refusal),
    Nothing,
    Change(File),
    Resume(PaymentNo),
    End(PaymentNo),
}

/// The domain's side.
pub(crate) struct Bench {
    file: InvoiceFile,
    tenant: Tenant,
    plan: Proposal,
    /// All links that were issued, also those whose item is gone.
    links: Vec<Ulid>,
    /// Where fresh identifiers begin: each decision takes its own.
    seed: u128,
}

impl Bench {
    /// The first mail is sent: there is a live link.
    pub(crate) fn linked() -> Self {
        let tenant = tenant();
        let mut moment = Moment::new(instant(0), Ulid(1_000));
        let csv = "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Description\n\
                   INV-1,2026-11-30,1250.00,ap@acme.example,Acme,Drill bits\n";
        let row = import::read(csv.as_bytes(), usd()).unwrap().rows.remove(0);
        let (change, description) = InvoiceFile::import(&row, &tenant, Actor::Portal, &mut moment);
        let file = InvoiceFile {
            invoice: change.invoice,
            description,
            links: Vec::new(),
            payments: Vec::new(),
            cases: Vec::new(),
        };
        let change = file.cadence_step(&mut moment).unwrap();
        let file = file.after(change);
        let plan = plan(&file, &tenant);
        let links = file.invoice.link.into_iter().collect();
        Self { file, tenant, plan, links, seed: 1_000_000 }
    }

    /// What the code answers to `verb` from a request that came at `now`.
    pub(crate) fn ask(&self, verb: Verb, now: Tick) -> Said {
        match self.decide(verb, now) {
            Ok(Answer::Nothing) => Said::Nothing,
            Ok(Answer::Resume(id)) => Said::Resume(place(&payments(&self.file), id)),
            Ok(Answer::End(id)) => Said::End(place(&payments(&self.file), id)),
            Ok(Answer::Change(change)) => {
                let file = self.file.clone().after(*change);
                let new = !self.links.iter().any(|id| Some(*id) == file.invoice.link);
                if self.links.len() + usize::from(new) > LINKS_MAX
                    || file.payments.len() > PAYMENTS_MAX
                {
                    return Said::Refused(Refusal::OutOfNumbers);
                }
                Said::Change(self.project(&file))
            }
            Err(refusal) => Said::Refused(words::refusal(refusal)),
        }
    }

    /// Commits what the code decides.
    pub(crate) fn commit(&mut self, verb: Verb, now: Tick) {
        let Ok(Answer::Change(change)) = self.decide(verb, now) else {
            panic!("the model commits {verb:?}, the code does not");
        };
        self.seed += 1_000;
        self.file = self.file.clone().after(*change);
        let current = self.file.invoice.link.unwrap();
        if !self.links.contains(&current) {
            self.links.push(current);
        }
    }

    /// What the store does to a link without a decision: an opening winds its clock, TTL
    /// deletes it.
    pub(crate) fn follow(&mut self, action: Action, after: &State) {
        match action {
            Action::Open(_, no) => {
                let id = self.links[usize::from(no)];
                if let Some(link) = self.file.links.iter_mut().find(|link| link.id == id) {
                    link.last_active_at = instant(after.clock);
                }
            }
            Action::TtlDeletes(no) => {
                let id = self.links[usize::from(no)];
                self.file.links.retain(|link| link.id != id);
            }
            Action::Arrive(..)
            | Action::Run(_)
            | Action::Unanswered(..)
            | Action::Vanish(_)
            | Action::PayByCard(_)
            | Action::PayByBank(_)
            | Action::BankPays(_)
            | Action::BankFails(_)
            | Action::SessionEnds(_)
            | Action::CreatedLate(_)
            | Action::PaidAllTheSame(_)
            | Action::Tick => {}
        }
    }

    pub(crate) fn projection(&self) -> File {
        self.project(&self.file)
    }

    fn decide(&self, verb: Verb, now: Tick) -> Result<Answer, domain::Refusal> {
        let mut moment = Moment::new(instant(now), Ulid(self.seed));
        // A number that was not issued yet is a link that nobody knows.
        let link = |no: u8| self.links.get(usize::from(no)).copied().unwrap_or_default();
        let changed = |change: Option<Change>| match change {
            Some(change) => Answer::Change(Box::new(change)),
            None => Answer::Nothing,
        };
        match verb {
            Verb::Start(no) => {
                let start = self.file.start_payment(link(no), &self.tenant, &mut moment)?;
                Ok(match start {
                    Start::New(_, change) => Answer::Change(change),
                    Start::Resume(payment) => Answer::Resume(payment.id),
                    Start::End(payment) => Answer::End(payment.id),
                })
            }
            Verb::Submit(payer, no) => {
                let form = Ulid(500 + u128::from(payer));
                let proposal = self.plan.clone();
                let submission = Submission { form, proposal, documents: Vec::new() };
                self.file.submit(link(no), &submission, &self.tenant, &mut moment).map(changed)
            }
            Verb::Apply(no, event) => {
                let payment = payments(&self.file).get(usize::from(no)).copied();
                let payment = payment.unwrap_or_default();
                self.file.apply(payment, &told(event, no), &mut moment).map(changed)
            }
            Verb::Regenerate => {
                let operator = Actor::Operator("operator-1".to_owned());
                Ok(changed(Some(self.file.regenerate(operator, false, &mut moment))))
            }
            Verb::RequestLink => self.file.request_link(&mut moment).map(Some).map(changed),
        }
    }

    /// A file of the domain in the model's words.
    fn project(&self, file: &InvoiceFile) -> File {
        let current = file.invoice.link.unwrap();
        let mut known = self.links.clone();
        if !known.contains(&current) {
            known.push(current);
        }
        let ids = payments(file);
        let mut told = File {
            status: status(file.invoice.status),
            link: place(&known, current),
            holder: file.invoice.live_payment.map(|id| place(&ids, id)),
            asked_at: file.invoice.link_mail_at.map(tick),
            plan: file.cases.first().map(|case| Plan {
                payer: u8::try_from(case.form.0 - 500).unwrap(),
                link: place(&known, case.link),
                settled: case.state == CaseState::Settled,
            }),
            links: [None; LINKS_MAX],
            payments: [None; PAYMENTS_MAX],
        };
        for link in &file.links {
            told.links[usize::from(place(&known, link.id))] = Some(Link {
                state: match link.state {
                    domain::LinkState::Live => LinkState::Live,
                    domain::LinkState::Spent => LinkState::Spent,
                    domain::LinkState::Replaced => LinkState::Replaced,
                },
                active_at: tick(link.last_active_at),
            });
        }
        for payment in &file.payments {
            told.payments[usize::from(place(&ids, payment.id))] = Some(Payment {
                link: place(&known, payment.link),
                state: payment_state(payment.state),
                started_at: tick(payment.started_at),
                cancel: payment.cancel,
                duplicate: payment.duplicate,
            });
        }
        projection(&told)
    }
}

/// What the domain answers, before it is told in the model's words.
enum Answer {
    Nothing,
    Change(Box<Change>),
    Resume(Ulid),
    End(Ulid),
}

/// What counts of a file: the clock of a link that was replaced does not.
pub(crate) fn projection(file: &File) -> File {
    let mut file = file.clone();
    for link in file.links.iter_mut().flatten() {
        if link.state == LinkState::Replaced {
            link.active_at = 0;
        }
    }
    file
}
