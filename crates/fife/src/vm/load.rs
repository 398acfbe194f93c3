//! From source text to a function.

use crate::object::{CellObject, ClosureObject, Context, Function, PrototypeObject, Slot, Value};
use fife_arena::{Mutation, OutOfMemory};
use fife_bytecode::UpvalueKind;
use fife_compiler::{CompileError, Meter, Refused};

/// Why a chunk was not loaded.
pub(crate) enum LoadFailure {
    /// It is not Lua; the message as Lua shows it.
    Syntax(fife_compiler::SyntaxError),
    /// There is no memory for it.
    Memory,
    /// It is longer than the limit on source text.
    TooLong,
    /// The compiler's output was refused by the verifier: a mistake in Fife.
    Internal(String),
}

/// Connects the compiler's memory to the count of held bytes.
struct HeapMeter<'a, 'gc> {
    mc: &'a Mutation<'gc>,
    taken: usize,
}

impl Meter for HeapMeter<'_, '_> {
    fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.mc.charge_external(bytes).map_err(|OutOfMemory| Refused)?;
        self.taken += bytes;
        Ok(())
    }
    fn give(&mut self, bytes: usize) {
        let bytes = bytes.min(self.taken);
        self.taken -= bytes;
        self.mc.discharge_external(bytes);
    }
}

impl Drop for HeapMeter<'_, '_> {
    /// What is left is the prototype, which charges for itself.
    fn drop(&mut self) {
        self.mc.discharge_external(self.taken);
    }
}

/// Compiles and verifies a chunk, and makes a function of it with `environment` for its `_ENV`.
///
/// `name` is as in Lua's `load`: `@file`, `=text`, or the source itself. The caller charges fuel.
pub(crate) fn load_chunk<'gc>(
    ctx: Context<'gc>,
    source: &[u8],
    name: &[u8],
    environment: Value<'gc>,
) -> Result<Function<'gc>, LoadFailure> {
    if source.len() > ctx.state().limits.source_bytes {
        return Err(LoadFailure::TooLong);
    }
    let prototype = {
        let mut meter = HeapMeter { mc: ctx.mc(), taken: 0 };
        let compiled = fife_compiler::compile(source, name, &mut meter).map_err(|error| match error {
            CompileError::Syntax(error) => LoadFailure::Syntax(error),
            _ => LoadFailure::Memory,
        })?;
        let verified = fife_bytecode::verify(compiled).map_err(|error| LoadFailure::Internal(error.to_string()))?;
        PrototypeObject::load(ctx, verified).map_err(|OutOfMemory| LoadFailure::Memory)?
    };
    let upvalues = &prototype.chunk.upvalues;
    let first = match upvalues.first().map(|upvalue| upvalue.kind) {
        Some(UpvalueKind::Cell) => {
            let cell = CellObject::allocate(ctx.mc(), Slot::from(environment)).map_err(|_| LoadFailure::Memory)?;
            Slot::cell(cell)
        }
        _ => Slot::from(environment),
    };
    let closure = ClosureObject::allocate(ctx.mc(), prototype, upvalues.len(), ctx.next_serial())
        .map_err(|OutOfMemory| LoadFailure::Memory)?;
    if !upvalues.is_empty() {
        ClosureObject::set_upvalue(closure, ctx.mc(), 0, first);
    }
    Ok(Function::Closure(closure))
}
