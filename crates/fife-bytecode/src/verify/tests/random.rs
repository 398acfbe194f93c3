//! Random instructions and random changes to prototypes.

use crate::instruction::Instruction;
use crate::operand::{
    Block, ConstantIndex, Cost, Input, JumpOffset, KeyIndex, Output, PrototypeIndex, Register, ShortJump, UpvalueIndex,
};
use crate::prototype::{Local, Prototype};

/// Steele, Lea and Flood's SplitMix64: the same numbers in every run.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// True once in `once_in` times.
    pub(crate) fn chance(&mut self, once_in: usize) -> bool {
        self.below(once_in) == 0
    }

    /// Usually a small number, sometimes any.
    fn number(&mut self, small: usize) -> u64 {
        if self.chance(40) { self.next() } else { self.below(small) as u64 }
    }

    fn offset(&mut self) -> i64 {
        if self.chance(40) { self.next() as i64 } else { self.below(24) as i64 - 12 }
    }
}

trait Random {
    fn random(rng: &mut Rng) -> Self;
}

macro_rules! random {
    ($($type:ty: |$rng:ident| $make:expr;)*) => {$(
        impl Random for $type {
            fn random($rng: &mut Rng) -> Self {
                $make
            }
        }
    )*};
}
random! {
    Register: |rng| if rng.chance(100) { Register::from_offset(rng.next() as u16) } else { Register::new(rng.number(8) as u8) };
    Input: |rng| Input(Register::random(rng));
    Output: |rng| Output(Register::random(rng));
    Block: |rng| Block(Register::random(rng));
    KeyIndex: |rng| KeyIndex::new(rng.number(6) as usize % KeyIndex::LIMIT).expect("below the limit");
    ConstantIndex: |rng| ConstantIndex(rng.number(6) as u32);
    PrototypeIndex: |rng| PrototypeIndex(rng.number(4) as u32);
    UpvalueIndex: |rng| UpvalueIndex(rng.number(3) as u8);
    ShortJump: |rng| ShortJump(rng.offset() as i16);
    JumpOffset: |rng| JumpOffset(rng.offset() as i32);
    Cost: |rng| Cost(rng.number(66) as u8);
    u8: |rng| rng.number(4) as u8;
    u16: |rng| rng.number(4) as u16;
    u32: |rng| rng.number(4) as u32;
    i16: |rng| rng.number(4) as i16;
    i32: |rng| rng.number(4) as i32;
    bool: |rng| rng.chance(2);
}

