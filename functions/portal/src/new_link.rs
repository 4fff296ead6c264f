//! POST /p/{token}/new-link: the holder of a link that is dead, or that has carried its outcome
//! while more is to be paid, asks for a new one. It goes by mail to the contacts on file. Must never show or take an address.
use domain::{InvoiceFile, LinkState, Moment, Refusal, Sending};
use jiff::Timestamp;
use lambda_http::Request;
use platform::Fault;
use platform::http::Reply;
use platform::store::Decided;

use crate::page::Asked;
use crate::visit::{Visit, not_found};
use crate::{Portal, limit, show};

/// Has a link mailed, at most once in 15 minutes.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(portal: &Portal, request: Request, mut moment: Moment) -> Result<Reply, Fault> {
    let visit = match Visit::read_form(&portal.keys, &request) {
        Ok(visit) => visit,
        Err(reply) => return Ok(reply),
    };
    let now = moment.now;
    let load = portal.store.load(visit.claim.invoice);
    let before = match limit::beside(portal, &visit, (Sending::NewLink, now), load).await? {
        Ok(before) => before,
        Err(often) => return Ok(often.page(&visit, Vec::new())),
    };
    let serves = |file: &InvoiceFile| match file.readable_link(visit.claim.link, now) {
        // It has carried its outcome, and more could be paid now.
        Ok(link) if link.state == LinkState::Spent => file.payable().is_err(),
        Ok(_) => true,
        Err(_) => false,
    };
    if before.as_ref().is_some_and(serves) {
        // The link at hand does what can be done: back to its page, nothing to mail.
        return Ok(Reply::redirect(&visit.path));
    }
    let decided = portal
        .store
        .decide(visit.claim.invoice, |file| file.request_link(&mut moment).map(Some))
        .await?;
    match decided {
        Decided::Missing => Ok(not_found()),
        Decided::Refused(_, file) => {
            let page = show::dead_link(&visit, &file, why(&visit, &file, now), Asked::TooSoon);
            show::dead(429, portal, &page).map(|reply| reply.retry_after_s(15 * 60))
        }
        Decided::Committed(file) | Decided::Unchanged(file) => {
            let to = file.invoice.contacts.first().map(|to| domain::fact::mask(to));
            let asked = Asked::Sent { to: to.unwrap_or_default() };
            // What was wrong with the link when it was sent, not what this request made of it.
            let told = before.as_ref().unwrap_or(&file);
            let page = show::dead_link(&visit, &file, why(&visit, told, now), asked);
            show::dead(200, portal, &page)
        }
    }
}

fn why(visit: &Visit, file: &InvoiceFile, now: Timestamp) -> Refusal {
    file.readable_link(visit.claim.link, now).err().unwrap_or(Refusal::LinkReplaced)
}
