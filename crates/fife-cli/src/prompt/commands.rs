//! The prompt's own commands, which begin with a colon.

use super::messages;
use super::source;
use super::terminal::{Next, Talk};
use crate::list;
use crate::nearest::nearest;
use crate::options::Script;
use crate::run::{self, system_name};
use crate::session::Stopped;
use fife::gc::{Context, Inspector, Native, TableCursor, Value, Visited};
use fife::{ThreadStatus, library_natives};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The names of all commands, in the order of the alphabet.
pub(super) const NAMES: [&str; 11] =
    ["bt", "doc", "edit", "fuel", "help", "list", "load", "mem", "quit", "tasks", "time"];

const HELP: &str = "\
Type a statement, or an expression to see its values; '_' is the last value shown.
Enter runs what is complete; Alt-Enter begins a new line; Tab completes; Up and Ctrl-R find earlier inputs.
Ctrl-C drops the line, or interrupts what runs; once more stops it. Ctrl-D ends.
  =EXPR        print EXPR with 'print'
  :doc F       how to call the function F, and what it costs; or what an error message means
  :list F      the bytecode of the Lua function F
  :time EXPR   show EXPR, and the time it takes
  :fuel EXPR   show EXPR, and the fuel it takes
  :mem         the memory that scripts hold
  :tasks       coroutines in global variables, and where they are
  :bt [CO]     the last error in full; or where the coroutine CO is
  :load FILE   run a file
  :edit        edit the last input in $VISUAL or $EDITOR, and run it
  :quit        end the session
";

/// How many global variables are searched for coroutines, and how many coroutines are shown.
const LOOKED_AT: usize = 10_000;
const TASKS_SHOWN: usize = 100;
/// The largest file that is read back from an editor.
const EDITED_BYTES_MAX: u64 = 16 << 20;

/// Checks that a command exists and has its argument.
pub(super) fn check(name: &str, rest: &str) -> Result<(), String> {
    let example = match name {
        "doc" => "string.rep",
        "list" => "function(x) return x end",
        "load" => "script.lua",
        "time" | "fuel" => "f(1)",
        _ if NAMES.contains(&name) => return Ok(()),
        _ => {
            let near = nearest(name.as_bytes(), NAMES.iter().map(|name| name.as_bytes()));
            let near = near.map(|near| format!("did you mean ':{}'?", String::from_utf8_lossy(near)));
            return Err(format!("no command ':{name}'; {}", near.unwrap_or("':help' lists them".to_owned())));
        }
    };
    if rest.is_empty() { Err(format!("':{name}' needs more, as in ':{name} {example}'")) } else { Ok(()) }
}

impl Talk<'_, '_> {
    /// Carries out a command that was checked.
    pub(super) fn command(&mut self, name: &str, rest: &str) -> Result<Next, Stopped> {
        match name {
            "quit" => return Ok(Next::End),
            "mem" => self.show_memory(),
            "tasks" => self.show_tasks(),
            "edit" => self.edit()?,
            "bt" => self.show_backtrace(rest)?,
            "time" | "fuel" => self.measure(name, rest)?,
            "list" => self.list(rest)?,
            "doc" => self.document(rest)?,
            "load" => self.load(rest)?,
            _ => self.write(HELP.as_bytes()),
        }
        Ok(Next::GoOn)
    }

    /// `:time` and `:fuel`
    fn measure(&mut self, name: &str, expression: &str) -> Result<(), Stopped> {
        let ran = self.run_text(expression)?;
        self.show(&ran.task, source::behind_equals(expression).is_some())?;
        let line = if name == "time" { format!("time: {:.1?}\n", ran.time) } else { format!("fuel: {}\n", ran.fuel) };
        self.write(line.as_bytes());
        Ok(())
    }

    fn show_memory(&mut self) {
        let session = self.session.borrow();
        let memory = session.lua.memory();
        let limit = session.lua.enter(|ctx| ctx.limits().memory);
        drop(session);
        let kilobytes = |bytes: usize| format!("{:.1} KiB", bytes as f64 / 1024.0);
        let text = format!(
            "objects: {}\nheld: {}, at most so far {}\nlimit: {}\ncollections: {}\n",
            kilobytes(memory.object_bytes),
            kilobytes(memory.held_bytes),
            kilobytes(memory.peak_held_bytes),
            limit.map_or("none".to_owned(), kilobytes),
            memory.collections,
        );
        self.write(text.as_bytes());
    }

