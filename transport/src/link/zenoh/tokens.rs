//! The tokens of others.

use zenoh::Wait;
use zenoh::pubsub::Subscriber;
use zenoh::sample::SampleKind;

use super::ZenohSession;
use crate::link::LinkError;

/// Hears which liveliness tokens come and go, in this session and others; undeclared when dropped.
pub(crate) struct ZenohTokens {
    // Held only to be dropped.
    _subscriber: Subscriber<()>,
}

impl ZenohTokens {
    pub(crate) fn declare(
        session: &ZenohSession,
        pattern: &str,
        change: impl Fn(&str, bool) + Send + Sync + 'static,
    ) -> Result<Self, LinkError> {
        let subscriber = session.with_session(|session| {
            let liveliness = session.liveliness();
            let builder = liveliness.declare_subscriber(pattern.to_owned()).history(true);
            Ok(builder
                .callback(move |sample| change(sample.key_expr().as_str(), sample.kind() == SampleKind::Put))
                .wait()?)
        })?;
        Ok(Self { _subscriber: subscriber })
    }
}
