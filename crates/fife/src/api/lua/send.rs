//! A VM can be moved to another thread: the feature `send`.
//!
//! # Safety argument
//!
//! A `Lua` may be moved to another thread, with all that it points to, if nothing of that is tied to a thread, and
//! nothing of it is left behind.
//!
//! *Objects.* Everything in the heap is [`Collect`](fife_arena::Collect), because making an object requires that. All
//! implementations except those of leaves show their parts, and require the same of them. The leaves
//! ([`Static`](fife_arena::Static), fields marked `#[collect(static)]`, elements of a run, hashers of maps) require
//! [`MaybeSend`](fife_arena::MaybeSend), which is `Send` here. So does every method that takes a closure of the host:
//! closures lie in leaves. The objects of this crate whose tracing is written by hand hold pointers to other objects
//! and to blocks of the same heap, numbers, and what `State::ask_the_rest` lists.
//!
//! *What is beside the objects.* [`ask_the_rest`] takes a `Lua` apart, and `State::ask_the_rest` the VM's state, and
//! asks the compiler about each part that is not of the heap. The arena's own memory is from the system or from Rust's
//! allocator, which no thread has for itself. Its context, `TracingContext`, has numbers and pointers into the same
//! heap, as has the list of weak tables in that.
//!
//! *Nothing is left behind.* Values with the lifetime `'gc`, and contexts, exist only during a call that has borrowed
//! the `Lua`, which cannot be moved then; and they are neither `Send` nor `Sync`, so that no other thread gets one
//! during that call. What outlives the call, the handles, are numbers, and `Arc`s of what is `Send` and `Sync`.
//!
//! A `Lua` is not `Sync`: whoever has a reference to it is in the thread that has the `Lua`.

use super::Lua;

// SAFETY: see above.
unsafe impl Send for Lua {}

const _: fn(&Lua) = ask_the_rest;

/// What the argument says of the parts that are not in the heap, for the compiler to check. A new field does not
/// compile here before somebody has looked at it.
fn ask_the_rest(lua: &Lua) {
    fn is_send<T: Send>(_: &T) {}
    let Lua { arena: _, collector, was_stopped, stock } = lua;
    is_send(collector);
    is_send(was_stopped);
    is_send(stock);
}
