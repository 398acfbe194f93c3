//! Turns a function into a binary chunk, which [`load`](super::load) reads back.
//!
//! Prototypes are written one by one, each before those nested in it. Each is a piece of work of its own: the caller
//! makes room before asking for the next.

use crate::object::{Function, PrototypeObject};
use fife_arena::{Collect, Gc};
use fife_bytecode::ByteSink;
use fife_bytecode::chunk::{Length, Writer};

/// Receives the bytes.
struct Output<F>(F);

impl<F: FnMut(&[u8])> ByteSink for Output<F> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        (self.0)(bytes);
    }
}

/// A function that is being written as a binary chunk.
#[derive(Collect)]
pub(crate) struct Dumping<'gc> {
    /// The prototypes around the next one, and how many of those nested in each are done. The verifier limits how deep
    /// they nest.
    around: Vec<(Gc<'gc, PrototypeObject<'gc>>, usize)>,
    next: Option<Gc<'gc, PrototypeObject<'gc>>>,
    #[collect(static)]
    writer: Writer,
}

impl<'gc> Dumping<'gc> {
    /// Begins with a function; `None` for a native.
    pub(crate) fn new(function: Function<'gc>, is_stripped: bool) -> Option<Dumping<'gc>> {
        match function {
            Function::Closure(closure) => {
                let writer = Writer::new(&closure.prototype.chunk, is_stripped);
                Some(Dumping { around: Vec::new(), next: Some(closure.prototype), writer })
            }
            Function::Native(_) => None,
        }
    }

    /// The length of the next part in bytes; `None` after the last.
    pub(crate) fn next_length(&self) -> Option<usize> {
        let mut length = Length::default();
        self.next.map(|next| {
            self.put(next, &mut length);
            length.0
        })
    }

    /// Writes the next part, a few bytes at a time.
    pub(crate) fn write_next(&mut self, write: impl FnMut(&[u8])) {
        let Some(next) = self.next else { return };
        self.put(next, &mut Output(write));
        self.around.push((next, 0));
        self.next = None;
        while let Some((prototype, done)) = self.around.last_mut() {
            if let Some(nested) = prototype.prototypes.get(*done) {
                *done += 1;
                self.next = Some(*nested);
                return;
            }
            self.around.pop();
        }
    }

    fn put(&self, prototype: Gc<'gc, PrototypeObject<'gc>>, sink: &mut impl ByteSink) {
        if self.around.is_empty() {
            self.writer.put_header(prototype.source(), sink);
        }
        self.writer.put_function(&prototype.chunk, self.around.len(), prototype.prototypes.len(), sink);
    }
}
