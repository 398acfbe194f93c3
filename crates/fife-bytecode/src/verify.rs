//! The verifier: the only way to a prototype that runs.
//!
//! The virtual machine's loop reads registers, constants, upvalues and code without checks, and runs a segment of code
//! once it is paid for. The verifier makes that safe, for our own compiler's code as for code from anywhere: each fact
//! on which the loop relies is a [`Rule`].
//!
//! What the loop relies on, and where it is checked:
//!
//! - Registers that an instruction names, or has in a run, are below the function's count: `check_operands`, the ends
//!   of `Effect::reads` and `writes`.
//! - A register that is read, captured or traced was written on every path, and a call or a metamethod keeps only live
//!   registers: the counts of live registers in `check_edges`, `Effect::defined`, `check_closure`.
//! - Below a function that is called, and below the end of an open list, every register holds something: the reads of
//!   calls, `check_open`.
//! - Counts of arguments and results, plus one, fit their type: they are runs of registers.
//! - An open list is taken by the next instruction, and begins behind the registers that this puts before it:
//!   `check_open`, `Rule::JumpInto`.
//! - Constants exist, a key is an interned string, and an operand of arithmetic is a number: `check_operands`,
//!   `check_particulars`.
//! - Upvalues and nested functions exist; whether an upvalue is a value or a cell agrees with the function that makes
//!   the closure: `check_kind`, `capture_limits`.
//! - A register holds a cell where one is expected, and nowhere else: `flow`.
//! - There is code behind every instruction that does not end the flow; a jump leads to an instruction, in its
//!   direction: `check_edges`.
//! - Every instruction is paid for before it runs; a loop pays in each turn, and a call for the code it returns to:
//!   `segment_runs`, `check_cost`, `Rule::JumpUnpaid`.
//! - The instruction behind `ForGenericCall` belongs to the same loop: `check_generic_for`.
//! - `ForLoop` counts in numbers of one kind, and a debugger cannot put anything else there: `loops`.
//! - There is a position beside the control variable of `ForGenericCall`: `loops`.
//! - `SetList` fills a table that was made for it, so it need not ask a metatable: `constructor`.
//! - The list of variables to be closed is in order and does not grow in a loop; each entry's register is live, and its
//!   frame exists, until it is closed: `flow`.
//! - `VarArgs` occurs only in functions with variable arguments: `check_particulars`.
//! - Functions nest so little that moving and dropping them may recurse: `check_tree`.
//! - Positions can be searched, and variables are in registers of the function: `check_tables`.
//!
//! There are two passes over a function, each linear but for a search among its jump targets. The first looks at each
//! instruction by itself and at the edges from it. It needs no knowledge of paths, because the prototype states how
//! many registers are live before each instruction: if every edge leads from at least as many registers with values to
//! at most as many live ones, then by induction on the path a live register holds a value. The second (`flow`) follows
//! paths. It finds which live registers hold cells, which are to be closed, and which hold the state of a loop. A
//! separate pass looks at constructors.
//!
//! The virtual machine itself checks the rest as it goes: types of values other than those above; room on the stack for
//! the frame and for calls that begin above it; where `SetList` stores, and whether there is room; that a closure of
//! the main function has the upvalues it declares; and fuel for work that is not constant. Names and positions may be
//! anything, since they are only shown. Nothing here panics, recurses or trusts any part of the input.

mod constructor;
mod effect;
mod error;
mod flow;
mod loops;
mod registers;
#[cfg(test)]
pub(crate) mod tests;
mod verification;

pub use error::{Rule, VerifyError};
pub use verification::{FunctionVerification, Refusal, Verification};

use crate::instruction::{Instruction, Operand, Visit};
use crate::operand::{KeyIndex, SLOT_SIZE, UpvalueIndex};
use crate::prototype::{
    Capture, Constant, Local, Prototype, SEGMENT_LIMIT, SHORT_STRING_LIMIT, UPVALUE_LIMIT, UpvalueKind,
};
use effect::{Edges, Effect};
use error::Fault;
use verification::{Nested, Piece, Stop};

