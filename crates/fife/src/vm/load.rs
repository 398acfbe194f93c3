//! Makes functions from source text or binary chunks.
//!
//! A binary chunk may come from anywhere. It is read only where the host allows that, and must then pass the verifier,
//! as the compiler's output must.

use crate::object::{
    Arriving, CellObject, ClosureObject, Context, Function, HeldBytes, Moving, PrototypeObject, Slot, Value,
};
use fife_arena::{Blocks, Collect, Gc, OutOfMemory};
use fife_bytecode::chunk::{self, ReadError, SIGNATURE};
use fife_bytecode::verify::{Refusal, Verification};
use fife_bytecode::{Prototype, UpvalueKind, Verified};
use fife_compiler::chunk_name::short_name;
use fife_compiler::{CompileError, Generated, Generation, Meter, Refused, Work};

/// Why a chunk was not loaded.
pub(crate) enum LoadFailure {
    /// It is not valid Lua; the message as Lua shows it.
    Syntax(Box<fife_compiler::SyntaxError>),
    /// There is not enough memory.
    Memory,
    /// The source text is longer than the limit.
    TooLong,
    /// It is a binary chunk that was refused; the message as Lua shows it.
    Binary(Vec<u8>),
    /// The verifier refused the compiler's output: a bug in Fife.
    Internal(String),
}

/// Reports the compiler's memory to the count of held bytes.
struct HeapMeter<'a, 'gc> {
    ctx: Context<'gc>,
    memory: &'a mut HeldBytes,
}

// A block that one vector has left and no other has taken counts as kept. So each byte counts once, wherever it is.
impl Meter for HeapMeter<'_, '_> {
    fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        let Some(lent) = Blocks::lent_bytes() else {
            return self.memory.grow(self.ctx, bytes).map_err(|OutOfMemory| Refused);
        };
        let mut kept = self.ctx.state().compiler_blocks.borrow_mut();
        let Some(kept) = &mut kept.held else { return Err(Refused) };
        let missing = bytes - self.memory.move_from(kept, kept.bytes().saturating_sub(lent).min(bytes));
        let counted = kept.grow(self.ctx, lent.saturating_sub(kept.bytes()));
        if counted.and_then(|()| self.memory.grow(self.ctx, missing)).is_err() {
            Blocks::drop_lent();
            kept.shrink(self.ctx, kept.bytes());
            self.memory.grow(self.ctx, missing).map_err(|OutOfMemory| Refused)?;
        }
        Ok(())
    }

    fn give(&mut self, bytes: usize) {
        let mut rest = bytes;
        if let Some(lent) = Blocks::lent_bytes()
            && let Some(kept) = &mut self.ctx.state().compiler_blocks.borrow_mut().held
        {
            rest -= kept.move_from(self.memory, lent.saturating_sub(kept.bytes()).min(bytes));
        }
        self.memory.shrink(self.ctx, rest);
    }

    /// A source may be dense, so its length does not say what it costs.
    fn note(&mut self, work: Work) {
        self.ctx.state().charge(match work {
            Work::Parsed(size) => 2 * size,
            Work::Generated(size) => function_cost(size),
        });
    }
}

#[derive(Collect)]
enum Stage<'gc> {
    /// Parsed; its functions are compiled, verified and moved to the heap one by one.
    Parsed(Box<Functions<'gc>>),
    /// Read from a binary chunk; the verifier is working on it.
    Read(#[collect(static)] Box<Verification>),
    /// Verified; it is moving to the heap.
    Verified(Box<Moving<'gc>>),
}

/// The functions of a source.
#[derive(Collect)]
struct Functions<'gc> {
    #[collect(static)]
    generation: Generation,
    arriving: Arriving<'gc>,
}

/// Instructions verified at a time: a millisecond or two.
const VERIFIED_AT_ONCE: usize = 64 << 10;

/// Constants, or eighths of functions, moved at a time: also a millisecond or two.
const MOVED_AT_ONCE: usize = 32 << 10;

/// A chunk that is being made into a function, in stages. A source is parsed; then each of its functions is compiled,
/// verified and moved to the heap before the next, so that little of it is outside of the heap at a time. A binary chunk
/// is read as a whole, verified as a whole, and moved. All stages but the first advance in pieces. For large chunks each
/// stage and piece gets its own step.
#[derive(Collect)]
pub(crate) struct Loading<'gc> {
    stage: Stage<'gc>,
    /// Whether the compiler's memory is kept for the next chunk.
    is_large: bool,
    /// Memory that the stage holds outside of the heap.
    #[collect(static)]
    memory: HeldBytes,
}

