//! Chunks that were tampered with: what the verifier lets through runs like anything else.
//!
//! A program is compiled and written as a chunk, some of its bytes are changed, and it is read, verified and run in
//! slices with collection at each pause. If it passes, it runs again without interference and must print the same: then
//! the counts of live registers, which the collector trusts, are right, too.

#![no_main]

use fife_bytecode::chunk;
use fife_compiler::Unmetered;
use fife_fuzz::drive::{self, Plan};
use fife_generator::{Choices, Style, generate};
use libfuzzer_sys::{Corpus, fuzz_target};

const FUEL: u64 = 25_000;

/// Changes some bytes, each in one of a few ways.
fn tamper(chunk: &mut Vec<u8>, from: usize, choices: &Choices<'_>) {
    for _ in 0..1 + choices.below(12) {
        if chunk.len() <= from {
            return;
        }
        let place = usize::from(choices.byte()) << 8 | usize::from(choices.byte());
        let at = from + place % (chunk.len() - from);
        let value = choices.byte();
        match choices.below(8) {
            0 => chunk[at] = value,
            1 => chunk[at] = chunk[at].wrapping_add(1),
            2 => chunk[at] = chunk[at].wrapping_sub(1),
            3 => chunk[at] ^= 1 << (value % 8),
            4 => chunk[at] = value % 8,
            5 => {
                // Another part of the chunk.
                let length = (1 + usize::from(value % 12)).min(chunk.len() - at);
                let source = from + (place >> 3) % (chunk.len() - length - from + 1);
                chunk.copy_within(source..source + length, at);
            }
            6 => {
                chunk.remove(at);
            }
            _ => chunk.insert(at, value),
        }
    }
}

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let choices = Choices::from_bytes(bytes);
    // Text or a program of the generator, with changes or, now and then, without.
    let kind = choices.below(8);
    let (is_text, is_changed) = (matches!(kind, 0 | 4), !matches!(kind, 3 | 4 | 7));
    let seed = u64::from(choices.byte());
    let (changes, rest) = choices.rest().split_at(52.min(bytes.len().saturating_sub(2)));
    let (changes, rest) = (Choices::from_bytes(changes), Choices::from_bytes(rest));
    let source = if is_text { rest.rest().to_vec() } else { generate(&rest, Style::Steady).source };
    let Ok(prototype) = fife_compiler::compile(&source, b"=fuzz", &mut Unmetered) else {
        return Corpus::Reject;
    };
    let empty = chunk::write(&fife_compiler::compile(b"", b"=?", &mut Unmetered).expect("nothing compiles"), true);
    let header = empty.iter().zip(chunk::write(&prototype, true)).take_while(|(a, b)| **a == *b).count();
    let mut chunk = chunk::write(&prototype, true);
    if is_changed {
        tamper(&mut chunk, header.min(14), &changes);
    }
    let plan = Plan::sliced(FUEL, seed);
    let Ok(sliced) = drive::run(&chunk, plan) else {
        assert!(is_changed, "what compiles can be written and read");
        return Corpus::Keep;
    };
    if !is_text {
        let plain = drive::run(&chunk, Plan::plain(FUEL)).expect("as before");
        drive::compare(&sliced, &plain);
    }
    Corpus::Keep
});
