//! The standard library is the first embedder: all of it compiles as a separate crate with the view of any embedder.
//!
//! The sources of `stdlib` are copied to such a crate, with [one module](LAYERS) of public names in place of the
//! layers, so the compiler complains if a name in them is private. One file is replaced there: `library.rs`, whose
//! macro marks functions that the machine carries out. So the private names that `stdlib` uses are those in
//! [`PRIVATE`], and they occur only in that file and in `mod.rs`.

#[path = "common/files.rs"]
mod files;

use files::files_below;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The private names that `stdlib` uses, and why.
const PRIVATE: &[(&str, &str)] = &[
    (
        "Intrinsic",
        "which functions the interpreter carries out itself: pcall, next, resume and their like change frames and threads",
    ),
    ("carried_out", "says so of a definition"),
    ("described", "marks a definition as the library's, with signatures and cost: its name is taken in every VM"),
    ("Library", "the groups of definitions, which a VM knows from the start"),
    ("field", "the last part of a definition's name, found when it was compiled"),
    ("of_library", "a function of such a definition, which can not be refused for its name"),
    ("NATIVES", "the definitions of the API's own functions, which `mod.rs` lists with those of the libraries"),
];

/// The copy's replacement for the layers: everything public. If a handle and a branded type share a name, `stdlib`
/// means the latter.
const LAYERS: &str = "
mod layers {
    pub(crate) use fife::gc::*;
    pub(crate) use fife::gc::{Error, Function, LuaString, Table, Thread, Value};
    pub(crate) use fife::*;
}
";

/// A file of `stdlib`, as a file of a crate beside `fife`.
fn outside(source: &str) -> String {
    let mut code = source.replace("pub(in crate::stdlib)", "pub(crate)");
    code = code.replace("crate::stdlib", "crate").replace("crate::semantics", "fife::gc::semantics");
    for layer in ["api", "error", "inspect", "native", "object"] {
        code = code.replace(&format!("crate::{layer}::"), "crate::layers::");
    }
    code = code.replace("crate::userdata_type", "fife::userdata_type");
    // `mod.rs` lists the API's own natives.
    code.replace("    of_full(api::NATIVES),\n    of_full(api::HANDLE_NATIVES),\n", "")
        .replace("{self, Libraries}", "Libraries")
}

#[test]
fn the_library_compiles_outside() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (stdlib, folder) = (package.join("src/stdlib"), Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside"));
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("a folder that can be removed");
    }
    for path in files_below(&stdlib, "rs") {
        let name = path.strip_prefix(&stdlib).expect("it is below");
        if path.ends_with("tests.rs") {
            continue;
        }
        let is_root = name == Path::new("mod.rs");
        let name = if is_root { Path::new("lib.rs") } else { name };
        let target = folder.join("src").join(name);
        fs::create_dir_all(target.parent().expect("it is in a folder")).expect("a writable folder");
        let source = if name == Path::new("library.rs") { package.join("tests/outside/library.rs") } else { path };
        let code = fs::read_to_string(source).expect("readable").replace("#[cfg(test)]\nmod tests;", "");
        fs::write(&target, outside(&code) + if is_root { LAYERS } else { "" }).expect("a writable file");
    }
    let crates = package.join("..").canonicalize().expect("the crates' folder exists");
    let crates = crates.to_string_lossy().replace('\\', "/");
    let manifest = format!(
        "[package]\nname = \"outside\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
        fife = {{ path = \"{crates}/fife\" }}\nfife-arena = {{ path = \"{crates}/fife-arena\" }}\n\
        fife-bytecode = {{ path = \"{crates}/fife-bytecode\" }}\nmemchr = \"2\"\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("a writable file");
    // The workspace's versions, which are therefore available.
    fs::copy(package.join("../../Cargo.lock"), folder.join("Cargo.lock")).expect("the workspace has a lock file");
    // Among the workspace's own results, for its dependencies are there.
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the folder of all results");
    let checked = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(built)
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "the library uses what an embedder can not:\n{errors}");
}

#[test]
fn what_is_private_is_listed() {
    let stdlib = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stdlib");
    let used = ["library.rs", "mod.rs"].map(|name| fs::read_to_string(stdlib.join(name)).expect("readable")).concat();
    assert!(PRIVATE.len() <= 12, "more than the machine's own functions need");
    for (name, reason) in PRIVATE {
        assert!(used.contains(name), "{name} is not used any more, though it is {reason}");
    }
}
