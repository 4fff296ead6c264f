//! States, ages and verdicts of cases in an operator's words.
//! Must never say by colour alone what a word does not say too.
use domain::case::SlaState;
use domain::{CaseKind, CaseState};
use jiff::civil::Date;

/// How a mark feels; its words say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feel {
    /// Nothing to do.
    Calm,
    /// It went well.
    Good,
    /// Soon too late, or somebody has to look.
    Warn,
    /// Late, or something is wrong.
    Bad,
}

/// A word with its feel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) word: String,
    pub(crate) feel: Feel,
}

impl Feel {
    /// The class of the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

impl Mark {
    pub(crate) fn new(feel: Feel, word: impl Into<String>) -> Self {
        Self { word: word.into(), feel }
    }
}

/// `Plan`, `Promise`, `Dispute`.
pub(crate) fn kind(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Plan => "Plan",
        CaseKind::Promise => "Promise",
        CaseKind::Dispute => "Dispute",
    }
}

/// Where a case stands, and whether that waits for somebody.
pub(crate) fn state(kind: CaseKind, state: CaseState) -> Mark {
    match (state, kind) {
        (CaseState::Submitted, _) => Mark::new(Feel::Warn, "To decide"),
        (CaseState::Asked, _) => Mark::new(Feel::Calm, "Payer asked"),
        (CaseState::Active, CaseKind::Promise) => Mark::new(Feel::Calm, "Promised"),
        (CaseState::Active, CaseKind::Plan | CaseKind::Dispute) => {
            Mark::new(Feel::Calm, "Being paid")
        }
        (CaseState::Declined, _) => Mark::new(Feel::Calm, "Declined"),
        (CaseState::Accepted, _) => Mark::new(Feel::Calm, "Accepted"),
        (CaseState::PartlyAccepted, _) => Mark::new(Feel::Calm, "Partly accepted"),
        (CaseState::Rejected, _) => Mark::new(Feel::Calm, "Rejected"),
        (CaseState::Completed, _) => Mark::new(Feel::Good, "Paid in full"),
        (CaseState::Kept, _) => Mark::new(Feel::Good, "Kept"),
        (CaseState::Missed, _) => Mark::new(Feel::Bad, "Missed"),
        (CaseState::Settled, _) => Mark::new(Feel::Good, "Paid another way"),
    }
}

/// What was decided, as it shows in the state that came of it.
pub(crate) fn decided(state: CaseState) -> &'static str {
    match state {
        CaseState::Declined => "Declined",
        CaseState::Accepted => "Accepted",
        CaseState::PartlyAccepted => "Accepted in part",
        CaseState::Rejected => "Rejected",
        // Only an approved plan goes on from here.
        CaseState::Submitted
        | CaseState::Asked
        | CaseState::Active
        | CaseState::Completed
        | CaseState::Kept
        | CaseState::Missed
        | CaseState::Settled => "Approved",
    }
}

/// How near a dispute's deadline is.
pub(crate) fn sla(state: SlaState) -> Mark {
    match state {
        SlaState::Open => Mark::new(Feel::Calm, "In time"),
        SlaState::AtRisk => Mark::new(Feel::Warn, "Due today"),
        SlaState::Late => Mark::new(Feel::Bad, "Late"),
    }
}

/// `30 Nov 2026`.
pub(crate) fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// How long ago something came: `just now`, `2 hours`, `3 days`.
pub(crate) fn age(seconds: i64) -> String {
    const HOUR: i64 = 3_600;
    const DAY: i64 = 24 * HOUR;
    let count = |number: i64, unit: &str| {
        if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
    };
    match seconds {
        ..60 => "just now".to_owned(),
        60..HOUR => count(seconds / 60, "minute"),
        HOUR..DAY => count(seconds / HOUR, "hour"),
        DAY.. => count(seconds / DAY, "day"),
    }
}

/// What the scanner said of a document. Only `clean` is given out.
pub(crate) fn verdict(word: Option<&str>) -> Mark {
    match word {
        Some("clean") => Mark::new(Feel::Good, "Scanned: no malware found"),
        Some("infected") => Mark::new(Feel::Bad, "Malware found. Ask the payer for another copy."),
        Some("unscannable") => {
            let word = "Could not be scanned; it may have a password. Ask the payer for another.";
            Mark::new(Feel::Warn, word)
        }
        _ => Mark::new(Feel::Calm, "Being scanned. Look again in a minute."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_said_in_its_largest_whole_unit() {
        for (seconds, expected) in [
            (-5, "just now"),
            (59, "just now"),
            (60, "1 minute"),
            (3_599, "59 minutes"),
            (3_600, "1 hour"),
            (86_399, "23 hours"),
            (86_400, "1 day"),
            (400 * 86_400, "400 days"),
        ] {
            assert_eq!(age(seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn only_a_clean_document_feels_good() {
        for word in [None, Some("pending"), Some("infected"), Some("unscannable"), Some("new")] {
            assert_ne!(verdict(word).feel, Feel::Good, "{word:?}");
        }
        assert_eq!(verdict(Some("clean")).feel, Feel::Good);
    }
}
