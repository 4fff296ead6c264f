//! The price table. Must never be read without its date.
use serde::Deserialize;

use crate::quantity::Quantities;

/// List prices of one region on one date.
#[derive(Clone, Debug, Deserialize)]
pub struct Prices {
    /// Where.
    pub region: String,
    /// When.
    pub date: String,
    /// How far to trust them.
    pub note: String,
    /// The prices.
    pub prices: Vec<Price>,
}

/// One price.
#[derive(Clone, Debug, Deserialize)]
pub struct Price {
    /// As quantities name the thing.
    pub name: String,
    /// Dollars.
    pub usd: f64,
    /// For so many.
    pub per: f64,
    /// Of what.
    pub unit: String,
    /// The line of the bill.
    pub service: String,
    /// Where it is published, and what was read for it.
    pub source: String,
}

impl Prices {
    /// The table of this folder.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn load() -> Result<Self, String> {
        serde_json::from_str(include_str!("../prices.json"))
            .map_err(|error| format!("prices.json: {error}"))
    }

    /// The price of a thing.
    ///
    /// # Errors
    /// That there is none.
    pub fn of(&self, name: &str) -> Result<&Price, String> {
        let found = self.prices.iter().find(|price| price.name == name);
        found.ok_or_else(|| format!("prices.json has no {name}"))
    }

    /// What quantities cost, in dollars.
    ///
    /// # Errors
    /// That something has no price.
    pub fn usd(&self, quantities: &Quantities) -> Result<f64, String> {
        let mut usd = 0.0;
        for (name, amount) in quantities.iter() {
            usd += amount * self.of(name)?.each();
        }
        Ok(usd)
    }

    /// What those of one service cost, in dollars.
    ///
    /// # Errors
    /// That something has no price.
    pub fn usd_of(&self, quantities: &Quantities, service: &str) -> Result<f64, String> {
        let mut usd = 0.0;
        for (name, amount) in quantities.iter() {
            let price = self.of(name)?;
            usd += if price.service == service { amount * price.each() } else { 0.0 };
        }
        Ok(usd)
    }

    /// The lines of the bill, in the order of the table.
    pub fn services(&self) -> Vec<&str> {
        let mut services: Vec<&str> = Vec::new();
        for price in &self.prices {
            if !services.contains(&price.service.as_str()) {
                services.push(&price.service);
            }
        }
        services
    }
}

impl Price {
    /// Dollars for one.
    pub fn each(&self) -> f64 {
        self.usd / self.per
    }
}
