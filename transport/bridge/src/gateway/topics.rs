//! The two topics of an action, feedback and status. The plugin carries none of an action whose services it does not.

use rustdds::no_key::DataSample;
use tokio::sync::mpsc;
use zenoh::{
    Wait,
    pubsub::Publisher,
    qos::CongestionControl,
    sample::{Locality, Sample, SampleKind},
};
use zenoh_ext::{
    AdvancedPublisher, AdvancedPublisherBuilderExt, AdvancedSubscriberBuilderExt, CacheConfig, HistoryConfig,
    MissDetectionConfig,
};

use super::{
    across::{Across, Complaints},
    convention::is_plain,
    endpoints::Keeps,
    names::{key, topic},
};
use crate::raw::Raw;

/// Samples of actors that wait for DDS.
const MOST_SAMPLES: usize = 1_000;

/// One topic.
pub(super) struct Topic {
    /// Its name among the ROS nodes.
    pub(super) name: String,
    /// Its type on DDS.
    pub(super) dds_type: String,
    pub(super) keeps: Keeps,
}

enum Out {
    Plain(Publisher<'static>),
    Keeping(AdvancedPublisher<'static>),
}

/// Carries what a ROS node publishes to the actors.
pub(super) async fn to_actors(across: Across, subject: Topic) {
    let Topic { name, dds_type, keeps } = subject;
    let actors_name = across.namespace.to_actors(&name);
    let publisher = across
        .session
        .declare_publisher(key(&actors_name).to_owned())
        .congestion_control(CongestionControl::Block)
        .allowed_destination(Locality::Remote);
    let out = match keeps {
        Keeps::Nothing => publisher.await.map(Out::Plain),
        Keeps::Last => publisher
            .cache(CacheConfig::default().max_samples(1))
            .sample_miss_detection(MissDetectionConfig::default())
            .publisher_detection()
            .await
            .map(Out::Keeping),
    };
    let out = match out {
        Ok(out) => out,
        Err(error) => return tracing::warn!("the topic {name} is not carried to the actors: {error}"),
    };
    let Some(mut samples) = across.reader(&topic(&name), &dds_type, keeps) else { return };
    let complaints = Complaints::default();
    while let Some(sample) = samples.next().await {
        let put = match sample.map(DataSample::into_value) {
            Ok(Raw(bytes)) => match &out {
                Out::Plain(publisher) => publisher.put(bytes).await.map_err(|error| error.to_string()),
                Out::Keeping(publisher) => publisher.put(bytes).await.map_err(|error| error.to_string()),
            },
            Err(error) => Err(error),
        };
        if let Err(error) = put {
            complaints.note(&name, &format!("a sample was not carried to the actors: {error}"));
        }
    }
}

/// Carries what an actor publishes to the ROS nodes.
pub(super) async fn to_ros(across: Across, subject: Topic) {
    let Topic { name, dds_type, keeps } = subject;
    let Some(writer) = across.writer(&topic(&name), &dds_type, keeps) else { return };
    let actors_name = across.namespace.to_actors(&name);
    let (sender, mut samples) = mpsc::channel::<Vec<u8>>(MOST_SAMPLES);
    let told = name.clone();
    let full = Complaints::default();
    let receive = move |sample: Sample| {
        let wanted = sample.kind() == SampleKind::Put;
        if wanted && sender.try_send(sample.payload().to_bytes().into_owned()).is_err() {
            full.note(&told, "a sample was dropped, as DDS takes them too slowly");
        }
    };
    let builder = across
        .session
        .declare_subscriber(key(&actors_name).to_owned())
        .callback(receive)
        .allowed_origin(Locality::Remote);
    // Held only to be dropped.
    let (mut _plain, mut _keeping) = (None, None);
    let declared = match keeps {
        Keeps::Nothing => builder.wait().map(|subscriber| _plain = Some(subscriber)),
        Keeps::Last => builder
            .history(HistoryConfig::default().detect_late_publishers())
            .wait()
            .map(|subscriber| _keeping = Some(subscriber)),
    };
    if let Err(error) = declared {
        return tracing::warn!("the topic {name} is not carried to the ROS nodes: {error}");
    }
    let complaints = Complaints::default();
    while let Some(bytes) = samples.recv().await {
        let written = match is_plain(&bytes) {
            true => writer.async_write(Raw(bytes), None).await.map_err(|error| error.to_string()),
            false => Err("it is not in little-endian CDR".to_owned()),
        };
        if let Err(error) = written {
            complaints.note(&name, &format!("a sample was not carried to the ROS nodes: {error}"));
        }
    }
}
