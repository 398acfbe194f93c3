//! Generates code: from the syntax tree to prototypes.
//!
//! One pass over each function's statements emits instructions, whose jumps and segments `assemble` settles. An
//! expression is compiled towards the register that needs its value. Conditions are compiled into jumps, and become
//! values only where one is needed. Functions are compiled one after another, each before those in it. Between two
//! functions, or two passes of `assemble`, the work can pause ([`Generation`]); then the part of the tree that has
//! become code is dropped.
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
    /// Functions that are complete, until they are put into the one around them.
    finished: Buffer<Box<Prototype>>,
}

/// A compiled function whose children are being compiled.
struct Open {
    prototype: Prototype,
    /// Its children among those that wait, and the next of them.
    children: Range,
    next: u32,
    /// Where its children begin among those that are finished.
    finished_start: usize,
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
            finished: Buffer::new(),
        };
        Generation { unfinished: Some(Box::new(unfinished)) }
    }

    /// Does a piece of work. Returns `None` if there is more to do. The result has not been verified.
    ///
    /// At the end all bytes are given back to the meter except those of the result ([`Prototype::tree_bytes`]); after
    /// an error, all of them. Then there is nothing left to do. A caller that drops a generation before its end must
    /// release what it still holds.
    ///
    /// # Errors
    ///
    /// A function needs too many registers; the meter refused memory.
    pub fn advance(&mut self, meter: &mut dyn Meter) -> Result<Option<Prototype>, CompileError> {
        let Some(unfinished) = &mut self.unfinished else { return Ok(None) };
        let (used, taken) = unfinished.account;
        let mut account = Account::resume(meter, used, taken);
        let mut result = unfinished.piece(&mut account);
        if let Ok(None) = result {
            unfinished.account = account.state();
            meter.give(unfinished.drop_used_tree());
            return result;
        }
        let tree_bytes = unfinished.tree.metered_bytes;
        self.unfinished = None;
        let kept = if let Ok(Some(prototype)) = &result { prototype.tree_bytes() } else { 0 };
        if let Err(refused) = account.set_used(kept) {
            result = Err(refused.into());
        }
        account.settle();
        meter.give(tree_bytes);
        result
    }
}

impl Unfinished {
    fn piece(&mut self, account: &mut Account<'_>) -> Result<Option<Prototype>, CompileError> {
        let Unfinished { tree, source, work, assembler, is_assembling, open, waiting, finished, .. } = self;
        let mut next = None;
        if open.is_empty() {
            work.tables.registers.refill(account, 0, tree.locals.len())?;
            work.tables.labels.refill(account, LabelState::NEW, tree.labels.len())?;
            work.tables.strings.refill(account, StringPlace::NONE, tree.strings.len())?;
            next = Some(FunctionId(0));
        }
        let Work { tables, state } = std::mem::take(work);
        let mut generator = Generator { tree, source, account, tables, state };
        let mut length = 0;
        while length < PIECE_LENGTH {
            if let Some(id) = next.take() {
                let generated = generator.function(id);
                let constants = generated.as_ref().map_or(0, |prototype| prototype.constants.len());
                generator.account.note(meter::Work::Generated(generator.state.out.code.len() + constants));
                let prototype = generated?;
                let children = wait(waiting, &generator.state.children, generator.account)?;
                let (next, finished_start) = (children.start, finished.len());
                open.push(generator.account, Open { prototype, children, next, finished_start })?;
                *is_assembling = true;
                length += 8 + generator.state.out.code.len() / 2;
            }
            let Some(current) = open.last_mut() else { break };
            if *is_assembling {
                length += assembler.length(&generator.state.out);
                if let Some(assembled) = assembler.advance(&mut generator.state.out, generator.account)? {
                    *is_assembling = false;
                    take_code(&mut current.prototype, assembled);
                }
            } else if current.next < current.children.end {
                next = Some(waiting[current.next as usize].id);
                current.next += 1;
            } else if let Some(Open { mut prototype, children, finished_start, .. }) = open.pop() {
                waiting.truncate(children.start as usize);
                if finished.len() > finished_start {
                    prototype.prototypes = finished.box_from(generator.account, finished_start)?;
                }
                if open.is_empty() {
                    return Ok(Some(prototype));
                }
                generator.account.take(block_bytes(size_of::<Prototype>()))?;
                finished.push(generator.account, Box::new(prototype))?;
            }
        }
        if let (Some(_), Some(current)) = (next, open.last_mut()) {
            // It is the first of the next piece.
            current.next -= 1;
        }
        let Generator { tables, state, .. } = generator;
        *work = Work { tables, state };
        Ok(None)
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
