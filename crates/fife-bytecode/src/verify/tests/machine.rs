//! A machine that runs prototypes without values, to test what the verifier accepts.
//!
//! For each register it tracks only whether it is dead, a value or a cell, and which loop or constructor keeps its
//! state there. It takes branches at random and asserts at every step what the virtual machine's loop relies on. It is
//! written from the instruction table's documentation and shares no code with the verifier's account of effects. It is
//! as hostile as the real machine can be: every register that is not live dies at every instruction, as if a metamethod
//! had run or a collection had cleared it, and now and then a debugger writes to local variables.

use super::random::Rng;
use crate::instruction::Instruction;
use crate::operand::{Block, Cost, Input, KeyIndex, Output, Register, UpvalueIndex};
use crate::prototype::{Capture, Constant, Local, Prototype, SEGMENT_LIMIT, SHORT_STRING_LIMIT, UpvalueKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Dead,
    Value,
    Cell,
}

/// A promise that an instruction left in a register, and on which another one relies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mark {
    /// The base of the numeric loop that keeps a number there.
    numeric: Option<usize>,
    /// There is a position beside the value.
    has_position: bool,
    /// The value is a table made by this function.
    is_constructed: bool,
}

struct Machine<'a> {
    prototype: &'a Prototype,
    registers: Vec<Slot>,
    marks: Vec<Mark>,
    /// The thread's list of registers to be closed.
    closing: Vec<usize>,
    /// Where the open list starts, between the instruction that leaves it and the one that takes it.
    open: Option<usize>,
    /// The number of instructions already paid for.
    paid: usize,
    live: usize,
}

/// Where control goes.
enum Next {
    On,
    Skip,
    Jump(i32),
    Done,
}

/// Runs a prototype for at most `steps` instructions on one random path; panics where the virtual machine's loop would
/// go wrong.
pub(super) fn run(prototype: &Prototype, steps: usize, rng: &mut Rng) {
    let count = usize::from(prototype.register_count);
    let mut machine = Machine {
        prototype,
        registers: vec![Slot::Dead; count],
        marks: vec![Mark::default(); count],
        closing: Vec::new(),
        open: None,
        paid: prototype.entry_cost.into(),
        live: 0,
    };
    machine.registers[..usize::from(prototype.parameter_count)].fill(Slot::Value);
    let mut pc = 0_usize;
    for _ in 0..steps {
        let instruction = prototype.code[pc];
        machine.begin(pc, &instruction);
        if rng.chance(4) {
            machine.debug(pc - usize::from(pc > 0 && rng.chance(2)), rng);
        }
        let next = machine.execute(&instruction, rng);
        assert!(machine.open.is_none() || matches!(next, Next::On), "an open list is lost");
        pc = match next {
            Next::On => pc + 1,
            Next::Skip => pc + 2,
            Next::Jump(offset) => (pc as i64 + 1 + i64::from(offset)) as usize,
            Next::Done => return,
        };
        let backward = matches!(
            instruction,
            Instruction::JumpBack { .. } | Instruction::ForLoop { .. } | Instruction::ForGenericLoop { .. }
        );
        assert!(backward || !matches!(next, Next::Jump(offset) if offset < 0));
    }
}

