//! Requests of actors, carried to the server of a ROS node.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use rosactor_transport::Refusal;
use rustdds::{GUID, RTPSEntity, WriteOptionsBuilder, no_key::DataSample, rpc::SampleIdentity};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, sleep},
};
use zenoh::{Wait, query::Query};

use super::{
    across::{Across, Complaints, MOST_REQUESTS, SETTLING},
    convention::{Convention, Identity, is_plain, with_identity, without_identity},
    endpoints::{Keeps, Writer},
    names::{dds_type, key, replies, requests},
};
use crate::{domain::Guid, raw::Raw};

/// How often requests are looked through for those that waited too long.
const LOOK: Duration = Duration::from_millis(100);

/// One service of a ROS node.
pub(super) struct Service {
    /// Its name among the ROS nodes.
    pub(super) name: String,
    pub(super) type_name: String,
    pub(super) server: Guid,
    /// The token that tells the actors, if it is this part of the route that tells them.
    pub(super) token: Option<String>,
    /// How long an answer may take.
    pub(super) patience: Option<Duration>,
}

/// Carries until it is dropped. Those who wait for an answer then learn that there will be none.
pub(super) async fn carry(across: Across, service: Service) {
    let Service { name, type_name, server, token, patience } = service;
    // The reader comes first, so that the server knows of it before it gets a request.
    let response = dds_type(&type_name, "_Response");
    let Some(mut samples) = across.reader(&replies(&name), &response, Keeps::Nothing) else { return };
    let request = dds_type(&type_name, "_Request");
    let Some(writer) = across.writer(&requests(&name), &request, Keeps::Nothing) else { return };
    let reply_guid = samples.guid;
    sleep(SETTLING).await;
    let (sender, mut queries) = mpsc::channel(MOST_REQUESTS);
    let actors_name = across.namespace.to_actors(&name);
    let queryable = across.session.declare_queryable(key(&actors_name).to_owned()).callback(move |query| {
        if let Err(error) = sender.try_send(Asked::new(query)) {
            let (mpsc::error::TrySendError::Full(asked) | mpsc::error::TrySendError::Closed(asked)) = error;
            asked.fail(&too_many());
        }
    });
    let _queryable = match queryable.await {
        Ok(queryable) => queryable,
        Err(error) => return tracing::warn!("the service {name} is not carried to the actors: {error}"),
    };
    let mut _token = None;
    if let Some(token) = token {
        match across.session.liveliness().declare_token(token).await {
            Ok(declared) => _token = Some(declared),
            Err(error) => tracing::warn!("the actors are not told of {name}: {error}"),
        }
    }
    let mut waiting = Waiting::new(name, Convention::of(&server), reply_guid, writer, patience);
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            Some(asked) = queries.recv() => waiting.send(asked).await,
            Some(sample) = samples.next() => match sample {
                Ok(sample) => waiting.answer(sample),
                Err(error) => waiting.complaints.note(&waiting.name, &format!("a response was not read: {error}")),
            },
            _ = look.tick() => waiting.expire(Instant::now()),
        }
    }
}

/// The requests on their way.
struct Waiting {
    name: String,
    convention: Convention,
    /// The reader of the responses.
    replies: GUID,
    writer: Writer,
    /// What Cyclone knows us by.
    client: [u8; 8],
    last: i64,
    patience: Option<Duration>,
    asked: HashMap<i64, (Asked, Option<Instant>)>,
    complaints: Complaints,
}

impl Waiting {
    fn new(name: String, convention: Convention, replies: GUID, writer: Writer, patience: Option<Duration>) -> Self {
        let client = RandomState::new().hash_one(replies.to_bytes()).to_le_bytes();
        Self {
            name,
            convention,
            replies,
            writer,
            client,
            last: 0,
            patience,
            asked: HashMap::new(),
            complaints: Complaints::default(),
        }
    }

