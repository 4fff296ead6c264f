//! The page's tables. Must never depend on what was measured on some machine.
use std::time::Duration;

use super::*;
use crate::callgrind::Counts;
use crate::measure::{Run, SharedRun};

fn figures(times: u32) -> Figures {
    let ms = |count: u32| Duration::from_millis(u64::from(count * times));
    let run = Run {
        first_poll: ms(10),
        init_cpu: ms(5),
        first: ms(4),
        first_cpu: ms(3),
        cold_cpu: ms(8),
        warm: ms(2),
        warm_cpu: ms(1),
        peak_bytes: 1_000_000 * u64::from(times),
    };
    let shared = SharedRun { first: ms(30), first_cpu: ms(3), warm: ms(10), warm_cpu: ms(2) };
    Figures::of(&[run], &[shared], 2_000_000).unwrap()
}

fn results(node: u32) -> Results {
    let counts = Counts { init: 1, cold: 100, warm: 10 };
    let view = Counts { init: 1, cold: 700, warm: 36 };
    let all = [(Subject::Node, node), (Subject::Python, 100)];
    let small = [Subject::Loop, Subject::Hello, Subject::View].map(|one| (one, 1));
    Results {
        rounds: 1,
        warm: 1,
        subjects: small.into_iter().chain(all).map(|(one, times)| (one, figures(times))).collect(),
        no_share: None,
        counts: Some((counts, view)),
    }
}

fn line<'t>(text: &'t str, start: &str) -> &'t str {
    text.lines().find(|line| line.starts_with(&format!("| {start}"))).unwrap()
}

#[test]
fn a_goal_is_met_up_to_its_figure_and_missed_beyond() {
    let text = goals(&results(50)).unwrap();
    assert_eq!(line(&text, "cold CPU at most 1/50").matches("yes").count(), 1);
    assert!(line(&text, "cold start at most 7 times").ends_with("| 7.00 | yes |"));
    assert!(line(&text, "warm view").ends_with("| 3.60 | **no**, 2.86 % too much |"));
    assert!(line(&text, "first request").ends_with("| 3.00 | **no**, 50.0 % too much |"));
    let text = goals(&results(40)).unwrap();
    assert!(line(&text, "cold CPU at most 1/50").contains("| 1/40.0 | **no**"), "{text}");
}

#[test]
fn what_was_not_measured_is_said_and_is_no_goal_met() {
    let mut results = results(50);
    results.counts = None;
    results.no_share = Some("no group".to_owned());
    for figures in results.subjects.values_mut() {
        figures.shared = None;
    }
    let text = goals(&results).unwrap();
    for goal in ["cold start at most", "warm view at most", "first request at most"] {
        assert!(line(&text, goal).ends_with("| not measured | unknown |"));
    }
    assert_eq!(shared(&results).unwrap(), "Not measured: no group.\n");
    results.subjects.remove(&Subject::Python);
    assert!(goals(&results).is_err());
}

#[test]
fn every_figure_stands_with_its_spread_for_every_subject() {
    let text = measured(&results(50)).unwrap();
    for (name, _) in FIGURES {
        assert_eq!(line(&text, name).matches(" to ").count() - name.matches(" to ").count(), 5);
    }
    assert!(line(&text, "CPU of a warm").contains("**50.0** (50.0 to 50.0)"));
}
