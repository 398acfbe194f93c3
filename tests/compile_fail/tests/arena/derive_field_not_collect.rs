//! Every field is `Collect` or `'static`.
use fife_arena::{Collect, Gc};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

struct Foreign;

#[derive(Collect)]
struct Plain(Foreign);

#[derive(Collect)]
struct Hidden<'gc> {
    cell: Cell<Gc<'gc, u8>>,
    shared: Rc<RefCell<Gc<'gc, u8>>>,
}

#[derive(Collect)]
struct NotStatic<'gc>(#[collect(static)] Gc<'gc, u8>);

#[derive(Collect)]
struct Mistyped(#[collect(statik)] u8);

#[derive(Collect)]
#[collect(static)]
struct Whole(u8);

fn is_collect<T: Collect>() {}

fn main() {}

fn check<'gc>(_: &'gc ()) {
    is_collect::<NotStatic<'gc>>();
}
