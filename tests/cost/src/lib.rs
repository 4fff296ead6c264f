//! The monthly bill: counted units, times prices with their date, by a mix that is written down.
//! Must never hold a figure of its own: units are counted, prices and assumptions are in files.
//!
//! `units.json` is written by the simulation's counting test, `prices.json` and
//! `assumptions.json` by people; what a stack costs without any invoice is read from the template.
pub mod assumptions;
pub mod bill;
pub mod page;
pub mod prices;
pub mod quantity;
pub mod template;
pub mod units;

/// What the bill is made from.
#[derive(Clone, Debug)]
pub struct Model {
    /// Counted.
    pub units: units::Units,
    /// With their date.
    pub prices: prices::Prices,
    /// Shares and times.
    pub assumptions: assumptions::Assumptions,
    /// What is deployed.
    pub stack: template::Stack,
}

impl Model {
    /// The one of the files in this folder and of `template.yaml`.
    ///
    /// # Errors
    /// A sentence about what is wrong with which file.
    pub fn load() -> Result<Self, String> {
        Ok(Self {
            units: units::Units::load()?,
            prices: prices::Prices::load()?,
            assumptions: assumptions::Assumptions::load()?,
            stack: template::Stack::load()?,
        })
    }
}