/// A shorter source needs no large blocks, nor does what it becomes.
const LARGE_SOURCE: usize = 1 << 10;

/// Does some of the compiler's work with the blocks that it used before.
fn with_blocks<T>(ctx: Context<'_>, work: impl FnOnce() -> Result<T, LoadFailure>) -> Result<T, LoadFailure> {
    let mut kept = ctx.state().compiler_blocks.borrow_mut();
    if kept.held.is_none() {
        kept.held = Some(HeldBytes::take(ctx, 0).map_err(|OutOfMemory| LoadFailure::Memory)?);
    }
    kept.is_in_use = true;
    let mut blocks = std::mem::take(&mut kept.blocks);
    drop(kept);
    let result = blocks.lend(work);
    let mut kept = ctx.state().compiler_blocks.borrow_mut();
    let bytes = blocks.held_bytes();
    if let Some(held) = &mut kept.held {
        match bytes.checked_sub(held.bytes()) {
            Some(more) if held.grow(ctx, more).is_err() => {
                drop(blocks);
                held.shrink(ctx, bytes);
                return result;
            }
            Some(_) => {}
            None => held.shrink(ctx, held.bytes() - bytes),
        }
    }
    kept.blocks = blocks;
    result
}

impl Stage<'_> {
    /// Its place among the stages; parsing or reading is 0.
    fn number(&self) -> usize {
        match self {
            Stage::Parsed(_) => 1,
            Stage::Read(_) => 2,
            Stage::Verified(_) => 3,
        }
    }
}

