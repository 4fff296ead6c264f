//! Where the deployed stack is: read from the file that the local stack writes.
//! Must never fall back to anything else; without the file there are no stories to run.
use std::sync::Arc;

use serde_json::Value;

/// Addresses and names of a running stack.
#[derive(Clone, Debug)]
pub struct Stack(Arc<Value>);

impl Stack {
    /// The stack named by `PLIXO_STACK`; `None` if that is not set.
    #[expect(clippy::disallowed_methods, reason = "tests are told where the stack is this way")]
    pub fn find() -> Option<Self> {
        let path = std::env::var("PLIXO_STACK").ok().filter(|path| !path.is_empty())?;
        // Cargo runs tests in their package's folder; people name files from the project's.
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let text =
            std::fs::read_to_string(root.join(path)).expect("PLIXO_STACK names a readable file");
        Some(Self(Arc::new(serde_json::from_str(&text).expect("the stack file is JSON"))))
    }

    /// An entry of the file.
    pub fn text(&self, name: &str) -> String {
        self.0[name].as_str().unwrap_or_else(|| panic!("no {name} in the stack file")).to_owned()
    }

    /// The deployed name of a function.
    pub fn function(&self, binary: &str) -> String {
        let name = self.0["functions"][binary].as_str();
        name.unwrap_or_else(|| panic!("no function {binary}")).to_owned()
    }
}
