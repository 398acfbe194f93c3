//! Chunks: source text, binary chunks and programs that are about to run.
//!
//! A chunk is compiled as the first part of its run, in its steps and from its fuel: the task begins with a native that
//! loads the chunk and then calls it in its own place (`api/loader.rs`).

use super::host_function::{Closure, make_function};
use super::{Error, FromLuaMulti, Function, IntoLuaMulti, Program, Result, Running, Table, Task, Value};
use crate::api::loader::{Code, HostChunk, LOAD_MODULE, START};
use crate::api::{LoadArguments, LoadError, Lua};
use crate::error::{ErrorKind, IntoError};
use crate::object::{self as gc, Context};
use crate::vm::{self, LoadFailure, Loaded, Loading};
use fife_arena::{MaybeSend, OutOfMemory};

/// Which chunks may be loaded: the third argument of Lua's `load`.
///
/// ```
/// use fife::{ChunkMode, ErrorKind, Libraries, LuaString, Lua};
///
/// let mut lua = Lua::builder().libraries(Libraries::ALL).build()?;
/// let dumped: LuaString = lua.load("return string.dump(function() return 42 end)").eval()?;
/// assert_eq!(lua.load(&dumped).mode(ChunkMode::Binary).call::<i64>(())?, 42);
/// let error = lua.load(&dumped).mode(ChunkMode::Text).exec().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Syntax);
/// # Ok::<(), fife::Error>(())
/// ```
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

impl ChunkMode {
    /// As the argument of Lua's `load`.
    fn text(self) -> Option<&'static [u8]> {
        match self {
            ChunkMode::Text => Some(b"t"),
            ChunkMode::Binary => Some(b"b"),
            ChunkMode::Both => None,
        }
    }
}

/// A chunk that is about to run: made by [`Lua::load`] and [`Lua::load_program`].
///
/// ```
/// use fife::{Lua, Table};
///
/// let mut lua = Lua::new();
/// let env = Table::new(&lua)?;
/// lua.load("x = 1; y = ...").name("@init.lua").env(&env).call::<()>(2)?;
/// assert_eq!((env.get::<i64>(&lua, "x")?, env.get::<i64>(&lua, "y")?), (1, 2));
/// assert_eq!(lua.load("x").eval::<Option<i64>>()?, None);
/// # Ok::<(), fife::Error>(())
/// ```
#[must_use = "a chunk does nothing until it is run"]
pub struct Chunk<'a> {
    lua: &'a mut Lua,
    code: Loadable<'a>,
    /// `None` for the default: the name in the code, or the source itself.
    name: Option<Vec<u8>>,
    env: Option<Table>,
    mode: ChunkMode,
}

/// What to load.
enum Loadable<'a> {
    Source(Box<dyn AsRef<[u8]> + 'a>),
    Program(Program),
}

impl Loadable<'_> {
    fn code(&self) -> Code<'_> {
        match self {
            Loadable::Source(source) => Code::Source((**source).as_ref()),
            Loadable::Program(program) => Code::Program(program),
        }
    }
}

