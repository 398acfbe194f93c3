//! The kinds of errors.

/// The kind of an error. It belongs to the error itself, and is not read from its text or its value.
///
/// A script can only make errors of the kind [`Runtime`](Self::Runtime). When it catches an error with `pcall` it gets
/// the value, and raising that makes a new error. So `error("not enough memory", 0)` is of the kind `Runtime`, and so
/// is a refusal that a script caught and raised again. A refusal that passes the `__close` methods of variables, a
/// sequence that does not handle it, or a function made by `coroutine.wrap` was not caught, and keeps its kind.
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
    /// A chunk could not be loaded: it is not Lua, it is not a valid binary chunk, or the limits do not allow it.
    Syntax,
    /// The script raised the error, or one of its operations failed.
    Runtime,
    /// [`Limits::memory`](crate::Limits::memory) refused an allocation, and no script caught that.
    Memory,
    /// The fuel is used up.
    Fuel,
    /// The [deadline](crate::Limits::deadline) has passed.
    Deadline,
    /// A value did not have the type that the host asked for, or was not in its range.
    Conversion,
    /// A value of a class was in use, or had been [taken](crate::AnyUserData::take); or the value of
    /// [`data`](crate::Access::data) was in use or absent.
    Borrow,
    /// A handle was used with another VM than its own.
    Handle,
    /// The host dropped the task, or cancelled it.
    Cancelled,
    /// A call that runs to its end met an async function that has to wait for something outside. Run such code with
    /// [`Function::call_async`](crate::Function::call_async) or similar methods.
    Waiting,
    /// The host's code panicked in a step of the task.
    Panicked,
}
