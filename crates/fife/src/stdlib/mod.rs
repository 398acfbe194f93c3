//! The standard library of Lua 5.4.
//!
//! A file or folder is a library, written on what the crate exports, as an embedder would write theirs: a test compiles all of it as a
//! crate outside (`tests/outside.rs`, which lists the names that are private and why: all stand in `library.rs` and here, and mark
//! the functions that the machine carries out itself). Each states its functions in a table ([`library`]), and has an `open` that makes them. In reading order: `base`,
//! `load` and `package` are what stands in no table of its own, `coroutine`, `string`, `table`, `math` and `utf8` compute,
//! `debug` looks inside, `io` and `os` reach outside. `random`, `calendar`, `utf8_codec` and `buffer` are what those rest on.
//!
//! Invariants: a function pays before it works and asks before it takes much memory; what may take long, or calls Lua,
//! is a [`Sequence`](crate::native::Sequence) that is plain data.

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

/// Whether there is more than a sandbox needs: the feature `full`. What is tested against this is compiled in any case, and is in no program
/// without it, since the linker finds that nothing leads there.
const FULL: bool = cfg!(feature = "full");

/// A library, where there is more than a sandbox needs; else an empty one.
const fn of_full(library: Library) -> Library {
    if FULL { library } else { &[] }
}

/// The definitions of all native functions of the standard library, whether a VM has them or not: also of those that a script gets from
/// others, as the iterator of `string.gmatch`.
pub fn library_natives() -> impl Iterator<Item = &'static Native> {
    LIBRARIES.iter().copied().flatten().copied().flatten()
}

/// Opens libraries, as far as they are there: see [`FULL`].
pub(crate) fn open<'gc>(ctx: Context<'gc>, libraries: Libraries) {
    if libraries.contains(Libraries::SANDBOX) {
        open_sandbox(ctx);
    }
    if !FULL {
        return;
    }
    // What of the outside there is for the others, the host decides.
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
        // Last: it enters the others as loaded modules.
        package::open(ctx);
    }
}

/// Opens what can not reach outside, but for `print` and `warn`, which write to what the host gives them.
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
