//! The frame of every page: who is signed in, where they may go, what must not be missed.
//! Must never put text on a page unescaped: a body is a template of ours, rendered.
use askama::Template;
use platform::Fault;
use platform::http::Reply;
use platform::operator::Task;

use crate::assets::{SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH};
use crate::person::Person;
use crate::stop::Stop;

/// Where somebody is in the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Invoices and their links.
    Invoices,
    /// Plans and promises.
    Plans,
    /// Disputes.
    Disputes,
    /// Imports.
    Imports,
    /// The tenant's settings.
    Settings,
    /// Who did what.
    Audit,
    /// Nowhere of these: an error, or what needs attention.
    Elsewhere,
}

impl Section {
    /// In the order of the navigation.
    const ALL: [Self; 6] =
        [Self::Invoices, Self::Plans, Self::Disputes, Self::Imports, Self::Settings, Self::Audit];

    /// Its words in the navigation.
    pub fn label(self) -> &'static str {
        match self {
            Self::Invoices => "Invoices",
            Self::Plans => "Plans & promises",
            Self::Disputes => "Disputes",
            Self::Imports => "Imports",
            Self::Settings => "Settings",
            Self::Audit => "Audit",
            Self::Elsewhere => "",
        }
    }

    /// Its address below `/console`.
    pub fn path(self) -> &'static str {
        match self {
            Self::Invoices | Self::Elsewhere => "invoices",
            Self::Plans => "plans",
            Self::Disputes => "disputes",
            Self::Imports => "imports",
            Self::Settings => "settings",
            Self::Audit => "audit",
        }
    }

    /// What somebody must be allowed to see it.
    fn task(self) -> Task {
        match self {
            Self::Invoices | Self::Elsewhere => Task::Read,
            Self::Plans | Self::Disputes => Task::ReadCases,
            Self::Imports => Task::ReadImports,
            Self::Settings => Task::ReadSettings,
            Self::Audit => Task::ReadAudit,
        }
    }
}

/// What the forms and links of a page need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Here {
    /// What stands before `/console` in every address: the stage, or nothing.
    pub root: String,
    /// The hidden field `form` of every form.
    pub form_token: String,
    /// The hidden field `once` of every form: sent twice, it is done once.
    pub once: String,
}

/// The result of what was just done, shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// Whether it went well.
    pub good: bool,
    /// One sentence.
    pub text: String,
}

impl Flash {
    /// It was done.
    pub fn good(text: impl Into<String>) -> Self {
        Self { good: true, text: text.into() }
    }

    /// It was not done.
    pub fn bad(text: impl Into<String>) -> Self {
        Self { good: false, text: text.into() }
    }
}

/// What operators must not miss, as the banner says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attention {
    /// How many notices are open; `more` if there are further ones.
    pub notices: usize,
    /// Whether there are more than counted.
    pub more: bool,
    /// Queues in which something waits for an engineer, in words.
    pub queues: Vec<String>,
}

impl Attention {
    /// Whether there is anything to say.
    pub fn is_any(&self) -> bool {
        self.notices > 0 || !self.queues.is_empty()
    }
}

/// The frame, filled.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// Addresses and form fields.
    pub here: Here,
    /// Who is signed in; none on the pages before the sign-in.
    pub person: Option<Person>,
    /// The tenant's name.
    pub tenant: String,
    /// What must not be missed.
    pub attention: Attention,
    /// What was just done.
    pub flash: Option<Flash>,
    /// The origin of the sign-in, where "Sign out" leads in the end.
    pub login_origin: String,
}

/// What a handler shows: a page in the frame, or anything else as it is.
#[derive(Debug)]
pub enum Shown {
    /// A page.
    Page(Page),
    /// A redirect, a file, a part of a page.
    Reply(Reply),
}

/// The body of a page, rendered.
#[derive(Debug)]
pub struct Page {
    status: u16,
    section: Section,
    title: String,
    html: String,
}

impl Shown {
    /// A page with that body: a template of `<h1>` and what follows it.
    ///
    /// # Errors
    /// [`Stop`] if the template fails to write.
    pub fn page(
        section: Section,
        title: impl Into<String>,
        body: &impl Template,
    ) -> Result<Self, Stop> {
        Ok(Self::Page(Page { status: 200, section, title: title.into(), html: body.render()? }))
    }

    /// The same page with another status, such as 422 for a form that must be mended.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        if let Self::Page(page) = &mut self {
            page.status = status;
        }
        self
    }
}

impl From<Reply> for Shown {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

/// A link of the navigation.
struct Place {
    label: &'static str,
    path: &'static str,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "base.html", whitespace = "minimize")]
struct BaseView<'a> {
    shell: &'a Shell,
    page: &'a Page,
    places: Vec<Place>,
    style: &'static str,
    script: &'static str,
}

impl Shell {
    /// What is shown, in its frame.
    ///
    /// # Errors
    /// [`Fault::Render`].
    pub fn reply(&self, shown: Shown) -> Result<Reply, Fault> {
        let page = match shown {
            Shown::Page(page) => page,
            Shown::Reply(reply) => return Ok(reply),
        };
        let view = BaseView {
            shell: self,
            page: &page,
            places: self.places(page.section),
            style: &STYLE,
            script: &SCRIPT,
        };
        let html = view.render().map_err(|error| Fault::Render(error.to_string()))?;
        let reply = Reply::html(page.status, html, STYLE_HASH.clone(), &self.login_origin);
        Ok(reply.with_script(&SCRIPT_HASH, ""))
    }

    fn places(&self, section: Section) -> Vec<Place> {
        let Some(person) = &self.person else { return Vec::new() };
        let open = Section::ALL.into_iter().filter(|section| person.may(section.task()));
        open.map(|one| Place { label: one.label(), path: one.path(), is_here: one == section })
            .collect()
    }
}
