//! The operators of the tenant, to name whom an id belongs to and to choose one.
//! Must never show an id where a name is known.
use serde::Deserialize;

use crate::visit::Visit;

/// What `GET /operators` answers.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct People {
    pub(crate) operators: Vec<Colleague>,
}

/// One operator who has signed in before.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Colleague {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) name: Option<String>,
}

impl Colleague {
    /// What others call them.
    pub(crate) fn called(&self) -> &str {
        self.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&self.email)
    }
}

impl People {
    /// Everybody whom the API knows; without names a page is still of use.
    pub(crate) async fn read(visit: &Visit) -> Self {
        visit.api.get("/operators", &[]).await.unwrap_or_default()
    }

    /// Whom an id belongs to, in the eyes of `me`.
    pub(crate) fn called(&self, id: &str, me: &str) -> String {
        if id == me {
            return "You".to_owned();
        }
        let known = self.operators.iter().find(|one| one.id == id);
        known.map_or_else(|| "Somebody who has not signed in here".to_owned(), |one| {
            one.called().to_owned()
        })
    }

    /// Everybody but `me`, by name.
    pub(crate) fn others(&self, me: &str) -> Vec<&Colleague> {
        let mut others: Vec<_> = self.operators.iter().filter(|one| one.id != me).collect();
        others.sort_by_key(|one| one.called().to_lowercase());
        others
    }
}
