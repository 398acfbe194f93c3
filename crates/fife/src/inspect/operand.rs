//! The values that an instruction works with, and where they came from, to explain a failure.
//!
//! Everything here is known from the code: the instruction that set a register, if only one can have, and the table
//! that a field was read from, if it is still there.

use super::inspector::Inspector;
use super::name::{self, Name};
use crate::object::{CellObject, ClosureObject, Value};
use fife_arena::Gc;
use fife_bytecode::name::{WALK_MAX, sets, setter};
use fife_bytecode::{Constant, Instruction, Local, Operand as Field, Position, Prototype};
use std::fmt;

/// How many operands of an instruction are looked at: only a concatenation has more than four.
const OPERANDS_MAX: usize = 64;

/// A value that the current instruction of an [`Activation`](super::Activation) works with. A failed operation blames
/// one of them.
///
/// ```
/// use fife::gc::{Executor, Function, Inspector, Origin};
/// use fife::{Fuel, Lua, native};
///
/// let mut lua = Lua::new();
/// let source = "local t = {}\nlocal name = 'size'\nreturn #t + t.size";
/// let function = lua.load(source).name("=demo").into_function()?;
/// let task = lua.enter(|ctx| {
///     let handler = native!("app.handler", |call| {
///         let failing = call.inspector().level(1).unwrap();
///         let blamed = failing.operands().into_iter().find(|it| it.name().is_some()).unwrap();
///         assert_eq!(blamed.name().unwrap().to_string(), "field 'size'");
///         assert_eq!(blamed.set_at().map(|at| (at.line, at.column)), Some((3, 15)));
///         let table = blamed.table().unwrap();
///         assert_eq!((table.name().unwrap().text, table.origin()), (&b"t"[..], Some(Origin::Table)));
///         assert_eq!(table.set_at().map(|at| (at.line, at.column)), Some((1, 11)));
///         call.nothing()
///     });
///     let handler = Function::native(ctx, handler).unwrap();
///     Ok::<_, fife::Error>(Executor::with_handler(ctx, function.fetch(ctx)?, &[], handler).unwrap().stash(ctx))
/// })?;
/// assert!(task.run(&mut lua, &mut Fuel::with(1000)).is_err());
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Operand<'gc> {
    inspector: Inspector<'gc>,
    frame: u32,
    closure: Gc<'gc, ClosureObject<'gc>>,
    /// The instruction at which the function is, and the one that works with it: that, or one before it.
    at: usize,
    pc: usize,
    place: Place,
}

/// Where the value is.
#[derive(Clone, Copy)]
enum Place {
    Register(u8),
    Upvalue(usize),
    /// It was read by the instruction at [`Operand::pc`], and is no more where that put it.
    Field,
}

/// How many fields one of the other are read again.
const FIELDS_MAX: usize = 8;

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// `nil`, or a declaration without a value.
    Nil,
    /// A number, a string or a boolean in the source.
    Constant,
    /// A table constructor.
    Table,
    /// A function in the source.
    Function,
    /// A field of a table, a global variable among them.
    Field,
    /// A variable.
    Variable,
    /// A call.
    Call,
    /// An operation, or what a loop does.
    Operation,
}

