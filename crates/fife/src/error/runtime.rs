//! The messages of runtime errors, in PUC-Rio Lua's words, with the names of variables and the position.

use super::Error;
use super::Failure;
use crate::inspect::level::{called_name, is_level, lua_frame};
use crate::inspect::name::{self, FINALIZER};
use crate::inspect::{Name, NameKind};
use crate::object::metamethod;
use crate::object::{Context, Event, FrameView, NativeObject, Slot, ThreadObject, Value};
use fife_arena::Gc;
use fife_bytecode::Operand;
use fife_compiler::chunk_name::chunk_display_name;

/// The number of the frame at a level. Level 1 is the caller of the running native. `base` is the first slot of the
/// native's values: a sequence has a frame itself. `None` for natives that the interpreter carries out.
fn frame_at_level<'gc>(thread: Gc<'gc, ThreadObject<'gc>>, base: Option<u32>, level: usize) -> Option<u32> {
    let mut count = thread.frame_count.get();
    if let Some(FrameView::Sequence { first, .. }) = thread.top_frame().map(|frame| frame.view())
        && Some(first) == base
    {
        count -= 1;
    }
    let mut skip = level.saturating_sub(1);
    if skip >= count as usize {
        return None;
    }
    while count > 0 {
        count -= 1;
        if is_level(thread, count) {
            if skip == 0 {
                return Some(count);
            }
            skip -= 1;
        }
    }
    None
}

/// `chunk:line: ` for a frame of Lua code; empty for others. As in PUC-Rio Lua, an unknown line is -1 in messages about
/// the running code, and messages of natives have no position then.
fn position_text<'gc>(thread: Gc<'gc, ThreadObject<'gc>>, index: u32, is_running: bool) -> Vec<u8> {
    let Some((closure, pc)) = lua_frame(thread, index) else { return Vec::new() };
    let chunk = &closure.prototype.chunk;
    let line = match chunk.line(pc) {
        Some(line) => i64::from(line),
        None if is_running => -1,
        None => return Vec::new(),
    };
    let mut text = chunk_display_name(closure.prototype.source());
    text.extend_from_slice(format!(":{line}: ").as_bytes());
    text
}

/// A message in parts. Parts may be as long as strings may be, so they are only put together in the string that the
/// error has. If there is no memory for that, the error is that of refused memory.
pub(crate) type Parts<'a> = &'a [&'a [u8]];

/// An error with this message after the position of a level; level 0 is the Lua code that runs.
#[cold]
pub(crate) fn error_at<'gc>(
    ctx: Context<'gc>,
    thread: Gc<'gc, ThreadObject<'gc>>,
    level: usize,
    message: Parts<'_>,
) -> Error<'gc> {
    let index = if level == 0 { thread.frame_count.get().checked_sub(1) } else { frame_at_level(thread, None, level) };
    error_in(ctx, thread, index, level == 0, message)
}

/// An error of a native with this message after the position of a level; level 1 is the caller of the native. `base` is
/// the first slot of its values.
#[cold]
pub(crate) fn native_error<'gc>(
    ctx: Context<'gc>,
    thread: Gc<'gc, ThreadObject<'gc>>,
    base: Option<u32>,
    level: usize,
    message: Parts<'_>,
) -> Error<'gc> {
    error_in(ctx, thread, frame_at_level(thread, base, level), false, message)
}

fn error_in<'gc>(
    ctx: Context<'gc>,
    thread: Gc<'gc, ThreadObject<'gc>>,
    index: Option<u32>,
    is_running: bool,
    message: Parts<'_>,
) -> Error<'gc> {
    let position = index.map_or(Vec::new(), |index| position_text(thread, index, is_running));
    Error::of_parts(ctx, &position, message)
}

/// The name of a value's type, or the `__name` of its metatable. Charges for scanning a long name.
pub(crate) fn type_name_of<'gc>(ctx: Context<'gc>, value: Slot<'gc>) -> &'gc [u8] {
    match metamethod(ctx, value, Event::Name).value() {
        Value::String(name) => {
            ctx.state().charge(name.len() / 32);
            until_zero(name.as_bytes())
        }
        _ => value.value().type_name().as_bytes(),
    }
}

/// A name as messages show it: C's strings end at a zero byte.
fn until_zero(name: &[u8]) -> &[u8] {
    &name[..memchr::memchr(0, name).unwrap_or(name.len())]
}

