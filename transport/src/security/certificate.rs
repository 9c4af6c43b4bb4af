//! The files of TLS, looked at before Zenoh gets them.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;

use super::Tls;

/// What is wrong with a file of TLS.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct CertificateError {
    path: PathBuf,
    reason: String,
}

/// What is read of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The common name.
    pub name: String,
    /// The names and addresses by which it may be connected to.
    pub reached_at: Vec<String>,
    /// From when on it is valid.
    pub begin: SystemTime,
    /// Until when it is valid.
    pub end: SystemTime,
    /// The public key and its algorithm, as DER.
    pub public_key: Vec<u8>,
    der: Vec<u8>,
}

impl Certificate {
    /// Reads the first certificate of a PEM file.
    ///
    /// # Errors
    /// The file cannot be read, or is no certificate.
    pub fn read(path: &Path) -> Result<Self, CertificateError> {
        let error = |reason: String| CertificateError { path: path.to_owned(), reason };
        let text = read(path)?;
        let pem = Pem::iter_from_buffer(&text).next().and_then(Result::ok);
        let pem = pem.filter(|pem| pem.label == "CERTIFICATE");
        let der = pem.ok_or_else(|| error("this is not a certificate as PEM".to_owned()))?.contents;
        let (_, read) =
            X509Certificate::from_der(&der).map_err(|why| error(format!("this is not a certificate: {why}")))?;
        let mut names = read.subject().iter_common_name();
        let name = names.next().and_then(|name| name.as_str().ok());
        let name = name.ok_or_else(|| error("the certificate has no common name".to_owned()))?.to_owned();
        let other = read.subject_alternative_name().ok().flatten();
        let reached_at = other.iter().flat_map(|other| &other.value.general_names).filter_map(reached_at).collect();
        let time = |seconds: i64| UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
        Ok(Self {
            name,
            reached_at,
            begin: time(read.validity().not_before.timestamp()),
            end: time(read.validity().not_after.timestamp()),
            public_key: read.public_key().raw.to_vec(),
            der: der.clone(),
        })
    }

    fn is_signed_by(&self, authority: &Self) -> bool {
        let (Ok((_, this)), Ok((_, authority))) =
            (X509Certificate::from_der(&self.der), X509Certificate::from_der(&authority.der))
        else {
            return false;
        };
        // The signature itself is checked at each connection; this finds the files of another authority.
        let key_of = |certificate: &X509Certificate<'_>, signer: bool| {
            use x509_parser::extensions::ParsedExtension as Is;
            certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
                Is::AuthorityKeyIdentifier(id) if signer => id.key_identifier.as_ref().map(|id| id.0.to_vec()),
                Is::SubjectKeyIdentifier(id) if !signer => Some(id.0.to_vec()),
                _ => None,
            })
        };
        let fits = match (key_of(&this, true), key_of(&authority, false)) {
            (Some(named), Some(own)) => named == own,
            _ => true,
        };
        fits && this.issuer() == authority.subject()
    }
}

fn reached_at(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let address = v4.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from));
            address.ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

/// Refuses files that are not there, do not belong together, or are not valid now.
pub(super) fn check(tls: &Tls) -> Result<(), CertificateError> {
    let authority = Certificate::read(&tls.ca)?;
    let own = Certificate::read(&tls.certificate)?;
    let now = SystemTime::now();
    for (certificate, path) in [(&authority, &tls.ca), (&own, &tls.certificate)] {
        let error = |reason: String| Err(CertificateError { path: path.clone(), reason });
        let days = |span: Duration| span.as_secs() / 86_400;
        if let Ok(ago) = now.duration_since(certificate.end) {
            let days = days(ago);
            return error(format!("the certificate expired {days} days ago; make a new one (`rosactor keys --renew`)"));
        }
        if let Ok(ahead) = certificate.begin.duration_since(now) {
            let days = days(ahead);
            return error(format!("the certificate is valid only in {days} days; is the clock of this host right?"));
        }
    }
    if !own.is_signed_by(&authority) {
        return Err(CertificateError {
            path: tls.certificate.clone(),
            reason: format!("the certificate is not signed by the authority of {}", tls.ca.display()),
        });
    }
    let key = read(&tls.key)?;
    let is_key = |pem: Pem| pem.label.ends_with("PRIVATE KEY");
    if !Pem::iter_from_buffer(&key).filter_map(Result::ok).any(is_key) {
        return Err(CertificateError { path: tls.key.clone(), reason: "this is not a private key as PEM".to_owned() });
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, CertificateError> {
    fs::read(path).map_err(|error| CertificateError {
        path: path.to_owned(),
        reason: format!("this file cannot be read: {error}; `rosactor keys` makes keys and certificates"),
    })
}
