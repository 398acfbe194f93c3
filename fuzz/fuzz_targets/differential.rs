//! Fife against PUC-Rio Lua: what programs print is the same, in one go and in slices with collection at each pause.
//!
//! Programs come from the generator of `tests/differential`, whose random numbers are the fuzzer's bytes here; what it takes for
//! a difference that is meant is none here either.

#![no_main]

#[path = "../../tests/differential/src/generate/mod.rs"]
mod generate;
#[path = "../../tests/differential/src/known.rs"]
mod known;
#[path = "../../tests/differential/src/run/mod.rs"]
#[allow(dead_code, unused_imports, reason = "it is for a program that goes on after a panic")]
mod run;
#[path = "../../tests/differential/src/tokens.rs"]
mod tokens;

/// The fuzzer's bytes in place of random numbers; when they are used up, numbers that are the same each time.
mod random {
    use std::cell::{Cell, RefCell};

    thread_local! {
        static BYTES: RefCell<(Vec<u8>, usize)> = const { RefCell::new((Vec::new(), 0)) };
    }

    /// Sets the bytes that the generator finds.
    pub fn set_bytes(bytes: &[u8]) {
        BYTES.with_borrow_mut(|it| *it = (bytes.to_vec(), 0));
    }

    fn byte() -> Option<u8> {
        BYTES.with_borrow_mut(|(bytes, at)| {
            *at += 1;
            bytes.get(*at - 1).copied()
        })
    }

    /// As the generator's own: decisions.
    #[derive(Clone, Debug)]
    pub struct Random {
        state: Cell<u64>,
    }

    impl Random {
        pub fn new(seed: u64) -> Random {
            Random { state: Cell::new(seed) }
        }

        /// 64 bits: of eight bytes, or made (SplitMix64).
        pub fn bits(&self) -> u64 {
            let mut taken = 0;
            for _ in 0..8 {
                let Some(next) = byte() else { return self.made() };
                taken = taken << 8 | u64::from(next);
            }
            taken
        }

        fn made(&self) -> u64 {
            self.state.set(self.state.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
            let mut bits = self.state.get();
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bits ^ (bits >> 31)
        }

        /// A number from 0 to below `end`: of one byte, where that is enough.
        pub fn below(&self, end: usize) -> usize {
            let taken = if end <= 256 { byte().map(u64::from) } else { None };
            (taken.unwrap_or_else(|| if end <= 256 { self.made() } else { self.bits() }) % end.max(1) as u64) as usize
        }

        pub fn range(&self, low: i64, high: i64) -> i64 {
            low + self.below((high - low + 1) as usize) as i64
        }

        pub fn chance(&self, percent: usize) -> bool {
            self.below(100) < percent
        }

        pub fn pick<'a, T: ?Sized>(&self, from: &[&'a T]) -> &'a T {
            from[self.below(from.len())]
        }
    }
}

use libfuzzer_sys::{Corpus, fuzz_target};
use run::{Pauses, run_fife, run_puc};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    random::set_bytes(bytes);
    let program = generate::generate(u64::from(bytes.first().copied().unwrap_or(0)));
    if std::env::var_os("FUZZ_SHOW").is_some() {
        eprintln!("----\n{}\n----", String::from_utf8_lossy(&program.source));
    }
    let puc = run_puc(&program);
    if puc.is_stopped {
        return Corpus::Reject;
    }
    for pauses in [Pauses::Few, Pauses::Many(bytes.len() as u64)] {
        let fife = run_fife(&program, pauses);
        if fife.output == puc.output && !fife.is_stopped {
            continue;
        }
        if known::known_difference(&program, &puc, &fife).is_some() {
            return Corpus::Reject;
        }
        let (puc, fife) = (String::from_utf8_lossy(&puc.output), String::from_utf8_lossy(&fife.output));
        panic!("{pauses:?}: outputs differ; PUC-Rio Lua's:\n{puc}\nFife's:\n{fife}");
    }
    Corpus::Keep
});
