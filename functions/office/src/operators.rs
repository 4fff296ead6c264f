//! GET /operators and PUT /operators/me: who works here, as their tokens said.
//! Must never take a name or a role from anything but the verified token.
use domain::{Deed, Moment, Tenant};
use lambda_http::Request;
use lambda_http::http::Method;
use platform::Fault;
use platform::http::Reply;
use platform::operator::{Operator, Task};
use platform::store::{Colleague, InvoiceStore};
use serde::Serialize;
use serde_json::json;

use crate::act;

/// The caller as noted, and for whom they work: every role is told, whoever may read settings.
#[derive(Serialize)]
struct Noted {
    #[serde(flatten)]
    seen: Colleague,
    tenant: Option<Seller>,
}

/// What the tenant is called, and whose clock it goes by.
#[derive(Serialize)]
struct Seller {
    name: String,
    zone: String,
}

impl Seller {
    fn of(tenant: Tenant) -> Self {
        Self { name: tenant.name, zone: tenant.zone }
    }
}

/// The operators of the tenant; or notes that the caller is one, who has just signed in.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(
    store: &InvoiceStore,
    request: Request,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let operator = match Operator::of(&request, Task::ReadOperators) {
        Ok(operator) => operator,
        Err(denied) => return Ok(Reply::denied(denied)),
    };
    if request.method() == Method::PUT {
        let seen = seen(&operator, &moment);
        let act = act(&operator, &mut moment, Deed::SignedIn {});
        store.note_operator(&seen, &act).await?;
        let tenant = store.tenant(&operator.tenant).await?;
        return Ok(Reply::json(200, &Noted { seen, tenant: tenant.map(Seller::of) }));
    }
    let operators = store.operators(&operator.tenant).await?;
    Ok(Reply::json(200, &json!({ "operators": operators })))
}

fn seen(operator: &Operator, moment: &Moment) -> Colleague {
    Colleague {
        id: operator.id.clone(),
        email: operator.email.clone().unwrap_or_default(),
        name: operator.name.clone(),
        roles: operator.roles.iter().map(|role| role.group().to_owned()).collect(),
        seen_at: moment.now,
    }
}
