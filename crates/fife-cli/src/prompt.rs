//! The prompt: reads a statement or an expression, runs it, prints its values.

use crate::input::Input;
use crate::run::complain;
use crate::session::{Session, Stopped};
use fife::gc::Value;
use fife::gc::semantics::{Outcome, to_text};
use fife::{Function, Task};

/// The chunk name of what is typed.
const NAME: &[u8] = b"=stdin";

/// What an incomplete chunk's message ends with.
const END_MARK: &[u8] = b"<eof>";

/// Which prompt is to be shown: the global variable that may have it, and what it is otherwise.
#[derive(Clone, Copy)]
struct Prompt(&'static str, &'static [u8]);

const FIRST: Prompt = Prompt("_PROMPT", b"> ");
const FURTHER: Prompt = Prompt("_PROMPT2", b">> ");

/// What was typed: a chunk, or the message of a syntax error.
type Typed = Result<Function, Vec<u8>>;

/// Reads, runs and prints until the input ends. Errors are shown, and do not end it.
pub(crate) fn talk(session: &mut Session) -> Result<(), Stopped> {
    session.is_talking = true;
    let mut input = Input::open();
    while let Some(typed) = read_chunk(session, &mut input)? {
        let result = match typed {
            Ok(chunk) => session.call(|ctx| Ok((chunk.fetch(ctx)?.into(), Vec::new()))),
            Err(message) => Err(Stopped::Failed(message)),
        };
        match result.and_then(|task| print_results(session, &task)) {
            Err(Stopped::Failed(message)) => {
                session.flush_output();
                complain(b"", &message);
            }
            other => other?,
        }
    }
    session.write(b"\n");
    session.flush_output();
    session.is_talking = false;
    Ok(())
}

/// Reads lines until they are a chunk, or no chunk whatever may follow; nothing at the end of the input.
fn read_chunk(session: &mut Session, input: &mut Input) -> Result<Option<Typed>, Stopped> {
    let Some(mut text) = read_line(session, input, FIRST)? else { return Ok(None) };
    if text.first() == Some(&b'=') {
        // As in older versions of Lua.
        text.splice(..1, *b"return ");
    }
    // An expression is a statement here, and prints its values.
    if let Ok(expression) = session.load(&[b"return ", &text[..], b";"].concat(), NAME)? {
        if !text.is_empty() {
            input.remember(&text);
        }
        return Ok(Some(Ok(expression)));
    }
    loop {
        let typed = session.load(&text, NAME)?;
        if typed.as_ref().is_err_and(|message| message.ends_with(END_MARK))
            && let Some(line) = read_line(session, input, FURTHER)?
        {
            text.push(b'\n');
            text.extend_from_slice(&line);
            continue;
        }
        input.remember(&text);
        return Ok(Some(typed));
    }
}

/// Shows a prompt and reads a line, without its end.
fn read_line(session: &mut Session, input: &mut Input, prompt: Prompt) -> Result<Option<Vec<u8>>, Stopped> {
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
    let shown = shown.ok_or_else(|| Stopped::Failed(b"'__tostring' must return a string".to_vec()))?;
    input.read_line(session, &shown)
}

/// Prints the values that a chunk returned, by the script's own `print`.
fn print_results(session: &mut Session, task: &Task) -> Result<(), Stopped> {
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
