//! Code generation: the syntax tree to prototypes.
//!
//! One pass over each function's statements emits instructions whose jumps and segments `assemble`
//! then settles. An expression is compiled towards the register that wants its value; conditions are
//! compiled into jumps and become values only where one is asked for. Functions are compiled one
//! after the other, the outer ones first, and put into each other at the end.
//!
//! The tree's left spines (`a + a + ...`, `a.b.b...`, `f()()...`, `a or a or ...`) are of any
//! length and walked with the stacks in [`Generator`]; where the code recurses, the parser's limit of
//! 200 nested constructs bounds it. All memory that depends on the source is asked of the meter.
//!
//! In reading order: `function` is the state of the function being compiled, `statement`,
//! `assignment` and `repetition` are its statements, `expression`, `operator`, `condition`,
//! `call` and `table` its expressions, `constant` its constants, `buffer` how memory is taken.

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

pub(crate) use buffer::{Account, Buffer};
pub(crate) use function::{Jump, LabelPlace};

use crate::assemble::{Assembly, assemble};
use crate::ast::{Ast, ExpressionId, FunctionId, UpvalueSource, UpvalueUse};
use crate::error::CompileError;
use crate::meter::Meter;
use buffer::boxed_bytes;
use condition::Work;
use fife_bytecode::{Block, Capture, Constant, Instruction, Position, Prototype, Upvalue, UpvalueKind};
use function::{FunctionState, LabelState};
use std::sync::Arc;

/// Compiles the tree of a chunk whose name is `source`.
///
/// What the tree has taken of the meter is given back, and of what is taken here all but the bytes
/// of the result ([`heap_bytes`]); after an error all of it.
///
/// # Errors
///
/// A function that needs too many registers, and memory that the meter refused.
pub(crate) fn generate(tree: Ast, source: Arc<[u8]>, meter: &mut dyn Meter) -> Result<Prototype, CompileError> {
    let result = {
        let mut generator = Generator::new(&tree, &source, Account::new(meter));
        let result = generator.chunk();
        let kept = result.as_ref().map_or(0, heap_bytes);
        let settled = generator.account.settle(kept);
        result.and_then(|prototype| settled.map(|()| prototype).map_err(CompileError::from))
    };
    let tree_bytes = tree.metered_bytes;
    drop(tree);
    meter.give(tree_bytes);
    result
}

/// The bytes that a prototype holds on the heap, those nested in it included: what a compilation
/// leaves taken of its meter.
pub fn heap_bytes(prototype: &Prototype) -> usize {
    let strings = prototype.constants.iter().map(|it| if let Constant::String(bytes) = it { bytes.len() } else { 0 });
    let names =
        prototype.locals.iter().map(|it| it.name.len()).chain(prototype.upvalues.iter().map(|it| it.name.len()));
    size_of_val(&*prototype.code)
        + size_of_val(&*prototype.live)
        + size_of_val(&*prototype.constants)
        + size_of_val(&*prototype.upvalues)
        + size_of_val(&*prototype.prototypes)
        + size_of_val(&*prototype.locals)
        + size_of_val(&*prototype.positions)
        + strings.sum::<usize>()
        + names.sum::<usize>()
        + prototype.own_name.len()
        + prototype.prototypes.iter().map(heap_bytes).sum::<usize>()
}

/// What has been compiled and what is being compiled.
struct Generator<'a> {
    tree: &'a Ast,
    source: &'a Arc<[u8]>,
    account: Account<'a>,
    /// The register of each local variable that has come into scope.
    registers: Buffer<u8>,
    /// The state of each label of the source.
    labels: Buffer<LabelState>,
    /// Nodes of left spines that are on the way up: see `expression`.
    spine: Buffer<ExpressionId>,
    /// Conditions that are to be compiled: see `condition`.
    work: Buffer<Work>,
    state: FunctionState,
}

/// A function that is compiled but for the functions in it.
struct Compiled {
    prototype: Prototype,
    /// Where its children start in the list of functions to compile.
    children_start: usize,
    children_count: usize,
}

