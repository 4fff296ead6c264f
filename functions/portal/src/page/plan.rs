//! The pages on which a plan is proposed: the form, the schedule it makes, and why not.
//! Must never send a plan by the same button that shows it.
use askama::Template;

use super::{Form, Page, Part, Tone, style};

/// The form of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanPage {
    /// What is filled in.
    pub form: Form,
    /// Rows for own dates and amounts.
    pub rows: u16,
    /// Most instalments that the seller accepts.
    pub most: u16,
    /// The smallest instalment that the seller accepts, with its symbol.
    pub least: String,
    /// Latest day of the last instalment.
    pub until: String,
    /// First day of an instalment, as `2026-11-30`.
    pub first_day: String,
    /// Last day of an instalment, as `2026-11-30`.
    pub last_day: String,
}

/// The schedule of a plan before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanCheckPage {
    /// What was filled in, sent along unseen.
    pub form: Form,
    /// Its instalments.
    pub schedule: Vec<Part>,
    /// The limit above which the Controller approves, if the plan is above it.
    pub approval_over: Option<String>,
}

/// The page of an invoice that cannot be paid in instalments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoPlanPage {
    /// The invoice; nothing to fill in.
    pub form: Form,
    /// The smallest instalment that the seller accepts, with its symbol.
    pub least: String,
}

impl PlanPage {
    /// The page as sent.
    ///
    /// # Errors
    /// When the template fails to write: answer as a fault.
    pub fn render(&self) -> Result<Page, askama::Error> {
        let sheet = style::form_sheet(&self.form.frame.brand_colour);
        let rows = (1..=self.rows).map(Row::of).collect();
        style::finish(&PlanView { page: self, rows, style: &sheet }, &sheet)
    }
}

impl PlanCheckPage {
    /// The page as sent.
    ///
    /// # Errors
    /// When the template fails to write: answer as a fault.
    pub fn render(&self) -> Result<Page, askama::Error> {
        let sheet = style::form_sheet(&self.form.frame.brand_colour);
        style::finish(&PlanCheckView { page: self, style: &sheet }, &sheet)
    }
}

impl NoPlanPage {
    /// The page as sent.
    ///
    /// # Errors
    /// When the template fails to write: answer as a fault.
    pub fn render(&self) -> Result<Page, askama::Error> {
        let sheet = style::sheet(&self.form.frame.brand_colour);
        style::finish(&NoPlanView { page: self, style: &sheet }, &sheet)
    }
}

/// Names and labels of one row of the payer's own dates and amounts.
struct Row {
    date: String,
    amount: String,
    date_label: String,
    amount_label: String,
}

impl Row {
    fn of(number: u16) -> Self {
        Self {
            date: format!("date_{number}"),
            amount: format!("amount_{number}"),
            date_label: format!("Date {number}"),
            amount_label: format!("Amount {number}"),
        }
    }
}

#[derive(Template)]
#[template(path = "plan.html", whitespace = "minimize")]
struct PlanView<'a> {
    page: &'a PlanPage,
    rows: Vec<Row>,
    style: &'a str,
}

#[derive(Template)]
#[template(path = "plan_check.html", whitespace = "minimize")]
struct PlanCheckView<'a> {
    page: &'a PlanCheckPage,
    style: &'a str,
}

#[derive(Template)]
#[template(path = "no_plan.html", whitespace = "minimize")]
struct NoPlanView<'a> {
    page: &'a NoPlanPage,
    style: &'a str,
}
