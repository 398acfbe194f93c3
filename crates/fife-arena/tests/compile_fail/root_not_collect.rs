//! The root is traced, so it is `Collect`, and it lives as long as any brand.
use fife_arena::{Arena, Rootable};
use std::cell::Cell;

fn main() {
    Arena::<Rootable![Cell<u8>]>::new(|_| Cell::new(1));
}
