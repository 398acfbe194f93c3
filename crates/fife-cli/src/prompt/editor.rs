//! The editor of the prompt: rustyline, with whole statements as one text, Tab, colours and the history.

use super::{complete, highlight, history, source};
use crate::session::Session;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, ColorMode, CompletionType, ConditionalEventHandler, Config, Context, Event, EventContext, EventHandler,
    Helper, KeyCode, KeyEvent, Modifiers, RepeatCount,
};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Where it is not known how large a terminal is.
const USUAL_WIDTH: usize = 80;
const USUAL_HEIGHT: usize = 24;

/// A longer text gets the colours of what is typed with the next line: drawing all of it for each character would take
/// too long where a long text is pasted without brackets.
const DRAWN_AT_ONCE: usize = 2000;

/// Keys that come sooner after one another are not typed.
const TYPED_APART: Duration = Duration::from_millis(40);

/// A key that comes so soon after the prompt was typed before. While something runs, the terminal takes Ctrl-D, and
/// hands on a zero byte in its place, which then is Ctrl-@.
const TYPED_BEFORE: Duration = Duration::from_millis(200);

/// An editor; it looks into the VM of a session, for Tab.
pub(super) struct Editor<'s, 'v> {
    editor: rustyline::Editor<Assistant<'s, 'v>, FileHistory>,
    /// Where the history is kept, if it is.
    file: Option<PathBuf>,
    keys: Keys,
}

/// What the person did at the prompt.
pub(super) enum Edited {
    Text(String),
    /// Ctrl-C, which drops what there is.
    Dropped {
        was_empty: bool,
    },
    /// Bytes that are no text, with all that was typed so far and what was read with them.
    NoText,
    /// Ctrl-D, or a terminal that is gone.
    End,
}

impl<'s, 'v> Editor<'s, 'v> {
    pub(super) fn open(session: &'s RefCell<&'v mut Session>) -> rustyline::Result<Editor<'s, 'v>> {
        let has_colours = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            // A question would take what is typed behind it for answers.
            .completion_prompt_limit(usize::MAX)
            .max_history_size(history::ENTRIES)?
            .color_mode(if has_colours { ColorMode::Enabled } else { ColorMode::Disabled })
            .tab_stop(8)
            .build();
        let entries = FileHistory::with_config(&config);
        let mut editor = rustyline::Editor::with_history(config, entries)?;
        for key in [KeyEvent(KeyCode::Enter, Modifiers::ALT), KeyEvent::alt('\n')] {
            editor.bind_sequence(key, Cmd::Newline);
        }
        let keys = Keys::default();
        editor.bind_sequence(Event::Any, EventHandler::Conditional(Box::new(keys.clone())));
        let file = {
            let session = session.borrow();
            history::file(session.ignores_environment, session.is_sandbox)
        };
        if let Some(file) = &file {
            // There may be none yet. What was read before a byte that is not UTF-8 is read again.
            if editor.load_history(file).is_err() && history::mend(file) {
                let _ = editor.clear_history();
                let _ = editor.load_history(file);
            }
        }
        let size = Cell::new((USUAL_WIDTH, USUAL_HEIGHT));
        editor.set_helper(Some(Assistant { session, has_colours, was_coloured: Cell::new(false), size }));
        Ok(Editor { editor, file, keys })
    }

    /// Lets the person edit a text until it is complete. Output has been flushed.
    pub(super) fn read(&mut self, prompt: &str) -> Edited {
        let size = self.size();
        if let Some(assistant) = self.editor.helper() {
            assistant.size.set(size);
        }
        self.keys.begin();
        match self.editor.readline(prompt) {
            Ok(text) if self.keys.lock().drops => Edited::Dropped { was_empty: text.is_empty() },
            Ok(text) => Edited::Text(text),
            Err(ReadlineError::Interrupted) => Edited::Dropped { was_empty: false },
            Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => Edited::NoText,
            Err(_) => Edited::End,
        }
    }

    /// Adds what was typed to the history, and at once to the one on disk: the session may end in any way.
    pub(super) fn remember(&mut self, text: &str) {
        if text.len() > history::ENTRY_BYTES_MAX {
            return;
        }
        // Without a history one can go on.
        let _ = self.editor.add_history_entry(text);
        // Another program may have added bytes that are not UTF-8 meanwhile.
        if let Some(file) = &self.file
            && self.editor.append_history(file).is_err()
            && history::mend(file)
        {
            let _ = self.editor.append_history(file);
        }
    }

