//! An object cannot borrow from outside of the arena.
use fife_arena::{Arena, Gc, Rootable, Static};

fn main() {
    let arena = Arena::<Rootable![()]>::new(|_| ());
    let number = 1;
    arena.mutate(|mc, _| {
        Gc::new(mc, Static(&number));
    });
}
