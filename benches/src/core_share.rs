//! The share of a core that Lambda gives a small function, by the kernel's own means.
//! Must never pretend: where no group can be made there is no such figure.
use std::fs;
use std::path::{Path, PathBuf};

use crate::child::Child;
use crate::trouble::{Doing as _, Trouble};

/// Version 1 of the controller; its quota is the one this was tried with.
const CONTROLLER: &str = "/sys/fs/cgroup/cpu";
/// Lambda gives a whole core at 1,769 MB and in proportion below. Source: AWS Lambda docs,
/// "Configure Lambda function memory", seen 2026-11.
const WHOLE_CORE_MB: u64 = 1_769;
const MEMORY_MB: u64 = 128;
/// Lambda's period, as measured from within functions: it runs for its share of every 20 ms.
/// AWS publishes no figure.
pub const PERIOD_US: u64 = 20_000;

/// A group of processes that has 7.2% of a core.
#[derive(Debug)]
pub struct CoreShare {
    folder: PathBuf,
}

/// What of each period is given, in microseconds.
pub const fn quota_us() -> u64 {
    PERIOD_US * MEMORY_MB / WHOLE_CORE_MB
}

impl CoreShare {
    /// Why no group can be made here, if none can.
    pub fn missing() -> Option<String> {
        let period = Path::new(CONTROLLER).join("cpu.cfs_period_us");
        if !period.exists() {
            return Some(format!("there is no cgroup v1 controller at {CONTROLLER}"));
        }
        let tried = Path::new(CONTROLLER).join(format!("bench-{}-try", std::process::id()));
        match fs::create_dir(&tried).and_then(|()| fs::remove_dir(&tried)) {
            Ok(()) => None,
            Err(error) => Some(format!("no group can be made at {CONTROLLER}: {error}")),
        }
    }

    /// Puts a process with all its threads under the quota, from now on.
    ///
    /// # Errors
    /// [`Trouble::Machine`].
    pub fn take(child: &Child) -> Result<Self, Trouble> {
        let folder = Path::new(CONTROLLER).join(format!("bench-{}", child.id()));
        fs::create_dir(&folder).doing("make a group of processes")?;
        let share = Self { folder };
        share.set("cpu.cfs_period_us", PERIOD_US)?;
        share.set("cpu.cfs_quota_us", quota_us())?;
        share.set("cgroup.procs", u64::from(child.id()))?;
        Ok(share)
    }

    fn set(&self, name: &str, value: u64) -> Result<(), Trouble> {
        fs::write(self.folder.join(name), value.to_string()).doing(&format!("set {name}"))
    }
}

impl Drop for CoreShare {
    fn drop(&mut self) {
        // Its process has ended before, or the kernel would keep the group; it is empty then
        // and costs nothing.
        let _ = fs::remove_dir(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_function_has_seven_percent_of_a_core() {
        assert_eq!(quota_us(), 1_447);
    }
}
