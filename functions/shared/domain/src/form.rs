//! A payer's form: from what was typed to typed values, or a sentence at each wrong field.
//! Must never repair a value, nor drop one: it is taken exactly, or told to be wrong.
use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::schedule::step_minor;
use crate::{Amount, Policy};

mod contact;
mod dispute;
mod plan;
mod promise;
mod text;

pub use contact::Contact;
pub use dispute::{DisputeForm, answer, dispute};
pub use plan::{PlanForm, plan};
pub use promise::{PromiseForm, promise};

/// What a form brought: names and values in order, as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(pub Vec<(String, String)>);

/// What is wrong with one field, as a sentence for the payer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Name of the field, which is also its anchor on the page.
    pub field: String,
    /// What to do about it; one line, and nothing that was typed.
    pub says: String,
}

/// What amounts and dates are held against.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// What is owed on the invoice.
    pub balance: Amount,
    /// Today in the seller's zone.
    pub today: Date,
    /// What the seller accepts.
    pub policy: &'a Policy,
}

impl Typed {
    /// The first value of that name, as sent; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every value of that name, in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Limits<'_> {
    /// Latest day of an instalment.
    pub fn plan_until(&self) -> Date {
        self.after(i64::from(self.policy.term_days_max).days())
    }

    /// Latest day of a promise.
    pub fn promise_until(&self) -> Date {
        self.after(i64::from(self.policy.promise_days_max).days())
    }

    /// The smallest instalment that the seller accepts and Stripe takes.
    pub fn least_instalment(&self) -> Amount {
        let least = self.policy.instalment_min(self.balance.currency);
        let minimum_minor = self.balance.currency.stripe_minimum_minor().max(1);
        Amount { minor: least.minor.max(minimum_minor), ..least }
    }

    /// Whether any plan over the balance could be accepted; if not, none is offered.
    pub fn plan_possible(&self) -> bool {
        let Amount { minor, currency } = self.balance;
        let two = self.least_instalment().minor.saturating_mul(2);
        // What is beyond a step of Stripe's would be on some instalment.
        let in_steps = minor.checked_rem(step_minor(currency)) == Some(0);
        self.policy.instalments_max >= 2 && minor >= two && in_steps
    }

    fn after(&self, span: Span) -> Date {
        self.today.saturating_add(span)
    }
}

/// What is wrong so far, in the order of the fields on the page.
#[derive(Default)]
struct Wrongs(Vec<Wrong>);

impl Wrongs {
    fn add(&mut self, field: impl Into<String>, says: impl Into<String>) {
        self.0.push(Wrong { field: field.into(), says: says.into() });
    }

    /// The value, or what is wrong noted at its field.
    fn note<T>(&mut self, field: &str, read: Result<T, String>) -> Option<T> {
        read.map_err(|says| self.add(field, says)).ok()
    }

    /// The form, if every value of it was right.
    fn form<T>(self, form: Option<T>) -> Result<T, Vec<Wrong>> {
        match form {
            Some(form) if self.0.is_empty() => Ok(form),
            _ => Err(self.0),
        }
    }
}
