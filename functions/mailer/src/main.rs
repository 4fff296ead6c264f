//! The mail queue. Wiring only.
use mailer::PostOffice;
use platform::clock::moment;
use platform::{Setup, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let mut setup = Setup::start()?;
    let office = PostOffice {
        store: setup.store().await,
        files: setup.files(),
        mailer: setup.mailer(),
        keys: setup.link_keys().await?,
        public_url: setup.required("PORTAL_URL").trim_end_matches('/').to_owned(),
    };
    setup.finish()?;
    worker::queue("mailer", |entry| mailer::handle(&office, entry, moment())).await
}
