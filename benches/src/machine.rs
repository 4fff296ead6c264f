//! Where a run took place and with which versions, for whoever compares two of them.
//! Must never name the machine itself, or a path on it.
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::options::Options;
use crate::report::Machine;

/// Looks around. What cannot be found out is called unknown.
pub fn look(options: &Options, date: String) -> Machine {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let value = |line: &str| line.split_once(':').map(|(_, value)| value.trim().to_owned());
    let model = cpus.lines().find(|line| line.starts_with("model name")).and_then(value);
    let count = cpus.lines().filter(|line| line.starts_with("processor")).count();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let processor = format!(
        "{count} cores of {}, Linux {}",
        model.as_deref().unwrap_or("unknown"),
        kernel.trim().split('-').next().unwrap_or("unknown")
    );
    let versions = vec![
        said(Path::new("rustc"), &options.root),
        format!("Node.js {}: {}", said(&options.place.node, &options.root), node_packages(options)),
        format!("{}: {}", said(&options.place.python, &options.root), python_packages(options)),
    ];
    Machine { date, processor, versions }
}

fn said(program: &Path, root: &Path) -> String {
    let asked = Command::new(program).arg("--version").current_dir(root).output();
    let text = asked.map(|done| String::from_utf8_lossy(&done.stdout).trim().to_owned());
    text.ok().filter(|text| !text.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

fn node_packages(options: &Options) -> String {
    let file = options.root.join("benches/peers/node/package.json");
    let text = fs::read_to_string(file).unwrap_or_default();
    let package: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let all = ["dependencies", "devDependencies"].map(|kind| package.get(kind).cloned());
    let named = all.iter().flatten().filter_map(serde_json::Value::as_object).flatten();
    let words: Vec<_> = named
        .map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or("unknown")))
        .collect();
    words.join(", ")
}

fn python_packages(options: &Options) -> String {
    let file = options.root.join("benches/peers/python/requirements.txt");
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.replace("==", " ")).collect::<Vec<_>>().join(", ")
}
