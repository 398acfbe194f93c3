//! What a host allows a VM.

use std::time::Duration;

/// The limits of one VM. Each has an error, except those on fuel and time, which suspend: the host may go on with the task or
/// drop it. They are given when the VM is made and do not change then.
///
/// ```
/// use fife::{Fuel, Limits, Lua, NoHost};
///
/// let mut limits = Limits::untrusted();
/// limits.memory = Some(4 << 20);
/// let mut lua = Lua::sandboxed(NoHost, limits);
/// let task = lua.start(b"local s = 'x' while true do s = s .. s end", "=bomb").unwrap();
/// let error = lua.run(&task, &mut Fuel::with(1_000_000)).unwrap_err();
/// assert_eq!(error.to_string(), "not enough memory");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most bytes held, or none for no limit. Error: `not enough memory`. A limit below what an empty VM holds (about
    /// 256 KiB) refuses all that scripts ask for.
    pub memory: Option<usize>,
    /// The fuel of one step of [`Lua::run`](crate::Lua::run), in units; 0 counts as 1.
    pub step_fuel: u64,
    /// How long one call of [`Lua::run`](crate::Lua::run) may take by the host's clock, looked at between steps; none for no limit, and
    /// where [`Host::now`](crate::Host::now) has no clock. Then it returns [`RunError::DeadlinePassed`](crate::RunError::DeadlinePassed).
    pub deadline: Option<Duration>,
    /// The most slots of one thread's value stack. Error: `stack overflow`.
    pub stack_slots: usize,
    /// The most activations of one thread. Error: `stack overflow`.
    pub call_depth: usize,
    /// The most coroutines that run within one another, each resumed by the one before. Error: `C stack overflow`, as in
    /// PUC-Rio Lua, whose limit is about 200.
    pub coroutine_depth: usize,
    /// The most threads alive at the same time: coroutines, and the tasks of the host. Garbage is collected before it comes to an
    /// error, which is of `coroutine.create` and `coroutine.wrap`: `too many coroutines`.
    pub coroutines: usize,
    /// The most bytes of a string that a script makes, at most [`STRING_LIMIT`](crate::STRING_LIMIT). Errors: `string length overflow`,
    /// `resulting string too large`.
    pub string_bytes: usize,
    /// The most bytes of one chunk, text or binary. Error from `load`: `chunk is too long`.
    pub source_bytes: usize,
    /// Whether binary chunks, made by `string.dump`, may be loaded; or nothing, for only where all libraries are open. They
    /// are verified, and cannot do what a script cannot, but they show whoever writes them far more of Fife than Lua does.
    /// Error from `load`: `attempt to load a binary chunk`.
    pub binary_chunks: Option<bool>,
}

impl Limits {
    /// For scripts that nobody has to trust: 64 MiB of memory, 10,000 units of fuel a step, a second for a call of `run`, 100,000 stack
    /// slots, 20,000 activations, 10,000 coroutines, 200 of them within one another, strings of up to 8 MiB, sources of up to 256 KiB, no binary
    /// chunks.
    pub fn untrusted() -> Limits {
        Limits {
            memory: Some(64 << 20),
            step_fuel: 10_000,
            deadline: Some(Duration::from_secs(1)),
            stack_slots: 100_000,
            call_depth: 20_000,
            coroutine_depth: 200,
            coroutines: 10_000,
            string_bytes: 8 << 20,
            source_bytes: 256 << 10,
            binary_chunks: Some(false),
        }
    }
}

impl Default for Limits {
    /// For trusted scripts: no limit on memory, time or the number of coroutines, 65,536 units of fuel a step, PUC-Rio Lua's 1,000,000 stack slots, 300,000
    /// activations, 10,000 coroutines within one another, strings of up to 2 GiB, source text of up to 1 GiB.
    fn default() -> Limits {
        Limits {
            memory: None,
            step_fuel: super::STEP_FUEL,
            deadline: None,
            stack_slots: 1_000_000,
            call_depth: 300_000,
            coroutine_depth: 10_000,
            coroutines: usize::MAX,
            string_bytes: crate::object::STRING_LIMIT,
            source_bytes: 1 << 30,
            binary_chunks: None,
        }
    }
}
