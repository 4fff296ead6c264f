//! `make bench`: checks that the views are one and the same, measures all in turns, writes the page.
//! Must never write a page after a run that did not end.
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::process::ExitCode;

use bench::backend::Backend;
use bench::callgrind::{self, Counts};
use bench::core_share::CoreShare;
use bench::invoice::{self, Viewed};
use bench::measure::{self, Run, SharedRun};
use bench::options::Options;
use bench::results::{Figures, Results};
use bench::{Place, Subject, Trouble, chart, event, machine, report, same};
use platform::clock::moment;

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            let _ = writeln!(io::stderr(), "bench: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn bench() -> Result<(), Trouble> {
    let mut options = Options::read(std::env::args().skip(1))?;
    options.place.check(&Subject::ALL)?;
    let live = invoice::viewed(&options.root, same::RECENTLY)?;
    let dead = invoice::viewed(&options.root, same::LONG_AGO)?;
    let backend = Backend::start(&options.place.trusted(), live.answers.clone())?;
    options.place.endpoint = backend.url();
    same::check(&options.place, &backend, (&live, &dead), &Subject::VIEWS)?;
    say("the three views answer the same page");

    let results = measured(&options, &backend, &live)?;
    let date = domain::words::date(moment().now.to_zoned(jiff::tz::TimeZone::UTC).date());
    let page = report::page(&results, &machine::look(&options, date))?;
    for (name, text) in [("bench.md", page), ("bench.svg", chart::picture(&results)?)] {
        fs::write(options.root.join("docs").join(name), text).map_err(|error| {
            Trouble::Machine { doing: format!("write docs/{name}"), cause: error.to_string() }
        })?;
    }
    Ok(())
}

fn measured(options: &Options, backend: &Backend, live: &Viewed) -> Result<Results, Trouble> {
    let (place, event) = (&options.place, event::opening(&live.token));
    let no_share = CoreShare::missing();
    let mut runs: BTreeMap<Subject, (Vec<Run>, Vec<SharedRun>)> = BTreeMap::new();
    // In turns, so that whatever the machine does meanwhile meets all of them alike.
    for round in 1..=options.rounds {
        for subject in Subject::ALL {
            let (full, shared) = runs.entry(subject).or_default();
            full.push(measure::run(place, subject, &event, options.warm)?);
            if no_share.is_none() {
                shared.push(measure::shared_run(place, subject, &event)?);
            }
        }
        say(&format!("round {round} of {}", options.rounds));
    }
    let mut subjects = BTreeMap::new();
    for (subject, (full, shared)) in &runs {
        subjects.insert(*subject, Figures::of(full, shared, place.package_bytes(*subject)?)?);
    }
    let counts = counts(place, backend, &event)?;
    Ok(Results { rounds: options.rounds, warm: options.warm, subjects, no_share, counts })
}

fn counts(
    place: &Place,
    backend: &Backend,
    event: &[u8],
) -> Result<Option<(Counts, Counts)>, Trouble> {
    if let Some(missing) = callgrind::missing() {
        say(&missing);
        return Ok(None);
    }
    say("counting instructions");
    let count = |subject| callgrind::counts(place, backend, subject, event);
    Ok(Some((count(Subject::Hello)?, count(Subject::View)?)))
}

fn say(text: &str) {
    // Progress is no result: a closed terminal must not end a run.
    let _ = writeln!(io::stdout(), "bench: {text}");
}
