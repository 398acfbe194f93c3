//! The operands of an instruction: registers, constants, upvalues, jumps, counts.
//!
//! Each kind of operand is a type. So a register cannot be taken for a constant, and the verifier, the disassembler and
//! the naming of variables learn what an instruction touches from its declaration in `instruction.rs` alone. Registers,
//! constants used as keys and upvalues are held as byte offsets of 16-byte slots, which saves the interpreter a shift
//! on its hottest path (about two machine instructions per operand).

use std::fmt;

/// The size of a register, a constant or an upvalue in the virtual machine's memory, in bytes.
pub const SLOT_SIZE: u16 = 16;

/// The most registers one function may use, as in PUC-Rio Lua (`MAXREGS`).
pub const REGISTER_LIMIT: usize = 255;

/// A register of the running function, numbered from its base.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Register(u16);

impl Register {
    /// The register with this number.
    #[inline]
    pub const fn new(index: u8) -> Register {
        Register(index as u16 * SLOT_SIZE)
    }

    /// The register at a byte offset from an unverified chunk, which may be wrong.
    #[inline]
    pub const fn from_offset(offset: u16) -> Register {
        Register(offset)
    }

    /// Its number.
    #[inline]
    pub const fn index(self) -> usize {
        (self.0 / SLOT_SIZE) as usize
    }

    /// Its distance from the base in bytes.
    #[inline]
    pub const fn offset(self) -> usize {
        self.0 as usize
    }

    /// Whether the offset is a multiple of the slot size.
    #[inline]
    pub(crate) const fn is_aligned(self) -> bool {
        self.0.is_multiple_of(SLOT_SIZE)
    }

    /// Whether the offset is a multiple of the slot size and within the register limit.
    #[inline]
    pub const fn is_well_formed(self) -> bool {
        self.0.is_multiple_of(SLOT_SIZE) && self.index() < REGISTER_LIMIT
    }
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.index())
    }
}

/// A register that the instruction reads.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Input(pub Register);

/// A register that the instruction writes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Output(pub Register);

/// The first of a run of registers, which each instruction uses in its own way.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Block(pub Register);

macro_rules! register_role {
    ($($name:ident),*) => {$(
        impl $name {
            /// The operand for the register with this number.
            #[inline]
            pub const fn new(index: u8) -> $name {
                $name(Register::new(index))
            }
            /// The register's number.
            #[inline]
            pub const fn index(self) -> usize {
                self.0.index()
            }
            /// The register's distance from the base in bytes.
            #[inline]
            pub const fn offset(self) -> usize {
                self.0.offset()
            }
        }
        impl From<Register> for $name {
            fn from(register: Register) -> $name {
                $name(register)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}
register_role!(Input, Output, Block);

/// One of the first 4,096 constants, as a byte offset: as many as fit beside two registers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct KeyIndex(u16);

impl KeyIndex {
    /// The number of constants that a `KeyIndex` can name.
    pub const LIMIT: usize = 4096;

    /// The operand for the constant with this number, if it is small enough.
    #[inline]
    pub const fn new(index: usize) -> Option<KeyIndex> {
        if index < KeyIndex::LIMIT { Some(KeyIndex(index as u16 * SLOT_SIZE)) } else { None }
    }

    /// The constant's number.
    #[inline]
    pub const fn index(self) -> usize {
        (self.0 / SLOT_SIZE) as usize
    }

    /// The constant's distance from the first in bytes.
    #[inline]
    pub const fn offset(self) -> usize {
        self.0 as usize
    }

    /// Whether the offset is a multiple of the slot size.
    #[inline]
    pub const fn is_well_formed(self) -> bool {
        self.0.is_multiple_of(SLOT_SIZE)
    }
}

impl fmt::Debug for KeyIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "k{}", self.index())
    }
}

/// The number of a constant of the prototype.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct ConstantIndex(pub u32);

impl fmt::Debug for ConstantIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "k{}", self.0)
    }
}

/// The number of a prototype nested in this one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct PrototypeIndex(pub u32);

impl fmt::Debug for PrototypeIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p{}", self.0)
    }
}

/// An upvalue of the running closure.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct UpvalueIndex(pub u8);

impl UpvalueIndex {
    /// The upvalue's number.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Debug for UpvalueIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "u{}", self.0)
    }
}

/// A forward jump from a conditional instruction, counted in instructions from the next one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct ShortJump(pub i16);

impl fmt::Debug for ShortJump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+}", self.0)
    }
}

/// A jump, counted in instructions from the next one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct JumpOffset(pub i32);

impl fmt::Debug for JumpOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+}", self.0)
    }
}

/// The fuel for the code that follows: the number of instructions from the landing point to the end of its segment, 1
/// to [`SEGMENT_LIMIT`](crate::SEGMENT_LIMIT).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Cost(pub u8);

impl fmt::Debug for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.0)
    }
}
