//! One life of one invoice: who comes when, and what is thrown at them, all by one seed.
//! Must never decide anything about money: it calls, waits and remembers.
use std::cell::{Cell, RefCell};
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::time::Duration;

use domain::Entry;
use platform::Fault;
use platform::http::Reply;
use serde_json::Value;
use tokio::task::JoinHandle;
use ulid::Ulid;

use crate::bench::{self, ACCOUNT, Bench, Ended, LAMBDA_TIMEOUT};
use crate::machines::{self, Consumer, Schedule};
use crate::net::Weather;
use crate::people;
use crate::plan::Plan;

/// Tasks of one simulation, far more than any has.
const TASKS_MAX: usize = 5_000;

/// One life while it goes on.
pub(crate) struct Simulation {
    pub(crate) bench: Rc<Bench>,
    pub(crate) plan: Plan,
    pub(crate) invoice: Ulid,
    random: RefCell<fastrand::Rng>,
    tasks: RefCell<Vec<JoinHandle<()>>>,
    myself: RefCell<std::rc::Weak<Simulation>>,
    events_seen: Cell<usize>,
    stream_seen: Cell<usize>,
    published_seen: Cell<usize>,
    at_banks: RefCell<Vec<String>>,
    aside: RefCell<Vec<(Consumer, Entry)>>,
    mails_uncertain: Cell<usize>,
    bugs: RefCell<Vec<String>>,
    settling: Cell<bool>,
}

impl Simulation {
    /// A new life, with its invoice imported and its first link sent.
    pub(crate) async fn begin(bench: &Rc<Bench>, plan: Plan) -> Rc<Self> {
        bench.begin(plan.seed);
        let invoice = bench.calm(bench.invoice(1)).await;
        bench.net.set_weather(plan.weather);
        let sim = Rc::new(Self {
            bench: Rc::clone(bench),
            plan,
            invoice,
            random: RefCell::new(fastrand::Rng::with_seed(plan.seed ^ 0xAC7)),
            tasks: RefCell::default(),
            myself: RefCell::default(),
            events_seen: Cell::new(0),
            stream_seen: Cell::new(0),
            published_seen: Cell::new(0),
            at_banks: RefCell::default(),
            aside: RefCell::default(),
            mails_uncertain: Cell::new(0),
            bugs: RefCell::default(),
            settling: Cell::new(false),
        });
        sim.myself.replace(Rc::downgrade(&sim));
        sim
    }

    /// Two payers, an operator, and the clockwork, until all have done.
    pub(crate) async fn live(self: &Rc<Self>) {
        self.spawn(people::payer(Rc::clone(self)));
        self.spawn(people::payer(Rc::clone(self)));
        self.spawn(people::operator(Rc::clone(self)));
        self.spawn(machines::clockwork(Rc::clone(self)));
        self.carry_on();
        self.all_done().await;
    }

    /// The storm is over: banks answer, schedules run as they do, until nothing is due.
    pub(crate) async fn settle(self: &Rc<Self>) {
        self.calm_down();
        people::banks(self).await;
        self.carry_on();
        self.all_done().await;
        // The second time round everything is due that was filed again; in the third, sessions
        // that nobody used have ended.
        for minutes in [11, 11, 65] {
            tokio::time::sleep(Duration::from_secs(minutes * 60)).await;
            machines::tick(self, Schedule::Reconciler).await;
            machines::tick(self, Schedule::OutboxSweeper).await;
            self.carry_on();
            self.all_done().await;
        }
        for (consumer, entry) in self.aside.take() {
            let taken = machines::consume(self, consumer, &entry).await;
            self.bug_if(!taken, || format!("{consumer:?} refuses {} in calm", entry.fact.name()));
        }
        machines::tick(self, Schedule::OutboxSweeper).await;
        self.carry_on();
        self.all_done().await;
    }

    /// From here on nothing fails.
    pub(crate) fn calm_down(&self) {
        self.bench.net.set_weather(Weather::CALM);
        self.settling.set(true);
    }

    /// Calls a handler that answers a request.
    pub(crate) async fn call(
        &self,
        what: &str,
        handler: impl Future<Output = Result<Reply, Fault>>,
    ) -> Ended<Reply> {
        let ended = self.work(what, handler).await;
        let status = ended.status();
        self.bench.net.note(&format!("{what}: {status:?}"));
        ended
    }

    /// Runs a handler, perhaps not to its end.
    pub(crate) async fn work<T>(
        &self,
        what: &str,
        handler: impl Future<Output = Result<T, Fault>>,
    ) -> Ended<T> {
        self.bench.net.note(what);
        let stormy = self.plan.crashes_percent;
        let life = if self.draw(0..=99) < stormy && !self.settling.get() {
            Duration::from_millis(u64::from(self.draw(0..=2_000)))
        } else {
            LAMBDA_TIMEOUT
        };
        let ended = bench::run(life, handler).await;
        if let Ended::Faulted(fault) = &ended {
            // The world may fail us, and then it may be tried again; anything else is our own.
            self.bug_if(!fault.is_retryable(), || format!("{what}: {fault}"));
            self.bug_if(self.settling.get(), || format!("{what} in calm: {fault}"));
        }
        ended
    }

