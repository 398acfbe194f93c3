//! Pending natives: a sequence of any type as an object of the heap.
//!
//! # Safety argument
//!
//! A [`SequenceObject`] is always the head of a [`Whole`], which [`SequenceObject::allocate`] makes. The functions of
//! its methods cast a pointer to a head to one to the whole of their own type `S`; they are written together with the
//! state of that type. The pointer has the provenance of the whole object's memory, since it came from its allocation
//! and is never made from a reference. The collector finds the type by the object's header, not by the pointer's type.

use super::{Context, NativeObject};
use crate::native::{Call, Poll, Sequence};
use crate::object::Error;
use fife_arena::{Collect, Gc, Mutation, OutOfMemory, RefLock, Tracer};

/// A sequence of any type, as the interpreter sees it.
#[repr(C)]
pub(crate) struct SequenceObject<'gc> {
    methods: &'gc Methods<'gc>,
    pub(crate) native: Gc<'gc, NativeObject<'gc>>,
}

/// A sequence with its state, which is dropped at its end.
#[repr(C)]
struct Whole<'gc, S> {
    head: SequenceObject<'gc>,
    state: RefLock<Option<S>>,
}

// SAFETY: shows the native that made it, the only pointer in a head.
unsafe impl Collect for SequenceObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(self.native);
    }
}

// SAFETY: shows both parts.
unsafe impl<S: Collect> Collect for Whole<'_, S> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.head.trace(tracer);
        self.state.trace(tracer);
    }
}

type PollWhole<'gc> = unsafe fn(Gc<'gc, SequenceObject<'gc>>, &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>>;
type TellWhole<'gc> =
    unsafe fn(Gc<'gc, SequenceObject<'gc>>, &mut Call<'gc, '_>, Error<'gc>) -> Result<Poll, Error<'gc>>;

/// The operations on sequences of one type. All functions get heads of such a sequence.
struct Methods<'gc> {
    poll: PollWhole<'gc>,
    error: TellWhole<'gc>,
    catches: unsafe fn(Gc<'gc, SequenceObject<'gc>>) -> bool,
    is_over: unsafe fn(Gc<'gc, SequenceObject<'gc>>) -> bool,
    end: unsafe fn(Gc<'gc, SequenceObject<'gc>>, &Mutation<'gc>),
}

impl<'gc, S: Sequence<'gc> + 'gc> Whole<'gc, S> {
    const METHODS: &'gc Methods<'gc> = &Methods {
        poll: Whole::<S>::poll,
        error: Whole::<S>::error,
        catches: Whole::<S>::catches,
        is_over: Whole::<S>::is_over,
        end: Whole::<S>::end,
    };

    /// # Safety
    /// `head` is that of a `Whole<S>`.
    unsafe fn of(head: Gc<'gc, SequenceObject<'gc>>) -> Gc<'gc, Whole<'gc, S>> {
        // SAFETY: the caller's promise.
        unsafe { Gc::from_ptr(head.as_ptr().cast()) }
    }

    /// # Safety
    /// See [`of`](Self::of).
    unsafe fn poll(head: Gc<'gc, SequenceObject<'gc>>, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        // SAFETY: the caller's promise.
        let write = Gc::write(call.ctx().mc(), unsafe { Whole::<S>::of(head) });
        if let Ok(mut state) = fife_arena::field!(write, Whole::<S>, state).unlock().try_borrow_mut()
            && let Some(state) = &mut *state
        {
            return state.poll(call);
        }
        Err(is_over(call, S::NAME))
    }

    /// # Safety
    /// See [`of`](Self::of).
    unsafe fn error(
        head: Gc<'gc, SequenceObject<'gc>>,
        call: &mut Call<'gc, '_>,
        error: Error<'gc>,
    ) -> Result<Poll, Error<'gc>> {
        // SAFETY: the caller's promise.
        let write = Gc::write(call.ctx().mc(), unsafe { Whole::<S>::of(head) });
        if let Ok(mut state) = fife_arena::field!(write, Whole::<S>, state).unlock().try_borrow_mut()
            && let Some(state) = &mut *state
        {
            return state.error(call, error);
        }
        Err(is_over(call, S::NAME))
    }

    /// # Safety
    /// See [`of`](Self::of).
    unsafe fn catches(head: Gc<'gc, SequenceObject<'gc>>) -> bool {
        // SAFETY: the caller's promise.
        let whole = unsafe { Whole::<S>::of(head) };
        whole.state.try_borrow().is_ok_and(|state| state.as_ref().is_some_and(|state| state.catches()))
    }

    /// # Safety
    /// See [`of`](Self::of).
    unsafe fn is_over(head: Gc<'gc, SequenceObject<'gc>>) -> bool {
        // SAFETY: the caller's promise.
        unsafe { Whole::<S>::of(head) }.state.try_borrow().is_ok_and(|state| state.is_none())
    }

    /// # Safety
    /// See [`of`](Self::of).
    unsafe fn end(head: Gc<'gc, SequenceObject<'gc>>, mc: &Mutation<'gc>) {
        // SAFETY: the caller's promise.
        let write = Gc::write(mc, unsafe { Whole::<S>::of(head) });
        if let Ok(mut state) = fife_arena::field!(write, Whole::<S>, state).unlock().try_borrow_mut() {
            *state = None;
        }
    }
}

