//! A certificate authority for one run, and the certificate of the one server it vouches for:
//! RSA of 2048 bits with one authority between, as AWS's own are, since what a handshake costs
//! a function depends on it. Must never be kept: its keys live in memory and are gone with the run.
use std::fs;
use std::path::Path;
use std::process::Command;
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
    let root_key = rsa_key()?;
    let root_params = authority("an authority of one benchmark")?;
    let root = root_params.self_signed(&root_key).map_err(failed)?;
    fs::write(trusted, root.pem()).doing("write the authority's certificate")?;

    let between_key = rsa_key()?;
    let between_params = authority("the authority that signs its servers")?;
    let root = Issuer::new(root_params, root_key);
    let between = between_params.signed_by(&between_key, &root).map_err(failed)?;

    let own_key = rsa_key()?;
    let own = CertificateParams::new(vec![HOST.to_owned()]).map_err(failed)?;
    let issuer = Issuer::new(between_params, between_key);
    let own = own.signed_by(&own_key, &issuer).map_err(failed)?;

    let chain = vec![own.der().clone(), between.der().clone()];
    let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(own_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, secret))
        .map_err(|error| Trouble::machine("set up TLS", error))?;
    Ok(Arc::new(config))
}

fn authority(name: &str) -> Result<CertificateParams, Trouble> {
    let mut params = CertificateParams::new(Vec::new()).map_err(failed)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

/// By `openssl`, since ring makes no RSA keys.
fn rsa_key() -> Result<KeyPair, Trouble> {
    let made = Command::new("openssl")
        .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        .output()
        .doing("run openssl, which makes the keys")?;
    if !made.status.success() {
        return Err(Trouble::machine("make a key", String::from_utf8_lossy(&made.stderr)));
    }
    let pem = String::from_utf8_lossy(&made.stdout);
    KeyPair::from_pem(&pem).map_err(failed)
}

fn failed(error: rcgen::Error) -> Trouble {
    Trouble::machine("make a certificate", error)
}
