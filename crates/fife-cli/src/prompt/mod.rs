//! The prompt: reads a statement or an expression, runs it, shows its values.
//!
//! It has two faces. Without a terminal on both sides it is [`plain`]: that of `lua`, byte for byte, which programs talk to. On a
//! terminal it is [`terminal`], for people: an [`editor`] that [`complete`]s, colours ([`highlight`]) and has a [`history`], a
//! [`printer`] of values, [`commands`] that begin with a colon, and a word on [`lost`] locals.

mod commands;
mod complete;
mod editor;
mod highlight;
mod history;
mod lost;
mod plain;
mod printer;
mod source;
mod terminal;

use crate::session::{Session, Stopped};
use fife::gc::Value;
use fife::gc::semantics::{Outcome, to_text};
use std::io::{self, IsTerminal};

/// What an incomplete chunk's message ends with.
const END_MARK: &[u8] = b"<eof>";

/// Which prompt is to be shown: the global variable that may have it, and what it is otherwise.
#[derive(Clone, Copy)]
struct Prompt(&'static str, &'static [u8]);

const FIRST: Prompt = Prompt("_PROMPT", b"> ");
const FURTHER: Prompt = Prompt("_PROMPT2", b">> ");

/// Reads, runs and prints until the input ends. Errors are shown, and do not end it.
pub(crate) fn talk(session: &mut Session) -> Result<(), Stopped> {
    session.is_talking = true;
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        terminal::talk(session)?;
    } else {
        plain::talk(session)?;
    }
    session.is_talking = false;
    Ok(())
}

/// The text of a prompt, which may be the script's, and a metamethod's.
fn prompt_text(session: &mut Session, prompt: Prompt) -> Result<Vec<u8>, Stopped> {
    let Prompt(variable, usual) = prompt;
    let shown = session.operate(
        |ctx| match ctx.globals().get_field(ctx, variable) {
            Value::Nil => to_text(ctx, ctx.string(usual)),
            other => to_text(ctx, other),
        },
        |ctx, text| match to_text(ctx, text) {
            // A metamethod may give a number for a text.
            Ok(Outcome::Value(Value::String(shown)))
                if matches!(text, Value::String(_) | Value::Integer(_) | Value::Number(_)) =>
            {
                Some(shown.as_bytes().to_vec())
            }
            _ => None,
        },
    )?;
    shown.ok_or_else(|| Stopped::Failed(b"'__tostring' must return a string".to_vec()))
}

/// Prints the values that a chunk returned, by the script's own `print`.
fn print_results(session: &mut Session, task: &fife::Task) -> Result<(), Stopped> {
    let is_empty = session.lua.enter(|ctx| task.fetch(ctx).map(|task| task.results().is_empty()))?;
    if is_empty {
        return Ok(());
    }
    let printed = session.call_plainly(|ctx| Ok((ctx.globals().get_field(ctx, "print"), task.fetch(ctx)?.results())));
    printed.map(drop).map_err(|stopped| match stopped {
        Stopped::Failed(message) => Stopped::Failed([b"error calling 'print' (", &message[..], b")"].concat()),
        other => other,
    })
}
