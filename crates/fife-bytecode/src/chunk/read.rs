//! Reads arbitrary bytes as a prototype, which is yet to be verified.
//!
//! The length of each list is checked against the remaining bytes before memory is taken for it. Functions are read one
//! after another into those around them, so nesting costs no stack; its depth is limited.

use super::portable::Portable;
use super::{FINGERPRINT, PUC_SIGNATURE, SIGNATURE, VERSION};
use crate::instruction::Instruction;
use crate::positions::Positions;
use crate::prototype::{
    Capture, Constant, Local, Position, PositionRun, Prototype, Upvalue, UpvalueKind, block_bytes, shared_name,
};
use crate::text::Text;
use crate::verify::NESTING_LIMIT;
use std::fmt;
use std::sync::Arc;

/// Why bytes are not a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// They do not start like one.
    NotAChunk,
    /// They are a precompiled chunk of PUC-Rio Lua.
    PucRio,
    /// They were written by a Fife with another format or other instructions.
    Version,
    /// They end too early.
    Truncated,
    /// They contain something impossible.
    Corrupted,
    /// Functions are nested too deeply.
    Nesting,
    /// There is not enough memory for the contents.
    Memory,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ReadError::NotAChunk => "not a binary chunk",
            ReadError::PucRio => "PUC-Rio Lua bytecode is not supported",
            ReadError::Version => "version mismatch",
            ReadError::Truncated => "truncated chunk",
            ReadError::Corrupted => "corrupted chunk",
            ReadError::Nesting => "functions nested too deeply",
            ReadError::Memory => "not enough memory",
        })
    }
}

impl std::error::Error for ReadError {}

/// Reads a chunk and ignores what follows it.
///
/// `memory` is asked for the bytes of everything before it is made. What it grants is not given back here.
///
/// # Errors
///
/// Says why the bytes are not a chunk.
pub fn read(bytes: &[u8], memory: &mut dyn FnMut(usize) -> bool) -> Result<Prototype, ReadError> {
    let mut reader = Reader::new(bytes, memory);
    reader.header()?;
    let source: Arc<[u8]> = {
        let length = reader.count(1)?;
        reader.ask(length)?;
        // PUC-Rio Lua's chunk names are C strings and end at a NUL, too.
        let name = reader.bytes(length)?.split(|byte| *byte == 0).next().unwrap_or_default();
        shared_name(name).ok_or(ReadError::Memory)?
    };
    let mut outer: Vec<Unfinished> = Vec::new();
    loop {
        let mut function = reader.function(&source)?;
        while function.nested.len() == function.nested_count {
            let mut whole = function.prototype;
            whole.prototypes = function.nested.into();
            let Some(around) = outer.pop() else { return Ok(whole) };
            function = around;
            function.nested.push(Box::new(whole));
        }
        if outer.len() >= NESTING_LIMIT {
            return Err(ReadError::Nesting);
        }
        outer.push(function);
    }
}

/// A function with nested functions still to be read.
struct Unfinished {
    prototype: Prototype,
    #[expect(clippy::vec_box, reason = "as in the prototype that they become part of")]
    nested: Vec<Box<Prototype>>,
    nested_count: usize,
}

/// The remaining bytes of a chunk.
pub(crate) struct Reader<'a, 'b> {
    rest: &'a [u8],
    memory: &'b mut dyn FnMut(usize) -> bool,
}

/// The fewest bytes that the elements of each list take.
mod least {
    pub(super) const INSTRUCTION: usize = 2;
    pub(super) const CONSTANT: usize = 1;
    pub(super) const UPVALUE: usize = 3;
    pub(super) const LOCAL: usize = 5;
    pub(super) const POSITION: usize = 3;
    pub(super) const FUNCTION: usize = 13;
}

impl<'a, 'b> Reader<'a, 'b> {
    pub(crate) fn new(bytes: &'a [u8], memory: &'b mut dyn FnMut(usize) -> bool) -> Reader<'a, 'b> {
        Reader { rest: bytes, memory }
    }

