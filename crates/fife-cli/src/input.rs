//! Where the prompt's lines come from: on a terminal an editor with a history, else the standard input as it is.

use crate::interrupt;
use crate::session::{Session, Stopped};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use std::io::{self, IsTerminal};

/// What lines are read from.
pub(crate) enum Input {
    Terminal(Box<DefaultEditor>),
    Plain,
}

impl Input {
    pub(crate) fn open() -> Input {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Input::Plain;
        }
        DefaultEditor::new().map_or(Input::Plain, |editor| Input::Terminal(Box::new(editor)))
    }

    /// Shows the prompt and reads a line, without its end; nothing at the end of the input.
    pub(crate) fn read_line(&mut self, session: &mut Session, prompt: &[u8]) -> Result<Option<Vec<u8>>, Stopped> {
        match self {
            Input::Terminal(editor) => {
                session.flush_output();
                let prompt = String::from_utf8_lossy(prompt);
                match editor.readline(&*prompt) {
                    Ok(line) => Ok(Some(line.into_bytes())),
                    Err(ReadlineError::Interrupted) => interrupt::end_process(),
                    Err(_) => Ok(None),
                }
            }
            Input::Plain => {
                session.write(prompt);
                session.flush_output();
                let mut line = session.read_line()?;
                if let Some(line) = &mut line
                    && line.last() == Some(&b'\n')
                {
                    line.pop();
                }
                Ok(line)
            }
        }
    }

    /// Adds what was typed to the history.
    pub(crate) fn remember(&mut self, text: &[u8]) {
        if let Input::Terminal(editor) = self {
            // Without a history one can go on.
            let _ = editor.add_history_entry(String::from_utf8_lossy(text));
        }
    }
}
