//! Pointers of two arenas cannot be mixed.
use fife_arena::{Arena, Gc, Lock, Rootable};

type Cell<'gc> = Gc<'gc, Lock<Option<Gc<'gc, u8>>>>;

fn main() {
    let one = Arena::<Rootable![Cell<'_>]>::new(|mc| Gc::new(mc, Lock::new(None)));
    let two = Arena::<Rootable![Cell<'_>]>::new(|mc| Gc::new(mc, Lock::new(None)));
    one.mutate(|mc, root| two.mutate(|other, _| root.set(mc, Some(Gc::new(other, 1)))));
}
