//! Why a page could not be made: the API said no, or the world has failed us.
//! Must never carry internal text to a page: only what the API says to its callers.
use platform::Fault;
use serde::Deserialize;

/// Why a page ends early; the dispatcher turns it into a page of its own.
#[derive(Debug)]
pub enum Stop {
    /// The API refused.
    Problem(Problem),
    /// Something failed; an apology with a reference.
    Fault(Fault),
}

/// A refusal as the API reports it. Source: RFC 9457.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Its kind, in a few words.
    pub title: String,
    /// What to do about it.
    pub detail: String,
    /// Single errors, if the whole has parts.
    pub errors: Vec<FieldError>,
    /// What to tell support.
    pub reference: Option<String>,
}

/// One thing wrong with what was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FieldError {
    /// The field, such as `policy.minimum`.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Problem {
    /// One that the console itself finds, such as an address that cannot exist.
    pub fn new(status: u16, title: &str, detail: &str) -> Self {
        Self { status, title: title.into(), detail: detail.into(), ..Self::default() }
    }

    /// An address that leads nowhere.
    pub fn not_found() -> Self {
        Self::new(404, "Not found", "There is nothing at this address.")
    }

    /// A sentence for a banner: the detail, else the title.
    pub fn text(&self) -> &str {
        if self.detail.is_empty() { &self.title } else { &self.detail }
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<askama::Error> for Stop {
    fn from(error: askama::Error) -> Self {
        Self::Fault(Fault::Render(error.to_string()))
    }
}
