//! With the feature `send`, untraced parts of a derived type move with the VM: fields, and what they stand for.
use fife::Collect;
use fife::gc::{Call, Error, Poll, Sequence};
use std::collections::HashMap;
use std::hash::{BuildHasher, DefaultHasher};
use std::marker::PhantomData;
use std::rc::Rc;

#[derive(Collect)]
struct Shared {
    #[collect(static)]
    rc: Rc<i64>,
}

impl<'gc> Sequence<'gc> for Shared {
    const NAME: &'static str = "app.shared";
    fn poll(&mut self, _: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        Ok(Poll::Return(*self.rc as u32))
    }
}

#[derive(Collect)]
enum Variants<T> {
    #[expect(dead_code)]
    One(#[collect(static)] Option<T>),
}

/// Stands for the right to be in one thread.
#[derive(Collect)]
struct OfThisThread(PhantomData<*const ()>);

#[derive(Default)]
struct Hasher(Rc<i64>);

impl BuildHasher for Hasher {
    type Hasher = DefaultHasher;
    fn build_hasher(&self) -> DefaultHasher {
        let _ = &self.0;
        DefaultHasher::new()
    }
}

#[derive(Collect)]
struct Hashed(HashMap<i64, i64, Hasher>);

fn is_collect<T: fife::Collect>() {}

fn main() {
    is_collect::<Variants<i64>>();
    is_collect::<Variants<Rc<i64>>>();
    let _ = (OfThisThread(PhantomData), Hashed(HashMap::default()), Shared { rc: Rc::new(1) });
}