    fn show_tasks(&mut self) {
        let text = self.session.borrow().lua.enter(tasks);
        let text = if text.is_empty() { b"no coroutines in global variables\n".to_vec() } else { text };
        self.write(&text);
    }

    fn show_backtrace(&mut self, expression: &str) -> Result<(), Stopped> {
        if expression.is_empty() {
            let mut text = self.last_error.clone();
            text.extend_from_slice(if text.is_empty() { b"no error so far\n" } else { b"\n" });
            self.write(&text);
            return Ok(());
        }
        let task = self.run_text(expression)?.task;
        let fife::Value::Thread(thread) = self.first_result(&task)? else {
            return Err(Stopped::Failed(b"':bt' needs a coroutine".to_vec()));
        };
        let session = self.session.borrow();
        let text =
            session.lua.enter(|ctx| Ok::<_, fife::Error>(Inspector::of_thread(ctx, thread.fetch(ctx)?).traceback(0)));
        drop(session);
        self.write(&[&text?[..], b"\n"].concat());
        Ok(())
    }

    fn list(&mut self, expression: &str) -> Result<(), Stopped> {
        let task = self.run_text(expression)?.task;
        let function = match self.first_result(&task)? {
            fife::Value::Function(function) => function,
            _ => return Err(Stopped::Failed(b"':list' needs a function".to_vec())),
        };
        let dump = library_natives().find(|native| native.name() == "string.dump");
        let mut session = self.session.borrow_mut();
        let dumped = session.call_plainly(|ctx| {
            let function = function.fetch(ctx)?.into();
            let dump = dump.and_then(|dump| fife::gc::Function::native(ctx, dump).ok());
            Ok((dump.map_or(Value::Nil, Value::Function), vec![function]))
        });
        let dumped = match dumped {
            Err(Stopped::Failed(_)) => {
                return Err(Stopped::Failed(
                    b"this function is written in Rust and has no bytecode; try ':doc'".to_vec(),
                ));
            }
            other => other?,
        };
        let chunk: fife::LuaString = dumped.results(&session.lua)?;
        drop(session);
        let text = list::of_chunk(chunk.as_bytes()).map_err(Stopped::Failed)?;
        self.write(text.as_bytes());
        Ok(())
    }

    fn document(&mut self, name: &str) -> Result<(), Stopped> {
        // By its name, whether this VM has it or not.
        if let Some(native) = find_native(name) {
            self.write(documentation(native).as_bytes());
            return Ok(());
        }
        if let Some(text) = messages::about(name, self.editor.width()) {
            self.write(text.as_bytes());
            return Ok(());
        }
        let task = self.run_text(name)?.task;
        let fife::Value::Function(function) = self.first_result(&task)? else {
            return Err(Stopped::Failed(format!("'{name}' is not a function").into_bytes()));
        };
        let session = self.session.borrow();
        let text = session.lua.enter(|ctx| {
            let function = function.fetch(ctx)?;
            Ok::<_, fife::Error>(match (function.definition(), function.code()) {
                (Some(native), _) => documentation(native).into_bytes(),
                (None, Some(code)) => {
                    let mut parameters: Vec<&[u8]> = (1..=usize::from(code.parameter_count()))
                        .map(|number| code.parameter_name(ctx, number).unwrap_or(b"?"))
                        .collect();
                    if code.is_vararg() {
                        parameters.push(b"...");
                    }
                    let lines = format!(", lines {} to {}\n", code.first_line(), code.last_line());
                    let parameters = parameters.join(&b", "[..]);
                    [b"function(", &parameters[..], b")\n  ", &code.short_source(), lines.as_bytes()].concat()
                }
                (None, None) => b"a function\n".to_vec(),
            })
        });
        drop(session);
        self.write(&text?);
        Ok(())
    }

    fn load(&mut self, path: &str) -> Result<(), Stopped> {
        let script = Script::File(system_name(path.as_bytes()));
        let (source, name) = run::read(&script).map_err(Stopped::Failed)?;
        let mut session = self.session.borrow_mut();
        let chunk = session.load(fife::source_of_file(&source), &name)?.map_err(Stopped::Failed)?;
        let task = session.call(|ctx| Ok((chunk.fetch(ctx)?.into(), Vec::new())))?;
        drop(session);
        self.show(&task, false)
    }

