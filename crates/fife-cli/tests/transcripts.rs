//! Compares the prompt without a terminal with that of PUC-Rio Lua, byte for byte.
//!
//! Each file of `tests/transcripts` has an input, and the output of `lua -i` of Lua 5.4.9 for it: standard output after
//! the line with the version, standard error, and the exit status.
//! `UPDATE=1 LUA=/path/to/lua cargo test -p fife-cli --test transcripts` rewrites them with that `lua`. It must be
//! built without readline, which would echo the input.

mod run;

use run::{Run, VERSION, fife_with_input};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const OUTPUT: &str = "==== standard output\n";
const ERRORS: &str = "==== standard error\n";
const STATUS: &str = "==== exit status\n";

/// The parts of a transcript after the input.
fn parts(run: &Run, version: &str) -> String {
    let output = run.output.strip_prefix(version).unwrap_or_else(|| panic!("no version in {:?}", run.output));
    // The end of each part is marked, since it may be in the middle of a line.
    format!("{OUTPUT}{output}|\n{ERRORS}{}|\n{STATUS}{}\n", run.errors, run.status.unwrap_or(-1))
}

/// The output of another `lua -i` for the input.
fn run_other(lua: &str, typed: &str) -> (Run, String) {
    let output_of = |words: &[&str], typed: &str| {
        let mut command = Command::new(lua);
        command.env_remove("LUA_INIT").env_remove("LUA_INIT_5_4").args(words);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("lua runs");
        // It may end before it has read everything.
        let _ = child.stdin.take().expect("the input is a pipe").write_all(typed.as_bytes());
        let result = child.wait_with_output().expect("it ends");
        Run {
            status: result.status.code(),
            output: String::from_utf8(result.stdout).expect("it is text"),
            errors: String::from_utf8(result.stderr).expect("it is text"),
        }
    };
    (output_of(&["-i"], typed), output_of(&["-v"], "").output)
}

#[test]
fn the_prompt_without_a_terminal_is_that_of_lua() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("there are some").map(|it| it.expect("a file").path()).collect();
    paths.sort();
    assert!(paths.len() >= 30, "{} transcripts", paths.len());
    let mut different = Vec::new();
    for path in paths {
        let content = fs::read_to_string(&path).expect("it is text");
        let (typed, expected) = content.split_once(OUTPUT).unwrap_or((&content, ""));
        let expected = if std::env::var_os("UPDATE").is_some() {
            let lua = std::env::var("LUA").expect("LUA is the path of a lua");
            let (run, version) = run_other(&lua, typed);
            assert!(version.starts_with("Lua 5.4.9 "), "{version}");
            let made = parts(&run, &version);
            fs::write(&path, format!("{typed}{OUTPUT}{}", &made[OUTPUT.len()..])).expect("it can be written");
            made
        } else {
            format!("{OUTPUT}{expected}")
        };
        let shown = parts(&fife_with_input(&["-i"], typed.as_bytes()), VERSION);
        if shown != expected {
            different.push(format!("{}\nexpected:\n{expected}\nfife:\n{shown}", path.display()));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}
