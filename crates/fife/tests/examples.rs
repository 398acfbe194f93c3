//! Runs the examples whose output is in a file beside them. `UPDATE=1` rewrites those files.

use std::fs;
use std::path::Path;

#[path = "../examples/own_sort.rs"]
mod own_sort;
#[path = "../examples/own_string_rep.rs"]
mod own_string_rep;

fn compare(name: &str, output: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).with_extension("txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, output).expect("a writable file");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(output, expected, "{name} prints something else: if that is meant, run this test with UPDATE=1");
}

#[test]
fn own_string_rep_is_the_library_s() {
    compare("own_string_rep", &own_string_rep::report());
}

#[test]
fn own_sort_sorts() {
    compare("own_sort", &own_sort::report());
}

/// On the public API, a sort with a comparator takes less code than the library's own.
#[test]
fn own_sort_is_short() {
    let lines = |path: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let source = fs::read_to_string(path).expect("readable");
        source.split("// ---- What it can do").next().map_or(0, |part| part.lines().count())
    };
    assert!(lines("examples/own_sort.rs") < lines("src/stdlib/table/sort.rs"));
}
