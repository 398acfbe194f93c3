//! From source text to a function.

use crate::object::{CellObject, Charge, ClosureObject, Context, Function, PrototypeObject, Slot, Value};
use fife_arena::OutOfMemory;
use fife_bytecode::{Prototype, UpvalueKind, Verified};
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
    ctx: Context<'gc>,
    memory: &'a mut Charge,
}

impl Meter for HeapMeter<'_, '_> {
    fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.memory.grow(self.ctx, bytes).map_err(|OutOfMemory| Refused)
    }
    fn give(&mut self, bytes: usize) {
        self.memory.shrink(self.ctx, bytes);
    }
}

enum Stage {
    Parsed(fife_compiler::Parsed),
    Generated(Prototype),
    Verified(Verified),
}

/// A chunk on its way from source text to a function, in four stages of about the same length: parsing, generating,
/// verifying, and moving to the heap. For large sources each has a step of its own.
pub(crate) struct Loading {
    stage: Stage,
    /// What the stage holds outside of the heap.
    memory: Charge,
}

/// What a stage of loading comes to.
#[allow(clippy::large_enum_variant, reason = "it is passed on at once")]
pub(crate) enum Loaded<'gc> {
    More(Loading),
    Function(Function<'gc>),
}

impl Loading {
    /// The first stage. `name` is as in Lua's `load`: `@file`, `=text`, or the source itself.
    pub(crate) fn begin(ctx: Context<'_>, source: &[u8], name: &[u8]) -> Result<Loading, LoadFailure> {
        if source.len() > ctx.state().limits.source_bytes {
            return Err(LoadFailure::TooLong);
        }
        let mut memory = Charge::take(ctx, 0).map_err(|OutOfMemory| LoadFailure::Memory)?;
        let parsed = fife_compiler::parse(source, name, &mut HeapMeter { ctx, memory: &mut memory })?;
        Ok(Loading { stage: Stage::Parsed(parsed), memory })
    }

    /// The next stage. The function gets `environment` for its `_ENV`.
    pub(crate) fn advance<'gc>(self, ctx: Context<'gc>, environment: Value<'gc>) -> Result<Loaded<'gc>, LoadFailure> {
        let Loading { stage, mut memory } = self;
        let stage = match stage {
            Stage::Parsed(parsed) => Stage::Generated(parsed.generate(&mut HeapMeter { ctx, memory: &mut memory })?),
            Stage::Generated(prototype) => {
                let verified = fife_bytecode::verify(prototype);
                Stage::Verified(verified.map_err(|error| LoadFailure::Internal(error.to_string()))?)
            }
            Stage::Verified(verified) => {
                // From here on the heap's objects count for themselves.
                let held = memory.bytes();
                memory.shrink(ctx, held);
                let function = instantiate(ctx, verified, environment).map_err(|OutOfMemory| LoadFailure::Memory)?;
                return Ok(Loaded::Function(function));
            }
        };
        Ok(Loaded::More(Loading { stage, memory }))
    }
}

impl From<CompileError> for LoadFailure {
    fn from(error: CompileError) -> LoadFailure {
        match error {
            CompileError::Syntax(error) => LoadFailure::Syntax(error),
            _ => LoadFailure::Memory,
        }
    }
}

/// Makes a function of a verified chunk.
fn instantiate<'gc>(
    ctx: Context<'gc>,
    verified: Verified,
    environment: Value<'gc>,
) -> Result<Function<'gc>, OutOfMemory> {
    let prototype = PrototypeObject::load(ctx, verified)?;
    let upvalues = &prototype.chunk.upvalues;
    let first = match upvalues.first().map(|upvalue| upvalue.kind) {
        Some(UpvalueKind::Cell) => Slot::cell(CellObject::allocate(ctx.mc(), Slot::from(environment))?),
        _ => Slot::from(environment),
    };
    let closure = ClosureObject::allocate(ctx.mc(), prototype, upvalues.len(), ctx.next_serial())?;
    if !upvalues.is_empty() {
        ClosureObject::set_upvalue(closure, ctx.mc(), 0, first);
    }
    Ok(Function::Closure(closure))
}

/// Compiles and verifies a chunk, and makes a function of it: all stages at once. The caller charges fuel.
pub(crate) fn load_chunk<'gc>(
    ctx: Context<'gc>,
    source: &[u8],
    name: &[u8],
    environment: Value<'gc>,
) -> Result<Function<'gc>, LoadFailure> {
    let mut loading = Loading::begin(ctx, source, name)?;
    loop {
        match loading.advance(ctx, environment)? {
            Loaded::More(more) => loading = more,
            Loaded::Function(function) => return Ok(function),
        }
    }
}
