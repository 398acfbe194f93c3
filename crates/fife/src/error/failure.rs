//! Failures of operations, for which this layer has the messages.

use crate::object::{TableError, Value};

/// Why an operation failed. A native makes an error of it with [`Call::failure`](crate::gc::Call::failure); the
/// interpreter adds the names of variables.
#[derive(Clone, Copy)]
pub enum Failure<'gc> {
    /// An operand has the wrong type: `attempt to {0} a {type} value`.
    Type(&'static str, Value<'gc>),
    /// Two operands cannot be compared.
    Compare(Value<'gc>, Value<'gc>),
    /// `number has no integer representation`
    NoInteger(Value<'gc>),
    /// Any other message.
    Text(&'static str),
    /// A table refused the entry.
    Table(TableError),
}
