//! Chunks: source text, binary chunks and programs on their way to being run.
//!
//! A chunk that is run is compiled as the first part of the run, in its steps and from its fuel. So a task starts with a closure that
//! loads the chunk by a sequence, stage by stage, and then calls it in its own place.

use super::error::syntax_error;
use super::host_function::{Closure, FIRST_UPVALUE, make_function};
use super::{Error, FromLuaMulti, Function, IntoLuaMulti, Program, Result, Table, Task};
use crate::api::{LoadError, Lua};
use crate::error::ErrorKind;
use crate::native::{Call, Poll, Sequence};
use crate::object::{self as gc, Context};
use crate::vm::{self, LoadFailure, Loaded, Loading};
use fife_arena::Collect;
use std::sync::Arc;

/// Which chunks may be loaded: the third argument of Lua's `load`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChunkMode {
    /// Source text.
    Text,
    /// Binary chunks, as `string.dump` makes them.
    Binary,
    /// Both, where [`Limits::binary_chunks`](crate::Limits::binary_chunks) allows binary ones.
    #[default]
    Both,
}

/// A chunk that is about to be run: made by [`Lua::load`] and [`Lua::load_program`].
///
/// ```
/// use fife::Lua;
/// use fife::handle::Table;
///
/// let mut lua = Lua::new();
/// let env = Table::new(&lua)?;
/// lua.load("x = 1; y = ...").name("@init.lua").env(&env).call::<()>(2)?;
/// assert_eq!((env.get::<i64>(&lua, "x")?, env.get::<i64>(&lua, "y")?), (1, 2));
/// assert_eq!(lua.load("x").eval::<Option<i64>>()?, None);
/// # Ok::<(), fife::handle::Error>(())
/// ```
#[must_use = "a chunk does nothing until it is run"]
pub struct Chunk<'a> {
    lua: &'a mut Lua,
    code: Code,
    /// None for what the code itself says, or is.
    name: Option<Arc<[u8]>>,
    env: Option<Table>,
    mode: ChunkMode,
}

/// What is to be loaded.
#[derive(Clone)]
enum Code {
    Source(Arc<[u8]>),
    Program(Program),
    /// Source of more bytes than the limits allow.
    TooLong,
}

impl Code {
    /// Why it is not loaded, if that can be said without a look at it.
    fn refusal(&self, mode: ChunkMode) -> Option<Vec<u8>> {
        match self {
            Code::TooLong => Some(b"chunk is too long".to_vec()),
            Code::Program(_) => None,
            Code::Source(source) => match (vm::is_binary(source), mode) {
                (true, ChunkMode::Text) => Some(b"attempt to load a binary chunk (mode is 't')".to_vec()),
                (false, ChunkMode::Binary) => Some(b"attempt to load a text chunk (mode is 'b')".to_vec()),
                _ => None,
            },
        }
    }
}

impl<'a> Chunk<'a> {
    pub(in crate::api) fn of_source(lua: &'a mut Lua, source: &[u8]) -> Chunk<'a> {
        let limit = lua.enter(|ctx| ctx.state().settings.limits.source_bytes);
        let code = if source.len() > limit { Code::TooLong } else { Code::Source(source.into()) };
        Chunk { lua, code, name: None, env: None, mode: ChunkMode::Both }
    }

    pub(in crate::api) fn of_program(lua: &'a mut Lua, program: Program) -> Chunk<'a> {
        Chunk { lua, code: Code::Program(program), name: None, env: None, mode: ChunkMode::Both }
    }

    /// What messages and tracebacks call it, as in Lua's `load`: `@file`, `=text`, or the source itself, which it is by
    /// default. A program keeps the name that it was compiled with.
    #[doc(alias = "set_name")]
    pub fn name(mut self, name: impl AsRef<[u8]>) -> Chunk<'a> {
        self.name = Some(name.as_ref().into());
        self
    }

    /// The table of its global variables: its `_ENV`. By default the VM's [globals](Lua::globals).
    #[doc(alias = "set_environment")]
    pub fn env(mut self, env: &Table) -> Chunk<'a> {
        self.env = Some(env.clone());
        self
    }

