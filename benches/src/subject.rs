//! Who is measured, and how each is started: as Lambda would, with its settings and nothing else.
//! Must never favour one: all get the same environment but for what their languages call things.
use std::ffi::OsString;
use std::path::PathBuf;

use crate::child::{self, Start};
use crate::invoice::TABLE;
use crate::trouble::Trouble;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The standard library alone.
    Loop,
    /// A bare function with `lambda_http`.
    Hello,
    /// Our view of an invoice, as it ships.
    View,
    /// The same view in JavaScript.
    Node,
    /// The same view in Python.
    Python,
}

impl Subject {
    /// All, in the order of the report.
    pub const ALL: [Self; 5] = [Self::Loop, Self::Hello, Self::View, Self::Node, Self::Python];
    /// Those that show the invoice.
    pub const VIEWS: [Self; 3] = [Self::View, Self::Node, Self::Python];

    /// Its name in reports, limits and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::Hello => "hello",
            Self::View => "portal-view",
            Self::Node => "node",
            Self::Python => "python",
        }
    }
}

/// Where everything is: built, packed and listening.
#[derive(Clone, Debug)]
pub struct Place {
    /// Cargo's own folder. Ours are taken from `release` in it, as they ship; what they are
    /// measured against from `peer`, which is built for speed alone.
    pub target: PathBuf,
    /// The folder of the packed peers, `node` and `python` in it.
    pub peers: PathBuf,
    /// Node.js itself.
    pub node: PathBuf,
    /// Python itself.
    pub python: PathBuf,
    /// Where logs and the certificate go.
    pub scratch: PathBuf,
    /// The services, once they listen.
    pub endpoint: String,
}

impl Place {
    /// The certificate to trust.
    pub fn trusted(&self) -> PathBuf {
        self.scratch.join("authority.pem")
    }

    /// How `subject` is started for the Runtime API at `api`.
    pub fn start(&self, subject: Subject, api: &str) -> Start {
        let words = |program: &PathBuf, words: &[&str]| {
            let words = words.iter().map(OsString::from);
            std::iter::once(program.clone().into_os_string()).chain(words).collect()
        };
        let (argv, folder) = match subject {
            Subject::Loop | Subject::Hello | Subject::View => {
                (vec![self.binary(subject).into_os_string()], self.target.clone())
            }
            Subject::Node => {
                let client = "node_modules/aws-lambda-ric/bin/index.mjs";
                (words(&self.node, &[client, "view.handler"]), self.peers.join("node"))
            }
            Subject::Python => {
                let argv = words(&self.python, &["-m", "awslambdaric", "view.handler"]);
                (argv, self.peers.join("python"))
            }
        };
        let log = self.scratch.join(format!("{}.log", subject.name()));
        let mut environment = self.settings(api);
        environment.push(("LAMBDA_TASK_ROOT".to_owned(), folder.clone().into_os_string()));
        Start { argv, folder, environment, log }
    }

    /// Checks that everything a run needs is there.
    ///
    /// # Errors
    /// [`Trouble::Missing`] naming the first that is not.
    pub fn check(&self, subjects: &[Subject]) -> Result<(), Trouble> {
        for subject in subjects {
            let start = self.start(*subject, "");
            let missing = start.argv.iter().map(|word| start.folder.join(word)).take(1);
            if let Some(path) = missing.into_iter().find(|path| !path.exists()) {
                let path = path.display();
                return Err(Trouble::Missing(format!("{path} is not there; run `make bench`")));
            }
        }
        Ok(())
    }

    /// The binary of a subject that is one.
    pub fn binary(&self, subject: Subject) -> PathBuf {
        if subject == Subject::View {
            return self.target.join("release").join(subject.name());
        }
        self.target.join("peer").join(format!("bench-{}", subject.name()))
    }

    /// What is uploaded for it, unpacked. The runtime clients of Node.js and Python are not
    /// counted, since Lambda's managed runtimes bring them.
    ///
    /// # Errors
    /// [`Trouble::Machine`].
    pub fn package_bytes(&self, subject: Subject) -> Result<u64, Trouble> {
        match subject {
            Subject::Loop | Subject::Hello | Subject::View => {
                child::size_bytes(&self.binary(subject))
            }
            Subject::Node => child::size_bytes(&self.peers.join("node/view.mjs")),
            Subject::Python => {
                let all = child::size_bytes(&self.peers.join("python"))?;
                Ok(all - child::size_bytes(&self.peers.join("python/awslambdaric"))?)
            }
        }
    }

    /// What Lambda sets for each function, and our own settings.
    /// Source: AWS Lambda docs, "Defined runtime environment variables", seen 2026-11.
    fn settings(&self, api: &str) -> Vec<(String, OsString)> {
        let texts = [
            ("AWS_LAMBDA_RUNTIME_API", api),
            ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
            ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/bench"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            // Nobody's: the server here takes any.
            ("AWS_ACCESS_KEY_ID", "ASIABENCHBENCHBENCHB"),
            ("AWS_SECRET_ACCESS_KEY", "nobodys-secret-nobodys-secret-nobodys-se"),
            ("AWS_SESSION_TOKEN", "nobodys-session"),
            ("LANG", "en_US.UTF-8"),
            ("TZ", ":UTC"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("_HANDLER", "view.handler"),
            ("TABLE", TABLE),
            ("LINK_KEYS_SECRET", "link-keys"),
            ("CHECKOUT_ORIGIN", "https://checkout.stripe.com"),
            ("AWS_ENDPOINT_URL", &self.endpoint),
            // As of 2026-11 its SDK warns of Node.js 20 at each start, which would be ours to pay.
            ("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true"),
        ];
        let texts = texts.map(|(name, value)| (name.to_owned(), OsString::from(value)));
        let trusted = self.trusted().into_os_string();
        let trust =
            ["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"].map(|name| (name.to_owned(), trusted.clone()));
        texts.into_iter().chain(trust).collect()
    }
}
