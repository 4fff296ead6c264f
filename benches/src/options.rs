//! What `make bench` says: where everything is, and how often to measure.
//! Must never guess a place: a wrong binary would be measured as ours.
use std::path::PathBuf;

use crate::subject::Place;
use crate::trouble::Trouble;

/// A run takes some seconds a round, and the link must have been opened within the hour.
const ROUNDS_MAX: u32 = 60;
const WARM_MAX: u32 = 1_000;

/// What to measure, and how often.
#[derive(Debug)]
pub struct Options {
    /// The project.
    pub root: PathBuf,
    /// Where everything is.
    pub place: Place,
    /// Starts of each subject.
    pub rounds: u32,
    /// Later requests of each start.
    pub warm: u32,
}

impl Options {
    /// Reads `--name value` pairs.
    ///
    /// # Errors
    /// [`Trouble::Missing`] naming what is not there or not as it should be.
    pub fn read(words: impl IntoIterator<Item = String>) -> Result<Self, Trouble> {
        let words: Vec<String> = words.into_iter().collect();
        let find = |name: &str| {
            let place = words.iter().position(|word| word.strip_prefix("--") == Some(name));
            let value = place.and_then(|place| words.get(place + 1)).cloned();
            value.ok_or_else(|| Trouble::Missing(format!("--{name} is not given")))
        };
        let path = |name| find(name).map(PathBuf::from);
        let number = |name: &str, most: u32| {
            let value = find(name)?.parse().ok().filter(|value| (1..=most).contains(value));
            value.ok_or_else(|| Trouble::Missing(format!("--{name} is not 1 to {most}")))
        };
        let peers = path("peers")?;
        let place = Place {
            target: path("target")?,
            scratch: peers.clone(),
            peers,
            node: path("node")?,
            python: path("python")?,
            endpoint: String::new(),
        };
        let (rounds, warm) = (number("rounds", ROUNDS_MAX)?, number("warm", WARM_MAX)?);
        Ok(Self { root: path("root")?, place, rounds, warm })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rounds: &str) -> Result<Options, Trouble> {
        let text = "--root r --target a --peers b --node c --python d --warm 100";
        let words = text.split(' ').chain(rounds.split(' ')).map(str::to_owned);
        Options::read(words)
    }

    #[test]
    fn every_option_is_needed_and_bounded() {
        let options = read("--rounds 15").unwrap();
        assert_eq!((options.rounds, options.warm), (15, 100));
        assert_eq!(options.place.python, PathBuf::from("d"));
        for wrong in ["", "--rounds", "--rounds 0", "--rounds 61", "--rounds many"] {
            assert!(matches!(read(wrong), Err(Trouble::Missing(_))), "{wrong}");
        }
    }
}
