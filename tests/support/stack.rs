//! Where the deployed stack is: read from the file that the local stack writes.
//! Must never fall back to anything else; without the file there are no stories to run.
use std::sync::Arc;

use serde_json::Value;

/// Addresses and names of a running stack.
#[derive(Clone, Debug)]
pub struct Stack {
    entries: Arc<Value>,
    file: std::path::PathBuf,
}

impl Stack {
    /// The stack named by `PLIXO_STACK`; `None` if that is not set.
    #[expect(clippy::disallowed_methods, reason = "tests are told where the stack is this way")]
    pub fn find() -> Option<Self> {
        let path = std::env::var("PLIXO_STACK").ok().filter(|path| !path.is_empty())?;
        // Cargo runs tests in their package's folder; people name files from the project's.
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let file = root.join(path);
        let text = std::fs::read_to_string(&file).expect("PLIXO_STACK names a readable file");
        let entries = Arc::new(serde_json::from_str(&text).expect("the stack file is JSON"));
        Some(Self { entries, file })
    }

    /// An entry of the file.
    pub fn text(&self, name: &str) -> String {
        self.entries[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name} in the stack file"))
            .to_owned()
    }

    /// The deployed name of a function.
    pub fn function(&self, binary: &str) -> String {
        let name = self.entries["functions"][binary].as_str();
        name.unwrap_or_else(|| panic!("no function {binary}")).to_owned()
    }

    /// What the emulator has written so far; it stands beside the stack file.
    pub fn emulator_log(&self) -> String {
        let log = self.file.with_file_name("logs").join("emulator.log");
        let bytes = std::fs::read(log).expect("the emulator's log is readable");
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
