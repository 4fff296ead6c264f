//! What is assumed and not counted: each with its reason, each changeable.
//! Must never be taken for a measurement.
use serde::Deserialize;

/// Everything that is assumed.
#[derive(Clone, Debug, Deserialize)]
pub struct Assumptions {
    /// How many of all invoices go which way; together 1.
    pub shares: Vec<Assumed>,
    /// What comes on top, per invoice.
    pub extras: Vec<Assumed>,
    /// The rest.
    pub numbers: Vec<Assumed>,
    /// How long a function waits, or computes on a whole core, in milliseconds.
    pub times_ms: Vec<Assumed>,
}

/// One assumption.
#[derive(Clone, Debug, Deserialize)]
pub struct Assumed {
    /// Its name.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Why so much.
    pub why: String,
}

/// Shares may miss 1 by this much, for rounding.
const ROUNDING: f64 = 1e-9;

impl Assumptions {
    /// Those of this folder.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn load() -> Result<Self, String> {
        serde_json::from_str(include_str!("../assumptions.json"))
            .map_err(|error| format!("assumptions.json: {error}"))
    }

    /// Changes one, by its name: `ach=0`, `dynamodb Query=6`.
    ///
    /// # Errors
    /// That it is no number, or that nothing has this name.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let number: f64 = value.parse().map_err(|_| format!("{name}={value}: not a number"))?;
        if !number.is_finite() || number < 0.0 {
            return Err(format!("{name}={value}: must be 0 or more"));
        }
        let known: Vec<String> = self.all().map(|one| one.name.clone()).collect();
        // On a command line a name has no spaces.
        let found =
            self.all_mut().find(|one| one.name == name || one.name.replace(' ', "_") == name);
        let assumed = found.ok_or_else(|| format!("{name} is none of: {}", known.join(", ")))?;
        assumed.value = number;
        "given on the command line".clone_into(&mut assumed.why);
        Ok(())
    }

    /// Whether the shares are all of the invoices.
    ///
    /// # Errors
    /// What they add up to instead.
    pub fn check(&self) -> Result<(), String> {
        let sum: f64 = self.shares.iter().map(|share| share.value).sum();
        let is_all = (sum - 1.0).abs() <= ROUNDING;
        is_all.then_some(()).ok_or_else(|| format!("the shares add up to {sum}, and not to 1"))
    }

    /// One of [`Self::numbers`].
    ///
    /// # Errors
    /// That there is none of this name.
    pub fn number(&self, name: &str) -> Result<f64, String> {
        value(&self.numbers, name)
    }

    /// One of [`Self::times_ms`].
    ///
    /// # Errors
    /// That there is none of this name.
    pub fn time_ms(&self, name: &str) -> Result<f64, String> {
        value(&self.times_ms, name)
    }

    fn all(&self) -> impl Iterator<Item = &Assumed> {
        self.shares.iter().chain(&self.extras).chain(&self.numbers).chain(&self.times_ms)
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Assumed> {
        let numbers = self.numbers.iter_mut().chain(&mut self.times_ms);
        self.shares.iter_mut().chain(&mut self.extras).chain(numbers)
    }
}

fn value(among: &[Assumed], name: &str) -> Result<f64, String> {
    let found = among.iter().find(|one| one.name == name);
    found.map(|one| one.value).ok_or_else(|| format!("assumptions.json has no {name}"))
}
