//! `field!` does not follow pointers: the barrier ran for the outer object only.
use fife_arena::{Arena, Collect, Gc, Lock, Rootable, field};

#[derive(Collect)]
struct Outer<'gc> {
    inner: Gc<'gc, Inner<'gc>>,
    boxed: Box<Inner<'gc>>,
}

#[derive(Collect)]
struct Inner<'gc> {
    cell: Lock<Option<Gc<'gc, u8>>>,
}

fn main() {
    let inner = || Inner { cell: Lock::new(None) };
    let arena = Arena::<Rootable![Gc<'_, Outer<'_>>]>::new(|mc| {
        Gc::new(mc, Outer { inner: Gc::new(mc, inner()), boxed: Box::new(inner()) })
    });
    arena.mutate(|mc, root| {
        let write = Gc::write(mc, *root);
        field!(write, Outer<'_>, cell);
        let inner = field!(write, Outer<'_>, inner);
        field!(inner, Inner<'_>, cell);
        inner.cell;
    });
}
