//! The prompt without a terminal: what `lua -i` does, byte for byte.

use super::{END_MARK, FIRST, FURTHER, Prompt, global, print_results, prompt_text};
use crate::session::{Session, Stopped};
use fife::{Function, Task};

/// The chunk name of what is typed.
const NAME: &[u8] = b"=stdin";

/// What was typed: a chunk, or the message of a syntax error.
type Typed = Result<Function, Vec<u8>>;

/// Reads, runs and prints until the input ends.
pub(super) fn talk(session: &mut Session) -> Result<(), Stopped> {
    while let Some(typed) = read_chunk(session)? {
        let result = match typed {
            Ok(chunk) => session.call(|ctx| Ok((chunk.fetch(ctx)?.into(), Vec::new()))),
            Err(message) => Err(Stopped::Failed(message)),
        };
        let printed = match result {
            Ok(task) if has_results(session, &task)? => {
                // As with `lua`, a script that watches this and fails ends the prompt.
                let print = global(session, "print")?;
                print_results(session, &task, &print)
            }
            other => other.map(drop),
        };
        match printed {
            Err(Stopped::Failed(message)) => {
                session.flush_output();
                session.complain(b"", &message);
            }
            other => other?,
        }
    }
    session.write(b"\n");
    session.flush_output();
    Ok(())
}

fn has_results(session: &Session, task: &Task) -> Result<bool, Stopped> {
    Ok(session.lua.enter(|ctx| task.fetch(ctx).map(|task| !task.results().is_empty()))?)
}

/// Reads lines until they are a chunk, or cannot become one; `None` at the end of the input.
fn read_chunk(session: &mut Session) -> Result<Option<Typed>, Stopped> {
    let Some(mut text) = read_line(session, FIRST)? else { return Ok(None) };
    if text.first() == Some(&b'=') {
        // As in older versions of Lua.
        text.splice(..1, *b"return ");
    }
    // An expression is a statement here, and prints its values.
    if let Ok(expression) = load(session, &[b"return ", &text[..], b";"].concat())? {
        return Ok(Some(Ok(expression)));
    }
    loop {
        let typed = load(session, &text)?;
        if typed.as_ref().is_err_and(|message| message.ends_with(END_MARK))
            && let Some(line) = read_line(session, FURTHER)?
        {
            text.push(b'\n');
            text.extend_from_slice(&line);
            continue;
        }
        return Ok(Some(typed));
    }
}

/// Loads what was typed. Lack of memory is reported like a syntax error.
fn load(session: &mut Session, text: &[u8]) -> Result<Typed, Stopped> {
    match session.load(text, NAME) {
        Err(Stopped::Failed(message)) => Ok(Err(message)),
        other => other,
    }
}

/// Shows a prompt and reads a line, without its end.
fn read_line(session: &mut Session, prompt: Prompt) -> Result<Option<Vec<u8>>, Stopped> {
    let shown = prompt_text(session, prompt)?;
    session.write(&shown);
    session.flush_output();
    let mut line = session.read_line()?;
    if let Some(line) = &mut line
        && line.last() == Some(&b'\n')
    {
        line.pop();
    }
    Ok(line)
}
