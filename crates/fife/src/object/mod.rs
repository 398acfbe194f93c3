//! Everything the collector sees: values and the objects behind them.
//!
//! One knot on purpose, as in PUC-Rio Lua's `lobject.h` and `lstate.h`: the types refer to each other. There are no
//! metamethods and no calls here. In reading order: [`Value`] and its memory form `Slot`, strings and their interner,
//! tables, prototypes and functions, natives, userdata, threads with their frames, and the VM's [`State`].

mod bytes;
pub(crate) mod class;
mod closure;
mod collector;
mod context;
mod error;
mod executor;
mod finalizer;
mod held_bytes;
mod identity;
mod interner;
mod metatable;
mod native;
mod prototype;
mod sequence;
mod serial;
mod settings;
mod singleton;
mod slot;
mod state;
mod step;
mod string;
mod table;
mod thread;
mod tracing;
mod userdata;
mod value;
mod wakeup;
mod weak;

pub use bytes::Bytes;
pub use closure::{ActiveLines, Function, FunctionCode, Upvalue};
pub(crate) use closure::{CellObject, ClosureObject};
pub use collector::Collector;
pub use context::Context;
pub use error::{ActivationKind, Error, ErrorKind, FrameInfo, Note, SourcePosition};
pub(crate) use error::{Cause, CoroutineOrigin, Details, ErrorObject, draws_on_reserve, failure_text, string_at_once};
pub(crate) use executor::{Cancelling, DroppedTasks, ExecutorObject, OwnDroppedTasks, TaskRoot};
pub use executor::{ExecutorMode, TaskId};
pub use held_bytes::HeldBytes;
pub use metatable::metamethod;
pub(crate) use metatable::metamethod_in;
pub(crate) use native::{Intrinsic, Library, NativeObject, Natives};
pub use native::{NameTaken, Native, NativeFunction};
pub(crate) use prototype::{Arriving, Moving, PrototypeObject};
pub(crate) use sequence::{Over, SequenceObject};
pub use singleton::Singleton;
pub(crate) use singleton::Singletons;
pub use slot::Slot;
pub(crate) use slot::tag;
pub use state::Event;
pub(crate) use state::{HostData, KEPT_NATIVES, State};
pub(crate) use string::{COPIED_AT_ONCE, MADE_AT_ONCE, SHORT_STRING_LIMIT};
pub use string::{LuaString, STRING_LIMIT, charge_key};
pub(crate) use string::{StringObject, Unfinished, Unwritten};
pub(crate) use table::{END as TABLE_END, TableObject, state as table_state};
pub use table::{Table, TableCursor, TableError, UnknownKey, Visited};
pub use thread::Hook;
pub(crate) use thread::{
    Frame, FrameView, HookObject, Moment, OPEN, OnReturn, SPARE_FRAMES, STACK_SLACK, Status, Target, ThreadObject,
    UnwindCause, Waiting, hook_event,
};
pub use thread::{Thread, ThreadStatus};
pub(crate) use tracing::{METERED, TracingContext};
pub(crate) use userdata::UserDataObject;
pub use userdata::{UserData, UserDataDescriptor, UserDataType};
pub use value::Value;
pub(crate) use wakeup::Wakeup;
pub(crate) use weak::Stage;