impl<'a> Chunk<'a> {
    pub(in crate::api) fn of_source(lua: &'a mut Lua, source: impl AsRef<[u8]> + 'a) -> Chunk<'a> {
        Chunk::of(lua, Loadable::Source(Box::new(source)))
    }

    pub(in crate::api) fn of_program(lua: &'a mut Lua, program: Program) -> Chunk<'a> {
        Chunk::of(lua, Loadable::Program(program))
    }

    fn of(lua: &'a mut Lua, code: Loadable<'a>) -> Chunk<'a> {
        Chunk { lua, code, name: None, env: None, mode: ChunkMode::Both }
    }

    /// Sets its name in messages and tracebacks, as in Lua's `load`: `@file`, `=text`, or the source itself, which is
    /// the default. A program keeps the name that it was compiled with.
    #[doc(alias = "set_name")]
    pub fn name(mut self, name: impl AsRef<[u8]>) -> Chunk<'a> {
        self.name = Some(name.as_ref().to_vec());
        self
    }

    /// Sets the table of its global variables, its `_ENV`. By default the VM's [globals](Lua::globals).
    #[doc(alias = "set_environment")]
    pub fn env(mut self, env: &Table) -> Chunk<'a> {
        self.env = Some(env.clone());
        self
    }

    /// Sets which kinds of chunk to take. By default both.
    pub fn mode(mut self, mode: ChunkMode) -> Chunk<'a> {
        self.mode = mode;
        self
    }

    /// Runs it, and ignores what it returns.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`] if it is not Lua; those of [`Function::call`].
    pub fn exec(self) -> Result<()> {
        self.call(())
    }

    /// Runs it, or evaluates it if it is an expression: `1 + 1` as `return 1 + 1`.
    ///
    /// # Errors
    /// As [`exec`](Self::exec).
    pub fn eval<R: for<'g> FromLuaMulti<'g>>(self) -> Result<R> {
        self.run(true, ())
    }

    /// Runs it with arguments, its `...`.
    ///
    /// # Errors
    /// As [`exec`](Self::exec).
    pub fn call<R: for<'g> FromLuaMulti<'g>>(self, arguments: impl for<'g> IntoLuaMulti<'g>) -> Result<R> {
        self.run(false, arguments)
    }

    /// Runs it with arguments, its `...`, as a future that ends when it has returned: for chunks that call
    /// [async functions](super::AsyncHostFunction). See [`Running`].
    ///
    /// # Errors
    /// As [`exec`](Self::exec).
    pub fn call_async<R: for<'g> FromLuaMulti<'g>>(self, arguments: impl for<'g> IntoLuaMulti<'g>) -> Running<'a, R> {
        let (lua, task) = self.task(false, arguments);
        Running::new(lua, task)
    }

    /// Makes a task that will run it with these arguments. If it is not Lua, the task will fail.
    ///
    /// # Errors
    /// Those of the arguments' conversion; [`ErrorKind::Memory`]; an [`env`](Self::env) of another VM.
    pub fn start(self, arguments: impl for<'g> IntoLuaMulti<'g>) -> Result<Task> {
        self.task(false, arguments).1
    }

    /// Compiles it at once, without running it. That takes time in proportion to the size of the chunk, which
    /// [`Limits::source_bytes`](crate::Limits::source_bytes) bounds; neither fuel nor a deadline does. If memory is
    /// short, all garbage is collected first.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`] and [`ErrorKind::Memory`]; an [`env`](Self::env) of another VM.
    pub fn into_function(self) -> Result<Function> {
        let Chunk { lua, code, name, env, mode } = self;
        let load = |ctx: Context<'_>| -> Result<Result<Function, LoadError>> {
            let env = env.as_ref().map_or(Ok(ctx.globals()), |env| env.fetch(ctx))?;
            let loaded = match code.code() {
                Code::Source(source) => {
                    let mut arguments = LoadArguments::new(source, name.as_deref().unwrap_or(source));
                    arguments.mode = mode.text();
                    match arguments.refusal(ctx) {
                        Some(refusal) => Err(refusal),
                        None => vm::load_chunk(ctx, source, arguments.name, env.into()).map_err(LoadError::from),
                    }
                }
                Code::Program(program) => instantiate(ctx, program, env).map_err(LoadError::from),
            };
            Ok(loaded.map(|function| Function::stash(ctx, function)))
        };
        let mut loaded = lua.enter(load)?;
        if loaded.as_ref().is_err_and(|error| error.kind() == ErrorKind::Memory) {
            lua.collect_all();
            loaded = lua.enter(load)?;
        }
        loaded.map_err(Error::from)
    }

    /// Loads and runs it, and waits for its end.
    fn run<R: for<'g> FromLuaMulti<'g>>(
        mut self,
        is_expression: bool,
        arguments: impl for<'g> IntoLuaMulti<'g>,
    ) -> Result<R> {
        self.make_room(arguments.lua_bytes())?;
        let Chunk { lua, code, name, env, mode } = self;
        let chunk = Unloaded { code: code.code(), name: name.as_deref(), env: env.as_ref(), mode, is_expression };
        lua.call(|ctx, stack| {
            let loader = chunk.loader(ctx)?;
            stack.push(gc::Value::Nil);
            stack.extend(ctx, arguments)?;
            Ok(loader)
        })
    }

    /// Makes the task that loads and runs it.
    fn task(mut self, is_expression: bool, arguments: impl for<'g> IntoLuaMulti<'g>) -> (&'a mut Lua, Result<Task>) {
        if let Err(error) = self.make_room(arguments.lua_bytes()) {
            return (self.lua, Err(error));
        }
        let Chunk { lua, code, name, env, mode } = self;
        let chunk = Unloaded { code: code.code(), name: name.as_deref(), env: env.as_ref(), mode, is_expression };
        let task = lua.enter(|ctx| Task::of_call(ctx, chunk.loader(ctx)?, (Value::Nil, arguments)));
        (lua, task)
    }

    /// Collects garbage if there is no room for its source and `arguments` bytes of arguments.
    fn make_room(&mut self, arguments: usize) -> Result<()> {
        let length = if let Code::Source(source) = self.code.code() { source.len() } else { 0 };
        if length > self.lua.enter(|ctx| ctx.limits().source_bytes) {
            return Err(LoadError::too_long().into());
        }
        self.lua.make_room(arguments.saturating_add(length));
        Ok(())
    }
}

