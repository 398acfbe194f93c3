//! What threads are doing, for messages, tracebacks, `debug`, and tools of a host.
//!
//! The interpreter has frames; people think of running functions that call each other. This layer translates. In
//! reading order: an [`Inspector`] looks at a thread, whose [`Activation`]s have [`Variable`]s, [`Operand`]s and
//! [`Name`]s; `level` says which frames are activations, `told` what a hook is handling, and `traceback` writes
//! everything down. The layer is below the one that writes messages, which quote the names and positions found here.
//!
//! Everything found is valid for one step: it knows that step, and is outdated in the next one.

mod activation;
mod inspector;
pub(crate) mod level;
pub(crate) mod name;
mod operand;
mod told;
mod traceback;
mod variable;

pub use crate::object::ActivationKind;
pub use activation::Activation;
pub use fife_bytecode::Position;
pub use inspector::{Inspector, Levels};
pub use name::{Name, NameKind};
pub use operand::{Operand, Origin};
pub use variable::{Variable, VariableKind};
