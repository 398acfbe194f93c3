//! Programs: code that was compiled and verified once, and that any VM can run.

use super::{Error, Result};
use crate::api::LoadError;
use crate::native::Limits;
use fife_bytecode::{Verified, verify};
use fife_compiler::{CompileError, Meter, Refused};
use std::sync::Arc;

/// A chunk of source text, compiled and verified once, and tied to no VM: a server with a VM per tenant compiles each
/// script once.
///
/// Clones share the code, and can be sent to other threads. A VM that runs a program copies it into its own memory,
/// where the copy counts against the VM's [`Limits::memory`]. [`Lua::load_program`](crate::Lua::load_program) runs one.
///
/// ```
/// use fife::{Limits, Lua, Program};
///
/// let program = Program::compile(b"local name = ... return 'hello, ' .. name", "=greet", &Limits::untrusted())?;
/// let threads: Vec<_> = ["Ann", "Bob"].map(|name| {
///     let program = program.clone();
///     std::thread::spawn(move || {
///         let mut lua = Lua::builder().limits(Limits::untrusted()).build()?;
///         lua.load_program(&program).call::<String>(name)
///     })
/// }).into();
/// let texts: Result<Vec<_>, _> = threads.into_iter().map(|it| it.join().unwrap()).collect();
/// assert_eq!(texts?, ["hello, Ann", "hello, Bob"]);
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone)]
pub struct Program(Arc<Verified>);

impl Program {
    /// Compiles source text. Nothing runs, and no VM is needed.
    ///
    /// `name` is what messages and tracebacks call the chunk, as in [`Chunk::name`](super::Chunk::name): `@file`,
    /// `=text`, or the source itself. It ends before its first zero byte.
    ///
    /// Of the limits two are used: the source may have up to [`Limits::source_bytes`] bytes, and the compiler may hold
    /// up to [`Limits::memory`] bytes while it works. Neither fuel nor a deadline bounds the work, which takes time in
    /// proportion to the length of the source. To compile a chunk in steps, use [`Lua::load`](crate::Lua::load).
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`](crate::ErrorKind::Syntax) if the source is not Lua, too long, or a binary chunk;
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory) if the compiler needs more than [`Limits::memory`].
    ///
    /// ```
    /// use fife::{ErrorKind, Limits, Program};
    ///
    /// let mut limits = Limits::untrusted();
    /// limits.source_bytes = 1000;
    /// let compile = |source: &str| Program::compile(source.as_bytes(), "=rule", &limits);
    /// assert!(compile("return 6 * 7").is_ok());
    /// let error = compile("return 6 *").unwrap_err();
    /// assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Syntax, "rule:1: unexpected symbol near <eof>"));
    /// assert_eq!(compile(&"x = 1 ".repeat(1000)).unwrap_err().to_string(), "chunk is too long");
    /// ```
    pub fn compile(source: &[u8], name: &str, limits: &Limits) -> Result<Program> {
        if source.len() > limits.bounded().source_bytes {
            return Err(LoadError::too_long().into());
        }
        if crate::vm::is_binary(source) {
            return Err(LoadError::syntax("attempt to compile a binary chunk").into());
        }
        // As in PUC-Rio Lua, where a chunk's name is a C string.
        let name = name.split('\0').next().unwrap_or_default();
        let mut meter = Bounded { left: limits.memory.unwrap_or(usize::MAX) };
        let prototype = fife_compiler::compile(source, name.as_bytes(), &mut meter).map_err(|error| match error {
            CompileError::Syntax(error) => LoadError::of_source(*error).into(),
            _ => Error::memory(),
        })?;
        let verified = verify(prototype).map_err(|error| Error::runtime(format!("internal error: {error}")))?;
        Ok(Program(Arc::new(verified)))
    }

    pub(in crate::api) fn verified(&self) -> &Verified {
        &self.0
    }
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = String::from_utf8_lossy(&self.0.prototype().source);
        f.debug_tuple("Program").field(&name).finish()
    }
}

/// Refuses the compiler memory beyond a limit.
struct Bounded {
    left: usize,
}

impl Meter for Bounded {
    fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.left = self.left.checked_sub(bytes).ok_or(Refused)?;
        Ok(())
    }
    fn give(&mut self, bytes: usize) {
        self.left = self.left.saturating_add(bytes);
    }
}
