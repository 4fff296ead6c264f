//! Plans, promises and disputes on the bench: what a payer sends and a seller decides.
//! Must never skip the form: what is submitted was read from what was typed.
use domain::form::{self, Limits, Typed};
use domain::review::{DisputeVerdict, PlanVerdict, Reviewer};
use domain::submit::{Proposal, Submission};
use domain::{Case, Document, PaymentState, Refusal, Status};
use jiff::Timestamp;
use jiff::civil::Date;
use ulid::Ulid;

use crate::bench::{Bench, opened, paid_with};

pub(crate) fn typed(fields: &[(&str, &str)]) -> Typed {
    let contact = [("name", "Ada Ashdown"), ("email", "ada@acme.example"), ("phone", "")];
    let all = fields.iter().chain(&contact);
    Typed(all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// Four monthly instalments of 312.50 from 1 December 2026.
pub(crate) fn plan_fields() -> Typed {
    typed(&[
        ("terms", "equal"),
        ("count", "4"),
        ("interval", "monthly"),
        ("first", "2026-12-01"),
        ("why", "A slow quarter."),
    ])
}

/// On 1 December 2026; `amount` empty for all of it.
pub(crate) fn promise_fields(amount: &str) -> Typed {
    let promised = if amount.is_empty() { "full" } else { "part" };
    typed(&[("date", "2026-12-01"), ("promised", promised), ("amount", amount)])
}

/// Wrong price; `amount` empty for all of it.
pub(crate) fn dispute_fields(amount: &str) -> Typed {
    let disputed = if amount.is_empty() { "all" } else { "part" };
    typed(&[
        ("reason", "duplicate"),
        ("disputed", disputed),
        ("amount", amount),
        ("description", "We were billed for this in May already."),
    ])
}

pub(crate) fn operator() -> Reviewer {
    Reviewer { operator: "operator-1".to_owned(), may_exceed_limit: false }
}

pub(crate) fn controller() -> Reviewer {
    Reviewer { operator: "controller-1".to_owned(), may_exceed_limit: true }
}

pub(crate) fn document(sha256: &str) -> Document {
    Document {
        id: Ulid(77),
        kind: "other".to_owned(),
        name: "letter.pdf".to_owned(),
        size_bytes: 3,
        content: domain::document::Content::Pdf,
        sha256: sha256.to_owned(),
        key: "uploads/77".to_owned(),
        object_version: "1".to_owned(),
    }
}

impl Bench {
    /// What the page of a live link would hold forms against.
    pub(crate) fn limits(&self) -> Limits<'_> {
        let today = self.moment.now.to_zoned(self.file.invoice.seller.time_zone()).date();
        Limits { balance: self.file.invoice.balance, today, policy: &self.tenant.policy }
    }

    pub(crate) fn plan(&self) -> Proposal {
        Proposal::Plan(form::plan(&plan_fields(), &self.limits()).unwrap())
    }

    pub(crate) fn promise(&self, amount: &str) -> Proposal {
        Proposal::Promise(form::promise(&promise_fields(amount), &self.limits()).unwrap())
    }

    pub(crate) fn dispute(&self, amount: &str) -> Proposal {
        let fields = dispute_fields(amount);
        let reasons = &self.tenant.reasons;
        Proposal::Dispute(form::dispute(&fields, &self.limits(), reasons, &[]).unwrap())
    }

    /// Sends it through `link`, as a form of its own.
    pub(crate) fn send_through(&mut self, link: Ulid, what: Proposal) -> Result<bool, Refusal> {
        let form = self.moment.fresh_id();
        self.send(link, &Submission { form, proposal: what, documents: Vec::new() })
    }

    /// Sends it; `false` if it was taken before.
    pub(crate) fn send(&mut self, link: Ulid, what: &Submission) -> Result<bool, Refusal> {
        let change = self.file.submit(link, what, &self.tenant, &mut self.moment)?;
        let news = change.is_some();
        if let Some(change) = change {
            self.commit(change);
        }
        Ok(news)
    }

    /// Sent through the current link and taken.
    pub(crate) fn submitted(mut self, what: impl Fn(&Self) -> Proposal) -> Self {
        let proposal = what(&self);
        assert_eq!(self.send_through(self.link(), proposal), Ok(true));
        self
    }

    pub(crate) fn decide_plan(
        &mut self,
        verdict: PlanVerdict,
        by: &Reviewer,
    ) -> Result<(), Refusal> {
        let (case, note) = (self.case().id, "As agreed.".to_owned());
        let change = self.file.decide_plan(case, verdict, note, by, &mut self.moment)?;
        self.commit(change);
        Ok(())
    }

    pub(crate) fn decide_dispute(&mut self, verdict: DisputeVerdict) -> Result<(), Refusal> {
        let (case, note) = (self.case().id, "We have looked.".to_owned());
        let by = operator();
        let change = self.file.decide_dispute(case, verdict, note, &by, &mut self.moment)?;
        self.commit(change);
        Ok(())
    }

    /// An agreed plan of four instalments.
    pub(crate) fn with_plan() -> Self {
        let mut bench = Self::linked().submitted(Self::plan);
        bench.decide_plan(PlanVerdict::Approve, &operator()).unwrap();
        bench
    }

    /// The clock moves on and looks at the case; `false` if nothing was due.
    pub(crate) fn clock(&mut self, at: &str) -> bool {
        self.moment.now = at.parse::<Timestamp>().unwrap();
        let case = self.case().id;
        let change = self.file.case_step(case, &mut self.moment);
        let news = change.is_some();
        if let Some(change) = change {
            self.commit(change);
        }
        news
    }

    /// What is due is paid through the current link.
    pub(crate) fn pays_what_is_due(&mut self) {
        let due = self.file.amount_due().unwrap();
        let payment = self.started();
        self.apply(payment, &opened());
        self.apply(payment, &paid_with(Some(due)));
        assert_eq!(self.payment(payment).state, PaymentState::Paid);
    }

    /// The latest case.
    pub(crate) fn case(&self) -> &Case {
        self.file.cases.iter().max_by_key(|case| case.id).unwrap()
    }

    /// The invoice in a status that a case gives it.
    pub(crate) fn in_case(status: Status) -> Self {
        match status {
            Status::PlanSubmitted => Self::linked().submitted(Self::plan),
            Status::PlanActive => Self::with_plan(),
            Status::Promised => Self::linked().submitted(|bench| bench.promise("")),
            Status::Disputed => Self::linked().submitted(|bench| bench.dispute("")),
            Status::Closed => {
                let mut bench = Self::linked().submitted(|bench| bench.dispute(""));
                bench.decide_dispute(DisputeVerdict::Accept).unwrap();
                bench
            }
            Status::Open | Status::Processing | Status::UnderReview | Status::Paid => {
                panic!("no case makes an invoice {status:?}")
            }
        }
    }
}

pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

impl Bench {
    /// A planted payment that asks for another amount.
    pub(crate) fn retarget(&mut self, payment: Ulid, amount: domain::Amount) {
        let planted = self.file.payments.iter_mut().find(|one| one.id == payment).unwrap();
        planted.amount = amount;
    }
}
