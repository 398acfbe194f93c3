//! The open functions, blocks and variables, and what a name means among them.
//!
//! All variables in scope are on one stack, those of inner functions on top. Each name leads to its innermost variable,
//! and that to the one it shadows, so that finding a variable does not depend on how many there are.
//!
//! How a variable may be captured follows from the order in which the source is read. A closure that holds a copy is
//! right unless control can pass from its creation to an assignment without passing the declaration. So a variable
//! needs a cell if
//! - an inner function assigns it, or
//! - an assignment stands after a capture, or
//! - both stand in a loop that the declaration is outside of: in the outermost such loop, which has
//!   all the others in it, or
//! - both exist and a `goto` goes backward within its scope, wherever they stand (more than needed).

use super::Parser;
use super::jump::JumpMark;
use crate::ast::{
    Attribute, Block, ExpressionId, ExpressionKind, Function, FunctionId, Local, LocalId, StatementId, StringId,
    UpvalueSource, UpvalueUse,
};
use crate::error::CompileError;
use fife_arena::Vector;
use fife_bytecode::{Position, UPVALUE_LIMIT, UpvalueKind};

/// The most local variables of one function (`MAXVARS`).
const LOCAL_LIMIT: usize = 200;

/// What a name leads to, each as a place plus one; 0 for nothing.
#[derive(Clone, Copy, Default)]
pub(super) struct Binding {
    /// The innermost variable in scope.
    variable: u32,
    /// The innermost label in scope.
    pub(super) label: u32,
    /// The last `goto` that waits for such a label.
    pub(super) waiting: u32,
}

/// A variable in scope, or declared and about to be.
struct Variable {
    name: StringId,
    /// `None` for the hidden ones of a loop and for the main chunk's `_ENV`.
    local: Option<LocalId>,
    /// The depth of its function; `None` for the main chunk's `_ENV`, which comes from outside.
    depth: Option<usize>,
    /// The value of a folded constant.
    constant: Option<ExpressionKind>,
    /// What its name meant before: see [`Binding`].
    shadowed: u32,
    /// How many loops were open when it came into scope.
    loop_count: usize,
    /// Of the loops opened since then, the outermost one around its last assignment; 0 for none.
    assigned_in: u32,
    /// The last function that used it as an upvalue, and the upvalue's number.
    used_by: Option<(FunctionId, u8)>,
}

struct OpenFunction {
    id: FunctionId,
    /// Its first place in [`Scope::variables`].
    first_variable: usize,
    /// How many of them are in scope; others are only declared.
    active: usize,
    /// The first of its loops in [`Scope::loops`].
    first_loop: usize,
    upvalues: Vector<UpvalueUse>,
    is_vararg: bool,
    has_close: bool,
    start: Position,
    /// How many of the first variables are in scope all along some backward `goto`.
    joined: usize,
}

struct OpenBlock {
    /// How many variables of its function were in scope before it.
    level: usize,
    jumps: JumpMark,
}

/// Everything that is open at this point of the source.
#[derive(Default)]
pub(super) struct Scope {
    functions: Vector<OpenFunction>,
    blocks: Vector<OpenBlock>,
    variables: Vector<Variable>,
    /// A number for each open loop, never used twice.
    loops: Vector<u32>,
    last_loop: u32,
    /// Indexed by the number of the name.
    bindings: Vector<Binding>,
}

/// What a name means in the innermost function.
pub(super) enum Resolved {
    Local(LocalId),
    Upvalue(u8),
    Constant(ExpressionKind),
    /// Nothing: it is a global.
    Unknown,
}

impl Scope {
    /// How many functions are open.
    pub(super) fn depth(&self) -> usize {
        self.functions.len()
    }

    fn innermost(&self) -> &OpenFunction {
        &self.functions[self.functions.len() - 1]
    }

    fn innermost_mut(&mut self) -> &mut OpenFunction {
        let last = self.functions.len() - 1;
        &mut self.functions[last]
    }

    pub(super) fn is_vararg(&self) -> bool {
        self.innermost().is_vararg
    }

    pub(super) fn set_vararg(&mut self) {
        self.innermost_mut().is_vararg = true;
    }

    /// Notes that the innermost function has something to close.
    pub(super) fn set_has_close(&mut self) {
        self.innermost_mut().has_close = true;
    }

    /// How many variables of the innermost function are in scope.
    pub(super) fn active_count(&self) -> usize {
        self.innermost().active
    }

    /// The name of a variable of the innermost function.
    pub(super) fn variable_name(&self, index: usize) -> StringId {
        self.variables[self.innermost().first_variable + index].name
    }

