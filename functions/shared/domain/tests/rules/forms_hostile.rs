//! Anything at all in any field: taken exactly, or refused at that very field.
//! Must never panic, nor give back what was typed in a sentence.
use domain::Policy;
use domain::form::{Limits, Typed, Wrong, answer, dispute, plan, promise};
use domain::tenant::standard_reasons;
use jiff::ToSpan;
use proptest::prelude::*;

use crate::bench::{BALANCE_MINOR, usd};
use crate::forms::{DISPUTE, EQUAL, OWN, PROMISE, TODAY, owed, typed};

/// The fields of free text, each with its form and its longest value in characters.
const TEXTS: [(Form, &str, usize); 8] = [
    (Form::Equal, "why", 4_000),
    (Form::Own, "why", 4_000),
    (Form::Promise, "note", 1_000),
    (Form::Dispute, "description", 4_000),
    (Form::Answer, "answer", 4_000),
    (Form::Promise, "name", 100),
    (Form::Promise, "email", 254),
    (Form::Promise, "phone", 40),
];

#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    Equal,
    Own,
    Promise,
    Dispute,
    Answer,
}

impl Form {
    fn filled(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Equal => &EQUAL,
            Self::Own => &OWN,
            Self::Promise => &PROMISE,
            Self::Dispute => &DISPUTE,
            Self::Answer => &[("answer", "It came.")],
        }
    }
}

/// What a form with that value in that field keeps of it; of figures, what they are.
pub(crate) fn with(form: Form, name: &str, value: &str) -> Result<String, Vec<Wrong>> {
    let policy = Policy::default();
    let limits = Limits { balance: usd(BALANCE_MINOR), today: TODAY, policy: &policy };
    let typed = typed(form.filled(), &[(name, value)]);
    let (kept, contact) = match form {
        Form::Equal | Form::Own => {
            let form = plan(&typed, &limits)?;
            (form.reason, form.contact)
        }
        Form::Promise => {
            let form = promise(&typed, &limits)?;
            let kept = match name {
                "date" => form.date.to_string(),
                "amount" => form.amount.to_string(),
                _ => form.note.unwrap_or_default(),
            };
            (kept, form.contact)
        }
        Form::Dispute => {
            let form = dispute(&typed, &limits, &standard_reasons(), &[])?;
            let kept = if name == "amount" { form.amount.to_string() } else { form.description };
            (kept, form.contact)
        }
        Form::Answer => return answer(&typed, 0),
    };
    Ok(match name {
        "name" => contact.name,
        "email" => contact.email,
        "phone" => contact.phone.unwrap_or_default(),
        _ => kept,
    })
}

fn check_sentences(wrongs: &[Wrong]) {
    for Wrong { field, says } in wrongs {
        assert!(says.ends_with('.') && says.len() < 300, "a sentence: {field} {says:?}");
        assert!(!says.chars().any(char::is_control), "on one line: {says:?}");
    }
}

/// The value is refused, at its own field alone.
pub(crate) fn check_refused(form: Form, name: &str, value: &str) {
    let wrongs = with(form, name, value).unwrap_err();
    assert_eq!(wrongs.len(), 1, "{name}: {wrongs:?}");
    assert_eq!(wrongs[0].field, name);
    check_sentences(&wrongs);
}

/// What is kept of a text: line ends as LF, and no space around it.
fn tidy(value: &str) -> String {
    value.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

#[test]
fn faults_row_48_every_script_comes_through_unchanged() {
    for text in [
        "Ærø & Søn, straße",
        "株式会社 請求書について",
        "שלום לך, הפקדנו",
        "فاتورة خاطئة جدا",
        "left \u{202e}thgir\u{202c} left",
        "👩‍👩‍👧‍👦🏴‍☠️ family of four",
        "e\u{301} is not é, and both stay",
        "\u{feff}zero\u{200b}width\u{ad}",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "\u{10ffff}\u{fffd}\u{e000} private",
        "a\u{2028}line of its own",
    ] {
        for (form, name, _) in &TEXTS[..6] {
            assert_eq!(with(*form, name, text).unwrap(), text, "{name}");
        }
    }
}

#[test]
fn faults_row_48_lines_end_alike_and_nothing_else_changes() {
    for (form, name, _) in &TEXTS[..5] {
        let kept = with(*form, name, " \r\none\r\ntwo\rthree\n\n\tfour \u{3000}\r").unwrap();
        assert_eq!(kept, "one\ntwo\nthree\n\n\tfour", "{name}");
    }
}

#[test]
fn faults_row_48_a_control_character_is_refused_at_its_field() {
    for (form, name, _) in TEXTS {
        for control in ['\0', '\u{1}', '\u{8}', '\u{b}', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}'] {
            check_refused(form, name, &format!("before{control}after"));
        }
    }
    for name in ["name", "email", "phone"] {
        for value in ["1\n2", "1\r\nBcc: b@x.example", "1\t2"] {
            check_refused(Form::Promise, name, value);
        }
    }
    let wrongs = with(Form::Equal, "why", "a\0b").unwrap_err();
    assert!(wrongs[0].says.contains("contains a character that cannot be stored"));
}

