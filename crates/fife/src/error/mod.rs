//! Errors: thrown Lua values, the texts of runtime errors, and what hosts see of them.
//!
//! In Lua an error is a value. [`Error`] is a raised value, an object of the heap (`object`). [`Failure`] is why an
//! operation failed; `runtime` writes the messages of failed operations in PUC-Rio Lua's words.

mod failure;
pub(crate) mod runtime;

pub use crate::object::{Error, ErrorKind};
pub use failure::Failure;

use crate::object::Context;
use fife_arena::OutOfMemory;

/// Conversion of failures in a native to Lua errors.
pub trait IntoError {
    /// The Lua error.
    fn into_error(self, ctx: Context<'_>) -> Error<'_>;
}

impl IntoError for OutOfMemory {
    fn into_error(self, ctx: Context<'_>) -> Error<'_> {
        Error::out_of_memory(ctx)
    }
}

impl IntoError for crate::object::TableError {
    fn into_error(self, ctx: Context<'_>) -> Error<'_> {
        match self {
            crate::object::TableError::OutOfMemory => Error::out_of_memory(ctx),
            other => Error::from_text(ctx, other.to_string()),
        }
    }
}