    /// The innermost block: its level, and the jumps when it began.
    pub(super) fn block(&self) -> (usize, JumpMark) {
        let block = &self.blocks[self.blocks.len() - 1];
        (block.level, block.jumps)
    }

    pub(super) fn is_in_loop(&self) -> bool {
        self.loops.len() > self.innermost().first_loop
    }

    pub(super) fn leave_loop(&mut self) {
        self.loops.pop();
    }

    pub(super) fn binding_of(&self, name: StringId) -> Binding {
        self.bindings.get(name.index()).copied().unwrap_or_default()
    }

    /// The number of the outermost open loop in the variable's function that does not contain its declaration; 0 if
    /// there is none.
    fn loop_since(&self, variable: &Variable) -> u32 {
        let inner = variable.depth.and_then(|depth| self.functions.get(depth + 1));
        let end = inner.map_or(self.loops.len(), |inner| inner.first_loop);
        if variable.loop_count < end { self.loops[variable.loop_count] } else { 0 }
    }
}

impl Parser<'_, '_> {
    pub(super) fn binding(&mut self, name: StringId) -> Result<&mut Binding, CompileError> {
        let bindings = &mut self.scope.bindings;
        if bindings.len() <= name.index() {
            let missing = name.index() + 1 - bindings.len();
            self.memory.reserve(bindings, missing)?;
            bindings.resize(name.index() + 1, Binding::default());
        }
        Ok(&mut bindings[name.index()])
    }

    // Functions

    /// Opens the main chunk, around which only the variable `_ENV` exists.
    pub(super) fn open_main(&mut self) -> Result<(), CompileError> {
        let name = self.environment_name;
        self.push_variable(name, None, None)?;
        self.bind(0)?;
        self.open_function(Position::default())?;
        let environment = UpvalueUse { name, local: None, source: UpvalueSource::Environment };
        let main = self.scope.innermost_mut();
        main.is_vararg = true;
        Ok(self.memory.push(&mut main.upvalues, environment)?)
    }

    /// Opens a function and its block.
    pub(super) fn open_function(&mut self, start: Position) -> Result<(), CompileError> {
        let id = FunctionId(self.ast.functions.len() as u32);
        let function = Function {
            parent: self.scope.functions.last().map(|parent| parent.id),
            parameters: Default::default(),
            is_vararg: false,
            upvalues: Default::default(),
            block: Block::default(),
            first: (ExpressionId(self.ast.expressions.len() as u32), StatementId(self.ast.statements.len() as u32)),
            start,
            end: start,
            has_close: false,
            own_name: None,
        };
        self.memory.push(&mut self.ast.functions, function)?;
        let open = OpenFunction {
            id,
            first_variable: self.scope.variables.len(),
            active: 0,
            first_loop: self.scope.loops.len(),
            upvalues: Vector::new(),
            is_vararg: false,
            has_close: false,
            start,
            joined: 0,
        };
        self.memory.push(&mut self.scope.functions, open)?;
        self.enter_block()
    }

    pub(super) fn innermost_function(&self) -> FunctionId {
        self.scope.innermost().id
    }

    /// Closes the innermost function. The token after its end is the current one.
    pub(super) fn close_function(&mut self, block: Block, end: Position) -> Result<FunctionId, CompileError> {
        let (_, mark) = self.scope.block();
        self.leave_block()?;
        self.check_jumps(mark)?;
        let Some(open) = self.scope.functions.pop() else { return Ok(FunctionId(0)) };
        let start = self.ast.upvalues.len() as u32;
        self.memory.extend(&mut self.ast.upvalues, &open.upvalues)?;
        self.memory.release(open.upvalues);
        let function = &mut self.ast.functions[open.id.index()];
        function.upvalues = crate::ast::Range { start, end: self.ast.upvalues.len() as u32 };
        function.is_vararg = open.is_vararg;
        function.has_close = open.has_close;
        function.block = block;
        function.end = end;
        Ok(open.id)
    }

    // Blocks and loops

    pub(super) fn enter_block(&mut self) -> Result<(), CompileError> {
        let block = OpenBlock { level: self.scope.active_count(), jumps: self.jumps.mark() };
        Ok(self.memory.push(&mut self.scope.blocks, block)?)
    }

    /// Ends the innermost block: its variables and labels go out of scope.
    pub(super) fn leave_block(&mut self) -> Result<(), CompileError> {
        let Some(block) = self.scope.blocks.pop() else { return Ok(()) };
        let function = self.scope.innermost_mut();
        let first = function.first_variable + block.level;
        function.active = block.level;
        function.joined = function.joined.min(block.level);
        while self.scope.variables.len() > first
            && let Some(variable) = self.scope.variables.pop()
        {
            self.binding(variable.name)?.variable = variable.shadowed;
        }
        self.leave_jumps(block.jumps, block.level)
    }