/// What a stage of loading results in.
#[allow(clippy::large_enum_variant, reason = "it is passed on at once")]
pub(crate) enum Loaded<'gc> {
    More(Loading<'gc>),
    Function(Function<'gc>),
}

impl<'gc> Loading<'gc> {
    /// Runs the first stage. `name` is as in Lua's `load`: `@file`, `=text`, or the source itself. Source that starts
    /// like a binary chunk is read as one.
    pub(crate) fn begin(ctx: Context<'gc>, source: &[u8], name: &[u8]) -> Result<Loading<'gc>, LoadFailure> {
        if source.len() > ctx.state().settings.limits.source_bytes {
            return Err(LoadFailure::TooLong);
        }
        // PUC-Rio Lua's chunk names are C strings and end at a NUL, too.
        let name = &name[..memchr::memchr(0, name).unwrap_or(name.len())];
        let mut memory = HeldBytes::take(ctx, 0).map_err(|OutOfMemory| LoadFailure::Memory)?;
        let is_large = source.len() >= LARGE_SOURCE;
        let stage = if is_binary(source) {
            if !takes_binary(ctx) {
                return Err(LoadFailure::Binary(BINARY_FORBIDDEN.to_vec()));
            }
            let read = chunk::read(source, &mut |bytes| memory.grow(ctx, bytes).is_ok());
            let read = read.map_err(|error| match error {
                ReadError::Memory => LoadFailure::Memory,
                error => bad_format(name, &error.to_string()),
            })?;
            ctx.state().charge(making_cost(&read));
            Stage::Read(Box::new(Verification::new(read)))
        } else {
            // The compiler needs the name for messages; it may be as long as the source.
            let shown = short_name(name);
            let mut parse = || Ok(fife_compiler::parse(source, &shown, &mut HeapMeter { ctx, memory: &mut memory })?);
            let parsed = if is_large { with_blocks(ctx, parse)? } else { parse()? };
            let arriving = Arriving::begin(ctx, name).map_err(|OutOfMemory| LoadFailure::Memory)?;
            Stage::Parsed(Box::new(Functions { generation: parsed.generation(), arriving }))
        };
        Ok(Loading { stage, is_large, memory })
    }

    /// As [`begin`](Self::begin), for a chunk that was already compiled and verified.
    pub(crate) fn of_verified(ctx: Context<'gc>, verified: &Verified) -> Result<Loading<'gc>, LoadFailure> {
        let bytes = verified.prototype().tree_bytes();
        let mut memory = HeldBytes::take(ctx, bytes).map_err(|OutOfMemory| LoadFailure::Memory)?;
        ctx.state().charge(making_cost(verified.prototype()));
        let moving = Moving::begin(ctx, verified.clone(), &mut memory).map_err(|OutOfMemory| LoadFailure::Memory)?;
        Ok(Loading { stage: Stage::Verified(Box::new(moving)), is_large: false, memory })
    }

    /// What a stage costs of a chunk of this length. A source has two stages, a binary chunk three.
    pub(crate) fn price(stage: usize, length: usize) -> usize {
        if stage == 1 { 3 * (length / 4 + 5) } else { length / 4 + 5 }
    }

    /// The number of the stage that runs next or continues.
    pub(crate) fn stage(&self) -> usize {
        self.stage.number()
    }

    /// Runs the next stage, or a piece of it. `name` is the one given at first. The function gets `environment` as its
    /// first upvalue, `_ENV`.
    pub(crate) fn advance(
        self,
        ctx: Context<'gc>,
        name: &[u8],
        environment: Value<'gc>,
    ) -> Result<Loaded<'gc>, LoadFailure> {
        let Loading { stage, is_large, mut memory } = self;
        let stage = match stage {
            Stage::Parsed(mut functions) => match functions.advance(ctx, is_large, &mut memory)? {
                None => Stage::Parsed(functions),
                Some(prototype) => return loaded(ctx, prototype, environment, &mut memory),
            },
            Stage::Read(mut verification) => {
                let verified = verification.advance(VERIFIED_AT_ONCE, &mut |bytes| memory.grow(ctx, bytes).is_ok());
                match verified {
                    Ok(None) => Stage::Read(verification),
                    Ok(Some(verified)) => {
                        // The copy of the name stays until all functions are moved.
                        memory.shrink(ctx, verification.working_memory());
                        let moving = Moving::begin(ctx, verified, &mut memory);
                        Stage::Verified(Box::new(moving.map_err(|OutOfMemory| LoadFailure::Memory)?))
                    }
                    Err(Refusal::Broken(error)) => {
                        return Err(bad_format(name, &format!("{}: {error}", ReadError::Corrupted)));
                    }
                    Err(_) => return Err(LoadFailure::Memory),
                }
            }
            Stage::Verified(mut moving) => {
                let moved = moving.advance(ctx, MOVED_AT_ONCE, &mut memory);
                match moved.map_err(|OutOfMemory| LoadFailure::Memory)? {
                    None => Stage::Verified(moving),
                    Some(prototype) => return loaded(ctx, prototype, environment, &mut memory),
                }
            }
        };
        Ok(Loaded::More(Loading { stage, is_large, memory }))
    }
}

/// The end of loading.
fn loaded<'gc>(
    ctx: Context<'gc>,
    prototype: Gc<'gc, PrototypeObject<'gc>>,
    environment: Value<'gc>,
    memory: &mut HeldBytes,
) -> Result<Loaded<'gc>, LoadFailure> {
    let rest = memory.bytes();
    memory.shrink(ctx, rest);
    let function = instantiate(ctx, prototype, environment).map_err(|OutOfMemory| LoadFailure::Memory)?;
    Ok(Loaded::Function(function))
}

