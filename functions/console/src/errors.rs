//! Errors as pages: what happened, what was not changed, and the next step.
//! Must never show internal text; what the API says to its callers may be shown.
use askama::Template;
use platform::Fault;
use platform::http::Reply;

use crate::shell::{Section, Shell, Shown};
use crate::stop::{Problem, Stop};

/// A page of a heading, a few sentences and a way on.
#[derive(Template)]
#[template(path = "error.html", whitespace = "minimize")]
pub(crate) struct ErrorPage<'a> {
    pub(crate) heading: &'a str,
    pub(crate) text: &'a str,
    pub(crate) reference: Option<&'a str>,
    pub(crate) link: (String, &'a str),
}

/// The page of a stop; `reference` is the request's id.
///
/// # Errors
/// [`Fault`] if even that page cannot be made.
pub(crate) fn reply(shell: &Shell, stop: Stop, reference: &str) -> Result<Reply, Fault> {
    match stop {
        Stop::Problem(problem) => refused(shell, &problem),
        Stop::Fault(fault) => {
            tracing::error!(%fault, retryable = fault.is_retryable(), "page failed");
            down(shell, reference)
        }
    }
}

fn refused(shell: &Shell, problem: &Problem) -> Result<Reply, Fault> {
    let root = &shell.here.root;
    let invoices = (format!("{root}/console/invoices"), "Go to the invoices");
    let page = match problem.status {
        401 => ErrorPage {
            heading: "Your sign-in has ended",
            text: "Nothing was changed. Sign in again to go on.",
            reference: None,
            link: (format!("{root}/console/sign-in"), "Sign in"),
        },
        403 if problem.title == "Not allowed" => ErrorPage {
            heading: "Your role does not allow this",
            text: "Nothing was changed. Ask an Admin of your company if you need it.",
            reference: None,
            link: invoices,
        },
        // What is there and only lacks something, such as a receipt that is still being made, the
        // API says itself.
        404 if problem.title == "Not found" || problem.detail.is_empty() => ErrorPage {
            heading: "There is nothing here",
            text: "The address is wrong, or what was here belongs to somebody else.",
            reference: None,
            link: invoices,
        },
        _ => ErrorPage {
            heading: &problem.title,
            text: &problem.detail,
            reference: problem.reference.as_deref(),
            link: invoices,
        },
    };
    show(shell, problem.status, &page)
}

fn down(shell: &Shell, reference: &str) -> Result<Reply, Fault> {
    let page = ErrorPage {
        heading: "That did not work",
        text: "The fault is ours. Please try again in a minute. If you were changing something, \
               look first whether it has been done.",
        reference: Some(reference),
        link: (format!("{}/console/invoices", shell.here.root), "Go to the invoices"),
    };
    Ok(show(shell, 503, &page)?.retry_after_s(60))
}

/// An error page in the frame.
pub(crate) fn show(shell: &Shell, status: u16, page: &ErrorPage<'_>) -> Result<Reply, Fault> {
    let shown = Shown::page(Section::Elsewhere, page.heading, page);
    match shown {
        Ok(shown) => shell.reply(shown.status(status)),
        Err(Stop::Fault(fault)) => Err(fault),
        Err(Stop::Problem(problem)) => Err(Fault::Render(problem.title)),
    }
}

/// The page when there is no session and no frame to fill.
pub fn apology(_: &Fault, reference: &str) -> Reply {
    down(&Shell::default(), reference).unwrap_or_else(|_| {
        Reply::problem(500, "Not done", "The page could not be made. Try again in a minute.")
    })
}
