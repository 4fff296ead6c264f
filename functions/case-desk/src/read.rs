//! GET /invoices/{id}/cases/{case}, and below it …/documents/{document}: a case as it is, and a
//! short-lived link to one document. Must never give out a document that is not known clean.
use domain::{Case, Moment};
use lambda_http::Request;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::store::InvoiceStore;
use platform::uploads::{DOWNLOAD_VALID, Uploads, Verdict};
use platform::{Fault, request};
use serde_json::json;
use ulid::Ulid;

use crate::describe::{Verdicts, describe};
use crate::{found, unknown};

/// What reading needs.
#[derive(Debug)]
pub struct Reading {
    /// The table.
    pub store: InvoiceStore,
    /// The documents and their verdicts.
    pub uploads: Uploads,
}

/// The case, or the link to a document of it.
///
/// # Errors
/// [`Fault`] when the store or the bucket does not answer.
pub async fn handle(reading: &Reading, request: Request, moment: Moment) -> Result<Reply, Fault> {
    let operator = match Operator::of(&request, Task::ReadCases) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let Some((file, id)) = found(&reading.store, &request, &operator).await? else {
        return Ok(unknown());
    };
    let Some(case) = file.case(id) else { return Ok(unknown()) };
    let document = request::path_part(&request, "document");
    if !document.is_empty() {
        return download(reading, case, &document, &moment).await;
    }
    let verdicts = verdicts(&reading.uploads, case).await;
    Ok(Reply::json(200, &describe(&file, case, &verdicts, moment.now)))
}

/// Asked one after the other: there are 20 documents at most, and hardly ever more than three.
async fn verdicts(uploads: &Uploads, case: &Case) -> Verdicts {
    let mut verdicts = Verdicts::new();
    for document in case.all_documents() {
        let asked = uploads.verdict(&document.key, &document.object_version).await;
        // An object that somebody has removed must not hide the rest of the case.
        let verdict = asked.unwrap_or_else(|fault| {
            tracing::warn!(%fault, document = %document.id, "verdict not read");
            Verdict::Unscannable
        });
        verdicts.insert(document.id, verdict);
    }
    verdicts
}

async fn download(
    reading: &Reading,
    case: &Case,
    document: &str,
    moment: &Moment,
) -> Result<Reply, Fault> {
    let id = Ulid::from_string(document).ok();
    let Some(document) = case.all_documents().find(|document| Some(document.id) == id) else {
        return Ok(Reply::problem(404, "Not found", "There is no such document in this case."));
    };
    let verdict = reading.uploads.verdict(&document.key, &document.object_version).await?;
    if let Some(reply) = withheld(verdict) {
        return Ok(reply);
    }
    let url = reading.uploads.download_url(document, moment.now).await?;
    Ok(Reply::json(200, &json!({ "url": url, "expires_in_s": DOWNLOAD_VALID.as_secs() })))
}

/// Why a document of that verdict is not given out; `None` if it is.
pub(crate) fn withheld(verdict: Verdict) -> Option<Reply> {
    match verdict {
        Verdict::Clean => None,
        Verdict::Pending => {
            let detail = "The malware scan is not finished. Try again in a minute.";
            Some(Reply::problem(409, "Not scanned yet", detail).retry_after_s(60))
        }
        Verdict::Infected => {
            let detail = "Malware was found in this document. Ask the payer for another one.";
            Some(Reply::problem(409, "Malware found", detail))
        }
        Verdict::Unscannable => {
            let detail = "This document could not be scanned for malware; it may have a \
                          password. Ask the payer for another one.";
            Some(Reply::problem(409, "Not scannable", detail))
        }
    }
}
