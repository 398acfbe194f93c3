//! Writes a chunk: a header, then functions one by one.
//!
//! Functions are passed in singly, each before those nested in it, because the virtual machine keeps them apart and
//! writes large chunks in steps. [`Length`] counts the bytes first, so that the caller can ask for memory.

use super::{FINGERPRINT, Portable, Prototype, SIGNATURE, UNKNOWN_NAME, UNKNOWN_SOURCE, VERSION};
use crate::instruction::Instruction;
use crate::operand::UpvalueIndex;
use crate::positions::Positions;
use crate::prototype::{Capture, Constant, Local, Position, PositionRun, UPVALUE_LIMIT, UpvalueKind};
use crate::sink::ByteSink;

/// Counts bytes without keeping them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Length(pub usize);

impl ByteSink for Length {
    fn put(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }
}

/// Writes one chunk.
#[derive(Clone, Copy, Debug)]
pub struct Writer {
    is_stripped: bool,
    /// The upvalue through which the main function refers to itself.
    ///
    /// Code reads a local function that names itself without an upvalue, although the source has one. A chunk must have
    /// it: the upvalues of a loaded function are new variables and do not hold the function.
    own: Option<u8>,
}

impl Writer {
    /// A writer for a chunk with this main function.
    pub fn new(main: &Prototype, is_stripped: bool) -> Writer {
        let has_own = !main.own_name.is_empty() && main.upvalues.len() < UPVALUE_LIMIT;
        Writer { is_stripped, own: has_own.then_some(main.upvalues.len() as u8) }
    }

    /// Writes the header, which comes before the main function and names this source.
    pub fn put_header(&self, source: &[u8], sink: &mut impl ByteSink) {
        sink.put(SIGNATURE);
        sink.put(&[VERSION]);
        sink.put(&FINGERPRINT.to_le_bytes());
        put_bytes(if self.is_stripped { UNKNOWN_SOURCE } else { source }, sink);
    }

    /// Writes a function without those nested in it, of which `nested_count` follow. The main function has `depth` 0.
    pub fn put_function(&self, prototype: &Prototype, depth: usize, nested_count: usize, sink: &mut impl ByteSink) {
        let is_stripped = self.is_stripped;
        prototype.line_defined.put(sink);
        prototype.last_line_defined.put(sink);
        prototype.parameter_count.put(sink);
        prototype.is_vararg.put(sink);
        prototype.register_count.put(sink);
        prototype.entry_cost.put(sink);
        let own = self.own.filter(|_| depth == 0);
        put_list(&prototype.code, sink, |instruction, sink| match (instruction, own) {
            (Instruction::GetSelf { dst }, Some(own)) => {
                Instruction::GetUpvalue { upvalue: UpvalueIndex(own), dst: *dst }.put(sink);
            }
            _ => instruction.put(sink),
        });
        sink.put(&prototype.live);
        put_list(&prototype.constants, sink, put_constant);
        let own_name: &[u8] = if is_stripped { UNKNOWN_NAME } else { &prototype.own_name };
        ((prototype.upvalues.len() + usize::from(own.is_some())) as u64).put(sink);
        for upvalue in &prototype.upvalues {
            let capture = match (upvalue.capture, self.own) {
                (Capture::Running, Some(own)) if depth == 1 => Capture::Upvalue(own),
                (capture, _) => capture,
            };
            put_upvalue(if is_stripped { UNKNOWN_NAME } else { &upvalue.name }, capture, upvalue.kind, sink);
        }
        if own.is_some() {
            put_upvalue(own_name, Capture::Running, UpvalueKind::Value, sink);
        }
        put_bytes(if own.is_some() || prototype.own_name.is_empty() { b"" } else { own_name }, sink);
        put_list(if is_stripped { &[] } else { &prototype.locals }, sink, put_local);
        let unknown = Positions::default();
        put_positions(if is_stripped { &unknown } else { &prototype.positions }, sink);
        (nested_count as u64).put(sink);
    }
}

/// Writes a whole chunk: a prototype with all its nested ones.
pub fn write(main: &Prototype, is_stripped: bool) -> Vec<u8> {
    let mut chunk = Vec::new();
    let writer = Writer::new(main, is_stripped);
    writer.put_header(&main.source, &mut chunk);
    let mut rest = vec![(main, 0)];
    while let Some((prototype, depth)) = rest.pop() {
        writer.put_function(prototype, depth, prototype.prototypes.len(), &mut chunk);
        rest.extend(prototype.prototypes.iter().rev().map(|nested| (&**nested, depth + 1)));
    }
    chunk
}

fn put_list<T, S: ByteSink>(list: &[T], sink: &mut S, put: impl Fn(&T, &mut S)) {
    (list.len() as u64).put(sink);
    list.iter().for_each(|it| put(it, sink));
}

fn put_bytes(bytes: &[u8], sink: &mut impl ByteSink) {
    (bytes.len() as u64).put(sink);
    sink.put(bytes);
}

fn put_constant(constant: &Constant, sink: &mut impl ByteSink) {
    match constant {
        Constant::Nil => sink.put(&[0]),
        Constant::Boolean(value) => sink.put(&[1 + u8::from(*value)]),
        Constant::Integer(value) => {
            sink.put(&[3]);
            value.put(sink);
        }
        Constant::Float(value) => {
            sink.put(&[4]);
            sink.put(&value.to_le_bytes());
        }
        Constant::String(bytes) => {
            sink.put(&[5]);
            put_bytes(bytes, sink);
        }
    }
}

fn put_upvalue(name: &[u8], capture: Capture, kind: UpvalueKind, sink: &mut impl ByteSink) {
    put_bytes(name, sink);
    match capture {
        Capture::Running => sink.put(&[0]),
        Capture::Register(register) => sink.put(&[1, register]),
        Capture::Upvalue(outer) => sink.put(&[2, outer]),
    }
    matches!(kind, UpvalueKind::Cell).put(sink);
}

fn put_local(local: &Local, sink: &mut impl ByteSink) {
    put_bytes(&local.name, sink);
    local.register.put(sink);
    local.in_cell.put(sink);
    local.start.put(sink);
    local.end.put(sink);
}

/// Instructions and lines are written as differences from the run before.
fn put_positions(positions: &Positions, sink: &mut impl ByteSink) {
    (positions.len() as u64).put(sink);
    let mut last = PositionRun { pc: 0, position: Position::default() };
    for run in positions.iter() {
        run.pc.wrapping_sub(last.pc).put(sink);
        (i64::from(run.position.line) - i64::from(last.position.line)).put(sink);
        run.position.column.put(sink);
        last = run;
    }
}
