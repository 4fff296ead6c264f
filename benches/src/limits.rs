//! How much a function may cost, from `benches/limits.toml`, and what is said when it costs more.
//! Must never be looser than the figure that was measured, but for what measuring itself varies by.
use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::callgrind::Counts;
use crate::trouble::{Doing as _, Trouble};

/// Where they stand, from the project's root.
pub const FILE: &str = "benches/limits.toml";

/// All limits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Against the bare function, which is counted in the same run.
    pub times_hello: TimesHello,
    /// By binary.
    pub functions: BTreeMap<String, Function>,
}

/// At most so many times the instructions of the bare function.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimesHello {
    /// From its start to its first answer.
    pub cold: f64,
    /// For a later request.
    pub warm: f64,
}

/// What one binary may be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// Instructions from its start to its first answer.
    pub cold_instructions: u64,
    /// Instructions of a later request.
    pub warm_instructions: u64,
    /// Size of the release binary.
    pub binary_bytes: u64,
}

impl Limits {
    /// Reads the file below `root`.
    ///
    /// # Errors
    /// [`Trouble::Machine`] if it is not there or not as it should be.
    pub fn read(root: &Path) -> Result<Self, Trouble> {
        Self::parse(&std::fs::read_to_string(root.join(FILE)).doing(FILE)?)
    }

    fn parse(text: &str) -> Result<Self, Trouble> {
        toml::from_str(text).map_err(|error| Trouble::machine(FILE, error))
    }
}

/// How many times one count is of another.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn times(count: u64, of: u64) -> f64 {
    count as f64 / of.max(1) as f64
}

/// Whether a count is within its limit.
///
/// # Errors
/// Both numbers, and what to do.
pub fn hold_count(what: &str, count: u64, limit: u64) -> Result<(), String> {
    if count <= limit {
        return Ok(());
    }
    Err(advice(what, &count.to_string(), &limit.to_string()))
}

/// Whether a function is within its multiples of the bare one.
///
/// # Errors
/// Both numbers, and what to do.
pub fn hold_times(what: &str, count: u64, hello: u64, limit: f64) -> Result<(), String> {
    let found = times(count, hello);
    if found <= limit {
        return Ok(());
    }
    Err(advice(what, &format!("{found:.2} times hello"), &format!("{limit:.2} times hello")))
}

/// The line that a run prints for a function, `hello` itself included.
pub fn line(name: &str, counts: Counts, hello: Counts) -> String {
    let (cold, warm) = (times(counts.cold, hello.cold), times(counts.warm, hello.warm));
    let Counts { init, cold: first, warm: later } = counts;
    format!(
        "  {name:<14} instructions init {init:>10}    cold {first:>10}    warm {later:>8}    \
         times hello {cold:.2} {warm:.2}"
    )
}

fn advice(what: &str, found: &str, limit: &str) -> String {
    format!(
        "{what}: {found}, and {limit} is the limit. Find what was added (CONTRIBUTING.md, \"What a \
         request costs\") and take it out; if it has to be, raise the limit in {FILE} and say in \
         the commit what was bought with it."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_at_its_limit_is_held_and_one_above_is_not() {
        assert_eq!(hold_count("cold", 100, 100), Ok(()));
        let told = hold_count("cold", 101, 100).unwrap_err();
        for part in ["cold: 101", "100 is the limit", FILE] {
            assert!(told.contains(part), "{told}");
        }
    }

    #[test]
    fn a_multiple_is_held_against_what_was_counted_beside_it() {
        assert_eq!(hold_times("warm", 350, 100, 3.5), Ok(()));
        let told = hold_times("warm", 351, 100, 3.5).unwrap_err();
        assert!(told.contains("3.51 times hello") && told.contains("3.50 times hello"), "{told}");
        // A bare function that was not counted hides nothing.
        assert!(hold_times("warm", 351, 0, 3.5).is_err());
    }

    #[test]
    fn limits_are_read_whole_or_not_at_all() {
        let text = "[times_hello]\ncold = 7\nwarm = 3.5\n\
                    [functions.a]\ncold_instructions = 1\nwarm_instructions = 2\nbinary_bytes = 3\n";
        let limits = Limits::parse(text).unwrap();
        assert_eq!(limits.functions["a"].binary_bytes, 3);
        assert!(Limits::parse(&text.replace("warm = 3.5\n", "")).is_err());
        assert!(Limits::parse(&text.replace("cold = 7", "cold = 7\nwarmth = 1")).is_err());
    }

    #[test]
    fn a_line_ends_in_the_two_figures_that_make_test_prints() {
        let hello = Counts { init: 50, cold: 100, warm: 10 };
        let line = line("x", Counts { init: 1, cold: 250, warm: 33 }, hello);
        assert!(line.starts_with("  x ") && line.ends_with("times hello 2.50 3.30"), "{line}");
    }
}
