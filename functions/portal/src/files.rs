//! POST /p/{token}/files: the page's script asks where to upload one file.
//! Must never hand out a place through a link that can carry nothing any more.
use domain::{InvoiceFile, Moment, Sending};
use lambda_http::Request;
use platform::Fault;
use platform::http::Reply;
use platform::uploads::{Place, Uploads};
use ulid::Ulid;

use crate::documents::refused_early;
use crate::visit::Visit;
use crate::{Portal, limit, view};

/// A ticket for one file of the `name` and `size` (in bytes) given; what is wrong with it as a
/// 422 problem whose `detail` is for the payer.
///
/// # Errors
/// [`Fault`] when the store does not answer.
pub async fn handle(
    portal: &Portal,
    uploads: &Uploads,
    request: Request,
    mut moment: Moment,
) -> Result<Reply, Fault> {
    let (visit, typed) = match Visit::read_typed(&portal.keys, &request) {
        Ok(read) => read,
        Err(reply) => return Ok(reply),
    };
    let link = visit.claim.link;
    let load = portal.store.load(visit.claim.invoice);
    let file = match limit::beside(portal, &visit, (Sending::File, moment.now), load).await? {
        Ok(Some(file)) => file,
        Ok(None) => return Ok(gone()),
        Err(often) => return Ok(often.problem()),
    };
    if !takes_files(&file, link, &moment) {
        return Ok(gone());
    }
    let Ok(size_bytes) = typed.get("size").parse::<u64>() else {
        return Ok(Reply::problem(400, "No size", "Please add the file again."));
    };
    if let Some(not_accepted) = refused_early(typed.get("name"), size_bytes) {
        return Ok(Reply::problem(422, "Not accepted", not_accepted.sentence()));
    }
    if let Some(link) = file.link(link) {
        view::note_opening(portal, &visit, (&file, link), &mut moment).await;
    }
    let place = Place::of(&file.invoice, link);
    let (id, name, now) = (moment.fresh_id(), typed.get("name"), moment.now);
    Ok(Reply::json(200, &uploads.ticket(&place, id, name, now).await?))
}

/// Whether a form with files could come through the link now.
fn takes_files(file: &InvoiceFile, link: Ulid, moment: &Moment) -> bool {
    file.may_submit(link, moment).is_ok() || file.may_answer(link, moment).is_ok()
}

fn gone() -> Reply {
    let detail = "Files can no longer be added through this link. Please open it again.";
    Reply::problem(410, "Not any more", detail)
}
