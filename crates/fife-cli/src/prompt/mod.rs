//! The prompt: reads a statement or an expression, runs it, shows its values.
//!
//! It has two forms. Without a terminal on both sides it is [`plain`]: that of `lua`, byte for byte, for programs that
//! talk to it. On a terminal it is [`terminal`], for people: an [`editor`] that [`complete`]s, colours ([`highlight`])
//! and has a [`history`], a [`printer`] of values, [`commands`] that begin with a colon, remarks about [`lost`]
//! locals, and what the book says of [`messages`].

mod commands;
mod complete;
mod editor;
mod highlight;
mod history;
mod lost;
mod messages;
mod plain;
mod printer;
mod source;
mod terminal;

use crate::session::{Session, Stopped};
use fife::gc::Value;
use fife::gc::semantics::{Outcome, get, to_text};
use fife::{FromLua, IntoLua};
use std::io::{self, IsTerminal};

/// What an incomplete chunk's message ends with.
const END_MARK: &[u8] = b"<eof>";

/// A prompt: the global variable that may have its text, and the default text.
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
    let set = global(session, variable)?;
    if set.is_nil() {
        return Ok(usual.to_vec());
    }
    let shown = session.operate(
        // A handle of this VM becomes its value again.
        |ctx| to_text(ctx, (&set).into_lua(ctx).unwrap_or_default()),
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

/// A global variable, of which a script may watch the reading.
fn global(session: &mut Session, name: &str) -> Result<fife::Value, Stopped> {
    let read = session.operate(
        |ctx| get(ctx, ctx.globals(), ctx.string(name)),
        |ctx, value| fife::Value::from_lua(ctx, value).map_err(fife::Error::from),
    )?;
    Ok(read?)
}

/// Prints the values that a chunk returned, by the script's own `print`.
fn print_results(session: &mut Session, task: &fife::Task, print: &fife::Value) -> Result<(), Stopped> {
    let printed = session.call_plainly(|ctx| Ok((print.into_lua(ctx)?, task.fetch(ctx)?.results())));
    printed.map(drop).map_err(|stopped| match stopped {
        Stopped::Failed(message) => Stopped::Failed([b"error calling 'print' (", &message[..], b")"].concat()),
        other => other,
    })
}
