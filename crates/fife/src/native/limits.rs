//! The limits that a host sets for a VM.

use crate::object::STRING_LIMIT;
use std::time::Duration;

/// The default of [`Limits::step_fuel`].
pub const STEP_FUEL: u64 = 65_536;

/// The default of [`Limits::close_fuel`].
const CLOSE_FUEL: u64 = 10_000;

/// The limits of one VM. They are given when it is made and do not change; for other limits, make another VM.
///
/// | limit | trusted: [`default`](Limits::default) | [`untrusted`](Limits::untrusted) | what a script meets there |
/// |---|---|---|---|
/// | `memory` | none | 64 MiB | `not enough memory` |
/// | `step_fuel` | 65,536 units | 10,000 units | nothing: the next step continues |
/// | `fuel` | none | 10,000,000 units | nothing: the call is over |
/// | `close_fuel` | 10,000 units | 10,000 units | nothing: no more variables are closed |
/// | `deadline` | none | 1 second | nothing: the host may continue or drop the task |
/// | `stack_slots` | 1,000,000, as PUC-Rio Lua | 100,000 | `stack overflow` |
/// | `call_depth` | 300,000 | 20,000 | `stack overflow` |
/// | `coroutine_depth` | 10,000 | 200, as PUC-Rio Lua | `C stack overflow` |
/// | `coroutines` | none | 10,000 | `too many coroutines` |
/// | `string_bytes` | 2 GiB | 8 MiB | `resulting string too large`, `string length overflow` |
/// | `source_bytes` | 1 GiB | 256 KiB | `chunk is too long`, which `load` returns |
/// | `binary_chunks` | with all libraries | no | `attempt to load a binary chunk`, which `load` returns |
/// | `compat_5_3` | yes | yes | without it, Lua 5.4 alone |
///
/// What a script meets is an error that it can catch. The fuel of a task is not a limit of the VM: the host gives it to
/// [`Task::run`](crate::Task::run) or [`Lua::step`](crate::Lua::step).
///
/// Any value is allowed. Where a limit leaves nothing, scripts get an error, and the VM stays usable. A value beyond
/// what Fife can handle counts as the largest that it can, so `usize::MAX` means no limit.
///
/// ```
/// use fife::{ErrorKind, Limits, Lua};
///
/// let mut limits = Limits::untrusted();
/// limits.memory = Some(4 << 20);
/// let mut lua = Lua::builder().limits(limits).build()?;
/// let error = lua.load("local s = 'x' while true do s = s .. s end").exec().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Memory);
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most bytes that the VM may hold, as [`Lua::memory`](crate::Lua::memory) counts them; none for no limit. All
    /// garbage is collected before a script gets an error. Errors and small objects may pass the limit by 256 KiB.
    ///
    /// A limit below what an empty VM holds (256 KiB, with all libraries 512 KiB) refuses everything that scripts ask
    /// for.
    #[doc(alias = "set_memory_limit")]
    pub memory: Option<usize>,
    /// The fuel of one step of [`Task::run`](crate::Task::run), in units of about an instruction; 0 counts as 1.
    /// Between steps the collector works and the deadline is checked, so steps should take no more than some
    /// milliseconds.
    pub step_fuel: u64,
    /// The most fuel of one call that runs to its end, such as [`Function::call`](crate::Function::call) and
    /// [`Chunk::eval`](crate::Chunk::eval), in units of about an instruction; none for no limit.
    /// [`Lua::set_fuel`](crate::Lua::set_fuel) is for all of them together.
    #[doc(alias = "set_hook")]
    #[doc(alias = "set_interrupt")]
    pub fuel: Option<u64>,
    /// The fuel for closing variables with `<close>` when a call is [cancelled](crate::Task::cancel) because its fuel
    /// or time is used up, or because its [future](crate::Running) is dropped; in units of about an instruction. With 0
    /// none is closed.
    pub close_fuel: u64,
    /// How long one call that runs a script may take; none for no limit. After that, [`Task::run`](crate::Task::run)
    /// returns [`Status::Deadline`](crate::Status::Deadline), and the task can be run further or dropped;
    /// [`Chunk::eval`](crate::Chunk::eval) and similar methods fail with
    /// [`ErrorKind::Deadline`](crate::ErrorKind::Deadline). Compiling the chunk is part of that time.
    ///
    /// It is checked between steps of [`step_fuel`](Self::step_fuel), and between slices of a collection that the task
    /// waits for. So the call takes at most a step and a slice longer; with a deadline of zero each call makes one
    /// step. [`Lua::close`](crate::Lua::close) runs finalizers under it. [`Lua::step`](crate::Lua::step),
    /// [`Chunk::into_function`](crate::Chunk::into_function) and [`Lua::collect_all`](crate::Lua::collect_all) have no
    /// deadline.
    ///
    /// The clock is monotonic ([`Instant`](std::time::Instant)), and no script sees it. Where the target has none, as
    /// `wasm32-unknown-unknown`, it is the host's, [`Host::now`](crate::Host::now). Without either,
    /// [`Builder::build`](crate::Builder::build) fails.
    ///
    /// ```
    /// use fife::{ErrorKind, Limits, Lua};
    /// use std::time::Duration;
    ///
    /// let mut limits = Limits::untrusted();
    /// limits.deadline = Some(Duration::from_millis(5));
    /// limits.fuel = None;
    /// let mut lua = Lua::builder().limits(limits).build()?;
    /// let error = lua.load("while true do end").exec().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Deadline);
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub deadline: Option<Duration>,
    /// The most slots of one thread's stack, for the registers, arguments and results of all its activations: 16 bytes
    /// each. At most 67,108,864. Each thread has 64, whatever the limit; message handlers get some more for the error
    /// itself.
    pub stack_slots: usize,
    /// The most activations of one thread: functions that have not returned, protected calls, natives that wait. At
    /// most 33,554,432. Each thread has room for 4, whatever the limit.
    pub call_depth: usize,
    /// The most coroutines that run within one another, each resumed by the one before; with 0 none can be resumed. The
    /// error is PUC-Rio Lua's.
    pub coroutine_depth: usize,
    /// The most threads alive at the same time: coroutines, and the tasks of the host. Garbage is collected before a
    /// script gets an error. Only `coroutine.create` and `coroutine.wrap` raise it: a host may have any number of
    /// tasks.
    pub coroutines: usize,
    /// The most bytes of a string that a script makes, at most [`STRING_LIMIT`](crate::STRING_LIMIT). Constants of its
    /// source, strings that the host makes, and error messages (up to 4 KiB) may be longer.
    pub string_bytes: usize,
    /// The most bytes of one chunk, text or binary, at most [`STRING_LIMIT`](crate::STRING_LIMIT). It also bounds
    /// chunks that the host [loads](crate::Lua::load).
    pub source_bytes: usize,
    /// Whether binary chunks, made by `string.dump`, may be loaded; none means only where
    /// [all libraries](crate::Libraries::ALL) are open. Without the feature `full`, which is on by default, none are
    /// loaded. They are verified, and cannot do what a script cannot, but their author can reach far more of Fife's
    /// code than source text can.
    pub binary_chunks: Option<bool>,
    /// Whether scripts have what PUC-Rio Lua, as it is built and shipped, keeps of Lua 5.3 (`LUA_COMPAT_5_3`):
    /// `math.atan2`, `cosh`, `frexp`, `ldexp`, `log10`, `pow`, `sinh` and `tanh`; and `__lt` in place of a missing
    /// `__le`.
    ///
    /// ```
    /// use fife::{Limits, Lua};
    ///
    /// for is_compatible in [true, false] {
    ///     let mut limits = Limits::default();
    ///     limits.compat_5_3 = is_compatible;
    ///     let mut lua = Lua::builder().limits(limits).build()?;
    ///     assert_eq!(lua.load("math.pow ~= nil").eval::<bool>()?, is_compatible);
    /// }
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub compat_5_3: bool,
}

