//! Counts instructions: valgrind runs a function, and the count does not depend on what else the machine does.
//! Must never be read as time: valgrind's processor has no caches, and no instructions for SHA.
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::backend::Backend;
use crate::session::Session;
use crate::subject::{Place, Subject};
use crate::trouble::{Doing as _, Trouble};

/// Requests whose mean is the count of a warm one.
pub const WARM: u32 = 50;
/// On a machine that stands still for seconds a function loses its connection and makes another,
/// which is not what is counted; then it is counted anew.
const TRIES_MAX: usize = 3;

/// Instructions of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// From the start of the process to its first asking for work.
    pub init: u64,
    /// From the start of the process to its first answer.
    pub cold: u64,
    /// Of each later request.
    pub warm: u64,
}

/// Whether valgrind is missing, and how to get it.
pub fn missing() -> Option<String> {
    let found = std::process::Command::new("valgrind").arg("--version").output();
    let there = found.is_ok_and(|done| done.status.success());
    (!there).then(|| "valgrind is missing: apt install valgrind".to_owned())
}

/// Counts three runs: up to the first poll, to the first answer, and to the answer after [`WARM`]
/// more. Each ends with the process held at that very point, so that it ends nowhere else.
///
/// # Errors
/// [`Trouble`].
pub fn counts(
    place: &Place,
    backend: &Backend,
    subject: Subject,
    event: &[u8],
) -> Result<Counts, Trouble> {
    for _ in 0..TRIES_MAX {
        let up_to = |answers| {
            let before = backend.connections();
            let count = counted(place, subject, event, answers)?;
            Ok::<_, Trouble>((count, backend.connections() - before))
        };
        let (init, at_init) = up_to(0)?;
        let (cold, at_first) = up_to(1)?;
        let (later, at_last) = up_to(1 + WARM)?;
        if at_init == at_first && at_first == at_last {
            let warm = later.saturating_sub(cold) / u64::from(WARM);
            return Ok(Counts { init, cold, warm });
        }
    }
    let what = format!("{} lost its connection in each of {TRIES_MAX} runs", subject.name());
    Err(Trouble::Subject(what))
}

/// The instructions from the start of the process to that many answers.
fn counted(place: &Place, subject: Subject, event: &[u8], answers: u32) -> Result<u64, Trouble> {
    let out = place.scratch.join(format!("callgrind.{}.{answers}", subject.name()));
    let mut session = Session::open(
        |api| {
            let mut start = place.start(subject, api);
            let mut into = OsString::from("--callgrind-out-file=");
            into.push(&out);
            let valgrind = ["valgrind", "--tool=callgrind", "--vgdb=no"].map(OsString::from);
            start.argv = valgrind.into_iter().chain([into]).chain(start.argv).collect();
            start
        },
        event.to_vec(),
    )?;
    for left in (0..answers).rev() {
        let answered = session.invoke()?;
        if left > 0 {
            session.release(&answered)?;
        }
    }
    session.child.end()?;
    read(&out)
}

fn read(out: &Path) -> Result<u64, Trouble> {
    let text = fs::read_to_string(out).doing("read valgrind's counts")?;
    fs::remove_file(out).doing("remove valgrind's counts")?;
    total(&text).ok_or_else(|| Trouble::machine("read valgrind's counts", "there is no total"))
}

/// Source: valgrind manual, "Callgrind format specification", `totals:`.
fn total(text: &str) -> Option<u64> {
    let line = text.lines().rev().find_map(|line| line.strip_prefix("totals:"))?;
    line.trim().parse().ok().filter(|count| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::total;

    #[test]
    fn the_total_is_the_last_one_and_none_is_no_count() {
        assert_eq!(total("events: Ir\nfn=(1)\n1 5\ntotals: 4711\n"), Some(4711));
        assert_eq!(total("totals: 1\npart: 2\ntotals: 2\n"), Some(2));
        assert_eq!(total("events: Ir\n"), None);
        assert_eq!(total("totals: 0\n"), None);
    }
}
