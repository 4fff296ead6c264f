//! A payer's form: right values taken exactly, and each wrong one told at its field.
//! Must never leave a payer without a way on: every sentence says what to do.
use domain::form::{Contact, DisputeForm, Limits, PlanForm, PromiseForm, Typed, Wrong};
use domain::form::{answer, dispute, plan, promise};
use domain::tenant::standard_reasons;
use domain::{Amount, Currency, Policy};
use jiff::civil::{Date, date};

use crate::bench::{BALANCE_MINOR, usd};

pub(crate) const TODAY: Date = date(2026, 11, 23);

pub(crate) const CONTACT: [(&str, &str); 3] =
    [("name", "Ana Pérez"), ("email", "ana@acme.example"), ("phone", "+1 (212) 555-0100 ext. 7")];
pub(crate) const EQUAL: [(&str, &str); 5] = [
    ("terms", "equal"),
    ("count", "3"),
    ("interval", "monthly"),
    ("first", "2026-11-30"),
    ("why", "A late project."),
];
pub(crate) const OWN: [(&str, &str); 6] = [
    ("terms", "own"),
    ("date_1", "2026-11-23"),
    ("amount_1", "1,000.00"),
    ("date_2", "2027-11-24"),
    ("amount_2", "250"),
    ("why", "A late project."),
];
pub(crate) const PROMISE: [(&str, &str); 4] =
    [("date", "2026-12-23"), ("promised", "part"), ("amount", "1250.00"), ("note", "")];
pub(crate) const DISPUTE: [(&str, &str); 4] = [
    ("reason", "never_received"),
    ("disputed", "part"),
    ("amount", "1249.50"),
    ("description", "Two boxes never came."),
];

