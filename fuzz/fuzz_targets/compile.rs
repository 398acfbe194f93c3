//! Any bytes as source text: the compiler answers with a message or with code that verifies.

#![no_main]

use fife_bytecode::{Constant, Prototype};
use fife_compiler::{CompileError, Meter, Refused, Unmetered};
use libfuzzer_sys::{Corpus, fuzz_target};

/// Refuses after some bytes, as a memory limit does, and checks that no more is given back than was taken.
struct Limited {
    left: usize,
    taken: usize,
}

impl Meter for Limited {
    fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.left = self.left.checked_sub(bytes).ok_or(Refused)?;
        self.taken += bytes;
        Ok(())
    }
    fn give(&mut self, bytes: usize) {
        self.taken = self.taken.checked_sub(bytes).expect("given back what was taken");
        self.left += bytes;
    }
}

/// Whether two prototypes are the same; a NaN equals itself here.
fn same(left: &Prototype, right: &Prototype) -> bool {
    let same_constant = |(a, b): (&Constant, &Constant)| match (a, b) {
        (Constant::Float(a), Constant::Float(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    };
    left.code == right.code
        && left.live == right.live
        && left.upvalues == right.upvalues
        && left.constants.len() == right.constants.len()
        && left.constants.iter().zip(&right.constants).all(same_constant)
        && left.prototypes.len() == right.prototypes.len()
        && left.prototypes.iter().zip(&right.prototypes).all(|(a, b)| same(a, b))
}

fuzz_target!(|source: &[u8]| -> Corpus {
    match fife_compiler::compile(source, b"=fuzz", &mut Unmetered) {
        Ok(prototype) => {
            let mut limited = Limited { left: usize::MAX, taken: 0 };
            let again = fife_compiler::compile(source, b"=fuzz", &mut limited).expect("as before");
            assert!(same(&again, &prototype), "compiling twice gives the same");
            fife_bytecode::verify(prototype).expect("what compiles verifies");
            let mut limited = Limited { left: source.len().saturating_mul(20), taken: 0 };
            let _ = fife_compiler::compile(source, b"=fuzz", &mut limited);
            Corpus::Keep
        }
        Err(CompileError::Syntax(error)) => {
            // Syntax that is too deep is refused in PUC-Rio Lua's words, which say nothing else.
            let is_placed = error.message.starts_with(b"fuzz:") || &error.message[..] == b"C stack overflow";
            assert!(is_placed, "messages say where");
            Corpus::Keep
        }
        Err(_) => panic!("refused without a limit"),
    }
});