/// How deep functions may nest: deeper than the compiler allows, and shallow enough to recurse on.
pub const NESTING_LIMIT: usize = 250;

/// The most instructions in one function, which jumps span with room to spare.
pub const CODE_LIMIT: usize = i32::MAX as usize / 4;

/// A prototype that was checked with all its nested ones: the only kind the virtual machine runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified(Prototype);

impl Verified {
    /// The prototype, read-only.
    pub fn prototype(&self) -> &Prototype {
        &self.0
    }

    /// The prototype, which may then be changed but no longer counts as verified.
    pub fn into_inner(self) -> Prototype {
        self.0
    }
}

/// A function that was checked by itself, given what the functions in it capture. It runs only with those, or with
/// others that capture the same.
#[derive(Debug)]
pub struct VerifiedFunction(Prototype);

impl VerifiedFunction {
    /// The function, without those in it.
    pub fn prototype(&self) -> &Prototype {
        &self.0
    }
}

/// Checks a prototype and all its nested ones, in one piece.
///
/// # Errors
///
/// The first broken rule found, and where. The prototype is dropped without recursion, however deep it nests.
pub fn verify(prototype: Prototype) -> Result<Verified, VerifyError> {
    let mut verification = Verification::new(prototype);
    loop {
        match verification.advance(usize::MAX, &mut |_| true) {
            Ok(Some(verified)) => return Ok(verified),
            // There cannot be more units than that, and nothing refuses memory here.
            Ok(None) | Err(Refusal::Memory) => {}
            Err(Refusal::Broken(error)) => return Err(error),
        }
    }
}

fn check_shape(prototype: &Prototype) -> Result<(), Rule> {
    let Prototype { code, live, parameter_count, register_count, .. } = prototype;
    if code.is_empty() || code.len() > CODE_LIMIT {
        return Err(Rule::CodeLength);
    }
    if live.len() != code.len() {
        return Err(Rule::LiveLength);
    }
    if parameter_count > register_count {
        return Err(Rule::ParameterCount);
    }
    if live[0] != *parameter_count {
        return Err(Rule::EntryLive);
    }
    if prototype.upvalues.len() > UPVALUE_LIMIT {
        return Err(Rule::UpvalueCount);
    }
    Ok(())
}

/// Checks data that only messages and debuggers read.
fn check_tables(prototype: &Prototype) -> Result<(), Rule> {
    let positions = &prototype.positions;
    if positions.get(0).is_some_and(|run| run.pc != 0) || !positions.iter().is_sorted_by_key(|run| run.pc) {
        return Err(Rule::Positions);
    }
    let outside = |local: &Local| {
        local.register >= prototype.register_count
            || local.start > local.end
            || local.end as usize > prototype.code.len()
    };
    prototype.locals.iter().position(outside).map_or(Ok(()), |index| Err(Rule::Local { index }))
}

/// Checks those captures of the nested prototypes that do not depend on where a closure is made. For each of them, finds
/// one above the highest register captured. Returns whether any captures a cell in a register.
fn capture_limits(
    prototype: &Prototype,
    nested: &Nested,
    limits: &mut Vec<u16>,
    piece: &mut Piece<'_>,
) -> Result<bool, Stop> {
    limits.clear();
    piece.reserve(limits, nested.len())?;
    let mut captures_cells = false;
    for (index, captures) in nested.iter().enumerate() {
        let mut limit = 0;
        for (number, (capture, kind)) in captures.iter().enumerate() {
            let sound = match *capture {
                Capture::Register(register) => {
                    limit = limit.max(u16::from(register) + 1);
                    captures_cells |= *kind == UpvalueKind::Cell;
                    register < prototype.register_count
                }
                Capture::Upvalue(outer) => {
                    prototype.upvalues.get(usize::from(outer)).is_some_and(|it| it.kind == *kind)
                }
                Capture::Running => *kind == UpvalueKind::Value,
            };
            if !sound {
                return Err(Rule::Capture { prototype: index, upvalue: number }.into());
            }
        }
        limits.push(limit);
    }
    Ok(captures_cells)
}

