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

/// An error with this message after the position of a level; level 0 is the Lua code that runs.
#[cold]
pub(crate) fn error_at<'gc>(
    ctx: Context<'gc>,
    thread: Gc<'gc, ThreadObject<'gc>>,
    level: usize,
    message: &[u8],
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
    message: &[u8],
) -> Error<'gc> {
    error_in(ctx, thread, frame_at_level(thread, base, level), false, message)
}

fn error_in<'gc>(
    ctx: Context<'gc>,
    thread: Gc<'gc, ThreadObject<'gc>>,
    index: Option<u32>,
    is_running: bool,
    message: &[u8],
) -> Error<'gc> {
    let mut text = index.map_or(Vec::new(), |index| position_text(thread, index, is_running));
    text.extend_from_slice(message);
    Error::from_text(ctx, text)
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

/// The most copies of a message that exist while it is put together, including the string and the room of a growing
/// buffer.
const MESSAGE_COPIES: usize = 5;

/// Whether there is memory for a message that quotes these names, of any length. Otherwise the error of refused memory
/// is raised.
pub(crate) fn has_room_for_names(ctx: Context<'_>, names: &[&[u8]]) -> bool {
    let length: usize = names.iter().map(|name| name.len()).sum();
    length <= 4096 || ctx.mc().has_room(MESSAGE_COPIES * length)
}

/// A name as messages show it: C's strings end at a zero byte.
fn until_zero(name: &[u8]) -> &[u8] {
    &name[..memchr::memchr(0, name).unwrap_or(name.len())]
}

fn quoted_name(ctx: Context<'_>, name: Name<'_>) -> Option<Vec<u8>> {
    let text = until_zero(name.text);
    has_room_for_names(ctx, &[text]).then(|| [b" (", name.kind.as_str().as_bytes(), b" '", text, b"')"].concat())
}

/// ` (local 'x')` or similar, for an operand of the running instruction. `None` if there is no memory for a message
/// with it.
fn variable_text<'gc>(ctx: Context<'gc>, thread: Gc<'gc, ThreadObject<'gc>>, operand: Operand) -> Option<Vec<u8>> {
    let Some(index) = thread.frame_count.get().checked_sub(1) else { return Some(Vec::new()) };
    let Some((closure, pc)) = lua_frame(thread, index) else { return Some(Vec::new()) };
    name::charge(ctx, &closure.prototype.chunk, pc);
    match name::of_operand(&closure.prototype.chunk, pc, operand) {
        Some(name) => quoted_name(ctx, name),
        None => Some(Vec::new()),
    }
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
    let mut message;
    match failure {
        Failure::Type(action, value) => {
            let type_name = type_name_of(ctx, Slot::from(value));
            let variable = operand.map_or(Some(Vec::new()), |operand| variable_text(ctx, thread, operand));
            let Some(variable) = variable else { return Error::out_of_memory(ctx) };
            if !has_room_for_names(ctx, &[type_name, &variable]) {
                return Error::out_of_memory(ctx);
            }
            message = format!("attempt to {action} a ").into_bytes();
            message.extend_from_slice(type_name);
            message.extend_from_slice(b" value");
            message.extend_from_slice(&variable);
        }
        Failure::Compare(left, right) => {
            let (left, right) = (type_name_of(ctx, Slot::from(left)), type_name_of(ctx, Slot::from(right)));
            if !has_room_for_names(ctx, &[left, right]) {
                return Error::out_of_memory(ctx);
            }
            message = b"attempt to compare ".to_vec();
            if left == right {
                message.extend_from_slice(b"two ");
                message.extend_from_slice(left);
                message.extend_from_slice(b" values");
            } else {
                message.extend_from_slice(left);
                message.extend_from_slice(b" with ");
                message.extend_from_slice(right);
            }
        }
        Failure::NoInteger(_) => {
            message = b"number".to_vec();
            if let Some(operand) = operand {
                let Some(variable) = variable_text(ctx, thread, operand) else { return Error::out_of_memory(ctx) };
                message.extend_from_slice(&variable);
            }
            message.extend_from_slice(b" has no integer representation");
        }
        Failure::Text(text) => message = text.as_bytes().to_vec(),
        Failure::Table(crate::object::TableError::OutOfMemory) => return Error::out_of_memory(ctx),
        Failure::Table(other) => message = other.to_string().into_bytes(),
    }
    error_at(ctx, thread, level, &message)
}

/// The error of a call of something that cannot be called, with its name.
#[cold]
pub(crate) fn call_error<'gc>(ctx: Context<'gc>, thread: Gc<'gc, ThreadObject<'gc>>, value: Slot<'gc>) -> Error<'gc> {
    let type_name = type_name_of(ctx, value);
    if !has_room_for_names(ctx, &[type_name]) {
        return Error::out_of_memory(ctx);
    }
    let mut message = b"attempt to call a ".to_vec();
    message.extend_from_slice(type_name);
    message.extend_from_slice(b" value");
    if let Some(index) = thread.frame_count.get().checked_sub(1)
        && let Some(name) = called_name(ctx, thread, index)
    {
        let Some(name) = quoted_name(ctx, name) else { return Error::out_of_memory(ctx) };
        message.extend_from_slice(&name);
    }
    error_at(ctx, thread, 0, &message)
}

/// `bad argument #N to 'name' (message)`, the argument counted from 0 here.
#[cold]
pub(crate) fn argument_error<'gc>(
    ctx: Context<'gc>,
    thread: Gc<'gc, ThreadObject<'gc>>,
    native: Gc<'gc, NativeObject<'gc>>,
    base: Option<u32>,
    argument: usize,
    message: &[u8],
) -> Error<'gc> {
    let mut number = argument + 1;
    let called = match thread.top_frame() {
        Some(frame) if matches!(frame.view(), FrameView::Finalizer { .. }) => Some(FINALIZER),
        _ => frame_at_level(thread, base, 1).and_then(|index| called_name(ctx, thread, index)),
    };
    if called.is_some_and(|name| !has_room_for_names(ctx, &[name.text, message])) {
        return Error::out_of_memory(ctx);
    }
    let name = match called {
        Some(Name { kind: NameKind::Method, text: name }) => {
            number -= 1;
            if number == 0 {
                let mut text = b"calling '".to_vec();
                text.extend_from_slice(until_zero(name));
                text.extend_from_slice(b"' on bad self (");
                text.extend_from_slice(message);
                text.push(b')');
                return native_error(ctx, thread, base, 1, &text);
            }
            until_zero(name).to_vec()
        }
        Some(name) => until_zero(name.text).to_vec(),
        None => match NativeObject::shown_name(native) {
            "" => b"?".to_vec(),
            name => name.as_bytes().to_vec(),
        },
    };
    let mut text = format!("bad argument #{number} to '").into_bytes();
    text.extend_from_slice(&name);
    text.extend_from_slice(b"' (");
    text.extend_from_slice(message);
    text.push(b')');
    native_error(ctx, thread, base, 1, &text)
}
