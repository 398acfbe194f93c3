//! Tells the command which commit it is built from: ` (1234567890, 2026-11-30)`, or nothing without git and outside of
//! its repository, as when it is built from a registry.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let commit = if is_in_its_repository() { git(&["log", "-1", "--abbrev=10", "--format= (%h, %cs)"]) } else { None };
    println!("cargo::rustc-env=FIFE_COMMIT={}", commit.as_deref().unwrap_or_default());
    // Where a commit is noted as the last one. A file that is not there would have this run each time.
    if let Some(log) =
        git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|log| commit.is_some() && Path::new(log).exists())
    {
        println!("cargo::rerun-if-changed={log}");
    }
}

/// Whether git knows this file: it may lie in somebody else's repository.
fn is_in_its_repository() -> bool {
    git(&["ls-files", "--error-unmatch", "build.rs"]).is_some()
}

/// The line that git answers, if it does.
fn git(words: &[&str]) -> Option<String> {
    let result = Command::new("git").args(words).output().ok().filter(|result| result.status.success())?;
    let line = String::from_utf8(result.stdout).ok()?;
    let line = line.trim_end().to_owned();
    (!line.contains('\n')).then_some(line)
}