    /// Whatever has come about since: webhooks, stream records, events. Each goes its own way.
    pub(crate) fn carry_on(&self) {
        let Some(sim) = self.myself.borrow().upgrade() else { return };
        let services = self.bench.net.services();
        let events = services.stripe().emitted(ACCOUNT, self.events_seen.get());
        self.events_seen.set(self.events_seen.get() + events.len());
        for event in events {
            if self.draw(0..=99) < self.plan.webhooks_lost_percent {
                continue;
            }
            for _ in 0..self.draw(1..=2) {
                self.spawn(machines::webhook(Rc::clone(&sim), event.clone()));
            }
        }
        let images: Vec<Value> = services.seen().stream[self.stream_seen.get()..].to_vec();
        self.stream_seen.set(self.stream_seen.get() + images.len());
        if !images.is_empty() {
            self.spawn(machines::stream(Rc::clone(&sim), images));
        }
        let published: Vec<Value> = services.seen().published[self.published_seen.get()..].to_vec();
        self.published_seen.set(self.published_seen.get() + published.len());
        for detail in published {
            let entry = serde_json::from_value(detail).unwrap();
            self.spawn(machines::consumers(Rc::clone(&sim), entry));
        }
    }

    /// A person takes their time.
    pub(crate) async fn pause(&self) {
        let max_ms = u64::try_from(self.plan.pause_max.as_millis()).unwrap();
        let pause_ms = self.random.borrow_mut().u64(0..max_ms);
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
    }

    /// A machine takes less.
    pub(crate) async fn wait(&self) {
        let wait_ms = self.random.borrow_mut().u64(0..2_000);
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
    }

    pub(crate) fn draw(&self, among: RangeInclusive<u32>) -> u32 {
        self.random.borrow_mut().u32(among)
    }

    /// One of those, by weight.
    pub(crate) fn pick<T: Copy>(&self, among: &[(u8, T)]) -> T {
        let all: u32 = among.iter().map(|(weight, _)| u32::from(*weight)).sum();
        let mut left = self.draw(0..=all - 1);
        for (weight, one) in among {
            match left.checked_sub(u32::from(*weight)) {
                Some(rest) => left = rest,
                None => return *one,
            }
        }
        among[0].1
    }

    /// A link that was mailed: the newest, or sometimes any older one.
    pub(crate) async fn token(&self) -> String {
        let file = self.bench.look(self.invoice).await;
        let mut links: Vec<Ulid> = file.links.iter().map(|link| link.id).collect();
        links.sort_unstable();
        let newest = file.invoice.link.unwrap();
        let older = links[usize::try_from(self.draw(0..=99)).unwrap() % links.len()];
        let link = if self.draw(0..=3) == 0 { older } else { newest };
        self.bench.token(self.invoice, link)
    }

    /// The identifier of a form that was opened.
    pub(crate) fn form(&self) -> String {
        Ulid(self.random.borrow_mut().u128(..)).to_string()
    }

    /// Somebody does something at Stripe's own pages; it may be too late for it.
    pub(crate) async fn at_stripe(&self, what: &str, body: &Value) {
        let services = self.bench.net.services();
        let path = format!("/_control/{what}");
        let body = body.to_string().into_bytes();
        let answer = services.stripe().call("POST", &path, &[], body).await.unwrap().unwrap();
        let verb = what.split('/').next().unwrap_or_default();
        self.bench.net.note(&format!("at Stripe: {verb} {}", answer.status));
    }

    pub(crate) fn at_bank(&self, session: &str) {
        self.at_banks.borrow_mut().push(session.to_owned());
    }

    pub(crate) fn sessions_at_banks(&self) -> Vec<String> {
        self.at_banks.borrow().clone()
    }

    pub(crate) fn put_aside(&self, consumer: Consumer, entry: Entry) {
        self.aside.borrow_mut().push((consumer, entry));
    }

    /// A mailer was stopped or failed: SES may have its mail all the same.
    pub(crate) fn mail_may_be_out(&self) {
        self.mails_uncertain.set(self.mails_uncertain.get() + 1);
    }

    pub(crate) fn mails_uncertain(&self) -> usize {
        self.mails_uncertain.get()
    }

    pub(crate) fn bug_if(&self, is_bug: bool, what: impl FnOnce() -> String) {
        if is_bug {
            self.bugs.borrow_mut().push(what());
        }
    }

    /// What was found wrong on the way.
    pub(crate) fn bugs(&self) -> Vec<String> {
        self.bugs.borrow().clone()
    }

    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.tasks.borrow_mut().push(tokio::task::spawn_local(task));
    }

    /// Waits until every task has ended.
    pub(crate) async fn all_done(&self) {
        for _ in 0..TASKS_MAX {
            let Some(task) = self.tasks.borrow_mut().pop() else { return };
            task.await.unwrap();
        }
        panic!("a simulation that never ends");
    }
}
