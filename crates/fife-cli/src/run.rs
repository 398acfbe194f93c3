//! Does what a command line asks for, in the order of `lua`: the version, `LUA_INIT`, `-e`, `-l` and `-W`, the script,
//! the prompt.

use crate::errors::Errors;
use crate::options::{Options, Prelude, Script};
use crate::session::{Session, Stopped, first_result};
use crate::{STATUS_ERROR, STATUS_STOPPED, check, list, prompt};
use fife::gc::{TableError, Value, semantics};
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Read, Write};

/// What `-v` prints, a line.
const VERSION: &str = concat!("Fife ", env!("CARGO_PKG_VERSION"), ", for Lua 5.4 by Lua.org, PUC-Rio\n");

/// What `--version` prints, a line: with the commit and its day, if they are known.
pub(crate) const VERSION_WITH_COMMIT: &str =
    concat!("Fife ", env!("CARGO_PKG_VERSION"), env!("FIFE_COMMIT"), ", for Lua 5.4 by Lua.org, PUC-Rio\n");

/// Variables of the environment with what is to be run first, and the names of the chunk they are.
const INITIAL: [(&str, &[u8]); 2] = [("LUA_INIT_5_4", b"=LUA_INIT_5_4"), ("LUA_INIT", b"=LUA_INIT")];

/// More arguments do not fit on the stack of `lua`.
const ARGUMENTS_MAX: i64 = 999_000;

/// Does what the options ask; returns the exit status.
pub(crate) fn run(options: &Options, program: &[u8]) -> i32 {
    let named = [program, b": "].concat();
    if options.lists {
        let errors = Errors::without_session(options);
        return match list::list(options, &errors) {
            Ok(()) => 0,
            Err(message) => {
                errors.complain(&named, &message);
                STATUS_ERROR
            }
        };
    }
    if !options.checked.is_empty() {
        return check::check(options, program);
    }
    let mut session = Session::new(options);
    let ended = run_all(&mut session, options);
    session.flush_output();
    let status = match &ended {
        Ok(()) => 0,
        Err(Stopped::Exit(status)) => *status,
        Err(Stopped::Failed(message)) => {
            session.complain(if session.is_talking { b"" } else { &named }, message);
            STATUS_ERROR
        }
        // Only the prompt causes this, and it continues then.
        Err(Stopped::Dropped) => STATUS_ERROR,
        Err(Stopped::OutOfFuel) => stopped(&session.errors, &named),
    };
    // As `lua`, which complains before it closes. What finalizers do may end in another status.
    let closed = if matches!(ended, Ok(()) | Err(Stopped::Failed(_))) { session.close() } else { Ok(()) };
    let status = match closed {
        Err(Stopped::Exit(status)) => status,
        Err(Stopped::OutOfFuel) => stopped(&session.errors, &named),
        _ => status,
    };
    let Session { lua, stats, .. } = session;
    let memory = lua.memory();
    drop(lua);
    if options.has_stats {
        eprintln!("{}", stats.line(memory));
    }
    status
}

/// Says that a limit stopped the script.
fn stopped(errors: &Errors, named: &[u8]) -> i32 {
    errors.tell("stopped", named, b"stopped: out of fuel");
    STATUS_STOPPED
}

fn run_all(session: &mut Session, options: &Options) -> Result<(), Stopped> {
    if options.shows_version {
        session.write(VERSION.as_bytes());
    }
    set_arg(session, options)?;
    if !options.ignores_environment {
        run_initial(session)?;
    }
    for prelude in &options.preludes {
        match prelude {
            Prelude::Execute(source) => session.run_chunk(source, b"=(command line)")?,
            Prelude::Require(library) => require(session, library)?,
            Prelude::ShowWarnings => session.show_warnings(),
        }
    }
    if let Some(script) = &options.script {
        run_script(session, script)?;
    }
    if options.is_interactive {
        return prompt::talk(session);
    }
    if options.has_work() {
        return Ok(());
    }
    if io::stdin().is_terminal() {
        session.write(VERSION.as_bytes());
        return prompt::talk(session);
    }
    run_file(session, &Script::StandardInput)
}

/// Makes the global `arg`: the script at 0, its arguments from 1 on, what stands before it at negative numbers.
fn set_arg(session: &mut Session, options: &Options) -> Result<(), Stopped> {
    let result = session.lua.enter(|ctx| {
        let arg = ctx.table();
        for (index, word) in options.words.iter().enumerate() {
            arg.set(ctx, index as i64 - options.script_index as i64, ctx.string(word))?;
        }
        ctx.globals().set_field(ctx, "arg", arg);
        Ok(())
    });
    result.map_err(|error: TableError| Stopped::Failed(error.to_string().into_bytes()))
}

