//! The codecs, one a file.

mod cdr_crate;
mod cdr_encoding;
mod copy;
mod hiroz_by_hand;
mod hiroz_serde;
mod hiroz_shared;
mod hiroz_traits;
mod ours;
mod ours_shared;

pub(crate) use cdr_crate::Cdr;
pub(crate) use cdr_encoding::CdrEncoding;
pub(crate) use copy::Copy;
pub(crate) use hiroz_by_hand::HirozByHand;
pub(crate) use hiroz_serde::HirozSerde;
pub(crate) use hiroz_shared::HirozShared;
pub(crate) use hiroz_traits::HirozTraits;
pub(crate) use ours::Ours;
pub(crate) use ours_shared::OursShared;

/// The encapsulation header, for the codecs that leave it to their users.
const HEADER: [u8; 4] = [0x00, 0x01, 0x00, 0x00];

/// An empty payload with its header and room for the rest.
fn begin(size: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(size);
    bytes.extend_from_slice(&HEADER);
    bytes
}
