//! Incremental, byte-accounted garbage collection with safe one-word pointers.
//!
//! An [`Arena`] holds a graph of objects that may contain cycles. Its objects are reached only inside
//! [`Arena::mutate`], whose callback is generic over a lifetime `'gc`. Pointers ([`Gc`]) carry that lifetime, so none
//! can leave the callback or be mixed with another arena's. Collection happens only *between* such calls, so no pointer
//! on the Rust stack can dangle and none has to be rooted.
//!
//! Beyond that known scheme, memory is counted to the byte ([`Metrics`]), allocation can be limited and refused,
//! marking and sweeping run in budgets that can stop inside one large object, and garbage is found with bitmaps beside
//! the objects, so that freeing an object costs nothing.
//!
//! # Features
//!
//! - `system`, on by default: memory comes from the system itself, on Unix, and returns to it. Without it Rust's
//!   allocator is used, which may keep what is freed.
//! - `send`, off by default: what lies in an arena must be `Send`, so that its owner may move to another thread: see
//!   [`MaybeSend`]. It takes types away; only the final program should turn it on.
//!
//! # Files
//!
//! In reading order: `page`, `segment` and `system` are where objects are; `heap` allocates and counts; `mark` and
//! `sweep` collect; `collect` says how a type is traced; `gc` has the pointers; `lock` is how objects are changed;
//! `arena` ties them to a root; `roots` keeps objects across calls; `raw` is for types with their own memory layout;
//! `bytes` are outside of the heap; `check` and `shadow` are for tests.
//!
//! # Safety argument
//!
//! *Liveness.* A `Gc<'gc, T>` is valid while its `'gc` lasts. Collection needs `&mut Arena`, so none of
//! it happens while a `'gc` exists. At the end of marking everything reachable from the root is marked:
//! the marker visits what `Collect::trace` shows it (the contract of that unsafe trait), and every write of
//! a pointer into an object that was already visited shows that object again (`Gc::write` is the only
//! safe way to a `Write`, and locks are set only through one).
//!
//! Objects made between the end of marking and the sweep are born marked, and gray. A resurrected object may have led
//! to others that the marker has not seen yet, and a new object or the root may hold the only pointer to one of them.
//! So the last marking before the sweep traces these objects, and the root, again.
//!
//! *Weak pointers.* A slot to which a reachable weak pointer exists is not reused, even if its object is dead; so a
//! weak pointer never refers to another object.
//!
//! *Destructors* run only while the arena is borrowed for sweeping, once for each object, and see no pointer (the
//! derive rejects types with a `Drop` of their own). A panic in one is caught until its page is in order.
//!
//! *Provenance.* Objects live in page-aligned memory that is only ever used through pointers derived from
//! the allocation itself; the page of an object is found by masking its address (`map_addr`), never by
//! casting an integer.

mod arena;
mod blocks;
mod check;
mod collect;
mod ephemeron;
mod gc;
mod heap;
mod lock;
mod mark;
mod maybe_send;
mod page;
pub mod raw;
mod roots;
mod run;
mod segment;
mod shadow;
mod sweep;
mod system;
mod vector;

pub use arena::{Arena, DynRootable, Finalization, MarkedArena, Mutation, Root, Rootable};
pub use blocks::Blocks;
#[doc(hidden)]
pub use collect::MustNotImplementDrop;
pub use collect::{Collect, Static};
pub use fife_derive::Collect;
#[doc(hidden)]
pub use fife_derive::CollectThroughFife;
#[doc(hidden)]
pub use fife_derive::name_lifetimes;
pub use gc::{Gc, GcWeak};
pub use heap::{Metrics, OutOfMemory, Phase};
pub use lock::{Lock, RefLock, Unlock, Write};
pub use mark::Tracer;
pub use maybe_send::MaybeSend;
pub use roots::{DynamicRoot, DynamicRootSet};
pub use run::{Bytes, Run};
#[doc(hidden)]
pub use system::system_bytes;
pub use vector::Vector;
