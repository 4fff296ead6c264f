//! One invoice, one thing after the other in calm, each call of a handler counted by itself.
//! Must never count what a test does and no function would.
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use invoice_import::Importing;
use lambda_http::Request;
use platform::Fault;
use platform::http::Reply;
use platform::worker::Sweep;
use serde_json::Value;
use ulid::Ulid;

use crate::bench::Bench;
use crate::meter::Counts;
use crate::requests;
use crate::table::Table;
use crate::time::moment;

mod clockwork;
mod machines;

/// Rounds of "what follows by itself", far more than anything takes.
const ROUNDS_MAX: usize = 50;
/// What one function did in a life, all calls together.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) function: &'static str,
    /// `api`, `stream`, `queue`, `schedule`, or `browser` for what is no function.
    pub(super) trigger: &'static str,
    /// Calls. A schedule's are paid for whether or not an invoice is due, so they are not its.
    pub(super) runs: u32,
    pub(super) counts: Counts,
}

pub(super) struct Life<'b> {
    pub(super) bench: &'b Rc<Bench>,
    invoice: Cell<Ulid>,
    works: RefCell<Vec<Work>>,
    stream_seen: Cell<usize>,
    published_seen: Cell<usize>,
    events_seen: Cell<usize>,
}

impl<'b> Life<'b> {
    /// So many invoices, imported in one file, until their first mails are due to be sent.
    pub(super) async fn issue(bench: &'b Rc<Bench>, rows: u32) -> Self {
        bench.begin_on(Table::whole(), 1);
        let life = Self {
            bench,
            invoice: Cell::new(Ulid::nil()),
            works: RefCell::default(),
            stream_seen: Cell::new(0),
            published_seen: Cell::new(0),
            events_seen: Cell::new(0),
        };
        let store = bench.store();
        let importing = Importing { store: store.clone(), files: bench.office.files.clone() };
        let handler = invoice_import::handle(&importing, requests::import(&file(rows)), moment());
        let reply = life.step("invoice-import", "api", handler).await;
        let answer: Value = serde_json::from_slice(reply.into_response().body()).unwrap();
        assert_eq!(answer["imported"], rows, "{answer}");
        let id = answer["invoices"][0]["id"].as_str().unwrap();
        life.invoice.set(Ulid::from_string(id).unwrap());
        life.relay().await;
        life.run("cadence-sender", cadence_sender::send_due(store, moment())).await;
        life.relay().await;
        life
    }

    /// One invoice whose first mail is about to be sent; nothing before that is counted.
    pub(super) async fn begin(bench: &'b Rc<Bench>) -> Self {
        let life = Self::issue(bench, 1).await;
        life.forget();
        life.settle().await;
        life
    }

    /// Counts from here on.
    pub(super) fn forget(&self) {
        self.works.borrow_mut().clear();
    }

    pub(super) fn works(self) -> Vec<Work> {
        self.works.into_inner()
    }

    pub(super) async fn step<T>(
        &self,
        function: &'static str,
        trigger: &'static str,
        handler: impl Future<Output = Result<T, Fault>>,
    ) -> T {
        let (done, counts) = self.count(handler).await;
        self.book(function, trigger, counts);
        done
    }

    async fn count<T>(&self, handler: impl Future<Output = Result<T, Fault>>) -> (T, Counts) {
        let services = self.bench.net.services();
        services.meter().start();
        let done = self.bench.calm(handler).await.unwrap();
        let counts = services.meter().stop();
        // Nothing happens at the same instant as anything else.
        tokio::time::sleep(Duration::from_millis(10)).await;
        (done, counts)
    }

    fn book(&self, function: &'static str, trigger: &'static str, counts: Counts) {
        let mut works = self.works.borrow_mut();
        let runs = u32::from(trigger != "schedule");
        let known = works.iter_mut().find(|one| one.function == function && one.trigger == trigger);
        if let Some(work) = known {
            work.runs += runs;
            work.counts.add(counts);
        } else {
            works.push(Work { function, trigger, runs, counts });
        }
    }

    /// Everything that follows by itself, until nothing does.
    pub(super) async fn settle(&self) {
        for _ in 0..ROUNDS_MAX {
            let went_on = self.relay().await | self.deliver().await | self.webhooks().await;
            if !went_on {
                return;
            }
        }
        panic!("a life that never settles");
    }

