//! A payload is read as every type.

use std::sync::LazyLock;

use rosactor_messages::bytes::Bytes;

use crate::{Type, Value, all};

/// The table, made once: a fuzzer comes here many thousand times a second.
static TYPES: LazyLock<Vec<Type>> = LazyLock::new(all);

/// Reads a payload as every type. What can be read can be written, and what was written is read as the same again.
pub fn cdr(payload: &[u8]) {
    let shared = Bytes::copy_from_slice(payload);
    TYPES.iter().for_each(|kind| check(kind, &shared));
}

fn check(kind: &Type, payload: &Bytes) {
    let name = kind.name;
    // What it gives is compared below, with bytes of which it is known that serde must read them.
    let _ = (kind.decode_by_serde)(payload);
    match ((kind.decode)(payload), (kind.decode_shared)(payload)) {
        (Ok(value), Ok(shared)) => {
            let bytes = written(name, &*value);
            assert_eq!(written(name, &*shared), bytes, "{name}: a shared payload gives another value");
            check_again(kind, &*value, &bytes);
        }
        (Err(error), Err(shared)) => assert_eq!(error, shared, "{name}: a shared payload gives another error"),
        (read, shared) => panic!("{name}: read {read:?}, but {shared:?} from a shared payload"),
    }
}

/// The bytes of a value that was read, written in both ways.
fn written(name: &str, value: &dyn Value) -> Vec<u8> {
    let bytes = value.encode().unwrap_or_else(|error| panic!("{name}: what was read cannot be written: {error}"));
    assert_eq!(bytes.len(), 4 + value.end(), "{name}: the size was not computed right");
    assert_eq!(value.encode_scattered().as_deref(), Ok(&*bytes), "{name}: other bytes in pieces");
    bytes
}

/// Reads what was written. Values are compared by their bytes, because NaN equals nothing.
fn check_again(kind: &Type, value: &dyn Value, bytes: &[u8]) {
    let name = kind.name;
    let again = (kind.decode)(bytes).unwrap_or_else(|error| panic!("{name}: what was written cannot be read: {error}"));
    let has_nan = !value.equals(value);
    assert!(has_nan || value.equals(&*again), "{name}: what was written is not what was read");
    assert_eq!(written(name, &*again), bytes, "{name}: the second round gives other bytes");
    // The `cdr` crate writes some types otherwise than ROS, and these serde cannot read.
    if value.encode_by_the_cdr_crate().as_deref() == Ok(bytes) {
        let by_serde = (kind.decode_by_serde)(bytes);
        let by_serde = by_serde.unwrap_or_else(|error| panic!("{name}: serde cannot read what was written: {error}"));
        assert_eq!(written(name, &*by_serde), bytes, "{name}: serde reads another value");
        let swapped = (kind.decode)(&value.encode_big_endian_by_the_cdr_crate());
        let swapped = swapped.unwrap_or_else(|error| panic!("{name}: the other byte order cannot be read: {error}"));
        assert_eq!(written(name, &*swapped), bytes, "{name}: the other byte order gives another value");
    }
}
