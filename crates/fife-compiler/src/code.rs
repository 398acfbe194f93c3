//! Generates code: from the syntax tree to prototypes.
//!
//! One pass over each function's statements emits instructions, whose jumps and segments `assemble` settles. An
//! expression is compiled towards the register that needs its value. Conditions are compiled into jumps, and become
//! values only where one is needed. Functions are compiled one after another, each before those in it, and handed over
//! behind them. Between two functions, or two passes of `assemble`, the work can pause ([`Generation`]); then the part
//! of the tree that has become code is dropped.
//!
//! The tree's left spines (`a + a + ...`, `a.b.b...`, `f()()...`, `a or a or ...`) may have any length and are walked
//! with the stacks in [`Generator`]. Where the code recurses, the parser's limit of 200 nested constructs bounds it.
//! All memory that depends on the source is requested from the meter.
//!
//! In reading order: `function` is the state of the function being compiled; `statement`, `assignment` and `repetition`
//! compile its statements; `expression`, `operator`, `condition`, `call` and `table` its expressions; `constant` has
//! its constants; `buffer` takes memory.

mod assignment;
mod buffer;
mod call;
mod condition;
mod constant;
mod expression;
mod function;
mod operator;
mod repetition;
mod statement;
mod table;

pub(crate) use buffer::Buffer;
pub(crate) use function::{Jump, LabelPlace};

use crate::account::Account;
use crate::assemble::{Assembled, Assembler};
use crate::ast::{Ast, ExpressionId, FunctionId, Range, UpvalueSource, UpvalueUse};
use crate::error::CompileError;
use crate::meter::{self, Meter};
use buffer::text;
use constant::StringPlace;
use fife_bytecode::{Block, Capture, Instruction, Positions, Prototype, Text, Upvalue, UpvalueKind, block_bytes};
use function::{FunctionState, LabelState};
use std::sync::Arc;

/// The generation of code for a tree, in pieces, so that a host can do other work in between. A piece is some
/// functions, or a pass over a large one.
///
/// Each function is handed over as soon as it and those in it are complete, so that not all of them have to be in memory
/// in this form.
pub struct Generation {
    /// `None` at the end.
    unfinished: Option<Box<Unfinished>>,
}

struct Unfinished {
    tree: Ast,
    source: Arc<[u8]>,
    /// How many bytes are used, and how many of the meter's bytes are held, besides the tree.
    account: (usize, usize),
    work: Work,
    assembler: Assembler,
    /// Whether the code of the last function compiled is still being assembled.
    is_assembling: bool,
    /// The functions from the main one to the current one.
    open: Buffer<Open>,
    /// The children of all open functions, those of a function side by side.
    waiting: Buffer<Waiting>,
    /// How much of the current piece is done, in instructions.
    length: usize,
}

/// What the generation of code has come to.
#[allow(clippy::large_enum_variant, reason = "it is passed on at once")]
pub enum Generated {
    /// The end of a piece.
    Piece,
    /// The end of a function.
    Function {
        /// The function, without those in it. Its own bytes ([`Prototype::own_bytes`]) stay taken from the meter.
        function: Prototype,
        /// How many functions are in it: the last ones that were handed over and are in no other. They are in the order
        /// in which they stand in its list.
        nested: usize,
    },
}

/// A compiled function whose children are being compiled.
struct Open {
    prototype: Prototype,
    /// Its children among those that wait, and the next of them.
    children: Range,
    next: u32,
}

/// A function to be compiled.
#[derive(Clone, Copy)]
struct Waiting {
    id: FunctionId,
    /// The lowest number of a function, of this one and its siblings behind it: not all are compiled in the order in
    /// which they stand in the source.
    lowest: FunctionId,
}

/// How many instructions make a piece.
const PIECE_LENGTH: usize = 16 << 10;

impl Generation {
    pub(crate) fn new(tree: Ast, source: Arc<[u8]>) -> Generation {
        let unfinished = Unfinished {
            tree,
            source,
            account: (0, 0),
            work: Work::default(),
            assembler: Assembler::default(),
            is_assembling: false,
            open: Buffer::new(),
            waiting: Buffer::new(),
            length: 0,
        };
        Generation { unfinished: Some(Box::new(unfinished)) }
    }

    /// Goes on to the end of a function or of a piece. The function that is in no other comes last. The functions have
    /// not been verified.
    ///
    /// At the end all bytes are given back to the meter except those of the functions; after an error as well. A caller
    /// that drops a generation before its end must [`release`](Self::release) what it still holds.
    ///
    /// # Errors
    ///
    /// A function needs too many registers; the meter refused memory.
    pub fn advance(&mut self, meter: &mut dyn Meter) -> Result<Generated, CompileError> {
        let Some(unfinished) = &mut self.unfinished else { return Ok(Generated::Piece) };
        let (used, taken) = unfinished.account;
        let mut account = Account::resume(meter, used, taken);
        let result = unfinished.advance(&mut account);
        unfinished.account = account.state();
        match &result {
            Ok(Generated::Piece) => meter.give(unfinished.drop_used_tree()),
            Ok(Generated::Function { .. }) if !unfinished.open.is_empty() => {}
            _ => self.release(meter),
        }
        result
    }

