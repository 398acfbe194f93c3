//! Corrects the costs in a changed prototype. `crates/fife/tests/binary.rs` includes this file, too, so all its imports
//! come from the module above.

use super::{Cost, Prototype, segment_rest};

/// Sets every cost to what it has to be, so that changed prototypes are not all refused for the same reason.
pub(crate) fn repay(prototype: &mut Prototype) {
    let code = prototype.code.clone();
    let rest = |pc: i64| usize::try_from(pc).map_or(1, |pc| segment_rest(&code, pc)).clamp(1, 255) as u8;
    for (pc, instruction) in prototype.code.iter_mut().enumerate() {
        let next = pc as i64 + 1;
        let landing = next + i64::from(instruction.jump().unwrap_or(0));
        let cost = if instruction.starts_segment() {
            let goes_on = code.get(pc + 1).is_some_and(|it| !it.starts_segment());
            if goes_on { rest(next).saturating_add(1) } else { 1 }
        } else {
            rest(landing)
        };
        instruction.set_cost(Cost(cost));
    }
    prototype.entry_cost = rest(0);
    prototype.prototypes.iter_mut().for_each(|nested| repay(nested));
}
