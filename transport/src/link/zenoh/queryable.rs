//! The server's side of requests.

use std::borrow::Cow;
use std::sync::Arc;

use rosactor_messages::Payload;
use zenoh::Wait;
use zenoh::bytes::ZBytes;
use zenoh::query::{Query, Queryable};

use super::ZenohSession;
use crate::link::payload::to_zenoh;
use crate::link::pool::Pool;
use crate::link::{LinkError, LinkQuery, Received, Serve};

/// Receives requests, from this session and from others; undeclared when dropped.
pub(crate) struct ZenohQueryable {
    _queryable: Queryable<()>,
}

impl ZenohQueryable {
    /// `serve` is called on Zenoh's threads, or on the thread of a client in this session.
    pub(crate) fn declare(link: &ZenohSession, key: &str, serve: Serve) -> Result<Self, LinkError> {
        let (reply_key, pool) = (key.to_owned(), link.pool());
        let queryable = link.with_session(|session| {
            let builder = session.declare_queryable(key.to_owned()).callback(move |query| {
                serve(LinkQuery::Zenoh(ZenohQuery { query, key: reply_key.clone(), pool: Arc::clone(&pool) }));
            });
            Ok(builder.wait()?)
        })?;
        Ok(Self { _queryable: queryable })
    }
}

/// One request, to be answered once.
pub(crate) struct ZenohQuery {
    query: Query,
    key: String,
    pool: Arc<Pool>,
}

impl ZenohQuery {
    /// The request's bytes.
    pub(crate) fn payload(&self) -> Received<'_> {
        Received::new(self.query.payload())
    }

    /// What was sent beside the request.
    pub(crate) fn attachment(&self) -> Option<Cow<'_, [u8]>> {
        self.query.attachment().map(ZBytes::to_bytes)
    }

    /// Answers.
    pub(crate) fn answer(self, payload: Payload) {
        if let Err(error) = self.query.reply(self.key.as_str(), to_zenoh(payload, &self.pool)).wait() {
            tracing::debug!("the answer to a request on {} was not sent: {error}", self.key);
        }
    }

    /// Answers with an error.
    pub(crate) fn fail(self, text: String) {
        if let Err(error) = self.query.reply_err(text).wait() {
            tracing::debug!("the error reply to a request on {} was not sent: {error}", self.key);
        }
    }
}
