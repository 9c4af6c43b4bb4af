//! An image that counts whatever copies it or makes bytes of it.

use std::sync::atomic::{AtomicUsize, Ordering};

use rosactor::messages::sensor_msgs::Image;
use rosactor::messages::{DecodeError, EncodeError, Message, Payload, TypeDescription};
use serde::{Deserialize, Serialize};

/// Clones, encodings and decodings of all pictures.
static COPIES: AtomicUsize = AtomicUsize::new(0);

/// On the wire it is an image.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Picture(Image);

impl Picture {
    pub(crate) fn of(bytes: usize) -> Self {
        Self(Image { data: vec![7; bytes].into(), ..Default::default() })
    }

    /// Where its pixels are in memory.
    pub(crate) fn pixels(&self) -> usize {
        self.0.data.as_ptr().addr()
    }

    pub(crate) fn copies() -> usize {
        COPIES.load(Ordering::SeqCst)
    }
}

fn count() {
    COPIES.fetch_add(1, Ordering::SeqCst);
}

impl Clone for Picture {
    fn clone(&self) -> Self {
        count();
        Self(self.0.clone())
    }
}

impl Message for Picture {
    const TYPE_NAME: &'static str = Image::TYPE_NAME;
    const TYPE_HASH: &'static str = Image::TYPE_HASH;
    const DESCRIPTION: &'static TypeDescription = Image::DESCRIPTION;
    const HAS_OCTETS: bool = Image::HAS_OCTETS;

    fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        count();
        self.0.encode()
    }

    fn encode_scattered(&self) -> Result<Payload, EncodeError> {
        count();
        self.0.encode_scattered()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        count();
        Image::decode(bytes).map(Self)
    }

    fn decode_scattered(payload: &Payload) -> Result<Self, DecodeError> {
        count();
        Image::decode_scattered(payload).map(Self)
    }
}
