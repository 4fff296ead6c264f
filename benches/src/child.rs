//! A process under test: started in the environment of a Lambda, its clock and memory read from outside.
//! Must never read anything of it that its own code could colour.
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::trouble::{Doing as _, Trouble};

/// How much of a log is shown when something fails.
const TAIL_CHARS: usize = 2_000;
const END_WITHIN: Duration = Duration::from_secs(30);
/// The kernel's own, in which it tells the times of processes. Source: proc(5), `USER_HZ`.
const TICK: Duration = Duration::from_millis(10);
const END_POLLS_EVERY: Duration = Duration::from_millis(5);

/// How to start it.
#[derive(Clone, Debug)]
pub struct Start {
    /// The program and what follows it.
    pub argv: Vec<OsString>,
    /// Where it runs: the folder of its package.
    pub folder: PathBuf,
    /// All of its environment.
    pub environment: Vec<(String, OsString)>,
    /// Where its two outputs go: a file costs each process the same, a terminal or a pipe does not.
    pub log: PathBuf,
}

/// A running process. It is ended when this is dropped.
#[derive(Debug)]
pub struct Child {
    process: process::Child,
    pid: Pid,
    log: PathBuf,
    /// When it was started.
    pub started: Instant,
}

impl Child {
    /// Starts it.
    ///
    /// # Errors
    /// [`Trouble::Machine`].
    pub fn start(start: &Start) -> Result<Self, Trouble> {
        let name = start.argv.first().map(|name| name.to_string_lossy()).unwrap_or_default();
        let log = File::create(&start.log).doing("make the function's log")?;
        let second = log.try_clone().doing("share the function's log")?;
        let mut command = Command::new(start.argv.first().cloned().unwrap_or_default());
        command
            .args(start.argv.iter().skip(1))
            .env_clear()
            .envs(start.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&start.folder)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(second);
        let started = Instant::now();
        let process = command.spawn().doing(&format!("start {name}"))?;
        let pid = Pid::from_child(&process);
        Ok(Self { process, pid, log: start.log.clone(), started })
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The CPU time of all its threads since it was started, to the nanosecond.
    ///
    /// # Errors
    /// [`Trouble::Machine`] once it is gone; [`Trouble::Subject`] if a thread of it has ended,
    /// since its time is not told any more.
    pub fn cpu(&self) -> Result<Duration, Trouble> {
        let folder = format!("/proc/{}", self.id());
        let mut told = Duration::ZERO;
        for thread in fs::read_dir(format!("{folder}/task")).doing("list its threads")? {
            let path = thread.doing("list its threads")?.path().join("schedstat");
            let text = fs::read_to_string(&path).doing("read a thread's clock")?;
            told += ran(&text).ok_or_else(|| Trouble::machine("read a thread's clock", &text))?;
        }
        let stat = fs::read_to_string(format!("{folder}/stat")).doing("read its ticks")?;
        let whole = ticks(&stat).ok_or_else(|| Trouble::machine("read its ticks", &stat))?;
        if whole > told + TICK * 2 {
            let lost = format!("its threads tell of {told:?} of CPU, the process of {whole:?}");
            return Err(Trouble::Subject(format!("{lost}: some have ended")));
        }
        Ok(told)
    }

    /// The most memory that was its own at any time, in bytes.
    ///
    /// # Errors
    /// [`Trouble::Machine`] once it is gone.
    pub fn peak_bytes(&self) -> Result<u64, Trouble> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.id())).doing("its status")?;
        peak_of(&text).ok_or_else(|| Trouble::machine("its status", "names no VmHWM"))
    }

    /// Whether it has ended, and how.
    ///
    /// # Errors
    /// [`Trouble::Machine`].
    pub fn ended(&mut self) -> Result<Option<ExitStatus>, Trouble> {
        self.process.try_wait().doing("ask whether it has ended")
    }

    /// The end of what it wrote.
    pub fn said(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let skipped = text.chars().count().saturating_sub(TAIL_CHARS);
        text.chars().skip(skipped).collect()
    }

    /// Asks it to end and waits until it has: valgrind writes its counts then.
    ///
    /// # Errors
    /// [`Trouble::Subject`] if it does not.
    pub fn end(&mut self) -> Result<(), Trouble> {
        kill_process(self.pid, Signal::TERM).map_err(|error| Trouble::machine("end it", error))?;
        let deadline = Instant::now() + END_WITHIN;
        while Instant::now() < deadline {
            if self.ended()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(END_POLLS_EVERY);
        }
        Err(Trouble::Subject(format!("it did not end within {} s", END_WITHIN.as_secs())))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended already; then both say so, and there is nothing left to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// How large a file or a folder is with all that is in it, in bytes.
///
/// # Errors
/// [`Trouble::Machine`].
pub fn size_bytes(path: &Path) -> Result<u64, Trouble> {
    let doing = format!("read {}", path.display());
    let mut size = 0;
    let mut left = vec![path.to_owned()];
    while let Some(path) = left.pop() {
        let about = fs::symlink_metadata(&path).doing(&doing)?;
        if !about.is_dir() {
            size += about.len();
            continue;
        }
        for entry in fs::read_dir(&path).doing(&doing)? {
            left.push(entry.doing(&doing)?.path());
        }
    }
    Ok(size)
}

/// What a thread has run, by its `schedstat`. Source: the kernel's "Scheduler Statistics".
fn ran(schedstat: &str) -> Option<Duration> {
    schedstat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// What a process has run with all the threads it ever had, by its `stat`. Source: proc(5).
fn ticks(stat: &str) -> Option<Duration> {
    // The name may hold anything, and ends with the last bracket.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut times = fields.split(' ').skip(11).map(str::parse::<u32>);
    let (user, system) = (times.next()?.ok()?, times.next()?.ok()?);
    Some(TICK * user.checked_add(system)?)
}

fn peak_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peak_memory_is_the_kernels_own_figure() {
        let status = "Name:\tx\nVmPeak:\t    9000 kB\nVmHWM:\t    4321 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(peak_of(status), Some(4321 * 1024));
        assert_eq!(peak_of("Name:\tx\n"), None);
    }

    #[test]
    fn times_of_threads_and_of_the_process_are_read_as_the_kernel_writes_them() {
        assert_eq!(ran("123456789 55 7\n"), Some(Duration::from_nanos(123_456_789)));
        let stat = "42 (a) b) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20";
        assert_eq!(ticks(stat), Some(Duration::from_millis(1_750)));
        assert_eq!((ran(""), ticks("42 (a) S 1")), (None, None));
    }

    fn started(script: &str) -> Child {
        let log =
            std::env::temp_dir().join(format!("bench-child-{}-{}", process::id(), script.len()));
        let argv = ["/bin/sh", "-c", script].map(OsString::from).to_vec();
        let environment = vec![("ONLY".to_owned(), OsString::from("this"))];
        Child::start(&Start { argv, folder: std::env::temp_dir(), environment, log }).unwrap()
    }

    #[test]
    fn a_process_gets_no_environment_but_its_own_and_its_words_are_kept() {
        let mut child = started("echo \"only $ONLY, home ${HOME:-none}\"");
        child.process.wait().unwrap();
        assert_eq!(child.said(), "only this, home none\n");
        fs::remove_file(&child.log).unwrap();
    }

    #[test]
    fn its_clock_counts_what_it_works_and_it_ends_when_asked() {
        let mut child = started("while :; do :; done");
        let before = child.cpu().unwrap();
        let deadline = Instant::now() + END_WITHIN;
        while child.cpu().unwrap() < before + Duration::from_millis(20) {
            assert!(Instant::now() < deadline, "it gets no CPU");
            std::thread::yield_now();
        }
        assert!(child.peak_bytes().unwrap() > 100_000);
        child.end().unwrap();
        assert!(child.ended().unwrap().is_some());
        fs::remove_file(&child.log).unwrap();
    }
}
