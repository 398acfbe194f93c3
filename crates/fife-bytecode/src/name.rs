//! What a value is called in the source, for error messages and tracebacks: "global 'print'", "field 'x'".
//!
//! A register that is not a local variable is named after the instruction that set it. A walk over the code finds that,
//! as in PUC-Rio's `ldebug.c` (`findsetreg`, `getobjname`, `funcnamefromcode`), but on Fife's instructions: jumps are
//! part of fused tests, and a captured variable is read from its cell into a temporary, which takes the variable's
//! name. Where the walk cannot know, there is no name. Nothing here fails or panics, whatever the code. The walk is
//! limited to [`WALK_MAX`] instructions, to bound what an error costs in an endless function.

use crate::instruction::{Instruction, Operand};
use crate::number::ArithmeticOperator;
use crate::operand::Register;
use crate::prototype::{Constant, Local, Prototype};
use std::fmt;

#[cfg(test)]
mod tests;

/// The most instructions examined to find one name.
pub const WALK_MAX: usize = 1 << 16;

/// What kind of name a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// A global variable: a field of `_ENV`.
    Global,
    /// A local variable.
    Local,
    /// A method, in a call `o:m()`.
    Method,
    /// A field of a table.
    Field,
    /// A local variable of an enclosing function.
    Upvalue,
    /// A string constant.
    Constant,
    /// The iterator of a generic `for`, called by the loop.
    ForIterator,
    /// A metamethod, called by an operation.
    Metamethod,
    /// A debug hook.
    Hook,
}

impl NameKind {
    /// The kind, as Lua's messages call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            NameKind::Global => "global",
            NameKind::Local => "local",
            NameKind::Method => "method",
            NameKind::Field => "field",
            NameKind::Upvalue => "upvalue",
            NameKind::Constant => "constant",
            NameKind::ForIterator => "for iterator",
            NameKind::Metamethod => "metamethod",
            NameKind::Hook => "hook",
        }
    }
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name and its kind, as in `(field 'x')`.
pub type Name<'a> = (NameKind, &'a [u8]);

/// PUC-Rio's name for a key that is not a constant string.
const UNKNOWN_KEY: &[u8] = b"?";

/// The largest integer key for which PUC-Rio has a special instruction, and with it a name.
const INTEGER_KEY_MAX: u16 = 255;

/// The name of the value in `register` just before the instruction at `pc` runs: that of a local variable, or one after
/// the instruction that set it.
pub fn register_name(prototype: &Prototype, pc: usize, register: u8) -> Option<Name<'_>> {
    let mut walk = Walk { prototype, rest: WALK_MAX };
    let setter = match walk.plain_name(pc, register as usize) {
        Found::Name(name) => return Some(name),
        Found::Setter(setter) => setter,
        Found::Nothing => return None,
    };
    match *prototype.code.get(setter)? {
        Instruction::GetUpvalueField { upvalue, key, .. } => {
            let is_environment = upvalue_name(prototype, upvalue.index()).is_some_and(is_environment_name);
            Some((if is_environment { NameKind::Global } else { NameKind::Field }, key_name(prototype, key.index())))
        }
        Instruction::GetField { table, key, .. } => {
            Some((walk.field_kind(setter, table.index()), key_name(prototype, key.index())))
        }
        Instruction::GetIndex { table, key, .. } => {
            let name = match walk.plain_name(setter, key.index()) {
                Found::Name((NameKind::Constant, name)) => name,
                _ => UNKNOWN_KEY,
            };
            Some((walk.field_kind(setter, table.index()), name))
        }
        Instruction::GetIndexInteger { key, .. } => {
            Some((NameKind::Field, if key <= INTEGER_KEY_MAX { b"integer index" } else { UNKNOWN_KEY }))
        }
        Instruction::SelfField { dst, key, .. } if dst.index() == register as usize => {
            Some((NameKind::Method, key_name(prototype, key.index())))
        }
        _ => None,
    }
}

