//! How a request and its response are known to belong together: the two conventions of ROS on DDS.
//!
//! Fast DDS writes the identity beside the data, into the inline QoS of RTPS (`related_sample_identity`). Cyclone writes it
//! into the data: 16 bytes between the header of the encoding and the message.

use crate::domain::Guid;

/// The header of the encoding.
const ENCODING: usize = 4;
/// Cyclone's header: 8 bytes for the client, 8 for the request.
const IDENTITY: usize = 16;

/// Cyclone's header of a request, which its response repeats.
pub(super) type Identity = [u8; IDENTITY];

/// Which of the two somebody uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Convention {
    /// Beside the data.
    InlineQos,
    /// In the data.
    InData,
}

impl Convention {
    /// That of the owner of an endpoint: a GUID begins with the number of the vendor.
    pub(super) fn of(guid: &Guid) -> Self {
        if guid.starts_with(&[0x01, 0x10]) { Self::InData } else { Self::InlineQos }
    }
}

/// Whether the bytes begin with a header that the gateway can pass on to DDS: plain CDR, little-endian.
pub(super) fn is_plain(payload: &[u8]) -> bool {
    payload.len() >= ENCODING && payload.starts_with(&[0, 1])
}

/// Puts Cyclone's header in. `None` if the payload has no header of its own.
pub(super) fn with_identity(identity: Identity, payload: &[u8]) -> Option<Vec<u8>> {
    let (encoding, message) = payload.split_at_checked(ENCODING)?;
    Some([encoding, &identity, message].concat())
}

/// Takes Cyclone's header out. `None` if the payload is too short to have one.
pub(super) fn without_identity(payload: &[u8]) -> Option<(Identity, Vec<u8>)> {
    let (encoding, rest) = payload.split_at_checked(ENCODING)?;
    let (identity, message) = rest.split_first_chunk::<IDENTITY>()?;
    Some((*identity, [encoding, message].concat()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_vendor_decides() {
        let guid = |vendor: [u8; 2]| {
            let mut guid = [7; 16];
            guid[..2].copy_from_slice(&vendor);
            guid
        };
        assert_eq!(Convention::of(&guid([0x01, 0x10])), Convention::InData);
        for other in [[0x01, 0x0f], [0x01, 0x12], [0, 0]] {
            assert_eq!(Convention::of(&guid(other)), Convention::InlineQos);
        }
    }

    #[test]
    fn the_header_is_put_in_behind_that_of_the_encoding_and_taken_out_again() {
        let identity = *b"clientclsequence";
        let payload = [0, 1, 0, 0, 5, 6, 7];
        let joined = with_identity(identity, &payload).unwrap();
        assert_eq!(joined, [&payload[..4], &identity[..], &payload[4..]].concat());
        assert_eq!(without_identity(&joined), Some((identity, payload.to_vec())));
    }

    #[test]
    fn what_is_too_short_is_refused() {
        let payload = [0_u8; 20];
        for length in 0..20 {
            assert_eq!(without_identity(&payload[..length]), None, "{length}");
        }
        assert_eq!(without_identity(&payload), Some(([0; 16], vec![0; 4])));
        assert!((0..4).all(|length| with_identity([0; 16], &payload[..length]).is_none()));
    }

    #[test]
    fn only_plain_little_endian_cdr_goes_to_dds() {
        assert!(is_plain(&[0, 1, 0, 0]) && is_plain(&[0, 1, 0, 0, 9]));
        for bad in [&[][..], &[0, 1, 0], &[0, 0, 0, 0], &[0, 7, 0, 0], &[1, 1, 0, 0]] {
            assert!(!is_plain(bad), "{bad:?}");
        }
    }
}
