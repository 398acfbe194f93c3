//! Finds a thread's levels.

use super::activation::Activation;
use super::level::{Level, level_of, native_level};
use super::traceback;
use crate::object::{Context, CoroutineOrigin, Error, FrameInfo, Moment, NativeObject, Status, Thread, ThreadObject};
use fife_arena::Gc;
use std::fmt;

/// Looks at what a thread is doing: at the levels of its stack, as `debug.getinfo` and `debug.traceback` count them.
///
/// [`of_thread`](Self::of_thread) looks at any thread, that of a task between its steps or a coroutine; a native looks
/// at its own thread by [`Call::inspector`](crate::gc::Call::inspector). It is a view of one moment. After another step
/// of the VM, the inspector and everything it found are outdated, and find nothing.
///
/// ```
/// use fife::gc::{Activation, Inspector, VariableKind};
/// use fife::{Fuel, Lua, Result, Status};
///
/// let source = "local function spin(limit)
///   local turns = 0
///   while turns < limit do turns = turns + 1 end
/// end
/// spin(1e9)";
/// let mut lua = Lua::new();
/// let task = lua.load(source).name("@spin.lua").start(())?;
/// // In the middle of the loop there is no fuel left.
/// assert_eq!(task.run(&mut lua, &mut Fuel::with(1000))?, Status::OutOfFuel);
/// let lines: Result<Vec<String>> = lua.enter(|ctx| {
///     let thread = task.fetch(ctx)?.thread();
///     let describe = |level: Activation<'_>| {
///         let name = level.name().map_or("main chunk".to_owned(), |name| name.to_string());
///         let line = level.position().map_or(0, |position| position.line);
///         let variables = level.locals().filter(|it| it.kind() == VariableKind::Local);
///         let variables = variables.map(|it| String::from_utf8_lossy(it.name()).into_owned());
///         format!("line {line} in {name}: {}", variables.collect::<Vec<_>>().join(", "))
///     };
///     Ok(Inspector::of_thread(ctx, thread).levels().map(describe).collect())
/// });
/// assert_eq!(lines?, ["line 3 in local 'spin': limit, turns", "line 5 in main chunk: spin"]);
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Inspector<'gc> {
    ctx: Context<'gc>,
    thread: Gc<'gc, ThreadObject<'gc>>,
    /// The native that runs on top of all frames, or failed there: level 0 then.
    native: Option<Gc<'gc, NativeObject<'gc>>>,
    /// The slots in which that one has its values: the first, and the end of them.
    window: (u32, u32),
    /// The end of the values that the frame on top has, if it is one of Lua code, and if it is a sequence.
    code_end: u32,
    sequence_end: u32,
    /// Whether it shows nothing: a dead coroutine may have frames, which are shown only for its error.
    is_dead: bool,
    /// Where in its instruction a Lua frame on top is.
    moment: Moment,
    /// The coroutine left by the error that the thread failed with, or that is handled in it.
    origin: Option<Gc<'gc, CoroutineOrigin<'gc>>>,
    /// The step in which this is valid.
    step: u64,
}

