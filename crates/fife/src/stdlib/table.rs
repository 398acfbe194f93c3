//! The `table` library.
//!
//! Every function first checks whether its table has a metatable. If not, access is raw, and most calls finish at once.
//! Otherwise, or if there is much to do, a sequence continues, which may call metamethods and wait for fuel. Sequences
//! read and write through [`Operations`](crate::native::Operations). In reading order: `transfer` moves elements,
//! `pack` turns lists into values and back, `concat` joins them to a string, `sort` orders them, with `plain` for lists
//! of numbers and strings.

mod concat;
mod pack;
mod plain;
mod sort;
mod transfer;

use super::library::{Library, define, reserve};
use crate::error::Error;
use crate::native::Call;
use crate::object::{Context, Native, Value};

library! {
    /// The functions of `table`.
    NATIVES: "table." as "table.";

    PLAIN {
        concat("list [, sep [, i [, j]]]") => concat::concat,
            "2 units for each element, and about one for each 4 bytes of the result.";
        insert("list, [pos,] value") => transfer::insert, "A unit for each element moved, some more with metamethods.";
        move("a1, f, e, t [, a2]") => transfer::move_elements,
            "A unit for each element moved, some more with metamethods.";
        pack("···") => pack::pack, "A unit for each argument.";
        remove("list [, pos]") => transfer::remove, "A unit for each element moved, some more with metamethods.";
        sort("list [, comp]") => sort::sort,
            "For `n` elements about `n log n` comparisons of 3 units, less for numbers; with an order function as \
            many calls.";
        unpack("list [, i [, j]]") => pack::unpack,
            "A unit for each result, some more with metamethods. There are at most as many as the stack takes, which \
            is known before any is read.";
    }
}

/// Defines the library.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let library = ctx.table();
    reserve(ctx, library, &[&PLAIN], 0);
    define(ctx, library, &PLAIN, &[]);
    ctx.globals().set_field(ctx, "table", library);
}

/// What a function needs of its table: to read from it, to write to it, to know its length.
const READ: u8 = 1;
const WRITE: u8 = 2;
const LENGTH: u8 = 4;

/// Checks that an argument is a table, or has the metamethods to be used as one.
fn check_table<'gc>(call: &Call<'gc, '_>, index: usize, needs: u8) -> Result<(), Error<'gc>> {
    let value = call.get(index);
    if matches!(value, Value::Table(_)) {
        return Ok(());
    }
    let ctx = call.ctx();
    let passes = ctx.metatable(value).is_some_and(|metatable| {
        let events = [(READ, "__index"), (WRITE, "__newindex"), (LENGTH, "__len")];
        events.iter().all(|(need, event)| needs & need == 0 || !metatable.get_field(ctx, event).is_nil())
    });
    if passes { Ok(()) } else { Err(call.type_error(index, "table")) }
}
