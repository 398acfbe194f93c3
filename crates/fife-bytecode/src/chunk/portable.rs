//! How single values are written: numbers, and operands of instructions by type.

use super::read::{ReadError, Reader};
use crate::operand::{
    Block, ConstantIndex, Cost, Input, JumpOffset, KeyIndex, Output, PrototypeIndex, Register, ShortJump, UpvalueIndex,
};
use crate::sink::ByteSink;

/// A value that can be written to a chunk and read back.
pub(crate) trait Portable: Sized {
    fn put(&self, sink: &mut impl ByteSink);
    fn take(reader: &mut Reader<'_, '_>) -> Result<Self, ReadError>;
}

impl Portable for u64 {
    fn put(&self, sink: &mut impl ByteSink) {
        let mut rest = *self;
        while rest >= 0x80 {
            sink.put(&[rest as u8 | 0x80]);
            rest >>= 7;
        }
        sink.put(&[rest as u8]);
    }
    fn take(reader: &mut Reader<'_, '_>) -> Result<Self, ReadError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = reader.byte()?;
            let group = u64::from(byte & 0x7F);
            if group << shift >> shift != group {
                return Err(ReadError::Corrupted);
            }
            number |= group << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(ReadError::Corrupted)
    }
}

impl Portable for i64 {
    fn put(&self, sink: &mut impl ByteSink) {
        (self.cast_unsigned() << 1 ^ (self >> 63).cast_unsigned()).put(sink);
    }
    fn take(reader: &mut Reader<'_, '_>) -> Result<Self, ReadError> {
        let folded = u64::take(reader)?;
        Ok((folded >> 1).cast_signed() ^ -(folded & 1).cast_signed())
    }
}

impl Portable for u8 {
    fn put(&self, sink: &mut impl ByteSink) {
        sink.put(&[*self]);
    }
    fn take(reader: &mut Reader<'_, '_>) -> Result<Self, ReadError> {
        reader.byte()
    }
}

impl Portable for bool {
    fn put(&self, sink: &mut impl ByteSink) {
        sink.put(&[u8::from(*self)]);
    }
    fn take(reader: &mut Reader<'_, '_>) -> Result<Self, ReadError> {
        match reader.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(ReadError::Corrupted),
        }
    }
}

/// Types written as another type, into which they fit.
macro_rules! written_as {
    ($wide:ty: $($type:ty),*) => {$(
        impl Portable for $type {
            fn put(&self, sink: &mut impl ByteSink) {
                <$wide>::from(*self).put(sink);
            }
            fn take(reader: &mut Reader<'_, '_>) -> Result<Self, ReadError> {
                <$wide>::take(reader)?.try_into().map_err(|_| ReadError::Corrupted)
            }
        }
    )*};
}
written_as!(u64: u16, u32);
written_as!(i64: i16, i32);

/// Types written as their only field.
macro_rules! wrapped {
    ($($type:ident)*) => {$(
        impl Portable for $type {
            fn put(&self, sink: &mut impl ByteSink) {
                self.0.put(sink);
            }
            fn take(reader: &mut Reader<'_, '_>) -> Result<Self, ReadError> {
                Portable::take(reader).map($type)
            }
        }
    )*};
}
wrapped!(Input Output Block ConstantIndex PrototypeIndex UpvalueIndex ShortJump JumpOffset Cost);

impl Portable for Register {
    fn put(&self, sink: &mut impl ByteSink) {
        sink.put(&[self.index() as u8]);
    }
    fn take(reader: &mut Reader<'_, '_>) -> Result<Self, ReadError> {
        reader.byte().map(Register::new)
    }
}

impl Portable for KeyIndex {
    fn put(&self, sink: &mut impl ByteSink) {
        (self.index() as u64).put(sink);
    }
    fn take(reader: &mut Reader<'_, '_>) -> Result<Self, ReadError> {
        let index = usize::try_from(u64::take(reader)?).ok();
        index.and_then(KeyIndex::new).ok_or(ReadError::Corrupted)
    }
}
