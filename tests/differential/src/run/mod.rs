//! Runs a program with each implementation and returns the outcome.

mod fife;
mod puc;

pub use fife::{Pauses, keep_panics, run_fife};
pub use puc::{is_puc_compatible, run_puc};

use fife_generator::Program;

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// All output, and the error at the end, if any.
    pub output: Vec<u8>,
    /// Whether the program was stopped because it took too long or too much, so that its output is inconclusive.
    pub is_stopped: bool,
}

/// The most output that is kept of a program.
const OUTPUT_MAX: usize = 1 << 20;

/// Whether a program uses hooks. PUC Lua's limit on instructions is one, too.
pub fn has_hooks(program: &Program) -> bool {
    let text = b"hook(";
    program.source.windows(text.len()).any(|window| window == text)
}

/// An output without addresses: the digits after `: 0x`. Scripts get to see no others.
fn without_addresses(output: Vec<u8>) -> Vec<u8> {
    const MARK: &[u8] = b": 0x";
    if !output.windows(MARK.len()).any(|window| window == MARK) {
        return output;
    }
    let mut kept = Vec::with_capacity(output.len());
    let mut at = 0;
    while at < output.len() {
        if output[at..].starts_with(MARK) {
            kept.extend_from_slice(MARK);
            at += MARK.len();
            while output.get(at).is_some_and(u8::is_ascii_hexdigit) {
                at += 1;
            }
        } else {
            kept.push(output[at]);
            at += 1;
        }
    }
    kept
}
