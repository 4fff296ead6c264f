//! The page `docs/bench.md`: tables of what was measured, against each other and against the goals.
//! Must never show a goal as met that is not, nor a figure without its spread.
use std::fmt::Write as _;

use crate::limits::times;
use crate::results::{Figures, Results};
use crate::spread::{Spread, short};
use crate::subject::Subject;
use crate::trouble::Trouble;

/// Where and with what it was measured.
#[derive(Debug)]
pub struct Machine {
    /// Such as `30 November 2026`.
    pub date: String,
    /// Its processor and how many of them.
    pub processor: String,
    /// Versions of everything that is measured.
    pub versions: Vec<String>,
}

type Figure = fn(&Figures) -> &Spread;
type Shown = fn(f64) -> String;

const FIGURES: [(&str, Figure); 8] = [
    ("start to first poll, ms", |one| &one.first_poll_ms),
    ("CPU of init, ms", |one| &one.init_cpu_ms),
    ("CPU from start to first answer, ms", |one| &one.cold_cpu_ms),
    ("first request, ms", |one| &one.first_ms),
    ("CPU of the first request, ms", |one| &one.first_cpu_ms),
    ("warm request, ms", |one| &one.warm_ms),
    ("CPU of a warm request, ms", |one| &one.warm_cpu_ms),
    ("peak memory, MB", |one| &one.peak_mb),
];

/// The whole page.
///
/// # Errors
/// [`Trouble::Missing`] if a subject was not measured.
pub fn page(results: &Results, machine: &Machine) -> Result<String, Trouble> {
    let mut text = String::from(INTRODUCTION);
    // Writing to a String cannot fail.
    let (rounds, warm) = (results.rounds, results.warm);
    let _ = write!(
        text,
        "\nMeasured on {}, by {rounds} starts of each, in turns, with {warm} warm requests a start. \
         Each figure is the median of the starts, and in brackets the least and the most.\n\n",
        machine.date
    );
    text.push_str(&measured(results)?);
    text.push_str("\n## Against each other\n\n");
    text.push_str(&ratios(results)?);
    text.push_str("\n## At a 128 MB function's share of a core\n\n");
    text.push_str(&shared(results)?);
    text.push_str("\n## Against our goals\n\n");
    text.push_str(&goals(results)?);
    text.push_str(NOT_MEASURED);
    let _ = write!(text, "\n## The machine\n\n- {}\n", machine.processor);
    for version in &machine.versions {
        let _ = writeln!(text, "- {version}");
    }
    Ok(text)
}

fn of(results: &Results, subject: Subject) -> Result<&Figures, Trouble> {
    let missing = || Trouble::Missing(format!("{} was not measured", subject.name()));
    results.subjects.get(&subject).ok_or_else(missing)
}

fn head(first: &str, rest: &[&str]) -> String {
    let columns = rest.join(" | ");
    format!("| {first} | {columns} |\n|---|{}\n", "---:|".repeat(rest.len()))
}

fn row(first: &str, cells: &[String]) -> String {
    format!("| {first} | {} |\n", cells.join(" | "))
}

fn spread(one: &Spread) -> String {
    format!("**{}** ({} to {})", short(one.median), short(one.least), short(one.most))
}

fn each(results: &Results, cell: impl Fn(&Figures) -> String) -> Result<Vec<String>, Trouble> {
    Subject::ALL.iter().map(|subject| Ok(cell(of(results, *subject)?))).collect()
}

fn measured(results: &Results) -> Result<String, Trouble> {
    let mut text = head("", &Subject::ALL.map(Subject::name));
    for (name, figure) in FIGURES {
        text.push_str(&row(name, &each(results, |one| spread(figure(one)))?));
    }
    let sizes = each(results, |one| format!("**{}**", short(one.package_mb)))?;
    text.push_str(&row("package, unpacked, MB", &sizes));
    if let Some((hello, view)) = results.counts {
        let none = || "not counted".to_owned();
        for (name, of_hello, of_view) in [
            ("instructions, start to first answer", hello.cold, view.cold),
            ("instructions of a warm request", hello.warm, view.warm),
        ] {
            let cells = [none(), of_hello.to_string(), of_view.to_string(), none(), none()];
            text.push_str(&row(name, &cells));
        }
    }
    Ok(text)
}

