//! The collector, as natives and hosts see it: what it counts, and how to request collections.
//!
//! Nothing is collected during a step. So requests are noted here, and `Lua::step`, which drives the collector, carries
//! them out before the task's next step. Invariant: a request is paid for with fuel, at the price
//! that the last cycle suggests.

use super::Context;

/// A handle of the collector, from [`Context::collector`]. Lua's `collectgarbage` is written with it.
///
/// A native that requests a collection is a [`Sequence`](crate::gc::Sequence): it makes the request, returns
/// [`Poll::Pending`](crate::gc::Poll::Pending), and is polled again after the collection.
///
/// ```
/// use fife::gc::{Call, Error, Function, Poll, Reply, Sequence};
/// use fife::{Collect, Lua, native};
///
/// /// Waits for a full collection.
/// #[derive(Collect)]
/// struct Tidy {
///     /// What was in use before it, once it has been asked for.
///     before: Option<usize>,
/// }
///
/// impl<'gc> Sequence<'gc> for Tidy {
///     const NAME: &'static str = "app.tidy";
///
///     fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
///         let collector = call.ctx().collector();
///         let Some(before) = self.before else {
///             self.before = Some(collector.count());
///             collector.request_full();
///             return Ok(Poll::Pending);
///         };
///         call.push(before.saturating_sub(collector.count()) as i64);
///         Ok(Poll::Return(1))
///     }
/// }
///
/// /// `tidy()`: collects all garbage, and returns how many bytes that freed.
/// fn tidy<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
///     call.sequence(Tidy { before: None })
/// }
///
/// let mut lua = Lua::new();
/// lua.enter(|ctx| ctx.globals().set_field(ctx, "tidy", Function::native(ctx, native!("app.tidy", tidy)).unwrap()));
/// assert!(lua.load("local s = ('x'):rep(100000) s = nil return tidy()").eval::<i64>()? >= 100_000);
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Collector<'gc> {
    ctx: Context<'gc>,
}

impl<'gc> Collector<'gc> {
    pub(super) fn new(ctx: Context<'gc>) -> Collector<'gc> {
        Collector { ctx }
    }

    /// How many bytes the VM's objects take, including garbage: 1024 times the result of `collectgarbage("count")`.
    /// Never more than [`Lua::memory`](crate::Lua::memory) counts as held, to which the limit on memory applies.
    pub fn count(self) -> usize {
        self.ctx.mc().metrics().object_bytes
    }

    /// Whether cycles start by themselves, which they do unless the collector was [stopped](Self::stop).
    pub fn is_running(self) -> bool {
        !self.ctx.state().requests.stopped.get()
    }

    /// Stops cycles from starting or continuing until [`restart`](Self::restart). Requested collections are still made,
    /// and so are those that the limit on memory needs.
    pub fn stop(self) {
        self.ctx.state().requests.stopped.set(true);
    }

    /// Lets cycles start by themselves again; the next one starts at once.
    pub fn restart(self) {
        self.ctx.state().requests.stopped.set(false);
    }

    /// Whether the running task is in a finalizer (`__gc`). There, as in PUC-Rio Lua, `collectgarbage` does nothing; a
    /// native that asks for a collection should do neither.
    pub fn is_finalizing(self) -> bool {
        self.ctx.state().step.is_finalizing.get()
    }

    /// Requests a full collection, and ends the step as soon as the native has returned: the collection is made before
    /// the task's next step. Objects with a finalizer are collected by the one after that. Outside of a step the
    /// collection is made after the next step.
    ///
    /// Costs a unit of fuel for each 16 bytes in use.
    pub fn request_full(self) {
        let state = self.ctx.state();
        // Its cost is known only afterwards; the last cycle is the best estimate.
        state.charge(self.ctx.mc().metrics().cycle_work() / 16);
        state.requests.full.set(true);
        state.interrupt();
    }

    /// Requests that `work` bytes are marked or swept, or fewer if a cycle ends before that, and ends the step as soon
    /// as the native has returned. Afterwards [`take_cycle_end`](Self::take_cycle_end) says whether a cycle has ended.
    ///
    /// Costs a unit of fuel for each 16 bytes, but at most the cost of four cycles.
    pub fn request_step(self, work: usize) {
        let state = self.ctx.state();
        // It ends with a cycle, whose work is a few times the heap's size.
        let bytes = self.ctx.mc().metrics().cycle_work();
        state.charge(work.min(bytes.saturating_mul(4)) / 16);
        state.requests.step.set(Some(work));
        state.interrupt();
    }

    /// Whether a cycle has ended between the last [step](Self::request_step) and the one before it. Says so once.
    pub fn take_cycle_end(self) -> bool {
        self.ctx.state().requests.cycle_ended.replace(false)
    }

    /// Whether memory was refused to the running native a second time, after all garbage was collected for it. Says so
    /// once: later refusals may wait for another collection.
    ///
    /// For a native that requests a collection but cannot wait for it, because the limit refused the sequence: the
    /// collection has been made.
    pub fn was_refused_again(self) -> bool {
        let step = &self.ctx.state().step;
        let was_refused = !step.may_wait();
        step.let_wait();
        was_refused
    }
}
