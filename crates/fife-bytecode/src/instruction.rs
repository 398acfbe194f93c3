//! The instruction set: one table that declares, lays out and documents every instruction.
//!
//! From this table come the enum, the names, the listing and the operand visitor that the
//! verifier and the naming of variables use. An instruction is eight bytes with typed operands
//! that need no decoding; measured against a packed 32-bit encoding in the same loop, that saves
//! 13 to 30% of the machine instructions executed.
//!
//! Notation: `R[x]` register, `K[x]` constant, `U[x]` upvalue, `top` the end of an open list of
//! values left by the instruction before. An *open* instruction leaves or takes such a list.
//!
//! **Fuel.** Code is cut into segments of at most [`SEGMENT_LIMIT`](crate::SEGMENT_LIMIT)
//! instructions. Entering a function pays for its first segment; `Charge` stands at the start of
//! every other one; `JumpBack`, `ForLoop` and `ForGenericLoop` pay for the segment they go back
//! to, and a call for the segment it returns into, by their `cost`. Only those three go backwards.
//! A forward jump out of a segment lands on a `Charge`.
//!
//! **Liveness.** Every instruction has a count of live registers (`Prototype::live`): registers
//! below it hold values on every path, those from it on hold nothing that may be read or traced.

use crate::chunk::{Portable, ReadError, Reader};
use crate::operand::{
    Block, ConstantIndex, Cost, Input, JumpOffset, KeyIndex, Output, PrototypeIndex, Register, ShortJump, UpvalueIndex,
};
use crate::sink::ByteSink;

/// What a visitor is told of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A register that is read.
    Input(Register),
    /// A register that is written.
    Output(Register),
    /// The first of a run of registers; the instruction's documentation says how they are used.
    Block(Register),
    /// A constant used in place.
    Key(KeyIndex),
    /// A constant.
    Constant(ConstantIndex),
    /// A nested prototype.
    Prototype(PrototypeIndex),
    /// An upvalue of the running closure.
    Upvalue(UpvalueIndex),
    /// A jump, in instructions from the next one.
    Jump(i32),
    /// Fuel charged.
    Cost(u8),
    /// A plain number.
    Number(i64),
    /// A plain switch.
    Switch(bool),
}

trait Describe: Copy {
    fn describe(self) -> Operand;
}

macro_rules! describe {
    ($($type:ty: $value:ident => $operand:expr;)*) => {$(
        impl Describe for $type {
            #[inline]
            fn describe(self) -> Operand {
                let $value = self;
                $operand
            }
        }
    )*};
}
describe! {
    Input: it => Operand::Input(it.0);
    Output: it => Operand::Output(it.0);
    Block: it => Operand::Block(it.0);
    KeyIndex: it => Operand::Key(it);
    ConstantIndex: it => Operand::Constant(it);
    PrototypeIndex: it => Operand::Prototype(it);
    UpvalueIndex: it => Operand::Upvalue(it);
    ShortJump: it => Operand::Jump(it.0 as i32);
    JumpOffset: it => Operand::Jump(it.0);
    Cost: it => Operand::Cost(it.0);
    u8: it => Operand::Number(it as i64);
    u16: it => Operand::Number(it as i64);
    i16: it => Operand::Number(it as i64);
    u32: it => Operand::Number(it as i64);
    i32: it => Operand::Number(it as i64);
    bool: it => Operand::Switch(it);
}

