//! Finding the uploads of an hour, and removing what nobody submitted.
//! Must never remove what it did not find by its own listing.
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use jiff::Timestamp;
use ulid::Ulid;

use super::{Place, Uploads, fault, place};
use crate::Fault;

/// Versions of one key removed at a time, by S3's limit, and how often: a ticket is good for
/// 15 minutes of overwriting.
const VERSIONS_PAGE: i32 = 1000;
const REMOVALS_MAX: usize = 20;

/// An upload found in the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// Whose it is.
    pub place: Place,
    /// Its identifier.
    pub id: Ulid,
}

/// A part of an hour's uploads.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// At most 1,000 of them.
    pub uploads: Vec<Uploaded>,
    /// Where to go on; none at the end.
    pub next: Option<String>,
}

impl Uploads {
    /// The uploads whose ids were made in the hour (UTC) of `hour`, from `after` on.
    ///
    /// # Errors
    /// [`Fault::Files`].
    pub async fn uploaded_in_hour(
        &self,
        hour: Timestamp,
        after: Option<String>,
    ) -> Result<Page, Fault> {
        let listed = self
            .client
            .list_object_versions()
            .bucket(&self.bucket)
            .prefix(place::hour_prefix(hour))
            .max_keys(VERSIONS_PAGE)
            .set_key_marker(after)
            .send()
            .await
            .map_err(|error| fault("list uploads", &error))?;
        // By versions, so that a key is found whose newest version is a mark of deletion.
        let written = listed.versions().iter().filter_map(|version| version.key());
        let deleted = listed.delete_markers().iter().filter_map(|marker| marker.key());
        let mut keys: Vec<&str> = written.chain(deleted).collect();
        keys.sort_unstable();
        keys.dedup();
        let uploads = keys.into_iter().filter_map(Place::of_key);
        let uploads = uploads.map(|(place, id)| Uploaded { place, id }).collect();
        // The marker is the last key, so a key with many versions is on one page only.
        let more = listed.is_truncated() == Some(true);
        let next = listed.next_key_marker().filter(|_| more).map(str::to_owned);
        Ok(Page { uploads, next })
    }

    /// Removes an upload with all its versions.
    ///
    /// # Errors
    /// [`Fault::Files`] if some of them are left; the next sweep finds them again.
    pub async fn remove(&self, uploaded: &Uploaded) -> Result<(), Fault> {
        let key = uploaded.place.key(uploaded.id);
        for _ in 0..REMOVALS_MAX {
            let versions = self.versions(&key).await?;
            if versions.is_empty() {
                return Ok(());
            }
            let delete = Delete::builder().set_objects(Some(versions)).quiet(true).build();
            let delete = delete.map_err(|error| Fault::Files(error.to_string()))?;
            let deleted = self
                .client
                .delete_objects()
                .bucket(&self.bucket)
                .delete(delete)
                .send()
                .await
                .map_err(|error| fault("remove upload", &error))?;
            if let Some(error) = deleted.errors().first() {
                let code = error.code().unwrap_or("no reason");
                return Err(Fault::Files(format!("remove upload: {code}")));
            }
        }
        Err(Fault::Files("remove upload: too many versions".to_owned()))
    }

    async fn versions(&self, key: &str) -> Result<Vec<ObjectIdentifier>, Fault> {
        let listed = self
            .client
            .list_object_versions()
            .bucket(&self.bucket)
            .prefix(key)
            .max_keys(VERSIONS_PAGE)
            .send()
            .await
            .map_err(|error| fault("list versions", &error))?;
        let written = listed.versions().iter().map(|one| (one.key(), one.version_id()));
        let deleted = listed.delete_markers().iter().map(|one| (one.key(), one.version_id()));
        written
            .chain(deleted)
            .filter(|(found, _)| *found == Some(key))
            .filter_map(|(_, version)| version)
            .map(|version| ObjectIdentifier::builder().key(key).version_id(version).build())
            .collect::<Result<_, _>>()
            .map_err(|error| Fault::Files(error.to_string()))
    }
}
