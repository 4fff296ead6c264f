//! The documents of a form: files that came with it, and uploads that it names.
//! Must never look beyond the place of the link at hand, nor refer to bytes it has not read.
use std::collections::BTreeSet;

use domain::document::{Content, DOCUMENT_BYTES_MAX, NotAccepted, OTHER, detect, safe_name};
use domain::form::{Typed, Wrong};
use domain::tenant::Evidence;
use domain::{Document, Moment};
use platform::Fault;
use platform::uploads::{Place, Upload, Uploads};
use ulid::Ulid;

use crate::multipart::{FILE_FIELD, NewFile, Sent};
use crate::page::{Attach, Detail, KeptFile, Wanted};
use crate::submission;

/// Name of the fields that say which uploads belong to a form, each `<ulid>:<kind>`.
pub(crate) const KEPT: &str = "kept";

/// Where the documents of a form are kept, and which are asked for.
#[derive(Debug)]
pub(crate) struct Tray<'a> {
    /// The bucket.
    pub(crate) uploads: &'a Uploads,
    /// Whose documents.
    pub(crate) place: Place,
    /// Codes of the documents that are asked for; all others are [`OTHER`].
    pub(crate) kinds: Vec<String>,
    /// Most documents.
    pub(crate) documents_max: usize,
    /// The form was taken before and comes again: it is only compared, so nothing is stored.
    pub(crate) again: bool,
}

/// What became of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Gathered {
    /// Accepted, in the order of the form.
    pub(crate) documents: Vec<Document>,
    /// What is wrong with the others, each at its field.
    pub(crate) wrongs: Vec<Wrong>,
}

/// A form as far as it is filled in.
#[derive(Debug)]
pub(crate) struct Filled {
    /// Its identifier.
    pub(crate) id: Ulid,
    /// What was typed.
    pub(crate) typed: Typed,
    /// What is wrong with it, documents included.
    pub(crate) wrongs: Vec<Wrong>,
    /// Its documents.
    pub(crate) gathered: Gathered,
}

/// An upload that a form names.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    id: Ulid,
    kind: String,
}

impl Tray<'_> {
    /// Reads what the form names and stores what came with it. Stored is what is referred to:
    /// each document is read back, so that its version is that of the bytes that were judged.
    ///
    /// # Errors
    /// [`Fault::Files`] when S3 does not answer.
    pub(crate) async fn gather(&self, sent: &Sent, moment: &mut Moment) -> Result<Gathered, Fault> {
        let mut gathered = Gathered::default();
        let mut kept = kept(&sent.typed, &self.kinds);
        let mut files: Vec<&NewFile> = sent.files.iter().collect();
        gathered.wrongs.extend(too_many(&mut kept, &mut files, self.documents_max));
        for Kept { id, kind } in kept {
            let upload = self.uploads.read(&self.place, id, moment.now).await?;
            gathered.judge(upload, &kind);
        }
        for file in files {
            let kind = kind_of(&file.field, &self.kinds);
            match judge(file) {
                Ok(()) => gathered.judge(self.stored(file, moment).await?, &kind),
                Err(no) => gathered.wrongs.push(wrong(&kind, &file.name, no)),
            }
        }
        Ok(gathered)
    }

    async fn stored(&self, file: &NewFile, moment: &mut Moment) -> Result<Option<Upload>, Fault> {
        let id = moment.fresh_id();
        let NewFile { name, bytes, .. } = file;
        if self.again {
            let (key, object_version) = (self.place.key(id), String::new());
            let (name, bytes) = (name.clone(), bytes.clone());
            return Ok(Some(Upload { id, key, object_version, name, bytes }));
        }
        self.uploads.put(&self.place, id, name, bytes.clone()).await?;
        self.uploads.read(&self.place, id, moment.now).await
    }
}

impl Filled {
    /// A form that nothing is known to be wrong with, without documents.
    pub(crate) fn new(id: Ulid, typed: Typed) -> Self {
        Self { id, typed, wrongs: Vec::new(), gathered: Gathered::default() }
    }
}

impl Gathered {
    /// The kinds that are there.
    pub(crate) fn kinds(&self) -> Vec<String> {
        self.documents.iter().map(|document| document.kind.clone()).collect()
    }

    fn judge(&mut self, upload: Option<Upload>, kind: &str) {
        let Some(upload) = upload else {
            let says = "A file that was added here is no longer with us. Please add it again.";
            self.wrongs.push(Wrong { field: field(kind), says: says.to_owned() });
            return;
        };
        match upload.accept(kind) {
            Ok(document) => self.documents.push(document),
            Err(not_accepted) => self.wrongs.push(wrong(kind, &upload.name, not_accepted)),
        }
    }
}

