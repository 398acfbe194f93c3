//! Builds the playground: the module, and the files of `web` beside it.

use crate::Failure;
use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The most bytes of the module as it is.
const SIZE_MAX: usize = 900_000;

/// The most bytes of the module as a server sends it, compressed by gzip.
const GZIP_MAX: usize = 320_000;

/// The most bytes of a function. V8 allocates registers in a hurry if a function needs more than 8,192 of them before
/// allocation. The interpreter loop did at 40,162 bytes but not at 39,465, and fib took 15.4 ms instead of 9.0.
const FUNCTION_MAX: usize = 39_400;

const TARGET: &str = "wasm32-unknown-unknown";

/// The files that make the pages, by the ends of their names.
const KINDS: [&str; 5] = ["html", "css", "js", "svg", "txt"];

/// The folders of `web` that the pages need.
const FOLDERS: [&str; 2] = ["", "vendor"];

/// The file of [`FOLDERS`] that only makes another one.
const ENTRY: &str = "entry.js";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn target() -> PathBuf {
    // A relative one is relative to where cargo was started, which is where this is.
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Builds the module and returns its bytes.
fn build_module() -> Result<Vec<u8>, Failure> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).arg("build").args(["--package", "fife-web", "--profile", "web", "--target", TARGET]);
    command.arg("--target-dir").arg(fs::canonicalize(target()).unwrap_or_else(|_| target()));
    if !command.status()?.success() {
        return Err(format!("the module was not built; is the target there? rustup target add {TARGET}").into());
    }
    Ok(fs::read(target().join(TARGET).join("web/fife_web.wasm"))?)
}

/// Builds the pages, and returns the folder that they are in.
pub(crate) fn build() -> Result<PathBuf, Failure> {
    let module = build_module()?;
    // Not `web` itself, where cargo keeps what it builds for that profile.
    let folder = target().join("web/pages");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    for name in FOLDERS {
        fs::create_dir_all(folder.join(name))?;
        for entry in fs::read_dir(root().join("web").join(name))? {
            let path = entry?.path();
            let is_kind = path.extension().is_some_and(|it| KINDS.iter().any(|kind| it == *kind));
            if let Some(file) = path.file_name().filter(|file| is_kind && *file != ENTRY) {
                fs::copy(&path, folder.join(name).join(file))?;
            }
        }
    }
    fs::write(folder.join("fife.wasm"), &module)?;
    println!("{}: fife.wasm has {} bytes", folder.display(), module.len());
    Ok(folder)
}

/// Whether the compiler has a library for the target. Where that cannot be asked, building will say what is missing.
fn has_target() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let found = Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).output();
    found.map_or(true, |found| Path::new(String::from_utf8_lossy(&found.stdout).trim()).is_dir())
}

/// Builds the module, and fails if it is larger than promised or imports anything.
pub(crate) fn check() -> Result<(), Failure> {
    if !has_target() {
        println!("WEB SIZE SKIPPED: the target {TARGET} is not installed");
        return Ok(());
    }
    let folder = build()?;
    let module = fs::read(folder.join("fife.wasm"))?;
    let imports = section(&module, IMPORTS).ok_or("the module is no module")?;
    if imports.is_some() {
        return Err("the module imports something".into());
    }
    println!("fife.wasm: {} bytes of {SIZE_MAX}, no imports", module.len());
    if module.len() > SIZE_MAX {
        return Err("the module is too large".into());
    }
    let loop_size = section(&module, CODE).flatten().and_then(longest_function).ok_or("the module has no code")?;
    println!("fife.wasm: {loop_size} bytes of {FUNCTION_MAX} in its longest function, the interpreter loop");
    if loop_size > FUNCTION_MAX {
        return Err("V8 would compile the interpreter loop in a hurry".into());
    }
    match gzip_length(&module) {
        Some(length) => {
            println!("fife.wasm: {length} bytes of {GZIP_MAX} by gzip");
            if length > GZIP_MAX { Err("the compressed module is too large".into()) } else { Ok(()) }
        }
        None => {
            println!("GZIP SKIPPED: there is no gzip");
            Ok(())
        }
    }
}

/// How many bytes gzip makes of it; nothing without that.
fn gzip_length(bytes: &[u8]) -> Option<usize> {
    let mut gzip = Command::new("gzip").args(["-9", "-c"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut input = gzip.stdin.take()?;
    let output = std::thread::scope(|scope| {
        // Both ends at once, lest each waits for the other.
        let writer = scope.spawn(move || input.write_all(bytes));
        let output = gzip.wait_with_output().ok();
        writer.join().is_ok_and(|written| written.is_ok()).then_some(output).flatten()
    })?;
    output.status.success().then_some(output.stdout.len())
}

/// The number of the section of imports in a module.
const IMPORTS: u8 = 2;

/// The number of the section of code in a module.
const CODE: u8 = 10;

/// The length of the longest function in a section of code.
fn longest_function(code: &[u8]) -> Option<usize> {
    let (count, mut rest) = leb128(code)?;
    let mut longest = 0;
    for _ in 0..count {
        let (length, tail) = leb128(rest)?;
        rest = tail.get(length..)?;
        longest = longest.max(length);
    }
    Some(longest)
}

/// The contents of a section of a module, or that there is none; nothing if it is no module.
fn section(module: &[u8], wanted: u8) -> Option<Option<&[u8]>> {
    let mut rest = module.strip_prefix(b"\0asm\x01\0\0\0")?;
    while let [number, tail @ ..] = rest {
        let (length, tail) = leb128(tail)?;
        let (contents, next) = tail.split_at_checked(length)?;
        if *number == wanted {
            return Some(Some(contents));
        }
        rest = next;
    }
    Some(None)
}

/// A number in the form of WebAssembly, and what follows it.
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{CODE, IMPORTS, longest_function, section};

    #[test]
    fn imports_are_found() {
        let with = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x07\x01\x01a\x01b\0\0";
        let without = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0";
        assert_eq!(section(with, IMPORTS), Some(Some(&b"\x01\x01a\x01b\0\0"[..])));
        assert_eq!(section(without, IMPORTS), Some(None));
        assert_eq!(section(b"\0asm\x01\0\0\0\x01\x05\x01", IMPORTS), None);
        assert_eq!(section(b"something else", IMPORTS), None);
    }

    #[test]
    fn the_longest_function_is_found() {
        let module = b"\0asm\x01\0\0\0\x0a\x0a\x03\x02\0\x0b\x03\0\x01\x0b\x01\x0b";
        assert_eq!(section(module, CODE).flatten().and_then(longest_function), Some(3));
        assert_eq!(longest_function(b"\x01\x05\0"), None);
    }
}
