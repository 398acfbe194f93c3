//! Types that the derive refuses: unions, packed fields, marks outside of fields, pointers called static.
use fife_arena::{Collect, Gc};

#[derive(Collect)]
union Either<'gc> {
    number: u64,
    pointer: Gc<'gc, u64>,
}

#[derive(Collect)]
#[repr(C, packed)]
struct Packed<'gc>(u8, Gc<'gc, u64>);

#[derive(Collect)]
enum Marked {
    #[collect(static)]
    One(u64),
}

#[derive(Collect)]
struct NotStatic<'gc>(#[collect(static)] Gc<'gc, u64>);

fn main() {
    fife_arena::Arena::<fife_arena::Rootable![NotStatic<'_>]>::new(|mc| NotStatic(Gc::new(mc, 1)));
}
