//! The prompt on a terminal.
//!
//! The `n`th text that was typed is the chunk `=repl[n]`. The [`printer`] shows its results, unless the script has its
//! own `print` or the text begins with `=`: then they are printed. The global variable `_` is the last value shown,
//! until a script sets it.

use super::editor::{Edited, Editor};
use super::lost::{self, Lost};
use super::{FIRST, commands, global, plain, print_results, printer, prompt_text, source};
use crate::screen::escaped;
use crate::session::{Session, Stopped};
use fife::gc::Value;
use fife::{FromLua, IntoLua, Task};
use std::cell::RefCell;
use std::time::{Duration, Instant};

/// The hint when Ctrl-C is pressed with nothing to drop.
const END_HINT: &[u8] = b"(Ctrl-D ends)\n";

/// What is said of bytes that are not UTF-8, which the editor cannot show.
const NO_TEXT_HINT: &[u8] = b"(dropped: this is not UTF-8; in a string, a byte is written '\\xff')\n";

/// Talks until the person ends it.
pub(super) fn talk(session: &mut Session) -> Result<(), Stopped> {
    let session = RefCell::new(session);
    let Ok(editor) = Editor::open(&session) else {
        return plain::talk(&mut session.borrow_mut());
    };
    session.borrow_mut().interrupts.keep_session();
    let mut talk = Talk {
        session: &session,
        editor,
        number: 0,
        last_text: String::new(),
        last_error: Vec::new(),
        last_value: fife::Value::Nil,
        lost: Lost::default(),
    };
    talk.run()
}

/// A person's session.
pub(super) struct Talk<'s, 'v> {
    /// Shared with the editor, which looks into it while nothing runs.
    pub(super) session: &'s RefCell<&'v mut Session>,
    pub(super) editor: Editor<'s, 'v>,
    /// How many texts have been run.
    number: usize,
    /// What was run last, and the error shown last.
    pub(super) last_text: String,
    pub(super) last_error: Vec<u8>,
    /// What `_` was set to.
    last_value: fife::Value,
    lost: Lost,
}

/// A text that has run to its end.
pub(super) struct Ran {
    pub(super) task: Task,
    /// What it took, without loading it.
    pub(super) fuel: u64,
    pub(super) time: Duration,
}

/// Whether the session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    End,
}

impl Talk<'_, '_> {
    fn run(&mut self) -> Result<(), Stopped> {
        loop {
            let prompt = self.prompt()?;
            let text = match self.editor.read(&prompt) {
                Edited::Text(text) => text,
                Edited::Dropped { was_empty } => {
                    if was_empty {
                        self.write(END_HINT);
                    }
                    continue;
                }
                Edited::NoText => {
                    self.write(NO_TEXT_HINT);
                    continue;
                }
                Edited::End => return Ok(()),
            };
            if text.trim().is_empty() {
                continue;
            }
            self.editor.remember(&text);
            let next = match source::command(&text) {
                // One that is wrong is told of the command, not of a script.
                Some((name, rest)) => match commands::check(name, rest) {
                    Ok(()) => self.command(name, rest),
                    Err(message) => {
                        self.session.borrow().errors.tell("error", b"", message.as_bytes());
                        Ok(Next::GoOn)
                    }
                },
                None => self.evaluate(&text).map(|()| Next::GoOn),
            };
            if self.survive(next)? == Next::End {
                return Ok(());
            }
        }
    }

    /// Shows errors, which do not end the session, as little as Ctrl-C does.
    fn survive(&mut self, result: Result<Next, Stopped>) -> Result<Next, Stopped> {
        match result {
            Err(Stopped::Failed(message)) => self.show_error(message),
            Err(Stopped::Dropped) => {
                self.begin_line();
                self.write(b"stopped\n");
            }
            other => return other,
        }
        Ok(Next::GoOn)
    }

    /// Shows an error: the one place where the prompt does that.
    fn show_error(&mut self, message: Vec<u8>) {
        self.begin_line();
        self.session.borrow().complain(b"", &message);
        if let Some(missed) = lost::missed_by(&message) {
            self.hint_at_lost(missed);
        }
        self.last_error = message;
    }

    /// Says that a global variable was a local one, if it was and is nil now.
    fn hint_at_lost(&mut self, name: &str) {
        let is_nil = self.session.borrow().lua.enter(|ctx| ctx.globals().get_field(ctx, name).is_nil());
        if is_nil && let Some(hint) = self.lost.hint(name) {
            self.session.borrow().errors.tell("hint", b"hint: ", hint.as_bytes());
        }
    }

