//! The environment, read once at cold start, typed; everything missing is reported together.
//! Must never be read again later: a request depends on its arguments only.

/// Reads settings and remembers which were missing.
#[derive(Debug, Default)]
pub struct Environment {
    missing: Vec<&'static str>,
}

impl Environment {
    /// A required setting; empty and remembered if it is not there.
    pub fn required(&mut self, name: &'static str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.missing.push(name);
            String::new()
        })
    }

    /// A setting that may be missing or empty.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn optional(&self, name: &'static str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`crate::Fault::Config`] naming every missing setting.
    pub fn finish(self) -> Result<(), crate::Fault> {
        if self.missing.is_empty() {
            return Ok(());
        }
        Err(crate::Fault::Config(format!("not set: {}", self.missing.join(", "))))
    }
}
