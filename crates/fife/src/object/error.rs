//! Errors as objects of the heap: a thrown value, its cause and, if nothing caught it, its traceback.
//!
//! Errors are raised where nothing can wait for a collection, so they have a reserve ([`draws_on_reserve`]). The texts
//! of messages are in the layer [`error`](crate::error).

mod details;
mod kind;

pub(crate) use details::Details;
pub use details::{ActivationKind, FrameInfo, Note, SourcePosition};
pub use kind::ErrorKind;

use super::context::length_of;
use super::{Context, LuaString, NativeObject, Slot, StringObject, ThreadObject, Value};
use fife_arena::{Collect, Gc, Mutation, OutOfMemory, Static, Tracer};
use std::cell::Cell;
use std::fmt;

/// The cause of an error, for handlers and for the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Any other.
    Plain,
    /// A stack or a list of frames is at its limit. A message handler gets some additional room.
    StackOverflow,
    /// A message handler used up that room, or failed too often. No handler is called for it.
    InHandler,
    /// The limit on memory refused something. No handler is called for it.
    Memory,
    /// A chunk of the host's could not be loaded.
    Syntax,
    /// The host's code panicked. It ends the task.
    Panic,
    /// The host dropped the task, or cancelled it.
    Dropped,
    /// A value of the host's was in use.
    Borrow,
}

/// A thrown value, with a traceback if nothing caught it.
pub(crate) struct ErrorObject<'gc> {
    pub(crate) value: Slot<'gc>,
    cause: Cause,
    /// The native that raised it. Its frame no longer exists when tracebacks are made, in which it is level 0.
    thrower: Cell<Option<Gc<'gc, NativeObject<'gc>>>>,
    /// Whatever else is known, which for most errors is nothing.
    more: Cell<Option<Gc<'gc, More<'gc>>>>,
}

/// What is known about an uncaught error, or a syntax error.
#[derive(Default)]
struct More<'gc> {
    traceback: Cell<Option<Gc<'gc, StringObject>>>,
    /// Where it happened, in parts.
    details: Cell<Option<Gc<'gc, Static<Details>>>>,
    /// The coroutine that it left, if a function of `coroutine.wrap` passed it on and nothing could catch it.
    origin: Cell<Option<Gc<'gc, CoroutineOrigin<'gc>>>>,
}

// SAFETY: shows everything it holds; changes are made only through `Error::set_more`.
unsafe impl Collect for More<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(traceback) = self.traceback.get() {
            tracer.mark(traceback);
        }
        if let Some(details) = self.details.get() {
            tracer.mark(details);
        }
        if let Some(origin) = self.origin.get() {
            tracer.mark(origin);
        }
    }
}

/// A failed coroutine, whose frames still exist.
pub(crate) struct CoroutineOrigin<'gc> {
    pub(crate) thread: Gc<'gc, ThreadObject<'gc>>,
    /// The native that raised the error in it, whose frame no longer exists.
    pub(crate) thrower: Option<Gc<'gc, NativeObject<'gc>>>,
    /// The coroutine that its error left before.
    pub(crate) origin: Option<Gc<'gc, CoroutineOrigin<'gc>>>,
}

// SAFETY: shows everything it holds, which does not change.
unsafe impl Collect for CoroutineOrigin<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(self.thread);
        if let Some(thrower) = self.thrower {
            tracer.mark(thrower);
        }
        if let Some(origin) = self.origin {
            tracer.mark(origin);
        }
    }
}

// SAFETY: shows everything it holds; changes are made only through `set_thrower` and `set_more`.
unsafe impl Collect for ErrorObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        Slot::trace(&self.value, tracer);
        if let Some(thrower) = self.thrower.get() {
            tracer.mark(thrower);
        }
        if let Some(more) = self.more.get() {
            tracer.mark(more);
        }
    }
}

/// The largest object of an error that may be taken beyond the limit.
const RESERVED_OBJECT: usize = 4 << 10;

/// Whether an error's object that the limit refuses may exceed the limit.
///
/// Errors are raised where nothing can wait for a collection. So that they say what went wrong even if memory is full
/// of garbage, there is a reserve: allocations while no more is held than the limit allows, which adds at most one
/// segment of the heap. Drawing on it is charged with the next collection.
#[cold]
pub(crate) fn draws_on_reserve(ctx: Context<'_>, bytes: usize) -> bool {
    let metrics = ctx.mc().metrics();
    if bytes > RESERVED_OBJECT || metrics.limit.is_some_and(|limit| metrics.held_bytes > limit) {
        return false;
    }
    let state = ctx.state();
    state.requests.full.set(true);
    state.interrupt();
    state.charge(metrics.object_bytes / 64);
    true
}