/// ` (local 'x')` or similar, in parts; nothing for no name.
fn quoted_name<'a>(name: Option<&Name<'a>>) -> [&'a [u8]; 5] {
    match name {
        Some(name) => [b" (", name.kind.as_str().as_bytes(), b" '", until_zero(name.text), b"')"],
        None => [b""; 5],
    }
}

/// The name of an operand of the running instruction.
fn variable_name<'gc>(ctx: Context<'gc>, thread: Gc<'gc, ThreadObject<'gc>>, operand: Operand) -> Option<Name<'gc>> {
    let (closure, pc) = lua_frame(thread, thread.frame_count.get().checked_sub(1)?)?;
    let chunk = &closure.as_ref().prototype.as_ref().chunk;
    name::charge(ctx, chunk, pc);
    name::of_operand(chunk, pc, operand)
}

/// The error of a failed operation. `operand` is the one to blame, if the failure blames one.
#[cold]
pub(crate) fn failure<'gc>(
    ctx: Context<'gc>,
    thread: Gc<'gc, ThreadObject<'gc>>,
    level: usize,
    failure: Failure<'gc>,
    operand: Option<Operand>,
) -> Error<'gc> {
    let raise = |message: Parts<'_>| error_at(ctx, thread, level, message);
    match failure {
        Failure::Type(action, value) => {
            let type_name = type_name_of(ctx, Slot::from(value));
            let variable = operand.and_then(|operand| variable_name(ctx, thread, operand));
            let [open, kind, quote, name, close] = quoted_name(variable.as_ref());
            let message: [&[u8]; 10] =
                [b"attempt to ", action.as_bytes(), b" a ", type_name, b" value", open, kind, quote, name, close];
            raise(&message)
        }
        Failure::Compare(left, right) => {
            let (left, right) = (type_name_of(ctx, Slot::from(left)), type_name_of(ctx, Slot::from(right)));
            if left == right {
                raise(&[b"attempt to compare two ", left, b" values"])
            } else {
                raise(&[b"attempt to compare ", left, b" with ", right])
            }
        }
        Failure::NoInteger(_) => {
            let variable = operand.and_then(|operand| variable_name(ctx, thread, operand));
            let [open, kind, quote, name, close] = quoted_name(variable.as_ref());
            raise(&[b"number", open, kind, quote, name, close, b" has no integer representation"])
        }
        Failure::Text(text) => raise(&[text.as_bytes()]),
        Failure::Table(crate::object::TableError::OutOfMemory) => Error::out_of_memory(ctx),
        Failure::Table(other) => raise(&[other.to_string().as_bytes()]),
    }
}

/// The error of a call of something that cannot be called, with its name.
#[cold]
pub(crate) fn call_error<'gc>(ctx: Context<'gc>, thread: Gc<'gc, ThreadObject<'gc>>, value: Slot<'gc>) -> Error<'gc> {
    let type_name = type_name_of(ctx, value);
    let called = thread.frame_count.get().checked_sub(1).and_then(|index| called_name(ctx, thread, index));
    let [open, kind, quote, name, close] = quoted_name(called.as_ref());
    error_at(ctx, thread, 0, &[b"attempt to call a ", type_name, b" value", open, kind, quote, name, close])
}

/// `bad argument #N to 'name' (message)`, the argument counted from 0 here, and the message in parts.
#[cold]
pub(crate) fn argument_error<'gc>(
    ctx: Context<'gc>,
    thread: Gc<'gc, ThreadObject<'gc>>,
    native: Gc<'gc, NativeObject<'gc>>,
    base: Option<u32>,
    argument: usize,
    [first, second, third]: [&[u8]; 3],
) -> Error<'gc> {
    let mut number = argument + 1;
    let called = match thread.top_frame() {
        Some(frame) if matches!(frame.view(), FrameView::Finalizer { .. }) => Some(FINALIZER),
        _ => frame_at_level(thread, base, 1).and_then(|index| called_name(ctx, thread, index)),
    };
    let name = match &called {
        Some(name) => until_zero(name.text),
        None => match NativeObject::shown_name(native) {
            "" => b"?",
            name => name.as_bytes(),
        },
    };
    if matches!(called, Some(Name { kind: NameKind::Method, .. })) {
        number -= 1;
    }
    let numbered;
    let (before, between): (&[u8], &[u8]) = if number == 0 {
        (b"calling '", b"' on bad self (")
    } else {
        numbered = format!("bad argument #{number} to '");
        (numbered.as_bytes(), b"' (")
    };
    native_error(ctx, thread, base, 1, &[before, name, between, first, second, third, b")"])
}
