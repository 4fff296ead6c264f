//! What a seller may change of its own settings, and what is wrong with a wish.
//! Must never change the sender, the country or the Stripe account: they need set-up elsewhere.
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize};

use crate::colour::is_legible_with_white;
use crate::mail_template::{self, MailTemplate};
use crate::{Reason, Tenant};

mod changed;
mod limits;

pub use changed::{Changed, Part, changes, parts};
use limits::{check_policy, check_reasons};

/// Longest name of a seller, in characters.
pub(crate) const NAME_MAX: usize = 80;
/// Days off in the calendar: ten years of them.
const HOLIDAYS_MAX: usize = 400;

/// A value that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where it stands in the wish, such as `policy.instalments_max` or `reasons.2.code`.
    pub field: String,
    /// A sentence for whoever typed it.
    pub reason: String,
}

/// What shall be different; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wish {
    /// The seller itself.
    pub tenant: Option<TenantWish>,
    /// Limits of plans and promises.
    pub policy: Option<PolicyWish>,
    /// All reasons of disputes, in the order payers see.
    pub reasons: Option<Vec<Reason>>,
    /// All days off, as `YYYY-MM-DD`.
    pub holidays: Option<Vec<String>>,
    /// The words of the cadence.
    #[serde(deserialize_with = "mail_wish")]
    pub mail: MailWish,
}

/// The words of the cadence as wished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MailWish {
    /// They stay.
    #[default]
    Keep,
    /// Back to the standard ones: `null`.
    Standard,
    /// These.
    Own(MailTemplate),
}

/// The seller itself. The last three may be sent along as they are, but not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenantWish {
    /// Name that payers read.
    pub name: Option<String>,
    /// `#rrggbb`.
    pub brand_colour: Option<String>,
    /// IANA time zone.
    pub zone: Option<String>,
    /// Where answers to mails go.
    pub reply_to: Option<String>,
    /// Read only.
    pub sender: Option<String>,
    /// Read only.
    pub country: Option<String>,
    /// Read only.
    pub stripe_connected: Option<bool>,
}

/// Limits of plans and promises, as wide as anybody can type them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyWish {
    /// Most instalments of a plan.
    pub instalments_max: Option<i64>,
    /// Latest instalment, in days.
    pub term_days_max: Option<i64>,
    /// Smallest instalment, in whole units of a currency.
    pub instalment_min: Option<i64>,
    /// Plans over more need the Controller or Legal, in whole units of a currency.
    pub approval_limit: Option<i64>,
    /// Latest date of a promise, in days.
    pub promise_days_max: Option<i64>,
}

/// `null` is a wish too, unlike nothing.
fn mail_wish<'de, D: Deserializer<'de>>(deserializer: D) -> Result<MailWish, D::Error> {
    let said = Option::<MailTemplate>::deserialize(deserializer)?;
    Ok(said.map_or(MailWish::Standard, MailWish::Own))
}

impl Tenant {
    /// The settings as wished; equal to these if nothing is to change.
    ///
    /// # Errors
    /// Everything that is wrong with the wish, each at its field; then nothing may change.
    pub fn with(&self, wish: &Wish) -> Result<Self, Vec<FieldError>> {
        let mut next = self.clone();
        let mut errors = Vec::new();
        if let Some(tenant) = &wish.tenant {
            check_tenant(&mut next, tenant, &mut errors);
        }
        if let Some(policy) = &wish.policy {
            check_policy(&mut next.policy, policy, &mut errors);
        }
        if let Some(reasons) = &wish.reasons {
            check_reasons(reasons, &mut errors);
            next.reasons.clone_from(reasons);
        }
        if let Some(holidays) = &wish.holidays {
            next.holidays = check_holidays(holidays, &mut errors);
        }
        match &wish.mail {
            MailWish::Own(mail) => match mail.checked() {
                Ok(mail) if self.has_shown(&mail, &next.name) => {}
                Ok(mail) => next.mail = Some(mail),
                Err(wrong) => errors.extend(wrong),
            },
            MailWish::Standard => next.mail = None,
            MailWish::Keep => {}
        }
        if errors.is_empty() { Ok(next) } else { Err(errors) }
    }