/// A string that cannot wait for a collection: from the reserve, if the limit refuses it.
pub(crate) fn string_at_once<'gc>(ctx: Context<'gc>, text: &[u8]) -> Option<LuaString<'gc>> {
    parts_at_once(ctx, text, &[])
}

/// As [`string_at_once`], with more parts behind the text.
fn parts_at_once<'gc>(ctx: Context<'gc>, text: &[u8], more: &[&[u8]]) -> Option<LuaString<'gc>> {
    match ctx.try_string_of(text, more, false) {
        Ok(string) => Some(string),
        Err(OutOfMemory) if draws_on_reserve(ctx, length_of(text, more)) => ctx.try_string_of(text, more, true).ok(),
        Err(OutOfMemory) => None,
    }
}

/// The text of a failure for a script that gets it as a value; or that there is no memory for it.
pub(crate) fn failure_text<'gc>(ctx: Context<'gc>, text: &[u8]) -> LuaString<'gc> {
    string_at_once(ctx, text).unwrap_or(LuaString(ctx.state().memory_message))
}

impl<'gc> ErrorObject<'gc> {
    fn new(value: Slot<'gc>, cause: Cause) -> ErrorObject<'gc> {
        ErrorObject { value, cause, thrower: Cell::new(None), more: Cell::new(None) }
    }

    /// Makes one, if the limit allows it.
    fn try_allocate(
        mc: &Mutation<'gc>,
        value: Slot<'gc>,
        cause: Cause,
    ) -> Result<Gc<'gc, ErrorObject<'gc>>, OutOfMemory> {
        Gc::try_new(mc, ErrorObject::new(value, cause))
    }

    /// Makes one whatever the limit.
    pub(crate) fn allocate(mc: &Mutation<'gc>, value: Slot<'gc>, cause: Cause) -> Gc<'gc, ErrorObject<'gc>> {
        Gc::new(mc, ErrorObject::new(value, cause))
    }
}

/// A Lua error that was raised: any value. One word, `Copy`.
#[derive(Clone, Copy)]
pub struct Error<'gc>(pub(crate) Gc<'gc, ErrorObject<'gc>>);

// SAFETY: shows its one pointer.
unsafe impl Collect for Error<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(self.0);
    }
}

