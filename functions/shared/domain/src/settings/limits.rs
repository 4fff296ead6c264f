//! Bounds of a policy and of the list of reasons.
//! Must never let a policy through that no payer can keep, or a code that is there twice.
use std::collections::BTreeSet;

use super::{FieldError, PolicyWish, wrong};
use crate::{Policy, Reason};

/// Reasons of one seller.
const REASONS_MAX: usize = 20;
/// Documents that one reason asks for; a dispute takes ten files.
const DOCUMENTS_MAX: usize = 5;
/// Longest code, in characters.
const CODE_MAX: usize = 40;
/// Longest label, in characters.
const LABEL_MAX: usize = 80;
/// Largest amount of a policy, in whole units of a currency.
const UNITS_MAX: i64 = 1_000_000_000;

pub(super) fn check_policy(next: &mut Policy, wish: &PolicyWish, errors: &mut Vec<FieldError>) {
    let mut count = |field: &str, value: Option<i64>, to: &mut u16, (least, most): (i64, i64)| {
        let Some(value) = value else { return };
        match u16::try_from(value).ok().filter(|_| (least..=most).contains(&value)) {
            Some(value) => *to = value,
            None => errors.push(out_of(field, (least, most))),
        }
    };
    count("policy.instalments_max", wish.instalments_max, &mut next.instalments_max, (2, 60));
    count("policy.term_days_max", wish.term_days_max, &mut next.term_days_max, (1, 1_830));
    count("policy.promise_days_max", wish.promise_days_max, &mut next.promise_days_max, (1, 365));
    let mut units = |field: &str, value: Option<i64>, to: &mut i64, least: i64| {
        let Some(value) = value else { return };
        if (least..=UNITS_MAX).contains(&value) {
            *to = value;
        } else {
            errors.push(out_of(field, (least, UNITS_MAX)));
        }
    };
    units("policy.instalment_min", wish.instalment_min, &mut next.instalment_min, 1);
    units("policy.approval_limit", wish.approval_limit, &mut next.approval_limit, 0);
}

fn out_of(field: &str, (least, most): (i64, i64)) -> FieldError {
    wrong(field, &format!("Use a whole number from {least} to {most}."))
}

pub(super) fn check_reasons(reasons: &[Reason], errors: &mut Vec<FieldError>) {
    if !(1..=REASONS_MAX).contains(&reasons.len()) {
        errors.push(wrong("reasons", "Keep 1 to 20 reasons."));
        return;
    }
    let mut seen = BTreeSet::new();
    for (place, reason) in reasons.iter().enumerate() {
        let field = format!("reasons.{place}");
        check_word(&field, (&reason.code, &reason.label), &mut seen, errors);
        if reason.documents.len() > DOCUMENTS_MAX {
            errors.push(wrong(&format!("{field}.documents"), "Ask for at most 5 documents."));
            continue;
        }
        let mut seen = BTreeSet::new();
        for (place, document) in reason.documents.iter().enumerate() {
            let field = format!("{field}.documents.{place}");
            check_word(&field, (&document.code, &document.label), &mut seen, errors);
        }
    }
}

/// A code that is its own, and a label that payers can read.
fn check_word<'w>(
    field: &str,
    (code, label): (&'w str, &str),
    seen: &mut BTreeSet<&'w str>,
    errors: &mut Vec<FieldError>,
) {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !(1..=CODE_MAX).contains(&code.len()) || !code.bytes().all(plain) {
        let reason = "Use 1 to 40 of a-z, 0-9 and _, such as already_paid.";
        errors.push(wrong(&format!("{field}.code"), reason));
    } else if !seen.insert(code) {
        errors.push(wrong(&format!("{field}.code"), "This code is there twice."));
    }
    let length = label.trim().chars().take(LABEL_MAX.saturating_add(1)).count();
    if !(1..=LABEL_MAX).contains(&length) || label.chars().any(char::is_control) {
        errors.push(wrong(&format!("{field}.label"), "Use one line of 1 to 80 characters."));
    }
}