impl<'a> Generator<'a> {
    fn new(tree: &'a Ast, source: &'a Arc<[u8]>, account: Account<'a>) -> Generator<'a> {
        Generator {
            tree,
            source,
            account,
            registers: Buffer::new(),
            labels: Buffer::new(),
            spine: Buffer::new(),
            work: Buffer::new(),
            state: FunctionState::new(FunctionId(0), None, Position::default()),
        }
    }

    /// Compiles the whole tree.
    fn chunk(&mut self) -> Result<Prototype, CompileError> {
        self.registers = Buffer::filled(&mut self.account, 0, self.tree.locals.len())?;
        self.labels = Buffer::filled(&mut self.account, LabelState::NEW, self.tree.labels.len())?;
        let mut queue = Buffer::new();
        let mut compiled: Buffer<Compiled> = Buffer::new();
        queue.push(&mut self.account, FunctionId(0))?;
        while let Some(id) = queue.get(compiled.len()).copied() {
            let children_start = queue.len();
            let prototype = self.function(id, &mut queue)?;
            let children_count = queue.len() - children_start;
            compiled.push(&mut self.account, Compiled { prototype, children_start, children_count })?;
        }
        // The children of the function `parent` stand behind it, and when all after it have taken
        // theirs they are the tail of the list.
        for parent in (0..compiled.len()).rev() {
            let Compiled { children_start, children_count, .. } = compiled[parent];
            self.account.take(children_count * size_of::<Prototype>())?;
            let children = compiled.split_off(children_start);
            compiled[parent].prototype.prototypes = children.map(|it| it.prototype).collect();
        }
        queue.release(&mut self.account);
        compiled.pop().map(|it| it.prototype).ok_or(CompileError::Memory)
    }

    /// Compiles a function but for those in it, which are added to the queue.
    fn function(&mut self, id: FunctionId, queue: &mut Buffer<FunctionId>) -> Result<Prototype, CompileError> {
        let tree = self.tree;
        let function = &tree.functions[id.index()];
        let own_upvalue = own_upvalue(tree, id);
        self.state = FunctionState::new(id, own_upvalue, function.start);
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
                boxed_bytes(&mut self.account, tree.string(used.name))?
            }
            None => Box::default(),
        };
        let is_main = function.parent.is_none();
        let mut state = std::mem::replace(&mut self.state, FunctionState::new(id, None, function.start));
        for child in state.children.iter() {
            queue.push(&mut self.account, *child)?;
        }
        state.release_scopes(&mut self.account);
        state.children.release(&mut self.account);
        let constants = state.constants.finish(&mut self.account);
        let assembly = Assembly {
            code: state.code,
            live: state.live,
            positions: state.positions,
            locals: state.locals,
            jumps: state.jumps,
            labels: state.labels,
        };
        let code = assemble(assembly, &mut self.account)?;
        Ok(Prototype {
            source: self.source.clone(),
            line_defined: if is_main { 0 } else { function.start.line },
            last_line_defined: if is_main { 0 } else { function.end.line },
            parameter_count: parameters.len() as u8,
            is_vararg: function.is_vararg,
            register_count: state.register_count,
            entry_cost: code.entry_cost,
            code: code.code,
            live: code.live,
            constants,
            upvalues,
            own_name,
            prototypes: Box::default(),
            locals: code.locals,
            positions: code.positions,
        })
    }

    /// The upvalues as the prototype has them: all but the running closure itself.
    fn upvalues(&mut self, id: FunctionId) -> Result<Box<[Upvalue]>, CompileError> {
        let function = &self.tree.functions[id.index()];
        let mut all = Buffer::new();
        for (index, used) in self.tree.upvalues[function.upvalues.indices()].iter().enumerate() {
            if self.state.own_upvalue == Some(index as u8) {
                continue;
            }
            let capture = match (used.source, function.parent) {
                (UpvalueSource::Local(local), _) => Capture::Register(self.registers[local.index()]),
                (UpvalueSource::Upvalue(outer), Some(parent)) => match own_upvalue(self.tree, parent) {
                    Some(own) if own == outer => Capture::Running,
                    own => Capture::Upvalue(renumbered(outer, own)),
                },
                (UpvalueSource::Upvalue(_) | UpvalueSource::Environment, _) => Capture::Upvalue(0),
            };
            let name = boxed_bytes(&mut self.account, self.tree.string(used.name))?;
            let kind = self.upvalue_kind(used);
            all.push(&mut self.account, Upvalue { name, capture, kind })?;
        }
        Ok(all.into_box(&mut self.account))
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

/// The number of an upvalue when the running closure itself is left out.
fn renumbered(upvalue: u8, own: Option<u8>) -> u8 {
    if own.is_some_and(|own| own < upvalue) { upvalue - 1 } else { upvalue }
}
