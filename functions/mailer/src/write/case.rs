//! Whom the letters about a plan, promise or dispute go to, from its submission to a decision.
//! Must never give the address that a payer typed a link: whoever holds an old one could type
//! any address.
use domain::fact::LetterKind;
use domain::review::DisputeVerdict;
use domain::{Amount, Case, CaseState};
use platform::Fault;
use ulid::Ulid;

use super::{Desk, Post, unwritten};
use crate::letter::{self, About, Letter, Reader};

impl Desk<'_> {
    pub(super) fn submitted(&self, case: Ulid) -> Result<Vec<Post>, Fault> {
        let about = self.about(case)?;
        let write = |reader: Reader<'_>| letter::submission_copy(&about, reader);
        let mut posts =
            self.to_payer(about.case, LetterKind::SubmissionCopy, self.paying_link(), write)?;
        let notice = letter::submission_notice(&about);
        posts.push(self.to_team(LetterKind::SubmissionNotice, notice)?);
        Ok(posts)
    }

    pub(super) fn asked(&self, case: Ulid) -> Result<Vec<Post>, Fault> {
        let about = self.about(case)?;
        // Answered or decided since: there is nothing to ask any more.
        let Some(asked) = about.case.open_question() else { return Ok(Vec::new()) };
        let write = |reader: Reader<'_>| letter::question(&about, asked, reader);
        self.to_payer(about.case, LetterKind::Question, self.live_link(), write)
    }

    pub(super) fn answered(&self, case: Ulid) -> Result<Vec<Post>, Fault> {
        let about = self.about(case)?;
        let answered = about.case.questions.iter().rfind(|question| question.answer.is_some());
        let answered = answered.ok_or_else(|| Fault::Item("no answer".to_owned()))?;
        let notice = letter::answer_notice(&about, answered);
        Ok(vec![self.to_team(LetterKind::SubmissionNotice, notice)?])
    }

    pub(super) fn plan_approved(&self, case: Ulid) -> Result<Vec<Post>, Fault> {
        let about = self.about(case)?;
        let write = |reader: Reader<'_>| letter::plan_approved(&about, reader);
        self.to_payer(about.case, LetterKind::Decision, None, write)
    }

    pub(super) fn plan_declined(&self, case: Ulid) -> Result<Vec<Post>, Fault> {
        let about = self.about(case)?;
        let write = |reader: Reader<'_>| letter::plan_declined(&about, reader);
        self.to_payer(about.case, LetterKind::Decision, self.paying_link(), write)
    }

    pub(super) fn dispute_decided(
        &self,
        case: Ulid,
        outcome: CaseState,
        credited: Option<Amount>,
    ) -> Result<Vec<Post>, Fault> {
        let about = self.about(case)?;
        let verdict = verdict(outcome, credited)?;
        let write = |reader: Reader<'_>| letter::dispute_decided(&about, verdict, credited, reader);
        self.to_payer(about.case, LetterKind::Decision, self.paying_link(), write)
    }

    pub(super) fn about(&self, case: Ulid) -> Result<About<'_>, Fault> {
        let case = self.file.case(case);
        let case = case.ok_or_else(|| Fault::Item("no such case".to_owned()))?;
        Ok(About { line: &self.line, file: self.file, case })
    }

    /// One letter to each contact on file, with the link; then, if it is none of them, to the
    /// address that the payer typed, without it.
    fn to_payer<E: std::fmt::Display>(
        &self,
        case: &Case,
        kind: LetterKind,
        link: Option<&str>,
        write: impl Fn(Reader<'_>) -> Result<Letter, E>,
    ) -> Result<Vec<Post>, Fault> {
        let mut posts = self.to_contacts(kind, write(Reader::Contact(link)), None)?;
        let link_sent = link.is_some() && !posts.is_empty();
        let typed = case.contact.email.as_str();
        if !posts.iter().any(|post| is_same(&post.to, typed)) {
            let letter = write(Reader::Typed { link_sent }).map_err(unwritten)?;
            posts.push(Post { kind, to: typed.to_owned(), letter, receipt: None });
        }
        Ok(posts)
    }
}

/// What the seller said to a dispute. Any other state of a case is no decision, and a letter that
/// took it for one would tell a payer what nobody has decided.
fn verdict(outcome: CaseState, credited: Option<Amount>) -> Result<DisputeVerdict, Fault> {
    match (outcome, credited) {
        (CaseState::Accepted, _) => Ok(DisputeVerdict::Accept),
        (CaseState::PartlyAccepted, Some(part)) => Ok(DisputeVerdict::PartlyAccept(part)),
        (CaseState::Rejected, _) => Ok(DisputeVerdict::Reject),
        (CaseState::PartlyAccepted, None)
        | (
            CaseState::Submitted
            | CaseState::Asked
            | CaseState::Active
            | CaseState::Declined
            | CaseState::Completed
            | CaseState::Kept
            | CaseState::Missed
            | CaseState::Settled,
            _,
        ) => Err(Fault::Item("no decision on a dispute".to_owned())),
    }
}

/// Case tells no mailbox from another in practice.
fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
