//! What a command line asks for, in the order of `lua`: the version, `-e` and `-l`, the script, the prompt.

use crate::options::{Options, Prelude, Script};
use crate::session::{Session, Stopped, first_result};
use crate::{STATUS_ERROR, STATUS_STOPPED, list, prompt};
use std::ffi::OsStr;
use std::io::{self, IsTerminal, Read, Write};

/// What `-v` prints.
pub(crate) const VERSION: &str = concat!("Fife ", env!("CARGO_PKG_VERSION"), " (Lua 5.4)");

/// Does what the options ask; returns the exit status.
pub(crate) fn run(options: &Options) -> i32 {
    if options.lists {
        return match list::list(options) {
            Ok(()) => 0,
            Err(message) => {
                complain(&message);
                STATUS_ERROR
            }
        };
    }
    let mut session = Session::new(options);
    let (status, complaint) = match run_all(&mut session, options) {
        Ok(()) => {
            session.close();
            (0, None)
        }
        Err(Stopped::Exit(status)) => (status, None),
        Err(Stopped::Failed(message)) => {
            // As `lua`: it complains first, then closes.
            session.flush_output();
            complain(&message);
            session.close();
            (STATUS_ERROR, None)
        }
        Err(Stopped::OutOfFuel) => (STATUS_STOPPED, Some(b"stopped: out of fuel".to_vec())),
    };
    let Session { lua, stats, .. } = session;
    let memory = lua.memory();
    // This writes what the script wrote and did not see to itself: output comes before complaints.
    drop(lua);
    if let Some(complaint) = complaint {
        complain(&complaint);
    }
    if options.has_stats {
        eprintln!("{}", stats.line(memory));
    }
    status
}

fn run_all(session: &mut Session, options: &Options) -> Result<(), Stopped> {
    if options.shows_version {
        println!("{VERSION}");
    }
    set_arg(session, options)?;
    for prelude in &options.preludes {
        match prelude {
            Prelude::Execute(source) => {
                session.run_chunk(source, b"=(command line)", &[])?;
            }
            Prelude::Require(library) => require(session, library)?,
        }
    }
    match &options.script {
        Some(script) => run_script(session, script, options.arguments())?,
        None if options.is_interactive || !options.preludes.is_empty() || options.shows_version => {}
        None if io::stdin().is_terminal() => {
            println!("{VERSION}");
            return prompt::talk(session);
        }
        None => run_script(session, &Script::StandardInput, &[])?,
    }
    if options.is_interactive {
        return prompt::talk(session);
    }
    Ok(())
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
    result.map_err(|error: fife::TableError| Stopped::Failed(error.to_string().into_bytes()))
}

/// `-l mod` or `-l name=mod`: requires a library into a global variable. Without a name of its own it is called as the
/// library is, up to a `-`.
fn require(session: &mut Session, library: &[u8]) -> Result<(), Stopped> {
    let (global, module) = match library.iter().position(|&byte| byte == b'=') {
        Some(mark) => (&library[..mark], &library[mark + 1..]),
        None => (library.split(|&byte| byte == b'-').next().unwrap_or(library), library),
    };
    let loaded = session.call(|ctx| (ctx.globals().get_field(ctx, "require"), vec![ctx.string(module).into()]))?;
    let result = session.lua.enter(|ctx| ctx.globals().set(ctx, ctx.string(global), first_result(ctx, &loaded)));
    result.map_err(|error| Stopped::Failed(error.to_string().into_bytes()))
}

fn run_script(session: &mut Session, script: &Script, arguments: &[Vec<u8>]) -> Result<(), Stopped> {
    let (source, name) = read(script).map_err(Stopped::Failed)?;
    session.stats.control();
    session.run_chunk(fife::source_of_file(&source), &name, arguments).map(drop)
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

/// Prints a message, which may be any bytes, to standard error.
fn complain(message: &[u8]) {
    // There is nowhere to complain about standard error.
    let _ = io::stderr().write_all(&[b"fife: ", message, b"\n"].concat());
}
