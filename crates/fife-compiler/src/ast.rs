//! The syntax tree: plain records in index arenas, names already resolved.
//!
//! No node owns another, so a chain of 200,000 additions is dropped and copied without recursion. Traversals must be
//! iterative along the left side of binary operators, postfix chains (`a.b.c`, `f()()`) and else-if lists, whose depth
//! is not limited. The parser limits right-nested forms (parentheses, tables, functions, blocks, unary operators, `..`
//! and `^`) to 200 levels.
//!
//! The parser resolves names while it reads: a name is a local of its function, an upvalue, or a field of `_ENV`. It
//! also determines how each captured variable may be held (see [`Local`]).

use crate::hash::HashKeys;
use crate::segments::Segments;
use fife_arena::Vector;
use fife_bytecode::{Capture, Position, UpvalueKind};

macro_rules! index_type {
    ($($(#[doc = $doc:literal])+ $name:ident)*) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);
        impl $name {
            /// As an index into its arena.
            #[inline]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
index_type! {
    /// An expression of [`Ast::expressions`].
    ExpressionId
    /// A string of [`Ast::strings`]: names and literals, each content once.
    StringId
    /// A function of [`Ast::functions`]; 0 is the main chunk.
    FunctionId
    /// A local variable of [`Ast::locals`].
    LocalId
    /// A label of [`Ast::labels`].
    LabelId
    /// A statement of [`Ast::statements`].
    StatementId
    /// A table constructor of [`Ast::tables`].
    TableId
    /// One of [`Ast::declarations`].
    DeclarationId
    /// One of [`Ast::assignments`].
    AssignmentId
    /// One of [`Ast::returns`].
    ReturnId
    /// One of [`Ast::controls`].
    ControlId
}

/// A run of entries in one of the arenas' list vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Range {
    /// The first entry.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

impl Range {
    /// The number of entries.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }
    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
    /// As a range of vector indices.
    pub fn indices(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A binary operator that computes a value from two values. `and` and `or` are not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    FloorDivide,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    Concat,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// A unary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum UnaryOperator {
    Negate,
    BitNot,
    Not,
    Length,
}

/// An expression and its position: that of the operator for a binary one, of the `(` for a call, of the name for a
/// field. Its line is the one that PUC-Rio Lua reports. For a comparison that is the line of its last token, whose
/// position is given instead if the lines differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it is.
    pub position: Position,
}

/// What an expression is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ExpressionKind {
    /// `nil`
    Nil,
    /// `true`
    True,
    /// `false`
    False,
    /// an integer numeral
    Integer(Packed<i64>),
    /// a float numeral
    Float(Packed<f64>),
    /// a string literal
    String(StringId),
    /// `...`
    VarArgs,
    /// a function body
    Function(FunctionId),
    /// a local variable of the function in which the expression stands
    Local(LocalId),
    /// an upvalue of that function
    Upvalue(u8),
    /// `environment.name`, written as a plain name; `environment` is the Local or Upvalue `_ENV`
    Global {
        /// The variable `_ENV`.
        environment: ExpressionId,
        /// The global's name.
        name: StringId,
    },
    /// `table[key]` and `table.name` (whose key is a String)
    Index {
        /// What is indexed.
        table: ExpressionId,
        /// With what.
        key: ExpressionId,
    },
    /// `callee(arguments)`: what is called, and then the arguments, in [`Ast::expression_lists`]
    Call(Range),
    /// `object:name(arguments)`: the receiver, the method's name, a String, where it stands, and then the arguments, in
    /// [`Ast::expression_lists`]
    MethodCall(Range),
    /// `(inner)`, kept only where it cuts a call or `...` to one value
    Parenthesized(ExpressionId),
    /// `left and right`
    And(ExpressionId, ExpressionId),
    /// `left or right`
    Or(ExpressionId, ExpressionId),
    /// `left operator right`
    Binary(BinaryOperator, ExpressionId, ExpressionId),
    /// `operator operand`
    Unary(UnaryOperator, ExpressionId),
    /// a table constructor
    Table(TableId),
}

const _: () = assert!(size_of::<Expression>() <= 20 && size_of::<Statement>() <= 24);

/// A number with no more alignment than everything else in the tree.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(Rust, packed(4))]
pub struct Packed<T: Copy>(pub T);

impl<T: Copy> Packed<T> {
    /// The number.
    #[inline]
    pub fn get(self) -> T {
        self.0
    }
}

/// A table constructor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Table {
    /// The fields, in [`Ast::fields`].
    pub fields: Range,
    /// The closing brace.
    pub end: Position,
}

impl ExpressionKind {
    /// Whether PUC-Rio Lua emits nothing for the expression until its value is needed.
    pub(crate) fn is_emitted_late(&self) -> bool {
        use ExpressionKind::*;
        matches!(
            self,
            Nil | True
                | False
                | Integer(_)
                | Float(_)
                | String(_)
                | Local(_)
                | Upvalue(_)
                | Global { .. }
                | Index { .. }
        )
    }
}

/// A field of a table constructor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field {
    /// `value`, at the next index
    Positional(ExpressionId),
    /// `[key] = value` or `name = value`
    Keyed {
        /// The key; a String for a name.
        key: ExpressionId,
        /// The value.
        value: ExpressionId,
        /// Where it is stored: the key, or the last token of a value that ends on another line.
        position: Position,
    },
}

/// The attribute of a local variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Attribute {
    /// none
    #[default]
    Regular,
    /// `<const>`
    Constant,
    /// `<close>`
    Close,
}

/// A local variable, parameter or loop variable.
///
/// `capture` and `assigned` are final only when the whole chunk is parsed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Local {
    /// Its name, in parentheses if it is hidden.
    pub name: StringId,
    /// Its attribute.
    pub attribute: Attribute,
    /// The function that declares it.
    pub function: FunctionId,
    /// Whether it is a `<const>` variable whose value is known when compiling (nil, a boolean, a number or a string).
    /// It takes no register and cannot be captured, and uses of it in the tree are already replaced by the literal.
    pub folded: bool,
    /// Whether debuggers see no name of it: a constant `_ENV`, which is folded in PUC-Rio Lua and has a register here.
    pub nameless: bool,
    /// If a function within the declaring one uses it, how that one holds it: `Value` if no assignment can run after a
    /// capture without the declaration running again, otherwise `Cell`. The conservative form is used: every assignment
    /// is in the declaring function and before the first capture, and no loop and no backward `goto` inside its scope
    /// joins them.
    pub capture: Option<UpvalueKind>,
    /// Whether anything but its declaration assigns it.
    pub assigned: bool,
}

