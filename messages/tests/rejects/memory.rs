//! No payload makes a reader take much more memory than the payload itself has.

use allocation_counter::measure;
use rosactor_every_type::{Source, Type, Value, all};
use rosactor_messages::bytes::Bytes;

/// The factor of memory by bytes.
const FACTOR: u64 = 8;

/// The most that was taken at one time.
fn taken(decode: impl FnOnce()) -> u64 {
    measure(decode).bytes_max
}

fn hostile(body: &[u8]) -> Vec<Vec<u8>> {
    const BEHIND: u32 = 4096;
    let mut payloads = Vec::new();
    for at in (4..body.len().min(240)).step_by(4) {
        for count in [u32::MAX, BEHIND, BEHIND / 4, BEHIND / 8, BEHIND / 12, BEHIND / 24, BEHIND / 72, 2] {
            let lie = count.to_le_bytes();
            payloads.push([&body[..at], &lie, &[0; BEHIND as usize]].concat());
            payloads.push([&body[..at], &lie.repeat(1 + BEHIND as usize / 4)].concat());
        }
    }
    payloads
}

fn check(kind: &Type, payload: &[u8], worst: &mut [(u64, String); 3]) {
    let shared = Bytes::copy_from_slice(payload);
    let size = kind.size as u64;
    let used = [
        taken(|| drop((kind.decode)(payload))),
        taken(|| drop((kind.decode_shared)(&shared))),
        taken(|| drop((kind.decode_by_serde)(payload))),
    ];
    for (used, worst) in used.iter().zip(worst) {
        let factor = used.saturating_sub(size) * 100 / payload.len() as u64;
        if factor > worst.0 {
            *worst = (factor, kind.name.to_owned());
        }
    }
}

#[test]
fn no_type_takes_more_than_a_few_times_the_payload() {
    let mut worst = [const { (0, String::new()) }; 3];
    for kind in all() {
        let mut source = Source::Random { state: 1, longest: 2 };
        let random: Box<dyn Value> = (kind.make)(&mut source);
        for value in [(kind.default)(), random] {
            let Ok(body) = value.encode() else { continue };
            hostile(&body).iter().for_each(|payload| check(&kind, payload, &mut worst));
        }
    }
    panic!("{worst:?} {FACTOR}");
}
