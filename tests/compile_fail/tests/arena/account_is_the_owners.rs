//! Code with a `Mutation` but without `unsafe` cannot reach the account of the arena.
use fife_arena::Mutation;

fn all(mc: &Mutation<'_>) {
    let _ = mc.allocate_leaf(8, true);
    let _ = mc.allocate_part(8, true);
    let _ = mc.allocate_clear_part(8, true);
    let _ = mc.hold_external(8);
    mc.hold_external_forced(8);
    mc.release_external(8);
}

fn main() {}
