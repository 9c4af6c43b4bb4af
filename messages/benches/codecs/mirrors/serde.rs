//! Mirrors for the codecs that use serde. Byte sequences are `serde_bytes`, or serde would visit every byte.

use serde_bytes::ByteBuf as Bytes;

super::geometry!(structs);
super::messages!(structs);

use super::structs;
