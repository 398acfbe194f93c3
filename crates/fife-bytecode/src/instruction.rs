//! The instruction set: one table that declares, lays out and documents every instruction.
//!
//! The enum, the names, the listing and the operand visitor, which the verifier and the naming of variables use, all
//! come from this table. An instruction is eight bytes with typed operands that need no decoding; compared to a packed
//! 32-bit encoding in the same loop, that saves 13 to 30% of the machine instructions executed. The attributes of an
//! instruction are in brackets behind its operands; `attribute.rs` declares them and makes them predicates.
//!
//! Notation: `R[x]` register, `K[x]` constant, `U[x]` upvalue, `top` the end of an open list of
//! values left by the instruction before. An *open* instruction leaves or takes such a list.
//!
//! **Fuel.** Code is cut into segments of at most [`SEGMENT_LIMIT`](crate::SEGMENT_LIMIT) instructions. Entering a
//! function pays for its first segment, and every other one starts with a `Charge`. `JumpBack`, `ForLoop` and
//! `ForGenericLoop` pay, by their `cost`, for the segment they jump back to, and a call for the segment it returns
//! into. Only those three jump back. A forward jump out of a segment lands on a `Charge`.
//!
//! **Liveness.** Every instruction has a count of live registers (`Prototype::live`). Registers below it hold values on
//! every path; the others hold nothing that may be read or traced.

use crate::attribute::{self, Attribute, Attributes};
use crate::chunk::{Portable, ReadError, Reader};
use crate::operand::{
    Block, ConstantIndex, Cost, Input, JumpOffset, KeyIndex, Output, PrototypeIndex, Register, ShortJump, UpvalueIndex,
};
use crate::sink::ByteSink;

/// One operand, as a visitor sees it.
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

/// Looks at the operands of an instruction: see [`Instruction::visit`].
pub(crate) trait Visit {
    fn operand(&mut self, name: &'static str, operand: Operand);
}

/// What an operand's type says about the operand and its instruction.
trait Describe: Copy {
    /// Attributes of every instruction with an operand of this type.
    const ATTRIBUTES: Attributes = Attributes::of(&[]);

    fn describe(self) -> Operand;

    /// Changes the operand if it is a cost.
    fn set_cost(&mut self, _: Cost) {}

    /// Changes the operand if it is a jump.
    fn set_jump(&mut self, _: i32) {}
}

impl Describe for Block {
    const ATTRIBUTES: Attributes = Attributes::of(&[Attribute::has_block]);

    #[inline]
    fn describe(self) -> Operand {
        Operand::Block(self.0)
    }
}

impl Describe for Cost {
    const ATTRIBUTES: Attributes = Attributes::of(&[Attribute::charges]);

    #[inline]
    fn describe(self) -> Operand {
        Operand::Cost(self.0)
    }

    fn set_cost(&mut self, cost: Cost) {
        *self = cost;
    }
}

impl Describe for JumpOffset {
    const ATTRIBUTES: Attributes = Attributes::of(&[Attribute::jumps]);

    #[inline]
    fn describe(self) -> Operand {
        Operand::Jump(self.0)
    }

    fn set_jump(&mut self, offset: i32) {
        *self = JumpOffset(offset);
    }
}

impl Describe for ShortJump {
    const ATTRIBUTES: Attributes = Attributes::of(&[Attribute::jumps_short]);

    #[inline]
    fn describe(self) -> Operand {
        Operand::Jump(self.0.into())
    }

