//! What follows by itself: the stream, the queues, Stripe's webhooks.
//! Must never bring anything twice: what that costs is not what a life costs.
use domain::payment::Receipt;
use domain::queue::Queue;
use domain::{Entry, Fact};
use platform::Fault;
use serde_json::{Value, json};
use ulid::Ulid;

use super::Life;
use crate::bench::ACCOUNT;
use crate::requests;
use crate::time::{moment, now};

/// Records in one call of the relay. Source: `template.yaml`, `BatchSize`.
const STREAM_BATCH: usize = 100;
/// Events that Stripe is told to send. Source: README, "Stripe's webhook".
const WEBHOOKS: [&str; 9] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.payment_failed",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
];

impl Life<'_> {
    /// The stream: what one commit wrote comes together.
    pub(super) async fn relay(&self) -> bool {
        let services = self.bench.net.services();
        let images: Vec<Value> = services.seen().stream[self.stream_seen.get()..].to_vec();
        self.stream_seen.set(self.stream_seen.get() + images.len());
        for images in images.chunks(STREAM_BATCH) {
            let record = |image: &Value| json!({ "dynamodb": { "NewImage": image } });
            let records: Vec<_> = images.iter().map(record).collect();
            let batch = serde_json::from_value(json!({ "Records": records })).unwrap();
            let relay = timeline_relay::relay(self.bench.store(), &self.bench.bus, batch);
            self.step("timeline-relay", "stream", relay).await;
        }
        !images.is_empty()
    }

    /// The queues, by the rules of the template.
    pub(super) async fn deliver(&self) -> bool {
        let services = self.bench.net.services();
        let published: Vec<Value> = services.seen().published[self.published_seen.get()..].to_vec();
        self.published_seen.set(self.published_seen.get() + published.len());
        for detail in &published {
            let entry: Entry = serde_json::from_value(detail.clone()).unwrap();
            let store = self.bench.store();
            if self.bench.mail_facts.contains(entry.fact.name()) {
                let mail = mailer::handle(&self.bench.office, entry.clone(), moment());
                self.step("mailer", "queue", mail).await;
            }
            if let Fact::PaymentSettled { payment, .. } = entry.fact {
                self.step("receipt-maker", "queue", self.receipt(&entry, payment)).await;
            }
            let (function, queue) = match detail["data"]["kind"].as_str() {
                Some("plan" | "promise") => ("plan-queue", Queue::Plans),
                Some("dispute") => ("dispute-queue", Queue::Disputes),
                _ => continue,
            };
            self.step(function, "queue", case_queue::file(store, queue, entry, moment())).await;
        }
        !published.is_empty()
    }

    pub(super) async fn webhooks(&self) -> bool {
        let services = self.bench.net.services();
        let events = services.stripe().emitted(ACCOUNT, self.events_seen.get());
        self.events_seen.set(self.events_seen.get() + events.len());
        for event in events.iter().filter(|event| WEBHOOKS.contains(&event.kind.as_str())) {
            let request = requests::webhook(&event.body, now().as_second());
            let handler = stripe_webhook::handle(&self.bench.webhook, request, moment());
            let reply = self.step("stripe-webhook", "api", handler).await;
            assert_eq!(reply.status(), 200);
        }
        !events.is_empty()
    }

    /// As `receipt_maker::handle` does it, whose typst takes longer to build than all of this.
    async fn receipt(&self, entry: &Entry, id: Ulid) -> Result<(), Fault> {
        let store = self.bench.store();
        let file = store.load(entry.invoice).await?.unwrap();
        let payment = file.payment(id).unwrap();
        let intent = payment.stripe_payment.clone().unwrap();
        self.bench.till.stripe.payment_intent(&payment.account, &intent).await?;
        let key = platform::files::receipt_key(&file.invoice, id);
        self.bench.office.files.put_receipt(&key, vec![0; 40_000]).await?;
        let method = "Visa card ending 4242".to_owned();
        let receipt = Receipt { key, method, paid_at: entry.at };
        let mut moment = moment();
        store.decide_on(file, |file| file.receipt_made(id, receipt.clone(), &mut moment)).await?;
        Ok(())
    }
}