    /// Has the last text edited by a program of the person's choice, and runs it.
    fn edit(&mut self) -> Result<(), Stopped> {
        let failed = |error: std::io::Error| Stopped::Failed(format!("cannot edit: {error}").into_bytes());
        let variable = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let editor = variable("VISUAL").or_else(|| variable("EDITOR")).unwrap_or("vi".to_owned());
        let file = Scratch::new(self.last_text.as_bytes()).map_err(failed)?;
        let mut words = editor.split_whitespace();
        let status = Command::new(words.next().unwrap_or("vi")).args(words).arg(&file.0).status().map_err(failed)?;
        if !status.success() {
            return Err(Stopped::Failed(format!("'{editor}' failed, so nothing is run").into_bytes()));
        }
        let text = file.read().map_err(failed)?;
        let text = text.trim_end();
        if text.is_empty() {
            return Ok(());
        }
        self.write(&[text.as_bytes(), b"\n"].concat());
        self.editor.remember(text);
        self.evaluate(text)
    }
}

/// The library's function with this name: `string.rep`, `print`, `file:read`.
fn find_native(name: &str) -> Option<&'static Native> {
    library_natives().find(|native| {
        native.shown_name() == name && !native.signatures().is_empty()
            || native.signatures().iter().any(|signature| signature.split('(').next() == Some(name))
    })
}

/// How a function of Rust is called, and what that costs.
fn documentation(native: &Native) -> String {
    let mut text = String::new();
    for signature in native.signatures() {
        text.extend([signature, "\n"]);
    }
    if native.signatures().is_empty() {
        text.extend([native.name(), ": a function of Rust\n"]);
    }
    match native.cost() {
        "" => {}
        cost => text.extend(["  cost: ", cost, "\n"]),
    }
    text
}

/// The coroutines in global variables: a line for each.
fn tasks(ctx: Context<'_>) -> Vec<u8> {
    let (mut found, mut cursor, mut left) = (Vec::new(), TableCursor::START, LOOKED_AT);
    while left > 0 && found.len() < TASKS_SHOWN {
        match cursor.advance(ctx, ctx.globals()) {
            Visited::End => break,
            // Many places of which none has an entry.
            Visited::Pending => left = left.saturating_sub(100),
            Visited::Entry(key, value) => {
                left -= 1;
                if let (Value::String(name), Value::Thread(thread)) = (key.value(), value.value()) {
                    found.push((name.as_bytes(), thread));
                }
            }
        }
    }
    found.sort_by_key(|it| it.0);
    let mut text = Vec::new();
    for (name, thread) in found {
        let status = match thread.status() {
            ThreadStatus::Suspended => "suspended",
            ThreadStatus::Running => "running",
            ThreadStatus::Normal => "normal",
            _ => "dead",
        };
        let levels = Inspector::of_thread(ctx, thread).levels();
        let place = levels.filter_map(|level| {
            let source = level.function()?.code()?.short_source();
            Some([&source[..], b":", level.position()?.line.to_string().as_bytes()].concat())
        });
        text.extend_from_slice(&[name, b": ", status.as_bytes()].concat());
        if let Some(place) = place.take(1).next() {
            text.extend_from_slice(&[b" at ", &place[..]].concat());
        }
        text.push(b'\n');
    }
    text
}

/// A file for an editor, which is there as long as this.
struct Scratch(PathBuf);

impl Scratch {
    fn new(text: &[u8]) -> std::io::Result<Scratch> {
        let folder = std::env::temp_dir();
        let mut number = 0;
        loop {
            let path = folder.join(format!("fife-{}-{number}.lua", std::process::id()));
            let mut options = fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(mut file) => {
                    let file_name = Scratch(path);
                    file.write_all(text)?;
                    return Ok(file_name);
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && number < 100 => number += 1,
                Err(error) => return Err(error),
            }
        }
    }

    fn read(&self) -> std::io::Result<String> {
        let path: &Path = &self.0;
        if fs::metadata(path)?.len() > EDITED_BYTES_MAX {
            return Err(std::io::Error::other("the file is too large"));
        }
        fs::read_to_string(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
