//! What an operator's request asks for. Must never guess: an unknown field, a second one of
//! the same name or a missing note is refused by name.
use domain::review::{DisputeVerdict, PlanVerdict};
use domain::{Amount, Currency};
use lambda_http::{Request, RequestExt as _};
use platform::http::Reply;
use platform::operator::Task;
use platform::request::{is_operator_id, object};
use serde::{Deserialize, Deserializer};

use super::Act;

/// 2,000 characters as JSON may write them, twelve bytes each, and what is around them.
const BODY_MAX: usize = 32 * 1024;
/// Longest question or note, in characters.
const TEXT_MAX: usize = 2_000;

/// Which address was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// …/owner
    Owner,
    /// …/question
    Question,
    /// …/decision
    Decision,
}

/// What was asked for, before the invoice is known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// `me`, nobody, or an id.
    Owner(Option<String>),
    Question(String),
    Decision(Word, String),
}

/// The words a decision is given in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Approve,
    Decline,
    Accept,
    /// With the amount as written.
    PartlyAccept(String),
    Reject,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnerBody {
    /// Not left out: `null` has to be said.
    #[serde(deserialize_with = "given")]
    owner: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionBody {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionBody {
    decision: String,
    #[serde(default)]
    credited: Option<String>,
    note: String,
}

impl Verb {
    /// The verb at the end of the address.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        match request.raw_http_path().trim_end_matches('/').rsplit('/').next() {
            Some("owner") => Some(Self::Owner),
            Some("question") => Some(Self::Question),
            Some("decision") => Some(Self::Decision),
            _ => None,
        }
    }

    /// What a role has to allow.
    pub(crate) fn task(self) -> Task {
        match self {
            Self::Owner | Self::Question => Task::WorkCases,
            Self::Decision => Task::DecideCases,
        }
    }

    /// Reads the body.
    ///
    /// # Errors
    /// A 400, 413 or 415 problem.
    pub(crate) fn read(self, request: &Request) -> Result<Wish, Reply> {
        match self {
            Self::Owner => {
                let form = "Send {\"owner\": \"me\"}, {\"owner\": null} or {\"owner\": \"<id>\"}.";
                let OwnerBody { owner } = object(request, BODY_MAX, form)?;
                // "nobody" is what the list calls a case without an owner.
                if owner.as_deref().is_some_and(|id| id == "nobody" || !is_operator_id(id)) {
                    return Err(unusable(form));
                }
                Ok(Wish::Owner(owner))
            }
            Self::Question => {
                let QuestionBody { text } = object(request, BODY_MAX, "Send {\"text\": \"…\"}.")?;
                Ok(Wish::Question(lines("text", &text)?))
            }
            Self::Decision => {
                let form = "Send {\"decision\": \"…\", \"note\": \"…\"}, and \"credited\" as text \
                            with \"partly_accept\".";
                let body: DecisionBody = object(request, BODY_MAX, form)?;
                let word = word(&body.decision, body.credited)?;
                Ok(Wish::Decision(word, lines("note", &body.note)?))
            }
        }
    }
}

impl Wish {
    /// What it comes to for `operator` on an invoice in `currency`.
    ///
    /// # Errors
    /// A 422 problem if the amount is none in that currency.
    pub(crate) fn act(self, operator: &str, currency: Currency) -> Result<Act, Reply> {
        let (word, note) = match self {
            Self::Owner(owner) => {
                let named = |id: String| if id == "me" { operator.to_owned() } else { id };
                return Ok(Act::Assign(owner.map(named)));
            }
            Self::Question(text) => return Ok(Act::Ask(text)),
            Self::Decision(word, note) => (word, note),
        };
        Ok(match word {
            Word::Approve => Act::DecidePlan(PlanVerdict::Approve, note),
            Word::Decline => Act::DecidePlan(PlanVerdict::Decline, note),
            Word::Accept => Act::DecideDispute(DisputeVerdict::Accept, note),
            Word::Reject => Act::DecideDispute(DisputeVerdict::Reject, note),
            Word::PartlyAccept(credited) => {
                let part = Amount::parse(&credited, currency).map_err(|error| {
                    Reply::problem(422, "Not an amount", &format!("credited: {error}."))
                })?;
                Act::DecideDispute(DisputeVerdict::PartlyAccept(part), note)
            }
        })
    }
}

fn word(decision: &str, credited: Option<String>) -> Result<Word, Reply> {
    let word = match (decision, credited) {
        ("partly_accept", Some(credited)) => return Ok(Word::PartlyAccept(credited)),
        ("partly_accept", None) => {
            return Err(unusable("credited: say how much is credited, such as \"12.50\"."));
        }
        ("approve" | "decline" | "accept" | "reject", Some(_)) => {
            return Err(unusable("credited: goes with partly_accept only."));
        }
        ("approve", None) => Word::Approve,
        ("decline", None) => Word::Decline,
        ("accept", None) => Word::Accept,
        ("reject", None) => Word::Reject,
        _ => {
            let detail = "decision: use approve or decline for a plan; accept, partly_accept or \
                          reject for a dispute.";
            return Err(unusable(detail));
        }
    };
    Ok(word)
}

/// A text for the payer: as written, but trimmed and with plain line ends.
fn lines(field: &str, text: &str) -> Result<String, Reply> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    let length = text.chars().count();
    if !(1..=TEXT_MAX).contains(&length) {
        return Err(unusable(&format!("{field}: write 1 to {TEXT_MAX} characters.")));
    }
    if text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
        return Err(unusable(&format!("{field}: contains a character that cannot be sent.")));
    }
    Ok(text.to_owned())
}

fn unusable(detail: &str) -> Reply {
    Reply::problem(400, "Unusable body", detail)
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}
