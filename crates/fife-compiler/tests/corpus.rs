//! The Lua modules installed on this machine compile to code that the verifier accepts, and the meter is told of every
//! byte.

use fife_bytecode::{listing::list, verify::verify};
use fife_compiler::{CompileError, Meter, Refused, compile};
use std::fs;
use std::path::{Path, PathBuf};

/// A meter that keeps count of the bytes taken.
#[derive(Default)]
struct Counter {
    taken: usize,
}

impl Meter for Counter {
    fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.taken += bytes;
        Ok(())
    }
    fn give(&mut self, bytes: usize) {
        self.taken = self.taken.checked_sub(bytes).expect("more given back than was taken");
    }
}

fn lua_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            lua_files(&path, found);
        } else if path.extension().is_some_and(|it| it == "lua") {
            found.push(path);
        }
    }
}

#[test]
fn installed_modules() {
    let mut files = Vec::new();
    for version in ["5.1", "5.2", "5.3", "5.4"] {
        lua_files(&Path::new("/usr/share/lua").join(version), &mut files);
    }
    if let Some(more) = std::env::var_os("LUA_CORPUS") {
        lua_files(Path::new(&more), &mut files);
    }
    let mut failures = Vec::new();
    for path in &files {
        let source = fs::read(path).unwrap();
        let mut meter = Counter::default();
        match compile(&source, b"=file", &mut meter) {
            Ok(prototype) => {
                if let Err(error) = verify(prototype.clone()) {
                    failures.push(format!("{}: {error}", path.display()));
                    if std::env::var_os("LIST").is_some() {
                        println!("{}", list(&prototype, true));
                    }
                }
            }
            Err(CompileError::Syntax(error)) => {
                assert_eq!(meter.taken, 0, "{}", path.display());
                failures.push(format!("{}: {}", path.display(), String::from_utf8_lossy(&error.message)));
            }
            Err(error) => failures.push(format!("{}: {error}", path.display())),
        }
    }
    println!("{} files", files.len());
    assert!(failures.is_empty(), "{} of {} files:\n{}", failures.len(), files.len(), failures.join("\n"));
}
