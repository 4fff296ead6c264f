//! Dates, counts and reasons in a payer's words.
//! Must never show a payer a code of Stripe's.
use domain::{Fact, words};

use crate::bench::{Bench, instant, usd};
use crate::case_bench::{date, document};

#[test]
fn a_date_is_the_sellers_and_written_out() {
    let mut seller = Bench::linked().file.invoice.seller;
    assert_eq!(words::date(date("2026-12-01")), "1 December 2026");
    for (zone, shown) in [
        ("America/New_York", "30 November 2026"),
        ("Asia/Tokyo", "1 December 2026"),
        ("Not/A_Zone", "1 December 2026"),
    ] {
        zone.clone_into(&mut seller.zone);
        assert_eq!(words::date_of(instant("2026-12-01T04:59:59Z"), &seller), shown, "{zone}");
    }
}

#[test]
fn one_day_is_a_day_and_all_others_are_days() {
    for (days, shown) in [
        (1, "1 day overdue"),
        (2, "2 days overdue"),
        (21, "21 days overdue"),
        (0, "0 days overdue"),
    ] {
        assert_eq!(words::overdue(days), shown);
    }
}

#[test]
fn an_amount_says_its_currency_by_sign_or_code() {
    let amount = |minor, code: &str| {
        let currency = domain::Currency::parse(code).unwrap();
        words::amount(domain::Amount { minor, currency })
    };
    assert_eq!(words::amount(usd(125_000)), "$1,250.00");
    assert_eq!(amount(125_000, "GBP"), "£1,250.00");
    assert_eq!(amount(1_250, "KWD"), "1.250 KWD");
    assert_eq!(amount(-1_250, "KWD"), "-1.250 KWD");
}

#[test]
fn every_reason_a_bank_gives_is_one_sentence_of_its_own() {
    let known = [
        (&["insufficient_funds"][..], "enough money"),
        (&["expired_card"], "expired"),
        (&["incorrect_cvc", "invalid_cvc"], "security code"),
        (&["incorrect_number", "invalid_number"], "card number"),
        (&["account_closed", "bank_account_closed"], "is closed"),
        (&["no_account"], "no such account"),
        (&["debit_not_authorized"], "did not allow"),
        (&["generic_decline", "", "no_such_code"], "did not say why"),
    ];
    for (codes, says) in known {
        for code in codes {
            let sentence = words::failure(code);
            assert!(sentence.contains(says) && sentence.ends_with('.'), "{code}: {sentence}");
            assert!(!sentence.contains('_'), "{code}: {sentence}");
        }
    }
}

#[test]
fn a_dispute_keeps_its_reasons_words_and_tells_how_many_documents_came() {
    for count in [0_u16, 1, 2] {
        let mut bench = Bench::linked();
        let form = bench.moment.fresh_id();
        let documents = vec![document("aa"); usize::from(count)];
        let proposal = bench.dispute("");
        let sent = domain::submit::Submission { form, proposal, documents };
        assert_eq!(bench.send(bench.link(), &sent), Ok(true));
        let told = bench.entries.iter().find_map(|entry| match &entry.fact {
            Fact::DisputeSubmitted { reason, documents, .. } => Some((reason.as_str(), *documents)),
            _ => None,
        });
        assert_eq!(told, Some(("duplicate", count)));
        let domain::case::Matter::Dispute(dispute) = &bench.case().matter else { unreachable!() };
        assert_eq!(dispute.label, "We were billed twice for the same");
    }
}

#[test]
fn a_sellers_reason_is_found_by_its_code_alone() {
    let tenant = crate::bench::tenant();
    let label = |code: &str| tenant.reason(code).map(|reason| reason.label.as_str());
    assert_eq!(label("other"), Some("Something else"));
    assert_eq!(label("already_paid"), Some("We have already paid"));
    assert_eq!(label("Other"), None);
    assert_eq!(label(""), None);
}
