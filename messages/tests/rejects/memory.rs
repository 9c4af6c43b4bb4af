//! No payload makes a reader take much more memory than the payload itself has.

use allocation_counter::measure;
use rosactor_every_type::{Decoded, Source, Type, all};
use rosactor_messages::bytes::Bytes;

/// How many bytes of memory a byte of a payload may take with the types' own code. What takes most are empty strings: four
/// bytes in a payload, 24 in memory.
const FACTOR: u64 = 8;

/// The same by serde, whose lists grow as elements come, so that for a moment there is a list twice.
const FACTOR_BY_SERDE: u64 = 16;

/// Payloads that begin like `body` and go on with a length that lies, or with nothing but such lengths.
fn hostile(body: &[u8]) -> Vec<Vec<u8>> {
    let mut payloads = Vec::new();
    for behind in [0, 200, 4096] {
        // Elements of these sizes would fit.
        for size in [0, 1, 4, 8, 12, 24, 72] {
            let count = u32::try_from(behind).unwrap().checked_div(size).unwrap_or(u32::MAX).to_le_bytes();
            for at in (4..body.len().min(200)).step_by(4) {
                payloads.push([&body[..at], &count, &vec![0; behind]].concat());
                payloads.push([&body[..at], &count.repeat(1 + behind / 4)].concat());
            }
        }
    }
    payloads
}

/// The most memory that was taken at one time.
fn taken(decode: impl FnOnce() -> Decoded) -> u64 {
    measure(|| drop(decode())).bytes_max
}

fn check(kind: &Type, payload: &[u8]) {
    let shared = Bytes::copy_from_slice(payload);
    let ways = [
        ("decode", FACTOR, taken(|| (kind.decode)(payload))),
        ("decode_shared", FACTOR, taken(|| (kind.decode_shared)(&shared))),
        ("serde_cdr::decode", FACTOR_BY_SERDE, taken(|| (kind.decode_by_serde)(payload))),
    ];
    for (way, factor, taken) in ways {
        // The table puts the value into a box.
        let most = factor * payload.len() as u64 + kind.size as u64;
        assert!(taken <= most, "{}: {way} took {taken} bytes for a payload of {}", kind.name, payload.len());
    }
}

#[test]
fn no_type_takes_more_than_a_few_times_the_payload() {
    for kind in all() {
        let random = (kind.make)(&mut Source::Random { state: 1, longest: 2 });
        for value in [(kind.default)(), random] {
            let Ok(payload) = value.encode() else { continue };
            check(&kind, &payload);
            hostile(&payload).iter().for_each(|payload| check(&kind, payload));
        }
    }
}
