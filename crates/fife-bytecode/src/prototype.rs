//! Compiled functions as plain data: the compiler makes them and the verifier checks them.
//!
//! A [`Prototype`] owns its nested prototypes. It knows nothing of the heap: strings are bytes. The
//! virtual machine turns a [`Verified`](crate::Verified) tree into heap objects. Nesting is limited
//! by the compiler (200 levels), so dropping the tree recurses no deeper than that.

use crate::instruction::Instruction;
use crate::positions::Positions;
use crate::text::Text;

/// The most instructions paid for at once. The compiler makes segments of up to 64. It exceeds that only for the at
/// most 200 nested calls of `f(f(f(...)))`, which pass open lists to each other and cannot be separated by a `Charge`.
pub const SEGMENT_LIMIT: usize = 250;

/// The most upvalues of one function, as in PUC-Rio Lua.
pub const UPVALUE_LIMIT: usize = 255;

/// The longest string, in bytes, that is interned and so may be the key of a field instruction.
pub const SHORT_STRING_LIMIT: usize = 40;

/// A constant of a function.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// nil
    Nil,
    /// true or false
    Boolean(bool),
    /// an integer
    Integer(i64),
    /// a float
    Float(f64),
    /// a string: any bytes
    String(Text),
}

const _: () = assert!(size_of::<Constant>() == 16);

/// Where a new closure takes an upvalue from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// From a register of the function that makes the closure.
    Register(u8),
    /// From an upvalue of the function that makes the closure.
    Upvalue(u8),
    /// The closure that is running when the new one is made (a local function that names only
    /// itself, seen from a function within it).
    Running,
}

/// How an upvalue holds its variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpvalueKind {
    /// By value: the variable is not assigned after its capture.
    Value,
    /// In a heap cell shared by all users of the variable.
    Cell,
}

/// An upvalue of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upvalue {
    /// The variable's name.
    pub name: Text,
    /// Where a new closure takes it from.
    pub capture: Capture,
    /// How it is held.
    pub kind: UpvalueKind,
}

/// A local variable, for messages and debuggers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// The variable's name; a loop's control variables have theirs in parentheses, as in PUC-Rio Lua.
    pub name: Text,
    /// The register that holds it, or its cell.
    pub register: u8,
    /// Whether the register holds a cell with the variable in it.
    pub in_cell: bool,
    /// The first instruction with the variable in scope.
    pub start: u32,
    /// The first instruction after its scope.
    pub end: u32,
}

impl Local {
    /// Whether it belongs to a loop: a debugger shows it but may not change it.
    pub fn is_hidden(&self) -> bool {
        self.name.starts_with(b"(")
    }
}

/// A place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Position {
    /// Line, counted from 1.
    pub line: u32,
    /// Column in bytes, counted from 1.
    pub column: u32,
}

/// One run of the table from instructions to source positions: from `pc` up to the next entry's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionRun {
    /// The first instruction of the run.
    pub pc: u32,
    /// Where in the source it comes from.
    pub position: Position,
}

/// A compiled function.
#[derive(Clone, Debug, PartialEq)]
pub struct Prototype {
    /// The chunk's name, as given to the compiler: `@file`, `=text` or the source itself.
    pub source: std::sync::Arc<[u8]>,
    /// The line on which its definition starts; 0 for a main chunk.
    pub line_defined: u32,
    /// The line of its `end`; 0 for a main chunk.
    pub last_line_defined: u32,
    /// The number of named parameters.
    pub parameter_count: u8,
    /// Whether it takes extra arguments.
    pub is_vararg: bool,
    /// The number of registers, parameters included.
    pub register_count: u8,
    /// The fuel for entering it: the length of the first segment.
    pub entry_cost: u8,
    /// The code.
    pub code: Box<[Instruction]>,
    /// For each instruction, how many registers are live before it runs.
    pub live: Box<[u8]>,
    /// Its constants.
    pub constants: Box<[Constant]>,
    /// Its upvalues.
    pub upvalues: Box<[Upvalue]>,
    /// The name of the local variable that holds this very function, if its code reads that as the running closure
    /// (`GetSelf`); else empty. In the source it is an upvalue.
    pub own_name: Text,
    /// The functions defined in it. Each has a block of its own: a list of thousands would be one large block, and once
    /// such a block is freed, glibc's allocator keeps up to twice as much memory for later.
    pub prototypes: Box<[Box<Prototype>]>,
    /// Its local variables, in the order in which they come into scope.
    pub locals: Box<[Local]>,
    /// The source positions of its instructions, sorted by `pc`; the first is for 0. Empty if they are unknown.
    pub positions: Positions,
}