/// The instruction that set the value which `register` has just before the one at `pc` runs, if it is the same on every
/// path: no jump may lie between, and no loop around `pc` alone may set it. `None` for a captured variable that others
/// can assign, since its register holds its cell.
pub fn setter(prototype: &Prototype, pc: usize, register: u8) -> Option<usize> {
    let register = usize::from(register);
    let mut walk = Walk { prototype, rest: WALK_MAX };
    let setter = walk.find_setter(pc, register)?;
    let variable = named_at(prototype, pc).filter(|local| usize::from(local.register) == register).last();
    // A temporary is set and used within one expression.
    let Some(variable) = variable else { return Some(setter) };
    // A variable may be set for the next turn of a loop.
    let after = prototype.code.get(pc..)?;
    if variable.in_cell || after.len() > WALK_MAX {
        return None;
    }
    let mut end = pc;
    for (at, instruction) in after.iter().enumerate().map(|(at, it)| (pc + at, it)) {
        let landing = instruction.jump().and_then(|offset| (at + 1).checked_add_signed(offset as isize));
        if landing.is_some_and(|landing| landing <= pc && landing > setter) {
            end = at + 1;
        }
    }
    let is_set_again = prototype.code[pc..end].iter().any(|instruction| sets(instruction, register));
    (!is_set_again).then_some(setter)
}

/// The name of what the instruction at `pc` calls: the function of a call, the iterator of a generic `for`, or the
/// metamethod (without its underscores) that any other instruction may call, whether it does or not.
pub fn call_name(prototype: &Prototype, pc: usize) -> Option<Name<'_>> {
    let instruction = prototype.code.get(pc)?;
    match instruction.called() {
        Some(_) if instruction.keeps_loop() => Some((NameKind::ForIterator, b"for iterator")),
        Some(register) => register_name(prototype, pc, u8::try_from(register).ok()?),
        None => event(instruction).map(|name| (NameKind::Metamethod, name.as_bytes())),
    }
}

/// The name of the value of an operand of the instruction at `pc`: a register as by [`register_name`], an upvalue, a
/// string constant.
pub fn operand_name(prototype: &Prototype, pc: usize, operand: Operand) -> Option<Name<'_>> {
    match operand {
        Operand::Input(register) | Operand::Output(register) | Operand::Block(register) => {
            register_name(prototype, pc, u8::try_from(register.index()).ok()?)
        }
        Operand::Upvalue(upvalue) => upvalue_name(prototype, upvalue.index()).map(|name| (NameKind::Upvalue, name)),
        Operand::Key(key) => string_constant(prototype, key.index()).map(|name| (NameKind::Constant, name)),
        Operand::Constant(constant) => {
            string_constant(prototype, constant.0 as usize).map(|name| (NameKind::Constant, name))
        }
        _ => None,
    }
}

/// The `number`th local variable, counted from 1, of those in scope at `pc`.
pub fn local_name(prototype: &Prototype, number: usize, pc: usize) -> Option<&Local> {
    locals_at(prototype, pc).nth(number.checked_sub(1)?)
}

