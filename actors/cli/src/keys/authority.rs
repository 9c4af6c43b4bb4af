//! The authority of a deployment, which signs the certificates of its hosts (X.509, ECDSA P-256).

use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PublicKeyData, SanType,
};
use rosactor::security::Certificate;
use time::OffsetDateTime;

use super::{Reader, write};
use crate::output::tell;

const DAY: Duration = Duration::from_secs(86_400);

/// How long the authority itself is valid.
const AUTHORITY_DAYS: u32 = 3_650;

/// What signs certificates.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// The authority whose certificate and key are in this folder; made if neither is there.
    pub(super) fn in_folder(folder: &Path, deployment: &str) -> Result<Self, String> {
        let (certificate, key) = (folder.join("ca.pem"), folder.join("ca.key"));
        match (certificate.exists(), key.exists()) {
            (true, true) => Self::read(&certificate, &key),
            (false, false) => Self::make(deployment, &certificate, &key),
            (true, false) => Err(format!(
                "{} is missing: it signs certificates, and is where they were made for the first time. Without it remove {} too, and \
                 all hosts need new ones",
                key.display(),
                certificate.display()
            )),
            (false, true) => {
                Err(format!("{} is missing, but its key {} is there", certificate.display(), key.display()))
            }
        }
    }

    fn make(deployment: &str, certificate: &Path, key: &Path) -> Result<Self, String> {
        let failed = |error: rcgen::Error| format!("no authority can be made: {error}");
        let name = format!("rosactor authority of {deployment}");
        let own = KeyPair::generate().map_err(failed)?;
        let params = authority(&name)?;
        let signed = params.self_signed(&own).map_err(failed)?;
        write(key, &own.serialize_pem(), Reader::Owner)?;
        write(certificate, &signed.pem(), Reader::Everybody)?;
        tell(format_args!(
            "wrote {} and {}; keep the key where keys are made: who has it can be any host",
            certificate.display(),
            key.display()
        ));
        Ok(Self { issuer: Issuer::new(params, own) })
    }

    fn read(certificate: &Path, key: &Path) -> Result<Self, String> {
        let read = Certificate::read(certificate).map_err(|error| error.to_string())?;
        let text = fs::read_to_string(key).map_err(|error| format!("{} cannot be read: {error}", key.display()))?;
        let own = KeyPair::from_pem(&text).map_err(|error| format!("{} is not a key: {error}", key.display()))?;
        if own.subject_public_key_info() != read.public_key {
            return Err(format!("{} is not the key of {}", key.display(), certificate.display()));
        }
        Ok(Self { issuer: Issuer::new(authority(&read.name)?, own) })
    }

    /// A certificate for a host and its key, both as PEM.
    pub(super) fn sign(&self, host: &str, reached_at: &[String], days: u32) -> Result<(String, String), String> {
        let failed = |error: rcgen::Error| format!("no certificate can be made for {host}: {error}");
        let own = KeyPair::generate().map_err(failed)?;
        let mut params = valid_for(days)?;
        params.distinguished_name.push(DnType::CommonName, host);
        for address in reached_at {
            params.subject_alt_names.push(match address.parse::<IpAddr>() {
                Ok(address) => SanType::IpAddress(address),
                Err(_) => SanType::DnsName(Ia5String::try_from(address.as_str()).map_err(failed)?),
            });
        }
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        // Which of two hosts connects to the other is a matter of the file.
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        let signed = params.signed_by(&own, &self.issuer).map_err(failed)?;
        Ok((signed.pem(), own.serialize_pem()))
    }
}

fn authority(name: &str) -> Result<CertificateParams, String> {
    let mut params = valid_for(AUTHORITY_DAYS)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

/// Valid from yesterday on: the clocks of robots differ.
fn valid_for(days: u32) -> Result<CertificateParams, String> {
    let now = SystemTime::now();
    let date = |time: SystemTime| {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        OffsetDateTime::from_unix_timestamp(since.as_secs().cast_signed()).map_err(|error| error.to_string())
    };
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.not_before = date(now - DAY)?;
    params.not_after = date(now + DAY * days)?;
    Ok(params)
}
