//! What an act asks for, and what its refusal says. Must never be taken for another act.
use super::*;
use crate::act::refused::{needs_controller, stage};

const CASE: &str = "/invoices/1/cases/2/";

/// The act, or the status of its refusal.
fn read(verb: &str, body: &str) -> Result<Act, u16> {
    read_as(verb, "application/json", body)
}

fn read_as(verb: &str, content_type: &str, body: &str) -> Result<Act, u16> {
    let request = request(&format!("{CASE}{verb}"), &[], Some((content_type, body)));
    let wish = Verb::of(&request).unwrap().read(&request).map_err(|reply| reply.status())?;
    wish.act("operator-1", usd(1).currency).map_err(|reply| reply.status())
}

#[test]
fn an_owner_is_given_by_name_or_taken_away_by_name() {
    let to = |owner: &str| Ok(Act::Assign(Some(owner.to_owned())));
    let longest = "x".repeat(128);
    for (body, expected) in [
        (r#"{"owner":"me"}"#.to_owned(), to("operator-1")),
        (r#" {"owner":"operator-2"}"#.to_owned(), to("operator-2")),
        (format!(r#"{{"owner":"{longest}"}}"#), to(&longest)),
        (format!(r#"{{"owner":"{longest}x"}}"#), Err(400)),
        (r#"{"owner":null}"#.to_owned(), Ok(Act::Assign(None))),
        ("{}".to_owned(), Err(400)),
        (r#"{"owner":"nobody"}"#.to_owned(), Err(400)),
        (r#"{"owner":""}"#.to_owned(), Err(400)),
        (r#"{"owner":"a b"}"#.to_owned(), Err(400)),
        (r#"{"owner":7}"#.to_owned(), Err(400)),
        (r#"{"owner":"me","mail":true}"#.to_owned(), Err(400)),
        (r#"{"owner":"me","owner":null}"#.to_owned(), Err(400)),
        (r#"["me"]"#.to_owned(), Err(400)),
        (r#""me""#.to_owned(), Err(400)),
        ("{".to_owned(), Err(400)),
        (String::new(), Err(400)),
    ] {
        assert_eq!(read("owner", &body), expected, "{body}");
    }
}

#[test]
fn a_question_is_sent_as_written() {
    let ask = |text: &str| Ok(Act::Ask(text.to_owned()));
    let longest = "ü".repeat(2_000);
    let escaped = "\\ud83d\\ude00".repeat(2_000);
    for (text, expected) in [
        ("Which order?", ask("Which order?")),
        (r" One\r\ntwo\rthree\n", ask("One\ntwo\nthree")),
        ("<b>&amp;</b>", ask("<b>&amp;</b>")),
        (longest.as_str(), ask(&longest)),
        (escaped.as_str(), ask(&"😀".repeat(2_000))),
        (&format!("{longest}x"), Err(400)),
        ("", Err(400)),
        (r" \n\t ", Err(400)),
        (r"a\u0000b", Err(400)),
        (r"a\u001bb", Err(400)),
        (r"a\ud800b", Err(400)),
    ] {
        assert_eq!(read("question", &format!(r#"{{"text":"{text}"}}"#)), expected);
    }
}

#[test]
fn each_decision_has_its_word_and_always_a_note() {
    let note = || "Because.".to_owned();
    let part = DisputeVerdict::PartlyAccept(usd(1_250));
    for (fields, expected) in [
        (r#""decision":"approve""#, Ok(Act::DecidePlan(PlanVerdict::Approve, note()))),
        (r#""decision":"decline""#, Ok(Act::DecidePlan(PlanVerdict::Decline, note()))),
        (r#""decision":"accept""#, Ok(Act::DecideDispute(DisputeVerdict::Accept, note()))),
        (r#""decision":"reject""#, Ok(Act::DecideDispute(DisputeVerdict::Reject, note()))),
        (r#""decision":"partly_accept","credited":"12.50""#, Ok(Act::DecideDispute(part, note()))),
        (r#""decision":"partly_accept""#, Err(400)),
        (r#""decision":"partly_accept","credited":null"#, Err(400)),
        (r#""decision":"partly_accept","credited":12.5"#, Err(400)),
        (r#""decision":"partly_accept","credited":"12,50""#, Err(422)),
        (r#""decision":"partly_accept","credited":"0""#, Err(422)),
        (r#""decision":"partly_accept","credited":"-1""#, Err(422)),
        (r#""decision":"partly_accept","credited":"1.005""#, Err(422)),
        (r#""decision":"accept","credited":"12.50""#, Err(400)),
        (r#""decision":"Approve""#, Err(400)),
        (r#""decision":"approve","decision":"decline""#, Err(400)),
        (r#""decision":"approve","force":true"#, Err(400)),
        (r#""decision":null"#, Err(400)),
    ] {
        let body = format!(r#"{{{fields},"note":"Because."}}"#);
        assert_eq!(read("decision", &body), expected, "{fields}");
    }
    for body in [r#"{"decision":"approve"}"#, r#"{"decision":"approve","note":" "}"#] {
        assert_eq!(read("decision", body), Err(400), "{body}");
    }
}

#[test]
fn faults_row_51_other_bodies_are_refused_by_our_own_code() {
    let body = r#"{"owner":null}"#;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        assert_eq!(read_as("owner", content_type, body), Err(415), "{content_type}");
    }
    assert_eq!(read_as("owner", "application/json; charset=utf-8", body), Ok(Act::Assign(None)));
    assert_eq!(read("question", &" ".repeat(10_000_000)), Err(413));
    let deep = format!(r#"{{"text":{}{}}}"#, "[".repeat(9_000), "]".repeat(9_000));
    assert_eq!(read("question", &deep), Err(400));
}

#[test]
fn an_address_names_its_act_and_its_task() {
    for (path, expected) in [
        ("owner", Some(Task::WorkCases)),
        ("question", Some(Task::WorkCases)),
        ("decision/", Some(Task::DecideCases)),
        ("decisions", None),
        ("", None),
    ] {
        let request = request(&format!("{CASE}{path}"), &[], None);
        assert_eq!(Verb::of(&request).map(Verb::task), expected, "{path}");
    }
    let mut nobody = request(CASE, &[], None);
    nobody.extensions_mut().clear();
    assert_eq!(Operator::of(&nobody, Task::ReadCases), Err(Denied::NoOperator));
}

#[test]
fn a_refusal_says_what_to_do_instead() {
    let accept = Act::DecideDispute(DisputeVerdict::Accept, "Yes.".to_owned());
    let approve = Act::DecidePlan(PlanVerdict::Approve, "Yes.".to_owned());
    let (ask, assign) = (Act::Ask("Which?".to_owned()), Act::Assign(None));
    let title = |act: &Act, case: &Case| stage(act, case).0;
    let mut case = dispute(CaseState::Submitted, Vec::new());
    assert_eq!(title(&approve, &case), "A dispute");
    case.state = CaseState::Asked;
    case.questions = vec![Question {
        text: "Which?".to_owned(),
        asked_by: "operator-1".to_owned(),
        asked_at: now(),
        answer: None,
    }];
    assert_eq!(title(&ask, &case), "Question open");
    case.state = CaseState::Rejected;
    let (by, note) = ("operator-1".to_owned(), "No.".to_owned());
    case.decision = Some(Decision { by, at: now(), note, credited: None });
    assert_eq!(title(&accept, &case), "Already decided");
    assert_eq!(title(&approve, &case), "Already decided");
    assert_eq!(title(&ask, &case), "Already decided");
    assert_eq!(title(&assign, &case), "Case closed");
    case.state = CaseState::Settled;
    case.decision = None;
    assert_eq!(title(&ask, &case), "Case closed");
    assert_eq!(title(&accept, &case), "Case closed");
}

#[test]
fn the_limit_of_plans_is_named_with_its_currency() {
    let kwd = Amount::of_units(500, Currency::parse("KWD").unwrap());
    let says = |limit| {
        let response = needs_controller(limit).into_response();
        String::from_utf8(response.body().as_ref().to_vec()).unwrap()
    };
    assert!(says(Some(kwd)).contains("Plans over 500.000 KWD are approved by"));
    assert!(says(Some(usd(5_000_000))).contains("Plans over $50,000.00 are approved by"));
    assert!(says(None).contains("Plans of this size are approved by"));
}