macro_rules! instructions {
    ($($(#[doc = $doc:literal])+ $name:ident { $($field:ident: $type:ty),* })*) => {
        /// One instruction of the virtual machine.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8, align(8))]
        pub enum Instruction {
            $($(#[doc = $doc])+
            #[allow(missing_docs)]
            $name { $($field: $type),* },)*
        }

        impl Instruction {
            /// The names of all instructions, in the order of the table.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// What each instruction does, in the order of the table.
            pub const DOCS: &'static [&'static str] = &[$(concat!($($doc),+)),*];

            /// Names and operands of all instructions as one text, from which a fingerprint is made.
            pub(crate) const TABLE: &'static str =
                concat!($(stringify!($name), "(", $(stringify!($field), ":", stringify!($type), ",",)* ")",)*);

            /// The instruction's name.
            pub fn name(&self) -> &'static str {
                match self { $(Instruction::$name { .. } => stringify!($name),)* }
            }

            /// Calls `visit` with each operand and its name, in the order of the table.
            pub fn operands(&self, mut visit: impl FnMut(&'static str, Operand)) {
                match *self {
                    $(Instruction::$name { $($field),* } => { $(visit(stringify!($field), $field.describe());)* let _ = &mut visit; })*
                }
            }
        }

        /// The places of the instructions in the table.
        #[repr(u8)]
        enum Place {
            $($name,)*
        }

        /// Reads the operands of one instruction.
        type Take = fn(&mut Reader<'_, '_>) -> Result<Instruction, ReadError>;

        impl Portable for Instruction {
            fn put(&self, sink: &mut impl ByteSink) {
                match self {
                    $(Instruction::$name { $($field),* } => {
                        sink.put(&[Place::$name as u8]);
                        $($field.put(sink);)*
                    })*
                }
            }

            fn take(reader: &mut Reader<'_, '_>) -> Result<Self, ReadError> {
                const TAKE: &[Take] = &[$(|_reader| Ok(Instruction::$name { $($field: Portable::take(_reader)?),* })),*];
                let take = TAKE.get(usize::from(reader.byte()?)).ok_or(ReadError::Corrupted)?;
                take(reader)
            }
        }
    };
}

instructions! {
    // ---- Moving values ----

    /// `R[dst] = R[src]`
    Move { dst: Output, src: Input }
    /// `R[dst] = value`, an integer
    LoadInteger { dst: Output, value: i32 }
    /// `R[dst] = K[constant]`
    LoadConstant { dst: Output, constant: ConstantIndex }
    /// `R[first], ..., R[first + count - 1] = nil`; count is at least 1
    LoadNil { first: Block, count: u16 }
    /// `R[dst] = false`
    LoadFalse { dst: Output }
    /// `R[dst] = false`, and the next instruction is skipped
    LoadFalseSkip { dst: Output }
    /// `R[dst] = true`
    LoadTrue { dst: Output }

    // ---- Upvalues and captured variables ----

    /// `R[dst] = U[upvalue]`, an upvalue held by value
    GetUpvalue { upvalue: UpvalueIndex, dst: Output }
    /// `R[dst] = the content of the cell U[upvalue]`
    GetUpvalueCell { upvalue: UpvalueIndex, dst: Output }
    /// `the content of the cell U[upvalue] = R[src]`
    SetUpvalueCell { upvalue: UpvalueIndex, src: Input }
    /// `R[register] = a new cell that holds R[register]`
    NewCell { register: Block }
    /// `R[dst] = the content of the cell R[cell]`
    GetCell { dst: Output, cell: Input }
    /// `the content of the cell R[cell] = R[src]`
    SetCell { cell: Input, src: Input }
    /// `R[dst] = the running closure`, for a local function that names itself
    GetSelf { dst: Output }
    /// `R[dst] = a closure of prototype`, capturing as the prototype says
    Closure { dst: Output, prototype: PrototypeIndex }

    // ---- Tables ----

    /// `R[dst] = U[upvalue][K[key]]`, key a short string, the upvalue held by value: a global variable
    GetUpvalueField { upvalue: UpvalueIndex, dst: Output, key: KeyIndex }
    /// `U[upvalue][K[key]] = R[value]`, key a short string, the upvalue held by value
    SetUpvalueField { upvalue: UpvalueIndex, key: KeyIndex, value: Input }
    /// `R[dst] = R[table][R[key]]`
    GetIndex { dst: Output, table: Input, key: Input }
    /// `R[dst] = R[table][key]`, an integer of at least 0
    GetIndexInteger { dst: Output, table: Input, key: u16 }
    /// `R[dst] = R[table][K[key]]`, key a short string
    GetField { dst: Output, table: Input, key: KeyIndex }
    /// `R[table][R[key]] = R[value]`
    SetIndex { table: Input, key: Input, value: Input }
    /// `R[table][key] = R[value]`, an integer of at least 0
    SetIndexInteger { table: Input, key: u16, value: Input }
    /// `R[table][K[key]] = R[value]`, key a short string
    SetField { table: Input, key: KeyIndex, value: Input }
    /// `R[dst + 1] = R[object]; R[dst] = R[object][K[key]]`, key a short string: a method call's start
    SelfField { dst: Block, object: Input, key: KeyIndex }
    /// `R[dst] = {}`, with room for that many array elements and that many other fields
    NewTable { dst: Output, array: u16, hash: u16 }
    /// `R[table][start + i] = R[table + i]` for `1 <= i <= count`, raw
    SetList { count: u8, table: Block, start: u32 }
    /// `R[table][start + i] = R[table + i]` for `1 <= i` up to top, raw
    SetListOpen { table: Block, start: u32 }

    // ---- Arithmetic ----

    /// `R[dst] = R[left] + R[right]`
    Add { dst: Output, left: Input, right: Input }
    /// `R[dst] = R[left] - R[right]`
    Subtract { dst: Output, left: Input, right: Input }
    /// `R[dst] = R[left] * R[right]`
    Multiply { dst: Output, left: Input, right: Input }
    /// `R[dst] = R[left] / R[right]`
    Divide { dst: Output, left: Input, right: Input }
    /// `R[dst] = R[left] % R[right]`
    Modulo { dst: Output, left: Input, right: Input }
    /// `R[dst] = R[left] ^ R[right]`
    Power { dst: Output, left: Input, right: Input }
    /// `R[dst] = R[left] // R[right]`
    FloorDivide { dst: Output, left: Input, right: Input }
    /// `R[dst] = R[left] & R[right]`
    BitAnd { dst: Output, left: Input, right: Input }
    /// `R[dst] = R[left] | R[right]`
    BitOr { dst: Output, left: Input, right: Input }
    /// `R[dst] = R[left] ~ R[right]`
    BitXor { dst: Output, left: Input, right: Input }
    /// `R[dst] = R[left] << R[right]`
    ShiftLeft { dst: Output, left: Input, right: Input }
    /// `R[dst] = R[left] >> R[right]`
    ShiftRight { dst: Output, left: Input, right: Input }

    /// `R[dst] = R[left] + right`; where `flipped`, the source has the constant on the left
    AddInteger { flipped: bool, dst: Output, left: Input, right: i16 }
    /// `R[dst] = R[left] - right`
    SubtractInteger { dst: Output, left: Input, right: i16 }
    /// `R[dst] = R[left] + K[right]`, a number; where `flipped`, the source has the constant on the left
    AddConstant { flipped: bool, dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] - K[right]`, a number
    SubtractConstant { dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] * K[right]`, a number; where `flipped`, the source has the constant on the left
    MultiplyConstant { flipped: bool, dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] / K[right]`, a number
    DivideConstant { dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] % K[right]`, a number
    ModuloConstant { dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] ^ K[right]`, a number
    PowerConstant { dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] // K[right]`, a number
    FloorDivideConstant { dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] & K[right]`, an integer; where `flipped`, the source has the constant on the left
    BitAndConstant { flipped: bool, dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] | K[right]`, an integer; where `flipped`, the source has the constant on the left
    BitOrConstant { flipped: bool, dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] ~ K[right]`, an integer; where `flipped`, the source has the constant on the left
    BitXorConstant { flipped: bool, dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] << right`
    ShiftLeftInteger { dst: Output, left: Input, right: i16 }
    /// `R[dst] = R[left] >> right`
    ShiftRightInteger { dst: Output, left: Input, right: i16 }

    /// `R[dst] = -R[src]`
    Negate { dst: Output, src: Input }
    /// `R[dst] = ~R[src]`
    BitNot { dst: Output, src: Input }
    /// `R[dst] = not R[src]`
    Not { dst: Output, src: Input }
    /// `R[dst] = #R[src]`
    Length { dst: Output, src: Input }
    /// `R[first] = R[first] .. R[first + 1] .. ... .. R[first + count - 1]`; count is at least 2, and
    /// what is above `R[first]` is lost
    Concat { first: Block, count: u16 }

    // ---- Jumps and tests ----

    /// jump forward
    Jump { offset: JumpOffset }
    /// jump back, paying for the segment at the target
    JumpBack { cost: Cost, offset: JumpOffset }
    /// if `R[src]` is neither nil nor false, jump
    JumpIf { src: Input, offset: JumpOffset }
    /// if `R[src]` is nil or false, jump
    JumpIfNot { src: Input, offset: JumpOffset }
    /// if `R[src]` is neither nil nor false, `R[dst] = R[src]` and jump
    MoveJumpIf { dst: Output, src: Input, offset: ShortJump }
    /// if `R[src]` is nil or false, `R[dst] = R[src]` and jump
    MoveJumpIfNot { dst: Output, src: Input, offset: ShortJump }
    /// if `R[left] == R[right]`, jump
    JumpIfEqual { left: Input, right: Input, offset: ShortJump }
    /// if not `R[left] == R[right]`, jump
    JumpIfNotEqual { left: Input, right: Input, offset: ShortJump }
    /// if `R[left] == K[right]`, jump; raw equality with nil, a boolean, a number or a string
    JumpIfEqualConstant { left: Input, right: KeyIndex, offset: ShortJump }
    /// if not `R[left] == K[right]`, jump; raw equality with nil, a boolean, a number or a string
    JumpIfNotEqualConstant { left: Input, right: KeyIndex, offset: ShortJump }
    /// if `R[left] == right`, an integer, jump
    JumpIfEqualInteger { left: Input, right: i16, offset: ShortJump }
    /// if not `R[left] == right`, an integer, jump
    JumpIfNotEqualInteger { left: Input, right: i16, offset: ShortJump }
    /// if `R[left] < R[right]`, jump
    JumpIfLess { left: Input, right: Input, offset: ShortJump }
    /// if not `R[left] < R[right]`, jump
    JumpIfNotLess { left: Input, right: Input, offset: ShortJump }
    /// if `R[left] <= R[right]`, jump
    JumpIfLessEqual { left: Input, right: Input, offset: ShortJump }
    /// if not `R[left] <= R[right]`, jump
    JumpIfNotLessEqual { left: Input, right: Input, offset: ShortJump }
    /// if `R[left] < right`, jump
    JumpIfLessInteger { left: Input, right: i16, offset: ShortJump }
    /// if not `R[left] < right`, jump
    JumpIfNotLessInteger { left: Input, right: i16, offset: ShortJump }
    /// if `R[left] <= right`, jump
    JumpIfLessEqualInteger { left: Input, right: i16, offset: ShortJump }
    /// if not `R[left] <= right`, jump
    JumpIfNotLessEqualInteger { left: Input, right: i16, offset: ShortJump }
    /// if `R[left] > right`, jump
    JumpIfGreaterInteger { left: Input, right: i16, offset: ShortJump }
    /// if not `R[left] > right`, jump
    JumpIfNotGreaterInteger { left: Input, right: i16, offset: ShortJump }
    /// if `R[left] >= right`, jump
    JumpIfGreaterEqualInteger { left: Input, right: i16, offset: ShortJump }
    /// if not `R[left] >= right`, jump
    JumpIfNotGreaterEqualInteger { left: Input, right: i16, offset: ShortJump }

    // ---- Loops ----

    /// Prepares a numeric loop over `R[base]` (start, then the loop variable), `R[base + 1]`
    /// (limit, then the count of turns to go) and `R[base + 2]` (step); jumps if it has no turn.
    ForPrepare { base: Block, offset: JumpOffset }
    /// Steps a numeric loop: if it goes on, `R[base]` is the next value and the jump is taken.
    ForLoop { cost: Cost, base: Block, offset: JumpOffset }
    /// Marks `R[base + 3]`, the closing value, as to be closed unless it is nil or false, notes a first
    /// position beside the control variable `R[base + 2]`, and jumps forward to the loop's `ForGenericCall`.
    ForGenericPrepare { base: Block, offset: JumpOffset }
    /// `R[base + 4], ..., R[base + 3 + count] = R[base](R[base + 1], R[base + 2])`; count is at least
    /// 1. The next instruction is the loop's `ForGenericLoop`. `cost` pays for the landing.
    ForGenericCall { cost: Cost, base: Block, count: u16 }
    /// `if R[base + 4] ~= nil then R[base + 2] = R[base + 4]` and jump back
    ForGenericLoop { cost: Cost, base: Block, offset: JumpOffset }

    // ---- Calls ----

    /// `R[func], ..., R[func + results - 1] = R[func](R[func + 1], ..., R[func + args])`
    Call { cost: Cost, func: Block, args: u16, results: u16 }
    /// as `Call`, but with the arguments up to top
    CallOpenArgs { cost: Cost, func: Block, results: u16 }
    /// as `Call`, but leaving all results from `R[func]` to top
    CallOpenResults { cost: Cost, func: Block, args: u16 }
    /// as `Call`, with the arguments up to top and leaving all results from `R[func]` to top
    CallOpen { cost: Cost, func: Block }
    /// `return R[func](R[func + 1], ..., R[func + args])`, in place of the running function
    TailCall { func: Block, args: u16 }
    /// `return R[func](R[func + 1], ...)` up to top, in place of the running function
    TailCallOpen { func: Block }
    /// return nothing
    Return0 {  }
    /// `return R[src]`
    Return1 { src: Input }
    /// `return R[first], ..., R[first + count - 1]`
    Return { first: Block, count: u16 }
    /// `return R[first], ...` up to top
    ReturnOpen { first: Block }
    /// `R[dst], ..., R[dst + count - 1] = ...`; count is at least 1
    VarArgs { dst: Block, count: u16 }
    /// `R[dst], ... = ...`, leaving top behind the last
    VarArgsOpen { dst: Block }
    /// Marks `R[register]` as to be closed when its scope ends (`<close>`).
    ToBeClosed { register: Block }
    /// Closes the variables to be closed in registers from `R[from]` up, last first.
    Close { from: Block }
    /// as `Close`, keeping an open list up to top for the `ReturnOpen` that follows
    CloseOpen { from: Block }

    // ---- Fuel ----

    /// A segment starts here: pay for it.
    Charge { cost: Cost }
}

const _: () = assert!(size_of::<Instruction>() == 8 && align_of::<Instruction>() == 8);

impl Instruction {
    /// The jump offset, where the instruction may jump.
    pub fn jump(&self) -> Option<i32> {
        let mut found = None;
        self.operands(|_, operand| {
            if let Operand::Jump(offset) = operand {
                found = Some(offset);
            }
        });
        found
    }

    /// What a calling instruction pays for landing behind it; `None` of any other.
    pub fn landing_cost(&self) -> Option<Cost> {
        use Instruction::*;
        match *self {
            Call { cost, .. }
            | CallOpenArgs { cost, .. }
            | CallOpenResults { cost, .. }
            | CallOpen { cost, .. }
            | ForGenericCall { cost, .. } => Some(cost),
            _ => None,
        }
    }

    /// The number of the register that a calling instruction calls, where its arguments follow and its results go; `None` of any
    /// other.
    pub fn called(&self) -> Option<u32> {
        use Instruction::*;
        match *self {
            Call { func, .. }
            | CallOpenArgs { func, .. }
            | CallOpenResults { func, .. }
            | CallOpen { func, .. }
            | TailCall { func, .. }
            | TailCallOpen { func } => Some(func.index() as u32),
            ForGenericCall { base, .. } => Some(base.index() as u32 + 4),
            _ => None,
        }
    }

    /// Whether the instruction takes the open list that the one before it left.
    pub fn takes_open(&self) -> bool {
        use Instruction::*;
        matches!(
            self,
            CallOpenArgs { .. }
                | CallOpen { .. }
                | TailCallOpen { .. }
                | ReturnOpen { .. }
                | SetListOpen { .. }
                | CloseOpen { .. }
        )
    }

    /// Whether the instruction leaves an open list to the one after it.
    pub fn leaves_open(&self) -> bool {
        use Instruction::*;
        matches!(self, CallOpenResults { .. } | CallOpen { .. } | VarArgsOpen { .. } | CloseOpen { .. })
    }

    /// Whether control never goes on to the next instruction.
    pub fn ends_flow(&self) -> bool {
        use Instruction::*;
        matches!(
            self,
            Jump { .. }
                | JumpBack { .. }
                | ForGenericPrepare { .. }
                | LoadFalseSkip { .. }
                | TailCall { .. }
                | TailCallOpen { .. }
                | Return0 {}
                | Return1 { .. }
                | Return { .. }
                | ReturnOpen { .. }
        )
    }
}
