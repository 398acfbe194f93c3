//! What instructions do to registers: the facts on which both passes of the verifier rest.
//!
//! Plain inputs and outputs are known from the instruction table. This file says, once, how each instruction with a
//! `Block` operand uses its run of registers; a test fails if one is left out.

use crate::instruction::Instruction;

/// The registers from `start` up to but not including `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Run {
    const NONE: Run = Run { start: 0, end: 0 };

    #[inline]
    fn new(start: usize, count: usize) -> Run {
        Run { start, end: start + count }
    }

    #[inline]
    pub(super) fn one(register: usize) -> Run {
        Run::new(register, 1)
    }

    /// Whether it has no registers.
    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// What an instruction does to registers, in order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    /// The run it reads, besides its `Input` operands and an open list that it takes.
    pub(super) reads: Run,
    /// Registers from here on hold nothing afterwards, except those written.
    pub(super) clobbers: usize,
    /// The run it writes.
    pub(super) writes: Run,
    /// Whether it writes only when it jumps.
    pub(super) writes_on_jump: bool,
    /// The lowest register at which an open list that it takes may start; `None` if it takes none.
    pub(super) takes: Option<usize>,
    /// The register at which an open list that it leaves starts; `None` if it leaves none.
    pub(super) leaves: Option<usize>,
}

impl Effect {
    const NOTHING: Effect = Effect {
        reads: Run::NONE,
        clobbers: usize::MAX,
        writes: Run::NONE,
        writes_on_jump: false,
        takes: None,
        leaves: None,
    };

    /// The effect of an instruction; `open` is where the open list left by the instruction before starts, if there is
    /// one. Registers may be anything, even ones that the verifier is about to refuse.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    pub(super) fn of(instruction: &Instruction, open: Option<usize>) -> Effect {
        use Instruction::*;
        // Without a list the instruction is refused anyway, and other faults do not matter.
        let to_open = |start: usize| Run { start, end: open.unwrap_or(start) };
        let none = Effect::NOTHING;
        match *instruction {
            LoadNil { first, count } => Effect { writes: Run::new(first.index(), count.into()), ..none },
            NewCell { register } => {
                Effect { reads: Run::one(register.index()), writes: Run::one(register.index()), ..none }
            }
            SelfField { dst, .. } => Effect { writes: Run::new(dst.index(), 2), ..none },
            SetList { count, table, .. } => {
                Effect { reads: Run::new(table.index(), 1 + usize::from(count)), clobbers: table.index() + 1, ..none }
            }
            SetListOpen { table, .. } => Effect {
                reads: to_open(table.index()),
                clobbers: table.index() + 1,
                takes: Some(table.index() + 1),
                ..none
            },
            Concat { first, count } => Effect {
                reads: Run::new(first.index(), count.into()),
                clobbers: first.index(),
                writes: Run::one(first.index()),
                ..none
            },
            MoveJumpIf { dst, .. } | MoveJumpIfNot { dst, .. } => {
                Effect { writes: Run::one(dst.index()), writes_on_jump: true, ..none }
            }
            ForPrepare { base, .. } | ForLoop { base, .. } => {
                Effect { reads: Run::new(base.index(), 3), writes: Run::new(base.index(), 3), ..none }
            }
            ForGenericPrepare { base, .. } => Effect { reads: Run::new(base.index(), 4), ..none },
            // The call does not read the closing value, but that must outlive the call.
            ForGenericCall { base, count, .. } => Effect {
                reads: Run::new(base.index(), 4),
                clobbers: base.index() + 4,
                writes: Run::new(base.index() + 4, count.into()),
                ..none
            },
            ForGenericLoop { base, .. } => Effect {
                reads: Run::one(base.index() + 4),
                writes: Run::one(base.index() + 2),
                writes_on_jump: true,
                ..none
            },
            Call { func, args, results, .. } => Effect {
                reads: Run::new(func.index(), 1 + usize::from(args)),
                clobbers: func.index(),
                writes: Run::new(func.index(), results.into()),
                ..none
            },
            CallOpenArgs { func, results, .. } => Effect {
                reads: to_open(func.index()),
                clobbers: func.index(),
                writes: Run::new(func.index(), results.into()),
                takes: Some(func.index() + 1),
                ..none
            },
            CallOpenResults { func, args, .. } => Effect {
                reads: Run::new(func.index(), 1 + usize::from(args)),
                clobbers: func.index(),
                leaves: Some(func.index()),
                ..none
            },
            CallOpen { func, .. } => Effect {
                reads: to_open(func.index()),
                clobbers: func.index(),
                takes: Some(func.index() + 1),
                leaves: Some(func.index()),
                ..none
            },
            TailCall { func, args } => Effect { reads: Run::new(func.index(), 1 + usize::from(args)), ..none },
            TailCallOpen { func } => Effect { reads: to_open(func.index()), takes: Some(func.index() + 1), ..none },
            Return { first, count } => Effect { reads: Run::new(first.index(), count.into()), ..none },
            ReturnOpen { first } => Effect { reads: to_open(first.index()), takes: Some(first.index()), ..none },
            VarArgs { dst, count } => Effect { writes: Run::new(dst.index(), count.into()), ..none },
            VarArgsOpen { dst } => Effect { clobbers: dst.index(), leaves: Some(dst.index()), ..none },
            ToBeClosed { register } => Effect { reads: Run::one(register.index()), ..none },
            Close { .. } => none,
            // The list stays where it is, and the registers below it must exist for the instruction that takes it.
            CloseOpen { .. } => Effect { takes: Some(0), leaves: open.or(Some(0)), ..none },
            _ => match instruction.output() {
                Some(register) => Effect { writes: Run::one(register.index()), ..none },
                None => none,
            },
        }
    }

    /// The number of registers from 0 on that hold values afterwards, if `live` did before.
    ///
    /// An instruction may call a metamethod, whose frame begins at the first register that is not live, so nothing from
    /// there on is kept.
    #[inline]
    pub(super) fn defined(&self, live: usize, jumped: bool) -> usize {
        let kept = live.min(self.clobbers);
        let writes = jumped || !self.writes_on_jump;
        if writes && !self.writes.is_empty() && self.writes.start <= kept { kept.max(self.writes.end) } else { kept }
    }
}

/// Where control goes after an instruction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edges {
    /// Whether control may reach the next instruction.
    pub(super) falls: bool,
    /// Another place that control may reach; can be any number in an unverified function.
    pub(super) jump: Option<i64>,
}

impl Edges {
    /// The edges from the instruction at `pc`.
    #[inline(always)]
    pub(super) fn of(instruction: &Instruction, pc: usize) -> Edges {
        let next = pc as i64 + 1;
        let jump = if instruction.skips() { Some(1) } else { instruction.jump() };
        let jump = jump.map(|offset| next + i64::from(offset));
        Edges { falls: !instruction.ends_flow(), jump }
    }
}