    /// Whether the last function was handed over, or it was released.
    pub fn is_at_end(&self) -> bool {
        self.unfinished.is_none()
    }

    /// Ends it, and gives everything back to the meter.
    pub fn release(&mut self, meter: &mut dyn Meter) {
        if let Some(unfinished) = self.unfinished.take() {
            let (tree_bytes, (_, taken)) = (unfinished.tree.metered_bytes, unfinished.account);
            drop(unfinished);
            meter.give(tree_bytes + taken);
        }
    }
}

impl Unfinished {
    fn advance(&mut self, account: &mut Account<'_>) -> Result<Generated, CompileError> {
        let Unfinished { tree, source, work, assembler, is_assembling, open, waiting, length, .. } = self;
        let mut next = None;
        if open.is_empty() {
            work.tables.registers.refill(account, 0, tree.locals.len())?;
            work.tables.labels.refill(account, LabelState::NEW, tree.labels.len())?;
            work.tables.strings.refill(account, StringPlace::NONE, tree.strings.len())?;
            next = Some(FunctionId(0));
        }
        let Work { tables, state } = std::mem::take(work);
        let mut generator = Generator { tree, source, account, tables, state };
        let mut result = Generated::Piece;
        while *length < PIECE_LENGTH {
            if let Some(id) = next.take() {
                let generated = generator.function(id);
                let constants = generated.as_ref().map_or(0, |prototype| prototype.constants.len());
                generator.account.note(meter::Work::Generated(generator.state.out.code.len() + constants));
                let prototype = generated?;
                let children = wait(waiting, &generator.state.children, generator.account)?;
                open.push(generator.account, Open { prototype, children, next: children.start })?;
                *is_assembling = true;
                *length += 8 + generator.state.out.code.len() / 2;
            }
            let Some(current) = open.last_mut() else { break };
            if *is_assembling {
                *length += assembler.length(&generator.state.out);
                if let Some(assembled) = assembler.advance(&mut generator.state.out, generator.account)? {
                    *is_assembling = false;
                    take_code(&mut current.prototype, assembled);
                }
            } else if current.next < current.children.end {
                next = Some(waiting[current.next as usize].id);
                current.next += 1;
            } else if let Some(Open { prototype, children, .. }) = open.pop() {
                waiting.truncate(children.start as usize);
                generator.account.leave(prototype.own_bytes());
                result = Generated::Function { function: prototype, nested: children.len() };
                break;
            }
        }
        if let Generated::Piece = result {
            *length = 0;
        }
        if let (Some(_), Some(current)) = (next, open.last_mut()) {
            // It is the first of the next piece.
            current.next -= 1;
        }
        let Generator { tables, state, .. } = generator;
        *work = Work { tables, state };
        Ok(result)
    }

    /// Drops the part of the tree that has become code. Returns how many bytes it held.
    fn drop_used_tree(&mut self) -> usize {
        let left = self.open.iter().filter(|it| it.next < it.children.end);
        match left.map(|it| self.waiting[it.next as usize].lowest.0).min() {
            Some(lowest) => self.tree.drop_before(FunctionId(lowest)),
            None => 0,
        }
    }
}

/// Adds a function's children to those that wait.
fn wait(
    waiting: &mut Buffer<Waiting>,
    children: &[FunctionId],
    account: &mut Account<'_>,
) -> Result<Range, CompileError> {
    let start = waiting.len();
    for id in children {
        waiting.push(account, Waiting { id: *id, lowest: *id })?;
    }
    let mut lowest = FunctionId(u32::MAX);
    for it in waiting[start..].iter_mut().rev() {
        lowest = lowest.min(it.id);
        it.lowest = lowest;
    }
    Ok(Range { start: start as u32, end: waiting.len() as u32 })
}

fn take_code(prototype: &mut Prototype, code: Assembled) {
    prototype.entry_cost = code.entry_cost;
    prototype.code = code.code;
    prototype.live = code.live;
    prototype.positions = code.positions;
    prototype.locals = code.locals;
}

/// What is kept from one piece to the next.
#[derive(Default)]
struct Work {
    tables: Tables,
    state: FunctionState,
}

/// Tables that are kept from one function to the next.
#[derive(Default)]
struct Tables {
    /// The register of each local variable that has come into scope.
    registers: Buffer<u8>,
    /// The state of each label of the source.
    labels: Buffer<LabelState>,
    /// For each string of the chunk, its place among the constants.
    strings: Buffer<StringPlace>,
    /// Nodes of left spines still to be applied: see `expression` and `condition`.
    spine: Buffer<ExpressionId>,
    /// The operand of a `not`, found to be no test: if it is a `not` too, neither is its operand. Without it, a chain of
    /// them would be followed to its end for each.
    no_test: Option<ExpressionId>,
}

