//! The write barrier of one arena opens no lock of another.
use fife_arena::{Arena, Gc, Lock, Rootable};

fn main() {
    let one = Arena::<Rootable![Gc<'_, Lock<u8>>]>::new(|mc| Gc::new(mc, Lock::new(1)));
    let two = Arena::<Rootable![()]>::new(|_| ());
    one.mutate(|_, root| two.mutate(|other, _| root.set(other, 2)));
}
