//! Fife against PUC-Rio Lua: what programs print is the same, in one go and in slices with collection at each pause.
//!
//! The programs are those of the command in `tests/differential`, but the fuzzer makes the decisions. Differences that
//! the command takes as intended do not count here, either.

#![no_main]

use fife_differential::known::known_difference;
use fife_differential::run::{Pauses, run_fife, run_puc};
use fife_generator::{Choices, Style, generate};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let program = generate(&Choices::from_bytes(bytes), Style::Comparable);
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
        if known_difference(&program, &puc, &fife).is_some() {
            return Corpus::Reject;
        }
        let (puc, fife) = (String::from_utf8_lossy(&puc.output), String::from_utf8_lossy(&fife.output));
        panic!("{pauses:?}: outputs differ; PUC-Rio Lua's:\n{puc}\nFife's:\n{fife}");
    }
    Corpus::Keep
});
