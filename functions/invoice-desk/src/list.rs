//! GET /invoices: a page of the tenant's invoices, searched and filtered. Must never pass over a
//! parameter it does not know: a filter with a typing error would show everything.
use domain::{Moment, Status};
use lambda_http::{Request, RequestExt as _};
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::store::{
    Among, INVOICE_PAGE_MAX, InvoiceLine, InvoicePlace, InvoiceQuery, InvoiceStore, OwnedBy, Shelf,
};
use platform::{Fault, request};
use serde_json::{Value, json};

/// Longest search or number, in characters.
const TEXT_MAX: usize = 100;
/// Most days past due that can be asked for: a hundred years.
const DAYS_MAX: i32 = 36_500;

/// The page of invoices that was asked for.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(
    store: &InvoiceStore,
    request: Request,
    moment: Moment,
) -> Result<Reply, Fault> {
    let operator = match Operator::of(&request, Task::Read) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    let (wanted, place) = match wanted(&request, &operator) {
        Ok(wanted) => wanted,
        Err(detail) => return Ok(Reply::problem(400, "Unusable parameter", &detail)),
    };
    let page = store.invoices(&wanted, place, moment.now).await?;
    let invoices: Vec<Value> = page.lines.iter().map(shown).collect();
    let next = page.next.map(|place| place.to_string());
    Ok(Reply::json(200, &json!({ "invoices": invoices, "next": next })))
}

/// The parameters as given, each once.
#[derive(Default)]
struct Given {
    search: Option<String>,
    number: Option<String>,
    shelf: Option<Shelf>,
    status: Option<Status>,
    owner: Option<OwnedBy>,
    overdue_days: Option<i32>,
    limit: Option<usize>,
    place: Option<InvoicePlace>,
}

/// What the parameters ask for, and from where on.
///
/// # Errors
/// A sentence that names the parameter.
pub(crate) fn wanted(
    request: &Request,
    operator: &Operator,
) -> Result<(InvoiceQuery, Option<InvoicePlace>), String> {
    let mut given = Given::default();
    let mut seen: Vec<&str> = Vec::new();
    let parameters = request.query_string_parameters_ref();
    for (name, value) in parameters.into_iter().flat_map(|parameters| parameters.iter()) {
        if seen.contains(&name) {
            return Err(unusable(name, "give it once"));
        }
        seen.push(name);
        match name {
            "search" => given.search = Some(read_text(name, value)?),
            "number" => given.number = Some(read_text(name, value)?),
            "state" => given.shelf = Some(read_shelf(value)?),
            "status" => given.status = Some(read_status(value)?),
            "owner" => given.owner = Some(read_owner(value, operator)?),
            "overdue_days" => {
                given.overdue_days = Some(read_count(name, value, &DAYS_MAX)?);
            }
            "limit" => given.limit = Some(read_count(name, value, &INVOICE_PAGE_MAX)?),
            "cursor" => {
                given.place = Some(InvoicePlace::parse(value).ok_or_else(no_place)?);
            }
            _ => return Err(unusable(name, "there is no such parameter")),
        }
    }
    given.query(operator)
}

impl Given {
    fn query(self, operator: &Operator) -> Result<(InvoiceQuery, Option<InvoicePlace>), String> {
        let among = match (self.search, self.number) {
            (Some(_), Some(_)) => {
                return Err(unusable("number", "use either a search or a number"));
            }
            (Some(text), None) => Among::Search { text, shelf: self.shelf },
            (None, Some(number)) => Among::Number { number, shelf: self.shelf },
            (None, None) => Among::Shelf(self.shelf.unwrap_or(Shelf::Open)),
        };
        // Such a page would always be empty, which looks like an answer.
        if let (Among::Shelf(shelf), Some(status)) = (&among, self.status)
            && (*shelf == Shelf::Closed) != status.is_over()
        {
            let state = if status.is_over() { "closed" } else { "open" };
            return Err(unusable("status", &format!("goes with state={state}")));
        }
        let wanted = InvoiceQuery {
            tenant: operator.tenant.clone(),
            among,
            status: self.status,
            owner: self.owner,
            overdue_days: self.overdue_days,
            limit: self.limit.unwrap_or(INVOICE_PAGE_MAX),
        };
        match self.place {
            Some(place) if !wanted.knows(&place) => Err(no_place()),
            place => Ok((wanted, place)),
        }
    }
}

fn no_place() -> String {
    unusable("cursor", "take it from \"next\" of the page before, with the same search")
}

/// A text as it was typed, but for what is around it.
fn read_text(name: &str, value: &str) -> Result<String, String> {
    let text = value.trim();
    let length = text.chars().take(TEXT_MAX + 1).count();
    if (1..=TEXT_MAX).contains(&length) && !text.contains(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(unusable(name, &format!("write 1 to {TEXT_MAX} characters")))
    }
}

fn read_shelf(value: &str) -> Result<Shelf, String> {
    match value {
        "open" => Ok(Shelf::Open),
        "closed" => Ok(Shelf::Closed),
        _ => Err(unusable("state", "use open or closed")),
    }
}

fn read_status(value: &str) -> Result<Status, String> {
    serde_json::from_value(json!(value)).map_err(|_| {
        let words = "Open, Processing, UnderReview, Paid, PlanSubmitted, PlanActive, Promised, \
                     Disputed or Closed";
        unusable("status", &format!("use {words}"))
    })
}

fn read_owner(value: &str, operator: &Operator) -> Result<OwnedBy, String> {
    match value {
        "me" => Ok(OwnedBy::Operator(operator.id.clone())),
        "nobody" => Ok(OwnedBy::Nobody),
        id if request::is_operator_id(id) => Ok(OwnedBy::Operator(id.to_owned())),
        _ => Err(unusable("owner", "use me, nobody or an operator's id")),
    }
}

/// A count of 1 to `max`, in digits only.
fn read_count<N>(name: &str, value: &str, max: &N) -> Result<N, String>
where
    N: std::str::FromStr + PartialOrd + From<u8> + std::fmt::Display,
{
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let count: Option<N> = digits.then(|| value.parse().ok()).flatten();
    let count = count.filter(|count| *count >= N::from(1_u8) && count <= max);
    count.ok_or_else(|| unusable(name, &format!("use a number from 1 to {max}")))
}

fn unusable(name: &str, advice: &str) -> String {
    let name: String = name.chars().take(40).collect();
    format!("{name}: {advice}.")
}

/// An invoice as the list shows it; the rest is behind its own address.
pub(crate) fn shown(line: &InvoiceLine) -> Value {
    let invoice = &line.invoice;
    json!({
        "id": invoice.id,
        "number": invoice.number,
        "customer": invoice.customer,
        "balance": invoice.balance,
        "balance_text": invoice.balance.to_string(),
        "due_date": invoice.due_date,
        "days_overdue": line.days_overdue,
        "status": invoice.status,
        "owner": invoice.owner,
        "cadence": invoice.cadence.state,
    })
}
