//! Puts a chunk's functions into one another, for hosts that want all of it.

use crate::account::Account;
use crate::code::{Buffer, Generated, Generation};
use crate::error::CompileError;
use crate::meter::Meter;
use fife_bytecode::{Prototype, block_bytes};

/// The functions that are not yet in another one.
#[derive(Default)]
struct Nesting {
    loose: Buffer<Box<Prototype>>,
    /// How many of the meter's bytes it uses, and how many it has taken.
    account: (usize, usize),
    /// The bytes of all functions as they came.
    own_bytes: usize,
}

/// Generates all code. The bytes of the result stay taken from the meter; after an error, none.
pub(crate) fn generate(mut generation: Generation, meter: &mut dyn Meter) -> Result<Prototype, CompileError> {
    let mut nesting = Nesting::default();
    let result = loop {
        match generation.advance(meter) {
            Ok(Generated::Piece) => {}
            Ok(Generated::Function { function, nested }) => {
                nesting.own_bytes += function.own_bytes();
                match nesting.add(function, nested, generation.is_at_end(), meter) {
                    Ok(None) => {}
                    Ok(Some(main)) => break Ok(main),
                    Err(error) => break Err(error),
                }
            }
            Err(error) => break Err(error),
        }
    };
    generation.release(meter);
    let kept = result.as_ref().map_or(0, Prototype::tree_bytes);
    // What was taken for functions and for lists of them is that of the whole tree, at the end.
    let (_, taken) = nesting.account;
    let own_bytes = nesting.own_bytes;
    drop(nesting);
    meter.give(taken + own_bytes - kept);
    result
}

impl Nesting {
    /// Puts the last functions into one that is complete, and returns that if it is the last.
    fn add(
        &mut self,
        mut function: Prototype,
        nested: usize,
        is_last: bool,
        meter: &mut dyn Meter,
    ) -> Result<Option<Prototype>, CompileError> {
        let (used, taken) = self.account;
        let mut account = Account::resume(meter, used, taken);
        let added = (|| {
            if nested > 0 {
                function.prototypes = self.loose.box_from(&mut account, self.loose.len() - nested)?;
            }
            if is_last {
                return Ok(Some(function));
            }
            account.take(block_bytes(size_of::<Prototype>()))?;
            self.loose.push(&mut account, Box::new(function))?;
            Ok(None)
        })();
        self.account = account.state();
        added
    }
}
