//! How much of each thing that has a price. Must never know a price.
use std::collections::BTreeMap;

/// Amounts by the name that the thing has in `prices.json`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quantities(BTreeMap<&'static str, f64>);

impl Quantities {
    /// Adds so much of a thing.
    pub fn add(&mut self, name: &'static str, amount: f64) {
        if amount != 0.0 {
            *self.0.entry(name).or_default() += amount;
        }
    }

    /// Adds all of another one, so many times.
    pub fn add_all(&mut self, other: &Self, times: f64) {
        for (name, amount) in &other.0 {
            self.add(name, amount * times);
        }
    }

    /// How much of it.
    pub fn of(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        self.0.iter().map(|(name, amount)| (*name, *amount))
    }
}