macro_rules! instructions {
    ($($name:ident($($field:ident),*))*) => {
        /// The names of the instructions below; a test checks that none is missing.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// An instruction with random operands.
        pub(crate) fn instruction(rng: &mut Rng) -> Instruction {
            let choice = rng.below(NAMES.len());
            of_kind(NAMES[choice], rng)
        }

        /// An instruction of this name, with random operands.
        pub(crate) fn of_kind(name: &str, rng: &mut Rng) -> Instruction {
            match name {
                $(stringify!($name) => Instruction::$name { $($field: Random::random(rng)),* },)*
                _ => panic!("no instruction {name}"),
            }
        }

        /// Changes one operand.
        fn change(instruction: &mut Instruction, rng: &mut Rng) {
            match instruction {
                $(Instruction::$name { $($field),* } => {
                    let count = <[&str]>::len(&[$(stringify!($field)),*]);
                    #[allow(unused_mut)]
                    let mut choice = if count == 0 { 0 } else { rng.below(count) };
                    $(
                        if choice == 0 {
                            *$field = Random::random(rng);
                        }
                        choice = choice.wrapping_sub(1);
                    )*
                    let _ = choice;
                })*
            }
        }
    };
}
instructions! {
    Move(dst, src) LoadInteger(dst, value) LoadConstant(dst, constant) LoadNil(first, count) LoadFalse(dst)
    LoadFalseSkip(dst) LoadTrue(dst)
    GetUpvalue(upvalue, dst) GetUpvalueCell(upvalue, dst) SetUpvalueCell(upvalue, src) NewCell(register)
    GetCell(dst, cell) SetCell(cell, src) GetSelf(dst) Closure(dst, prototype)
    GetUpvalueField(upvalue, dst, key) SetUpvalueField(upvalue, key, value) GetIndex(dst, table, key)
    GetIndexInteger(dst, table, key) GetField(dst, table, key) SetIndex(table, key, value)
    SetIndexInteger(table, key, value) SetField(table, key, value) SelfField(dst, object, key)
    NewTable(dst, array, hash) SetList(count, table, start) SetListOpen(table, start)
    Add(dst, left, right) Subtract(dst, left, right) Multiply(dst, left, right) Divide(dst, left, right)
    Modulo(dst, left, right) Power(dst, left, right) FloorDivide(dst, left, right) BitAnd(dst, left, right)
    BitOr(dst, left, right) BitXor(dst, left, right) ShiftLeft(dst, left, right) ShiftRight(dst, left, right)
    AddInteger(flipped, dst, left, right) SubtractInteger(dst, left, right)
    AddConstant(flipped, dst, left, right) SubtractConstant(dst, left, right)
    MultiplyConstant(flipped, dst, left, right) DivideConstant(dst, left, right) ModuloConstant(dst, left, right)
    PowerConstant(dst, left, right) FloorDivideConstant(dst, left, right) BitAndConstant(flipped, dst, left, right)
    BitOrConstant(flipped, dst, left, right) BitXorConstant(flipped, dst, left, right)
    ShiftLeftInteger(dst, left, right) ShiftRightInteger(dst, left, right)
    Negate(dst, src) BitNot(dst, src) Not(dst, src) Length(dst, src) Concat(first, count)
    Jump(offset) JumpBack(cost, offset) JumpIf(src, offset) JumpIfNot(src, offset) MoveJumpIf(dst, src, offset)
    MoveJumpIfNot(dst, src, offset) JumpIfEqual(left, right, offset) JumpIfNotEqual(left, right, offset)
    JumpIfEqualConstant(left, right, offset) JumpIfNotEqualConstant(left, right, offset)
    JumpIfEqualInteger(left, right, offset) JumpIfNotEqualInteger(left, right, offset)
    JumpIfLess(left, right, offset) JumpIfNotLess(left, right, offset)
    JumpIfLessEqual(left, right, offset) JumpIfNotLessEqual(left, right, offset)
    JumpIfLessInteger(left, right, offset) JumpIfNotLessInteger(left, right, offset)
    JumpIfLessEqualInteger(left, right, offset) JumpIfNotLessEqualInteger(left, right, offset)
    JumpIfGreaterInteger(left, right, offset) JumpIfNotGreaterInteger(left, right, offset)
    JumpIfGreaterEqualInteger(left, right, offset) JumpIfNotGreaterEqualInteger(left, right, offset)
    ForPrepare(base, offset) ForLoop(cost, base, offset) ForGenericPrepare(base, offset)
    ForGenericCall(cost, base, count) ForGenericLoop(cost, base, offset)
    Call(cost, func, args, results) CallOpenArgs(cost, func, results) CallOpenResults(cost, func, args)
    CallOpen(cost, func) TailCall(func, args) TailCallOpen(func) Return0() Return1(src) Return(first, count)
    ReturnOpen(first) VarArgs(dst, count) VarArgsOpen(dst) ToBeClosed(register) Close(from) CloseOpen(from)
    Charge(cost)
}

/// Changes a prototype in one place.
pub(crate) fn mutate(prototype: &mut Prototype, rng: &mut Rng) {
    let pc = rng.below(prototype.code.len());
    match rng.below(26) {
        0..10 => change(&mut prototype.code[pc], rng),
        10..14 => prototype.code[pc] = instruction(rng),
        14..18 => {
            let end = pc + 1 + rng.below(prototype.code.len() - pc);
            let up = rng.chance(2);
            for live in &mut prototype.live[pc..end] {
                *live = if up { live.wrapping_add(1) } else { live.wrapping_sub(1) };
            }
        }
        18 => {
            let other = rng.below(prototype.code.len());
            prototype.code.swap(pc, other);
        }
        19..22 => {
            let (mut code, mut live) = (prototype.code.to_vec(), prototype.live.to_vec());
            if rng.chance(2) && code.len() > 1 {
                code.remove(pc);
                live.remove(pc);
            } else {
                code.insert(pc, instruction(rng));
                live.insert(pc, live[pc]);
            }
            (prototype.code, prototype.live) = (code.into(), live.into());
        }
        22..24 => {
            let mut locals = prototype.locals.to_vec();
            if locals.len() < 4 {
                let start = rng.below(prototype.code.len()) as u32;
                let name = if rng.chance(4) { *b"(x" } else { *b"xx" };
                locals.push(Local { name: name.into(), register: u8::random(rng), in_cell: false, start, end: start });
            }
            let which = rng.below(locals.len());
            locals[which].end = locals[which].end.saturating_add(rng.below(prototype.code.len()) as u32);
            if rng.chance(4) {
                locals.swap_remove(which);
            }
            prototype.locals = locals.into();
        }
        24 => prototype.register_count = u8::random(rng).wrapping_add(4),
        _ => prototype.entry_cost = Cost::random(rng).0,
    }
}
