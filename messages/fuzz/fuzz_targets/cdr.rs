//! See `rosactor_every_type::fuzz::cdr`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| rosactor_every_type::fuzz::cdr(input));
