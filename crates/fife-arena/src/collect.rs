//! `Collect`: how a type shows the pointers in it.

use crate::mark::Tracer;
use crate::maybe_send::MaybeSend;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::marker::PhantomData;
use std::ptr::NonNull;

/// A type whose values may be in an arena. Use `#[derive(Collect)]`.
///
/// # Safety
///
/// - `trace` shows every [`Gc`](crate::Gc) and [`GcWeak`](crate::GcWeak) in the value, each time it is called.
/// - `NEEDS_TRACE` may be false only if there can be none.
/// - Pointers in the value change only through a [`Write`](crate::Write): no other interior mutability holds any.
/// - `Drop` does not look at any `Gc` in the value: what it points to may be gone.
/// - `trace` neither panics nor unwinds.
/// - A type whose `trace` pauses ([`Tracer::pause_at`]) is only ever an object of its own, never a field or an
///   element of something else: the point to resume at is one per object.
/// - All of the value but pointers into its arena has [`MaybeSend`]: with the feature `send` the arena's owner may move
///   it to another thread, with everything in it.
pub unsafe trait Collect {
    /// Whether values can hold pointers.
    const NEEDS_TRACE: bool = true;

    /// Shows the pointers in the value to the tracer.
    fn trace(&self, tracer: &mut Tracer<'_>);

    /// Called by the marker for a whole object. A type with trailing data
    /// ([`allocate_traced`](crate::Mutation::allocate_traced)) shows that here, since it may not be reached through
    /// `&self`.
    ///
    /// # Safety
    /// `this` is a live object, with the provenance of its whole slot.
    unsafe fn trace_object(this: NonNull<Self>, tracer: &mut Tracer<'_>)
    where
        Self: Sized,
    {
        // SAFETY: the caller's promise.
        unsafe { this.as_ref() }.trace(tracer);
    }
}

/// `#[derive(Collect)]` implements this for a type, which is an error if the type implements `Drop`.
#[doc(hidden)]
pub trait MustNotImplementDrop {}

#[allow(drop_bounds)]
impl<T: Drop + ?Sized> MustNotImplementDrop for T {}

/// A value without any pointers into an arena, of a type that does not implement [`Collect`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Static<T>(pub T);

// SAFETY: a 'static type cannot hold a pointer with a 'gc lifetime.
unsafe impl<T: MaybeSend + 'static> Collect for Static<T> {
    const NEEDS_TRACE: bool = false;
    fn trace(&self, _: &mut Tracer<'_>) {}
}

macro_rules! leaves {
    ($($type:ty),* $(,)?) => {$(
        // SAFETY: holds no pointers into an arena.
        unsafe impl Collect for $type {
            const NEEDS_TRACE: bool = false;
            #[inline]
            fn trace(&self, _: &mut Tracer<'_>) {}
        }
    )*};
}
leaves!((), bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64, String, &'static str);

macro_rules! sequences {
    ($($type:ty),* $(,)?) => {$(
        // SAFETY: shows all elements.
        unsafe impl<T: Collect> Collect for $type {
            const NEEDS_TRACE: bool = T::NEEDS_TRACE;
            fn trace(&self, tracer: &mut Tracer<'_>) {
                if T::NEEDS_TRACE {
                    for element in self.iter() {
                        element.trace(tracer);
                    }
                }
            }
        }
    )*};
}
sequences!(Option<T>, [T]);

// A type that owns memory has a destructor and so a header in any case. `NEEDS_TRACE` does not ask the element, so that
// a type can contain a vector of itself.
macro_rules! owned_sequences {
    ($($type:ty),* $(,)?) => {$(
        // SAFETY: shows all elements.
        unsafe impl<T: Collect> Collect for $type {
            fn trace(&self, tracer: &mut Tracer<'_>) {
                if T::NEEDS_TRACE {
                    tracer.work(self.len() * size_of::<T>());
                    for element in self.iter() {
                        element.trace(tracer);
                    }
                }
            }
        }
    )*};
}
owned_sequences!(Vec<T>, VecDeque<T>, Box<[T]>);

// SAFETY: shows all elements.
unsafe impl<T: Collect, const N: usize> Collect for [T; N] {
    const NEEDS_TRACE: bool = T::NEEDS_TRACE;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.as_slice().trace(tracer);
    }
}

// SAFETY: shows what it holds.
unsafe impl<T: Collect> Collect for Box<T> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        (**self).trace(tracer);
    }
}

// SAFETY: shows what it holds.
unsafe impl<T: Collect, E: Collect> Collect for Result<T, E> {
    const NEEDS_TRACE: bool = T::NEEDS_TRACE || E::NEEDS_TRACE;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        match self {
            Ok(value) => value.trace(tracer),
            Err(error) => error.trace(tracer),
        }
    }
}

// SAFETY: holds nothing. It may represent something that is bound to a thread, so that is asked for, too.
unsafe impl<T: MaybeSend + ?Sized> Collect for PhantomData<T> {
    const NEEDS_TRACE: bool = false;
    fn trace(&self, _: &mut Tracer<'_>) {}
}

macro_rules! maps {
    ($(($($generics:tt)*) $type:ty),* $(,)?) => {$(
        // SAFETY: shows all keys and values. The hasher is 'static, so it holds no pointer.
        unsafe impl<K: Collect, V: Collect, $($generics)*> Collect for $type {
            fn trace(&self, tracer: &mut Tracer<'_>) {
                tracer.work(self.len() * size_of::<(K, V)>());
                for (key, value) in self {
                    key.trace(tracer);
                    value.trace(tracer);
                }
            }
        }
    )*};
}
maps!((S: MaybeSend + 'static) HashMap<K, V, S>, () BTreeMap<K, V>);

// SAFETY: shows all elements. The hasher is 'static, so it holds no pointer.
unsafe impl<T: Collect, S: MaybeSend + 'static> Collect for HashSet<T, S> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.work(self.len() * size_of::<T>());
        for element in self {
            element.trace(tracer);
        }
    }
}

macro_rules! tuples {
    ($($name:ident)*) => {
        // SAFETY: shows all elements.
        unsafe impl<$($name: Collect),*> Collect for ($($name,)*) {
            const NEEDS_TRACE: bool = $($name::NEEDS_TRACE)||*;
            #[allow(non_snake_case)]
            fn trace(&self, tracer: &mut Tracer<'_>) {
                let ($($name,)*) = self;
                $($name.trace(tracer);)*
            }
        }
    };
}
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
