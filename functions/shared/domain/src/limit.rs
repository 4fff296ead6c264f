//! How often a payer may send something: what is counted, in which windows, and how many.
//! Must never speak of opening a page, of Stripe or of operators: none of them is counted.
use jiff::{SignedDuration, Timestamp};

/// Forms and buttons that change something: far more than a patient person sends.
pub const WRITES_PER_LINK: Limit = Limit::of("write-link", 60, TEN_MINUTES);
/// Many payers can share one address, such as an office's.
pub const WRITES_PER_ADDRESS: Limit = Limit::of("write-address", 300, TEN_MINUTES);
/// Places for files: ten disputes with ten documents each.
pub const FILES_PER_LINK: Limit = Limit::of("file-link", 100, HOUR);
/// Places for files of all payers behind one address.
pub const FILES_PER_ADDRESS: Limit = Limit::of("file-address", 500, HOUR);
/// Asking for a new link, beside the one mail in 15 minutes that an invoice gets at most.
pub const NEW_LINKS_PER_LINK: Limit = Limit::of("new-link-link", 10, HOUR);
/// Asking for new links of any invoices.
pub const NEW_LINKS_PER_ADDRESS: Limit = Limit::of("new-link-address", 20, HOUR);

const TEN_MINUTES: SignedDuration = SignedDuration::from_mins(10);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What a payer sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// A form, or the button that starts a payment.
    Write,
    /// The question where to upload one file.
    File,
    /// The wish for a new link.
    NewLink,
}

impl Sending {
    /// How often through one link.
    pub fn per_link(self) -> Limit {
        match self {
            Self::Write => WRITES_PER_LINK,
            Self::File => FILES_PER_LINK,
            Self::NewLink => NEW_LINKS_PER_LINK,
        }
    }

    /// How often from one address.
    pub fn per_address(self) -> Limit {
        match self {
            Self::Write => WRITES_PER_ADDRESS,
            Self::File => FILES_PER_ADDRESS,
            Self::NewLink => NEW_LINKS_PER_ADDRESS,
        }
    }
}

/// So many in one window. Windows follow each other without a gap, so that around an edge
/// twice as many can pass; in return counting is one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name where counts are kept; no two limits share one.
    pub name: &'static str,
    /// Most in one window, 1 or more.
    pub max: u32,
    /// Length of a window, whole seconds.
    pub window: SignedDuration,
}

impl Limit {
    const fn of(name: &'static str, max: u32, window: SignedDuration) -> Self {
        Self { name, max, window }
    }

    /// The first second of the window that `now` is in, since 1970.
    pub fn window_start_s(self, now: Timestamp) -> i64 {
        let into = now.as_second().checked_rem_euclid(self.window.as_secs()).unwrap_or_default();
        now.as_second().saturating_sub(into)
    }

    /// The first second of the next window, since 1970.
    pub fn window_end_s(self, now: Timestamp) -> i64 {
        self.window_start_s(now).saturating_add(self.window.as_secs())
    }

    /// How long until the next window begins, in seconds, 1 or more.
    pub fn retry_after_s(self, now: Timestamp) -> u32 {
        let left = self.window_end_s(now).saturating_sub(now.as_second());
        u32::try_from(left).unwrap_or(u32::MAX).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Sending; 3] = [Sending::Write, Sending::File, Sending::NewLink];

    fn limits() -> impl Iterator<Item = Limit> {
        ALL.into_iter().flat_map(|sending| [sending.per_link(), sending.per_address()])
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn no_two_limits_share_a_count() {
        let names: std::collections::BTreeSet<_> = limits().map(|limit| limit.name).collect();
        assert_eq!(names.len(), limits().count());
        assert!(limits().all(|limit| limit.max > 0 && limit.window >= TEN_MINUTES));
    }

    #[test]
    fn an_address_may_send_more_than_one_of_its_links() {
        for sending in ALL {
            let (link, address) = (sending.per_link(), sending.per_address());
            assert!(address.max > link.max && address.window == link.window, "{sending:?}");
        }
    }

    #[test]
    fn a_window_ends_at_its_second_and_not_before() {
        let limit = WRITES_PER_LINK;
        let edge = 1_763_812_800;
        assert_eq!(edge % 600, 0);
        for (second, start, wait) in [
            (edge - 600, edge - 600, 600),
            (edge - 1, edge - 600, 1),
            (edge, edge, 600),
            (edge + 1, edge, 599),
            (edge + 599, edge, 1),
            (edge + 600, edge + 600, 600),
        ] {
            assert_eq!(limit.window_start_s(at(second)), start, "{second}");
            assert_eq!(limit.retry_after_s(at(second)), wait, "{second}");
        }
        // The last part of a second belongs to its window.
        let late = Timestamp::new(edge - 1, 999_999_999).unwrap();
        assert_eq!((limit.window_start_s(late), limit.retry_after_s(late)), (edge - 600, 1));
    }

    proptest! {
        #[test]
        fn every_instant_is_in_one_window_and_waiting_leads_into_the_next(
            second in -62_135_596_800i64..253_402_200_000,
        ) {
            for limit in limits() {
                let (now, length) = (at(second), limit.window.as_secs());
                let start = limit.window_start_s(now);
                prop_assert!((start..start + length).contains(&second));
                prop_assert_eq!(start.rem_euclid(length), 0);
                let then = at(second + i64::from(limit.retry_after_s(now)));
                prop_assert_eq!(limit.window_start_s(then), start + length);
            }
        }
    }
}
