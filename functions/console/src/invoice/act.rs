//! What can be done about one invoice: an owner, a new link, the link once more, a notice done.
//! Must never make a new link without a page in between that says what happens to the old one.
use askama::Template;
use platform::http::Reply;
use platform::operator::Task;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Invoice, path, word};
use crate::form::Form;
use crate::shell::{Flash, Here, Section, Shown};
use crate::stop::{Problem, Stop};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "regenerate.html", whitespace = "minimize")]
struct RegenerateView<'a> {
    here: &'a Here,
    invoice: &'a Invoice,
    is_live: bool,
    /// Nothing is paid through the old link any more, but it still shows the invoice.
    is_readable: bool,
    is_paying: bool,
}

/// What happens to the old link if a new one is made.
///
/// # Errors
/// [`Stop`].
pub async fn confirm(visit: &Visit, id: &str) -> Result<Shown, Stop> {
    if !visit.person.may(Task::RegenerateLink) {
        return Err(Problem::new(403, "Not allowed", "").into());
    }
    let invoice: Invoice = visit.api.get(&path(id)?, &[]).await?;
    let link = invoice.link.as_ref();
    let view = RegenerateView {
        here: &visit.here,
        is_live: link.is_some_and(|link| link.state == "Live"),
        is_readable: link.is_some_and(|link| link.state == "Spent" && link.expires_at > visit.now),
        is_paying: invoice.payments.iter().any(|payment| payment.state == "Processing"),
        invoice: &invoice,
    };
    Shown::page(Section::Invoices, format!("New link for {}", invoice.number), &view)
}

/// The receipt of a payment.
///
/// # Errors
/// [`Stop`].
pub async fn receipt(visit: &Visit, id: &str, payment: &str) -> Result<Shown, Stop> {
    let query = [("payment", payment)];
    let file = visit.api.file(&format!("{}/receipt", path(id)?), &query).await?;
    let name = format!("receipt-{payment}.pdf");
    Ok(Reply::download("application/pdf", &name, file).into())
}

/// Gives the invoice an owner.
///
/// # Errors
/// [`Stop`].
pub async fn assign(visit: &Visit, form: &Form, id: &str) -> Result<Shown, Stop> {
    let owner = form.text("owner");
    let owner = if owner.is_empty() { Value::Null } else { json!(owner) };
    let body = json!({ "owner": owner });
    let outcome =
        visit.api.post::<Value>(&format!("{}/owner", path(id)?), &form.key(), &body).await;
    visit.after(&format!("invoices/{id}"), outcome, "The owner was changed.")
}

/// Makes a new link.
///
/// # Errors
/// [`Stop`].
pub async fn regenerate(visit: &Visit, form: &Form, id: &str) -> Result<Shown, Stop> {
    let mail = form.text("mail") == "yes";
    let body = json!({ "mail": mail });
    let outcome = visit.api.post::<Value>(&format!("{}/link", path(id)?), &form.key(), &body).await;
    let done = if mail {
        "A new link was made and is being mailed. The old one does not work any more."
    } else {
        "A new link was made. The old one does not work any more."
    };
    visit.after(&format!("invoices/{id}"), outcome, done)
}

/// Mails the live link again.
///
/// # Errors
/// [`Stop`].
pub async fn mail(visit: &Visit, form: &Form, id: &str) -> Result<Shown, Stop> {
    #[derive(Deserialize)]
    struct Mailed {
        mailed_to: u64,
    }
    let path = format!("{}/link/mail", path(id)?);
    let outcome = visit.api.post::<Mailed>(&path, &form.key(), &json!({})).await;
    let to = format!("invoices/{id}");
    match outcome {
        Ok(Mailed { mailed_to: 1 }) => {
            Ok(visit.to(&to, &Flash::good("The link is being mailed to 1 contact.")))
        }
        Ok(Mailed { mailed_to }) => {
            let text = format!("The link is being mailed to {mailed_to} contacts.");
            Ok(visit.to(&to, &Flash::good(text)))
        }
        refused => visit.after(&to, refused, ""),
    }
}

/// Marks a notice as done.
///
/// # Errors
/// [`Stop`].
pub async fn done(visit: &Visit, form: &Form, (id, notice): (&str, &str)) -> Result<Shown, Stop> {
    let path = format!("{}/notices/{}", path(id)?, word(notice)?);
    let outcome = visit.api.post::<Value>(&path, &form.key(), &json!({})).await;
    visit.after(&format!("invoices/{id}"), outcome, "The notice is marked as done.")
}
