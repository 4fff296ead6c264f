//! GET /imports, /imports/{import} and …/rejects: what was imported, and what was not.
//! Must never look outside the operator's own tenant: its name is part of every key.
use lambda_http::{Request, RequestExt as _};
use platform::files::rejects_key;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::page::{self, Parameters};
use platform::store::IMPORT_PAGE_MAX;
use platform::{Fault, request};
use serde_json::{Value, json};
use ulid::Ulid;

use crate::Importing;

/// The page, the import or the file that was asked for.
///
/// # Errors
/// [`Fault`] when the store or the bucket does not answer.
pub async fn handle(importing: &Importing, request: Request) -> Result<Reply, Fault> {
    let operator = match Operator::of(&request, Task::ReadImports) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let part = request::path_part(&request, "import");
    if part.is_empty() {
        return list(importing, &request, &operator).await;
    }
    let Ok(id) = Ulid::from_string(&part) else { return Ok(unknown()) };
    let Some((log, rejects)) = importing.store.import(&operator.tenant, id).await? else {
        return Ok(unknown());
    };
    if request.raw_http_path().trim_end_matches('/').ends_with("/rejects") {
        if log.rejected == 0 {
            return Ok(Reply::problem(404, "Nothing rejected", "Every row of it was accepted."));
        }
        let file = importing.files.rejects(&rejects_key(&operator.tenant, id)).await?;
        return Ok(Reply::csv(&format!("rejects-{id}.csv"), file));
    }
    let mut answer = json!(log);
    if let Value::Object(fields) = &mut answer {
        fields.insert("rejects".to_owned(), json!(rejects));
    }
    Ok(Reply::json(200, &answer))
}

async fn list(
    importing: &Importing,
    request: &Request,
    operator: &Operator,
) -> Result<Reply, Fault> {
    let mut limit = IMPORT_PAGE_MAX;
    let mut before = None;
    let read = Parameters::of(request).read(|name, value| match name {
        "limit" => page::limit(value, IMPORT_PAGE_MAX).map(|wanted| limit = wanted),
        "cursor" => page::cursor(value).map(|id| before = Some(id)),
        _ => Err(page::NO_SUCH.to_owned()),
    });
    if let Err(reply) = read {
        return Ok(reply);
    }
    let page = importing.store.imports(&operator.tenant, limit, before).await?;
    let next = page.next.map(page::cursor_of);
    Ok(Reply::json(200, &json!({ "imports": page.imports, "next": next })))
}

fn unknown() -> Reply {
    Reply::problem(404, "Not found", "There is no such import.")
}
