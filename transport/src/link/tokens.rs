//! The tokens of others.

use zenoh::Wait;
use zenoh::pubsub::Subscriber;
use zenoh::sample::SampleKind;

use super::{Link, LinkError};

/// Hears which liveliness tokens come and go, in this session and others; undeclared when dropped.
pub(crate) struct LinkTokens {
    // Held only to be dropped.
    _subscriber: Subscriber<()>,
}

impl LinkTokens {
    /// `change` is called with the key of each token that matches `pattern`, and whether it came or went: first those
    /// that are there already.
    pub(crate) fn declare(
        link: &Link,
        pattern: &str,
        change: impl Fn(&str, bool) + Send + Sync + 'static,
    ) -> Result<Self, LinkError> {
        let subscriber = link.with_session(|session| {
            let liveliness = session.liveliness();
            let builder = liveliness.declare_subscriber(pattern.to_owned()).history(true);
            Ok(builder
                .callback(move |sample| change(sample.key_expr().as_str(), sample.kind() == SampleKind::Put))
                .wait()?)
        })?;
        Ok(Self { _subscriber: subscriber })
    }
}
