//! The alarm for whoever has to act: it goes off with the commit, once, and for nothing else.
//! Must never go off for what was not written.
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use domain::fact::LetterKind;
use domain::{Actor, Entry, Fact, PaymentEvent};
use platform::store::Commit;
use tracing::subscriber::{DefaultGuard, set_default};
use ulid::Ulid;

use crate::invoices::{committed, moment, one_linked, started, usd};
use crate::table::Table;

/// What this thread logs while the guard lives.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn start() -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let lines = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
        (log, set_default(lines))
    }

    /// The lines that set off the alarm.
    fn alarms(&self) -> Vec<String> {
        let bytes = self.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        text.lines().filter(|line| line.contains("needs_operator")).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn money_that_does_not_match_sets_off_the_alarm_once_it_is_committed() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let (log, _guard) = Log::start();
    let file = one_linked(&store, &mut moment).await;
    let (payment, change) = started(&file, &mut moment);
    let file = committed(&store, file, change).await;
    assert_eq!(log.alarms(), [""; 0], "nobody has to act yet");
    let odd = PaymentEvent::Paid {
        session: "cs_test_1".to_owned(),
        stripe_payment: None,
        received: Some(usd(1)),
    };
    let change = file.apply(payment.id, &odd, &mut moment).unwrap().unwrap();
    assert_eq!(store.commit(&change).await.unwrap(), Commit::Done);
    let alarms = log.alarms();
    assert_eq!(alarms.len(), 1, "{alarms:?}");
    assert!(alarms[0].contains("PaymentMismatched"));
    assert!(alarms[0].contains(&file.invoice.id.to_string()));
    assert_eq!(store.commit(&change).await.unwrap(), Commit::Lost);
    assert_eq!(log.alarms(), alarms, "what was not written calls nobody");
}

#[tokio::test]
async fn a_mail_that_failed_sets_off_the_alarm_once_and_one_that_went_out_does_not() {
    let table = Table::start().await;
    let (store, mut moment) = (table.store(), moment(0));
    let file = one_linked(&store, &mut moment).await;
    let (log, _guard) = Log::start();
    let (letter, to) = (LetterKind::Cadence, "a•••@acme.example".to_owned());
    let failed = Fact::MailFailed { letter, to: to.clone() };
    for (cause, fact, expected, alarms) in [
        (1, Fact::MailSent { letter, to }, Commit::Done, 0),
        (2, failed.clone(), Commit::Done, 1),
        (2, failed, Commit::Lost, 1),
    ] {
        let entry = Entry::new(&file.invoice, &mut moment, Actor::Portal, fact);
        assert_eq!(store.mark_mail_sent(Ulid(cause), 0, &entry).await.unwrap(), expected);
        assert_eq!(log.alarms().len(), alarms, "{:?}", entry.fact.name());
    }
}