/// For each instruction, the number of instructions from it, itself included, up to the next `Charge` or the end. Also
/// checks that no segment is too long.
fn segment_runs(code: &[Instruction], runs: &mut Vec<u8>, piece: &mut Piece<'_>) -> Result<(), Stop> {
    piece.refill(runs, 0, code.len())?;
    let mut run = 0;
    for (pc, (instruction, place)) in code.iter().zip(runs).enumerate().rev() {
        run += 1;
        if run > SEGMENT_LIMIT {
            return Err(Fault::at(pc, Rule::SegmentLength).into());
        }
        *place = run as u8;
        if instruction.starts_segment() {
            run = 0;
        }
    }
    Ok(())
}

/// A function whose shape and tables are sound: what the first pass knows.
struct Function<'a> {
    prototype: &'a Prototype,
    code: &'a [Instruction],
    live: &'a [u8],
    register_count: usize,
    /// See [`capture_limits`].
    limits: &'a [u16],
    /// See [`segment_runs`].
    runs: &'a [u8],
}

/// Checks each operand of an instruction by its kind.
struct Operands<'a> {
    prototype: &'a Prototype,
    nested_count: usize,
    /// The ends of the function's registers and of the live ones, in bytes from the base.
    registers_end: u16,
    live_end: u16,
    cost: Option<u8>,
    /// The first operand that is wrong.
    broken: Option<Rule>,
}

impl Visit for Operands<'_> {
    // Inlined, it is a few comparisons per operand.
    #[inline(always)]
    fn operand(&mut self, _: &'static str, operand: Operand) {
        let prototype = self.prototype;
        let ok = match operand {
            Operand::Input(register) => register.is_aligned() && register.offset() < usize::from(self.live_end),
            Operand::Output(register) | Operand::Block(register) => {
                register.is_aligned() && register.offset() < usize::from(self.registers_end)
            }
            Operand::Key(key) => key.is_well_formed() && key.index() < prototype.constants.len(),
            Operand::Constant(constant) => (constant.0 as usize) < prototype.constants.len(),
            Operand::Prototype(nested) => (nested.0 as usize) < self.nested_count,
            Operand::Upvalue(upvalue) => upvalue.index() < prototype.upvalues.len(),
            Operand::Cost(amount) => {
                self.cost = Some(amount);
                true
            }
            Operand::Jump(_) | Operand::Number(_) | Operand::Switch(_) => true,
        };
        if !ok {
            self.refuse(operand);
        }
    }
}

impl Operands<'_> {
    #[cold]
    #[inline(never)]
    fn refuse(&mut self, operand: Operand) {
        let rule = match operand {
            Operand::Input(register)
                if register.is_aligned() && register.offset() < usize::from(self.registers_end) =>
            {
                Rule::Undefined { register: register.index() }
            }
            Operand::Input(register) | Operand::Output(register) | Operand::Block(register) => {
                Rule::Register { offset: register.offset() }
            }
            Operand::Prototype(_) => Rule::PrototypeIndex,
            Operand::Upvalue(_) => Rule::UpvalueIndex,
            _ => Rule::ConstantIndex,
        };
        self.broken.get_or_insert(rule);
    }
}