    /// Which kinds of chunk to take. By default, both.
    pub fn mode(mut self, mode: ChunkMode) -> Chunk<'a> {
        self.mode = mode;
        self
    }

    /// Runs it, and drops what it returns.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`] if it is no Lua, and those of [`Function::call`].
    pub fn exec(self) -> Result<()> {
        self.call(())
    }

    /// Runs it, or evaluates it if it is an expression: `1 + 1` as `return 1 + 1`.
    ///
    /// # Errors
    /// As [`exec`](Self::exec).
    pub fn eval<R: for<'g> FromLuaMulti<'g>>(self) -> Result<R> {
        let (lua, task) = self.task(true, ())?;
        task.finish(lua)
    }

    /// Runs it with arguments, its `...`.
    ///
    /// # Errors
    /// As [`exec`](Self::exec).
    pub fn call<R: for<'g> FromLuaMulti<'g>>(self, arguments: impl for<'g> IntoLuaMulti<'g>) -> Result<R> {
        let (lua, task) = self.task(false, arguments)?;
        task.finish(lua)
    }

    /// Makes a task that runs it with these arguments. That it is no Lua, the task will find out.
    ///
    /// # Errors
    /// Those of the arguments' conversion; [`ErrorKind::Memory`]; an [`env`](Self::env) of another VM.
    pub fn start(self, arguments: impl for<'g> IntoLuaMulti<'g>) -> Result<Task> {
        Ok(self.task(false, arguments)?.1)
    }

    /// Compiles it at once, without running it. That takes as long as the chunk is large, which
    /// [`Limits::source_bytes`](crate::Limits::source_bytes) bounds; neither fuel nor a deadline does. If there is no memory for it, all garbage
    /// is collected first.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`] and [`ErrorKind::Memory`]; an [`env`](Self::env) of another VM.
    pub fn into_function(self) -> Result<Function> {
        let Chunk { lua, code, name, env, mode } = self;
        if let Some(refusal) = code.refusal(mode) {
            return Err(Error::of_loading(ErrorKind::Syntax, refusal));
        }
        let load = |ctx: Context<'_>| -> Result<Result<Function, LoadFailure>> {
            let env = env.as_ref().map_or(Ok(ctx.globals()), |env| env.fetch(ctx))?;
            let mut stages = Stages::default();
            let function = loop {
                match stages.advance(ctx, &code, name.as_deref(), env) {
                    Ok(None) => {}
                    Ok(Some(function)) => break function,
                    Err(failure) => return Ok(Err(failure)),
                }
            };
            Ok(Ok(Function::stash(ctx, function)))
        };
        let mut loaded = lua.enter(load)?;
        if matches!(loaded, Err(LoadFailure::Memory)) {
            lua.collect_all();
            loaded = lua.enter(load)?;
        }
        loaded.map_err(|failure| {
            let error = LoadError::from(failure);
            Error::of_loading(error.kind(), error.message().to_vec())
        })
    }

    fn task(self, is_expression: bool, arguments: impl for<'g> IntoLuaMulti<'g>) -> Result<(&'a mut Lua, Task)> {
        let Chunk { lua, code, name, env, mode } = self;
        lua.make_room(arguments.bytes());
        let task = lua.enter(|ctx| {
            let env = env.as_ref().map_or(Ok(ctx.globals()), |env| env.fetch(ctx))?;
            let then = Then::Call;
            let loader = loader(ctx, Load { code, name, mode, is_expression, then }, env)?;
            Task::of_call(ctx, loader.into(), arguments)
        })?;
        Ok((lua, task))
    }
}

impl std::fmt::Debug for Chunk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.name.as_ref().map(|name| String::from_utf8_lossy(name));
        f.debug_struct("Chunk").field("name", &name).field("mode", &self.mode).finish_non_exhaustive()
    }
}

// ---- Loading within a run ----

/// What a loader does.
#[derive(Clone)]
struct Load {
    code: Code,
    name: Option<Arc<[u8]>>,
    mode: ChunkMode,
    is_expression: bool,
    then: Then,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// The chunk is called, with the loader's arguments.
    Call,
    /// It is returned, and its name behind it: what `require` asks of a searcher.
    Return,
}

/// A function that loads a chunk and calls it.
fn loader<'gc>(ctx: Context<'gc>, load: Load, env: gc::Table<'gc>) -> Result<gc::Function<'gc>> {
    let closure = Closure(Box::new(move |call| {
        // The limit may refuse the sequence: then all begins again.
        call.sequence(LoadChunk::new(call, load.clone()))
    }));
    make_function(ctx, "", closure, &[env.into()])
}

/// Makes a searcher for `package.searchers` that asks the host for a module's source.
pub(in crate::api) fn searcher<'gc>(
    ctx: Context<'gc>,
    find: impl Fn(&[u8]) -> Option<Vec<u8>> + 'static,
) -> Result<gc::Function<'gc>> {
    let closure = Closure(Box::new(move |call| {
        let name = call.string(0)?.as_bytes();
        call.charge(name.len() / 16);
        call.reserve(name.len() * 2)?;
        let Some(source) = find(name) else {
            let message = call.make_string(&[b"no module '", name, b"' of the host"].concat())?;
            return call.one(message);
        };
        let is_long = source.len() > call.ctx().state().settings.limits.source_bytes;
        let code = if is_long { Code::TooLong } else { Code::Source(source.into()) };
        let name: Arc<[u8]> = [b"@", name].concat().into();
        let load = Load { code, name: Some(name), mode: ChunkMode::Text, is_expression: false, then: Then::Return };
        call.sequence(LoadChunk::new(call, load))
    }));
    make_function(ctx, "", closure, &[ctx.globals().into()])
}

