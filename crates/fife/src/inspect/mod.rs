//! What threads are doing, for those who look: messages, tracebacks, `debug`, and tools of a host.
//!
//! The interpreter keeps frames; people think of functions that run, one called by the other. This layer makes these of
//! those. In reading order: an [`Inspector`] looks at a thread, whose [`Activation`]s have [`Variable`]s, [`Operand`]s and [`Name`]s; `level` says which
//! frames are activations, `told` what a hook is told, and `traceback` writes it all down. The layer stands below the one that
//! writes messages, which quote the names and positions found here.
//!
//! Whatever is found is of the moment: it knows the step in which it was found, and is outdated in the next one.

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
