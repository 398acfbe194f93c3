//! The standard library of Lua 5.4.
//!
//! A file or folder is a library, written on [`api`](crate::api) and [`object`](crate::object) as an embedder would write
//! his. Each has an `open` that makes its table. In reading order: `base`, `load` and `package` are what stands in no
//! table of its own, `coroutine`, `string`, `table`, `math` and `utf8` compute, `debug` looks inside, `io` and `os` reach
//! outside. `random`, `calendar`, `utf8_codec` and `buffer` are what those rest on.
//!
//! Invariants: a function pays before it works and asks before it takes much memory; what may take long, or calls Lua,
//! is a [`Sequence`](crate::api::Sequence) that is plain data.

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

use crate::object::Context;

/// Opens what can not reach outside, but for `print` and `warn`, which write to what the host gives them.
pub(crate) fn open_core<'gc>(ctx: Context<'gc>) {
    base::open(ctx);
    load::open(ctx);
    coroutine::open(ctx);
    string::open(ctx);
    table::open(ctx);
    math::open(ctx);
    utf8::open(ctx);
    debug::open_core(ctx);
}

/// Opens everything. What of the outside there is, the host decides.
pub(crate) fn open_all<'gc>(ctx: Context<'gc>) {
    open_core(ctx);
    load::open_files(ctx);
    io::open(ctx);
    os::open(ctx);
    debug::open(ctx);
    // Last: it enters the others as loaded modules.
    package::open(ctx);
}
