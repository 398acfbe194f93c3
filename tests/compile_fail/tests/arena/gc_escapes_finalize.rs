//! Neither a pointer nor the right to allocate can leave `finalize`.
use fife_arena::{Arena, Gc, Rootable};

fn main() {
    let mut arena = Arena::<Rootable![Gc<'_, u8>]>::new(|mc| Gc::new(mc, 1));
    let _object = arena.mark(1).unwrap().finalize(|_, root| *root);
    let _context = arena.mark(1).unwrap().finalize(|fc, _| fc);
}
