//! The methods of a VM that work with handles.

use super::Lua;
use super::call::least;
use crate::api::handle::{
    Access, AsyncHostFunction, Chunk, Error, Function, HostFunction, LuaString, Program, Result, Table, Value, to_text,
};
use crate::object::{State, Value as Branded};
use fife_arena::Mutation;

/// What a task takes, besides its arguments.
const TASK_BYTES: usize = 32 << 10;

impl Lua {
    /// Makes a VM with the libraries that cannot reach the outside, limits for trusted scripts, and no host, so that
    /// what scripts print is lost. For any other VM, see [`builder`](Self::builder).
    ///
    /// ```
    /// let mut lua = fife::Lua::new();
    /// assert_eq!(lua.load("6 * 7").eval::<i64>()?, 42);
    /// # Ok::<(), fife::Error>(())
    /// ```
    #[allow(clippy::new_without_default, reason = "a VM is not what a field is by default")]
    pub fn new() -> Lua {
        Lua::builder().open()
    }

    /// The table of global variables.
    pub fn globals(&self) -> Table {
        self.enter(|ctx| Table::stash(ctx, ctx.globals()))
    }

    /// Makes a function of a closure: see [`Function::new`].
    ///
    /// # Errors
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory).
    #[doc(alias = "create_function")]
    pub fn function<M>(&self, name: &str, function: impl HostFunction<M>) -> Result<Function> {
        Function::new(self, name, function)
    }

    /// Makes a function of an async closure: see [`AsyncHostFunction`].
    ///
    /// # Errors
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory).
    #[doc(alias = "create_async_function")]
    pub fn async_function<M: 'static>(&self, name: &str, function: impl AsyncHostFunction<M>) -> Result<Function> {
        Function::new_async(self, name, function)
    }

    /// A chunk of source text, or a binary chunk, about to run: see [`Chunk`]. It is compiled when it runs.
    pub fn load<'a>(&'a mut self, source: impl AsRef<[u8]> + 'a) -> Chunk<'a> {
        Chunk::of_source(self, source)
    }

    /// A chunk that was compiled before, about to run.
    pub fn load_program(&mut self, program: &Program) -> Chunk<'_> {
        Chunk::of_program(self, program.clone())
    }

    /// Makes `require(module)` call `loader`, with the module's name and `":preload:"`. Its result is the module.
    ///
    /// ```
    /// use fife::{Function, Libraries, Lua};
    ///
    /// let mut lua = Lua::builder().libraries(Libraries::SANDBOX | Libraries::PACKAGE).build()?;
    /// let loader: Function = lua.load("function() return {answer = 42} end").eval()?;
    /// lua.preload("deep.thought", &loader)?;
    /// assert_eq!(lua.load("require('deep.thought').answer").eval::<i64>()?, 42);
    /// # Ok::<(), fife::Error>(())
    /// ```
    ///
    /// # Errors
    /// The library `package` is not open: see [`Libraries::PACKAGE`](crate::Libraries::PACKAGE) and
    /// [`Builder::modules`](crate::Builder::modules).
    pub fn preload(&self, module: &str, loader: &Function) -> Result<()> {
        let preload = self.enter(|ctx| match ctx.registry().get_field(ctx, "_PRELOAD") {
            Branded::Table(preload) => Ok(Table::stash(ctx, preload)),
            _ => Err(Error::runtime("there is no 'require': the library 'package' is not open")),
        })?;
        preload.set(self, module, loader)
    }

    /// Sets the fuel for all later calls that run to their end ([`Function::call`], [`Chunk::eval`] and similar
    /// methods), in units of about an instruction; none for no limit. Each call takes at most
    /// [`Limits::fuel`](crate::Limits::fuel) of it. [Tasks](crate::Task) have fuel of their own.
    ///
    /// ```
    /// use fife::{ErrorKind, Lua};
    ///
    /// let mut lua = Lua::new();
    /// lua.set_fuel(Some(10_000));
    /// lua.load("for i = 1, 1000 do end").exec()?;
    /// assert!(lua.fuel().is_some_and(|left| 5_000 < left && left < 9_500));
    /// let error = lua.load("while true do pcall(error) end").exec().unwrap_err();
    /// assert_eq!((error.kind(), lua.fuel()), (ErrorKind::Fuel, Some(0)));
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn set_fuel(&mut self, units: Option<u64>) {
        self.stock = units;
    }

    /// The fuel that is left of what [`set_fuel`](Self::set_fuel) gave.
    pub fn fuel(&self) -> Option<u64> {
        self.stock
    }

    /// A value as Lua's `tostring` shows it, with `__tostring`.
    ///
    /// # Errors
    /// Those of [`Function::call`]; `__tostring` did not return a string.
    pub fn to_text(&mut self, value: &Value) -> Result<LuaString> {
        to_text(self, value)
    }

    /// The most fuel of a call that is made now.
    pub(in crate::api) fn fuel_of_run(&self) -> Option<u64> {
        let limit = self.access(|ctx| ctx.state().settings.limits.fuel);
        least(self.stock, limit)
    }

    /// Takes what a call has used.
    pub(in crate::api) fn draw_fuel(&mut self, used: u64) {
        self.stock = self.stock.map(|stock| stock.saturating_sub(used));
    }

    /// Collects garbage if there is no room for a task and `bytes` bytes of arguments.
    pub(in crate::api) fn make_room(&mut self, bytes: usize) {
        let has_room = |mc: &Mutation<'_>, state: &State<'_>| {
            state.settings.limits.memory.is_none() || mc.has_room(bytes.saturating_add(TASK_BYTES))
        };
        if !self.arena.mutate(|mc, state| has_room(mc, state)) {
            self.collect_all();
        }
    }
}