impl<'gc> Error<'gc> {
    /// An error with this value.
    pub fn new(ctx: Context<'gc>, value: impl Into<Value<'gc>>) -> Error<'gc> {
        Error::from_slot(ctx, Slot::from(value.into()))
    }

    pub(crate) fn from_slot(ctx: Context<'gc>, value: Slot<'gc>) -> Error<'gc> {
        Error::of_cause(ctx, value, Cause::Plain)
    }

    /// An error of the kind [`ErrorKind::Syntax`], with this message.
    pub(crate) fn of_syntax(ctx: Context<'gc>, message: LuaString<'gc>) -> Error<'gc> {
        Error::of_cause(ctx, Slot::string(message.0), Cause::Syntax)
    }

    /// An error whose value is this text, without a position. If there is no memory for it, the error of refused
    /// memory.
    pub fn from_text(ctx: Context<'gc>, text: impl AsRef<[u8]>) -> Error<'gc> {
        Error::of_parts(ctx, text.as_ref(), &[])
    }

    /// As [`from_text`](Self::from_text), with more parts behind the text.
    pub(crate) fn of_parts(ctx: Context<'gc>, text: &[u8], more: &[&[u8]]) -> Error<'gc> {
        // Messages quote names of any length, made by scripts.
        ctx.state().charge(length_of(text, more) / 16);
        match parts_at_once(ctx, text, more) {
            Some(string) => Error::new(ctx, string),
            None => Error::out_of_memory(ctx),
        }
    }

    /// The same error with another cause. If there is no memory for it, the error of refused memory.
    pub(crate) fn with_cause(self, ctx: Context<'gc>, cause: Cause) -> Error<'gc> {
        Error::of_cause(ctx, self.0.value, cause)
    }

    fn of_cause(ctx: Context<'gc>, value: Slot<'gc>, cause: Cause) -> Error<'gc> {
        match ErrorObject::try_allocate(ctx.mc(), value, cause) {
            Ok(object) => Error(object),
            Err(OutOfMemory) if draws_on_reserve(ctx, size_of::<ErrorObject<'_>>()) => {
                Error(ErrorObject::allocate(ctx.mc(), value, cause))
            }
            Err(OutOfMemory) => Error::out_of_memory(ctx),
        }
    }

    pub(crate) fn cause(self) -> Cause {
        self.0.cause
    }

    /// The kind of the error, which does not depend on its value.
    pub fn kind(self) -> ErrorKind {
        match self.0.cause {
            Cause::Plain | Cause::StackOverflow | Cause::InHandler => ErrorKind::Runtime,
            Cause::Syntax => ErrorKind::Syntax,
            Cause::Memory => ErrorKind::Memory,
            Cause::Panic => ErrorKind::Panicked,
            Cause::Dropped => ErrorKind::Cancelled,
            Cause::Borrow => ErrorKind::Borrow,
        }
    }

    /// A copy of the error that belongs only to this failure and can have a traceback; the error of refused memory is
    /// shared by all such failures. `None` if there is no memory for one.
    pub(crate) fn of_its_own(self, ctx: Context<'gc>) -> Option<Error<'gc>> {
        let is_shared = |error: Error<'gc>| Gc::ptr_eq(error.0, ctx.state().memory_error);
        let own = if is_shared(self) { self.with_cause(ctx, Cause::Memory) } else { self };
        Some(own).filter(|own| !is_shared(*own))
    }

    /// The error of a message handler that failed too often, or used up its room. It has no position.
    pub(crate) fn in_handler(ctx: Context<'gc>) -> Error<'gc> {
        Error::from_text(ctx, "error in error handling").with_cause(ctx, Cause::InHandler)
    }

    /// The error of refused memory. It takes no memory itself.
    pub fn out_of_memory(ctx: Context<'gc>) -> Error<'gc> {
        Error(ctx.state().memory_error)
    }

    /// The thrown value.
    pub fn value(self) -> Value<'gc> {
        self.0.value.value()
    }

    /// The traceback, if the error ended a task.
    pub fn traceback(self) -> Option<LuaString<'gc>> {
        self.0.more.get().and_then(|more| more.traceback.get()).map(LuaString)
    }

    /// Notes more about an error that belongs only to this failure. Returns whether there was memory for it.
    fn set_more(self, ctx: Context<'gc>, set: impl FnOnce(&More<'gc>)) -> bool {
        let more = match self.0.more.get() {
            Some(more) => Some(more),
            None => match Gc::try_new(ctx.mc(), More::default()) {
                Ok(more) => Some(more),
                Err(OutOfMemory) if draws_on_reserve(ctx, size_of::<More<'_>>()) => {
                    Some(Gc::new(ctx.mc(), More::default()))
                }
                Err(OutOfMemory) => None,
            },
        };
        let Some(more) = more else { return false };
        ctx.mc().barrier_backward(self.0);
        self.0.more.set(Some(more));
        ctx.mc().barrier_backward(more);
        set(more.as_ref());
        true
    }

    /// Notes its traceback. Returns whether there was memory for it.
    pub(crate) fn set_traceback(self, ctx: Context<'gc>, traceback: Gc<'gc, StringObject>) -> bool {
        self.set_more(ctx, |more| more.traceback.set(Some(traceback)))
    }

    /// The parts of where it happened, if known.
    pub(crate) fn details(self) -> Option<&'gc Details> {
        let details = self.0.more.get()?.details.get()?;
        Some(&details.as_ref().0)
    }

    /// Notes where it happened, if there is memory for it; otherwise there are only its texts. For an error that
    /// belongs only to this failure.
    pub(crate) fn set_details(self, ctx: Context<'gc>, details: Result<Details, OutOfMemory>) {
        let object = details.and_then(|details| Gc::try_new(ctx.mc(), Static(details)));
        if let Ok(object) = object {
            self.set_more(ctx, |more| more.details.set(Some(object)));
        }
    }

    /// The coroutine that it left, if its frames still exist.
    pub(crate) fn origin(self) -> Option<Gc<'gc, CoroutineOrigin<'gc>>> {
        self.0.more.get()?.origin.get()
    }

    /// Notes the coroutine that it left, in which it was `inner`, if there is memory for it.
    pub(crate) fn set_origin(self, ctx: Context<'gc>, thread: Gc<'gc, ThreadObject<'gc>>, inner: Error<'gc>) {
        if self.is_out_of_memory(ctx) {
            return;
        }
        if let Ok(origin) =
            Gc::try_new(ctx.mc(), CoroutineOrigin { thread, thrower: inner.thrower(), origin: inner.origin() })
        {
            self.set_more(ctx, |more| more.origin.set(Some(origin)));
        }
    }

    /// The native that raised it, if one did.
    pub(crate) fn thrower(self) -> Option<Gc<'gc, NativeObject<'gc>>> {
        self.0.thrower.get()
    }

    /// Notes the native that raised it. The shared error of refused memory keeps none.
    pub(crate) fn set_thrower(self, ctx: Context<'gc>, native: Gc<'gc, NativeObject<'gc>>) {
        if !self.is_out_of_memory(ctx) {
            ctx.mc().barrier_backward(self.0);
            self.0.thrower.set(Some(native));
        }
    }

    /// Whether it is the error of refused memory.
    pub fn is_out_of_memory(self, ctx: Context<'gc>) -> bool {
        let _ = ctx;
        self.0.cause == Cause::Memory
    }
}

impl fmt::Debug for Error<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Error").field(&self.value()).finish()
    }
}
