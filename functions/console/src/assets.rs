//! The one stylesheet and the one script of the console, and their hashes for the policy.
//! Must never hold anything of a request: what differs stands in the page's own attributes.
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// What stands between `<style>` and `</style>`, without line breaks and comments.
pub(crate) static STYLE: LazyLock<String> = LazyLock::new(|| {
    let frame = include_str!("../templates/console.css").lines();
    let lines = frame.chain(include_str!("../templates/desk.css").lines()).map(str::trim);
    lines.filter(|line| !line.starts_with("/*")).collect()
});

/// What stands between `<script>` and `</script>`, without indents and comments.
pub(crate) static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("../templates/console.js").lines().map(str::trim);
    let lines: Vec<&str> =
        lines.filter(|line| !line.is_empty() && !line.starts_with("//")).collect();
    lines.join("\n")
});

/// Base64 SHA-256 of [`STYLE`].
pub(crate) static STYLE_HASH: LazyLock<String> = LazyLock::new(|| hash(&STYLE));
/// Base64 SHA-256 of [`SCRIPT`].
pub(crate) static SCRIPT_HASH: LazyLock<String> = LazyLock::new(|| hash(&SCRIPT));

fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}