    pub(crate) fn byte(&mut self) -> Result<u8, ReadError> {
        let (first, rest) = self.rest.split_first().ok_or(ReadError::Truncated)?;
        self.rest = rest;
        Ok(*first)
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], ReadError> {
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or(ReadError::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(ReadError::Truncated)?;
        self.rest = rest;
        Ok(*bytes)
    }

    /// Asks for memory.
    fn ask(&mut self, bytes: usize) -> Result<(), ReadError> {
        if (self.memory)(bytes) { Ok(()) } else { Err(ReadError::Memory) }
    }

    /// An empty vector with room for `count` items.
    fn room<T>(&mut self, count: usize) -> Result<Vec<T>, ReadError> {
        self.ask(block_bytes(count.saturating_mul(size_of::<T>())))?;
        let mut room = Vec::new();
        room.try_reserve_exact(count).map_err(|_| ReadError::Memory)?;
        Ok(room)
    }

    /// The length of a list whose elements take at least `least` bytes each.
    fn count(&mut self, least: usize) -> Result<usize, ReadError> {
        let count = u64::take(self)?;
        let count = usize::try_from(count).ok().filter(|count| *count <= self.rest.len() / least);
        count.ok_or(ReadError::Truncated)
    }

    fn list<T>(
        &mut self,
        least: usize,
        mut take: impl FnMut(&mut Self) -> Result<T, ReadError>,
    ) -> Result<Box<[T]>, ReadError> {
        let count = self.count(least)?;
        let mut list = self.room(count)?;
        for _ in 0..count {
            list.push(take(self)?);
        }
        Ok(list.into())
    }

    fn text(&mut self) -> Result<Text, ReadError> {
        let length = self.count(1)?;
        let bytes = self.bytes(length)?;
        self.ask(Text::bytes_for(length))?;
        Text::copy(bytes).ok_or(ReadError::Memory)
    }

    fn copy(&mut self, length: usize) -> Result<Box<[u8]>, ReadError> {
        let mut copy = self.room(length)?;
        copy.extend_from_slice(self.bytes(length)?);
        Ok(copy.into())
    }

    fn header(&mut self) -> Result<(), ReadError> {
        for (at, expected) in SIGNATURE.iter().enumerate() {
            match self.rest.get(at) {
                None => return Err(ReadError::Truncated),
                Some(byte) if byte == expected => {}
                Some(_) if self.rest.starts_with(PUC_SIGNATURE) => return Err(ReadError::PucRio),
                Some(_) => return Err(ReadError::NotAChunk),
            }
        }
        self.rest = &self.rest[SIGNATURE.len()..];
        if self.byte()? != VERSION || u32::from_le_bytes(self.array()?) != FINGERPRINT {
            return Err(ReadError::Version);
        }
        Ok(())
    }

    fn function(&mut self, source: &Arc<[u8]>) -> Result<Unfinished, ReadError> {
        let (line_defined, last_line_defined) = (u32::take(self)?, u32::take(self)?);
        let parameter_count = self.byte()?;
        let is_vararg = bool::take(self)?;
        let (register_count, entry_cost) = (self.byte()?, self.byte()?);
        let code = self.list(least::INSTRUCTION, Instruction::take)?;
        let live = self.copy(code.len())?;
        let constants = self.list(least::CONSTANT, Reader::constant)?;
        let upvalues = self.list(least::UPVALUE, Reader::upvalue)?;
        let own_name = self.text()?;
        let locals = self.list(least::LOCAL, Reader::local)?;
        let mut last = PositionRun { pc: 0, position: Position::default() };
        let runs = self.list(least::POSITION, |reader| {
            last = reader.position(last)?;
            Ok(last)
        })?;
        let positions = Positions::new(&runs, |bytes| self.ask(block_bytes(bytes)).is_ok()).ok_or(ReadError::Memory)?;
        let nested_count = self.count(least::FUNCTION)?;
        self.ask(nested_count.saturating_mul(block_bytes(size_of::<Prototype>())))?;
        let nested = self.room(nested_count)?;
        let prototype = Prototype {
            source: source.clone(),
            line_defined,
            last_line_defined,
            parameter_count,
            is_vararg,
            register_count,
            entry_cost,
            code,
            live,
            constants,
            upvalues,
            own_name,
            prototypes: [].into(),
            locals,
            positions,
        };
        Ok(Unfinished { prototype, nested, nested_count })
    }

    fn constant(&mut self) -> Result<Constant, ReadError> {
        Ok(match self.byte()? {
            0 => Constant::Nil,
            1 => Constant::Boolean(false),
            2 => Constant::Boolean(true),
            3 => Constant::Integer(i64::take(self)?),
            4 => Constant::Float(f64::from_le_bytes(self.array()?)),
            5 => Constant::String(self.text()?),
            _ => return Err(ReadError::Corrupted),
        })
    }

    fn upvalue(&mut self) -> Result<Upvalue, ReadError> {
        let name = self.text()?;
        let capture = match self.byte()? {
            0 => Capture::Running,
            1 => Capture::Register(self.byte()?),
            2 => Capture::Upvalue(self.byte()?),
            _ => return Err(ReadError::Corrupted),
        };
        let kind = if bool::take(self)? { UpvalueKind::Cell } else { UpvalueKind::Value };
        Ok(Upvalue { name, capture, kind })
    }

    fn local(&mut self) -> Result<Local, ReadError> {
        let name = self.text()?;
        let (register, in_cell) = (self.byte()?, bool::take(self)?);
        let (start, end) = (u32::take(self)?, u32::take(self)?);
        Ok(Local { name, register, in_cell, start, end })
    }

    fn position(&mut self, last: PositionRun) -> Result<PositionRun, ReadError> {
        let pc = last.pc.checked_add(u32::take(self)?).ok_or(ReadError::Corrupted)?;
        let line = i64::from(last.position.line).checked_add(i64::take(self)?);
        let line = line.and_then(|line| u32::try_from(line).ok()).ok_or(ReadError::Corrupted)?;
        Ok(PositionRun { pc, position: Position { line, column: u32::take(self)? } })
    }
}
