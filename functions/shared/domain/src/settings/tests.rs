//! Promises of the settings: what may be changed, how far, and what is told of it.
//! Must never need a table.
use super::*;
use crate::tenant::{Evidence, standard_reasons};
use crate::{Policy, mail_template};

fn tenant() -> Tenant {
    Tenant {
        id: "northwind".to_owned(),
        name: "Northwind Works".to_owned(),
        brand_colour: "#0f766e".to_owned(),
        zone: "America/New_York".to_owned(),
        stripe_account: Some("acct_1".to_owned()),
        country: "US".to_owned(),
        sender: "billing@northwind.example".to_owned(),
        reply_to: "help@northwind.example".to_owned(),
        policy: Policy::default(),
        reasons: standard_reasons(),
        holidays: Vec::new(),
        mail: None,
    }
}

fn wish(json: &str) -> Wish {
    serde_json::from_str(json).unwrap()
}

/// The fields of everything that is wrong, in order.
fn errors(json: &str) -> Vec<String> {
    let errors = tenant().with(&wish(json)).err().unwrap_or_default();
    assert!(errors.iter().all(|error| error.reason.ends_with('.')), "{errors:?}");
    errors.into_iter().map(|error| error.field).collect()
}

#[test]
fn what_is_left_out_stays() {
    assert_eq!(tenant().with(&Wish::default()), Ok(tenant()));
    assert_eq!(tenant().with(&wish(r#"{"tenant":{},"policy":{}}"#)), Ok(tenant()));
    assert!(parts(&tenant(), &tenant()).is_empty() && changes(&tenant(), &tenant()).is_empty());
}

#[test]
fn every_part_is_changed_and_told_with_what_it_was() {
    let standard = mail_template::standard("Northwind Works");
    for (json, part, field, from, to) in [
        (r#"{"tenant":{"name":" N&W "}}"#, Part::Tenant, "tenant.name", "Northwind Works", "N&W"),
        (
            r##"{"tenant":{"brand_colour":"#4f46e5"}}"##,
            Part::Tenant,
            "tenant.brand_colour",
            "#0f766e",
            "#4f46e5",
        ),
        (
            r#"{"tenant":{"zone":"Europe/Berlin"}}"#,
            Part::Tenant,
            "tenant.zone",
            "America/New_York",
            "Europe/Berlin",
        ),
        (
            r#"{"tenant":{"reply_to":"ar@northwind.example"}}"#,
            Part::Tenant,
            "tenant.reply_to",
            "help@northwind.example",
            "ar@northwind.example",
        ),
        (r#"{"policy":{"instalments_max":6}}"#, Part::Policy, "policy.instalments_max", "12", "6"),
        (r#"{"policy":{"term_days_max":90}}"#, Part::Policy, "policy.term_days_max", "366", "90"),
        (r#"{"policy":{"instalment_min":1}}"#, Part::Policy, "policy.instalment_min", "25", "1"),
        (r#"{"policy":{"approval_limit":0}}"#, Part::Policy, "policy.approval_limit", "50000", "0"),
        (
            r#"{"policy":{"promise_days_max":365}}"#,
            Part::Policy,
            "policy.promise_days_max",
            "30",
            "365",
        ),
        (
            r#"{"holidays":["2026-12-25","2026-11-26","2026-12-25"]}"#,
            Part::Holidays,
            "holidays",
            "",
            "2026-11-26, 2026-12-25",
        ),
        (r#"{"mail":{"subject":"S","body":"{pay_link}"}}"#, Part::Mail, "mail.subject", "", "S"),
    ] {
        let next = tenant().with(&wish(json)).unwrap();
        assert_eq!(parts(&tenant(), &next), [part], "{json}");
        let told = changes(&tenant(), &next);
        assert_eq!(
            told[0],
            Changed { field: field.to_owned(), from: from.to_owned(), to: to.to_owned() }
        );
        assert_eq!(told.len(), if part == Part::Mail { 2 } else { 1 }, "{told:?}");
    }
    let written = Tenant { mail: Some(standard), ..tenant() };
    assert_eq!(written.with(&wish(r#"{"mail":null}"#)), Ok(tenant()), "null goes back");
    assert_eq!(written.with(&wish("{}")), Ok(written.clone()), "and nothing does not");
    let own = MailWish::Own(mail_template::standard("Northwind Works"));
    let sent_back = Wish { mail: own, ..Wish::default() };
    assert_eq!(tenant().with(&sent_back), Ok(tenant()), "as it was shown");
    assert_eq!(written.with(&sent_back), Ok(written.clone()));
}

#[test]
fn the_standard_words_stay_so_under_the_old_name_and_the_new_one() {
    for (name, stay) in [("Northwind Works", true), ("N&W", true), ("Southwind", false)] {
        let mail = MailWish::Own(mail_template::standard(name));
        let renamed = Wish { mail, ..wish(r#"{"tenant":{"name":"N&W"}}"#) };
        let next = tenant().with(&renamed).unwrap();
        assert_eq!((next.name.as_str(), next.mail.is_none()), ("N&W", stay), "{name}");
    }
}

#[test]
fn reasons_are_replaced_as_a_whole() {
    let json = r#"{"reasons":[{"code":"late","label":"It came late","documents":
                   [{"code":"order","label":"Your order"}]}]}"#;
    let next = tenant().with(&wish(json)).unwrap();
    let evidence = Evidence { code: "order".to_owned(), label: "Your order".to_owned() };
    assert_eq!(next.reasons.len(), 1);
    assert_eq!(next.reasons[0].documents, [evidence]);
    let told = changes(&tenant(), &next);
    assert_eq!(told[0].to, "late \"It came late\" [order \"Your order\"]");
}

#[test]
fn each_wrong_value_is_told_at_its_field() {
    let long = "x".repeat(81);
    for (json, fields) in [
        (r#"{"tenant":{"name":" "}}"#.to_owned(), vec!["tenant.name"]),
        (format!(r#"{{"tenant":{{"name":"{long}"}}}}"#), vec!["tenant.name"]),
        (r#"{"tenant":{"name":"a\nb"}}"#.to_owned(), vec!["tenant.name"]),
        (r#"{"tenant":{"brand_colour":"red"}}"#.to_owned(), vec!["tenant.brand_colour"]),
        (r##"{"tenant":{"brand_colour":"#ffd700"}}"##.to_owned(), vec!["tenant.brand_colour"]),
        (r#"{"tenant":{"zone":"Mars/Base"}}"#.to_owned(), vec!["tenant.zone"]),
        (r#"{"tenant":{"zone":""}}"#.to_owned(), vec!["tenant.zone"]),
        (r#"{"tenant":{"reply_to":"nobody"}}"#.to_owned(), vec!["tenant.reply_to"]),
        (r#"{"tenant":{"sender":"x@y.example"}}"#.to_owned(), vec!["tenant.sender"]),
        (r#"{"tenant":{"country":"DE"}}"#.to_owned(), vec!["tenant.country"]),
        (r#"{"tenant":{"stripe_connected":false}}"#.to_owned(), vec!["tenant.stripe_connected"]),
        (r#"{"policy":{"instalments_max":1}}"#.to_owned(), vec!["policy.instalments_max"]),
        (r#"{"policy":{"instalments_max":65538}}"#.to_owned(), vec!["policy.instalments_max"]),
        (r#"{"policy":{"term_days_max":0}}"#.to_owned(), vec!["policy.term_days_max"]),
        (r#"{"policy":{"instalment_min":0}}"#.to_owned(), vec!["policy.instalment_min"]),
        (r#"{"policy":{"approval_limit":-1}}"#.to_owned(), vec!["policy.approval_limit"]),
        (r#"{"policy":{"promise_days_max":366}}"#.to_owned(), vec!["policy.promise_days_max"]),
        (r#"{"reasons":[]}"#.to_owned(), vec!["reasons"]),
        (
            r#"{"reasons":[{"code":"a","label":"A"},{"code":"a","label":"B"}]}"#.to_owned(),
            vec!["reasons.1.code"],
        ),
        (
            r#"{"reasons":[{"code":"A b","label":""}]}"#.to_owned(),
            vec!["reasons.0.code", "reasons.0.label"],
        ),
        (
            r#"{"reasons":[{"code":"a","label":"A","documents":[{"code":"d","label":"D"},
               {"code":"d","label":"D"}]}]}"#
                .to_owned(),
            vec!["reasons.0.documents.1.code"],
        ),
        (r#"{"holidays":["2026-12-25","25.12.2026"]}"#.to_owned(), vec!["holidays.1"]),
        (r#"{"holidays":["0206-12-25"]}"#.to_owned(), vec!["holidays.0"]),
        (r#"{"mail":{"subject":"","body":""}}"#.to_owned(), vec!["mail.subject", "mail.body"]),
    ] {
        assert_eq!(errors(&json), fields, "{json}");
    }
}

#[test]
fn what_is_set_up_elsewhere_may_be_sent_along_as_it_is() {
    let json = r#"{"tenant":{"sender":"billing@northwind.example","country":"US",
                   "stripe_connected":true,"name":"N"}}"#;
    assert_eq!(tenant().with(&wish(json)).unwrap().name, "N");
}

#[test]
fn a_field_that_nobody_knows_is_no_wish() {
    for json in [
        r#"{"polcy":{}}"#,
        r#"{"policy":{"instalments":3}}"#,
        r#"{"tenant":{"id":"southwind"}}"#,
        r#"{"tenant":{"stripe_account":"acct_2"}}"#,
        r#"{"policy":{"instalments_max":"3"}}"#,
        r#"{"policy":{"instalments_max":3.5}}"#,
    ] {
        assert!(serde_json::from_str::<Wish>(json).is_err(), "{json}");
    }
}
