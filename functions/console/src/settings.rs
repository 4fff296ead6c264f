//! /console/settings: the company, what it accepts, its reasons and its mails.
//! Must never save over somebody else's change without saying so.
use askama::Template;
use domain::Policy;
use domain::tenant::Reason;
use platform::operator::Task;
use serde::Deserialize;
use serde_json::Value;

use crate::form::Form;
use crate::mend::Wrongs;
use crate::shell::{Flash, Here, Section, Shown};
use crate::stop::{Problem, Stop};
use crate::visit::Visit;

mod part;
mod typed;

use part::Part;
use typed::Typed;

/// The settings as the API has them.
#[derive(Clone, Debug, Deserialize)]
struct Settings {
    version: u64,
    tenant: Company,
    policy: Policy,
    reasons: Vec<Reason>,
    #[serde(default)]
    holidays: Vec<String>,
    mail: Mail,
}

#[derive(Clone, Debug, Deserialize)]
struct Company {
    name: String,
    brand_colour: String,
    zone: String,
    sender: String,
    reply_to: String,
    country: String,
    stripe_connected: bool,
}

#[derive(Clone, Debug, Deserialize)]
struct Mail {
    subject: String,
    body: String,
}

/// A mail as it would be sent.
#[derive(Clone, Debug, Deserialize)]
struct Preview {
    subject: String,
    text: String,
}

/// What the page shows besides the settings themselves.
#[derive(Default)]
struct Notes {
    wrongs: Wrongs,
    /// Somebody else has saved meanwhile.
    overtaken: bool,
    preview: Option<Preview>,
}

#[derive(Template)]
#[template(path = "settings.html", whitespace = "minimize")]
struct SettingsView<'a> {
    here: &'a Here,
    settings: &'a Settings,
    typed: &'a Typed,
    notes: &'a Notes,
    /// Whether company, days off and mails may be changed.
    may_all: bool,
    /// Whether policy and reasons may be changed.
    may_policy: bool,
}

/// The settings, with forms for what the role may change.
///
/// # Errors
/// [`Stop`].
pub async fn show(visit: &Visit) -> Result<Shown, Stop> {
    let settings: Settings = visit.api.get("/settings", &[]).await?;
    let typed = Typed::of(&settings);
    page(visit, &settings, &typed, &Notes::default())
}

/// Saves one part, or shows what its mail would look like.
///
/// # Errors
/// [`Stop`].
pub async fn save(visit: &Visit, form: &Form, part: &str) -> Result<Shown, Stop> {
    let Some(part) = Part::of(part) else { return Err(Problem::not_found().into()) };
    if part == Part::Mail && form.text("do") == "preview" {
        return preview(visit, form).await;
    }
    let mut notes = Notes::default();
    let wish = part.wish(form, &mut notes.wrongs);
    if notes.wrongs.is_empty() {
        match visit.api.put::<Value>("/settings", &form.key(), &wish).await {
            Ok(_) => return Ok(visit.to("settings", &Flash::good(part.saved()))),
            Err(Stop::Problem(problem)) if problem.status == 409 => notes.overtaken = true,
            Err(Stop::Problem(problem)) if matches!(problem.status, 400 | 422) => {
                notes.wrongs = part.wrongs(form, &problem);
            }
            Err(stop) => return Err(stop),
        }
    }
    again(visit, (form, part), &notes).await
}

async fn preview(visit: &Visit, form: &Form) -> Result<Shown, Stop> {
    let mut notes = Notes::default();
    let body = Part::mail(form);
    match visit.api.post::<Preview>("/settings/preview", &form.key(), &body).await {
        Ok(preview) => notes.preview = Some(preview),
        Err(Stop::Problem(problem)) if matches!(problem.status, 400 | 422) => {
            notes.wrongs = Wrongs::of(&problem, &[]);
        }
        Err(stop) => return Err(stop),
    }
    again(visit, (form, Part::Mail), &notes).await
}

/// The page again, with what was typed into one part and the newest of the others.
async fn again(visit: &Visit, (form, part): (&Form, Part), notes: &Notes) -> Result<Shown, Stop> {
    let mut settings: Settings = visit.api.get("/settings", &[]).await?;
    let mut typed = Typed::of(&settings);
    typed.take(form, part);
    // Only after somebody was told of the other change may they save over it.
    let version = form.text("version").parse();
    if let (false, Ok(version)) = (notes.overtaken, version) {
        settings.version = version;
    }
    page(visit, &settings, &typed, notes)
}

fn page(visit: &Visit, settings: &Settings, typed: &Typed, notes: &Notes) -> Result<Shown, Stop> {
    let may_all = visit.person.may(Task::WriteSettings);
    let view = SettingsView {
        here: &visit.here,
        settings,
        typed,
        notes,
        may_all,
        may_policy: may_all || visit.person.may(Task::WritePolicy),
    };
    let status = match (notes.overtaken, notes.wrongs.is_empty()) {
        (true, _) => 409,
        (false, false) => 422,
        (false, true) => 200,
    };
    Ok(Shown::page(Section::Settings, "Settings", &view)?.status(status))
}
