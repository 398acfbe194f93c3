//! A pointer cannot leave the call of `mutate` that made it.
use fife_arena::{Arena, Gc, Rootable};

fn main() {
    let arena = Arena::<Rootable![Gc<'_, u8>]>::new(|mc| Gc::new(mc, 1));
    let mut outside = None;
    arena.mutate(|_, root| outside = Some(*root));
    let _returned = arena.mutate(|_, root| *root);
    let _reference = arena.mutate(|_, root| root.as_ref());
}