    /// How many columns the terminal has.
    pub(super) fn width(&mut self) -> usize {
        self.size().0
    }

    /// How many columns and rows it has.
    fn size(&mut self) -> (usize, usize) {
        let (columns, rows) = self.editor.dimensions().unwrap_or_default();
        let known = |size: u16, usual| if size == 0 { usual } else { usize::from(size) };
        (known(columns, USUAL_WIDTH), known(rows, USUAL_HEIGHT))
    }
}

/// Keys that do not always do the same.
///
/// Ctrl-C hands in what there is, and notes that it is to be dropped. With rustyline's own way, an error, what was
/// typed behind it would be lost. Tab is one where nothing has begun that it could complete, and behind lines that came
/// faster than anybody types: so it is in a text that is pasted without brackets. In its first line a name that ends
/// with Tab could be either, and is completed.
#[derive(Clone, Default)]
struct Keys(Arc<Mutex<Pressed>>);

struct Pressed {
    /// Whether the last key was Ctrl-C.
    drops: bool,
    /// Whether there was no key since the editor began to read.
    is_first: bool,
    /// When the last key came, or the editor began to read.
    last: Instant,
    /// Whether a line has ended since the last pause.
    has_line: bool,
}

impl Default for Pressed {
    fn default() -> Pressed {
        Pressed { drops: false, is_first: true, last: Instant::now(), has_line: false }
    }
}

impl Keys {
    fn lock(&self) -> MutexGuard<'_, Pressed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the editor begins to read.
    fn begin(&self) {
        *self.lock() = Pressed::default();
    }
}

impl ConditionalEventHandler for Keys {
    fn handle(&self, event: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        let mut pressed = self.lock();
        let key = event.get(0).copied();
        let (was_first, pause) = (pressed.is_first, pressed.last.elapsed());
        let has_line = pressed.has_line && pause < TYPED_APART;
        let is_enter = key == Some(KeyEvent(KeyCode::Enter, Modifiers::NONE)) || key == Some(KeyEvent::ctrl('J'));
        // Another key may have been an answer to a question, and Ctrl-C none.
        let is_drop = key == Some(KeyEvent::ctrl('C'));
        *pressed = Pressed { drops: is_drop, is_first: false, last: Instant::now(), has_line: has_line || is_enter };
        if is_drop {
            return Some(Cmd::AcceptLine);
        }
        if key == Some(KeyEvent::ctrl('@')) && was_first && pause < TYPED_BEFORE && context.line().is_empty() {
            return Some(Cmd::EndOfFile);
        }
        let is_tab = key == Some(KeyEvent(KeyCode::Tab, Modifiers::NONE));
        let before = context.line().get(..context.pos()).unwrap_or_default();
        // Of `SelfInsert`, rustyline would make what was typed last once more.
        (is_tab && (has_line || !complete::has_begun(before))).then(|| Cmd::Insert(1, "\t".to_owned()))
    }
}

/// What rustyline asks.
struct Assistant<'s, 'v> {
    session: &'s RefCell<&'v mut Session>,
    has_colours: bool,
    /// Whether the character typed last had a colour.
    was_coloured: Cell<bool>,
    /// How many columns and rows the terminal had at the last prompt.
    size: Cell<(usize, usize)>,
}

impl Helper for Assistant<'_, '_> {}

impl Hinter for Assistant<'_, '_> {
    type Hint = String;
}

impl Validator for Assistant<'_, '_> {
    fn validate(&self, text: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let is_incomplete = source::is_incomplete(text.input());
        Ok(if is_incomplete { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Completer for Assistant<'_, '_> {
    type Candidate = Pair;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        // Nothing runs while somebody edits.
        let Ok(session) = self.session.try_borrow() else { return Ok((position, Vec::new())) };
        let (start, names) = session.lua.enter(|ctx| complete::complete(ctx, &line[..position], !session.is_sandbox));
        let (columns, rows) = self.size.get();
        Ok((start, complete::offered(names, columns, rows)))
    }
}

impl Highlighter for Assistant<'_, '_> {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.has_colours { highlight::coloured(line).into() } else { line.into() }
    }

    fn highlight_char(&self, line: &str, position: usize, kind: CmdKind) -> bool {
        if !self.has_colours || kind == CmdKind::MoveCursor || line.len() > DRAWN_AT_ONCE {
            return false;
        }
        // A word that has become a name is to lose its colour.
        let is_coloured = position < line.len() || highlight::ends_coloured(line);
        self.was_coloured.replace(is_coloured) || is_coloured
    }
}
