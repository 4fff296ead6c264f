//! `Idempotency-Key`: the same write sent twice has one effect and the same answer.
//! Must never keep an answer that the table alone can tell: the key that opens it is the
//! caller's own. Source: IETF draft "The Idempotency-Key HTTP Header Field", seen 2026-11.
use domain::Moment;
use jiff::Timestamp;
use lambda_http::http::Method;
use lambda_http::http::header::CONTENT_TYPE;
use lambda_http::{Request, RequestExt as _};
use ring::hmac;
use sha2::{Digest as _, Sha256};

use crate::Fault;
use crate::http::Reply;
use crate::operator::Operator;
use crate::sealed::{self, KEY_BYTES};
use crate::store::{Begun, InvoiceStore, Kept, Once};

/// The header's name.
pub const HEADER: &str = "idempotency-key";
/// Longest key, in bytes.
const KEY_MAX: usize = 255;
/// Largest answer that is kept, in bytes: an item may have 400 KB in all.
const ANSWER_MAX: usize = 350 * 1024;
/// When somebody who was told "still working" may ask again, in seconds.
const ASK_AGAIN_S: u32 = 5;

/// Does `work`, or gives the answer that it had when the same was sent before. Without the
/// header, or on a request that only reads, it is just done. Answers that depend on the moment
/// (who may, too often, not yet, failed) and ones that are too long are not kept: the same is
/// then done again as if it had no key.
///
/// # Errors
/// [`Fault`] of the work; or [`Fault::Store`] when the key cannot be looked up, and then
/// nothing was done.
pub async fn once<F>(
    store: &InvoiceStore,
    request: Request,
    moment: Moment,
    work: impl FnOnce(Request, Moment) -> F,
) -> Result<Reply, Fault>
where
    F: Future<Output = Result<Reply, Fault>>,
{
    let key = match read_key(&request) {
        Ok(Some(key)) => key,
        Ok(None) => return work(request, moment).await,
        Err(reply) => return Ok(reply),
    };
    // Nobody's requests are refused by the handler, in its own words.
    let Some(operator) = Operator::signed_in(&request) else { return work(request, moment).await };
    let mut ids = moment;
    let now = ids.now;
    let once = Once {
        tenant: operator.tenant,
        operator: operator.id,
        key: hex::encode(Sha256::digest(key.as_bytes())),
        content: content(&request),
        run: ids.fresh_id(),
    };
    match store.begin_once(&once, now).await? {
        Begun::Mine => run(store, &once, &key, (work(request, ids), now)).await,
        Begun::Done(kept) => again(&once, &key, &kept),
        Begun::Working => {
            let detail = "The same request is still being worked on. Ask again in a few seconds.";
            Ok(Reply::problem(409, "Still working", detail).retry_after_s(ASK_AGAIN_S))
        }
        Begun::Other => {
            let detail = "This Idempotency-Key was used for another request. Make a new key.";
            Ok(Reply::problem(422, "Key used before", detail))
        }
    }
}

async fn run(
    store: &InvoiceStore,
    once: &Once,
    key: &str,
    (work, now): (impl Future<Output = Result<Reply, Fault>>, Timestamp),
) -> Result<Reply, Fault> {
    let answer = work.await;
    let noted = match answer.as_ref().ok().and_then(final_answer) {
        Some((status, text)) => {
            match sealed::seal(&seal_key(once, key), place(once, status).as_bytes(), &text) {
                Ok(sealed) => store.keep_answer(once, Kept { status, sealed }, now).await,
                Err(fault) => Err(fault),
            }
        }
        None => store.forget_once(once, now).await,
    };
    if let Err(fault) = noted {
        // What was asked for is done, or has its own fault to tell; that comes first.
        tracing::warn!(%fault, "an answer was not kept for its key");
    }
    answer
}

fn again(once: &Once, key: &str, kept: &Kept) -> Result<Reply, Fault> {
    let place = place(once, kept.status);
    let text = sealed::open(&seal_key(once, key), place.as_bytes(), &kept.sealed);
    let reply = text.and_then(|text| Reply::of_kept(kept.status, &text));
    reply.ok_or_else(|| Fault::Item("a kept answer does not open".to_owned()))
}

/// Status and text of an answer that stays the same, whenever it is asked for.
fn final_answer(reply: &Reply) -> Option<(u16, Vec<u8>)> {
    let status = reply.status();
    let is_final = !matches!(status, 401 | 403 | 408 | 425 | 429 | 500..);
    let text = reply.kept().filter(|text| is_final && text.len() <= ANSWER_MAX)?;
    Some((status, text))
}

/// The caller's key, if there is one and the request writes.
fn read_key(request: &Request) -> Result<Option<String>, Reply> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(None);
    }
    let mut given = request.headers().get_all(HEADER).into_iter();
    let Some(key) = given.next() else { return Ok(None) };
    let is_visible = |key: &&str| key.bytes().all(|byte| byte.is_ascii_graphic());
    let key = key.to_str().ok().filter(|key| (1..=KEY_MAX).contains(&key.len()));
    match key.filter(is_visible) {
        Some(key) if given.next().is_none() => Ok(Some(key.to_owned())),
        _ => {
            let detail = "Idempotency-Key: send one, of 1 to 255 visible ASCII characters.";
            Err(Reply::problem(400, "Unusable header", detail))
        }
    }
}

/// All that makes a request what it is, each part with its length before it.
fn content(request: &Request) -> String {
    let mut digest = Sha256::new();
    // A map: in no order, and in another one each time.
    let query = request.query_string_parameters_ref();
    let mut query: Vec<_> = query.into_iter().flat_map(|query| query.iter()).collect();
    query.sort_unstable();
    let query = query.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    let kind = request.headers().get(CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    let body: &[u8] = request.body().as_ref();
    let method = request.method().as_str().as_bytes();
    for part in [method, request.raw_http_path().as_bytes(), kind, body].into_iter().chain(query) {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    hex::encode(digest.finalize())
}

/// The key that the answer is sealed with: as hard to guess as the caller's, and good for one
/// caller only. The table has a digest of the caller's key, which says nothing of this one.
fn seal_key(once: &Once, key: &str) -> [u8; KEY_BYTES] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let mut digest = hmac::Context::with_key(&key);
    digest.update(b"the answer to");
    for part in [&once.tenant, &once.operator] {
        digest.update(&part.len().to_be_bytes());
        digest.update(part.as_bytes());
    }
    let mut seal_key = [0; KEY_BYTES];
    seal_key.copy_from_slice(digest.sign().as_ref());
    seal_key
}

/// What a sealed answer belongs to.
fn place(once: &Once, status: u16) -> String {
    format!("{} {status}", once.content)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn sent(parameters: &[(&str, &str)]) -> String {
        let mut query: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in parameters {
            query.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        content(&Request::default().with_query_string_parameters(query))
    }

    #[test]
    fn the_same_request_is_known_again_in_whatever_order_its_parameters_come() {
        let first = sent(&[("currency", "USD"), ("file_name", "a.csv"), ("x", "1"), ("y", "2")]);
        for _ in 0..50 {
            let again =
                sent(&[("y", "2"), ("x", "1"), ("file_name", "a.csv"), ("currency", "USD")]);
            assert_eq!(again, first);
        }
        for other in [
            &[("currency", "EUR"), ("file_name", "a.csv"), ("x", "1"), ("y", "2")][..],
            &[("currency", "USD"), ("file_name", "a.csv"), ("x", "1")],
            &[("currency", "USD"), ("file_name", "a.csv"), ("x", "1y"), ("", "2")],
        ] {
            assert_ne!(sent(other), first, "{other:?}");
        }
    }
}