impl Machine<'_> {
    /// Checks what must hold before each instruction, and clears all that it may lose.
    fn begin(&mut self, pc: usize, instruction: &Instruction) {
        self.live = self.prototype.live[pc].into();
        assert!(self.live <= self.registers.len());
        let (live, dead) = self.registers.split_at_mut(self.live);
        assert!(!live.contains(&Slot::Dead), "a register said to be live is not");
        dead.fill(Slot::Dead);
        self.marks[self.live..].fill(Mark::default());
        assert!(self.closing.is_sorted_by(|a, b| a < b), "the list to be closed is not in order");
        assert!(self.closing.iter().all(|it| self.registers[*it] == Slot::Value), "what is to be closed is gone");
        assert_eq!(self.open.is_some(), instruction.takes_open());
        assert!(self.open.is_none_or(|start| start == self.live), "there are dead registers below an open list");
        if let Instruction::Charge { cost } = instruction {
            self.pay(*cost);
        }
        self.paid = self.paid.checked_sub(1).expect("an instruction was not paid for");
    }

    /// Lets a debugger change one of the local variables in scope at `pc`.
    fn debug(&mut self, pc: usize, rng: &mut Rng) {
        let is_seen = |it: &&Local| (it.start as usize..it.end as usize).contains(&pc) && !it.is_hidden();
        let seen: Vec<_> = self.prototype.locals.iter().filter(is_seen).collect();
        if !seen.is_empty() {
            let register = usize::from(seen[rng.below(seen.len())].register);
            self.marks[register].numeric = None;
        }
    }

    fn pay(&mut self, cost: Cost) {
        assert!((1..=SEGMENT_LIMIT).contains(&cost.0.into()));
        self.paid = cost.0.into();
    }

    fn read(&self, register: Register, slot: Slot) {
        assert!(register.is_well_formed() && register.index() < self.live);
        assert_eq!(self.registers[register.index()], slot);
    }

    fn input(&self, input: Input) {
        self.read(input.0, Slot::Value);
    }

    fn inputs(&self, start: usize, count: usize) {
        if count == 0 {
            return;
        }
        assert!(start + count <= self.live);
        assert!(self.registers[start..start + count].iter().all(|it| *it == Slot::Value));
    }

    fn write(&mut self, index: usize, slot: Slot) {
        assert!(!self.closing.contains(&index), "what is to be closed is overwritten");
        self.registers[index] = slot;
        self.marks[index] = Mark::default();
    }

    fn output(&mut self, output: Output) {
        assert!(output.0.is_well_formed());
        self.write(output.index(), Slot::Value);
    }

    fn outputs(&mut self, start: usize, count: usize) {
        (start..start + count).for_each(|index| self.write(index, Slot::Value));
    }

    fn key(&self, key: KeyIndex, fits: impl Fn(&Constant) -> bool) {
        assert!(key.is_well_formed() && fits(&self.prototype.constants[key.index()]));
    }

    fn field(&self, key: KeyIndex) {
        self.key(key, |it| matches!(it, Constant::String(bytes) if bytes.len() <= SHORT_STRING_LIMIT));
    }

    fn number(&self, key: KeyIndex) {
        self.key(key, |it| matches!(it, Constant::Integer(_) | Constant::Float(_)));
    }

    fn integer(&self, key: KeyIndex) {
        self.key(key, |it| matches!(it, Constant::Integer(_)));
    }

    fn upvalue(&self, upvalue: UpvalueIndex, kind: UpvalueKind) {
        assert_eq!(self.prototype.upvalues[upvalue.index()].kind, kind);
    }

    /// Another frame overwrites the registers from `start` up.
    fn lose_from(&mut self, start: usize) {
        assert!(self.closing.iter().all(|it| *it < start), "a call runs over what is to be closed");
        self.registers[start..].fill(Slot::Dead);
        self.marks[start..].fill(Mark::default());
    }

    /// Reads a function and its arguments: `args` of them, or all up to the end of the open list.
    fn callee(&mut self, func: Block, args: Option<u16>) {
        match args {
            Some(args) => self.inputs(func.index(), 1 + usize::from(args)),
            None => {
                let start = self.open.take().expect("an open list");
                assert!(func.index() < start);
                self.inputs(func.index(), start - func.index());
            }
        }
    }

    fn call(&mut self, func: Block, args: Option<u16>, results: Option<u16>, cost: Cost) -> Next {
        self.callee(func, args);
        self.lose_from(func.index());
        self.pay(cost);
        match results {
            Some(results) => self.outputs(func.index(), results.into()),
            None => self.open = Some(func.index()),
        }
        Next::On
    }

    fn close(&mut self, from: Block) {
        assert!(from.0.is_well_formed());
        self.closing.retain(|it| *it < from.index());
    }

    fn mark(&mut self, register: usize) {
        self.inputs(register, 1);
        self.closing.push(register);
    }

    fn keep_count(&mut self, base: Block) {
        for register in base.index()..base.index() + 3 {
            self.marks[register].numeric = Some(base.index());
        }
    }

    fn finish(&self) -> Next {
        assert!(self.closing.is_empty(), "a variable is left open");
        Next::Done
    }

    fn execute(&mut self, instruction: &Instruction, rng: &mut Rng) -> Next {
        use Instruction::*;
        let branch = |offset: i32, rng: &mut Rng| if rng.chance(2) { Next::Jump(offset) } else { Next::On };
        match *instruction {
            Move { dst, src } | Negate { dst, src } | BitNot { dst, src } | Not { dst, src } | Length { dst, src } => {
                self.input(src);
                self.output(dst);
            }
            LoadInteger { dst, .. } | LoadFalse { dst } | LoadTrue { dst } | GetSelf { dst } => self.output(dst),
            LoadConstant { dst, constant } => {
                let _ = &self.prototype.constants[constant.0 as usize];
                self.output(dst);
            }
            LoadNil { first, count } => {
                assert!(count >= 1);
                self.outputs(first.index(), count.into());
            }
            LoadFalseSkip { dst } => {
                self.output(dst);
                return Next::Skip;
            }
            GetUpvalue { upvalue, dst } => {
                self.upvalue(upvalue, UpvalueKind::Value);
                self.output(dst);
            }
            GetUpvalueCell { upvalue, dst } => {
                self.upvalue(upvalue, UpvalueKind::Cell);
                self.output(dst);
            }
            SetUpvalueCell { upvalue, src } => {
                self.upvalue(upvalue, UpvalueKind::Cell);
                self.input(src);
            }
            NewCell { register } => {
                self.read(register.0, Slot::Value);
                self.write(register.index(), Slot::Cell);
            }
            GetCell { dst, cell } => {
                self.read(cell.0, Slot::Cell);
                self.output(dst);
            }
            SetCell { cell, src } => {
                self.read(cell.0, Slot::Cell);
                self.input(src);
            }
            Closure { dst, prototype } => {
                for upvalue in &self.prototype.prototypes[prototype.0 as usize].upvalues {
                    match (upvalue.capture, upvalue.kind) {
                        (Capture::Register(register), UpvalueKind::Value) => {
                            self.read(Register::new(register), Slot::Value);
                        }
                        (Capture::Register(register), UpvalueKind::Cell) => {
                            self.read(Register::new(register), Slot::Cell);
                        }
                        (Capture::Upvalue(outer), kind) => self.upvalue(UpvalueIndex(outer), kind),
                        (Capture::Running, kind) => assert_eq!(kind, UpvalueKind::Value),
                    }
                }
                self.output(dst);
            }
            GetUpvalueField { upvalue, dst, key } => {
                self.upvalue(upvalue, UpvalueKind::Value);
                self.field(key);
                self.output(dst);
            }
            SetUpvalueField { upvalue, key, value } => {
                self.upvalue(upvalue, UpvalueKind::Value);
                self.field(key);
                self.input(value);
            }
            GetIndex { dst, table, key } => {
                self.input(table);
                self.input(key);
                self.output(dst);
            }
            GetIndexInteger { dst, table, .. } => {
                self.input(table);
                self.output(dst);
            }
            GetField { dst, table, key } => {
                self.input(table);
                self.field(key);
                self.output(dst);
            }
            SetIndex { table, key, value } => {
                self.input(table);
                self.input(key);
                self.input(value);
            }
            SetIndexInteger { table, value, .. } => {
                self.input(table);
                self.input(value);
            }
            SetField { table, key, value } => {
                self.input(table);
                self.field(key);
                self.input(value);
            }
            SelfField { dst, object, key } => {
                self.input(object);
                self.field(key);
                self.outputs(dst.index(), 2);
            }
            NewTable { dst, .. } => {
                self.output(dst);
                self.marks[dst.index()].is_constructed = true;
            }
            SetList { count, table, .. } => {
                assert!(self.marks[table.index()].is_constructed, "a list is stored in any table");
                self.inputs(table.index(), 1 + usize::from(count));
                self.lose_from(table.index() + 1);
            }
            SetListOpen { table, .. } => {
                assert!(self.marks[table.index()].is_constructed, "a list is stored in any table");
                self.callee(table, None);
                self.lose_from(table.index() + 1);
            }
            Add { dst, left, right }
            | Subtract { dst, left, right }
            | Multiply { dst, left, right }
            | Divide { dst, left, right }
            | Modulo { dst, left, right }
            | Power { dst, left, right }
            | FloorDivide { dst, left, right }
            | BitAnd { dst, left, right }
            | BitOr { dst, left, right }
            | BitXor { dst, left, right }
            | ShiftLeft { dst, left, right }
            | ShiftRight { dst, left, right } => {
                self.input(left);
                self.input(right);
                self.output(dst);
            }
            AddInteger { dst, left, .. }
            | SubtractInteger { dst, left, .. }
            | ShiftLeftInteger { dst, left, .. }
            | ShiftRightInteger { dst, left, .. } => {
                self.input(left);
                self.output(dst);
            }
            AddConstant { dst, left, right, .. }
            | SubtractConstant { dst, left, right }
            | MultiplyConstant { dst, left, right, .. }
            | DivideConstant { dst, left, right }
            | ModuloConstant { dst, left, right }
            | PowerConstant { dst, left, right }
            | FloorDivideConstant { dst, left, right } => {
                self.input(left);
                self.number(right);
                self.output(dst);
            }
            BitAndConstant { dst, left, right, .. }
            | BitOrConstant { dst, left, right, .. }
            | BitXorConstant { dst, left, right, .. } => {
                self.input(left);
                self.integer(right);
                self.output(dst);
            }
            Concat { first, count } => {
                assert!(count >= 2);
                self.inputs(first.index(), count.into());
                self.lose_from(first.index());
                self.outputs(first.index(), 1);
            }
            Jump { offset } => return Next::Jump(offset.0),
            JumpBack { cost, offset } => {
                self.pay(cost);
                return Next::Jump(offset.0);
            }
            JumpIf { src, offset } | JumpIfNot { src, offset } => {
                self.input(src);
                return branch(offset.0, rng);
            }
            MoveJumpIf { dst, src, offset } | MoveJumpIfNot { dst, src, offset } => {
                self.input(src);
                let next = branch(offset.0.into(), rng);
                if matches!(next, Next::Jump(_)) {
                    self.output(dst);
                }
                return next;
            }
            JumpIfEqual { left, right, offset }
            | JumpIfNotEqual { left, right, offset }
            | JumpIfLess { left, right, offset }
            | JumpIfNotLess { left, right, offset }
            | JumpIfLessEqual { left, right, offset }
            | JumpIfNotLessEqual { left, right, offset } => {
                self.input(left);
                self.input(right);
                return branch(offset.0.into(), rng);
            }
            JumpIfEqualConstant { left, right, offset } | JumpIfNotEqualConstant { left, right, offset } => {
                self.input(left);
                self.key(right, |_| true);
                return branch(offset.0.into(), rng);
            }
            JumpIfEqualInteger { left, offset, .. }
            | JumpIfNotEqualInteger { left, offset, .. }
            | JumpIfLessInteger { left, offset, .. }
            | JumpIfNotLessInteger { left, offset, .. }
            | JumpIfLessEqualInteger { left, offset, .. }
            | JumpIfNotLessEqualInteger { left, offset, .. }
            | JumpIfGreaterInteger { left, offset, .. }
            | JumpIfNotGreaterInteger { left, offset, .. }
            | JumpIfGreaterEqualInteger { left, offset, .. }
            | JumpIfNotGreaterEqualInteger { left, offset, .. } => {
                self.input(left);
                return branch(offset.0.into(), rng);
            }
            ForPrepare { base, offset } => {
                self.inputs(base.index(), 3);
                self.outputs(base.index(), 3);
                let next = branch(offset.0, rng);
                if matches!(next, Next::On) {
                    self.keep_count(base);
                }
                return next;
            }
            ForLoop { cost, base, offset } => {
                self.inputs(base.index(), 3);
                // The loop checks the variable's tag, but not those of the other two.
                let counts = &self.marks[base.index() + 1..base.index() + 3];
                assert!(counts.iter().all(|it| it.numeric == Some(base.index())), "a loop counts in any value");
                let next = branch(offset.0, rng);
                if matches!(next, Next::Jump(_)) {
                    self.outputs(base.index(), 2);
                    self.keep_count(base);
                    self.pay(cost);
                }
                return next;
            }
            ForGenericPrepare { base, offset } => {
                self.mark(base.index() + 3);
                self.marks[base.index() + 2].has_position = true;
                return Next::Jump(offset.0);
            }
            ForGenericCall { cost, base, count } => {
                assert!(count >= 1);
                assert!(self.marks[base.index() + 2].has_position, "no position was noted");
                self.inputs(base.index(), 4);
                self.lose_from(base.index() + 4);
                self.pay(cost);
                self.outputs(base.index() + 4, count.into());
            }
            ForGenericLoop { cost, base, offset } => {
                self.inputs(base.index() + 4, 1);
                let next = branch(offset.0, rng);
                if matches!(next, Next::Jump(_)) {
                    self.outputs(base.index() + 2, 1);
                    self.marks[base.index() + 2].has_position = true;
                    self.pay(cost);
                }
                return next;
            }
            Call { cost, func, args, results } => return self.call(func, Some(args), Some(results), cost),
            CallOpenArgs { cost, func, results } => return self.call(func, None, Some(results), cost),
            CallOpenResults { cost, func, args } => return self.call(func, Some(args), None, cost),
            CallOpen { cost, func } => return self.call(func, None, None, cost),
            TailCall { func, args } => {
                self.callee(func, Some(args));
                return self.finish();
            }
            TailCallOpen { func } => {
                self.callee(func, None);
                return self.finish();
            }
            Return0 {} => return self.finish(),
            Return1 { src } => {
                self.input(src);
                return self.finish();
            }
            Return { first, count } => {
                self.inputs(first.index(), count.into());
                return self.finish();
            }
            ReturnOpen { first } => {
                let start = self.open.take().expect("an open list");
                assert!(first.index() <= start);
                self.inputs(first.index(), start - first.index());
                return self.finish();
            }
            VarArgs { dst, count } => {
                assert!(self.prototype.is_vararg && count >= 1);
                self.outputs(dst.index(), count.into());
            }
            VarArgsOpen { dst } => {
                assert!(self.prototype.is_vararg);
                self.lose_from(dst.index());
                self.open = Some(dst.index());
            }
            ToBeClosed { register } => self.mark(register.index()),
            Close { from } | CloseOpen { from } => self.close(from),
            Charge { .. } => {}
        }
        Next::On
    }
}