impl<'a> Function<'a> {
    fn new(prototype: &'a Prototype, limits: &'a [u16], runs: &'a [u8]) -> Function<'a> {
        let register_count = usize::from(prototype.register_count);
        Function { prototype, code: &prototype.code, live: &prototype.live, register_count, limits, runs }
    }

    /// Checks the instruction at `pc` and the edges from it. `open` is where the open list left by the instruction
    /// before starts, if there is one, and becomes the same for the next. Returns where the instruction may jump.
    #[inline(always)]
    fn check_instruction(
        &self,
        pc: usize,
        instruction: &Instruction,
        open: &mut Option<usize>,
    ) -> Result<Option<usize>, Rule> {
        let live = usize::from(self.live[pc]);
        if live > self.register_count {
            return Err(Rule::LiveCount);
        }
        let cost = self.check_operands(instruction, live)?;
        self.check_particulars(instruction)?;
        let effect = Effect::of(instruction, *open);
        check_open(&effect, *open, live)?;
        if !effect.reads.is_empty() && effect.reads.end > live {
            return Err(Rule::Undefined { register: live.max(effect.reads.start) });
        }
        if effect.writes.end > self.register_count {
            return Err(Rule::RegisterRun { end: effect.writes.end });
        }
        self.check_closure(instruction, live)?;
        self.check_generic_for(pc, instruction)?;
        let jump = self.check_edges(pc, instruction, live, &effect, cost)?;
        *open = effect.leaves;
        Ok(jump)
    }

    /// Checks each operand by its kind; returns the cost, if there is one.
    #[inline(always)]
    fn check_operands(&self, instruction: &Instruction, live: usize) -> Result<Option<u8>, Rule> {
        let mut operands = Operands {
            prototype: self.prototype,
            nested_count: self.limits.len(),
            registers_end: self.register_count as u16 * SLOT_SIZE,
            live_end: live as u16 * SLOT_SIZE,
            cost: None,
            broken: None,
        };
        instruction.visit(&mut operands);
        operands.broken.map_or(Ok(operands.cost), Err)
    }

    /// Checks what single instructions require of their operands.
    fn check_particulars(&self, instruction: &Instruction) -> Result<(), Rule> {
        use Instruction::*;
        match *instruction {
            GetUpvalue { upvalue, .. } => self.check_kind(upvalue, UpvalueKind::Value),
            GetUpvalueCell { upvalue, .. } | SetUpvalueCell { upvalue, .. } => {
                self.check_kind(upvalue, UpvalueKind::Cell)
            }
            GetUpvalueField { upvalue, key, .. } | SetUpvalueField { upvalue, key, .. } => {
                self.check_kind(upvalue, UpvalueKind::Value)?;
                self.check_constant(key, is_field_name)
            }
            GetField { key, .. } | SetField { key, .. } | SelfField { key, .. } => {
                self.check_constant(key, is_field_name)
            }
            AddConstant { right, .. }
            | SubtractConstant { right, .. }
            | MultiplyConstant { right, .. }
            | DivideConstant { right, .. }
            | ModuloConstant { right, .. }
            | PowerConstant { right, .. }
            | FloorDivideConstant { right, .. } => {
                self.check_constant(right, |it| matches!(it, Constant::Integer(_) | Constant::Float(_)))
            }
            BitAndConstant { right, .. } | BitOrConstant { right, .. } | BitXorConstant { right, .. } => {
                self.check_constant(right, |it| matches!(it, Constant::Integer(_)))
            }
            VarArgs { .. } | VarArgsOpen { .. } if !self.prototype.is_vararg => Err(Rule::NotVararg),
            LoadNil { count: 0, .. } | VarArgs { count: 0, .. } | ForGenericCall { count: 0, .. } => {
                Err(Rule::Count { least: 1 })
            }
            Concat { count: 0..2, .. } => Err(Rule::Count { least: 2 }),
            _ => Ok(()),
        }
    }

    fn check_kind(&self, upvalue: UpvalueIndex, kind: UpvalueKind) -> Result<(), Rule> {
        let found = self.prototype.upvalues.get(upvalue.index()).map(|it| it.kind);
        if found == Some(kind) { Ok(()) } else { Err(Rule::UpvalueKind) }
    }

    fn check_constant(&self, key: KeyIndex, fits: impl Fn(&Constant) -> bool) -> Result<(), Rule> {
        let found = self.prototype.constants.get(key.index());
        if found.is_some_and(fits) { Ok(()) } else { Err(Rule::ConstantType) }
    }

    /// A closure captures only live registers.
    #[inline]
    fn check_closure(&self, instruction: &Instruction, live: usize) -> Result<(), Rule> {
        let Instruction::Closure { prototype, .. } = *instruction else { return Ok(()) };
        match self.limits.get(prototype.0 as usize).copied().map(usize::from) {
            Some(limit) if limit > live => Err(Rule::Undefined { register: limit - 1 }),
            Some(_) => Ok(()),
            None => Err(Rule::PrototypeIndex),
        }
    }

    /// The two halves of a generic loop's step are adjacent.
    #[inline(always)]
    fn check_generic_for(&self, pc: usize, instruction: &Instruction) -> Result<(), Rule> {
        let together = match instruction {
            Instruction::ForGenericCall { base, .. } => {
                matches!(self.code.get(pc + 1), Some(Instruction::ForGenericLoop { base: other, .. }) if base == other)
            }
            Instruction::ForGenericLoop { base, .. } => {
                let previous = pc.checked_sub(1).and_then(|previous| self.code.get(previous));
                matches!(previous, Some(Instruction::ForGenericCall { base: other, .. }) if base == other)
            }
            _ => true,
        };
        if together { Ok(()) } else { Err(Rule::GenericFor) }
    }

    /// Checks where control goes: there must be code, its live registers must hold values, and it must be paid for.
    /// Returns where the instruction may jump.
    #[inline(always)]
    fn check_edges(
        &self,
        pc: usize,
        instruction: &Instruction,
        live: usize,
        effect: &Effect,
        cost: Option<u8>,
    ) -> Result<Option<usize>, Rule> {
        let code = self.code;
        let edges = Edges::of(instruction, pc);
        if edges.falls {
            if pc + 1 >= code.len() {
                return Err(Rule::End);
            }
            self.check_live(pc + 1, effect.defined(live, false))?;
        }
        let mut landing = pc + 1;
        let mut jump = None;
        if let Some(target) = edges.jump {
            let target = usize::try_from(target).ok().filter(|it| *it < code.len()).ok_or(Rule::JumpTarget)?;
            if instruction.jumps_back() != (target <= pc) {
                return Err(Rule::JumpDirection);
            }
            if code[target].must_follow() {
                return Err(Rule::JumpInto { target });
            }
            // The code after `pc` is paid for up to the end of its segment.
            let paid = pc + usize::from(self.runs[pc]);
            if !instruction.jumps_back() && target >= paid && !code[target].starts_segment() {
                return Err(Rule::JumpUnpaid { target });
            }
            self.check_live(target, effect.defined(live, true))?;
            landing = target;
            jump = Some(target);
        }
        match cost {
            Some(cost) if instruction.starts_segment() => self.check_cost(cost, self.runs[pc])?,
            Some(cost) => self.check_cost(cost, self.landing_cost(landing))?,
            None => {}
        }
        Ok(jump)
    }

    #[inline]
    fn check_live(&self, target: usize, defined: usize) -> Result<(), Rule> {
        if usize::from(self.live[target]) > defined { Err(Rule::Live { target, defined }) } else { Ok(()) }
    }

    /// The cost of landing on `pc`, as in [`segment_rest`](crate::segment_rest), and 1 past the end.
    fn landing_cost(&self, pc: usize) -> u8 {
        match self.code.get(pc) {
            Some(instruction) if !instruction.starts_segment() => self.runs[pc],
            _ => 1,
        }
    }

    fn check_cost(&self, cost: u8, least: u8) -> Result<(), Rule> {
        let least = usize::from(least.max(1));
        if (least..=SEGMENT_LIMIT).contains(&usize::from(cost)) { Ok(()) } else { Err(Rule::Cost { least }) }
    }
}

/// An open list is taken by the instruction after the one that leaves it, and by no other. No register below it is
/// dead, so that everything up to its end can be traced.
fn check_open(effect: &Effect, open: Option<usize>, live: usize) -> Result<(), Rule> {
    match (effect.takes, open) {
        (None, None) => Ok(()),
        (Some(_), Some(start)) if live < start => Err(Rule::Undefined { register: live }),
        (Some(lowest), Some(start)) if lowest <= start => Ok(()),
        (Some(_), Some(start)) => Err(Rule::OpenListStart { start }),
        (Some(_), None) => Err(Rule::OpenListMissing),
        (None, Some(_)) => Err(Rule::OpenListLost),
    }
}

fn is_field_name(constant: &Constant) -> bool {
    matches!(constant, Constant::String(bytes) if bytes.len() <= SHORT_STRING_LIMIT)
}