fn ratios(results: &Results) -> Result<String, Trouble> {
    let columns = ["portal-view to hello", "node to portal-view", "python to portal-view"];
    let mut text = head("of medians", &columns);
    let (hello, ours) = (of(results, Subject::Hello)?, of(results, Subject::View)?);
    let (node, python) = (of(results, Subject::Node)?, of(results, Subject::Python)?);
    let cell = |count: f64, of: f64| format!("{} times", short(count / of));
    for (name, figure) in FIGURES {
        let [hello, ours, node, python] = [hello, ours, node, python].map(|one| figure(one).median);
        text.push_str(&row(name, &[cell(ours, hello), cell(node, ours), cell(python, ours)]));
    }
    Ok(text)
}

fn shared(results: &Results) -> Result<String, Trouble> {
    if let Some(why) = &results.no_share {
        return Ok(format!("Not measured: {why}.\n"));
    }
    let mut text = String::from(SHARE);
    text.push_str(&head("", &Subject::ALL.map(Subject::name)));
    let missing = || "not measured".to_owned();
    let cells = |figure: fn(&crate::results::Shared) -> &Spread| {
        each(results, |one| one.shared.as_ref().map_or_else(missing, |own| spread(figure(own))))
    };
    text.push_str(&row("first request, ms", &cells(|one| &one.first_ms)?));
    text.push_str(&row("warm request, ms", &cells(|one| &one.warm_ms)?));
    text.push_str(&row("first to warm, times", &cells(|one| &one.times)?));
    text.push_str(&row("first to warm of CPU, times", &cells(|one| &one.cpu_times)?));
    Ok(text)
}

fn goals(results: &Results) -> Result<String, Trouble> {
    let mut text = head("goal", &["measured", "met"]);
    let ours = of(results, Subject::View)?;
    let (node, python) = (of(results, Subject::Node)?, of(results, Subject::Python)?);
    let part = |own: &Spread, other: &Spread| own.median / other.median;
    let mut goal = |what: &str, found: Option<f64>, most: f64, shown: Shown| {
        let cells = match found {
            Some(found) if found <= most => [shown(found), "yes".to_owned()],
            Some(found) => {
                let over = (found / most - 1.0) * 100.0;
                [shown(found), format!("**no**, {} % too much", short(over))]
            }
            None => ["not measured".to_owned(), "unknown".to_owned()],
        };
        text.push_str(&row(what, &cells));
    };
    let (plain, inverse): (Shown, Shown) = (short, |found| format!("1/{}", short(1.0 / found)));
    let cold = results.counts.map(|(hello, view)| times(view.cold, hello.cold));
    let warm = results.counts.map(|(hello, view)| times(view.warm, hello.warm));
    goal("cold start at most 7 times hello's instructions", cold, 7.0, plain);
    goal("warm view at most 3.5 times hello's instructions", warm, 3.5, plain);
    let cold_of = |other: &Figures| Some(part(&ours.cold_cpu_ms, &other.cold_cpu_ms));
    goal("cold CPU at most 1/50 of Node.js's", cold_of(node), 1.0 / 50.0, inverse);
    goal("cold CPU at most 1/80 of Python's", cold_of(python), 1.0 / 80.0, inverse);
    let warm_cpu = part(&ours.warm_cpu_ms, &node.warm_cpu_ms);
    goal("warm CPU at most 1/6 of Node.js's", Some(warm_cpu), 1.0 / 6.0, inverse);
    let first = ours.shared.as_ref().map(|own| own.times.median);
    goal("first request at most 2 warm ones, at a share of a core", first, 2.0, plain);
    goal("binary at most 5.5 MB", Some(ours.package_mb), 5.5, plain);
    let memory = part(&ours.peak_mb, &node.peak_mb);
    goal("memory at most 1/8 of Node.js's", Some(memory), 1.0 / 8.0, inverse);
    Ok(text)
}

const INTRODUCTION: &str = include_str!("report/introduction.md");
const SHARE: &str = include_str!("report/share.md");
const NOT_MEASURED: &str = include_str!("report/not_measured.md");

#[cfg(test)]
mod tests;