/// The metamethod that an instruction other than a call may call.
fn event(instruction: &Instruction) -> Option<&'static str> {
    use Instruction::*;
    let operator = match instruction {
        GetUpvalueField { .. } | GetIndex { .. } | GetIndexInteger { .. } | GetField { .. } | SelfField { .. } => {
            return Some("index");
        }
        SetUpvalueField { .. } | SetIndex { .. } | SetIndexInteger { .. } | SetField { .. } => return Some("newindex"),
        Length { .. } => return Some("len"),
        Concat { .. } => return Some("concat"),
        JumpIfEqual { .. } | JumpIfNotEqual { .. } => return Some("eq"),
        JumpIfLess { .. }
        | JumpIfNotLess { .. }
        | JumpIfLessInteger { .. }
        | JumpIfNotLessInteger { .. }
        | JumpIfGreaterInteger { .. }
        | JumpIfNotGreaterInteger { .. } => return Some("lt"),
        JumpIfLessEqual { .. }
        | JumpIfNotLessEqual { .. }
        | JumpIfLessEqualInteger { .. }
        | JumpIfNotLessEqualInteger { .. }
        | JumpIfGreaterEqualInteger { .. }
        | JumpIfNotGreaterEqualInteger { .. } => return Some("le"),
        Close { .. } | CloseOpen { .. } => return Some("close"),
        Add { .. } | AddInteger { .. } | AddConstant { .. } => ArithmeticOperator::Add,
        Subtract { .. } | SubtractInteger { .. } | SubtractConstant { .. } => ArithmeticOperator::Subtract,
        Multiply { .. } | MultiplyConstant { .. } => ArithmeticOperator::Multiply,
        Divide { .. } | DivideConstant { .. } => ArithmeticOperator::Divide,
        Modulo { .. } | ModuloConstant { .. } => ArithmeticOperator::Modulo,
        Power { .. } | PowerConstant { .. } => ArithmeticOperator::Power,
        FloorDivide { .. } | FloorDivideConstant { .. } => ArithmeticOperator::FloorDivide,
        BitAnd { .. } | BitAndConstant { .. } => ArithmeticOperator::BitAnd,
        BitOr { .. } | BitOrConstant { .. } => ArithmeticOperator::BitOr,
        BitXor { .. } | BitXorConstant { .. } => ArithmeticOperator::BitXor,
        ShiftLeft { .. } | ShiftLeftInteger { .. } => ArithmeticOperator::ShiftLeft,
        ShiftRight { .. } | ShiftRightInteger { .. } => ArithmeticOperator::ShiftRight,
        Negate { .. } => ArithmeticOperator::Negate,
        BitNot { .. } => ArithmeticOperator::BitNot,
        _ => return None,
    };
    Some(operator.event())
}

/// The local variables in scope at `pc`, in the order of their declarations.
fn locals_at(prototype: &Prototype, pc: usize) -> impl Iterator<Item = &Local> {
    prototype.locals.iter().filter(move |local| (local.start as usize..local.end as usize).contains(&pc))
}

/// Those with a name: a constant `_ENV` has none.
fn named_at(prototype: &Prototype, pc: usize) -> impl Iterator<Item = &Local> {
    locals_at(prototype, pc).filter(|local| !local.name.is_empty())
}

fn is_environment_name(name: &[u8]) -> bool {
    name == b"_ENV"
}

fn upvalue_name(prototype: &Prototype, index: usize) -> Option<&[u8]> {
    prototype.upvalues.get(index).map(|upvalue| &*upvalue.name).filter(|name| !name.is_empty())
}

fn string_constant(prototype: &Prototype, index: usize) -> Option<&[u8]> {
    match prototype.constants.get(index) {
        Some(Constant::String(bytes)) => Some(bytes),
        _ => None,
    }
}

fn key_name(prototype: &Prototype, index: usize) -> &[u8] {
    string_constant(prototype, index).unwrap_or(UNKNOWN_KEY)
}

/// What is known about a register.
enum Found<'a> {
    /// The name of its value, found without looking at tables.
    Name(Name<'a>),
    /// The instruction at this place set it.
    Setter(usize),
    /// It depends on the path.
    Nothing,
}

/// One search, with the number of instructions that it may still examine.
struct Walk<'a> {
    prototype: &'a Prototype,
    rest: usize,
}

