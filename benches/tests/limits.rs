//! What a cold start and a warm request may cost, held by counting instructions.
//! Must never pass a limit that was not measured: without release binaries these are listed as ignored.
#![cfg(test)]
#![allow(clippy::print_stdout, reason = "figures are for `make test` to show")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bench::backend::Backend;
use bench::callgrind::{self, Counts};
use bench::limits::{self, Function, Limits};
use bench::{Place, Subject, child, event, invoice, same};
use libtest_mimic::{Arguments, Failed, Trial};

/// Cargo's folder, with release binaries in it; set by `make test`.
const SETTING: &str = "PLIXO_TARGET";
const HOW: &str = "limits: not measured. Run `make test`, or: cargo build --release -p portal --bin portal-view && cargo build --profile peer -p bench-hello && PLIXO_TARGET=$PWD/target cargo test --profile local -p bench --test limits";

/// What was counted in this run.
struct Counted {
    hello: Counts,
    view: Counts,
    bytes: u64,
    limits: Limits,
}

impl Counted {
    fn limit(&self) -> Result<&Function, Failed> {
        let name = Subject::View.name();
        self.limits
            .functions
            .get(name)
            .ok_or_else(|| format!("{} has no {name}", limits::FILE).into())
    }
}

type Promise = fn(&Counted) -> Result<(), Failed>;

const PROMISES: [(&str, Promise); 5] = [
    ("a_cold_view_runs_no_more_instructions_than_its_limit", |all| {
        Ok(limits::hold_count(
            "portal-view, instructions cold",
            all.view.cold,
            all.limit()?.cold_instructions,
        )?)
    }),
    ("a_warm_view_runs_no_more_instructions_than_its_limit", |all| {
        Ok(limits::hold_count(
            "portal-view, instructions warm",
            all.view.warm,
            all.limit()?.warm_instructions,
        )?)
    }),
    ("a_cold_view_costs_no_more_times_a_bare_function_than_its_limit", |all| {
        let limit = all.limits.times_hello.cold;
        Ok(limits::hold_times("portal-view, cold", all.view.cold, all.hello.cold, limit)?)
    }),
    ("a_warm_view_costs_no_more_times_a_bare_function_than_its_limit", |all| {
        let limit = all.limits.times_hello.warm;
        Ok(limits::hold_times("portal-view, warm", all.view.warm, all.hello.warm, limit)?)
    }),
    ("the_binary_of_a_view_is_no_larger_than_its_limit", |all| {
        Ok(limits::hold_count(
            "portal-view, bytes of its binary",
            all.bytes,
            all.limit()?.binary_bytes,
        )?)
    }),
];

fn main() {
    let arguments = Arguments::from_args();
    #[expect(
        clippy::disallowed_methods,
        reason = "where the binaries are is no setting of a function"
    )]
    let target = std::env::var(SETTING).ok().map(PathBuf::from);
    let wanted = !arguments.list && target.is_some();
    if target.is_none() {
        println!("{HOW}");
    }
    // Counted once, since that takes a while; each promise then is held by its own name.
    let counted = target.filter(|_| wanted).map(|target| Arc::new(count(target)));
    let trials = PROMISES.map(|(name, promise)| {
        let counted = counted.clone();
        let ignored = counted.is_none();
        let test = move || match counted.as_deref() {
            Some(Ok(counted)) => promise(counted),
            Some(Err(why)) => Err(why.clone().into()),
            None => Err("not measured".into()),
        };
        Trial::test(name, test).with_ignored_flag(ignored)
    });
    libtest_mimic::run(&arguments, trials.into()).exit();
}

fn count(target: PathBuf) -> Result<Counted, String> {
    if let Some(missing) = callgrind::missing() {
        return Err(missing);
    }
    counted(target).map_err(|trouble| trouble.to_string())
}

fn counted(target: PathBuf) -> Result<Counted, bench::Trouble> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let scratch = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let nowhere = PathBuf::new();
    let mut place = Place {
        target,
        peers: nowhere.clone(),
        node: nowhere.clone(),
        python: nowhere,
        scratch,
        endpoint: String::new(),
    };
    place.check(&[Subject::Hello, Subject::View])?;
    let live = invoice::viewed(&root, same::RECENTLY)?;
    let dead = invoice::viewed(&root, same::LONG_AGO)?;
    let backend = Backend::start(&place.trusted(), live.answers.clone())?;
    place.endpoint = backend.url();
    // What is counted is a page, and not an apology for one.
    same::check(&place, &backend, (&live, &dead), &[Subject::View])?;
    let event = event::opening(&live.token);
    let hello = callgrind::counts(&place, &backend, Subject::Hello, &event)?;
    let view = callgrind::counts(&place, &backend, Subject::View, &event)?;
    println!("{}", limits::line("bench-hello", hello, hello));
    println!("{}", limits::line("portal-view", view, hello));
    let bytes = child::size_bytes(&place.binary(Subject::View))?;
    let limits = Limits::read(&root)?;
    let limit = limits.functions.get(Subject::View.name()).map_or(0, |limit| limit.binary_bytes);
    println!("  portal-view    bytes of its binary, and its limit {bytes} {limit}");
    Ok(Counted { hello, view, bytes, limits })
}
