//! The Zenoh session of a hub.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use zenoh::liveliness::LivelinessToken;
use zenoh::{Config, Session, Wait};

use super::shared_memory;
use crate::config::{Mode, TransportConfig};
use crate::link::LinkError;
use crate::link::pool::Pool;
use crate::link_health;
use crate::name::Name;
use crate::security::zenoh_settings;
use crate::wire::{Ros2dds, WireProfile};

/// A liveliness token; it is withdrawn when dropped.
pub(crate) type ZenohToken = LivelinessToken;

/// An open session, until it is closed.
pub(crate) struct ZenohSession {
    session: RwLock<Option<Session>>,
    closed: Arc<AtomicBool>,
    id: [u8; 16],
    locators: Vec<String>,
    pool: Arc<Pool>,
}

impl ZenohSession {
    /// Opens a session, on a thread of its own.
    pub(crate) fn open(config: &TransportConfig) -> Result<Self, LinkError> {
        let shared = shared_memory::is_possible(config.shared_memory);
        let config = zenoh_config(config, shared)?;
        let pool = Arc::<Pool>::default();
        let told = Arc::clone(&pool);
        let opening = thread::Builder::new().name("zenoh-open".to_owned()).spawn(move || -> Result<_, LinkError> {
            let session = zenoh::open(config).wait()?;
            shared_memory::watch(&session, &told)?;
            let locators = session.info().locators().wait();
            Ok((session, locators))
        });
        let opened = opening.map_err(|error| LinkError::Zenoh(error.to_string()))?.join();
        let (session, locators) =
            opened.map_err(|_| LinkError::Zenoh("Zenoh panicked while it opened the session".to_owned()))??;
        Ok(Self {
            id: session.zid().to_le_bytes(),
            locators: locators.iter().map(ToString::to_string).collect(),
            session: RwLock::new(Some(session)),
            closed: Arc::new(AtomicBool::new(false)),
            pool,
        })
    }

    /// The id of the session, unique in the world.
    pub(crate) fn id(&self) -> [u8; 16] {
        self.id
    }

    /// 16 random bytes. The standard library's hasher is keyed with the system's randomness: hashes of a counter are as good
    /// as random here, and need no further crate.
    pub(crate) fn random(&self) -> [u8; 16] {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let keyed = RandomState::new();
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&keyed.hash_one((count, 0)).to_le_bytes());
        bytes[8..].copy_from_slice(&keyed.hash_one((count, 1, std::process::id())).to_le_bytes());
        bytes
    }

    /// Where other sessions can connect to this one.
    pub(crate) fn locators(&self) -> &[String] {
        &self.locators
    }

    /// The shared memory that it sends from.
    pub(super) fn pool(&self) -> Arc<Pool> {
        Arc::clone(&self.pool)
    }

    /// Set as soon as the session begins to close.
    pub(super) fn closed(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.closed)
    }

    /// Closes the session, and waits until that is done. It does nothing the second time.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let session = self.session.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(session) = session {
            close_on_own_thread(session);
        }
    }

    /// Announces `key` to everybody who asks for liveliness, as long as the token lives.
    pub(crate) fn declare_token(&self, key: &str) -> Result<ZenohToken, LinkError> {
        self.with_session(|session| Ok(session.liveliness().declare_token(key.to_owned()).wait()?))
    }

    /// Lends the session out. It is never cloned: a clone could become the last one, and be dropped on an arbiter.
    pub(super) fn with_session<T>(&self, work: impl FnOnce(&Session) -> Result<T, LinkError>) -> Result<T, LinkError> {
        let session = self.session.read().unwrap_or_else(PoisonError::into_inner);
        work(session.as_ref().ok_or(LinkError::Closed)?)
    }
}

impl Drop for ZenohSession {
    fn drop(&mut self) {
        self.close();
    }
}

fn close_on_own_thread(session: Session) {
    // Handed over through a slot, so that a thread that cannot be started does not drop the session here: leaking it
    // is better than the panic that its drop would be on an arbiter.
    let slot = Arc::new(Mutex::new(Some(session)));
    let closing = thread::Builder::new().name("zenoh-close".to_owned()).spawn({
        let slot = Arc::clone(&slot);
        move || {
            let session = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(session) = session
                && let Err(error) = session.close().wait()
            {
                tracing::warn!("closing the Zenoh session: {error}");
            }
        }
    });
    let finished = match closing {
        Ok(thread) => thread.join().is_ok(),
        Err(_) => false,
    };
    if !finished {
        tracing::error!("the Zenoh session could not be closed");
        std::mem::forget(slot);
    }
}