/// Runs what the environment asks for: Lua code, or `@` and the name of a file.
fn run_initial(session: &mut Session) -> Result<(), Stopped> {
    for (variable, name) in INITIAL {
        let Some(value) = std::env::var_os(variable) else { continue };
        return match value.as_encoded_bytes() {
            [b'@', path @ ..] => run_file(session, &Script::File(system_name(path))),
            source => session.run_chunk(source, name),
        };
    }
    Ok(())
}

/// The system's view of a name that is bytes.
#[cfg(unix)]
pub(crate) fn system_name(name: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(name.to_vec())
}

/// The system's view of a name that is bytes: names are Unicode here.
#[cfg(not(unix))]
pub(crate) fn system_name(name: &[u8]) -> OsString {
    String::from_utf8_lossy(name).into_owned().into()
}

/// `-l mod` or `-l name=mod`: requires a library into a global variable. Without a name of its own it is called as the
/// library is, up to a `-`.
fn require(session: &mut Session, library: &[u8]) -> Result<(), Stopped> {
    let (global, module) = match library.iter().position(|&byte| byte == b'=') {
        Some(mark) => (&library[..mark], &library[mark + 1..]),
        None => (library.split(|&byte| byte == b'-').next().unwrap_or(library), library),
    };
    let loaded = session.call(|ctx| Ok((ctx.globals().get_field(ctx, "require"), vec![ctx.string(module).into()])))?;
    // This respects metamethods of the table of globals.
    session.operate(
        |ctx| {
            let module = first_result(ctx, &loaded).unwrap_or_default();
            semantics::set(ctx, ctx.globals(), ctx.string(global), module)
        },
        |_, _| (),
    )
}

/// Runs a chunk of a file without arguments.
fn run_file(session: &mut Session, script: &Script) -> Result<(), Stopped> {
    let (source, name) = read(script).map_err(Stopped::Failed)?;
    session.run_chunk(fife::source_of_file(&source), &name)
}

/// Runs the script, with what `arg` then has as its arguments.
fn run_script(session: &mut Session, script: &Script) -> Result<(), Stopped> {
    let (source, name) = read(script).map_err(Stopped::Failed)?;
    session.stats.control();
    let chunk = session.load(fife::source_of_file(&source), &name)?.map_err(Stopped::Failed)?;
    drop(source);
    let has_arg = session.lua.enter(|ctx| matches!(ctx.globals().get_field(ctx, "arg"), Value::Table(_)));
    if !has_arg {
        return Err(Stopped::Failed(b"'arg' is not a table".to_vec()));
    }
    let count = session
        .operate(|ctx| semantics::length(ctx, ctx.globals().get_field(ctx, "arg")), |_, length| length.to_integer())?;
    let count = count.ok_or_else(|| Stopped::Failed(b"object length is not an integer".to_vec()))?;
    if count > ARGUMENTS_MAX {
        return Err(Stopped::Failed(b"stack overflow (too many arguments to script)".to_vec()));
    }
    let called = session.call(|ctx| {
        let arguments = match ctx.globals().get_field(ctx, "arg") {
            Value::Table(arg) => (1..=count).map(|index| arg.get_integer(index)).collect(),
            _ => Vec::new(),
        };
        Ok((chunk.fetch(ctx)?.into(), arguments))
    });
    called.map(drop)
}

/// The text of a script and the name of its chunk, or why there is none.
pub(crate) fn read(script: &Script) -> Result<(Vec<u8>, Vec<u8>), Vec<u8>> {
    match script {
        Script::StandardInput => {
            let mut source = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut source);
            read.map_err(|error| unreadable("read", OsStr::new("stdin"), &error))?;
            Ok((source, b"=stdin".to_vec()))
        }
        Script::File(path) => {
            let source = std::fs::read(path).map_err(|error| {
                let action = if error.kind() == io::ErrorKind::IsADirectory { "read" } else { "open" };
                unreadable(action, path, &error)
            })?;
            Ok((source, [b"@", path.as_encoded_bytes()].concat()))
        }
    }
}

/// As `luaL_loadfile` says it: `cannot open path: reason`.
fn unreadable(action: &str, path: &OsStr, error: &io::Error) -> Vec<u8> {
    let reason = error.to_string();
    let reason = reason.split(" (os error ").next().unwrap_or(&reason);
    [b"cannot ", action.as_bytes(), b" ", path.as_encoded_bytes(), b": ", reason.as_bytes()].concat()
}

/// Prints a message, which may be any bytes, to standard error. As with `lua`, to which it is a C string, a zero byte
/// ends it.
pub(crate) fn complain(before: &[u8], message: &[u8]) {
    // A failure of standard error cannot be reported.
    let _ = io::stderr().write_all(&[before, until_zero(message), b"\n"].concat());
}

/// A text up to its first zero byte: a C string.
pub(crate) fn until_zero(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or(text)
}