    /// Whether these are the standard words, sent back as they were shown: then they stay the
    /// standard words, also if the name in them changes with the same wish.
    fn has_shown(&self, mail: &MailTemplate, new_name: &str) -> bool {
        let mut names = [self.name.as_str(), new_name].into_iter();
        self.mail.is_none() && names.any(|name| *mail == mail_template::standard(name))
    }
}

pub(crate) fn wrong(field: &str, reason: &str) -> FieldError {
    FieldError { field: field.to_owned(), reason: reason.to_owned() }
}

fn check_tenant(next: &mut Tenant, wish: &TenantWish, errors: &mut Vec<FieldError>) {
    let mut check = |field: &str, value: &Option<String>, to: &mut String, bad: Option<&str>| match (
        value, bad,
    ) {
        (Some(value), None) => value.trim().clone_into(to),
        (Some(_), Some(reason)) => errors.push(wrong(field, reason)),
        (None, _) => {}
    };
    let of = |value: &Option<String>, reason: fn(&str) -> Option<&'static str>| {
        value.as_deref().map(str::trim).and_then(reason)
    };
    check("tenant.name", &wish.name, &mut next.name, of(&wish.name, name_error));
    let colour = of(&wish.brand_colour, colour_error);
    check("tenant.brand_colour", &wish.brand_colour, &mut next.brand_colour, colour);
    check("tenant.zone", &wish.zone, &mut next.zone, of(&wish.zone, zone_error));
    let reply_to = of(&wish.reply_to, address_error);
    check("tenant.reply_to", &wish.reply_to, &mut next.reply_to, reply_to);
    let elsewhere = |given: bool, field: &str, place: &str| {
        given.then(|| wrong(field, &format!("This is set up with {place}, not here.")))
    };
    let connected = next.stripe_account.is_some();
    errors.extend(
        [
            elsewhere(
                wish.sender.as_ref().is_some_and(|it| *it != next.sender),
                "tenant.sender",
                "SES",
            ),
            elsewhere(
                wish.country.as_ref().is_some_and(|it| *it != next.country),
                "tenant.country",
                "Stripe",
            ),
            elsewhere(
                wish.stripe_connected.is_some_and(|it| it != connected),
                "tenant.stripe_connected",
                "Stripe",
            ),
        ]
        .into_iter()
        .flatten(),
    );
}

/// It stands in subjects and in the name of a mail's sender.
fn name_error(name: &str) -> Option<&'static str> {
    let length = name.chars().take(NAME_MAX.saturating_add(1)).count();
    if !(1..=NAME_MAX).contains(&length) {
        return Some("Write the name with 1 to 80 characters.");
    }
    name.chars().any(char::is_control).then_some("Use one line without control characters.")
}

fn colour_error(colour: &str) -> Option<&'static str> {
    match is_legible_with_white(colour) {
        None => Some("Write the colour as six digits after #, such as #4f46e5."),
        Some(false) => Some("White text cannot be read on it. Choose a darker colour."),
        Some(true) => None,
    }
}

fn zone_error(zone: &str) -> Option<&'static str> {
    let is_known = zone.len() <= 64 && TimeZone::get(zone).is_ok();
    (!is_known).then_some("Write the time zone as a place, such as America/New_York.")
}

fn address_error(address: &str) -> Option<&'static str> {
    let fits = address.len() <= 254 && crate::import::is_address(address);
    (!fits).then_some("This is not a mail address we can send to.")
}

/// The days, in order and each once.
fn check_holidays(holidays: &[String], errors: &mut Vec<FieldError>) -> Vec<Date> {
    if holidays.len() > HOLIDAYS_MAX {
        errors.push(wrong("holidays", "Use at most 400 days."));
        return Vec::new();
    }
    let mut days = Vec::new();
    for (place, text) in holidays.iter().enumerate() {
        let iso =
            text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date = iso.then(|| text.parse::<Date>().ok()).flatten();
        match date.filter(|date| (1990..=2100).contains(&date.year())) {
            Some(date) => days.push(date),
            None => errors.push(wrong(&format!("holidays.{place}"), "Write it as YYYY-MM-DD.")),
        }
    }
    days.sort_unstable();
    days.dedup();
    days
}

#[cfg(test)]
mod tests;
