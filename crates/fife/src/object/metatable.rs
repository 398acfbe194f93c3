//! Looks up events in metatables, raw. The absence of an entry is remembered in the metatable, as in PUC-Rio Lua's
//! `ltm.c`.

use super::{Context, Event, Slot, TableObject, table_state};
use fife_arena::Gc;

/// The entry of a value's metatable for an event; nil if there is none, or no metatable.
#[inline]
pub fn metamethod<'gc>(ctx: Context<'gc>, value: Slot<'gc>, event: Event) -> Slot<'gc> {
    match ctx.metatable_of(value) {
        Some(metatable) => metamethod_in(ctx, metatable, event),
        None => Slot::NIL,
    }
}

/// The metamethod of a metatable for an event. Its absence is remembered in the metatable.
#[inline]
pub(crate) fn metamethod_in<'gc>(ctx: Context<'gc>, metatable: Gc<'gc, TableObject<'gc>>, event: Event) -> Slot<'gc> {
    let bit = TableObject::absent_bit(event);
    if metatable.absent.get() & bit != 0 {
        return Slot::NIL;
    }
    let found = metatable.get_short_string(ctx.state().event_name(event));
    if found.is_nil() && bit != 0 {
        metatable.absent.set(metatable.absent.get() | bit);
        metatable.state.set(metatable.state.get() | table_state::CACHED);
    }
    found
}
