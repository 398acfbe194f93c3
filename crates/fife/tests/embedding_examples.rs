//! The examples for embedders print what the files beside them say.

use std::fs;
use std::path::Path;
use std::process::Command;

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

#[test]
fn examples_print_what_they_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in EXAMPLES {
        // Cargo must build it, in case this test alone was asked for.
        let mut command = Command::new(env!("CARGO"));
        let ran = command.args(["run", "--quiet", "--package", "fife", "--example", name]).current_dir(folder).output();
        let ran = ran.expect("cargo runs");
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