/// Sources from this length on are loaded in stages, each in a step of its own.
const STAGED_LENGTH: usize = 16 << 10;

/// A chunk on its way to a function.
#[derive(Collect, Default)]
struct Stages<'gc> {
    next: Option<Loading<'gc>>,
    /// How many stages are paid for.
    paid: usize,
}

impl<'gc> Stages<'gc> {
    /// Does the next stage, or a piece of it; nothing if there is more to come.
    fn advance(
        &mut self,
        ctx: Context<'gc>,
        code: &Code,
        name: Option<&[u8]>,
        env: gc::Table<'gc>,
    ) -> Result<Option<gc::Function<'gc>>, LoadFailure> {
        let stage = self.next.as_ref().map_or(0, Loading::stage);
        let (length, name) = match code {
            Code::Source(source) => (source.len(), name.unwrap_or(source)),
            Code::Program(_) | Code::TooLong => (0, b"".as_slice()),
        };
        if self.paid <= stage {
            ctx.state().charge(length / 4 + 5);
            self.paid = stage + 1;
        }
        let advanced = match (self.next.take(), code) {
            (Some(stage), _) => stage.advance(ctx, name, env.into()),
            (None, Code::Source(source)) => Loading::begin(ctx, source, name).map(Loaded::More),
            (None, Code::Program(program)) => Loading::of_verified(ctx, program.verified()).map(Loaded::More),
            (None, Code::TooLong) => Err(LoadFailure::TooLong),
        };
        match advanced? {
            Loaded::Function(function) => Ok(Some(function)),
            Loaded::More(stage) => {
                self.next = Some(stage);
                if length >= STAGED_LENGTH {
                    ctx.state().interrupt();
                }
                Ok(None)
            }
        }
    }
}

/// A loader on its way. Its window: the arguments of the chunk.
#[derive(Collect)]
struct LoadChunk<'gc> {
    #[collect(static)]
    load: Load,
    /// The code, if `load` has it as an expression: what is to be tried if it is none.
    #[collect(static)]
    statements: Option<Code>,
    stages: Stages<'gc>,
    env: Option<gc::Table<'gc>>,
    /// Whether memory was refused, and all began again after a collection. It does so once.
    is_second: bool,
}

impl<'gc> LoadChunk<'gc> {
    fn new(call: &Call<'gc, '_>, mut load: Load) -> LoadChunk<'gc> {
        let env = if let gc::Value::Table(env) = call.upvalue(FIRST_UPVALUE) { Some(env) } else { None };
        let mut statements = None;
        if let Code::Source(source) = &load.code
            && load.is_expression
            && !vm::is_binary(source)
        {
            load.name.get_or_insert_with(|| source.clone());
            call.charge(source.len() / 16);
            let expression = Code::Source([b"return ", &**source].concat().into());
            statements = Some(std::mem::replace(&mut load.code, expression));
        }
        LoadChunk { load, statements, stages: Stages::default(), env, is_second: false }
    }
}

impl<'gc> Sequence<'gc> for LoadChunk<'gc> {
    const NAME: &'static str = "fife.chunk";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, gc::Error<'gc>> {
        let ctx = call.ctx();
        let Some(env) = self.env else { return Err(call.error("internal error: chunk missing from its loader")) };
        let load = &mut self.load;
        if let Some(refusal) = load.code.refusal(load.mode) {
            return Err(syntax_error(ctx, &refusal));
        }
        loop {
            match self.stages.advance(ctx, &load.code, load.name.as_deref(), env) {
                Ok(None) if call.fuel_left() > 0 => {}
                Ok(None) => return Ok(Poll::Pending),
                Ok(Some(function)) => {
                    let count = call.len();
                    call.reserve_values(count + 2)?;
                    call.push(function);
                    if load.then == Then::Return {
                        let name = load.name.as_deref().unwrap_or_default();
                        let name = gc::failure_text(ctx, name.strip_prefix(b"@").unwrap_or(name));
                        call.push(name);
                        return Ok(Poll::Return(2));
                    }
                    for index in 0..count {
                        call.push(call.get(index));
                    }
                    return Ok(Poll::TailCall(count as u32));
                }
                Err(LoadFailure::Syntax(_)) if self.statements.is_some() => {
                    load.code = self.statements.take().unwrap_or(Code::TooLong);
                    self.stages = Stages::default();
                    return Ok(Poll::Pending);
                }
                Err(LoadFailure::Memory) if self.is_second => return Err(gc::Error::out_of_memory(ctx)),
                Err(LoadFailure::Memory) => {
                    self.is_second = true;
                    self.stages = Stages::default();
                    return Err(call.refused());
                }
                Err(failure) => {
                    let error = LoadError::from(failure);
                    return Err(match error.kind() {
                        ErrorKind::Syntax => syntax_error(ctx, error.message()),
                        _ => call.error(error.message()),
                    });
                }
            }
        }
    }
}
