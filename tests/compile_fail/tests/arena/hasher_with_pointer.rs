//! A map's hasher is not traced, so it may hold no pointer.
use fife_arena::{Arena, Gc, Rootable};
use std::collections::HashMap;

struct Hasher<'gc>(Gc<'gc, u8>);

fn main() {
    let arena = Arena::<Rootable![()]>::new(|_| ());
    arena.mutate(|mc, _| {
        let object = Gc::new(mc, 1);
        Gc::new(mc, HashMap::<u8, u8, _>::with_hasher(Hasher(object)));
    });
}
