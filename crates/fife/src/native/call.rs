//! What a native function gets: its arguments, its results, its fuel, and constructors of errors.
//!
//! A call is a window of the running thread's stack: at first the arguments, then also what was pushed. A native
//! returns a [`Reply`] or an [`Error`].

mod after_effect;
mod make;
mod step;

pub use after_effect::AfterEffect;

use super::sequence::Sequence;
use crate::error::{Error, Failure, IntoError, runtime};
use crate::inspect::Inspector;
use crate::object::{
    Context, ExecutorObject, FrameView, Function, LuaString, NativeObject, SequenceObject, Slot, Table, TableError,
    ThreadObject, UserData, Value,
};
use fife_arena::{Gc, OutOfMemory};
use fife_bytecode::number::{self, Number};
use std::marker::PhantomData;
use std::task::Waker;

/// What a native function returns. Made by the methods of [`Call`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Reply {
    /// One value, already in its place: see [`Call::one`].
    #[doc(hidden)]
    One,
    /// The last values of the window, this many: see [`Call::values`].
    #[doc(hidden)]
    Values(u32),
    /// A tail call of the last values of the window: see [`Call::tail_call`].
    #[doc(hidden)]
    TailCall(u32),
    /// A sequence continues: see [`Call::sequence`].
    #[doc(hidden)]
    Sequence,
}

/// A native function's call.
pub struct Call<'gc, 'a> {
    pub(crate) ctx: Context<'gc>,
    pub(crate) thread: Gc<'gc, ThreadObject<'gc>>,
    pub(crate) native: Gc<'gc, NativeObject<'gc>>,
    /// The stack slot of the window's first value. The function is in the slot below.
    pub(crate) base: u32,
    pub(crate) count: u32,
    pub(crate) results_from: u32,
    /// The sequence to continue with.
    pub(crate) pending: Slot<'gc>,
    pub(crate) scope: PhantomData<&'a mut ()>,
}