impl<'gc> Inspector<'gc> {
    /// Looks at a thread. For the running thread it shows only what is below the calling native, which uses
    /// [`Call::inspector`](crate::gc::Call::inspector) instead.
    pub fn of_thread(ctx: Context<'gc>, thread: Thread<'gc>) -> Inspector<'gc> {
        let thread = thread.0;
        let is_running = ctx.state().step.running.get().is_some_and(|running| Gc::ptr_eq(running, thread));
        let has_failed = thread.status.get() == Status::Failed;
        let failure = thread.failure.get().filter(|_| has_failed);
        let end = if is_running { thread.stack_size.get() } else { thread.live_top.get() };
        Inspector {
            ctx,
            thread,
            native: failure.and_then(|error| error.thrower()),
            window: (0, 0),
            code_end: end,
            sequence_end: thread.open_top.get().min(end),
            is_dead: thread.status.get() == Status::Dead,
            moment: if is_running || has_failed { Moment::Working } else { Moment::Stopped },
            origin: failure.and_then(|error| error.origin()),
            step: ctx.state().step.number(),
        }
    }

    /// Looks at the running thread, where an error is raised.
    pub(crate) fn of_error(ctx: Context<'gc>, thread: Gc<'gc, ThreadObject<'gc>>, error: Error<'gc>) -> Inspector<'gc> {
        let (native, origin) = (error.thrower(), error.origin());
        Inspector { native, origin, moment: Moment::Working, ..Inspector::of_thread(ctx, Thread(thread)) }
    }

    /// Looks at the coroutine left by the error that is handled here, or that the thread failed with, if it passed a
    /// function of `coroutine.wrap` and only the host could catch it. The coroutine is dead, and its frames are as they
    /// were when it failed.
    ///
    /// ```
    /// use fife::gc::{Executor, Function};
    /// use fife::{Fuel, Lua, native};
    ///
    /// let mut lua = Lua::new();
    /// let source = "local step = coroutine.wrap(function()\n local x = nil + 1\n end)\n step()";
    /// let function = lua.load(source).name("=demo").into_function()?;
    /// let task = lua.enter(|ctx| {
    ///     let handler = native!("app.handler", |call| {
    ///         let text = call.inspector().origin().map(|it| it.traceback(0)).unwrap_or_default();
    ///         let text = call.ctx().string(text);
    ///         call.one(text)
    ///     });
    ///     let handler = Function::native(ctx, handler).unwrap();
    ///     Ok::<_, fife::Error>(Executor::with_handler(ctx, function.fetch(ctx)?, &[], handler).unwrap().stash(ctx))
    /// })?;
    /// let error = task.run(&mut lua, &mut Fuel::with(1000)).unwrap_err();
    /// assert_eq!(error.to_string(), "stack traceback:\n\tdemo:2: in function <demo:1>");
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn origin(self) -> Option<Inspector<'gc>> {
        let origin = self.origin.filter(|_| self.is_current())?;
        let thread = origin.thread;
        let end = thread.live_top.get();
        Some(Inspector {
            thread,
            native: origin.thrower,
            window: (0, 0),
            code_end: end,
            sequence_end: thread.open_top.get().min(end),
            is_dead: false,
            moment: Moment::Working,
            origin: origin.origin,
            ..self
        })
    }

    /// Looks at the running thread from a native, whose `count` values lie from slot `base` on. A sequence has a frame
    /// itself.
    pub(crate) fn of_native(
        ctx: Context<'gc>,
        thread: Gc<'gc, ThreadObject<'gc>>,
        native: Gc<'gc, NativeObject<'gc>>,
        base: u32,
        count: u32,
        is_sequence: bool,
    ) -> Inspector<'gc> {
        let end = base + count;
        Inspector {
            ctx,
            thread,
            native: (!is_sequence).then_some(native),
            window: (base, end),
            code_end: base - 1,
            sequence_end: if is_sequence { end } else { base - 1 },
            is_dead: false,
            moment: Moment::Working,
            origin: thread.failure.get().and_then(|error| error.origin()),
            step: ctx.state().step.number(),
        }
    }

    /// The thread it looks at.
    pub fn thread(self) -> Thread<'gc> {
        Thread::known(self.thread)
    }

    /// The activation at a level. Level 0 is the function that runs or ran last: in a native, the native itself, with
    /// its caller at level 1. Costs a unit for each 8 levels.
    pub fn level(self, level: usize) -> Option<Activation<'gc>> {
        self.ctx.state().charge(level.min(self.thread.frame_count.get() as usize) / 8);
        self.levels().nth(level)
    }

    /// All activations, innermost first.
    pub fn levels(self) -> Levels<'gc> {
        let rest = if self.is_dead { 0 } else { self.thread.frame_count.get() };
        Levels { inspector: self, native: self.native, rest }
    }

    /// A traceback of the levels from `first` on, as from `debug.traceback`: `stack traceback:` and a line for each
    /// level. A long one has a gap. Charges a unit for each 2 levels, and for each line the cost of finding a name.
    ///
    /// ```
    /// use fife::gc::Inspector;
    /// use fife::{Lua, Thread};
    ///
    /// let mut lua = Lua::new();
    /// let source = "local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) return co";
    /// let thread: Thread = lua.load(source).name("=made").eval()?;
    /// let text = lua.enter(|ctx| thread.fetch(ctx).map(|thread| Inspector::of_thread(ctx, thread).traceback(0)))?;
    /// let text = String::from_utf8_lossy(&text);
    /// assert_eq!(text, "stack traceback:\n\t[C]: in function 'coroutine.yield'\n\tmade:1: in function <made:1>");
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn traceback(self, first: usize) -> Vec<u8> {
        traceback::traceback(self, i64::try_from(first).unwrap_or(i64::MAX))
    }

    /// The parts of the [`traceback`](Self::traceback) of the levels from `first` on, with the levels of the coroutines
    /// that the error [left](Self::origin). It charges as that does.
    ///
    /// ```
    /// use fife::gc::Inspector;
    /// use fife::{Lua, Thread};
    ///
    /// let mut lua = Lua::new();
    /// let source = "local co = coroutine.create(function() local x = {} coroutine.yield() end) \
    ///     coroutine.resume(co) return co";
    /// let thread: Thread = lua.load(source).name("=made").eval()?;
    /// let frames = lua.enter(|ctx| thread.fetch(ctx).map(|thread| Inspector::of_thread(ctx, thread).frames(0)))?;
    /// assert_eq!(frames[0].name.as_deref(), Some("function 'coroutine.yield'"));
    /// assert_eq!(frames[1].position.as_ref().map(|at| (at.line, at.column)), Some((1, Some(68))));
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn frames(self, first: usize) -> Vec<FrameInfo> {
        traceback::traceback_in_parts(self, i64::try_from(first).unwrap_or(i64::MAX)).1
    }

    /// Both at once.
    pub(crate) fn traceback_in_parts(self) -> (Vec<u8>, Vec<FrameInfo>) {
        traceback::traceback_in_parts(self, 0)
    }

    /// Whether this is not outdated.
    pub(super) fn is_current(self) -> bool {
        self.ctx.state().step.number() == self.step
    }

    pub(super) fn ctx(self) -> Context<'gc> {
        self.ctx
    }

    pub(super) fn object(self) -> Gc<'gc, ThreadObject<'gc>> {
        self.thread
    }

    /// Whether the frame with this number is a Lua one that has stopped between two instructions.
    pub(super) fn is_stopped_in(self, frame: u32) -> bool {
        self.moment == Moment::Stopped && frame + 1 == self.thread.frame_count.get()
    }

    /// The slot up to which values are a Lua frame's own: from there on there is what runs above it, or nothing. It may
    /// be less than the instruction before the next one had in use, which need not have led there: a finalizer may run
    /// between any two.
    pub(super) fn end_of_code(self, frame: u32) -> u32 {
        self.thread.own_end(frame).unwrap_or(self.code_end)
    }

    /// The first of the values that a native has on the stack with so many frames below it, and the end of them.
    pub(super) fn native_values(self, below: u32) -> Option<(u32, u32)> {
        if below == self.thread.frame_count.get() {
            // A coroutine's native that failed left nothing.
            return Some(self.window);
        }
        self.thread.native_values(below, self.sequence_end)
    }
}

