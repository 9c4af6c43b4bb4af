//! Requests of ROS nodes, carried to the server of an actor.

use std::{sync::Arc, time::Duration};

use rustdds::{GUID, RTPSEntity, WriteOptionsBuilder, no_key::DataSample, rpc::SampleIdentity};
use tokio::{sync::Semaphore, task::JoinSet, time::timeout};
use zenoh::query::{ConsolidationMode, Querier, QueryTarget};

use super::{
    across::{Across, Complaints, MOST_REQUESTS},
    convention::{Convention, Identity, is_plain, with_identity, without_identity},
    endpoints::{Keeps, Writer},
    names::{dds_type, key, replies, requests},
};
use crate::{domain::Guid, raw::Raw};

/// How long a response waits for a client whose reader is not known yet. Some have been known after three seconds only.
const CLIENT_PATIENCE: Duration = Duration::from_secs(10);
/// For what has no time limit. Zenoh wants one.
const FOREVER: Duration = Duration::from_secs(24 * 60 * 60);

/// One service of an actor.
pub(super) struct Service {
    /// Its name among the ROS nodes.
    pub(super) name: String,
    pub(super) type_name: String,
    /// How long an answer may take.
    pub(super) patience: Option<Duration>,
}

/// Carries until it is dropped.
pub(super) async fn carry(across: Across, service: Service) {
    let Service { name, type_name, patience } = service;
    let response = dds_type(&type_name, "_Response");
    let Some(writer) = across.writer(&replies(&name), &response, Keeps::Nothing) else { return };
    let request = dds_type(&type_name, "_Request");
    let Some(mut samples) = across.reader(&requests(&name), &request, Keeps::Nothing) else { return };
    let actors_name = across.namespace.to_actors(&name);
    let querier = across
        .session
        .declare_querier(key(&actors_name).to_owned())
        .target(QueryTarget::BestMatching)
        .consolidation(ConsolidationMode::None)
        .timeout(patience.unwrap_or(FOREVER));
    let querier = match querier.await {
        Ok(querier) => querier,
        Err(error) => return tracing::warn!("the service {name} is not carried to the ROS nodes: {error}"),
    };
    let desk = Arc::new(Desk { across, name, querier, writer, complaints: Complaints::default() });
    let places = Arc::new(Semaphore::new(MOST_REQUESTS));
    // Dropped with this route.
    let mut under_way = JoinSet::new();
    loop {
        tokio::select! {
            Some(sample) = samples.next() => match sample {
                Ok(sample) => {
                    let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
                        desk.complaints.note(&desk.name, "a request was dropped, as too many wait for their answers");
                        continue;
                    };
                    let Some(request) = Request::read(sample) else {
                        desk.complaints.note(&desk.name, "a request is too short");
                        continue;
                    };
                    let desk = Arc::clone(&desk);
                    under_way.spawn(async move {
                        desk.serve(request).await;
                        drop(place);
                    });
                }
                Err(error) => desk.complaints.note(&desk.name, &format!("a request was not read: {error}")),
            },
            Some(_) = under_way.join_next(), if !under_way.is_empty() => (),
        }
    }
}

/// A request, and to whom its response goes.
struct Request {
    payload: Vec<u8>,
    /// What identifies it beside the data.
    beside: SampleIdentity,
    /// What identifies it in the data.
    within: Option<Identity>,
}

impl Request {
    fn read(sample: DataSample<Raw>) -> Option<Self> {
        let info = sample.sample_info();
        let written = info.sample_identity();
        // The client tells the reader of its responses, unless it is an old one.
        let client = info.related_sample_identity().map(|related| related.writer_guid);
        let client = client.filter(|guid| *guid != GUID::GUID_UNKNOWN).unwrap_or(written.writer_guid);
        let beside = SampleIdentity { writer_guid: client, sequence_number: written.sequence_number };
        let Raw(payload) = sample.into_value();
        match Convention::of(&written.writer_guid.to_bytes()) {
            Convention::InlineQos => Some(Self { payload, beside, within: None }),
            Convention::InData => {
                let (identity, payload) = without_identity(&payload)?;
                Some(Self { payload, beside, within: Some(identity) })
            }
        }
    }
}

/// Where requests are served.
struct Desk {
    across: Across,
    name: String,
    querier: Querier<'static>,
    writer: Writer,
    complaints: Complaints,
}

impl Desk {
    /// ROS has no way to tell a client that its request failed: then it gets no answer, and only we tell.
    async fn serve(&self, request: Request) {
        let payload = match self.ask(request.payload).await {
            Ok(payload) if is_plain(&payload) => payload,
            Ok(_) => return self.complaints.note(&self.name, "a response of an actor is not in little-endian CDR"),
            Err(reason) => {
                return self.complaints.note(&self.name, &format!("a ROS node gets no answer, as {reason}"));
            }
        };
        let payload = match request.within {
            Some(identity) => with_identity(identity, &payload).unwrap_or_default(),
            None => payload,
        };
        self.wait_for(&request.beside.writer_guid.to_bytes()).await;
        let options = WriteOptionsBuilder::new().related_sample_identity(request.beside).build();
        if let Err(error) = self.writer.async_write_with_options(Raw(payload), options).await {
            self.complaints.note(&self.name, &format!("a response was not sent to a ROS node: {error}"));
        }
    }

    async fn ask(&self, payload: Vec<u8>) -> Result<Vec<u8>, String> {
        let replies = self.querier.get().payload(payload).await.map_err(|error| error.to_string())?;
        let reply = replies.recv_async().await.map_err(|_| "no actor serves it any more".to_owned())?;
        match reply.into_result() {
            Ok(sample) => Ok(sample.payload().to_bytes().into_owned()),
            Err(error) => Err(format!("the actor says: {}", String::from_utf8_lossy(&error.payload().to_bytes()))),
        }
    }

    /// Waits until the client gets what we write. A response to a client that is not known yet would be lost.
    async fn wait_for(&self, client: &Guid) {
        let ours = self.writer.guid().to_bytes();
        // An old client names its writer; then it is any reader of the same participant.
        let is_reader = matches!(client[15] & 0x0f, 0x04 | 0x07);
        let fits = |reader: &Guid| if is_reader { reader == client } else { reader[..12] == client[..12] };
        let mut matches = self.across.matches.clone();
        let known = matches.wait_for(|all| all.iter().any(|(writer, reader)| *writer == ours && fits(reader)));
        if timeout(CLIENT_PATIENCE, known).await.is_err() {
            self.complaints.note(&self.name, "the client of a response is not known");
        }
    }
}
