//! Which task each endpoint of the API asks for. Must never stand alone: a test holds it
//! against the template, and a story tries every line with every role.
use super::Task;

/// An endpoint and what it takes to call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// As HTTP writes it.
    pub method: &'static str,
    /// As the template writes it.
    pub path: &'static str,
    /// One of these lets a caller in.
    pub tasks: &'static [Task],
}

const fn on(method: &'static str, path: &'static str, tasks: &'static [Task]) -> Endpoint {
    Endpoint { method, path, tasks }
}

/// Every endpoint behind the operators' authorizer, in the order of the docs.
pub const ENDPOINTS: &[Endpoint] = &[
    on("GET", "/invoices", &[Task::Read]),
    on("GET", "/invoices/{id}", &[Task::Read]),
    on("POST", "/invoices/import", &[Task::Import]),
    on("POST", "/invoices/{id}/link", &[Task::RegenerateLink]),
    on("GET", "/cases", &[Task::ReadCases]),
    on("GET", "/invoices/{id}/cases/{case}", &[Task::ReadCases]),
    on("GET", "/invoices/{id}/cases/{case}/documents/{document}", &[Task::ReadCases]),
    on("POST", "/invoices/{id}/cases/{case}/owner", &[Task::WorkCases]),
    on("POST", "/invoices/{id}/cases/{case}/question", &[Task::WorkCases]),
    on("POST", "/invoices/{id}/cases/{case}/decision", &[Task::DecideCases]),
    on("POST", "/invoices/{id}/owner", &[Task::AssignInvoice]),
    on("GET", "/invoices/{id}/link", &[Task::ShareLink]),
    on("POST", "/invoices/{id}/link/mail", &[Task::ShareLink]),
    on("GET", "/invoices/{id}/receipt", &[Task::ReadReceipt]),
    on("POST", "/invoices/{id}/notices/{notice}", &[Task::CloseNotices]),
    on("GET", "/imports", &[Task::ReadImports]),
    on("GET", "/imports/{import}", &[Task::ReadImports]),
    on("GET", "/imports/{import}/rejects", &[Task::ReadImports]),
    on("GET", "/notices", &[Task::ReadNotices]),
    on("GET", "/settings", &[Task::ReadSettings]),
    on("PUT", "/settings", &[Task::WriteSettings, Task::WritePolicy]),
    on("POST", "/settings/preview", &[Task::WriteSettings]),
    on("GET", "/audit", &[Task::ReadAudit]),
    on("GET", "/audit/export", &[Task::ReadAudit]),
    on("GET", "/operators", &[Task::ReadOperators]),
    on("PUT", "/operators/me", &[Task::ReadOperators]),
];