impl std::fmt::Debug for Chunk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.name.as_ref().map(|name| String::from_utf8_lossy(name));
        f.debug_struct("Chunk").field("name", &name).field("mode", &self.mode).finish_non_exhaustive()
    }
}

/// The parts of a chunk that its loader needs.
struct Unloaded<'a> {
    code: Code<'a>,
    name: Option<&'a [u8]>,
    env: Option<&'a Table>,
    mode: ChunkMode,
    is_expression: bool,
}

impl Unloaded<'_> {
    /// What loads the chunk and runs it. The loaded function replaces its first argument.
    fn loader<'gc>(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
        let Unloaded { code, name, env, mode, is_expression } = self;
        let environment = env.map_or(Ok(ctx.globals()), |env| env.fetch(ctx))?.into();
        let chunk = HostChunk { code, name, mode: mode.text(), environment, is_expression };
        let loader = chunk.loading(ctx, &START).map_err(|OutOfMemory| Error::memory())?;
        Ok(loader.into())
    }
}

/// Makes a function of a program at once.
fn instantiate<'gc>(
    ctx: Context<'gc>,
    program: &Program,
    env: gc::Table<'gc>,
) -> Result<gc::Function<'gc>, LoadFailure> {
    let mut loading = Loading::of_verified(ctx, program.verified())?;
    loop {
        match loading.advance(ctx, b"", env.into())? {
            Loaded::More(more) => loading = more,
            Loaded::Function(function) => return Ok(function),
        }
    }
}

/// Makes a searcher for `package.searchers` that asks the host for a module's source.
pub(in crate::api) fn searcher<'gc>(
    ctx: Context<'gc>,
    find: impl Fn(&[u8]) -> Option<Vec<u8>> + MaybeSend + 'static,
) -> Result<gc::Function<'gc>> {
    let closure = Closure::new(move |call| {
        let ctx = call.ctx();
        let name = call.string(0)?.as_bytes();
        call.charge(name.len() / 16);
        call.reserve(name.len() * 2)?;
        let Some(source) = find(name) else {
            let message = call.make_string(&[b"no module '", name, b"' of the host"].concat())?;
            return call.one(message);
        };
        if source.len() > ctx.limits().source_bytes {
            return Err(LoadError::too_long().into_error(ctx));
        }
        call.charge(source.len() / 16);
        let name = [b"@", name].concat();
        let chunk = HostChunk {
            code: Code::Source(&source),
            name: Some(&name),
            mode: ChunkMode::Text.text(),
            environment: ctx.globals().into(),
            is_expression: false,
        };
        // After a collection this runs again, and asks the host for the module again.
        let loader = chunk.loading(ctx, &LOAD_MODULE).map_err(|OutOfMemory| call.refused())?;
        call.push(loader);
        call.tail_call(0)
    });
    make_function(ctx, "", closure)
}
