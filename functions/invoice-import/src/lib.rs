//! POST /invoices/import (and, in `read`, GET /imports…): good rows become invoices, each bad one is told with its reason.
//! Must never store anything of a bad row, nor change an invoice that is there.
pub mod read;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use domain::import::{self, Reject, Row, Sheet};
use domain::{Act, Actor, Change, Currency, Deed, InvoiceFile, Moment, Tenant};
use lambda_http::{Request, RequestExt as _};
use platform::files::{Files, rejects_key};
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::store::{Commit, IMPORT_BATCH, ImportLog, InvoiceStore};
use platform::{Fault, request};
use serde::Serialize;
use serde_json::json;
use ulid::Ulid;

/// API Gateway gives up at 29 s; what is left by then is said instead.
const TIME_MAX: Duration = Duration::from_secs(22);

/// Longest name of a file that is kept, in characters.
const FILE_NAME_MAX: usize = 120;

/// What importing needs.
#[derive(Debug)]
pub struct Importing {
    /// The table.
    pub store: InvoiceStore,
    /// For the files of rejected rows.
    pub files: Files,
}

#[derive(Debug, Default, Serialize)]
struct Report {
    import: Ulid,
    imported: usize,
    unchanged: usize,
    rejected: usize,
    /// Rows that were not reached; post the same file again for these.
    remaining: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'static str>,
    invoices: Vec<Imported>,
    rejects: Vec<Reject>,
}

#[derive(Debug, Serialize)]
struct Imported {
    row: u64,
    number: String,
    id: Ulid,
}

/// Imports a file.
///
/// # Errors
/// [`Fault`] when the store does not answer; posting the file again continues.
pub async fn handle(
    importing: &Importing,
    request: Request,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let store = &importing.store;
    let started = Instant::now();
    let operator = match Operator::of(&request, Task::Import) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let (mut sheet, tenant, currency) = match read(store, &request, &operator).await? {
        Ok(read) => read,
        Err(reply) => return Ok(reply),
    };
    let rejects = std::mem::take(&mut sheet.rejects);
    let mut report = Report { import: moment.fresh_id(), rejects, ..Report::default() };
    let actor = Actor::Operator(operator.id.clone());
    let mut rows = sheet.rows.chunks(IMPORT_BATCH);
    for batch in rows.by_ref() {
        import_batch(store, batch, (&tenant, &actor), (&mut moment, &mut report)).await?;
        if started.elapsed() > TIME_MAX {
            break;
        }
    }
    report.remaining = rows.map(<[Row]>::len).sum();
    report.rejects.sort_by_key(|reject| reject.row);
    let rejected: BTreeSet<u64> = report.rejects.iter().map(|reject| reject.row).collect();
    report.rejected = rejected.len();
    importing.log(&request, &operator, (&sheet, &report, currency), &mut moment).await?;
    if report.remaining > 0 {
        report.next = Some("Time ran out. Post the same file again: rows that are in are skipped.");
        return Ok(Reply::json(202, &report));
    }
    Ok(Reply::json(200, &report))
}

impl Importing {
    /// Notes the import once it is done: the file of rejected rows first, so that no line of the
    /// history promises one that is not there.
    async fn log(
        &self,
        request: &Request,
        operator: &Operator,
        (sheet, report, currency): (&Sheet, &Report, Currency),
        moment: &mut Moment,
    ) -> Result<(), Fault> {
        let import = report.import;
        if !report.rejects.is_empty() {
            let file = import::to_mend(sheet, &report.rejects);
            self.files.put_rejects(&rejects_key(&operator.tenant, import), file).await?;
        }
        let count = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
        let (imported, unchanged) = (count(report.imported), count(report.unchanged));
        let (rejected, remaining) = (count(report.rejected), count(report.remaining));
        let log = ImportLog {
            id: import,
            at: moment.now,
            by: operator.id.clone(),
            currency,
            imported,
            unchanged,
            rejected,
            remaining,
            file_name: file_name(request),
        };
        let act = Act {
            id: moment.fresh_id(),
            tenant: operator.tenant.clone(),
            at: moment.now,
            operator: operator.id.clone(),
            deed: Deed::InvoicesImported { import, imported, unchanged, rejected, remaining },
        };
        self.store.log_import(&log, &report.rejects, &act).await
    }
}