/// Compiles a function.
struct Generator<'a, 'm> {
    tree: &'a Ast,
    source: &'a Arc<[u8]>,
    account: &'a mut Account<'m>,
    tables: Tables,
    state: FunctionState,
}

impl Generator<'_, '_> {
    /// Compiles a function without the functions in it, which are `children` of the state, and without what the
    /// assembler does.
    fn function(&mut self, id: FunctionId) -> Result<Prototype, CompileError> {
        let tree = self.tree;
        let function = &tree.functions[id.index()];
        let own_upvalue = own_upvalue(tree, id);
        self.state.begin(self.account, id, own_upvalue, function.start);
        let parameters = &tree.local_lists[function.parameters.indices()];
        self.reserve(parameters.len())?;
        for (register, parameter) in parameters.iter().enumerate() {
            self.activate(*parameter, register as u8)?;
        }
        self.at(self.first_position(&function.block));
        for (register, parameter) in parameters.iter().enumerate() {
            if self.is_cell(*parameter) {
                self.emit(Instruction::NewCell { register: Block::new(register as u8) })?;
            }
        }
        self.body(&function.block, function.end)?;
        self.end_parameters();

        let upvalues = self.upvalues(id)?;
        let own_name = match own_upvalue {
            Some(index) => {
                let used = &tree.upvalues[function.upvalues.indices()][usize::from(index)];
                text(self.account, tree.string(used.name))?
            }
            None => Text::default(),
        };
        let is_main = function.parent.is_none();
        Ok(Prototype {
            source: self.source.clone(),
            line_defined: if is_main { 0 } else { function.start.line },
            last_line_defined: if is_main { 0 } else { function.end.line },
            parameter_count: parameters.len() as u8,
            is_vararg: function.is_vararg,
            register_count: self.state.register_count,
            // The assembler supplies what is missing.
            entry_cost: 0,
            code: Box::default(),
            live: Box::default(),
            constants: self.state.constants.take(self.account)?,
            upvalues,
            own_name,
            prototypes: Box::default(),
            locals: Box::default(),
            positions: Positions::default(),
        })
    }

    /// The upvalues of the prototype: all except the running closure itself.
    fn upvalues(&mut self, id: FunctionId) -> Result<Box<[Upvalue]>, CompileError> {
        let function = &self.tree.functions[id.index()];
        let count = function.upvalues.len() - usize::from(self.state.own_upvalue.is_some());
        self.account.take(block_bytes(count * size_of::<Upvalue>()))?;
        let mut all = Vec::new();
        all.try_reserve_exact(count).map_err(|_| CompileError::Memory)?;
        for (index, used) in self.tree.upvalues[function.upvalues.indices()].iter().enumerate() {
            if self.state.own_upvalue == Some(index as u8) {
                continue;
            }
            let capture = match (used.source, function.parent) {
                (UpvalueSource::Local(local), _) => Capture::Register(self.tables.registers[local.index()]),
                (UpvalueSource::Upvalue(outer), Some(parent)) => match own_upvalue(self.tree, parent) {
                    Some(own) if own == outer => Capture::Running,
                    own => Capture::Upvalue(renumbered(outer, own)),
                },
                (UpvalueSource::Upvalue(_) | UpvalueSource::Environment, _) => Capture::Upvalue(0),
            };
            let is_nameless = used.local.is_some_and(|local| self.tree.locals[local.index()].nameless);
            let name = if is_nameless { b"" } else { self.tree.string(used.name) };
            let name = text(self.account, name)?;
            let kind = self.upvalue_kind(used);
            all.push(Upvalue { name, capture, kind });
        }
        Ok(all.into())
    }

    /// How an upvalue is held.
    fn upvalue_kind(&self, used: &UpvalueUse) -> UpvalueKind {
        match used.local {
            Some(local) => self.tree.locals[local.index()].capture.unwrap_or(UpvalueKind::Value),
            // By value, so that access to a global is one instruction.
            None if self.tree.environment_assigned => UpvalueKind::Cell,
            None => UpvalueKind::Value,
        }
    }
}

/// The number of the upvalue of a function that is the function itself.
fn own_upvalue(tree: &Ast, id: FunctionId) -> Option<u8> {
    let function = &tree.functions[id.index()];
    function.own_name?;
    (0..function.upvalues.len()).map(|index| index as u8).find(|index| tree.is_running_closure(id, *index))
}

/// The number of an upvalue without the running closure.
fn renumbered(upvalue: u8, own: Option<u8>) -> u8 {
    if own.is_some_and(|own| own < upvalue) { upvalue - 1 } else { upvalue }
}
