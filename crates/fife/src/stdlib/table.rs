//! The `table` library.
//!
//! Every function first looks whether its table has a metatable. If not, access is raw, and most calls are done at
//! once; else, or if there is much to do, a sequence goes on, which may call metamethods and wait for fuel.
//! In reading order: `access` is how sequences read and write, `transfer` is what moves elements, `pack` what turns lists
//! to values and back, `concat` what makes a string of them, `sort` what orders them, with `plain` for lists of
//! numbers and strings.

mod access;
mod concat;
mod pack;
mod plain;
mod sort;
mod transfer;

use crate::api::Call;
use crate::error::Error;
use crate::object::{Context, Function, Value};

/// Defines the library.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let library = ctx.table();
    let functions = [
        ("concat", Function::native(ctx, "table.concat", concat::concat)),
        ("insert", Function::native(ctx, "table.insert", transfer::insert)),
        ("move", Function::native(ctx, "table.move", transfer::move_elements)),
        ("pack", Function::native(ctx, "table.pack", pack::pack)),
        ("remove", Function::native(ctx, "table.remove", transfer::remove)),
        ("sort", Function::native(ctx, "table.sort", sort::sort)),
        ("unpack", Function::native(ctx, "table.unpack", pack::unpack)),
    ];
    for (name, function) in functions {
        library.set_field(ctx, name, function);
    }
    ctx.globals().set_field(ctx, "table", library);
}

/// What a function needs of its table: to read from it, to write to it, to know its length.
const READ: u8 = 1;
const WRITE: u8 = 2;
const LENGTH: u8 = 4;

/// Checks that an argument is a table, or has the metamethods to pass for one.
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