/// The currency of rows that name none: the address says it, or it is dollars.
fn currency(request: &Request) -> Option<Currency> {
    let query = request.query_string_parameters_ref();
    Currency::parse(query.and_then(|query| query.first("currency")).unwrap_or("USD")).ok()
}

/// What the caller says the file is called; only ever shown.
fn file_name(request: &Request) -> Option<String> {
    let name = request.query_string_parameters_ref()?.first("file_name")?;
    let name: String = name.chars().filter(|c| !c.is_control()).take(FILE_NAME_MAX).collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

async fn read(
    store: &InvoiceStore,
    request: &Request,
    operator: &Operator,
) -> Result<Result<(Sheet, Tenant, Currency), Reply>, Fault> {
    let Ok(body) = request::body(request, request::BODY_MAX) else {
        let detail = "A file may have 4 MiB. Split it into parts, each with the header row.";
        return Ok(Err(Reply::problem(413, "File too large", detail)));
    };
    if !request::content_type_is(request, "text/csv") {
        let detail = "Send the file itself as text/csv.";
        return Ok(Err(Reply::problem(415, "Wrong content type", detail)));
    }
    let Some(currency) = currency(request) else {
        let detail = "The currency in the address is not an ISO 4217 code.";
        return Ok(Err(Reply::problem(400, "Unknown currency", detail)));
    };
    let sheet = match import::read(body, currency) {
        Ok(sheet) => sheet,
        Err(rejects) => {
            let detail = "The file cannot be read. Nothing was imported.";
            let errors = json!(rejects);
            return Ok(Err(Reply::problems(422, "Unreadable file", detail, errors)));
        }
    };
    let tenant = store.tenant(&operator.tenant).await?;
    let detail = "Your organisation is not set up yet. Ask an Admin.";
    let read = tenant.map(|tenant| (sheet, tenant, currency));
    Ok(read.ok_or_else(|| Reply::problem(403, "No tenant", detail)))
}

/// Rows that are in already are skipped or, if they differ, rejected; the rest is written in
/// one transaction, or one by one if somebody else is importing the same.
async fn import_batch(
    store: &InvoiceStore,
    rows: &[Row],
    (tenant, actor): (&Tenant, &Actor),
    (moment, report): (&mut Moment, &mut Report),
) -> Result<(), Fault> {
    let ids: Vec<Ulid> = rows.iter().map(|row| row.invoice_id(&tenant.id)).collect();
    let known = store.row_digests(&ids).await?;
    let mut new: Vec<(&Row, (Change, String))> = Vec::new();
    for (row, id) in rows.iter().zip(&ids) {
        match known.get(id) {
            None => new.push((row, InvoiceFile::import(row, tenant, actor.clone(), moment))),
            Some(digest) if *digest == row.digest() => report.unchanged += 1,
            Some(_) => report.rejects.push(conflict(row)),
        }
    }
    let changes: Vec<(Change, String)> = new.iter().map(|(_, change)| change.clone()).collect();
    let together = store.create(&changes).await?;
    for (row, change) in new {
        let written = match together {
            Commit::Done => Commit::Done,
            Commit::Lost => store.create(&[change]).await?,
        };
        match written {
            Commit::Done => {
                report.imported += 1;
                let id = row.invoice_id(&tenant.id);
                report.invoices.push(Imported { row: row.row, number: row.number.clone(), id });
            }
            Commit::Lost => report.rejects.push(conflict(row)),
        }
    }
    Ok(())
}

fn conflict(row: &Row) -> Reject {
    Reject {
        row: row.row,
        field: "Invoice Number".to_owned(),
        reason: "An invoice of this number is in already, with other content.".to_owned(),
    }
}