/// A form with its contact, in which these values take the place of others.
pub(crate) fn typed(form: &[(&str, &str)], changes: &[(&str, &str)]) -> Typed {
    let own = |pair: &(&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
    let kept = form.iter().chain(&CONTACT).filter(|(name, _)| changes.iter().all(|c| c.0 != *name));
    Typed(kept.chain(changes).map(own).collect())
}

pub(crate) fn contact() -> Contact {
    let [name, email, phone] = CONTACT.map(|(_, value)| value.to_owned());
    Contact { name, email, phone: Some(phone) }
}

pub(crate) fn owed(minor: i64, code: &str) -> Amount {
    Amount { minor, currency: Currency::parse(code).unwrap() }
}

pub(crate) fn read_plan(
    form: &[(&str, &str)],
    changes: &[(&str, &str)],
) -> Result<PlanForm, Vec<Wrong>> {
    plan_of(usd(BALANCE_MINOR), form, changes)
}

pub(crate) fn plan_of(
    balance: Amount,
    form: &[(&str, &str)],
    changes: &[(&str, &str)],
) -> Result<PlanForm, Vec<Wrong>> {
    let policy = Policy::default();
    plan(&typed(form, changes), &Limits { balance, today: TODAY, policy: &policy })
}

fn read_promise(changes: &[(&str, &str)]) -> Result<PromiseForm, Vec<Wrong>> {
    let policy = Policy::default();
    let limits = Limits { balance: usd(BALANCE_MINOR), today: TODAY, policy: &policy };
    promise(&typed(&PROMISE, changes), &limits)
}

fn read_dispute(changes: &[(&str, &str)], attached: &[&str]) -> Result<DisputeForm, Vec<Wrong>> {
    let policy = Policy::default();
    let limits = Limits { balance: usd(BALANCE_MINOR), today: TODAY, policy: &policy };
    let attached: Vec<_> = attached.iter().map(|kind| (*kind).to_owned()).collect();
    dispute(&typed(&DISPUTE, changes), &limits, &standard_reasons(), &attached)
}

/// The one thing that is wrong, as field and sentence.
pub(crate) fn only<T: std::fmt::Debug>(read: Result<T, Vec<Wrong>>) -> (String, String) {
    let wrongs = read.unwrap_err();
    assert_eq!(wrongs.len(), 1, "{wrongs:?}");
    let Wrong { field, says } = wrongs.into_iter().next().unwrap();
    (field, says)
}

pub(crate) fn says(field: &str, sentence: &str) -> (String, String) {
    (field.to_owned(), sentence.to_owned())
}

fn fields<T: std::fmt::Debug>(read: Result<T, Vec<Wrong>>) -> Vec<String> {
    read.unwrap_err().into_iter().map(|wrong| wrong.field).collect()
}

#[test]
fn the_first_value_of_a_name_counts() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let typed = Typed(vec![pair("a", "1"), pair("b", ""), pair("a", "2")]);
    assert_eq!((typed.get("a"), typed.get("b"), typed.get("c")), ("1", "", ""));
    assert_eq!(typed.all("a").collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn the_terms_that_were_not_chosen_do_not_matter() {
    let left = [("date_1", "nonsense"), ("amount_9", "-1"), ("date_99", "x")];
    assert!(read_plan(&EQUAL, &left).is_ok());
    assert!(read_plan(&OWN, &[("count", "0"), ("first", "nonsense")]).is_ok());
    assert_eq!(
        read_promise(&[("promised", "full"), ("amount", "x")]).unwrap().amount,
        usd(125_000)
    );
    assert!(read_dispute(&[("disputed", "all"), ("amount", "x")], &[]).is_ok());
}

#[test]
fn a_promise_is_for_a_day_soon_and_for_what_is_owed() {
    let form = read_promise(&[]).unwrap();
    assert_eq!((form.date, form.amount), (date(2026, 12, 23), usd(125_000)), "part may be all");
    assert_eq!((form.contact, form.note), (contact(), None));
    let form = read_promise(&[("note", " By wire.\r\nThanks ")]).unwrap();
    assert_eq!(form.note.as_deref(), Some("By wire.\nThanks"));
    assert!(read_promise(&[("date", "2026-11-23")]).is_ok(), "today");
    let range = "Choose a date from 23 November 2026 to 23 December 2026.";
    for (name, value, sentence) in [
        ("date", "2026-11-22", range),
        ("date", "2026-12-24", range),
        ("date", "", "Choose a date, or write it as 2026-11-30."),
        ("promised", "", "Choose whether you promise the whole balance or a part of it."),
        ("amount", "", "Add an amount, such as 1250.00."),
        ("amount", "1250.01", "Promise at most the balance of $1,250.00."),
        ("amount", "0.49", "The least that can be paid online is $0.50."),
        ("amount", "1.005", "Write the amount with 2 decimals, such as 1250.00."),
    ] {
        assert_eq!(only(read_promise(&[(name, value)])), says(name, sentence), "{value:?}");
    }
}

#[test]
fn a_whole_balance_that_cannot_be_paid_online_is_told() {
    let policy = Policy::default();
    for (balance, sentence) in [
        (usd(49), "The least that can be paid online is $0.50."),
        (usd(100_000_000), "$1,000,000.00 is too much to be paid online at once."),
        (owed(1_234, "KWD"), "Only amounts in steps of 0.010 KWD can be paid online."),
    ] {
        let limits = Limits { balance, today: TODAY, policy: &policy };
        let read = promise(&typed(&PROMISE, &[("promised", "full")]), &limits);
        assert_eq!(only(read), says("promised", sentence));
    }
}

#[test]
fn a_dispute_names_reason_amount_and_what_is_wrong() {
    let form = read_dispute(&[], &[]).unwrap();
    assert_eq!((form.reason.as_str(), form.amount), ("never_received", usd(124_950)));
    assert_eq!((form.description.as_str(), form.contact), ("Two boxes never came.", contact()));
    assert_eq!(read_dispute(&[("disputed", "all")], &[]).unwrap().amount, usd(125_000));
    let describe = "Please describe what is wrong, in a sentence or more.";
    let all = "A part is less than $1,250.00. For the whole balance, choose “All of it”.";
    for (name, value, sentence) in [
        ("reason", "", "Choose a reason."),
        ("reason", "Never received", "Choose a reason."),
        ("disputed", "none", "Choose whether you dispute the whole balance or a part of it."),
        ("amount", "1250", all),
        ("amount", "9000", all),
        ("amount", "-1", "The amount must be more than zero."),
        ("description", "", describe),
        ("description", "  too short", describe),
    ] {
        assert_eq!(only(read_dispute(&[(name, value)], &[])), says(name, sentence), "{value:?}");
    }
    assert!(read_dispute(&[("description", "ten chars!")], &[]).is_ok());
}

#[test]
fn a_reason_asks_for_its_documents() {
    let reason = [("reason", "already_paid")];
    let missing = says("doc-proof_of_payment", "Please attach: Proof of payment.");
    assert_eq!(only(read_dispute(&reason, &[])), missing);
    assert_eq!(only(read_dispute(&reason, &["other", "order"])), missing);
    assert!(read_dispute(&reason, &["other", "proof_of_payment"]).is_ok());
    assert!(read_dispute(&[], &["photo_of_goods", "no such kind"]).is_ok(), "more is welcome");
}

#[test]
fn an_answer_is_words_or_documents() {
    let answered = |text: &str, documents| answer(&typed(&[("answer", text)], &[]), documents);
    assert_eq!(answered(" It came.\r", 0).as_deref(), Ok("It came."));
    assert_eq!(answered(" \r\n", 1).as_deref(), Ok(""));
    let missing = says("answer", "Write an answer, or attach a document.");
    assert_eq!(only(answered(" \n", 0)), missing);
    assert_eq!(answer(&Typed::default(), 2).as_deref(), Ok(""));
    assert_eq!(only(answered("a\0", 1)).0, "answer");
}

#[test]
fn everything_wrong_is_told_at_once_in_the_order_of_the_page() {
    let expect = |before: &[&'static str]| [before, &["name", "email"]].concat();
    let policy = Policy::default();
    let limits = Limits { balance: usd(BALANCE_MINOR), today: TODAY, policy: &policy };
    let nothing = Typed::default();
    assert_eq!(fields(plan(&nothing, &limits)), expect(&["terms", "why"]));
    assert_eq!(fields(promise(&nothing, &limits)), expect(&["date", "promised"]));
    let reasons = standard_reasons();
    let read = dispute(&nothing, &limits, &reasons, &[]);
    assert_eq!(fields(read), expect(&["reason", "disputed", "description"]));

    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let equal = Typed(vec![pair("phone", "no"), pair("terms", "equal")]);
    let wrong = ["count", "interval", "first", "why", "name", "email", "phone"];
    assert_eq!(fields(plan(&equal, &limits)), wrong);
    let own = Typed(vec![pair("amount_2", "x"), pair("amount_1", "1"), pair("terms", "own")]);
    let wrong = ["date_1", "amount_1", "date_2", "amount_2", "why"];
    assert_eq!(fields(plan(&own, &limits)), expect(&wrong));
    let part = Typed(vec![pair("note", "\0"), pair("promised", "part")]);
    assert_eq!(fields(promise(&part, &limits)), expect(&["date", "amount", "note"]));
    let part = Typed(vec![pair("reason", "already_paid"), pair("disputed", "part")]);
    let wrong = ["amount", "description", "doc-proof_of_payment"];
    assert_eq!(fields(dispute(&part, &limits, &reasons, &[])), expect(&wrong));
}

#[test]
fn a_contact_is_somebody_who_can_be_answered() {
    let with = |name, value| read_promise(&[(name, value)]).map(|form| form.contact);
    for phone in ["0100", "+49 (30) 12.34/56-7", "555 0100 x12", "555 0100 EXT 12", " 1 "] {
        assert_eq!(with("phone", phone).unwrap().phone.as_deref(), Some(phone.trim()));
    }
    assert_eq!(with("phone", "  ").unwrap().phone, None);
    for (name, value, sentence) in [
        ("name", "  ", "Add your name."),
        ("email", "", "Add your email address."),
        ("email", "ana", "We cannot send to this address. Write it as name@company.com."),
        (
            "phone",
            "call me",
            "Write the number in digits, such as +1 212 555 0100 ext 12, or leave it empty.",
        ),
    ] {
        assert_eq!(only(with(name, value)), says(name, sentence));
    }
    for phone in ["x", "ext", "1 x 2 x 3", "555-CALL", "+", "٠١٠٠", "1\n2", "1;2"] {
        assert_eq!(only(with("phone", phone)).0, "phone", "{phone:?}");
    }
}

#[test]
fn faults_row_52_an_address_that_mail_cannot_carry_is_refused() {
    for address in [
        "nobody",
        "@x.example",
        "a@",
        "a@localhost",
        "a@@x.example",
        "a b@x.example",
        "Ann <a@x.example>",
        "\"a b\"@x.example",
        "ü@x.example",
        "a@ü.example",
        "a@[127.0.0.1]",
        "a@x.example,b@x.example",
        "a@x.example;b@x.example",
        "a@x.example\r\nBcc: b@x.example",
        "a@x.example\u{202e}",
    ] {
        let wrong = only(read_promise(&[("email", address)]));
        assert_eq!(wrong.0, "email", "{address:?}");
    }
}
