//! A certificate authority for one run, and the certificate of the one server it vouches for.
//! Must never be kept: its key lives in memory and is gone with the run.
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::trouble::{Doing as _, Trouble};

/// What the processes under test call the server.
pub const HOST: &str = "localhost";

/// Writes the authority's certificate to `trusted` and gives what a server needs to prove itself.
///
/// # Errors
/// [`Trouble::Machine`].
pub fn server_config(trusted: &Path) -> Result<Arc<ServerConfig>, Trouble> {
    let failed = |error: rcgen::Error| Trouble::machine("make a certificate", error);
    let key = KeyPair::generate().map_err(failed)?;
    let mut authority = CertificateParams::new(Vec::new()).map_err(failed)?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, "an authority of one benchmark");
    let root = authority.self_signed(&key).map_err(failed)?;
    fs::write(trusted, root.pem()).doing("write the authority's certificate")?;

    let own_key = KeyPair::generate().map_err(failed)?;
    let own = CertificateParams::new(vec![HOST.to_owned()]).map_err(failed)?;
    let own = own.signed_by(&own_key, &Issuer::new(authority, key)).map_err(failed)?;
    let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(own_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| {
            config.with_no_client_auth().with_single_cert(vec![own.der().clone()], secret)
        })
        .map_err(|error| Trouble::machine("set up TLS", error))?;
    Ok(Arc::new(config))
}
