//! What kinds of errors a host can tell apart.

/// What kind of error ended something. The kind is the error's own, and not read from its text or its value.
///
/// A script cannot make an error of another kind than [`Runtime`](Self::Runtime): one that catches an error with
/// `pcall` gets its value, and what it raises with that is a new error. So `error("not enough memory", 0)` is of the
/// kind `Runtime`, and so is a refusal that a script caught and raised again. A refusal that passes the `__close`
/// methods of variables, a sequence that does not handle it, or a function made by `coroutine.wrap`, was not caught and
/// keeps its kind.
///
/// ```
/// use fife::{ErrorKind, Limits, Lua};
///
/// let mut limits = Limits::untrusted();
/// limits.memory = Some(4 << 20);
/// let mut lua = Lua::builder().limits(limits).build()?;
/// let mut kind = |source| lua.load(source).exec().map_err(|error| error.kind());
/// assert_eq!(kind("local s = ('x'):rep(1 << 22)"), Err(ErrorKind::Memory));
/// assert_eq!(kind("error('not enough memory', 0)"), Err(ErrorKind::Runtime));
/// assert_eq!(kind("while true do end"), Err(ErrorKind::Fuel));
/// assert_eq!(kind("x ="), Err(ErrorKind::Syntax));
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A chunk could not be loaded: it is not Lua, not a valid binary chunk, or one of those that the limits do not
    /// allow.
    Syntax,
    /// The script raised it, or something failed that it did.
    Runtime,
    /// [`Limits::memory`](crate::Limits::memory) refused something, and no script caught that.
    Memory,
    /// The fuel is used up.
    Fuel,
    /// The [deadline](crate::Limits::deadline) has passed.
    Deadline,
    /// A value was not of the type that the host wanted, or not in its range.
    Conversion,
    /// A value of the host's that a script holds was in use, or had been [taken](crate::AnyUserData::take).
    Borrow,
    /// A handle was used with another VM than its own.
    Handle,
    /// The host dropped the task, or cancelled it.
    Cancelled,
    /// A call that waits for its end came to an async function, which has to wait for something outside: such code is
    /// run by [`Function::call_async`](crate::Function::call_async) and its like.
    Waiting,
    /// The host's code panicked in a step of the task.
    Panicked,
}