    /// The text of the prompt. A script's that fails is shown, and its usual text taken.
    fn prompt(&mut self) -> Result<String, Stopped> {
        // Read without telling those who watch global variables: at each prompt they would complain.
        let is_set = !self.session.borrow().lua.enter(|ctx| ctx.globals().get_field(ctx, FIRST.0).is_nil());
        let text = if is_set { prompt_text(&mut self.session.borrow_mut(), FIRST) } else { Ok(FIRST.1.to_vec()) };
        let text = match text {
            Err(stopped) => {
                self.survive(Err(stopped))?;
                FIRST.1.to_vec()
            }
            // No terminal is commanded by the prompt of a sandbox.
            Ok(text) if self.session.borrow().is_suspect => escaped(&text),
            Ok(text) => text,
        };
        // The editor draws its line from the first column on.
        self.begin_line();
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    // ---- Running ----

    /// Runs a text and shows what it returns.
    pub(super) fn evaluate(&mut self, text: &str) -> Result<(), Stopped> {
        let task = self.run_text(text)?.task;
        let prints = source::behind_equals(text).is_some();
        self.show(&task, prints)?;
        if let Some(name) = lost::only_name(text)
            && self.first_result(&task)?.is_nil()
        {
            self.hint_at_lost(name);
        }
        Ok(())
    }

    /// Runs a text, an expression or a chunk, to its end.
    pub(super) fn run_text(&mut self, text: &str) -> Result<Ran, Stopped> {
        self.number += 1;
        self.last_text = text.to_owned();
        let name = format!("=repl[{}]", self.number);
        let mut session = self.session.borrow_mut();
        let behind_equals = source::behind_equals(text);
        let expression = source::returning(behind_equals.unwrap_or(text));
        let (chunk, hidden) = match (session.load(&expression, name.as_bytes())?, behind_equals) {
            (Ok(chunk), _) => (chunk, source::RETURN.len()),
            (Err(_), None) => (session.load(text.as_bytes(), name.as_bytes())?.map_err(Stopped::Failed)?, 0),
            (Err(_), Some(rest)) => {
                let text = format!("{}{rest}", source::RETURN);
                (session.load(text.as_bytes(), name.as_bytes())?.map_err(Stopped::Failed)?, source::RETURN.len())
            }
        };
        session.errors.note_typed(name.as_bytes(), behind_equals.unwrap_or(text).as_bytes(), hidden);
        self.lost.remember(text, self.number);
        let (fuel, start) = (session.stats.fuel, Instant::now());
        let task = session.call(|ctx| Ok((chunk.fetch(ctx)?.into(), Vec::new())))?;
        Ok(Ran { task, fuel: session.stats.fuel - fuel, time: start.elapsed() })
    }

    /// Shows the values that a task returned; `prints`, by the script's `print` in any case.
    pub(super) fn show(&mut self, task: &Task, prints: bool) -> Result<(), Stopped> {
        let width = self.editor.width();
        let mut session = self.session.borrow_mut();
        let (is_empty, has_own_print) = session.lua.enter(|ctx| {
            let is_usual = match ctx.globals().get_field(ctx, "print") {
                Value::Function(print) => print.definition().is_some_and(|native| native.name() == "_G.print"),
                _ => false,
            };
            Ok::<_, fife::Error>((task.fetch(ctx)?.results().is_empty(), !is_usual))
        })?;
        if is_empty {
            return Ok(());
        }
        self.last_value = set_last(&session, task, &self.last_value)?;
        if prints || has_own_print {
            let print = global(&mut session, "print")?;
            return print_results(&mut session, task, &print);
        }
        let mut shown = printer::show_results(&mut session, task, width)?.text;
        shown.push(b'\n');
        if !session.line_start.is_here() {
            session.write(b"\n");
        }
        session.write(&shown);
        session.flush_output();
        Ok(())
    }

    /// The first value that a task returned.
    pub(super) fn first_result(&self, task: &Task) -> Result<fife::Value, Stopped> {
        let session = self.session.borrow();
        let first = session.lua.enter(|ctx| {
            let first = task.fetch(ctx)?.results().first().copied().unwrap_or_default();
            fife::Value::from_lua(ctx, first).map_err(fife::Error::from)
        });
        Ok(first?)
    }

    // ---- The screen ----

    pub(super) fn write(&mut self, text: &[u8]) {
        let mut session = self.session.borrow_mut();
        session.write(text);
        session.flush_output();
    }

    /// Ends a line that a script has begun.
    fn begin_line(&mut self) {
        let is_here = self.session.borrow().line_start.is_here();
        self.write(if is_here { b"" } else { b"\n" });
    }
}

/// Sets `_` to the first value that a task returned, unless it is no longer what it was set to. Returns what it was set
/// to last.
fn set_last(session: &Session, task: &Task, last: &fife::Value) -> Result<fife::Value, Stopped> {
    let set = session.lua.enter(|ctx| {
        let (now, last_value) = (ctx.globals().get_field(ctx, "_"), last.into_lua(ctx)?);
        let is_nan = |value: Value<'_>| matches!(value, Value::Number(number) if number.is_nan());
        if !(now.raw_equal(last_value) || is_nan(now) && is_nan(last_value)) {
            return Ok(last.clone());
        }
        let first = task.fetch(ctx)?.results().first().copied().unwrap_or_default();
        // Where there is no memory for it, it stays what it is.
        match ctx.globals().set(ctx, ctx.string("_"), first) {
            Ok(()) => fife::Value::from_lua(ctx, first).map_err(fife::Error::from),
            Err(_) => Ok(last.clone()),
        }
    });
    Ok(set?)
}