impl fmt::Debug for Inspector<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Inspector").field(&self.thread()).finish()
    }
}

/// The activations of a thread, innermost first: [`Inspector::levels`].
#[derive(Clone)]
pub struct Levels<'gc> {
    inspector: Inspector<'gc>,
    native: Option<Gc<'gc, NativeObject<'gc>>>,
    /// How many frames have not been looked at.
    rest: u32,
}

impl<'gc> Levels<'gc> {
    /// The next level, of a thread that is as it was.
    fn next_level(&mut self) -> Option<Level<'gc>> {
        if let Some(function) = self.native.take() {
            return Some(native_level(function, self.rest));
        }
        while self.rest > 0 {
            self.rest -= 1;
            let found = level_of(self.inspector.thread, self.rest, self.inspector.moment);
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

impl<'gc> Iterator for Levels<'gc> {
    type Item = Activation<'gc>;

    fn next(&mut self) -> Option<Activation<'gc>> {
        if !self.inspector.is_current() {
            return None;
        }
        self.next_level().map(|level| Activation::new(self.inspector, level))
    }

    // Stacks are deep: those passed over need not become activations.

    fn nth(&mut self, count: usize) -> Option<Activation<'gc>> {
        if !self.inspector.is_current() {
            return None;
        }
        for _ in 0..count {
            self.next_level()?;
        }
        self.next()
    }

    fn count(mut self) -> usize {
        if !self.inspector.is_current() {
            return 0;
        }
        std::iter::from_fn(|| self.next_level()).count()
    }
}

impl fmt::Debug for Levels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Levels").field(&self.inspector.thread()).finish()
    }
}