/// A label, named by its `goto`s after resolution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// Its name.
    pub name: StringId,
    /// Its position.
    pub position: Position,
}

/// A statement and the position of its first token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// Where it starts.
    pub position: Position,
    /// The one after it in its block, or [`StatementId::NONE`].
    pub next: StatementId,
}

impl StatementId {
    /// No statement.
    pub const NONE: StatementId = StatementId(u32::MAX);
}

/// The statements of a block, linked by their `next`. Statements of inner blocks may be between them in
/// [`Ast::statements`], so nothing has to move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chain {
    /// The first one.
    pub first: StatementId,
    /// The last one.
    pub last: StatementId,
}

impl Default for Chain {
    fn default() -> Chain {
        Chain { first: StatementId::NONE, last: StatementId::NONE }
    }
}

/// A block: its statements, and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Block {
    /// Its statements.
    pub statements: Chain,
    /// The last token in it, or the one before it if it is empty. Its variables are closed there.
    pub last: Position,
    /// The token that ends it (`end`, `until`, `else`, `elseif` or the end of the source).
    pub end: Position,
}

/// One `if` or `elseif` arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arm {
    /// Its condition.
    pub condition: ExpressionId,
    /// Where the condition is tested: at the `then`.
    pub test: Position,
    /// Its block.
    pub block: Block,
}

