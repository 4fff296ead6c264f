//! GET /invoices: a page of the tenant's invoices, searched and filtered. Must never pass over a
//! parameter it does not know: a filter with a typing error would show everything.
use domain::{Moment, Status};
use lambda_http::Request;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::page::{NO_SUCH, Parameters, unusable};
use platform::store::{
    Among, INVOICE_PAGE_MAX, InvoiceLine, InvoicePlace, InvoiceQuery, InvoiceStore, OwnedBy, Shelf,
};
use platform::{Fault, page};
use serde_json::{Value, json};

/// Longest search or number, in characters.
const TEXT_MAX: usize = 100;
/// What is said of a place that another search has left.
const OTHER_SEARCH: &str = "take it from \"next\" of the page before, with the same search";
/// Most days past due that can be asked for: a hundred years.
const DAYS_MAX: usize = 36_500;

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
        Err(detail) => return Ok(page::refused(&detail)),
    };
    let found = store.invoices(&wanted, place, moment.now).await?;
    let invoices: Vec<Value> = found.lines.iter().map(shown).collect();
    let next = found.next.map(|place| place.to_string());
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
    Parameters::of(request).each(|name, value| {
        match name {
            "search" => given.search = Some(read_text(value)?),
            "number" => given.number = Some(read_text(value)?),
            "state" => given.shelf = Some(page::state(value)?),
            "status" => given.status = Some(read_status(value)?),
            "owner" => given.owner = Some(page::owner(value, operator)?),
            "overdue_days" => given.overdue_days = Some(read_days(value)?),
            "limit" => given.limit = Some(page::limit(value, INVOICE_PAGE_MAX)?),
            "cursor" => given.place = Some(InvoicePlace::parse(value).ok_or(OTHER_SEARCH)?),
            _ => return Err(NO_SUCH.to_owned()),
        }
        Ok(())
    })?;
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
            Some(place) if !wanted.knows(&place) => Err(unusable("cursor", OTHER_SEARCH)),
            place => Ok((wanted, place)),
        }
    }
}

/// A text as it was typed, but for what is around it.
fn read_text(value: &str) -> Result<String, String> {
    let text = value.trim();
    let length = text.chars().take(TEXT_MAX + 1).count();
    if (1..=TEXT_MAX).contains(&length) && !text.contains(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(format!("write 1 to {TEXT_MAX} characters"))
    }
}

fn read_status(value: &str) -> Result<Status, String> {
    serde_json::from_value(json!(value)).map_err(|_| {
        let words = "use Open, Processing, UnderReview, Paid, PlanSubmitted, PlanActive, \
                     Promised, Disputed or Closed";
        words.to_owned()
    })
}

/// Days past due, of which there is one at least.
fn read_days(value: &str) -> Result<i32, String> {
    page::limit(value, DAYS_MAX).map(|days| i32::try_from(days).unwrap_or(i32::MAX))
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
