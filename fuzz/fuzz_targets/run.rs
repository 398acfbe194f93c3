//! Programs under limits, in slices of fuel of all sizes with collection at each pause.
//!
//! The first byte says what the rest is: plain text, or decisions for a hostile program or a steady one. A steady
//! program runs again without interference and must print the same.

#![no_main]

use fife_fuzz::drive::{self, Plan};
use fife_generator::{Choices, Style, generate};
use libfuzzer_sys::{Corpus, fuzz_target};

const FUEL: u64 = 120_000;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let choices = Choices::from_bytes(bytes);
    let (kind, seed) = (choices.byte(), u64::from(choices.byte()) << 8 | u64::from(choices.byte()));
    let memory = Some([8 << 20, 1 << 20, 2 << 20, 600 << 10][choices.below(4)]);
    let plan = Plan { memory, ..Plan::sliced(FUEL, 0x9e37_79b9_7f4a_7c15 ^ seed) };
    match kind % 4 {
        0 => {
            let _ = drive::run(choices.rest(), plan);
        }
        1 => {
            let source = generate(&choices, Style::Hostile).source;
            if drive::run(&source, plan).is_err() {
                return Corpus::Reject;
            }
        }
        _ => {
            let source = generate(&choices, Style::Steady).source;
            // Too many variables, for one, are an error.
            let Ok(sliced) = drive::run(&source, plan) else {
                return Corpus::Reject;
            };
            let plain = drive::run(&source, Plan::plain(FUEL)).expect("as before");
            drive::compare(&sliced, &plain);
        }
    }
    Corpus::Keep
});