/// What a statement is. Parts that take more than a word or two are elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StatementKind {
    /// `local names = values`
    Local(DeclarationId),
    /// `local function name body`: the variable is in scope in the body
    LocalFunction {
        /// The variable.
        local: LocalId,
        /// The body.
        function: FunctionId,
    },
    /// `targets = values`. `function a.b:c() end` is an assignment of a Function too.
    Assign(AssignmentId),
    /// a call as a statement
    Call(ExpressionId),
    /// `return values`
    Return(ReturnId),
    /// a block, conditional or loop
    Control(ControlId),
    /// `break` out of the innermost loop
    Break,
    /// `goto label`, resolved: `backward` if the label stands before it
    Goto {
        /// The label.
        label: LabelId,
        /// Whether it goes back.
        backward: bool,
    },
    /// `::label::`
    Label(LabelId),
}

/// `local names = values`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Declaration {
    /// The variables, in [`Ast::local_lists`]; they come into scope after the values.
    pub locals: Range,
    /// The values, in [`Ast::expression_lists`]. A single folded constant has no value here.
    pub values: Range,
    /// The last token.
    pub last: Position,
}

/// `targets = values`, both in [`Ast::expression_lists`]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assignment {
    /// What is assigned to: Local, Upvalue, Global or Index expressions.
    pub targets: Range,
    /// The values.
    pub values: Range,
    /// The last token; for `function a.b:c() end` the first one.
    pub last: Position,
}

/// `return values`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Return {
    /// The values, in [`Ast::expression_lists`].
    pub values: Range,
    /// The last token of them, or `return` itself.
    pub last: Position,
}

/// A statement with blocks in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Control {
    /// `do block end`
    Do(Block),
    /// `while condition do block end`
    While {
        /// The condition.
        condition: ExpressionId,
        /// Where the condition is tested: at its last token.
        test: Position,
        /// The body.
        block: Block,
    },
    /// `repeat block until condition`; the condition sees the block's variables
    Repeat {
        /// The body.
        block: Block,
        /// The condition.
        condition: ExpressionId,
        /// Where the condition is tested: at its last token.
        test: Position,
    },
    /// `if ... elseif ... else ... end`; arms in [`Ast::arms`]
    If {
        /// The conditional arms.
        arms: Range,
        /// The `else` block.
        otherwise: Option<Block>,
    },
    /// `for variable = start, limit, step do block end`
    NumericFor {
        /// The loop variable.
        variable: LocalId,
        /// The first value.
        start: ExpressionId,
        /// The last value.
        limit: ExpressionId,
        /// The step; 1 where absent.
        step: Option<ExpressionId>,
        /// The position of its `do`.
        body: Position,
        /// The body.
        block: Block,
    },
    /// `for variables in values do block end`
    GenericFor {
        /// The loop variables, in [`Ast::local_lists`].
        variables: Range,
        /// The values of the `in` list, in [`Ast::expression_lists`].
        values: Range,
        /// Where these start.
        call: Position,
        /// Their last token.
        last: Position,
        /// The position of its `do`.
        body: Position,
        /// The body.
        block: Block,
    },
}

/// An upvalue of a function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UpvalueUse {
    /// The variable's name.
    pub name: StringId,
    /// The variable; `None` for the main chunk's own `_ENV`.
    pub local: Option<LocalId>,
    /// Where the enclosing function has it. A capture of a register is recorded as `FromLocal`.
    pub source: UpvalueSource,
}

/// Where an upvalue is found when the closure is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum UpvalueSource {
    /// A local variable of the enclosing function.
    Local(LocalId),
    /// An upvalue of the enclosing function.
    Upvalue(u8),
    /// Given by the loader of the chunk (the main chunk's `_ENV`).
    Environment,
}

/// A function body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Function {
    /// The function around it; `None` for the main chunk.
    pub parent: Option<FunctionId>,
    /// Its parameters, `self` included, in [`Ast::local_lists`].
    pub parameters: Range,
    /// Whether it takes further arguments.
    pub is_vararg: bool,
    /// Its upvalues, in [`Ast::upvalues`].
    pub upvalues: Range,
    /// The body.
    pub block: Block,
    /// The first expression and the first statement in it. Those before belong to functions that begin before it.
    pub first: (ExpressionId, StatementId),
    /// The position of `function`; line 0 for the main chunk.
    pub start: Position,
    /// The position of its `end`.
    pub end: Position,
    /// Whether the function itself, not one inside it, has a `<close>` variable or a generic `for`.
    pub has_close: bool,
    /// For a `local function` whose variable is never assigned, that variable. Inside the body the name is the running
    /// closure ([`Ast::is_running_closure`]).
    pub own_name: Option<LocalId>,
}

