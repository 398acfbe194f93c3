//! The root is traced, so it must be `Collect` and outlive every brand.
use fife_arena::{Arena, Rootable};
use std::cell::Cell;

fn main() {
    Arena::<Rootable![Cell<u8>]>::new(|_| Cell::new(1));
}
