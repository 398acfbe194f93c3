//! A local trait named `Drop` does not blind the derive to a destructor.
use fife_arena::{Collect, Gc, Lock};

trait Drop {}

#[derive(Collect)]
struct Node<'gc> {
    name: String,
    other: Lock<Option<Gc<'gc, Node<'gc>>>>,
}

impl<'gc> core::ops::Drop for Node<'gc> {
    fn drop(&mut self) {
        if let Some(other) = self.other.get() {
            println!("{} sees {:?}", self.name, other.name);
        }
    }
}

fn main() {}