/// A whole chunk.
#[derive(Debug, Default)]
pub struct Ast {
    /// All expressions.
    pub expressions: Segments<Expression>,
    /// Lists of expressions.
    pub expression_lists: Vector<ExpressionId>,
    /// All statements.
    pub statements: Segments<Statement>,
    /// Declarations of local variables.
    pub declarations: Vector<Declaration>,
    /// Assignments.
    pub assignments: Vector<Assignment>,
    /// Statements that return.
    pub returns: Vector<Return>,
    /// Statements with blocks in them.
    pub controls: Vector<Control>,
    /// Table constructors.
    pub tables: Vector<Table>,
    /// Fields of table constructors.
    pub fields: Vector<Field>,
    /// Arms of `if` statements.
    pub arms: Vector<Arm>,
    /// All local variables.
    pub locals: Vector<Local>,
    /// Lists of local variables.
    pub local_lists: Vector<LocalId>,
    /// All labels.
    pub labels: Vector<Label>,
    /// All functions; 0 is the main chunk.
    pub functions: Vector<Function>,
    /// Upvalues of functions, those of one function side by side.
    pub upvalues: Vector<UpvalueUse>,
    /// The bytes of all strings.
    pub string_bytes: Vector<u8>,
    /// Each string's bytes as a range of `string_bytes`.
    pub strings: Vector<Range>,
    /// Whether the main chunk's own `_ENV` (the upvalue that is no local variable) is assigned.
    pub environment_assigned: bool,
    /// Keys for hashing the contents of the tree.
    pub(crate) hash_keys: Option<HashKeys>,
    /// How many of the meter's bytes these vectors hold. Whoever drops them gives these back.
    pub metered_bytes: usize,
}

impl Ast {
    /// The bytes of a string.
    pub fn string(&self, id: StringId) -> &[u8] {
        &self.string_bytes[self.strings[id.index()].indices()]
    }

    /// A statement, if it is one.
    pub fn statement(&self, id: StatementId) -> Option<&Statement> {
        self.statements.get(id.index())
    }

    /// The first of a list of expressions.
    pub(crate) fn first_of(&self, list: Range) -> ExpressionId {
        self.expression_lists[list.start as usize]
    }

    /// Drops what only functions before this one have, and have no use for any more. Returns how many bytes it held.
    pub(crate) fn drop_before(&mut self, function: FunctionId) -> usize {
        let (expression, statement) = self.functions[function.index()].first;
        let bytes = self.expressions.drop_below(expression.index()) + self.statements.drop_below(statement.index());
        self.metered_bytes -= bytes;
        bytes
    }

    /// The statements of a block.
    pub fn statements_of(&self, block: &Block) -> impl Iterator<Item = &Statement> {
        std::iter::successors(self.statement(block.statements.first), |it| self.statement(it.next))
    }

    /// Whether this upvalue of `function` is the local variable that holds `function` itself and is never assigned
    /// again. Reading it needs no upvalue: its value is the running closure.
    pub fn is_running_closure(&self, function: FunctionId, upvalue: u8) -> bool {
        let it = &self.functions[function.index()];
        let used = &self.upvalues[it.upvalues.start as usize + upvalue as usize];
        it.own_name.is_some() && used.local == it.own_name
    }

    /// How a function captures one of its upvalues, given the register of a local of its parent.
    pub fn capture(&self, used: &UpvalueUse, register_of: impl FnOnce(LocalId) -> u8) -> Capture {
        match used.source {
            UpvalueSource::Local(local) => Capture::Register(register_of(local)),
            UpvalueSource::Upvalue(index) => Capture::Upvalue(index),
            UpvalueSource::Environment => Capture::Upvalue(0),
        }
    }
}
