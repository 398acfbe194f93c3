//! The examples for embedders print what the files beside them say.

use std::env;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

const EXAMPLES: &[&str] = &[
    "actor",
    "async_tokio",
    "config_serde",
    "event_handlers",
    "game_loop",
    "gc_type",
    "hello",
    "native_function",
    "print_capture",
    "sandbox",
    "scheduler",
    "userdata_class",
    "virtual_modules",
];

/// An example that Cargo built with this test, unless it is older than a file that it was made of: then this test alone
/// was asked for. `cargo run` would build most of the workspace anew after `cargo test --workspace`, since one package
/// alone has dependencies with other features.
fn built(name: &str) -> Option<PathBuf> {
    let folder = env::current_exe().ok()?.parent()?.parent()?.join("examples");
    let program = folder.join(format!("{name}{EXE_SUFFIX}"));
    let changed = |path: &Path| -> Option<SystemTime> { fs::metadata(path).ok()?.modified().ok() };
    let made = changed(&program)?;
    // Cargo's list, as for make: "PROGRAM: SOURCE SOURCE".
    let list = fs::read_to_string(folder.join(name).with_extension("d")).ok()?;
    let (_, sources) = list.trim_end().split_once(": ")?;
    // A space within a path stands behind a backslash.
    let sources = sources.replace("\\ ", "\0");
    let mut sources = sources.split(' ').map(|source| source.replace('\0', " "));
    sources.all(|source| changed(source.as_ref()).is_some_and(|at| at <= made)).then_some(program)
}

#[test]
fn examples_print_what_they_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in EXAMPLES {
        let mut command = match built(name) {
            Some(program) => Command::new(program),
            None => {
                let mut cargo = Command::new(env!("CARGO"));
                cargo.args(["run", "--quiet", "--package", "fife", "--example", name]);
                cargo
            }
        };
        let ran = command.current_dir(folder).output().expect("it runs");
        let printed = String::from_utf8(ran.stdout).expect("it prints text");
        assert!(ran.status.success(), "{name}: {}", String::from_utf8_lossy(&ran.stderr));
        let path = folder.join("examples").join(name).with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &printed).expect("it can be written");
        }
        let expected = fs::read_to_string(&path).expect("there is a file with the expected output");
        assert_eq!(printed, expected, "{name}");
    }
}
