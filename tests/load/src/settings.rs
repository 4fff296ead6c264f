//! What a run is told: how long, by which seed, scaled down by what, and the template's throttles.
//! Must never have a default of its own: `infra/local/load.py` says everything.
use std::path::PathBuf;

use serde::Deserialize;

/// Everything a run is told, as the file has it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Settings {
    /// Draws the arrivals; the same seed draws the same.
    pub seed: u64,
    /// Length of a phase.
    pub seconds: u64,
    /// Throttles and rates are divided by this, since the machine is small.
    pub scale: u64,
    /// Where the page goes.
    pub page: PathBuf,
    /// Processor, cores and memory, in words.
    pub machine: String,
    /// The template's `MethodSettings`, paths decoded.
    pub throttles: Vec<Throttle>,
}

/// What the gateway lets through to one method.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Throttle {
    /// The resource, such as `/p/{token}`; `*` for every method that has none of its own.
    pub path: String,
    /// `GET`, `POST`, or `*`.
    pub method: String,
    /// Requests a second, on AWS.
    pub rate: u64,
    /// Requests at once, on AWS.
    pub burst: u64,
}

impl Settings {
    /// Reads the file.
    pub(crate) fn read(file: &str) -> Result<Self, String> {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
        let read: Self = serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
        if read.seconds == 0 || read.scale == 0 {
            return Err(format!("{file}: seconds and scale are 1 or more"));
        }
        Ok(read)
    }

    /// The throttle that holds for a method: its own, otherwise the one for all.
    pub(crate) fn throttle(&self, path: &str, method: &str) -> Option<&Throttle> {
        let own = |one: &&Throttle| one.path == path && one.method == method;
        let all = |one: &&Throttle| one.path == "*" && one.method == "*";
        self.throttles.iter().find(own).or_else(|| self.throttles.iter().find(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_has_its_own_throttle_or_the_one_for_all() {
        let of = |path: &str, method: &str, rate| Throttle {
            path: path.to_owned(),
            method: method.to_owned(),
            rate,
            burst: 2 * rate,
        };
        let mut settings = Settings {
            seed: 1,
            seconds: 1,
            scale: 1,
            page: PathBuf::new(),
            machine: String::new(),
            throttles: vec![of("*", "*", 200), of("/p/{token}/pay", "POST", 20)],
        };
        let rate = |settings: &Settings, path, method| {
            settings.throttle(path, method).map(|throttle| throttle.rate)
        };
        assert_eq!(rate(&settings, "/p/{token}/pay", "POST"), Some(20));
        assert_eq!(rate(&settings, "/p/{token}/pay", "GET"), Some(200));
        assert_eq!(rate(&settings, "/p/{token}", "GET"), Some(200));
        settings.throttles.remove(0);
        assert_eq!(rate(&settings, "/p/{token}", "GET"), None);
    }
}