/// What an allocation takes besides its bytes, and the unit to which these are rounded up. Approximate, since
/// allocators differ.
const BLOCK_OVERHEAD: usize = 16;
const BLOCK_UNIT: usize = 16;

/// The bytes that a block of this size takes from Rust's allocator, with its overhead.
pub fn block_bytes(bytes: usize) -> usize {
    if bytes == 0 { 0 } else { bytes.saturating_add(BLOCK_UNIT + BLOCK_OVERHEAD - 1) / BLOCK_UNIT * BLOCK_UNIT }
}

/// A chunk's name for sharing; `None` if the system has no memory for it.
pub fn shared_name(name: &[u8]) -> Option<std::sync::Arc<[u8]>> {
    // An `Arc` cannot be allocated fallibly, so this first tries a slightly larger allocation.
    Vec::<u8>::new().try_reserve_exact(name.len().checked_add(64)?).ok()?;
    Some(name.into())
}

impl Prototype {
    /// Calls `with` with the size in bytes of each list and each name. Those of nested functions are left out, and so
    /// are the chunk's name, which all its functions share, and the prototype itself; the list of nested ones and
    /// their blocks are included.
    pub fn each_part(&self, mut with: impl FnMut(usize)) {
        // Without `..`, so that a new field does not compile until it is counted here.
        let Prototype {
            source: _,
            line_defined: _,
            last_line_defined: _,
            parameter_count: _,
            is_vararg: _,
            register_count: _,
            entry_cost: _,
            code,
            live,
            constants,
            upvalues,
            own_name,
            prototypes,
            locals,
            positions,
        } = self;
        with(size_of_val(&**code));
        with(size_of_val(&**live));
        with(size_of_val(&**constants));
        for constant in constants {
            match constant {
                Constant::Nil | Constant::Boolean(_) | Constant::Integer(_) | Constant::Float(_) => {}
                Constant::String(bytes) => Text::each_part(bytes.len(), &mut with),
            }
        }
        with(size_of_val(&**upvalues));
        upvalues.iter().for_each(|Upvalue { name, capture: _, kind: _ }| Text::each_part(name.len(), &mut with));
        Text::each_part(own_name.len(), &mut with);
        with(size_of_val(&**prototypes));
        prototypes.iter().for_each(|nested| with(size_of_val(&**nested)));
        with(size_of_val(&**locals));
        for Local { name, register: _, in_cell: _, start: _, end: _ } in locals {
            Text::each_part(name.len(), &mut with);
        }
        with(size_of_val(positions.words()));
    }

    /// The bytes it holds from Rust's allocator, in all of its [parts](Self::each_part).
    pub fn own_bytes(&self) -> usize {
        let mut sum = 0;
        self.each_part(|bytes| sum += block_bytes(bytes));
        sum
    }

    /// As [`own_bytes`](Self::own_bytes), including all nested functions.
    pub fn tree_bytes(&self) -> usize {
        self.own_bytes() + self.prototypes.iter().map(|nested| nested.tree_bytes()).sum::<usize>()
    }

    /// The line of the source that the instruction comes from, if lines are known.
    pub fn line(&self, pc: usize) -> Option<u32> {
        if self.positions.is_empty() { None } else { Some(self.position(pc).line) }
    }

    /// Where in the source the instruction comes from.
    pub fn position(&self, pc: usize) -> Position {
        self.positions.find(pc).unwrap_or_default()
    }

    /// The cost of landing on the instruction at `pc`; see [`segment_rest`].
    pub fn segment_rest(&self, pc: usize) -> usize {
        segment_rest(&self.code, pc)
    }
}

/// The cost of landing on `pc`: the number of instructions from there up to the next `Charge`, which pays for itself
/// and the code behind it; 1 if `pc` is a `Charge`.
pub fn segment_rest(code: &[Instruction], pc: usize) -> usize {
    let rest = code.get(pc..).unwrap_or_default();
    let length = rest.iter().skip(1).take(SEGMENT_LIMIT).position(Instruction::starts_segment);
    if rest.first().is_some_and(Instruction::starts_segment) { 1 } else { length.map_or(rest.len(), |after| after + 1) }
}