impl<'gc> SequenceObject<'gc> {
    /// Moves a sequence into the heap. With `forced`, the limit on memory may be exceeded. A small one has a reserve,
    /// because memory is filled by the stacks and values of what waits.
    pub(crate) fn allocate(
        ctx: Context<'gc>,
        native: Gc<'gc, NativeObject<'gc>>,
        sequence: impl Sequence<'gc> + 'gc,
        forced: bool,
    ) -> Result<Gc<'gc, SequenceObject<'gc>>, OutOfMemory> {
        SequenceObject::allocate_whole(ctx, native, sequence, forced)
    }

    fn allocate_whole<S: Sequence<'gc> + 'gc>(
        ctx: Context<'gc>,
        native: Gc<'gc, NativeObject<'gc>>,
        sequence: S,
        forced: bool,
    ) -> Result<Gc<'gc, SequenceObject<'gc>>, OutOfMemory> {
        let head = SequenceObject { methods: Whole::<S>::METHODS, native };
        let whole = Whole { head, state: RefLock::new(Some(sequence)) };
        let whole = if forced { Gc::new(ctx.mc(), whole) } else { Gc::try_new_in_reserve(ctx.mc(), whole)? };
        // SAFETY: the head is its first field, and the pointer keeps the memory's provenance.
        Ok(unsafe { Gc::from_ptr(whole.as_ptr().cast()) })
    }

    /// Polls the sequence, or passes it an error.
    #[inline]
    pub(crate) fn poll(
        this: Gc<'gc, Self>,
        call: &mut Call<'gc, '_>,
        error: Option<Error<'gc>>,
    ) -> Result<Poll, Error<'gc>> {
        // SAFETY: it is the head of a whole of its methods' type.
        unsafe {
            match error {
                None => (this.as_ref().methods.poll)(this, call),
                Some(error) => (this.as_ref().methods.error)(this, call, error),
            }
        }
    }

    /// Whether it handles errors.
    pub(crate) fn catches(this: Gc<'gc, Self>) -> bool {
        // SAFETY: as in `poll`.
        unsafe { (this.as_ref().methods.catches)(this) }
    }

    /// Whether its state was dropped.
    pub(crate) fn is_over(this: Gc<'gc, Self>) -> bool {
        // SAFETY: as in `poll`.
        unsafe { (this.as_ref().methods.is_over)(this) }
    }

    /// Drops its state, unless it is being polled: it may hold something that a host waits for.
    pub(crate) fn end(this: Gc<'gc, Self>, mc: &Mutation<'gc>) {
        // SAFETY: as in `poll`.
        unsafe { (this.as_ref().methods.end)(this, mc) }
    }
}

/// The error of a frame whose sequence has ended, or is being polled.
#[cold]
fn is_over<'gc>(call: &Call<'gc, '_>, name: &str) -> Error<'gc> {
    Error::from_text(call.ctx(), format!("internal error: the sequence '{name}' is over already"))
}

/// A sequence that has ended. Dropping this drops its state, after the machine has done everything else, since a
/// destructor may panic.
pub(crate) struct Over<'gc, 'a>(pub(crate) Gc<'gc, SequenceObject<'gc>>, pub(crate) &'a Mutation<'gc>);

impl Drop for Over<'_, '_> {
    fn drop(&mut self) {
        SequenceObject::end(self.0, self.1);
    }
}