impl<'gc> Operand<'gc> {
    /// Those of the instruction at which a function is.
    pub(super) fn all_of(
        inspector: Inspector<'gc>,
        frame: u32,
        closure: Gc<'gc, ClosureObject<'gc>>,
        pc: usize,
    ) -> Vec<Operand<'gc>> {
        let chunk: &Prototype = &closure.prototype.chunk;
        let Some(instruction) = chunk.code.get(pc) else { return Vec::new() };
        let at = |place| Operand { inspector, frame, closure, at: pc, pc, place };
        let (mut found, mut registers) = (Vec::new(), Vec::new());
        if let Some(called) = instruction.called() {
            registers.push(called as usize);
        } else if let Instruction::Concat { first, count } = *instruction {
            registers.extend((first.index()..first.index() + usize::from(count)).take(OPERANDS_MAX));
        } else {
            instruction.operands(|_, field| match field {
                Field::Input(register) => registers.push(register.index()),
                Field::Block(register) if instruction.keeps_loop() => {
                    registers.extend(register.index()..register.index() + 3);
                }
                Field::Upvalue(upvalue) => found.push(at(Place::Upvalue(upvalue.index()))),
                _ => {}
            });
        }
        let registers = registers.into_iter().filter_map(|it| u8::try_from(it).ok());
        found.extend(registers.map(|it| at(Place::Register(it))).map(|it| it.copied().unwrap_or(it)));
        found
    }

    /// The variable that it is a copy of, if that still is what it was.
    fn copied(self) -> Option<Operand<'gc>> {
        let pc = self.setter()?;
        let Instruction::Move { src, .. } = self.chunk().code[pc] else { return None };
        let place = Place::Register(u8::try_from(src.index()).ok()?);
        self.has_stayed(place, pc).then_some(Operand { place, pc, ..self })
    }

    fn chunk(self) -> &'gc Prototype {
        &self.closure.as_ref().prototype.as_ref().chunk
    }

    /// Its name in the source, as in messages. Charges for the search.
    pub fn name(self) -> Option<Name<'gc>> {
        let (chunk, ctx) = (self.chunk(), self.inspector.ctx());
        name::charge(ctx, chunk, self.pc);
        match self.place {
            Place::Register(register) => name::of_register(chunk, self.pc, register),
            Place::Upvalue(upvalue) => name::of_upvalue(chunk, upvalue),
            Place::Field => name::of_register(chunk, self.pc + 1, self.written()?),
        }
    }

    /// The register that the instruction writes which read it.
    fn written(self) -> Option<u8> {
        match self.chunk().code[self.pc] {
            Instruction::GetUpvalueField { dst, .. }
            | Instruction::GetField { dst, .. }
            | Instruction::GetIndex { dst, .. }
            | Instruction::GetIndexInteger { dst, .. } => u8::try_from(dst.index()).ok(),
            _ => None,
        }
    }

    /// Reads a field once more that is no more where it was, without metamethods: what there is now.
    fn read_again(self) -> Option<Value<'gc>> {
        let (mut keys, mut at) = (Vec::new(), self);
        while let Place::Field = at.place {
            let (Instruction::GetUpvalueField { key, .. } | Instruction::GetField { key, .. }) =
                self.chunk().code[at.pc]
            else {
                return None;
            };
            keys.push(key.index());
            at = at.table().filter(|_| keys.len() <= FIELDS_MAX)?;
        }
        let mut value = at.value()?;
        for key in keys.into_iter().rev() {
            let Value::Table(table) = value else { return None };
            let Constant::String(name) = self.chunk().constants.get(key)? else { return None };
            value = table.get_field(self.inspector.ctx(), str::from_utf8(name).ok()?);
        }
        Some(value)
    }

    /// Its value, if known: a function that calls another one has given its arguments away, and the called function. A
    /// table that a field was read from, and that is no longer in a register, is looked up again.
    pub fn value(self) -> Option<Value<'gc>> {
        let thread = self.inspector.object();
        if !self.inspector.is_current() || self.frame >= thread.frame_count.get() {
            return None;
        }
        let slot = match self.place {
            Place::Register(register) if self.has_stayed(self.place, self.at) => {
                let slot = thread.frame(self.frame).base() + u32::from(register);
                (slot < thread.stack_size.get()).then(|| thread.slot(slot))?
            }
            Place::Register(_) => return None,
            Place::Field => return self.read_again(),
            Place::Upvalue(upvalue) => ClosureObject::upvalue(self.closure, upvalue)?,
        };
        let content = |cell: Gc<'gc, CellObject<'gc>>| cell.value.get();
        Some(slot.as_cell().map_or(slot, content).value())
    }

    /// The number of the parameter that it is, counted from 0, if the function has not assigned it on the way.
    pub fn parameter(self) -> Option<u8> {
        match self.place {
            Place::Register(register) if register < self.chunk().parameter_count => {
                self.charge();
                let code = &self.chunk().code;
                let is_set = code.iter().any(|instruction| sets(instruction, register.into()));
                (!is_set).then_some(register)
            }
            _ => None,
        }
    }

    /// The instruction that put it where it is, if that is known, and where in the source that is.
    fn setter(self) -> Option<usize> {
        self.charge();
        match self.place {
            Place::Register(register) => {
                setter(self.chunk(), self.pc, register).filter(|pc| !self.is_shared(register, *pc))
            }
            Place::Field => Some(self.pc),
            Place::Upvalue(_) => None,
        }
    }

    /// Whether an instruction read a variable that closures share, or that belongs to an outer function, other than to
    /// set a local variable: such a variable may have been assigned anywhere.
    fn is_shared(self, register: u8, setter: usize) -> bool {
        use Instruction::{GetCell, GetSelf, GetUpvalue, GetUpvalueCell};
        let chunk = self.chunk();
        let is_of_local =
            |local: &Local| local.register == register && (local.start as usize..local.end as usize).contains(&self.pc);
        matches!(chunk.code[setter], GetCell { .. } | GetSelf { .. } | GetUpvalue { .. } | GetUpvalueCell { .. })
            && !chunk.locals.iter().any(is_of_local)
    }

    /// Searches go through the code.
    fn charge(self) {
        let length = self.chunk().code.len().min(2 * WALK_MAX);
        self.inspector.ctx().state().charge(length / 8 + self.chunk().locals.len() / 8);
    }

    /// Where in the source the value got to its place: where a local variable was last assigned, or a field or global
    /// variable read. `None` unless there is a single such place on every path, and for a variable that closures share.
    /// Charges for the search.
    pub fn set_at(self) -> Option<Position> {
        let setter = self.setter()?;
        Some(self.chunk().position(setter)).filter(|position| position.line > 0)
    }

    /// Where its value came from, if known. Charges for the search.
    pub fn origin(self) -> Option<Origin> {
        use Instruction::*;
        Some(match self.chunk().code[self.setter()?] {
            LoadNil { .. } => Origin::Nil,
            LoadInteger { .. } | LoadFalse { .. } | LoadFalseSkip { .. } | LoadTrue { .. } => Origin::Constant,
            LoadConstant { constant, .. } => match self.chunk().constants.get(constant.0 as usize) {
                Some(Constant::Nil) => Origin::Nil,
                _ => Origin::Constant,
            },
            NewTable { .. } => Origin::Table,
            Closure { .. } => Origin::Function,
            GetUpvalueField { .. } | GetField { .. } | GetIndex { .. } | GetIndexInteger { .. } | SelfField { .. } => {
                Origin::Field
            }
            Move { .. } | GetUpvalue { .. } | GetUpvalueCell { .. } | GetCell { .. } | GetSelf { .. } => {
                Origin::Variable
            }
            instruction if instruction.called().is_some() => Origin::Call,
            _ => Origin::Operation,
        })
    }

    /// The table (or the value used as one) from which it was read as a field, a method or a global variable, if that
    /// is still there. Charges for the search.
    pub fn table(self) -> Option<Operand<'gc>> {
        let pc = self.setter()?;
        let place = match self.chunk().code[pc] {
            Instruction::GetUpvalueField { upvalue, .. } => Place::Upvalue(upvalue.index()),
            Instruction::GetField { table, .. }
            | Instruction::GetIndex { table, .. }
            | Instruction::GetIndexInteger { table, .. }
            | Instruction::SelfField { object: table, .. } => Place::Register(u8::try_from(table.index()).ok()?),
            _ => return None,
        };
        if self.has_stayed(place, pc) {
            return Some(Operand { place, pc, ..self });
        }
        let Place::Register(register) = place else { return None };
        let read = Operand { place: Place::Field, pc: setter(self.chunk(), pc, register)?, ..self };
        read.written().map(|_| read)
    }

    /// Whether what was in a place before an earlier instruction still is there.
    fn has_stayed(self, place: Place, since: usize) -> bool {
        let Place::Register(register) = place else { return true };
        let code = &self.chunk().code;
        !code[since..self.at].iter().any(|instruction| sets(instruction, register.into()))
            && code[self.at].called().is_none_or(|called| u32::from(register) < called)
    }
}

impl fmt::Debug for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operand").field("name", &self.name()).field("value", &self.value()).finish_non_exhaustive()
    }
}
