//! Listings of small programs, kept beside their sources in `tests/golden`.
//!
//! `UPDATE=1 cargo test -p fife-compiler --test golden` rewrites them; read the difference.

use fife_bytecode::{listing::list, verify::verify};
use fife_compiler::{Unmetered, compile};
use std::path::Path;
use std::{env, fs};

#[test]
fn listings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let update = env::var_os("UPDATE").is_some();
    let mut sources: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    sources.retain(|path| path.extension().is_some_and(|it| it == "lua"));
    sources.sort();
    assert!(!sources.is_empty());
    let mut different = Vec::new();
    for path in sources {
        let name = path.file_name().unwrap().to_str().unwrap();
        let source = fs::read(&path).unwrap();
        let prototype = compile(&source, format!("={name}").as_bytes(), &mut Unmetered)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let listing = list(&prototype, true);
        if let Err(error) = verify(prototype) {
            panic!("{name}: {error}\n{listing}");
        }
        let golden = path.with_extension("txt");
        if update {
            fs::write(&golden, listing).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != listing {
            different.push(name.to_owned());
        }
    }
    assert!(different.is_empty(), "listings differ: {different:?}; see UPDATE=1");
}
