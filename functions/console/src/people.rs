//! The operators of the tenant, to name owners and to choose one.
//! Must never keep a page from showing: without them an owner is “A colleague”.
use platform::operator::Task;
use serde::Deserialize;

use crate::choice::Pick;
use crate::visit::Visit;

/// Another operator of the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Colleague {
    /// Cognito subject.
    pub id: String,
    /// Their mail address.
    pub email: String,
    /// Their name, if they have one.
    pub name: Option<String>,
}

#[derive(Deserialize)]
struct Operators {
    operators: Vec<Colleague>,
}

impl Colleague {
    /// What others call them: their name, else their mail address.
    pub fn called(&self) -> &str {
        self.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.email)
    }
}

/// The operators who have signed in once; none if the visitor may not know, or the API fails.
pub async fn list(visit: &Visit) -> Vec<Colleague> {
    if !visit.person.may(Task::ReadOperators) {
        return Vec::new();
    }
    visit
        .api
        .get::<Operators>("/operators", &[])
        .await
        .map(|found| found.operators)
        .unwrap_or_default()
}

/// The field that gives something to the visitor, to another operator, or to nobody.
pub(crate) fn owners(
    visit: &Visit,
    people: &[Colleague],
    label: &'static str,
    owner: Option<&str>,
) -> Pick {
    let fixed = [("", "Nobody"), ("me", "Me")];
    let chosen = match owner {
        Some(id) if id == visit.person.0.id => "me",
        Some(id) => id,
        None => "",
    };
    pick(visit, people, ("owner", label), (fixed.as_slice(), chosen))
}

/// A choice of operators below those of `fixed`. Whoever is chosen stays so, be it somebody who
/// has never signed in here, or while the list of operators cannot be had.
pub(crate) fn pick(
    visit: &Visit,
    people: &[Colleague],
    field: (&'static str, &'static str),
    (fixed, chosen): (&[(&str, &str)], &str),
) -> Pick {
    let others = others(visit, people);
    let named = others.iter().map(|one| (one.id.as_str(), one.called()));
    let options = fixed.iter().copied().chain(named);
    Pick::calling(field, options, chosen, |id| called(visit, people, id))
}

/// Everybody but the visitor, by name.
fn others<'p>(visit: &Visit, people: &'p [Colleague]) -> Vec<&'p Colleague> {
    let mut others: Vec<_> = people.iter().filter(|one| one.id != visit.person.0.id).collect();
    others.sort_by_key(|one| one.called().to_lowercase());
    others
}

/// What an operator is called on a page.
pub fn called(visit: &Visit, people: &[Colleague], id: &str) -> String {
    if id == visit.person.0.id {
        return "You".to_owned();
    }
    let found = people.iter().find(|one| one.id == id);
    found.map_or_else(|| "A colleague".to_owned(), |one| one.called().to_owned())
}