impl<'a> Walk<'a> {
    /// The name of `register` before `pc` as a variable or a constant, or else what set it.
    fn plain_name(&mut self, mut pc: usize, mut register: usize) -> Found<'a> {
        // Each turn follows a move to a lower register, so there are only a few.
        loop {
            if let Some(local) = named_at(self.prototype, pc).filter(|local| local.register as usize == register).last()
            {
                return Found::Name((NameKind::Local, &local.name));
            }
            let Some(setter) = self.find_setter(pc, register) else { return Found::Nothing };
            match self.prototype.code[setter] {
                Instruction::Move { dst, src } if src.index() < dst.index() => {
                    (pc, register) = (setter, src.index());
                }
                Instruction::GetCell { cell, .. } => {
                    let local = named_at(self.prototype, setter)
                        .filter(|local| local.in_cell && local.register as usize == cell.index())
                        .last();
                    return match local {
                        Some(local) => Found::Name((NameKind::Local, &local.name)),
                        None => Found::Setter(setter),
                    };
                }
                Instruction::GetUpvalue { upvalue, .. } | Instruction::GetUpvalueCell { upvalue, .. } => {
                    return match upvalue_name(self.prototype, upvalue.index()) {
                        Some(name) => Found::Name((NameKind::Upvalue, name)),
                        None => Found::Setter(setter),
                    };
                }
                Instruction::GetSelf { .. } if !self.prototype.own_name.is_empty() => {
                    return Found::Name((NameKind::Upvalue, &self.prototype.own_name));
                }
                Instruction::LoadConstant { constant, .. } => {
                    return match string_constant(self.prototype, constant.0 as usize) {
                        Some(name) => Found::Name((NameKind::Constant, name)),
                        None => Found::Setter(setter),
                    };
                }
                _ => return Found::Setter(setter),
            }
        }
    }

    /// Whether a field of the table in this register is a global variable: whether the table is a variable named
    /// `_ENV`.
    fn field_kind(&mut self, pc: usize, table: usize) -> NameKind {
        match self.plain_name(pc, table) {
            Found::Name((NameKind::Local | NameKind::Upvalue, name)) if is_environment_name(name) => NameKind::Global,
            _ => NameKind::Field,
        }
    }

    /// The last instruction before `pc` that set `register`, unless a jump may have skipped it.
    ///
    /// Code is structured, so instructions that a forward jump passes over are conditional up to its target. Loops do
    /// not matter: a temporary is set and used within one expression.
    fn find_setter(&mut self, pc: usize, register: usize) -> Option<usize> {
        let end = pc.min(self.prototype.code.len());
        let start = end.saturating_sub(self.rest);
        self.rest -= end - start;
        let mut setter = None;
        // Everything before this target is conditional.
        let mut target = 0;
        for (at, instruction) in self.prototype.code[start..end].iter().enumerate().map(|(at, it)| (start + at, it)) {
            if sets(instruction, register) {
                setter = (at >= target).then_some(at);
            }
            if let Some(offset @ 1..) = instruction.jump() {
                let landing = at + 1 + offset as usize;
                if landing <= pc {
                    target = target.max(landing);
                }
            }
        }
        // Jumps after the instruction that set the register do not count: they cannot skip it.
        setter
    }
}

/// Whether the instruction changes or may change the register.
pub fn sets(instruction: &Instruction, register: usize) -> bool {
    use Instruction::*;
    let run = |first: usize, count: usize| (first..first + count).contains(&register);
    if let Some(called) = instruction.called() {
        return register >= called as usize;
    }
    match *instruction {
        LoadNil { first, count } => run(first.index(), count as usize),
        Concat { first, count } => run(first.index(), count as usize),
        NewCell { register: cell } => cell.index() == register,
        SelfField { dst, .. } => run(dst.index(), 2),
        ForPrepare { base, .. } | ForLoop { base, .. } => run(base.index(), 3),
        ForGenericLoop { base, .. } => register == base.index() + 2,
        VarArgs { dst, count } => run(dst.index(), count as usize),
        VarArgsOpen { dst } => register >= dst.index(),
        _ => {
            let mut sets = false;
            instruction.operands(|_, operand| sets |= matches!(operand, Operand::Output(it) if is(it, register)));
            sets
        }
    }
}

fn is(operand: Register, register: usize) -> bool {
    operand.index() == register
}
