//! Programs: code that is compiled and verified once, and belongs to no VM.

use super::{Error, Result};
use crate::api::LoadError;
use crate::native::Limits;
use fife_bytecode::{Verified, verify};
use fife_compiler::{CompileError, Meter, Refused};
use std::sync::Arc;

/// A chunk that was compiled and verified, and belongs to no VM: a server that has a VM for each tenant compiles once. Clones share
/// the code, and can be sent to other threads. A VM that runs it makes a copy of its own.
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
    /// Compiles source text. `name` is as for [`Chunk::name`](super::Chunk::name). Takes as long as the source is large, which
    /// [`Limits::source_bytes`] bounds; [`Limits::memory`] bounds what the compiler takes meanwhile.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`](crate::ErrorKind::Syntax) if it is no Lua or too long, [`ErrorKind::Memory`](crate::ErrorKind::Memory).
    pub fn compile(source: &[u8], name: &str, limits: &Limits) -> Result<Program> {
        if source.len() > limits.bounded().source_bytes {
            return Err(LoadError::too_long().into());
        }
        if crate::vm::is_binary(source) {
            return Err(LoadError::syntax("attempt to compile a binary chunk").into());
        }
        // As in PUC-Rio Lua, whose names of chunks are C strings.
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

/// Counts the compiler's memory up to a limit.
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