    fn set_jump(&mut self, offset: i32) {
        debug_assert!(i16::try_from(offset).is_ok(), "a short jump that is far");
        *self = ShortJump(offset as i16);
    }
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
    KeyIndex: it => Operand::Key(it);
    ConstantIndex: it => Operand::Constant(it);
    PrototypeIndex: it => Operand::Prototype(it);
    UpvalueIndex: it => Operand::Upvalue(it);
    u8: it => Operand::Number(it as i64);
    u16: it => Operand::Number(it as i64);
    i16: it => Operand::Number(it as i64);
    u32: it => Operand::Number(it as i64);
    i32: it => Operand::Number(it as i64);
    bool: it => Operand::Switch(it);
}

macro_rules! instructions {
    ($($(#[doc = $doc:literal])+ $name:ident { $($field:ident: $type:ty),* } $([$($attribute:ident),+])?)*) => {
        /// One instruction of the virtual machine.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8, align(8))]
        pub enum Instruction {
            $($(#[doc = $doc])+
            $(#[doc = ""]
            #[doc = concat!($("[`", stringify!($attribute), "`](Self::", stringify!($attribute), ") "),+)])?
            #[allow(missing_docs)]
            $name { $($field: $type),* },)*
        }

        impl Instruction {
            /// The names of all instructions, in the order of the table.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// What each instruction does, in the order of the table.
            pub const DOCS: &'static [&'static str] = &[$(concat!($($doc),+)),*];

            /// Names and operands of all instructions as one text, to make a fingerprint of.
            pub(crate) const TABLE: &'static str =
                concat!($(stringify!($name), "(", $(stringify!($field), ":", stringify!($type), ",",)* ")",)*);

            /// The attributes of all instructions by place in the table, and none for other numbers. With an element
            /// for each value of a byte, it is read without a check; for an attribute of few instructions the compiler
            /// compares places instead.
            const ATTRIBUTES: &'static [Attributes; 256] = &{
                let mut all = [Attributes::of(&[]); 256];
                $(all[Place::$name as usize] =
                    Attributes::of(&[$($(Attribute::$attribute),+)?])$(.or(<$type as Describe>::ATTRIBUTES))*;)*
                all
            };

            /// The attributes of this instruction.
            #[inline(always)]
            pub(crate) const fn attributes(&self) -> Attributes {
                let place = match self { $(Instruction::$name { .. } => Place::$name,)* };
                Self::ATTRIBUTES[place as usize]
            }

            /// What a calling instruction pays for landing behind it; `None` for any other.
            #[inline]
            pub fn landing_cost(&self) -> Option<Cost> {
                let mut found = None;
                match *self {
                    $(Instruction::$name { $($field),* } => {
                        if const { Self::ATTRIBUTES[Place::$name as usize].has(Attribute::calls) } {
                            $(if let Operand::Cost(cost) = $field.describe() {
                                found = Some(Cost(cost));
                            })*
                        }
                        $(let _ = $field;)*
                    })*
                }
                found
            }

            /// The number of the register that an instruction calls, which its arguments follow and its results
            /// overwrite. `None` if it neither [calls](Self::calls) nor [calls in place of the running
            /// function](Self::tail_calls).
            #[inline(always)]
            pub fn called(&self) -> Option<u32> {
                let mut found = None;
                match *self {
                    $(Instruction::$name { $($field),* } => {
                        let attributes = const { Self::ATTRIBUTES[Place::$name as usize] };
                        if attributes.has(Attribute::calls) || attributes.has(Attribute::tail_calls) {
                            $(if let Operand::Block(first) = $field.describe() {
                                found = Some(first.index() as u32);
                            })*
                        }
                        $(let _ = $field;)*
                    })*
                }
                // A generic `for` calls a copy of its iterator, above its state.
                let above = if self.keeps_loop() { 4 } else { 0 };
                found.map(|first| first + above)
            }

            /// Sets the cost of an instruction that [pays](Self::charges).
            pub fn set_cost(&mut self, cost: Cost) {
                match self { $(Instruction::$name { $($field),* } => { $($field.set_cost(cost);)* let _ = cost; })* }
            }

            /// Sets where an instruction that [jumps](Self::jumps) goes, counted in instructions from the next one. A
            /// [short](Self::jumps_short) jump takes what fits into 16 bits.
            pub fn set_jump(&mut self, offset: i32) {
                match self { $(Instruction::$name { $($field),* } => { $($field.set_jump(offset);)* let _ = offset; })* }
            }

            /// The instruction's name.
            pub fn name(&self) -> &'static str {
                match self { $(Instruction::$name { .. } => stringify!($name),)* }
            }

            /// Calls `visit` with each operand and its name, in the order of the table.
            pub fn operands(&self, visit: impl FnMut(&'static str, Operand)) {
                struct Each<F>(F);
                impl<F: FnMut(&'static str, Operand)> Visit for Each<F> {
                    fn operand(&mut self, name: &'static str, operand: Operand) {
                        self.0(name, operand);
                    }
                }
                self.visit(&mut Each(visit));
            }

            /// As [`operands`](Self::operands). If the visitor's method is always inlined, it becomes code of its own
            /// for each instruction, in which the kinds of operands are known.
            ///
            /// In a module for the web, whose size matters more, all visitors share one function.
            #[inline(always)]
            pub(crate) fn visit(&self, visitor: &mut impl Visit) {
                #[inline(never)]
                fn shared(instruction: &Instruction, visitor: &mut dyn Visit) {
                    instruction.show(visitor);
                }
                if cfg!(target_family = "wasm") { shared(self, visitor) } else { self.show(visitor) }
            }

            #[inline(always)]
            fn show(&self, visitor: &mut (impl Visit + ?Sized)) {
                match *self {
                    $(Instruction::$name { $($field),* } => { $(visitor.operand(stringify!($field), $field.describe());)* let _ = &visitor; })*
                }
            }
        }

        /// The places of the instructions in the table.
        #[repr(u8)]
        enum Place {
            $($name,)*
        }

        /// Checks for each instruction, as a constant of its name, the rules of [`attribute::check`] and the
        /// assumptions of the virtual machine's loop.
        #[allow(dead_code, non_upper_case_globals)]
        mod checks {
            use super::*;

            $(const $name: () = {
                attribute::check(Instruction::ATTRIBUTES[Place::$name as usize]);
                // How Rust lays out a variant of an enum with the representation `u8`.
                #[repr(C)]
                struct Variant {
                    place: u8,
                    $($field: $type,)*
                }
                $(assert!(
                    !<$type as Describe>::ATTRIBUTES.has(Attribute::charges)
                        || std::mem::offset_of!(Variant, $field) == Instruction::COST_OFFSET,
                    "the cost is not in the second byte"
                );)*
            };)*
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
    LoadFalseSkip { dst: Output } [skips]
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
    NewCell { register: Block } [has_cell]
    /// `R[dst] = the content of the cell R[cell]`
    GetCell { dst: Output, cell: Input } [has_cell]
    /// `the content of the cell R[cell] = R[src]`
    SetCell { cell: Input, src: Input } [has_cell]
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
    /// `R[dst] = {}`, with room for `array` array elements and `hash` other fields
    NewTable { dst: Output, array: u16, hash: u16 }
    /// `R[table][start + i] = R[table + i]` for `1 <= i <= count`, raw
    SetList { count: u8, table: Block, start: u32 } [constructs]
    /// `R[table][start + i] = R[table + i]` for `1 <= i` up to top, raw
    SetListOpen { table: Block, start: u32 } [takes_open, constructs]

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

    /// `R[dst] = R[left] + right`; if `flipped`, the source has the constant on the left
    AddInteger { flipped: bool, dst: Output, left: Input, right: i16 }
    /// `R[dst] = R[left] - right`
    SubtractInteger { dst: Output, left: Input, right: i16 }
    /// `R[dst] = R[left] + K[right]`, a number; if `flipped`, the source has the constant on the left
    AddConstant { flipped: bool, dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] - K[right]`, a number
    SubtractConstant { dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] * K[right]`, a number; if `flipped`, the source has the constant on the left
    MultiplyConstant { flipped: bool, dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] / K[right]`, a number
    DivideConstant { dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] % K[right]`, a number
    ModuloConstant { dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] ^ K[right]`, a number
    PowerConstant { dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] // K[right]`, a number
    FloorDivideConstant { dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] & K[right]`, an integer; if `flipped`, the source has the constant on the left
    BitAndConstant { flipped: bool, dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] | K[right]`, an integer; if `flipped`, the source has the constant on the left
    BitOrConstant { flipped: bool, dst: Output, left: Input, right: KeyIndex }
    /// `R[dst] = R[left] ~ K[right]`, an integer; if `flipped`, the source has the constant on the left
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
    /// `R[first] = R[first] .. R[first + 1] .. ... .. R[first + count - 1]`; count is at least 2, and the registers
    /// above `R[first]` are lost
    Concat { first: Block, count: u16 }

    // ---- Jumps and tests ----

    /// jump forward
    Jump { offset: JumpOffset } [ends_flow]
    /// jump back, paying for the segment at the target
    JumpBack { cost: Cost, offset: JumpOffset } [jumps_back, ends_flow]
    /// if `R[src]` is neither nil nor false, jump
    JumpIf { src: Input, offset: JumpOffset }
    /// if `R[src]` is nil or false, jump
    JumpIfNot { src: Input, offset: JumpOffset } [negates]
    /// if `R[src]` is neither nil nor false, `R[dst] = R[src]` and jump
    MoveJumpIf { dst: Output, src: Input, offset: ShortJump }
    /// if `R[src]` is nil or false, `R[dst] = R[src]` and jump
    MoveJumpIfNot { dst: Output, src: Input, offset: ShortJump } [negates]
    /// if `R[left] == R[right]`, jump
    JumpIfEqual { left: Input, right: Input, offset: ShortJump }
    /// if not `R[left] == R[right]`, jump
    JumpIfNotEqual { left: Input, right: Input, offset: ShortJump } [negates]
    /// if `R[left] == K[right]`, jump; raw equality with nil, a boolean, a number or a string
    JumpIfEqualConstant { left: Input, right: KeyIndex, offset: ShortJump }
    /// if not `R[left] == K[right]`, jump; raw equality with nil, a boolean, a number or a string
    JumpIfNotEqualConstant { left: Input, right: KeyIndex, offset: ShortJump } [negates]
    /// if `R[left] == right`, an integer, jump
    JumpIfEqualInteger { left: Input, right: i16, offset: ShortJump }
    /// if not `R[left] == right`, an integer, jump
    JumpIfNotEqualInteger { left: Input, right: i16, offset: ShortJump } [negates]
    /// if `R[left] < R[right]`, jump
    JumpIfLess { left: Input, right: Input, offset: ShortJump }
    /// if not `R[left] < R[right]`, jump
    JumpIfNotLess { left: Input, right: Input, offset: ShortJump } [negates]
    /// if `R[left] <= R[right]`, jump
    JumpIfLessEqual { left: Input, right: Input, offset: ShortJump }
    /// if not `R[left] <= R[right]`, jump
    JumpIfNotLessEqual { left: Input, right: Input, offset: ShortJump } [negates]
    /// if `R[left] < right`, jump
    JumpIfLessInteger { left: Input, right: i16, offset: ShortJump }
    /// if not `R[left] < right`, jump
    JumpIfNotLessInteger { left: Input, right: i16, offset: ShortJump } [negates]
    /// if `R[left] <= right`, jump
    JumpIfLessEqualInteger { left: Input, right: i16, offset: ShortJump }
    /// if not `R[left] <= right`, jump
    JumpIfNotLessEqualInteger { left: Input, right: i16, offset: ShortJump } [negates]
    /// if `R[left] > right`, jump
    JumpIfGreaterInteger { left: Input, right: i16, offset: ShortJump }
    /// if not `R[left] > right`, jump
    JumpIfNotGreaterInteger { left: Input, right: i16, offset: ShortJump } [negates]
    /// if `R[left] >= right`, jump
    JumpIfGreaterEqualInteger { left: Input, right: i16, offset: ShortJump }
    /// if not `R[left] >= right`, jump
    JumpIfNotGreaterEqualInteger { left: Input, right: i16, offset: ShortJump } [negates]

    // ---- Loops ----

    /// Prepares a numeric loop over `R[base]` (start, then the loop variable), `R[base + 1]` (limit, then the number of
    /// turns left) and `R[base + 2]` (step); jumps if the loop has no turn.
    ForPrepare { base: Block, offset: JumpOffset } [keeps_loop]
    /// Steps a numeric loop: if it continues, `R[base]` is the next value and the jump is taken.
    ForLoop { cost: Cost, base: Block, offset: JumpOffset } [jumps_back, resumes_loop]
    /// Marks `R[base + 3]`, the closing value, as to be closed unless it is nil or false, puts the first position
    /// beside the control variable `R[base + 2]`, and jumps forward to the loop's `ForGenericCall`.
    ForGenericPrepare { base: Block, offset: JumpOffset } [keeps_loop, marks, ends_flow]
    /// `R[base + 4], ..., R[base + 3 + count] = R[base](R[base + 1], R[base + 2])`; count is at least 1, and the next
    /// instruction is the loop's `ForGenericLoop`. `cost` pays for the landing.
    ForGenericCall { cost: Cost, base: Block, count: u16 } [calls, resumes_loop]
    /// `if R[base + 4] ~= nil then R[base + 2] = R[base + 4]` and jump back
    ForGenericLoop { cost: Cost, base: Block, offset: JumpOffset } [must_follow, jumps_back, keeps_loop]

    // ---- Calls ----

    /// `R[func], ..., R[func + results - 1] = R[func](R[func + 1], ..., R[func + args])`
    Call { cost: Cost, func: Block, args: u16, results: u16 } [calls]
    /// as `Call`, but with the arguments up to top
    CallOpenArgs { cost: Cost, func: Block, results: u16 } [calls, takes_open]
    /// as `Call`, but leaving all results from `R[func]` to top
    CallOpenResults { cost: Cost, func: Block, args: u16 } [calls, leaves_open]
    /// as `Call`, with the arguments up to top and leaving all results from `R[func]` to top
    CallOpen { cost: Cost, func: Block } [calls, takes_open, leaves_open]
    /// `return R[func](R[func + 1], ..., R[func + args])`, in place of the running function
    TailCall { func: Block, args: u16 } [tail_calls]
    /// `return R[func](R[func + 1], ...)` up to top, in place of the running function
    TailCallOpen { func: Block } [tail_calls, takes_open]
    /// return nothing
    Return0 {  } [returns]
    /// `return R[src]`
    Return1 { src: Input } [returns]
    /// `return R[first], ..., R[first + count - 1]`
    Return { first: Block, count: u16 } [returns]
    /// `return R[first], ...` up to top
    ReturnOpen { first: Block } [returns, takes_open]
    /// `R[dst], ..., R[dst + count - 1] = ...`; count is at least 1
    VarArgs { dst: Block, count: u16 }
    /// `R[dst], ... = ...`, leaving top behind the last
    VarArgsOpen { dst: Block } [leaves_open]
    /// Marks `R[register]` as to be closed when its scope ends (`<close>`).
    ToBeClosed { register: Block } [marks]
    /// Closes the variables to be closed in registers from `R[from]` up, last first.
    Close { from: Block }
    /// as `Close`, keeping an open list up to top for the `ReturnOpen` that follows
    CloseOpen { from: Block } [takes_open, leaves_open]

    // ---- Fuel ----

    /// Starts a segment and pays for it.
    Charge { cost: Cost } [starts_segment]
}

const _: () = assert!(size_of::<Instruction>() == 8 && align_of::<Instruction>() == 8);

impl Instruction {
    /// The byte of an instruction that holds its cost, if it has one; a check of the table makes sure of it. A return
    /// finds there what the call pays for landing behind it, whichever call it was.
    pub const COST_OFFSET: usize = 1;

    /// The jump offset, if the instruction may jump.
    #[inline]
    pub fn jump(&self) -> Option<i32> {
        if !self.jumps() {
            return None;
        }
        self.find(|operand| if let Operand::Jump(offset) = operand { Some(offset) } else { None })
    }

    /// The first register of the instruction's run, if it has one.
    pub fn block(&self) -> Option<Register> {
        self.find(|operand| if let Operand::Block(register) = operand { Some(register) } else { None })
    }

    /// The register of the instruction's `Output` operand, if it has one.
    #[inline(always)]
    pub(crate) fn output(&self) -> Option<Register> {
        self.find(|operand| if let Operand::Output(register) = operand { Some(register) } else { None })
    }

    /// What `pick` finds in an operand; an instruction has at most one of a kind that it is asked for.
    #[inline(always)]
    fn find<T>(&self, pick: impl Fn(Operand) -> Option<T>) -> Option<T> {
        struct Found<T, F>(Option<T>, F);
        impl<T, F: Fn(Operand) -> Option<T>> Visit for Found<T, F> {
            #[inline(always)]
            fn operand(&mut self, _: &'static str, operand: Operand) {
                if let Some(found) = self.1(operand) {
                    self.0 = Some(found);
                }
            }
        }
        let mut found = Found(None, pick);
        self.visit(&mut found);
        found.0
    }
}
