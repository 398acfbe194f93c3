//! A type that traces pointers cannot have its own `Drop`: by then, the objects they point to may be gone.
use fife_arena::{Collect, Gc};

#[derive(Collect)]
struct Plain<'gc>(Gc<'gc, u8>);

impl Drop for Plain<'_> {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}

#[derive(Collect)]
struct Generic<T: Clone>(T)
where
    T: Copy;

impl<T: Clone + Copy> Drop for Generic<T> {
    fn drop(&mut self) {}
}

fn main() {}