#[test]
fn faults_row_48_lengths_are_bounded_to_the_character() {
    for (form, name, most) in &TEXTS[..6] {
        for unit in ["x", "ß", "株", "🏴"] {
            assert!(with(*form, name, &unit.repeat(*most)).is_ok(), "{name}");
            check_refused(*form, name, &unit.repeat(most + 1));
        }
    }
    assert!(with(Form::Promise, "phone", &"1".repeat(40)).is_ok());
    check_refused(Form::Promise, "phone", &"1".repeat(41));
    let host = format!("{}.{}.{}.example", "a".repeat(60), "b".repeat(60), "c".repeat(60));
    let address = |local: usize| format!("{}@{host}", "a".repeat(local));
    let most = 254 - host.len() - 1;
    assert!(with(Form::Promise, "email", &address(most)).is_ok());
    check_refused(Form::Promise, "email", &address(most + 1));
}

#[test]
fn faults_row_48_a_megabyte_is_refused_at_its_field() {
    for unit in ["x", "1", "\r\n.", "\u{202e}", "🏴"] {
        let value = unit.repeat((1 << 20) / unit.len());
        for (form, name, _) in TEXTS {
            check_refused(form, name, &value);
        }
        for name in ["date", "promised", "amount"] {
            check_refused(Form::Promise, name, &value);
        }
        for name in ["terms", "count", "interval", "first"] {
            check_refused(Form::Equal, name, &value);
        }
        check_refused(Form::Dispute, "reason", &value);
        check_refused(Form::Dispute, "disputed", &value);
    }
}

/// A value that may be right, nearly right, or anything.
fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9]{0,3}[0-9,.+-]{0,20}",
        "202[67]-[01][0-9]-[0-3][0-9]",
        "(equal|own|weekly|two_weeks|monthly|full|part|all|already_paid|other)",
        "[ \\t\\r\\n\\x00-\\x1f]{0,4}[a-zé株👩\\u{202e}\\u{200d}]{0,12}[ \\r\\n]{0,3}",
        Just("9223372036854775807".to_owned()),
    ]
}

fn characters() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..300).prop_map(String::from_iter)
}

const FORMS: [Form; 4] = [Form::Equal, Form::Own, Form::Promise, Form::Dispute];
const NAMES: [&str; 16] = [
    "name",
    "email",
    "phone",
    "terms",
    "count",
    "interval",
    "first",
    "why",
    "date",
    "promised",
    "amount",
    "note",
    "reason",
    "disputed",
    "description",
    "answer",
];

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(&NAMES[..]).prop_map(str::to_owned),
        "(date|amount)_[0-9]{1,2}",
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn faults_row_48_any_text_is_kept_exactly_or_refused_at_its_field(
        index in 0..TEXTS.len(),
        value in prop_oneof![any::<String>(), values(), characters()],
    ) {
        let (form, name, most) = TEXTS[index];
        let tidy = tidy(&value);
        match with(form, name, &value) {
            Ok(kept) => prop_assert_eq!(kept, tidy),
            Err(wrongs) => {
                check_sentences(&wrongs);
                prop_assert_eq!(wrongs.len(), 1);
                prop_assert_eq!(wrongs[0].field.as_str(), name);
                let control = tidy.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
                let short = tidy.chars().count() < 10;
                let strict = ["name", "email", "phone"].contains(&name);
                prop_assert!(control || short || strict || tidy.chars().count() > most);
            }
        }
    }

    #[test]
    fn any_form_is_taken_within_its_limits_or_told_to_be_wrong(
        pairs in proptest::collection::vec((names(), values()), 0..20),
        filled in proptest::sample::select(&FORMS[..]),
        minor in prop_oneof![Just(BALANCE_MINOR), any::<i64>()],
        code in proptest::sample::select(&["USD", "JPY", "KWD", "CLF", "MGA"][..]),
        day in prop_oneof![Just(0), -2_000_000..3_000_000_i32],
        policy in (any::<[u8; 2]>(), any::<i64>(), any::<u16>()),
    ) {
        let today = TODAY.saturating_add(day.days());
        let policy = Policy {
            instalments_max: u16::from(policy.0[0]),
            term_days_max: u16::from(policy.0[1]),
            instalment_min: policy.1,
            promise_days_max: policy.2,
            ..Policy::default()
        };
        let limits = Limits { balance: owed(minor, code), today, policy: &policy };
        let changes: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let typed: Typed = typed(filled.filled(), &changes);

        match plan(&typed, &limits) {
            Ok(form) => {
                let sum: i128 = form.instalments.iter().map(|i| i128::from(i.amount.minor)).sum();
                prop_assert_eq!(sum, i128::from(minor));
                let most = usize::from(policy.instalments_max);
                prop_assert!((2..=most).contains(&form.instalments.len()));
                prop_assert!(form.instalments.windows(2).all(|pair| pair[0].due < pair[1].due));
                prop_assert!(form.instalments.iter().all(|i| i.amount.to_stripe().is_ok()));
                prop_assert!(form.instalments.iter().all(|i| i.due >= today));
            }
            Err(wrongs) => check_sentences(&wrongs),
        }
        match promise(&typed, &limits) {
            Ok(form) => {
                prop_assert!(form.date >= today && form.amount.minor <= minor);
                prop_assert!(form.amount.to_stripe().is_ok());
            }
            Err(wrongs) => check_sentences(&wrongs),
        }
        let reasons = standard_reasons();
        match dispute(&typed, &limits, &reasons, &[]) {
            Ok(form) => prop_assert!(reasons.iter().any(|reason| reason.code == form.reason)),
            Err(wrongs) => check_sentences(&wrongs),
        }
        let _ = answer(&typed, pairs.len());
    }
}
