//! Names in scope, and crates under another's name, do not blind the derive to a destructor.
extern crate self as core;

trait Drop {}

pub mod ops {
    pub trait Drop {}
}

pub mod marker {
    pub use std::marker::Sized;
}

pub mod primitive {
    pub use std::primitive::bool;
}

use fife_arena::{Collect, Gc, Lock};

#[derive(Collect)]
struct Node<'gc> {
    name: String,
    other: Lock<Option<Gc<'gc, Node<'gc>>>>,
}

impl<'gc> std::ops::Drop for Node<'gc> {
    fn drop(&mut self) {
        if let Some(other) = self.other.get() {
            println!("{} sees {:?}", self.name, other.name);
        }
    }
}

fn main() {}
