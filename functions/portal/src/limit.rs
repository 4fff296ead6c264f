//! How often a payer may send: counted while the invoice is loaded, so that nobody waits for it.
//! Must never keep an address: it is counted under a name that only our keys can make.
use domain::Sending;
use jiff::Timestamp;
use platform::Fault;
use platform::http::Reply;
use platform::store::Counted;

use crate::page::{Detail, TooOftenPage};
use crate::visit::Visit;
use crate::{Portal, show};

/// Too much was sent; nothing of this sending may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooOften {
    sending: Sending,
    /// When to try again, in seconds, 1 or more.
    retry_after_s: u32,
}

/// Counts a sending while `load` runs, and gives what was loaded unless it is one too many.
pub(crate) async fn beside<T>(
    portal: &Portal,
    visit: &Visit,
    (sending, now): (Sending, Timestamp),
    load: impl Future<Output = Result<T, Fault>>,
) -> Result<Result<T, TooOften>, Fault> {
    let (per_link, per_address) = (sending.per_link(), sending.per_address());
    let link = Counted { limit: per_link, subject: visit.claim.link.to_string() };
    let address = visit.network.map(|network| {
        let subject = portal.keys.pseudonym(network, per_address.window_start_s(now));
        Counted { limit: per_address, subject }
    });
    let counting = portal.store.count_sending(&link, address.as_ref(), now);
    match tokio::join!(counting, load) {
        (Some(limit), _) => Ok(Err(TooOften { sending, retry_after_s: limit.retry_after_s(now) })),
        (None, loaded) => loaded.map(Ok),
    }
}

impl TooOften {
    /// The page that says so, with what was typed.
    pub(crate) fn page(self, visit: &Visit, kept: Vec<Detail>) -> Reply {
        let for_link = self.sending == Sending::NewLink;
        let page = TooOftenPage { path: visit.path.clone(), wait: self.wait(), for_link, kept };
        show::too_often(&page).retry_after_s(self.retry_after_s)
    }

    /// The same for a page's script; it shows the detail.
    pub(crate) fn problem(self) -> Reply {
        let detail = format!("Too many files in a short time. Try again in {}.", self.wait());
        Reply::problem(429, "Too often", &detail).retry_after_s(self.retry_after_s)
    }

    /// In whole minutes, never too short.
    fn wait(self) -> String {
        match self.retry_after_s.div_ceil(60) {
            1 => "1 minute".to_owned(),
            minutes => format!("{minutes} minutes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Sending, TooOften};

    #[test]
    fn nobody_is_told_to_come_back_too_early() {
        let often = |retry_after_s| TooOften { sending: Sending::File, retry_after_s };
        let wait = |retry_after_s| often(retry_after_s).wait();
        for (seconds, said) in
            [(1, "1 minute"), (60, "1 minute"), (61, "2 minutes"), (3_600, "60 minutes")]
        {
            assert_eq!(wait(seconds), said);
        }
        assert_eq!(often(61).problem().status(), 429);
    }
}
