//! Who submits: the person that the seller answers.
//! Must never take an address that no mail can be sent to.
use serde::{Deserialize, Serialize};

use super::text::Text;
use super::{Typed, Wrongs};
use crate::import::is_address;

const NAME: Text = Text { field: "name", max: 100, missing: "Add your name." };
const EMAIL: Text = Text { field: "email", max: 254, missing: "Add your email address." };
const PHONE: Text = Text { field: "phone", max: 40, missing: "" };

/// The person who submits, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Name, in any script.
    pub name: String,
    /// Address that answers go to.
    pub email: String,
    /// Number as typed, if there is one.
    pub phone: Option<String>,
}

pub(super) fn read(typed: &Typed, wrongs: &mut Wrongs) -> Option<Contact> {
    let name = wrongs.note(NAME.field, NAME.line(typed));
    let email = wrongs.note(EMAIL.field, email(typed));
    let phone = wrongs.note(PHONE.field, phone(typed));
    Some(Contact { name: name?, email: email?, phone: phone? })
}

fn email(typed: &Typed) -> Result<String, String> {
    let email = EMAIL.line(typed)?;
    if is_address(&email) {
        Ok(email)
    } else {
        Err("We cannot send to this address. Write it as name@company.com.".to_owned())
    }
}

fn phone(typed: &Typed) -> Result<Option<String>, String> {
    if PHONE.is_empty(typed) {
        return Ok(None);
    }
    let phone = PHONE.line(typed)?;
    let short = phone.to_ascii_lowercase().replace("ext", "x");
    let known = short.chars().all(|c| c.is_ascii_digit() || " +-()./x".contains(c));
    let one_extension = short.matches('x').count() <= 1;
    if known && one_extension && short.contains(|c: char| c.is_ascii_digit()) {
        Ok(Some(phone))
    } else {
        Err("Write the number in digits, such as +1 212 555 0100 ext 12, or leave it empty."
            .to_owned())
    }
}
