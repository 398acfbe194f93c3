//! Nothing is collected inside `mutate`, and a marked arena is not changed behind its back.
use fife_arena::{Arena, Gc, Rootable};

fn main() {
    let mut arena = Arena::<Rootable![Gc<'_, u8>]>::new(|mc| Gc::new(mc, 1));
    arena.mutate(|_, _| arena.collect_all());
    let marked = arena.mark(100).unwrap();
    arena.mutate(|_, _| ());
    marked.start_sweeping();
}