    /// Enters the part that a loop repeats.
    pub(super) fn enter_loop(&mut self) -> Result<(), CompileError> {
        self.scope.last_loop += 1;
        Ok(self.memory.push(&mut self.scope.loops, self.scope.last_loop)?)
    }

    // Variables

    fn push_variable(
        &mut self,
        name: StringId,
        local: Option<LocalId>,
        depth: Option<usize>,
    ) -> Result<(), CompileError> {
        let variable =
            Variable { name, local, depth, constant: None, shadowed: 0, loop_count: 0, assigned_in: 0, used_by: None };
        Ok(self.memory.push(&mut self.scope.variables, variable)?)
    }

    /// Makes a name mean the variable at this place.
    fn bind(&mut self, place: usize) -> Result<(), CompileError> {
        let name = self.scope.variables[place].name;
        let shadowed = std::mem::replace(&mut self.binding(name)?.variable, place as u32 + 1);
        let loop_count = self.scope.loops.len();
        let variable = &mut self.scope.variables[place];
        variable.shadowed = shadowed;
        variable.loop_count = loop_count;
        Ok(())
    }

    fn declare_variable(&mut self, name: StringId, local: Option<LocalId>) -> Result<(), CompileError> {
        if self.scope.variables.len() + 1 - self.scope.innermost().first_variable > LOCAL_LIMIT {
            return Err(self.limit_error(self.scope.depth() - 1, LOCAL_LIMIT, "local variables"));
        }
        self.push_variable(name, local, Some(self.scope.depth() - 1))
    }

    /// Declares a variable of the innermost function, which does not come into scope yet.
    pub(super) fn declare(&mut self, name: StringId, attribute: Attribute) -> Result<LocalId, CompileError> {
        let id = LocalId(self.ast.locals.len() as u32);
        self.declare_variable(name, Some(id))?;
        let function = self.innermost_function();
        let local = Local { name, attribute, function, folded: false, nameless: false, capture: None, assigned: false };
        self.memory.push(&mut self.ast.locals, local)?;
        Ok(id)
    }

    /// Declares the variables in which a `for` loop keeps its state: they count against the limit.
    pub(super) fn declare_hidden(&mut self, count: usize) -> Result<(), CompileError> {
        let name = self.lexer.strings.intern(&mut self.memory, b"(for state)")?;
        for _ in 0..count {
            self.declare_variable(name, None)?;
        }
        Ok(())
    }

    /// Brings the next `count` declared variables into scope.
    pub(super) fn activate(&mut self, count: usize) -> Result<(), CompileError> {
        for _ in 0..count {
            let function = self.scope.innermost_mut();
            let place = function.first_variable + function.active;
            function.active += 1;
            self.bind(place)?;
        }
        Ok(())
    }

    /// Makes the last declared variable a constant with this value.
    pub(super) fn fold(&mut self, local: LocalId, value: ExpressionKind) {
        self.ast.locals[local.index()].folded = true;
        if let Some(variable) = self.scope.variables.last_mut() {
            variable.constant = Some(value);
        }
    }

    // Names

    /// The local variable, of any function, that a name means.
    pub(super) fn local_of(&self, name: StringId) -> Option<LocalId> {
        let place = self.scope.binding_of(name).variable.checked_sub(1)?;
        self.scope.variables[place as usize].local
    }

    /// Finds what a name means in the innermost function.
    pub(super) fn resolve(&mut self, name: StringId) -> Result<Resolved, CompileError> {
        let Some(place) = (self.scope.binding_of(name).variable as usize).checked_sub(1) else {
            return Ok(Resolved::Unknown);
        };
        let variable = &self.scope.variables[place];
        if let Some(value) = variable.constant {
            return Ok(Resolved::Constant(value));
        }
        if let Some(local) = variable.local
            && variable.depth == Some(self.scope.depth() - 1)
        {
            return Ok(Resolved::Local(local));
        }
        Ok(Resolved::Upvalue(self.upvalue(place)?))
    }