fn zenoh_config(config: &TransportConfig, shares_memory: bool) -> Result<Config, LinkError> {
    let mode = match config.mode {
        Mode::Peer => "peer",
        Mode::Client => "client",
        Mode::Router => "router",
    };
    let entries = [
        ("mode", format!("{mode:?}")),
        ("listen/endpoints", list(&config.listen)),
        ("connect/endpoints", list(&config.connect)),
        // Robots are joined on purpose, by a file; whoever happens to be on the same network is not.
        ("scouting/multicast/enabled", "false".to_owned()),
        // Without timestamps there is no history for late subscribers.
        ("timestamping/enabled", "true".to_owned()),
    ];
    let mut zenoh = Config::default();
    for (key, value) in entries {
        zenoh.insert_json5(key, &value)?;
    }
    if let Some(region) = &config.region {
        zenoh.insert_json5("region_name", &json!(region).to_string())?;
    }
    if config.mode == Mode::Router && !config.regions.is_empty() {
        zenoh.insert_json5("gateway", &gateway(&config.regions))?;
    }
    if !config.downsample.is_empty() {
        zenoh.insert_json5("downsampling", &downsampling(&config.downsample))?;
    }
    let security = zenoh_settings(&config.security).map_err(|error| LinkError::Zenoh(error.to_string()))?;
    let settings =
        security.into_iter().chain(link_health::zenoh_settings()).chain(shared_memory::settings(shares_memory));
    for (key, value) in settings {
        zenoh.insert_json5(key, &value.to_string())?;
    }
    Ok(zenoh)
}

/// A region for clients, one for each of these, and one for all other peers. Zenoh takes all peers of a router for one, whose members reach
/// each other directly, and so passes nothing on between them: two robots behind a router would never hear of each other.
fn gateway(regions: &[String]) -> String {
    let named = regions.iter().map(|region| json!({"filters": [{"modes": ["peer"], "region_names": [region]}]}));
    let mode = |mode: &str| json!({"filters": [{"modes": [mode]}]});
    let south: Value = [mode("client")].into_iter().chain(named).chain([mode("peer")]).collect();
    json!({"south": south}).to_string()
}

fn downsampling(topics: &[(Name, Duration)]) -> String {
    let rule = |(topic, period): &(Name, Duration)| json!({"key_expr": Ros2dds.topic_key(topic, "", ""), "freq": 1.0 / period.as_secs_f64()});
    let rules: Vec<_> = topics.iter().map(rule).collect();
    json!([{"messages": ["put"], "flows": ["egress"], "rules": rules}]).to_string()
}

/// A JSON list of strings.
fn list(items: &[String]) -> String {
    let quoted: Vec<_> = items.iter().map(|item| format!("{item:?}")).collect();
    format!("[{}]", quoted.join(","))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::security::{Access, Guest, Login, Right, Security};

    #[test]
    fn zenoh_takes_all_that_can_be_said() {
        let passwords = tempfile(b"base:secret\nrobot:other\n");
        let login = Login { name: "base".to_owned(), passwords: passwords.clone() };
        let config = TransportConfig {
            mode: Mode::Router,
            connect: vec!["tls/10.0.0.1:7447".to_owned()],
            downsample: vec![(Name::new("/camera/image").unwrap(), Duration::from_millis(200))],
            region: Some("base".to_owned()),
            regions: vec!["robot1".to_owned(), "robot2".to_owned()],
            security: Security { login: Some(login), ..Security::default() },
            ..TransportConfig::default()
        };
        let zenoh = zenoh_config(&config, true).unwrap();
        std::fs::remove_file(passwords).unwrap();
        let of = |key: &str| serde_json::from_str::<Value>(&zenoh.get_json(key).unwrap()).unwrap();
        assert_eq!(of("downsampling")[0]["rules"], json!([{"key_expr": "camera/image", "freq": 5.0}]));
        assert_eq!((of("region_name"), of("transport/auth/usrpwd/user")), (json!("base"), json!("base")));
        assert_eq!(of("gateway")["south"].as_array().unwrap().len(), 4);
    }

    #[test]
    fn zenoh_takes_what_guests_may_do() {
        let rights = vec![Right::Bridge { namespace: "/robot1".to_owned() }];
        let access = Access { guests: vec![Guest { name: "robot".to_owned(), rights }] };
        let (key, value) = crate::security::access_setting(&access);
        let mut zenoh = Config::default();
        zenoh.insert_json5(key, &value.to_string()).unwrap();
        assert!(zenoh.get_json(key).unwrap().contains("robot1/**/@adv/**"));
    }

    fn tempfile(text: &[u8]) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("rosactor-session-{}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        path
    }
}
