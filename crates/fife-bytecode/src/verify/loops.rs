//! The second pass, of loops: what their instructions rely on in the registers they keep their state in.
//!
//! Stepping a numeric loop looks at the tag of its variable alone, and then counts in the payloads of the next
//! two registers, whatever they are: it would count in a pointer. So before `ForLoop` there must have been the
//! `ForPrepare` of the same registers, which makes the three of them integers or floats, and nothing else may have
//! written to any of them since. A generic loop reads the position that lies beside the control variable's
//! value: `ForGenericPrepare` must have written that, and no other instruction that register.
//!
//! A debugger may write to local variables. It can not change the state of a loop, because the registers in which
//! one counts bear no open names: see [`OpenLocals`].

use super::effect::{Effect, Run};
use super::error::Rule;
use super::registers::RegisterSet;
use super::verification::{LOT, Piece, Stop};
use crate::instruction::Instruction;
use crate::prototype::Prototype;

/// The loops that were prepared, by their base registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Loops {
    /// Numeric loops: the three registers from the base on are all integers or all floats.
    numeric: RegisterSet,
    /// Generic loops: there is a position beside the value of the control variable, two above the base.
    generic: RegisterSet,
}

impl Loops {
    /// Whether a loop's instruction finds it prepared.
    pub(super) fn check(&self, instruction: &Instruction) -> Result<(), Rule> {
        let (known, base) = match instruction {
            Instruction::ForLoop { base, .. } => (self.numeric, base),
            Instruction::ForGenericCall { base, .. } => (self.generic, base),
            _ => return Ok(()),
        };
        if known.contains(base.index()) { Ok(()) } else { Err(Rule::LoopUnprepared { base: base.index() }) }
    }

    /// What is known after an instruction.
    pub(super) fn after(mut self, instruction: &Instruction, effect: &Effect, jumped: bool) -> Loops {
        use Instruction::*;
        if (jumped || !effect.writes_on_jump) && !effect.writes.is_empty() {
            let Run { start, end } = effect.writes;
            let start = start.saturating_sub(2);
            self.numeric = self.numeric.without(RegisterSet::of(Run { start, end }));
            self.generic = self.generic.without(RegisterSet::of(Run { start, end: end.saturating_sub(2) }));
        }
        match *instruction {
            // Integers, or floats, are what the step leaves too. Where the loop ends that is of no use.
            ForPrepare { base, .. } if !jumped => self.numeric.insert(base.index() as u8),
            ForLoop { base, .. } if jumped => self.numeric.insert(base.index() as u8),
            ForGenericPrepare { base, .. } => self.generic.insert(base.index() as u8),
            // The step writes the control variable and keeps the position beside it.
            ForGenericLoop { base, .. } if jumped => self.generic.insert(base.index() as u8),
            _ => {}
        }
        self
    }

    /// Restricts it to loops whose registers are live, up to `live`.
    pub(super) fn settle(self, live: usize) -> Loops {
        let whole = RegisterSet::below(live.saturating_sub(2));
        Loops { numeric: self.numeric.and(whole), generic: self.generic.and(whole) }
    }

    /// The registers that must be what the loop's instructions left in them, and that they do not look at.
    fn counting(&self) -> RegisterSet {
        let limits = self.numeric.one_up();
        limits.or(limits.one_up())
    }
}

/// Where there are local variables that a debugger may change, and in which registers.
#[derive(Default)]
pub(super) struct OpenLocals {
    /// Instructions, ascending, from each of which on these are the registers.
    changes: Vec<(u32, RegisterSet)>,
}

impl OpenLocals {
    /// Looks at the variables of a function whose table of them is sound.
    pub(super) fn of(prototype: &Prototype, piece: &mut Piece<'_>) -> Result<OpenLocals, Stop> {
        let mut changes: Vec<(u32, RegisterSet)> = Vec::new();
        piece.goes_on((prototype.code.len() + 8 * prototype.locals.len()) / LOT);
        // Where each instruction's events begin among all of them, and then where they end.
        let mut places = piece.filled(0_u32, prototype.code.len() + 2)?;
        for event in Event::all(prototype) {
            places[event.pc] += 1;
        }
        let mut count = 0;
        for place in &mut places {
            count += std::mem::replace(place, count);
        }
        let mut events = piece.filled((0_u8, false), count as usize)?;
        for event in Event::all(prototype) {
            events[places[event.pc] as usize] = (event.register, event.starts);
            places[event.pc] += 1;
        }
        let mut counts = [0_u32; 256];
        let mut registers = RegisterSet::default();
        let mut first = 0;
        for (pc, end) in places.into_iter().enumerate() {
            let end = end as usize;
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
            piece.reserve(&mut changes, 1)?;
            changes.push((pc as u32, registers));
        }
        Ok(OpenLocals { changes })
    }

    /// How many changes there are up to an instruction: where to go on from with [`check`](Self::check).
    pub(super) fn place(&self, pc: usize) -> usize {
        self.changes.partition_point(|change| change.0 as usize <= pc)
    }

    /// Whether no variable is in a register in which a loop counts. `place` is that of an instruction not behind
    /// `pc`, and goes along.
    pub(super) fn check(&self, pc: usize, place: &mut usize, loops: &Loops) -> Result<(), Rule> {
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

/// That a variable which a debugger may change comes into scope or goes out of it.
struct Event {
    pc: usize,
    register: u8,
    starts: bool,
}

impl Event {
    fn all(prototype: &Prototype) -> impl Iterator<Item = Event> {
        prototype.locals.iter().filter(|it| !it.is_hidden()).flat_map(|it| {
            // A variable is said to be there for one instruction longer: one that stops between two instructions is
            // looked at as if it were still at the first.
            let (start, end, register) = (it.start as usize, it.end as usize + 1, it.register);
            [Event { pc: start, register, starts: true }, Event { pc: end, register, starts: false }]
        })
    }
}
