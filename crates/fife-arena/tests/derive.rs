//! The derive in a module where every name it could use means something else.
#![forbid(unsafe_code)]
#![allow(dead_code, non_camel_case_types)]

mod strange {
    // The module's own imports, under other names.
    use ::fife_arena::{Collect as Shown, Gc, Lock};

    trait Drop {}
    trait Sized {}
    trait Collect {}
    trait MustNotImplementDrop {}
    trait DeriveCollectMustNotImplementDrop {}
    struct bool;
    struct Tracer;
    struct Option;
    mod core {}
    mod std {}
    mod fife_arena {}
    fn must_be_static() {}

    /// This `trace` is not `Collect::trace`, and traces nothing.
    #[derive(Shown)]
    pub(super) struct Inner<'gc>(pub(super) Gc<'gc, u64>);

    impl Inner<'_> {
        fn trace<T>(&self, _: T) {}
    }

    #[derive(Shown)]
    pub(super) enum Strange<'gc, T, shown> {
        Named {
            r#type: Inner<'gc>,
            value: T,
            #[collect(static)]
            name: &'static str,
        },
        Plain(Lock<::core::option::Option<Gc<'gc, Self>>>, shown, #[collect(static)] ::std::rc::Rc<u8>),
        Empty,
    }
}

use fife_arena::{Arena, Gc, Lock, Rootable};
use std::rc::Rc;
use strange::{Inner, Strange};

type Kept<'gc> = Strange<'gc, Vec<Gc<'gc, u64>>, Box<Gc<'gc, u64>>>;

#[test]
fn every_field_is_shown_whatever_names_mean() {
    let mut arena = Arena::<Rootable![Vec<Gc<'_, Kept<'_>>>]>::new(|mc| {
        let named = Strange::Named { r#type: Inner(Gc::new(mc, 1)), value: vec![Gc::new(mc, 2)], name: "three" };
        let named = Gc::new(mc, named);
        let plain = Strange::Plain(Lock::new(Some(named)), Box::new(Gc::new(mc, 4)), Rc::new(5));
        vec![Gc::new(mc, plain), Gc::new(mc, Strange::Empty)]
    });
    arena.set_poison(true);
    let before = arena.metrics().object_bytes;
    arena.collect_all();
    arena.mutate(|_, root| {
        let Strange::Plain(other, four, five) = root[0].as_ref() else { panic!() };
        let Some(Strange::Named { r#type, value, name }) = other.get().map(Gc::as_ref) else { panic!() };
        assert_eq!((*r#type.0, *value[0], *name, ***four, **five), (1, 2, "three", 4, 5));
    });
    assert_eq!(arena.metrics().object_bytes, before);
}
