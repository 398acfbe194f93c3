//! The standard library of Lua 5.4.
//!
//! Each file or folder is a library, written on the crate's public API as an embedder would write it. A test compiles
//! all of them as an outside crate (`tests/outside.rs`, which lists the private names and the reasons: all are in
//! `library.rs` and here, and mark the functions that the interpreter carries out itself). Each library lists its
//! functions in a table ([`library`]), and has an `open` that makes them. In reading order: `base`, `load` and
//! `package` have the functions that are in no table of their own; `coroutine`, `string`, `table`, `math` and `utf8`
//! compute; `debug` looks inside; `io` and `os` reach outside. `random`, `calendar`, `utf8_codec` and `buffer` serve
//! these.
//!
//! Invariants: a function charges before it works, and requests memory before it takes much. One that may take long, or
//! calls Lua, is a [`Sequence`](crate::native::Sequence) that is plain data.

#[macro_use]
mod library;
mod base;
mod buffer;
mod calendar;
mod coroutine;
mod debug;
mod io;
pub(crate) mod load;
mod math;
mod os;
mod package;
mod random;
mod string;
mod table;
mod utf8;
mod utf8_codec;

use crate::api::{self, Libraries};
use crate::object::{Context, Native};
use library::Library;

/// The natives of all libraries, and of the VM itself.
pub(crate) static LIBRARIES: &[Library] = &[
    of_full(api::NATIVES),
    of_full(api::HANDLE_NATIVES),
    base::NATIVES,
    load::NATIVES,
    coroutine::NATIVES,
    string::NATIVES,
    table::NATIVES,
    math::NATIVES,
    utf8::NATIVES,
    if FULL { debug::NATIVES } else { &[&debug::CORE] },
    of_full(io::NATIVES),
    of_full(io::FILE_NATIVES),
    of_full(os::NATIVES),
    of_full(package::NATIVES),
    of_full(package::GLOBAL_NATIVES),
];

/// Whether there is more than a sandbox needs: the feature `full`. Code that depends on this is always compiled.
/// Without the feature the linker leaves it out, because nothing leads there.
const FULL: bool = cfg!(feature = "full");

/// The library with the feature `full`; otherwise an empty one.
const fn of_full(library: Library) -> Library {
    if FULL { library } else { &[] }
}

/// The definitions of all native functions of the standard library, whether a VM has opened them or not. They include
/// functions that other functions return, such as the iterator of `string.gmatch`.
pub fn library_natives() -> impl Iterator<Item = &'static Native> {
    LIBRARIES.iter().copied().flatten().copied().flatten()
}

/// Opens libraries, if this build has them: see [`FULL`].
pub(crate) fn open<'gc>(ctx: Context<'gc>, libraries: Libraries) {
    if libraries.contains(Libraries::SANDBOX) {
        open_sandbox(ctx);
    }
    if !FULL {
        return;
    }
    // The host decides what these can reach.
    if libraries.contains(Libraries::IO) {
        load::open_files(ctx);
        io::open(ctx);
    }
    if libraries.contains(Libraries::OS) {
        os::open(ctx);
    }
    if libraries.contains(Libraries::DEBUG) {
        debug::open(ctx);
    }
    if libraries.contains(Libraries::PACKAGE) {
        // Last, because it registers the others as loaded modules.
        package::open(ctx);
    }
}

/// Opens the libraries that cannot reach the outside, except that `print` and `warn` write to what the host gives them.
fn open_sandbox<'gc>(ctx: Context<'gc>) {
    base::open(ctx);
    load::open(ctx);
    coroutine::open(ctx);
    string::open(ctx);
    table::open(ctx);
    math::open(ctx);
    utf8::open(ctx);
    debug::open_core(ctx);
}
