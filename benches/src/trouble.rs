//! Why a figure could not be measured. One enum, told once, by whoever started the run.
//! Must never be swallowed: a figure that is missing is not a figure that is good.
use std::io;

/// A run that cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The machine did not do it.
    #[error("{doing}: {cause}")]
    Machine {
        /// What was tried.
        doing: String,
        /// Its words.
        cause: String,
    },
    /// The process under test did not do what a function does.
    #[error("{0}")]
    Subject(String),
    /// Something has to be built or installed first.
    #[error("{0}")]
    Missing(String),
}

impl Trouble {
    /// Any error of the machine or of a library.
    pub(crate) fn machine(doing: impl Into<String>, cause: impl std::fmt::Display) -> Self {
        Self::Machine { doing: doing.into(), cause: cause.to_string() }
    }
}

/// Says what was tried when it failed.
pub(crate) trait Doing<T> {
    /// `doing` completes "could not": a file's name, a step.
    fn doing(self, doing: &str) -> Result<T, Trouble>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: &str) -> Result<T, Trouble> {
        self.map_err(|error| Trouble::machine(doing, error))
    }
}
