//! The few calls into Cyclone DDS that the plugin does not make: arriving before it, asking who it is, and leaving after it.
#![allow(unsafe_code)]

use std::{ptr, time::Duration};

use cyclors::{
    DDS_CYCLONEDDS_HANDLE, DDS_RETCODE_PRECONDITION_NOT_MET, dds_create_participant, dds_delete, dds_entity_t,
    dds_get_guid, dds_guid_t, dds_lookup_participant,
};

use crate::{domain::Guid, error::BridgeError};

/// More than this process has: the plugin's and the scout.
const MOST_PARTICIPANTS: usize = 8;

/// How long [`send_scout`]'s participant needs to know the endpoints of all running ROS nodes.
///
/// Fast DDS repeats the list of its endpoints to those who have not asked for it once a second, and Cyclone asks
/// 0.1 s later.
pub(crate) const SCOUTING: Duration = Duration::from_millis(1300);

/// Sends a participant without endpoints into the domain, ahead of the plugin's. The first participant of a process also
/// fixes Cyclone's settings.
///
/// When Fast DDS finds a new participant, or a new reader, it says at once what it has to send. Cyclone is still busy
/// with noticing whom that came from, and drops it. For the list of endpoints Fast DDS repeats itself after one
/// second, but for the topic in which ROS lists its nodes only after three more; until then the plugin bridges
/// nothing towards ROS. What one participant of a process has found, the next one knows from its first moment, and
/// then nothing is dropped. Measured: 1.4 s instead of 3.1 to 4.2 s from the start to the first message.
///
/// It stays until [`leave`]. Taken away while a ROS node has been seen but not yet its endpoints, it would leave the
/// plugin's participant without them for good: seen in a quarter of the starts side by side with a ROS node.
pub(crate) fn send_scout(domain: u32) -> Result<(), BridgeError> {
    // SAFETY: the function takes a number and two pointers that may be null, for the default QoS and for no
    // listener. It is thread-safe and returns a handle or a negative error code.
    let participant = unsafe { dds_create_participant(domain, ptr::null(), ptr::null()) };
    if participant < 0 { Err(BridgeError::NoParticipant { domain, code: participant }) } else { Ok(()) }
}

/// The identifiers of this process's participants in Cyclone: the plugin's, once it has joined, and the scout.
pub(crate) fn participants(domain: u32) -> Vec<Guid> {
    let mut handles = [0; MOST_PARTICIPANTS];
    // SAFETY: the function writes at most as many handles as the number says, which is that of the array's places. It is
    // thread-safe and returns how many there are, or a negative error code.
    let count = unsafe { dds_lookup_participant(domain, handles.as_mut_ptr(), handles.len()) };
    let count = usize::try_from(count).unwrap_or(0).min(handles.len());
    handles[..count].iter().filter_map(|handle| guid(*handle)).collect()
}

fn guid(participant: dds_entity_t) -> Option<Guid> {
    let mut guid = dds_guid_t { v: [0; 16] };
    // SAFETY: the function writes the 16 bytes that it is given, or refuses a handle that is not valid any more. It is
    // thread-safe.
    let code = unsafe { dds_get_guid(participant, &raw mut guid) };
    (code >= 0).then_some(guid.v)
}

/// Leaves every domain: deletes all that this process has in DDS, which tells the ROS nodes that it is gone. Without
/// it they would go on counting its topics for ten seconds. Takes a few tenths of a second.
///
/// The plugin's handles become invalid by this; Cyclone refuses them with error codes, which the plugin logs.
pub(crate) fn leave() {
    // SAFETY: this handle stands for the whole library and may be deleted at any time; the call is thread-safe.
    let code = unsafe { dds_delete(DDS_CYCLONEDDS_HANDLE) };
    // That one means that this process never joined a domain.
    if code < 0 && code != DDS_RETCODE_PRECONDITION_NOT_MET {
        tracing::warn!("DDS was not left cleanly (Cyclone DDS says {code}); ROS nodes will notice within ten seconds");
    }
}
