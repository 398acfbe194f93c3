//! Tracebacks in PUC-Rio Lua's form.

use super::runtime::{called_name, is_activation, lua_frame};
use crate::object::{FrameKind, NativeObject, OnReturn, ThreadObject};
use fife_arena::Gc;
use fife_bytecode::name::NameKind;
use fife_compiler::chunk_name::chunk_display_name;

/// How many levels are shown at the start and at the end of a long traceback.
const FIRST_LEVELS: usize = 10;
const LAST_LEVELS: usize = 11;

/// `stack traceback:` and a line for each activation, innermost first. `native` runs on top of the frames without one of its
/// own; `skip` levels are left out.
pub(crate) fn traceback<'gc>(
    thread: Gc<'gc, ThreadObject<'gc>>,
    native: Option<Gc<'gc, NativeObject<'gc>>>,
    skip: usize,
) -> Vec<u8> {
    let mut text = b"stack traceback:".to_vec();
    let activations: Vec<u32> =
        (0..thread.frame_count.get()).rev().filter(|index| is_activation(thread.frame(*index).kind)).collect();
    let levels = activations.len() + usize::from(native.is_some());
    let shown = levels.saturating_sub(skip);
    for level in skip..levels {
        let position = level - skip;
        if shown > FIRST_LEVELS + LAST_LEVELS && position >= FIRST_LEVELS && position < shown - LAST_LEVELS {
            if position == FIRST_LEVELS {
                let left_out = shown - FIRST_LEVELS - LAST_LEVELS;
                text.extend_from_slice(format!("\n\t...\t(skipping {left_out} levels)").as_bytes());
            }
            continue;
        }
        text.extend_from_slice(b"\n\t");
        match (native, level) {
            (Some(native), 0) => {
                let caller = activations.first().copied();
                native_line(&mut text, native.name, caller.and_then(|index| called_name(thread, index)));
            }
            _ => frame_line(&mut text, thread, activations[level - usize::from(native.is_some())]),
        }
    }
    text
}

fn native_line(text: &mut Vec<u8>, name: &str, _called: Option<(NameKind, Vec<u8>)>) {
    text.extend_from_slice(format!("[C]: in function '{name}'").as_bytes());
}

fn frame_line<'gc>(text: &mut Vec<u8>, thread: Gc<'gc, ThreadObject<'gc>>, index: u32) {
    let frame = thread.frame(index);
    let Some((closure, pc)) = lua_frame(thread, index) else {
        let name = match frame.kind {
            FrameKind::Pcall => "pcall",
            FrameKind::Xpcall => "xpcall",
            FrameKind::Resume => "coroutine.resume",
            FrameKind::Yield => "coroutine.yield",
            FrameKind::CloseThread => "coroutine.close",
            FrameKind::Wrap => {
                text.extend_from_slice(b"[C]: in function <coroutine.wrap>");
                return;
            }
            _ => match thread.slot(frame.func).as_sequence() {
                Some(sequence) => sequence.native.name,
                None => "?",
            },
        };
        native_line(text, name, None);
        return;
    };
    let chunk = &closure.prototype.chunk;
    text.extend_from_slice(&chunk_display_name(&chunk.source));
    text.extend_from_slice(format!(":{}: in ", chunk.position(pc).line).as_bytes());
    let caller = index.checked_sub(1).filter(|_| !matches!(frame.on_return, OnReturn::Marker | OnReturn::Thread));
    let is_tail = frame.is_tail_call();
    let called = caller.filter(|_| !is_tail).and_then(|index| called_name(thread, index));
    if chunk.line_defined == 0 {
        text.extend_from_slice(b"main chunk");
    } else if let Some((NameKind::Global, name)) = &called {
        text.extend_from_slice(b"function '");
        text.extend_from_slice(name);
        text.push(b'\'');
    } else if let Some((kind, name)) = &called {
        text.extend_from_slice(kind.as_str().as_bytes());
        text.extend_from_slice(b" '");
        text.extend_from_slice(name);
        text.push(b'\'');
    } else {
        text.extend_from_slice(b"function <");
        text.extend_from_slice(&chunk_display_name(&chunk.source));
        text.extend_from_slice(format!(":{}>", chunk.line_defined).as_bytes());
    }
    if is_tail {
        text.extend_from_slice(b"\n\t(...tail calls...)");
    }
}