impl<'gc> Call<'gc, '_> {
    /// A call whose `count` arguments lie on the thread's stack from slot `base` on.
    #[inline(always)]
    pub(crate) fn new(
        ctx: Context<'gc>,
        thread: Gc<'gc, ThreadObject<'gc>>,
        native: Gc<'gc, NativeObject<'gc>>,
        base: u32,
        count: u32,
    ) -> Self {
        Call { ctx, thread, native, base, count, results_from: 0, pending: Slot::NIL, scope: PhantomData }
    }

    /// Access to the VM.
    #[inline(always)]
    pub fn ctx(&self) -> Context<'gc> {
        self.ctx
    }

    // ---- The window ----

    /// How many values there are: arguments, and what was pushed.
    #[inline(always)]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// The value with this number, counted from 0; nil after the last one.
    #[inline]
    pub fn get(&self, index: usize) -> Value<'gc> {
        self.slot(index).value()
    }

    /// As [`get`](Self::get), as a [`Slot`].
    #[inline(always)]
    pub fn slot(&self, index: usize) -> Slot<'gc> {
        if index < self.count as usize { self.thread.slot(self.base + index as u32) } else { Slot::NIL }
    }

    /// Replaces a value of the window. Does nothing if there is none with this number.
    #[inline]
    pub fn set(&mut self, index: usize, value: impl Into<Value<'gc>>) {
        if index < self.count as usize {
            self.thread.set_slot(self.base + index as u32, Slot::from(value.into()));
        }
    }

    /// As [`set`](Self::set), with a [`Slot`].
    #[inline(always)]
    pub fn replace_slot(&mut self, index: usize, value: Slot<'gc>) {
        if index < self.count as usize {
            self.thread.set_slot(self.base + index as u32, value);
        }
    }

    /// Adds a value at the end of the window. Before adding more than about 40, call
    /// [`reserve_values`](Self::reserve_values): this method grows the stack whatever the limits.
    #[inline]
    pub fn push(&mut self, value: impl Into<Value<'gc>>) {
        self.push_slot(Slot::from(value.into()));
    }

    /// As [`push`](Self::push), with a [`Slot`].
    #[inline]
    pub fn push_slot(&mut self, value: Slot<'gc>) {
        let at = self.base + self.count;
        if at >= self.thread.stack_size.get() && self.grow(64).is_err() {
            return;
        }
        self.thread.set_slot(at, value);
        self.count += 1;
    }

    #[cold]
    fn grow(&mut self, more: usize) -> Result<(), Error<'gc>> {
        let used = (self.base + self.count) as usize;
        ThreadObject::make_room(self.thread, self.ctx, used + more, true)
    }

    /// Makes room for `count` more values. Fails if the stack would exceed its limit, or memory its limit.
    pub fn reserve_values(&mut self, count: usize) -> Result<(), Error<'gc>> {
        let used = (self.base + self.count) as usize;
        let wanted = used.saturating_add(count).saturating_add(crate::object::STACK_SLACK);
        if wanted <= self.thread.stack_size.get() as usize {
            return Ok(());
        }
        if wanted > self.ctx.state().settings.limits.stack_slots {
            return Err(self.error("stack overflow"));
        }
        ThreadObject::make_room(self.thread, self.ctx, wanted, false)
    }

    /// Drops the values from this number on, counted from 0.
    pub fn truncate(&mut self, count: usize) {
        self.count = self.count.min(saturated(count));
    }

    /// Drops or adds arguments until there are `count`; absent ones become nil. For a sequence that calls Lua: results
    /// come after the window, and would otherwise be taken for absent arguments.
    pub fn fix_arguments(&mut self, count: usize) {
        self.truncate(count);
        for _ in self.len()..count {
            let before = self.len();
            self.push_slot(Slot::NIL);
            if self.len() == before {
                // The stack has no room for that many.
                return;
            }
        }
    }

    /// In a sequence: the number of the first result of its last call.
    pub fn results_from(&self) -> usize {
        self.results_from as usize
    }

    // ---- Replies ----

    /// Returns one value. The fastest way.
    #[inline(always)]
    pub fn one(&mut self, value: impl Into<Value<'gc>>) -> Result<Reply, Error<'gc>> {
        self.one_slot(Slot::from(value.into()))
    }

    /// As [`one`](Self::one), with a [`Slot`].
    #[inline(always)]
    pub fn one_slot(&mut self, value: Slot<'gc>) -> Result<Reply, Error<'gc>> {
        self.thread.set_slot(self.base - 1, value);
        Ok(Reply::One)
    }

    /// Returns nothing.
    #[inline]
    pub fn nothing(&mut self) -> Result<Reply, Error<'gc>> {
        Ok(Reply::Values(0))
    }

    /// Returns the last `count` values of the window, all of them if there are fewer.
    #[inline]
    pub fn values(&mut self, count: usize) -> Result<Reply, Error<'gc>> {
        Ok(Reply::Values(saturated(count)))
    }

    /// Returns these values.
    pub fn all<const N: usize>(&mut self, values: [Value<'gc>; N]) -> Result<Reply, Error<'gc>> {
        for value in values {
            self.push(value);
        }
        Ok(Reply::Values(N as u32))
    }

    /// Calls a function in place of this one. The last values of the window are the function and its `arguments`
    /// arguments. The function may be any value that Lua can call.
    pub fn tail_call(&mut self, arguments: usize) -> Result<Reply, Error<'gc>> {
        Ok(Reply::TailCall(saturated(arguments)))
    }

    /// Continues as a sequence, which keeps the window. The sequence itself takes memory. If the limit refuses it, the
    /// native is called again after a collection; so effects belong into the sequence, not the native. A native that
    /// has had an effect continues by [`after_effect`](Self::after_effect).
    pub fn sequence(&mut self, sequence: impl Sequence<'gc> + 'gc) -> Result<Reply, Error<'gc>> {
        self.go_on_as(sequence, false).map_err(|OutOfMemory| self.refused())
    }

    /// With `forced`, the limit on memory may be exceeded.
    fn go_on_as(&mut self, sequence: impl Sequence<'gc> + 'gc, forced: bool) -> Result<Reply, OutOfMemory> {
        let pending = SequenceObject::allocate(self.ctx, self.native, sequence, forced)?;
        self.pending = Slot::sequence(pending);
        Ok(Reply::Sequence)
    }

    // ---- Fuel and memory ----

    /// Charges for work: 1 unit is about one instruction of the virtual machine. It may leave a debt, which ends the
    /// step after this call, and which the next steps repay.
    #[inline(always)]
    pub fn charge(&self, fuel: usize) {
        self.ctx.state().charge(fuel);
    }

    /// The fuel left in this step; negative for a debt.
    #[inline]
    pub fn fuel_left(&self) -> i64 {
        self.ctx.state().fuel().get()
    }

    /// Makes sure that `bytes` more may be allocated; up to 4 KiB need no request. Call it before the first effect: if
    /// there is no room, the native is called again, with the same arguments, after a collection. Only if there is no
    /// room then, either, is it a final error. Return the error in both cases.
    pub fn reserve(&self, bytes: usize) -> Result<(), Error<'gc>> {
        let (ctx, state) = (self.ctx, self.ctx.state());
        if bytes <= 4096 || ctx.mc().has_room(bytes) {
            return Ok(());
        }
        let can_ever = state.settings.limits.memory.is_none_or(|limit| bytes < limit);
        if can_ever { Err(self.refused()) } else { Err(Error::out_of_memory(ctx)) }
    }

    /// The error of a refused allocation, for a native or sequence to return. After a collection the native is called
    /// again, or the sequence polled again; a script sees the error only if that did not help. So there must not have
    /// been an effect yet.
    ///
    /// ```
    /// use fife::gc::{Call, Error, Reply};
    ///
    /// /// `triple(text)`: a table of three equal ones.
    /// fn triple<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    ///     let (ctx, text) = (call.ctx(), call.string(0)?);
    ///     let table = call.make_table()?;
    ///     for index in 1..=3 {
    ///         table.set(ctx, index, text).map_err(|_| call.refused())?;
    ///     }
    ///     call.one(table)
    /// }
    /// ```
    #[cold]
    pub fn refused(&self) -> Error<'gc> {
        let state = self.ctx.state();
        state.step.refuse();
        Error::out_of_memory(self.ctx)
    }

    /// Takes back a [refusal](Self::refused), if the last error was one; returns whether it was. For a native that has
    /// had an effect by now, and continues in another way instead of returning that error.
    pub fn withdraw_refusal(&self) -> bool {
        self.ctx.state().step.take_refusal()
    }

    /// Ends the step as soon as this call has returned. The fuel that is left is kept.
    pub fn interrupt(&self) {
        self.ctx.state().interrupt();
    }

    /// A waker of the running task, for a sequence that returns [`Poll::Waiting`](crate::gc::Poll::Waiting). It can be
    /// sent to other threads, and waking it does no harm at any time, even after the VM was dropped.
    ///
    /// ```
    /// use fife::gc::{Call, Error, Function, Poll, Sequence};
    /// use fife::{Collect, Fuel, Lua, Status, native};
    /// use std::time::{Duration, Instant};
    ///
    /// /// Waits until it is time.
    /// #[derive(Collect)]
    /// struct Until(#[collect(static)] Instant);
    ///
    /// impl<'gc> Sequence<'gc> for Until {
    ///     const NAME: &'static str = "app.until";
    ///
    ///     fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
    ///         let Some(left) = self.0.checked_duration_since(Instant::now()) else { return Ok(Poll::Return(0)) };
    ///         let waker = call.waker();
    ///         std::thread::spawn(move || {
    ///             std::thread::sleep(left);
    ///             waker.wake();
    ///         });
    ///         Ok(Poll::Waiting)
    ///     }
    /// }
    ///
    /// let mut lua = Lua::new();
    /// lua.enter(|ctx| {
    ///     let native = native!("app.sleep", |call| call.sequence(Until(Instant::now() + Duration::from_millis(5))));
    ///     ctx.globals().set_field(ctx, "sleep", Function::native(ctx, native).unwrap());
    /// });
    /// let task = lua.load("sleep() return 42").start(())?;
    /// while task.run(&mut lua, &mut Fuel::with(1000))? == Status::Waiting {
    ///     std::thread::sleep(Duration::from_millis(1)); // the host does something else meanwhile
    /// }
    /// assert_eq!(task.results::<i64>(&lua)?, 42);
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn waker(&self) -> Waker {
        let task = self.ctx.state().step.task.get();
        task.map_or_else(|| Waker::noop().clone(), |task| ExecutorObject::wakeup(task, self.ctx.mc()).into())
    }

    // ---- The function itself ----

    /// One of the values the function was made with, counted from 0; nil if there are fewer.
    pub fn upvalue(&self, index: usize) -> Value<'gc> {
        self.upvalue_slot(index).value()
    }

    /// As [`upvalue`](Self::upvalue), as a [`Slot`].
    #[inline(always)]
    pub fn upvalue_slot(&self, index: usize) -> Slot<'gc> {
        NativeObject::upvalue(self.native, index)
    }

    /// How many values the function was made with.
    pub fn upvalue_count(&self) -> usize {
        usize::from(self.native.upvalue_count)
    }

    /// Replaces one of the values the function was made with. Does nothing if there are fewer.
    pub fn set_upvalue(&mut self, index: usize, value: impl Into<Value<'gc>>) {
        NativeObject::set_upvalue(self.native, self.ctx.mc(), index, Slot::from(value.into()));
    }

    /// Looks at what the running thread is doing. Level 0 is this native, or the sequence that it is; level 1 is what
    /// called it.
    ///
    /// ```
    /// use fife::gc::Function;
    /// use fife::{Lua, native};
    ///
    /// let mut lua = Lua::new();
    /// lua.enter(|ctx| {
    ///     // `line()`: the line of its call.
    ///     let line = native!("app.line", |call| {
    ///         let position = call.inspector().level(1).and_then(|caller| caller.position());
    ///         call.one(position.map(|position| position.line))
    ///     });
    ///     ctx.globals().set_field(ctx, "line", Function::native(ctx, line).unwrap());
    /// });
    /// assert_eq!(lua.load("local here =\n line()\n return here").eval::<i64>()?, 2);
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn inspector(&self) -> Inspector<'gc> {
        // A sequence has a frame of its own.
        let top = self.thread.top_frame();
        let is_sequence =
            top.is_some_and(|top| matches!(top.view(), FrameView::Sequence { first, .. } if first == self.base));
        Inspector::of_native(self.ctx, self.thread, self.native, self.base, self.count, is_sequence)
    }

    /// The running thread.
    pub fn running_thread(&self) -> crate::object::Thread<'gc> {
        crate::object::Thread::known(self.thread)
    }

    // ---- Arguments ----

    /// Whether there is no argument with this number.
    #[inline]
    pub fn is_none(&self, index: usize) -> bool {
        index >= self.len()
    }

    /// Whether there is no argument with this number, or it is nil.
    #[inline]
    pub fn is_none_or_nil(&self, index: usize) -> bool {
        self.slot(index).is_nil()
    }

    /// The argument, which must be there; it may be nil.
    pub fn any(&self, index: usize) -> Result<Value<'gc>, Error<'gc>> {
        if self.is_none(index) {
            return Err(self.argument_error(index, "value expected"));
        }
        Ok(self.get(index))
    }

    /// The argument as an integer: integers, integral floats, and strings that read as such.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    pub fn integer(&self, index: usize) -> Result<i64, Error<'gc>> {
        match self.slot(index).as_integer() {
            Some(value) => Ok(value),
            None => self.integer_slow(index),
        }
    }

    #[cold]
    #[inline(never)]
    fn integer_slow(&self, index: usize) -> Result<i64, Error<'gc>> {
        let number = self.numeric(index)?;
        number.to_integer().ok_or_else(|| self.argument_error(index, "number has no integer representation"))
    }

    /// The argument as an integer, or `default` if it is absent or nil.
    #[inline]
    pub fn integer_or(&self, index: usize, default: i64) -> Result<i64, Error<'gc>> {
        if self.is_none_or_nil(index) { Ok(default) } else { self.integer(index) }
    }

    /// The argument as a float: numbers, and strings that read as such.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    pub fn number(&self, index: usize) -> Result<f64, Error<'gc>> {
        match self.slot(index).as_float() {
            Some(value) => Ok(value),
            None => self.number_slow(index),
        }
    }

    #[cold]
    #[inline(never)]
    fn number_slow(&self, index: usize) -> Result<f64, Error<'gc>> {
        let value = self.get(index);
        self.charge_numeral(value);
        value.to_number().ok_or_else(|| self.type_error(index, "number"))
    }

    /// Charges for reading a value as a number, if it is a string: for [`Value::to_integer`] and [`Value::to_number`],
    /// which do not charge.
    pub fn charge_numeral(&self, value: Value<'gc>) {
        if let Value::String(text) = value {
            self.charge(number::numeral_cost(text.len()));
        }
    }

    /// The argument as a number, integers staying integers: numbers, and strings that read as such.
    pub fn numeric(&self, index: usize) -> Result<Number, Error<'gc>> {
        let found = match self.get(index) {
            Value::Integer(value) => Some(Number::Integer(value)),
            Value::Number(value) => Some(Number::Float(value)),
            Value::String(string) => {
                self.charge(number::numeral_cost(string.len()));
                number::parse(string.as_bytes())
            }
            _ => None,
        };
        found.ok_or_else(|| self.type_error(index, "number"))
    }

    /// The argument as a string: strings, and numbers as their text.
    #[inline(always)]
    pub fn string(&self, index: usize) -> Result<LuaString<'gc>, Error<'gc>> {
        match self.slot(index).as_string() {
            Some(string) => Ok(LuaString(string)),
            None => self.string_slow(index),
        }
    }

    #[cold]
    #[inline(never)]
    fn string_slow(&self, index: usize) -> Result<LuaString<'gc>, Error<'gc>> {
        match self.get(index) {
            Value::Integer(value) => self.make_string(number::integer_text(value).as_bytes()),
            Value::Number(value) => self.make_string(number::float_text(value).as_bytes()),
            _ => Err(self.type_error(index, "string")),
        }
    }

    /// The argument as a string, or nothing if it is absent or nil.
    pub fn string_or_none(&self, index: usize) -> Result<Option<LuaString<'gc>>, Error<'gc>> {
        if self.is_none_or_nil(index) { Ok(None) } else { self.string(index).map(Some) }
    }

    /// The argument, which must be a table.
    #[inline(always)]
    pub fn table(&self, index: usize) -> Result<Table<'gc>, Error<'gc>> {
        match self.slot(index).as_table() {
            Some(table) => Ok(Table(table)),
            None => Err(self.type_error(index, "table")),
        }
    }

    /// The argument, which must be a function.
    pub fn function(&self, index: usize) -> Result<Function<'gc>, Error<'gc>> {
        match self.get(index) {
            Value::Function(function) => Ok(function),
            _ => Err(self.type_error(index, "function")),
        }
    }

    /// The argument, which must be a coroutine.
    pub fn thread(&self, index: usize) -> Result<crate::object::Thread<'gc>, Error<'gc>> {
        match self.get(index) {
            Value::Thread(thread) => Ok(thread),
            _ => Err(self.type_error(index, "thread")),
        }
    }

    /// The argument, which must be a userdata.
    pub fn userdata(&self, index: usize, type_name: &str) -> Result<UserData<'gc>, Error<'gc>> {
        match self.get(index) {
            Value::UserData(data) => Ok(data),
            _ => Err(self.type_error(index, type_name)),
        }
    }

    /// The index of a string argument (or of `default`) in a list of options. Fails with "invalid option" if it is not
    /// in the list.
    pub fn option(&self, index: usize, default: Option<&str>, options: &[&str]) -> Result<usize, Error<'gc>> {
        let given = match (self.is_none_or_nil(index), default) {
            (true, Some(default)) => default.as_bytes(),
            _ => self.string(index)?.as_bytes(),
        };
        // In PUC-Rio Lua it is a C string.
        let given = given.split(|byte| *byte == 0).next().unwrap_or_default();
        if let Some(found) = options.iter().position(|option| option.as_bytes() == given) {
            return Ok(found);
        }
        self.reserve(given.len())?;
        Err(self.argument_error_of(index, [b"invalid option '", given, b"'"]))
    }

    // ---- Complaints ----

    /// An error with this text, preceded by the position of the Lua code that called.
    #[cold]
    pub fn error(&self, message: impl AsRef<[u8]>) -> Error<'gc> {
        runtime::native_error(self.ctx, self.thread, Some(self.base), 1, &[message.as_ref()])
    }

    /// `bad argument #N to 'name' (message)`; arguments are numbered from 0 here, and from 1 in the text.
    #[cold]
    pub fn argument_error(&self, index: usize, message: impl AsRef<[u8]>) -> Error<'gc> {
        self.argument_error_of(index, [message.as_ref(), b"", b""])
    }

    /// As [`argument_error`](Self::argument_error), with a message in parts.
    #[cold]
    fn argument_error_of(&self, index: usize, message: [&[u8]; 3]) -> Error<'gc> {
        runtime::argument_error(self.ctx, self.thread, self.native, Some(self.base), index, message)
    }

    /// `bad argument #N to 'name' (expected expected, got type)`.
    #[cold]
    pub fn type_error(&self, index: usize, expected: &str) -> Error<'gc> {
        let found = self.slot(index);
        let got = if self.is_none(index) { b"no value" } else { runtime::type_name_of(self.ctx, found) };
        self.argument_error_of(index, [expected.as_bytes(), b" expected, got ", got])
    }

    /// An error with this text, preceded by the position of the Lua code at a level, as by Lua's `error`: level 1 is
    /// the function that called, level 2 its caller. There is no position at level 0, at a level that does not exist,
    /// and in code that is not Lua. Costs a unit per 4 levels.
    #[cold]
    pub fn error_at(&self, level: usize, message: impl AsRef<[u8]>) -> Error<'gc> {
        if level == 0 {
            return Error::from_text(self.ctx, message);
        }
        self.charge(level.min(self.thread.frame_count.get() as usize) / 4);
        runtime::native_error(self.ctx, self.thread, Some(self.base), level, &[message.as_ref()])
    }

    /// A traceback from this level on, as `debug.traceback` shows it: `stack traceback:` and a line for each function.
    /// Level 0 is this native, level 1 what called it; or, in a message handler, what failed. Charges for its work.
    #[cold]
    pub fn traceback(&self, level: usize) -> Vec<u8> {
        self.inspector().traceback(level)
    }

    /// The error of an operation that failed. As in PUC-Rio Lua it has no position, because the failing code is native.
    ///
    /// If memory was refused, the native is called again after a collection, or the sequence polled again. So there
    /// must not have been an effect yet, as with [`reserve`](Self::reserve).
    pub fn failure(&self, failure: Failure<'gc>) -> Error<'gc> {
        match failure {
            Failure::Table(TableError::OutOfMemory) => self.refused(),
            other => runtime::failure(self.ctx, self.thread, usize::MAX, other, None),
        }
    }

    /// The Lua error for a refusal of memory or a bad table key.
    #[cold]
    pub fn failed(&self, error: impl IntoError) -> Error<'gc> {
        error.into_error(self.ctx)
    }
}

/// A count of values, saturated to the 32 bits that any window fits in.
#[inline(always)]
fn saturated(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
