//! Locks do not open without the barrier.
use fife_arena::{Arena, Gc, Lock, RefLock, Rootable, Unlock};

fn main() {
    let arena = Arena::<Rootable![Gc<'_, (Lock<u8>, RefLock<u8>)>]>::new(|mc| {
        Gc::new(mc, (Lock::new(1), RefLock::new(1)))
    });
    arena.mutate(|_, root| {
        root.0.set(2);
        root.1.borrow_mut();
        root.0.unlock_unchecked().set(3);
    });
}
