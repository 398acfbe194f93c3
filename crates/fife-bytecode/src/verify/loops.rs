//! The part of the second pass for loops: what their instructions rely on in the registers that hold their state.
//!
//! Stepping a numeric loop checks the tag of its variable alone. It then counts in the payloads of the next two
//! registers, whatever they are, even pointers. So `ForLoop` must follow the `ForPrepare` of the same registers, which
//! makes the three of them integers or floats, and nothing else may have written to any of them since. A generic loop
//! reads the position beside the control variable's value: `ForGenericPrepare` must have written that, and no other
//! instruction may have written to the register since.
//!
//! A debugger may write to local variables. It cannot change the state of a loop, because a loop's counting registers
//! have no open names: see [`OpenLocals`].

use super::effect::{Effect, Run};
use super::error::Rule;
use super::registers::RegisterSet;
use super::verification::{LOT, Piece, Stop};
use crate::instruction::Instruction;
use crate::prototype::Prototype;

/// The prepared loops, by their base registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Loops<const WORDS: usize> {
    /// Numeric loops: the three registers from the base on are all integers or all floats.
    numeric: RegisterSet<WORDS>,
    /// Generic loops: there is a position beside the value of the control variable, two above the base.
    generic: RegisterSet<WORDS>,
}

impl<const WORDS: usize> Loops<WORDS> {
    /// Whether a loop is prepared when its instruction needs that.
    #[inline]
    pub(super) fn check(&self, instruction: &Instruction) -> Result<(), Rule> {
        let (known, base) = match instruction {
            Instruction::ForLoop { base, .. } => (self.numeric, base),
            Instruction::ForGenericCall { base, .. } => (self.generic, base),
            _ => return Ok(()),
        };
        if known.contains(base.index()) { Ok(()) } else { Err(Rule::LoopUnprepared { base: base.index() }) }
    }

    /// What is known after an instruction.
    #[inline]
    pub(super) fn after(mut self, instruction: &Instruction, effect: &Effect, jumped: bool) -> Self {
        use Instruction::*;
        if (jumped || !effect.writes_on_jump) && !effect.writes.is_empty() {
            let Run { start, end } = effect.writes;
            let start = start.saturating_sub(2);
            self.numeric = self.numeric.without(RegisterSet::of(Run { start, end }));
            self.generic = self.generic.without(RegisterSet::of(Run { start, end: end.saturating_sub(2) }));
        }
        match *instruction {
            // A step leaves integers or floats, too. Where the loop ends, that is of no use.
            ForPrepare { base, .. } if !jumped => self.numeric.insert(base.index() as u8),
            ForLoop { base, .. } if jumped => self.numeric.insert(base.index() as u8),
            ForGenericPrepare { base, .. } => self.generic.insert(base.index() as u8),
            // The step writes the control variable and keeps the position beside it.
            ForGenericLoop { base, .. } if jumped => self.generic.insert(base.index() as u8),
            _ => {}
        }
        self
    }

    /// Keeps only loops whose registers are live, below `live`.
    #[inline]
    pub(super) fn settle(self, live: usize) -> Self {
        let whole = RegisterSet::below(live.saturating_sub(2));
        Loops { numeric: self.numeric.and(whole), generic: self.generic.and(whole) }
    }

    /// The registers that loop instructions use without a check, so that nothing else may write to them.
    #[inline]
    fn counting(&self) -> RegisterSet<WORDS> {
        let limits = self.numeric.one_up();
        limits.or(limits.one_up())
    }
}

/// Where, and in which registers, there are local variables that a debugger may change.
#[derive(Default)]
pub(super) struct OpenLocals<const WORDS: usize> {
    /// Instructions, ascending, and the registers from each of them on.
    changes: Vec<(u32, RegisterSet<WORDS>)>,
    /// Where each instruction's events begin among all events; later, where they end.
    places: Vec<u32>,
    /// The registers of variables that come into scope, or else go out of it.
    events: Vec<(u8, bool)>,
}

impl<const WORDS: usize> OpenLocals<WORDS> {
    /// Forgets all variables.
    pub(super) fn clear(&mut self) {
        self.changes.clear();
    }

    /// Collects the variables of a function whose table of them is sound.
    pub(super) fn collect(&mut self, prototype: &Prototype, piece: &mut Piece<'_>) -> Result<(), Stop> {
        let OpenLocals { changes, places, events } = self;
        piece.goes_on((prototype.code.len() + 8 * prototype.locals.len()) / LOT);
        piece.refill(places, 0, prototype.code.len() + 2)?;
        for event in Event::all(prototype) {
            places[event.pc] += 1;
        }
        let mut count = 0;
        for place in &mut *places {
            count += std::mem::replace(place, count);
        }
        piece.refill(events, (0, false), count as usize)?;
        for event in Event::all(prototype) {
            events[places[event.pc] as usize] = (event.register, event.starts);
            places[event.pc] += 1;
        }
        let mut counts = [0_u32; 256];
        let mut registers = RegisterSet::default();
        let mut first = 0;
        changes.clear();
        for (pc, end) in places.iter().enumerate() {
            let end = *end as usize;
            if first == end {
                continue;
            }
            for (register, starts) in &events[first..end] {
                let count = &mut counts[usize::from(*register)];
                *count = if *starts { *count + 1 } else { count.saturating_sub(1) };
                if *count == 0 {
                    registers = registers.without(RegisterSet::of(Run::one((*register).into())));
                } else {
                    registers.insert(*register);
                }
            }
            first = end;
            piece.reserve(changes, 1)?;
            changes.push((pc as u32, registers));
        }
        Ok(())
    }

    /// The number of changes up to an instruction, from which [`check`](Self::check) continues.
    pub(super) fn place(&self, pc: usize) -> usize {
        self.changes.partition_point(|change| change.0 as usize <= pc)
    }

    /// Checks that no variable is in a loop's counting register. `place` is that of an instruction not behind `pc`, and
    /// is moved up to `pc`.
    #[inline]
    pub(super) fn check(&self, pc: usize, place: &mut usize, loops: &Loops<WORDS>) -> Result<(), Rule> {
        while self.changes.get(*place).is_some_and(|change| change.0 as usize <= pc) {
            *place += 1;
        }
        let registers = place.checked_sub(1).map_or(RegisterSet::default(), |last| self.changes[last].1);
        match registers.and(loops.counting()).first() {
            Some(register) => Err(Rule::LoopExposed { register }),
            None => Ok(()),
        }
    }
}

/// A variable that a debugger may change comes into scope or goes out of it.
struct Event {
    pc: usize,
    register: u8,
    starts: bool,
}

impl Event {
    fn all(prototype: &Prototype) -> impl Iterator<Item = Event> {
        prototype.locals.iter().filter(|it| !it.is_hidden()).flat_map(|it| {
            // A variable counts as in scope for one instruction more: code that stops between two instructions is
            // inspected as if it were still at the first.
            let (start, end, register) = (it.start as usize, it.end as usize + 1, it.register);
            [Event { pc: start, register, starts: true }, Event { pc: end, register, starts: false }]
        })
    }
}