impl<'gc> Functions<'gc> {
    /// Does a piece of work. At the end, returns the main function.
    fn advance(
        &mut self,
        ctx: Context<'gc>,
        is_large: bool,
        memory: &mut HeldBytes,
    ) -> Result<Option<Gc<'gc, PrototypeObject<'gc>>>, LoadFailure> {
        let mut units = VERIFIED_AT_ONCE;
        loop {
            if self.arriving.is_busy() {
                match self.arriving.advance(ctx, &mut units, memory) {
                    Ok(false) => return Ok(None),
                    Ok(true) if self.generation.is_at_end() => return Ok(self.arriving.main()),
                    Ok(true) => {}
                    Err(Refusal::Broken(error)) => return Err(LoadFailure::Internal(error.to_string())),
                    Err(_) => return Err(LoadFailure::Memory),
                }
            }
            let mut generate = || Ok(self.generation.advance(&mut HeapMeter { ctx, memory: &mut *memory })?);
            match if is_large { with_blocks(ctx, generate)? } else { generate()? } {
                Generated::Piece => return Ok(None),
                Generated::Function { function, nested } => {
                    let added = self.arriving.add(ctx, function, nested, memory);
                    added.map_err(|OutOfMemory| LoadFailure::Memory)?;
                }
            }
        }
    }
}

/// The fuel that a compiled chunk costs by its contents.
fn making_cost(prototype: &Prototype) -> usize {
    let nested: usize = prototype.prototypes.iter().map(|nested| making_cost(nested)).sum();
    function_cost(prototype.code.len() + prototype.constants.len()) + nested
}

/// The fuel that a function of so many instructions and constants costs. It takes a dozen allocations.
fn function_cost(size: usize) -> usize {
    50 + 4 * size
}

/// Whether bytes are a binary chunk of any kind. No text starts this way.
pub(crate) fn is_binary(source: &[u8]) -> bool {
    source.first() == SIGNATURE.first()
}

/// Whether this VM loads binary chunks.
pub(crate) fn takes_binary(ctx: Context<'_>) -> bool {
    cfg!(feature = "full") && ctx.state().settings.limits.binary_chunks == Some(true)
}

/// The error for a binary chunk in a VM that loads none.
pub(crate) const BINARY_FORBIDDEN: &[u8] = b"attempt to load a binary chunk (not allowed by the host)";

/// The failure to read a binary chunk of this name.
fn bad_format(name: &[u8], reason: &str) -> LoadFailure {
    let shown = match name {
        [b'@' | b'=', rest @ ..] => rest,
        name if is_binary(name) => b"binary string",
        name => name,
    };
    LoadFailure::Binary([shown, b": bad binary format (", reason.as_bytes(), b")"].concat())
}

impl From<CompileError> for LoadFailure {
    fn from(error: CompileError) -> LoadFailure {
        match error {
            CompileError::Syntax(error) => LoadFailure::Syntax(error),
            _ => LoadFailure::Memory,
        }
    }
}

/// Makes a function from a chunk.
fn instantiate<'gc>(
    ctx: Context<'gc>,
    prototype: Gc<'gc, PrototypeObject<'gc>>,
    environment: Value<'gc>,
) -> Result<Function<'gc>, OutOfMemory> {
    let upvalues = &prototype.chunk.upvalues;
    let closure = ClosureObject::allocate(ctx.mc(), prototype, upvalues.len(), ctx.next_serial())?;
    // The function in a binary chunk may have had others around it; here its upvalues are fresh.
    for (index, upvalue) in upvalues.iter().enumerate() {
        let value = if index == 0 { Slot::from(environment) } else { Slot::NIL };
        let slot = match upvalue.kind {
            UpvalueKind::Cell => Slot::cell(CellObject::allocate(ctx.mc(), value)?),
            UpvalueKind::Value => value,
        };
        ClosureObject::set_upvalue(closure, ctx.mc(), index, slot);
    }
    Ok(Function::Closure(closure))
}

/// Compiles or reads a chunk, verifies it, and makes a function from it: all stages at once. The caller charges fuel.
pub(crate) fn load_chunk<'gc>(
    ctx: Context<'gc>,
    source: &[u8],
    name: &[u8],
    environment: Value<'gc>,
) -> Result<Function<'gc>, LoadFailure> {
    let mut loading = Loading::begin(ctx, source, name)?;
    loop {
        match loading.advance(ctx, name, environment)? {
            Loaded::More(more) => loading = more,
            Loaded::Function(function) => return Ok(function),
        }
    }
}
