//! Holds `docs/faults.md` against the tests it names, so that the page cannot rot: each row once,
//! each test and command there. Must never need a stack: it reads files, and is in this crate
//! only because this one is quickly built.
#![cfg(test)]
use std::collections::BTreeMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// Every fault has a number.
const FAULTS: RangeInclusive<u32> = 1..=62;
/// Number, fault, what happens, tests, what they do not show.
const ROW_CELLS: usize = 5;
/// Place, folder, command.
const PLACE_CELLS: usize = 3;
const NO_TEST: &str = "no test";

/// What the page says of a place of tests.
#[derive(Debug, PartialEq, Eq)]
struct Place<'p> {
    folder: &'p str,
    command: &'p str,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> String {
    fs::read_to_string(root().join("docs/faults.md")).unwrap()
}

/// The cells of a line, if it is one of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

/// What stands between backticks.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn places(page: &str) -> BTreeMap<&str, Place<'_>> {
    let lines = page.lines().filter_map(cells).filter(|cells| cells.len() == PLACE_CELLS);
    lines
        .filter_map(|cells| {
            let (name, folder) = (spans(cells[0]).next()?, spans(cells[1]).next()?);
            Some((name, Place { folder, command: cells[2] }))
        })
        .collect()
}

/// Lines of the tables that begin with a number.
fn rows(page: &str) -> Vec<(u32, Vec<&str>)> {
    let lines = page.lines().filter_map(cells);
    lines.filter_map(|cells| Some((cells[0].parse().ok()?, cells))).collect()
}

/// The text of all files below a folder that end so, each folder read once.
#[derive(Default)]
struct Sources(BTreeMap<(String, String), String>);

impl Sources {
    fn of(&mut self, folder: &str, ending: &str) -> &str {
        let key = (folder.to_owned(), ending.to_owned());
        self.0.entry(key).or_insert_with(|| read_all(folder, ending))
    }

    /// Whether `test` is where the page says: a function, or with a file's name the title of a
    /// test in a browser.
    fn hold(&mut self, place: &Place<'_>, file: Option<&str>, test: &str) -> bool {
        match file {
            Some(file) => self
                .of(place.folder, &format!("{file}.test.mjs"))
                .contains(&format!("\ntest(\"{test}\",")),
            None => self.of(place.folder, ".rs").contains(&format!("fn {test}(")),
        }
    }
}

fn read_all(folder: &str, ending: &str) -> String {
    let mut text = String::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && !["target", "node_modules"].contains(&name) {
                folders.push(path);
            } else if name.ends_with(ending) {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    text
}

/// What is wrong with a test that is written as `place::name` or `place/file::title`.
fn wrong_test(
    sources: &mut Sources,
    places: &BTreeMap<&str, Place<'_>>,
    span: &str,
) -> Option<String> {
    let (place, test) = span.split_once("::")?;
    let (place, file) =
        place.split_once('/').map_or((place, None), |(place, file)| (place, Some(file)));
    let Some(place) = places.get(place) else {
        return Some(format!("{span}: no command says how to run it"));
    };
    (!sources.hold(place, file, test)).then(|| format!("{span}: not in {}", place.folder))
}

/// All that is wrong with `page`.
fn wrongs(page: &str, sources: &mut Sources) -> Vec<String> {
    let (places, rows) = (places(page), rows(page));
    let mut wrongs = Vec::new();
    for (name, place) in &places {
        let has_gap = place.command.contains("NAME") || place.command.contains("TITLE");
        if !has_gap || !root().join(place.folder).is_dir() {
            wrongs.push(format!("{name}: no such folder, or a command that names no test"));
        }
    }
    for number in FAULTS {
        let times = rows.iter().filter(|(row, _)| *row == number).count();
        if times != 1 {
            wrongs.push(format!("row {number} is there {times} times"));
        }
    }
    for (number, cells) in &rows {
        if !FAULTS.contains(number) || cells.len() != ROW_CELLS {
            wrongs.push(format!("row {number} has another number or form"));
            continue;
        }
        if cells[1].is_empty() || cells[2].is_empty() {
            wrongs.push(format!("row {number} does not say what happens"));
        }
        let tests: Vec<&str> = spans(cells[3]).collect();
        if tests.is_empty() && cells[3] != NO_TEST {
            wrongs.push(format!("row {number} has no test and does not say so"));
        }
        if let Some(odd) = tests.iter().find(|test| !test.contains("::")) {
            wrongs.push(format!("row {number}: {odd} has no place"));
        }
        let lost = tests.iter().filter_map(|test| wrong_test(sources, &places, test));
        wrongs.extend(lost.map(|wrong| format!("row {number}: {wrong}")));
    }
    wrongs
}

#[test]
fn every_fault_has_its_row_and_every_test_and_command_is_there() {
    let wrongs = wrongs(&page(), &mut Sources::default());
    assert!(wrongs.is_empty(), "{wrongs:#?}");
}

#[test]
fn a_page_that_has_rotted_is_found_out() {
    let page = page();
    let mut sources = Sources::default();
    let before = wrongs(&page, &mut sources);
    let mut found = |rotten: &str| {
        assert_ne!(rotten, page, "something was changed");
        wrongs(rotten, &mut sources).into_iter().filter(|wrong| !before.contains(wrong)).count()
    };
    let row = |number: u32| {
        let begin = format!("| {number} |");
        page.lines().find(|line| line.starts_with(&begin)).unwrap()
    };
    let twice = format!("{}\n{}", row(10), row(10));
    let strange = row(10).replacen("| 10 |", "| 63 |", 1);
    let untold = row(58).replace(NO_TEST, "");
    let lost = row(10).replace("faults_row_10_the", "faults_row_10_some");
    let begun = row(10).replace("_either_way`", "`");
    let nowhere = row(10).replace("platform::", "elsewhere::");
    let placeless = row(10).replace("platform::", "");
    let untitled = row(22).replace("a forged return from", "a return from");
    for (was, now) in [
        (row(1), ""),
        (row(10), twice.as_str()),
        (row(10), &strange),
        (row(58), &untold),
        (row(10), &lost),
        (row(10), &begun),
        (row(10), &nowhere),
        (row(10), &placeless),
        (row(22), &untitled),
        ("`functions/shared/domain/tests/rules`", "`functions/shared/domain/tests/rulez`"),
        ("--test rules NAME", "--test rules"),
        ("| `rules` |", "| `rule` |"),
    ] {
        assert!(found(&page.replacen(was, now, 1)) > 0, "{was}\n{now}");
    }
}
