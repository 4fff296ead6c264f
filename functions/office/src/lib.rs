//! What runs the place: settings, the audit, notices, and who the operators are; one binary
//! per subject. Must never read or change anything of another tenant.
pub mod audit;
pub mod notices;
pub mod operators;
pub mod settings;

#[cfg(test)]
mod tests;

use domain::{Act, Deed, Moment};
use platform::operator::Operator;

/// What an operator did just now, for the audit.
fn act(operator: &Operator, moment: &mut Moment, deed: Deed) -> Act {
    Act {
        id: moment.fresh_id(),
        tenant: operator.tenant.clone(),
        at: moment.now,
        operator: operator.id.clone(),
        deed,
    }
}
