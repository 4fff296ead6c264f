//! Whether the three views are one and the same to a payer, before their costs are compared.
//! Must never pass a peer that does less: a token unchecked or a dead link shown is cheaper.
use std::fs;

use jiff::SignedDuration;

use crate::backend::Backend;
use crate::event;
use crate::invoice::Viewed;
use crate::page::Page;
use crate::session::Session;
use crate::subject::{Place, Subject};
use crate::trouble::{Doing as _, Trouble};

/// Opened so long ago that a view writes nothing and the link lives.
pub const RECENTLY: SignedDuration = SignedDuration::from_mins(5);
/// Opened so long ago that the link is dead.
pub const LONG_AGO: SignedDuration = SignedDuration::from_hours(9 * 24);

/// What is shown for which link.
struct Case<'a> {
    what: &'a str,
    token: String,
    viewed: &'a Viewed,
    status: u16,
    queries: usize,
}

/// Has every view show a live link, a dead one and a forged one.
///
/// # Errors
/// [`Trouble::Subject`] naming the first that does something else than ours.
pub fn check(
    place: &Place,
    backend: &Backend,
    (live, dead): (&Viewed, &Viewed),
    views: &[Subject],
) -> Result<(), Trouble> {
    let cases = [
        Case {
            what: "a live link",
            token: live.token.clone(),
            viewed: live,
            status: 200,
            queries: 1,
        },
        Case {
            what: "a dead link",
            token: dead.token.clone(),
            viewed: dead,
            status: 410,
            queries: 1,
        },
        Case {
            what: "a forged link",
            token: forged(&live.token),
            viewed: live,
            status: 404,
            queries: 0,
        },
    ];
    for case in cases {
        let mut ours = None;
        for view in views {
            let page = shown(place, backend, *view, &case)?;
            let ours = ours.get_or_insert_with(|| page.clone());
            // The page that is measured is compared whole; of the others only what is decided.
            if case.status == 200
                && let Some(difference) = page.difference(ours)
            {
                return Err(wrong(*view, case.what, &difference));
            }
        }
    }
    backend.answer(live.answers.clone());
    Ok(())
}

fn shown(
    place: &Place,
    backend: &Backend,
    view: Subject,
    case: &Case<'_>,
) -> Result<Page, Trouble> {
    backend.answer(case.viewed.answers.clone());
    let mut session = Session::open(|api| place.start(view, api), event::opening(&case.token))?;
    let (before, lines_before) = (backend.queries(), lines(place, view)?);
    let answered = session.invoke()?;
    session.release(&answered)?;
    let page = Page::read(&answered.body)?;
    // For whoever has to find out where two pages differ.
    let kept = place.scratch.join(format!("{}.{}.html", view.name(), case.status));
    fs::write(kept, &page.html).doing("keep a page")?;
    let (queries, written) = (backend.queries() - before, lines(place, view)? - lines_before);
    if page.status != case.status {
        return Err(wrong(view, case.what, &format!("status {}", page.status)));
    }
    if queries != case.queries {
        return Err(wrong(view, case.what, &format!("{queries} queries and not {}", case.queries)));
    }
    if case.status == 200 {
        if !page.html.contains("data-state=\"due\"") || !page.html.contains("$640.50") {
            return Err(wrong(view, case.what, "not the invoice that is due"));
        }
        if written != 1 {
            return Err(wrong(view, case.what, &format!("{written} log lines and not 1")));
        }
    }
    Ok(page)
}

/// The lines of its log, each of which must be JSON once it serves.
fn lines(place: &Place, view: Subject) -> Result<usize, Trouble> {
    let path = place.scratch.join(format!("{}.log", view.name()));
    let text = fs::read_to_string(path).doing("read a function's log")?;
    Ok(text.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).count())
}

/// The same token with another tag.
fn forged(token: &str) -> String {
    let (kept, last) = token.split_at(token.len() - 1);
    format!("{kept}{}", if last == "A" { "B" } else { "A" })
}

fn wrong(view: Subject, what: &str, difference: &str) -> Trouble {
    Trouble::Subject(format!("{} shows something else for {what}: {difference}", view.name()))
}

#[cfg(test)]
mod tests {
    use super::forged;

    #[test]
    fn a_forged_token_differs_in_its_tag_alone() {
        assert_eq!(forged("xyA"), "xyB");
        assert_eq!(forged("xyz"), "xyA");
    }
}