/// What can be said of a file before its bytes are here: what everybody knows an extension
/// to be is not worth the way. Its content is judged all the same.
pub(crate) fn refused_early(name: &str, size_bytes: u64) -> Option<NotAccepted> {
    if size_bytes == 0 {
        return Some(NotAccepted::Empty);
    }
    if size_bytes > DOCUMENT_BYTES_MAX {
        return Some(NotAccepted::TooLarge);
    }
    let extension = safe_name(name).rsplit_once('.')?.1.to_ascii_lowercase();
    if Content::of_extension(&extension).is_some() {
        return None;
    }
    match extension.as_str() {
        "doc" | "xls" => Some(NotAccepted::OldOffice),
        "docm" | "xlsm" => Some(NotAccepted::Macros),
        "7z" | "apk" | "app" | "avi" | "bat" | "cmd" | "com" | "css" | "dll" | "dmg" | "exe"
        | "gz" | "hta" | "htm" | "html" | "iso" | "jar" | "js" | "lnk" | "m4a" | "mov" | "mp3"
        | "mp4" | "msi" | "ppt" | "pptx" | "ps1" | "rar" | "scr" | "sh" | "svg" | "tar" | "vbs"
        | "wav" | "zip" => Some(NotAccepted::Kind),
        _ => None,
    }
}

/// What was read of a form, unless something is wrong with its documents too: those come
/// before the contact, and take the place of "please attach" at their field.
pub(crate) fn with_wrongs<T>(
    read: Result<T, Vec<Wrong>>,
    gathered: &Gathered,
) -> Result<T, Vec<Wrong>> {
    if gathered.wrongs.is_empty() {
        return read;
    }
    let mut wrongs = read.err().unwrap_or_default();
    let has_own = |wrong: &Wrong| gathered.wrongs.iter().any(|own| own.field == wrong.field);
    wrongs.retain(|wrong| !has_own(wrong));
    let is_contact = |wrong: &Wrong| ["name", "email", "phone"].contains(&wrong.field.as_str());
    let place = wrongs.iter().position(is_contact).unwrap_or(wrongs.len());
    wrongs.splice(place..place, gathered.wrongs.iter().cloned());
    Err(wrongs)
}

/// The documents as the page shows them: each that is asked for, and what is with us.
pub(crate) fn attach(max: usize, wanted: &[Evidence], gathered: &Gathered) -> Attach {
    let wanted =
        wanted.iter().map(|one| Wanted { code: one.code.clone(), label: one.label.clone() });
    // What was only compared is not stored, and cannot be sent along again.
    let stored = gathered.documents.iter().filter(|one| !one.object_version.is_empty());
    Attach {
        documents_max: max,
        full: at_most(max),
        wanted: wanted.collect(),
        kept: stored.map(KeptFile::from).collect(),
    }
}

/// What is kept of a form whose link died: what was typed, and that files have to come again.
pub(crate) fn kept_text(sent: &Sent, labels: &[(&str, &str)]) -> Vec<Detail> {
    let mut kept = submission::kept(&sent.typed, labels);
    if !sent.files.is_empty() || !sent.typed.get(KEPT).is_empty() {
        let text = "Please add your files again once you have a new link.".to_owned();
        kept.push(Detail { label: "Documents".to_owned(), text });
    }
    kept
}

/// The field of a kind.
fn field(kind: &str) -> String {
    format!("{FILE_FIELD}{kind}")
}

fn judge(file: &NewFile) -> Result<(), NotAccepted> {
    let size_bytes = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
    match refused_early(&file.name, size_bytes) {
        Some(not_accepted) => Err(not_accepted),
        None => detect(&file.name, &file.bytes).map(|_| ()),
    }
}

/// The uploads named, each once; what is no name of ours names nothing.
fn kept(typed: &Typed, kinds: &[String]) -> Vec<Kept> {
    let mut seen = BTreeSet::new();
    let named = typed.all(KEPT).filter_map(|value| {
        let (id, kind) = value.split_once(':')?;
        Some(Kept { id: Ulid::from_string(id).ok()?, kind: known(kind, kinds) })
    });
    named.filter(|kept| seen.insert(kept.id)).collect()
}

fn kind_of(field: &str, kinds: &[String]) -> String {
    known(field.strip_prefix(FILE_FIELD).unwrap_or_default(), kinds)
}

fn known(kind: &str, kinds: &[String]) -> String {
    let known = kinds.iter().find(|known| *known == kind);
    known.map_or(OTHER, String::as_str).to_owned()
}

/// Leaves out what is more than `max`, and says so.
fn too_many(kept: &mut Vec<Kept>, files: &mut Vec<&NewFile>, max: usize) -> Option<Wrong> {
    let over = (kept.len() + files.len()).saturating_sub(max);
    if over == 0 {
        return None;
    }
    kept.truncate(max);
    files.truncate(max - kept.len());
    let left_out = if over == 1 { "one file was".to_owned() } else { format!("{over} files were") };
    let says = format!("{} The last {left_out} left out.", at_most(max));
    Some(Wrong { field: field(OTHER), says })
}

/// How many documents a form takes.
fn at_most(max: usize) -> String {
    match max {
        0 => "No more files can be attached.".to_owned(),
        1 => "You can attach one file.".to_owned(),
        _ => format!("You can attach at most {max} files."),
    }
}

/// Names the file, since several can be in one field; the name is safe, and at most a line.
fn wrong(kind: &str, name: &str, not_accepted: NotAccepted) -> Wrong {
    Wrong { field: field(kind), says: format!("“{name}”: {}", not_accepted.sentence()) }
}

#[cfg(test)]
mod tests;
