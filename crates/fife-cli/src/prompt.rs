//! The prompt: reads a statement or an expression, runs it, prints its values.

use crate::session::{Session, Stopped, first_result};
use fife::StashedExecutor;
use std::io::{self, BufRead, Write};

/// The chunk name of what is typed.
const NAME: &[u8] = b"=stdin";

/// Reads, runs and prints until the input ends. Errors are shown, and do not end it.
pub(crate) fn talk(session: &mut Session) -> Result<(), Stopped> {
    while let Some(loaded) = read_chunk(session)? {
        let result = loaded.and_then(|chunk| session.call(|ctx| (first_result(ctx, &chunk), Vec::new())));
        match result.and_then(|task| print_results(session, &task)) {
            Err(Stopped::Failed(message)) => {
                session.flush_output();
                // There is nowhere to complain about standard error.
                let _ = io::stderr().write_all(&[&message[..], b"\n"].concat());
            }
            other => other?,
        }
    }
    println!();
    Ok(())
}

/// Reads lines until they are a chunk, or no chunk whatever may follow; nothing at the end of the input.
#[allow(clippy::type_complexity)]
fn read_chunk(session: &mut Session) -> Result<Option<Result<StashedExecutor, Stopped>>, Stopped> {
    let Some(mut text) = read_line(session, "> ") else { return Ok(None) };
    // An expression is a statement here, and prints its values.
    if let Ok(expression) = session.load(&[b"return ", &text[..]].concat(), NAME)? {
        return Ok(Some(Ok(expression)));
    }
    loop {
        match session.load(&text, NAME)? {
            Ok(chunk) => return Ok(Some(Ok(chunk))),
            Err(message) if !message.ends_with(b"<eof>") => return Ok(Some(Err(Stopped::Failed(message)))),
            Err(message) => {
                let Some(line) = read_line(session, ">> ") else {
                    return Ok(Some(Err(Stopped::Failed(message))));
                };
                text.push(b'\n');
                text.extend_from_slice(&line);
            }
        }
    }
}

fn read_line(session: &mut Session, prompt: &str) -> Option<Vec<u8>> {
    session.flush_output();
    print!("{prompt}");
    // A prompt that can not be shown is no reason not to read.
    let _ = io::stdout().flush();
    let mut line = Vec::new();
    let count = io::stdin().lock().read_until(b'\n', &mut line).unwrap_or(0);
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    (count > 0).then_some(line)
}

/// Prints the values that a chunk returned, by the script's own `print`.
fn print_results(session: &mut Session, task: &StashedExecutor) -> Result<(), Stopped> {
    let is_empty = session.lua.enter(|ctx| task.fetch(ctx).results().is_empty());
    if is_empty {
        return Ok(());
    }
    let printed = session.call(|ctx| (ctx.globals().get_field(ctx, "print"), task.fetch(ctx).results()));
    printed.map(drop).map_err(|stopped| match stopped {
        Stopped::Failed(message) => Stopped::Failed([b"error calling 'print' (", &message[..], b")"].concat()),
        other => other,
    })
}
