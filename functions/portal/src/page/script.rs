//! The one script of the pages with files, and its hash for the Content-Security-Policy.
//! Must never hold anything of a request: what differs stands in the page's own attributes.
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The text between `<script>` and `</script>`: the readable file without indents and comments.
pub(super) static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("../../templates/upload.js").lines().map(str::trim);
    let lines: Vec<&str> =
        lines.filter(|line| !line.is_empty() && !line.starts_with("//")).collect();
    lines.join("\n")
});

static HASH: LazyLock<String> =
    LazyLock::new(|| STANDARD.encode(Sha256::digest(SCRIPT.as_bytes())));

/// Base64 SHA-256 of the script as sent, without the `sha256-` prefix.
pub fn script_hash() -> &'static str {
    &HASH
}
