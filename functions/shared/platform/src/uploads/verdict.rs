//! What the malware scanner says of an upload, asked anew each time.
//! Must never be stored: a verdict belongs to the object's version and may come late.
use super::{Uploads, fault};
use crate::Fault;

/// The tag that the scanner leaves on a version. Source: Amazon `GuardDuty` user guide,
/// "Monitoring S3 object scans with `GuardDuty` managed tags" and "S3 object potential scan
/// status and result status", seen 2026-11.
const SCANNED: &str = "GuardDutyMalwareScanStatus";

/// What the scanner says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not looked at yet; mostly a matter of seconds.
    Pending,
    /// Nothing found.
    Clean,
    /// Malware found.
    Infected,
    /// It could not be looked at (a password, a limit, a missing permission), and will not be.
    Unscannable,
}

impl Verdict {
    /// The verdict that a tag's value stands for. A value that `GuardDuty` adds one day is no
    /// clean bill.
    fn of_tag(value: &str) -> Self {
        match value {
            "NO_THREATS_FOUND" => Self::Clean,
            "THREATS_FOUND" => Self::Infected,
            _ => Self::Unscannable,
        }
    }
}

impl Uploads {
    /// The verdict on one version of an upload.
    ///
    /// # Errors
    /// [`Fault::Files`], also if there is no such version.
    pub async fn verdict(&self, key: &str, object_version: &str) -> Result<Verdict, Fault> {
        let tags = self
            .client
            .get_object_tagging()
            .bucket(&self.bucket)
            .key(key)
            .version_id(object_version)
            .send()
            .await
            .map_err(|error| fault("get verdict", &error))?;
        let tag = tags.tag_set().iter().find(|tag| tag.key() == SCANNED);
        Ok(tag.map_or(Verdict::Pending, |tag| Verdict::of_tag(tag.value())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_word_is_clean() {
        for (value, expected) in [
            ("NO_THREATS_FOUND", Verdict::Clean),
            ("THREATS_FOUND", Verdict::Infected),
            ("UNSUPPORTED", Verdict::Unscannable),
            ("ACCESS_DENIED", Verdict::Unscannable),
            ("FAILED", Verdict::Unscannable),
            ("", Verdict::Unscannable),
            ("no_threats_found", Verdict::Unscannable),
        ] {
            assert_eq!(Verdict::of_tag(value), expected, "{value}");
        }
    }
}
