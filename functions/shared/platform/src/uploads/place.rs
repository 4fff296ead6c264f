//! Where an upload lies: its key follows from whose it is and from its id.
//! Must never hold anything a payer typed.
use domain::Invoice;
use jiff::Timestamp;
use ulid::Ulid;

/// What every upload's key begins with.
const PREFIX: &str = "uploads/";

/// Whose upload it is: one submission's, of one link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The seller's tenant id.
    pub tenant: String,
    /// The invoice.
    pub invoice: Ulid,
    /// The link that it was made through.
    pub link: Ulid,
}

impl Place {
    /// The place of a link of an invoice.
    pub fn of(invoice: &Invoice, link: Ulid) -> Self {
        Self { tenant: invoice.tenant.clone(), invoice: invoice.id, link }
    }

    /// The object key of an upload. The hour comes from the id, so that a sweep finds all of
    /// one hour together, and whoever knows the rest knows the key.
    pub fn key(&self, id: Ulid) -> String {
        let made_ms = i64::try_from(id.timestamp_ms()).unwrap_or(i64::MAX);
        // No id of ours lies behind the calendar's end; nothing lies under the key of one.
        let made = Timestamp::from_millisecond(made_ms).unwrap_or(Timestamp::MAX);
        format!("{}{}/{}/{}/{id}", hour_prefix(made), self.tenant, self.invoice, self.link)
    }

    /// The place and the id that have this key; none if it is not an upload's.
    pub(super) fn of_key(key: &str) -> Option<(Self, Ulid)> {
        let mut parts = key.strip_prefix(PREFIX)?.split_once('/')?.1.rsplitn(4, '/');
        let id = Ulid::from_string(parts.next()?).ok()?;
        let link = Ulid::from_string(parts.next()?).ok()?;
        let invoice = Ulid::from_string(parts.next()?).ok()?;
        let place = Self { tenant: parts.next()?.to_owned(), invoice, link };
        (place.key(id) == key).then_some((place, id))
    }
}

/// What the keys of one hour (UTC) begin with.
pub(super) fn hour_prefix(hour: Timestamp) -> String {
    format!("{PREFIX}{}/", hour.strftime("%Y-%m-%dT%H"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place { tenant: "northwind".to_owned(), invoice: Ulid(7), link: Ulid(9) }
    }

    #[test]
    fn a_key_follows_from_whose_it_is() {
        let id = Ulid::from_parts(1_795_380_000_000, 5);
        let key = place().key(id);
        assert_eq!(key, format!("uploads/2026-11-22T20/northwind/{}/{}/{id}", Ulid(7), Ulid(9)));
        assert_eq!(Place::of_key(&key), Some((place(), id)));
    }

    #[test]
    fn no_other_key_is_an_upload() {
        let id = Ulid::from_parts(1_795_380_000_000, 5);
        let key = place().key(id);
        for other in [
            key.replace("T20", "T21"),
            key.replace("uploads/", "receipts/"),
            key.to_lowercase(),
            format!("{key}/x"),
            "uploads/".to_owned(),
            String::new(),
        ] {
            assert_eq!(Place::of_key(&other), None, "{other}");
        }
    }

    #[test]
    fn an_id_behind_the_end_of_time_has_a_key_too() {
        assert!(place().key(Ulid(u128::MAX)).starts_with("uploads/9999-"));
    }
}
