//! Security as Zenoh's configuration has it.

use serde_json::{Value, json};

use super::{Access, Guest, Login, Security, SecurityError, Tls, access};

/// What has to be set in Zenoh's configuration, as pairs of a key and a value.
///
/// # Errors
/// As [`Security::check`].
pub fn zenoh_settings(security: &Security) -> Result<Vec<(&'static str, Value)>, SecurityError> {
    security.check()?;
    let mut settings = Vec::new();
    if let Some(tls) = &security.tls {
        settings.extend(certificates(tls));
    }
    if let Some(login) = &security.login {
        settings.extend(login_settings(login)?);
    }
    settings.extend(security.access.as_ref().map(access_setting));
    Ok(settings)
}

fn certificates(tls: &Tls) -> [(&'static str, Value); 8] {
    [
        ("transport/link/tls/root_ca_certificate", json!(tls.ca)),
        ("transport/link/tls/listen_certificate", json!(tls.certificate)),
        ("transport/link/tls/listen_private_key", json!(tls.key)),
        ("transport/link/tls/connect_certificate", json!(tls.certificate)),
        ("transport/link/tls/connect_private_key", json!(tls.key)),
        ("transport/link/tls/enable_mtls", json!(true)),
        ("transport/link/tls/verify_name_on_connect", json!(true)),
        // Who is not known any more is not listened to any more.
        ("transport/link/tls/close_link_on_expiration", json!(true)),
    ]
}

fn login_settings(login: &Login) -> Result<[(&'static str, Value); 3], SecurityError> {
    Ok([
        ("transport/auth/usrpwd/user", json!(login.name)),
        ("transport/auth/usrpwd/password", json!(login.password()?)),
        ("transport/auth/usrpwd/dictionary_file", json!(login.passwords)),
    ])
}

/// Each guest is a subject with one policy. Zenoh denies what no rule allows, in both directions; what goes out is left to the other end,
/// as nothing goes where it was not asked for.
pub(crate) fn access_setting(access: &Access) -> (&'static str, Value) {
    let mut rules = vec![rule("outward", "egress", &access::MESSAGES, &access::ALL_KEYS.map(str::to_owned))];
    let mut policies = Vec::new();
    let mut subjects = Vec::new();
    for Guest { name, rights } in &access.guests {
        let mut own = vec!["outward".to_owned()];
        for (number, (messages, keys)) in access::allowed(rights).iter().enumerate() {
            let id = format!("{name} {number}");
            rules.push(rule(&id, "ingress", messages, keys));
            own.push(id);
        }
        subjects.push(json!({"id": name, "cert_common_names": [name]}));
        policies.push(json!({"id": name, "subjects": [name], "rules": own}));
    }
    let document = json!({
        "enabled": true,
        "default_permission": "deny",
        "rules": rules,
        "subjects": subjects,
        "policies": policies,
    });
    ("access_control", document)
}

fn rule(id: &str, flow: &str, messages: &[&str], keys: &[String]) -> Value {
    json!({"id": id, "permission": "allow", "flows": [flow], "messages": messages, "key_exprs": keys})
}