    async fn send(&mut self, asked: Asked) {
        if self.asked.len() >= MOST_REQUESTS {
            return asked.fail(&too_many());
        }
        let payload = asked.payload();
        if !is_plain(&payload) {
            return asked.fail(&Refusal::Undecodable("the request is not in little-endian CDR".to_owned()));
        }
        self.last += 1;
        let (payload, options) = match self.convention {
            Convention::InData => {
                (with_identity(self.identity(), &payload).unwrap_or_default(), WriteOptionsBuilder::new())
            }
            // With this the server waits until it knows our reader, should it not yet.
            Convention::InlineQos => {
                let ours = SampleIdentity { writer_guid: self.replies, sequence_number: self.last.into() };
                (payload, WriteOptionsBuilder::new().related_sample_identity(ours))
            }
        };
        match self.writer.async_write_with_options(Raw(payload), options.build()).await {
            Ok(written) => {
                let number = match self.convention {
                    Convention::InlineQos => written.sequence_number.into(),
                    Convention::InData => self.last,
                };
                let until = self.patience.map(|patience| Instant::now() + patience);
                self.asked.insert(number, (asked, until));
            }
            Err(error) => asked.fail(&Refusal::Refused(format!("the request was not sent to the ROS node: {error}"))),
        }
    }

    fn identity(&self) -> Identity {
        let mut identity = [0; 16];
        identity[..8].copy_from_slice(&self.client);
        identity[8..].copy_from_slice(&self.last.to_le_bytes());
        identity
    }

    fn answer(&mut self, sample: DataSample<Raw>) {
        let related = sample.sample_info().related_sample_identity();
        let Raw(payload) = sample.into_value();
        let (number, payload) = match (self.convention, related) {
            (Convention::InlineQos, Some(related)) => {
                // Each client sees the responses to all.
                if related.writer_guid != self.replies && related.writer_guid != self.writer.guid() {
                    return;
                }
                (related.sequence_number.into(), payload)
            }
            (Convention::InData, _) => match without_identity(&payload) {
                Some((identity, payload)) if identity[..8] == self.client => {
                    let number: [u8; 8] = std::array::from_fn(|at| identity[8 + at]);
                    (i64::from_le_bytes(number), payload)
                }
                Some(_) => return,
                None => return self.complaints.note(&self.name, "a response is too short"),
            },
            (Convention::InlineQos, None) => return self.complaints.note(&self.name, "a response says not to what"),
        };
        // Nobody waits for the second of two answers, and for one that comes too late.
        if let Some((asked, _)) = self.asked.remove(&number) {
            asked.answer(payload);
        }
    }

    fn expire(&mut self, now: Instant) {
        let patience = self.patience.unwrap_or_default();
        for (_, (asked, _)) in self.asked.extract_if(|_, (_, until)| until.is_some_and(|until| until <= now)) {
            asked.fail(&Refusal::Expired(format!("the ROS node did not answer within {patience:?}")));
        }
    }
}

fn too_many() -> Refusal {
    Refusal::Refused(format!("the bridge holds {MOST_REQUESTS} requests to this service already"))
}

/// A request of an actor. Dropped, it answers that there will be no response.
struct Asked(Option<Query>);

impl Asked {
    fn new(query: Query) -> Self {
        Self(Some(query))
    }

    fn payload(&self) -> Vec<u8> {
        self.0.as_ref().and_then(Query::payload).map(|bytes| bytes.to_bytes().into_owned()).unwrap_or_default()
    }

    fn answer(mut self, payload: Vec<u8>) {
        let Some(query) = self.0.take() else { return };
        if let Err(error) = query.reply(query.key_expr().clone(), payload).wait() {
            tracing::debug!("a response was not sent: {error}");
        }
    }

    fn fail(mut self, refusal: &Refusal) {
        self.refuse(refusal);
    }

    fn refuse(&mut self, refusal: &Refusal) {
        let Some(query) = self.0.take() else { return };
        if let Err(error) = query.reply_err(refusal.to_text()).wait() {
            tracing::debug!("an error reply was not sent: {error}");
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.refuse(&Refusal::Dropped);
    }
}