    pub(super) async fn token(&self) -> String {
        let file = self.bench.look(self.invoice.get()).await;
        self.bench.token(self.invoice.get(), file.invoice.link.unwrap())
    }

    /// Something happens at Stripe, and its webhooks come.
    pub(super) async fn at_stripe(&self, what: &str, body: &Value) {
        let services = self.bench.net.services();
        let (path, body) = (format!("/_control/{what}"), body.to_string().into_bytes());
        let answer = services.stripe().call("POST", &path, &[], body).await.unwrap().unwrap();
        assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.body));
        self.webhooks().await;
    }

    /// A payer's request, from an address; what follows has followed.
    pub(super) async fn ask(
        &self,
        function: &'static str,
        (method, token): (&str, &str),
        (action, form): (&str, &[(&str, &str)]),
    ) -> Reply {
        let request = requests::payer(method, token, action, form);
        let request = requests::from_address(request, "192.0.2.7");
        let reply = self.serve(function, action, request).await;
        self.settle().await;
        reply
    }

    pub(super) async fn serve(&self, function: &'static str, action: &str, it: Request) -> Reply {
        let (till, uploads) = (&self.bench.till, &self.bench.uploads);
        let (portal, now) = (&till.portal, moment());
        match action {
            "" => self.step(function, "api", portal::view::handle(portal, it, now)).await,
            "pay" => self.step(function, "api", portal::pay::handle(till, it, now)).await,
            "paid" => self.step(function, "api", portal::paid::handle(till, it, now)).await,
            "plan" => self.step(function, "api", portal::plan::handle(till, it, now)).await,
            "promise" => self.step(function, "api", portal::promise::handle(till, it, now)).await,
            "dispute" => {
                let handler = portal::dispute::handle(till, uploads, it, now);
                self.step(function, "api", handler).await
            }
            "files" => {
                let handler = portal::files::handle(portal, uploads, it, now);
                self.step(function, "api", handler).await
            }
            "receipt" => {
                let files = &self.bench.office.files;
                self.step(function, "api", portal::receipt::handle(portal, files, it, now)).await
            }
            other => panic!("no payer's action is called {other}"),
        }
    }

    /// An operator decides the case.
    pub(super) async fn decide(&self, body: &Value) {
        let file = self.bench.look(self.invoice.get()).await;
        let case = file.open_case().unwrap().id;
        let request = requests::operator(file.invoice.id, Some(case), "decision", body);
        let handler = case_desk::act::handle(&self.bench.acting, request, moment());
        let reply = self.step("case-act", "api", handler).await;
        assert_eq!(reply.status(), 200);
        self.settle().await;
    }

    /// A payer's browser posts a file to the bucket.
    pub(super) async fn upload(&self, ticket: &Value, bytes: &[u8]) {
        let field = |name: &str| {
            let fields = ticket["fields"].as_array().unwrap().iter();
            let mut values = fields.filter(|field| field[0] == name);
            values.next().unwrap()[1].as_str().unwrap().to_owned()
        };
        let services = self.bench.net.services();
        services.upload(&field("key"), &field("x-amz-meta-name"), bytes);
        let requests = [("s3 POST".to_owned(), 1)].into();
        self.book("browser", "browser", Counts { requests, ..Counts::default() });
        self.settle().await;
    }

    async fn run(
        &self,
        function: &'static str,
        run: impl Future<Output = Result<Sweep, Fault>>,
    ) -> Sweep {
        let (swept, counts) = self.count(run).await;
        assert_eq!(swept.failed, 0);
        let counts = clockwork::without_looking(function, counts);
        if counts != Counts::default() {
            self.book(function, "schedule", counts);
        }
        swept
    }
}

/// A file of so many rows, with names as long as they are in practice.
fn file(rows: u32) -> String {
    let head = "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Description\n";
    (1..=rows).fold(head.to_owned(), |file, number| {
        file + &format!(
            "INV-2026-{number:05},2026-12-20,1250.00,accounts.payable@acme-industrial.example,\
             Acme Industrial Supplies LLC,\"Drill bits, cobalt, 20 boxes of 12 November\"\n"
        )
    })
}