/// Slots and activations are numbered in 32 bits, and some sums of them are not checked.
const STACK_SLOTS_MAX: usize = 1 << 26;
const CALL_DEPTH_MAX: usize = 1 << 25;

impl Limits {
    /// Limits for untrusted scripts: see the table [above](Limits).
    pub fn untrusted() -> Limits {
        Limits {
            memory: Some(64 << 20),
            step_fuel: 10_000,
            fuel: Some(10_000_000),
            close_fuel: CLOSE_FUEL,
            deadline: Some(Duration::from_secs(1)),
            stack_slots: 100_000,
            call_depth: 20_000,
            coroutine_depth: 200,
            coroutines: 10_000,
            string_bytes: 8 << 20,
            source_bytes: 256 << 10,
            binary_chunks: Some(false),
            compat_5_3: true,
        }
    }

    /// The same limits, with no value beyond what the VM can handle, which it relies on.
    pub(crate) fn bounded(self) -> Limits {
        Limits {
            step_fuel: self.step_fuel.max(1),
            stack_slots: self.stack_slots.min(STACK_SLOTS_MAX),
            call_depth: self.call_depth.min(CALL_DEPTH_MAX),
            string_bytes: self.string_bytes.min(STRING_LIMIT),
            source_bytes: self.source_bytes.min(STRING_LIMIT),
            ..self
        }
    }
}

impl Default for Limits {
    /// Limits for trusted scripts: see the table [above](Limits).
    fn default() -> Limits {
        Limits {
            memory: None,
            step_fuel: STEP_FUEL,
            fuel: None,
            close_fuel: CLOSE_FUEL,
            deadline: None,
            stack_slots: 1_000_000,
            call_depth: 300_000,
            coroutine_depth: 10_000,
            coroutines: usize::MAX,
            string_bytes: STRING_LIMIT,
            source_bytes: 1 << 30,
            binary_chunks: None,
            compat_5_3: true,
        }
    }
}