    /// The upvalue through which the innermost function reaches a variable of a function around it.
    fn upvalue(&mut self, place: usize) -> Result<u8, CompileError> {
        let variable = &self.scope.variables[place];
        let (name, local, owner) = (variable.name, variable.local, variable.depth);
        let user = self.innermost_function();
        if let Some((function, index)) = variable.used_by
            && function == user
        {
            return Ok(index);
        }
        // Outwards to the function that has it, and back inwards, adding it to each.
        let innermost = self.scope.depth() - 1;
        let mut depth = innermost;
        let mut source = loop {
            let upvalues = &self.scope.functions[depth].upvalues;
            if let Some(index) = upvalues.iter().position(|it| it.local == local) {
                break UpvalueSource::Upvalue(index as u8);
            }
            if let Some(local) = local
                && depth.checked_sub(1) == owner
            {
                self.capture(place);
                depth -= 1;
                break UpvalueSource::Local(local);
            }
            depth -= 1;
        };
        for depth in depth + 1..=innermost {
            let index = self.scope.functions[depth].upvalues.len();
            if index == UPVALUE_LIMIT {
                return Err(self.limit_error(depth, UPVALUE_LIMIT, "upvalues"));
            }
            let upvalues = &mut self.scope.functions[depth].upvalues;
            self.memory.push(upvalues, UpvalueUse { name, local, source })?;
            source = UpvalueSource::Upvalue(index as u8);
        }
        // The search always ends at the main chunk's `_ENV`, which is its upvalue 0.
        let UpvalueSource::Upvalue(index) = source else { return Ok(0) };
        self.scope.variables[place].used_by = Some((user, index));
        Ok(index)
    }

    /// Notes that a function directly in the variable's own captures it here.
    fn capture(&mut self, place: usize) {
        let variable = &self.scope.variables[place];
        let (Some(local), Some(depth)) = (variable.local, variable.depth) else { return };
        let function = &self.scope.functions[depth];
        let is_joined = place - function.first_variable < function.joined;
        let is_in_loop = variable.assigned_in != 0 && variable.assigned_in == self.scope.loop_since(variable);
        let local = &mut self.ast.locals[local.index()];
        if local.assigned && (is_joined || is_in_loop) {
            local.capture = Some(UpvalueKind::Cell);
        } else if local.capture.is_none() {
            local.capture = Some(UpvalueKind::Value);
        }
    }

    /// Notes that a statement of the innermost function, read to its end, assigns `target`.
    pub(super) fn note_assignment(&mut self, target: ExpressionId) {
        match self.kind(target) {
            ExpressionKind::Local(id) => {
                let local = &mut self.ast.locals[id.index()];
                local.assigned = true;
                if local.capture.is_some() {
                    local.capture = Some(UpvalueKind::Cell);
                }
                // Its name still means it, since an assignment declares nothing in its own block.
                let place = self.scope.binding_of(local.name).variable as usize - 1;
                debug_assert_eq!(self.scope.variables[place].local, Some(id));
                self.scope.variables[place].assigned_in = self.scope.loop_since(&self.scope.variables[place]);
            }
            ExpressionKind::Upvalue(index) => match self.scope.innermost().upvalues[usize::from(index)].local {
                Some(id) => {
                    let local = &mut self.ast.locals[id.index()];
                    local.assigned = true;
                    local.capture = Some(UpvalueKind::Cell);
                }
                None => self.ast.environment_assigned = true,
            },
            _ => {}
        }
    }

    /// Notes a backward `goto` in the innermost function. The function's first `level` variables are in scope all along
    /// it.
    pub(super) fn join_scopes(&mut self, level: usize) {
        let function = self.scope.innermost_mut();
        let first = function.first_variable;
        let joined = function.joined;
        function.joined = joined.max(level);
        for variable in &self.scope.variables[first + joined.min(level)..first + level] {
            if let Some(local) = variable.local {
                let local = &mut self.ast.locals[local.index()];
                if local.assigned && local.capture.is_some() {
                    local.capture = Some(UpvalueKind::Cell);
                }
            }
        }
    }

    /// The name of `target`, if it is a constant.
    pub(super) fn read_only_name(&self, target: ExpressionId) -> Option<StringId> {
        let local = match self.kind(target) {
            ExpressionKind::Local(local) => Some(local),
            ExpressionKind::Upvalue(index) => self.scope.innermost().upvalues[usize::from(index)].local,
            _ => None,
        };
        let local = &self.ast.locals[local?.index()];
        (local.attribute != Attribute::Regular).then_some(local.name)
    }

    /// The error of a function that has too many of something.
    fn limit_error(&mut self, depth: usize, limit: usize, what: &str) -> CompileError {
        let place = match self.scope.functions[depth].start.line {
            0 => "main function".into(),
            line => format!("function at line {line}"),
        };
        self.error(&format!("too many {what} (limit is {limit}) in {place}"))
    }
}
