//! A handle cannot become one of its proxy's supertype, since that may be the proxy of another root.
#![allow(coherence_leak_check)]
use fife_arena::{Arena, Collect, DynamicRoot, DynamicRootSet, Gc, Rootable, Static};
use std::marker::PhantomData;

struct Tag<T>(PhantomData<T>);
impl<'a> Rootable<'a> for Tag<for<'x> fn(&'x ())> {
    type Root = Static<[usize; 3]>;
}
impl<'a> Rootable<'a> for Tag<fn(&'static ())> {
    type Root = Static<String>;
}

#[derive(Collect)]
struct Root<'gc> {
    set: DynamicRootSet<'gc>,
}

fn main() {
    let arena = Arena::<Rootable![Root<'_>]>::new(|mc| Root { set: DynamicRootSet::new(mc) });
    let handle: DynamicRoot<Tag<for<'x> fn(&'x ())>> =
        arena.mutate(|mc, root| root.set.stash(mc, Gc::new(mc, Static([8usize, 0x4141_4140, 8]))));
    let other: DynamicRoot<Tag<fn(&'static ())>> = handle;
    arena.mutate(|_, root| println!("{}", root.set.fetch(&other).0));
}
