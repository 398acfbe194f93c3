//! Collects the code in the pages: those of the book, those at the root of the repository, and the READMEs of crates;
//! and that in the documentation of the macros, which needs a crate that depends on theirs.
//!
//! It writes two files. `pages.rs` has a module for each page, with the page as its documentation: its doctests.
//! `programs.rs` has a module for each program whose output a page shows, and a list of these, which `tests/printed.rs`
//! compares.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// A program in a page, and its output as the page shows it.
struct Program {
    page: String,
    line: usize,
    code: String,
    output: String,
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages = Vec::new();
    for folder in [root.clone(), root.join("book")] {
        println!("cargo::rerun-if-changed={}", folder.join("").display());
        let entries = fs::read_dir(&folder).expect("a folder of pages").flatten().map(|entry| entry.path());
        pages.extend(entries.filter(|path| path.extension().is_some_and(|it| it == "md")));
    }
    pages.extend(["crates/fife/README.md", "crates/fife-system/README.md"].map(|page| root.join(page)));
    pages.sort();
    for page in &pages {
        println!("cargo::rerun-if-changed={}", page.display());
    }

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo says where"));
    let write = |name: &str, text: String| fs::write(out.join(name), text).expect("Cargo's folder can be written to");
    let macros = root.join("crates/fife-derive/src/lib.rs");
    println!("cargo::rerun-if-changed={}", macros.display());
    let documented = out.join("macros.md");
    fs::write(&documented, documentation(&macros)).expect("Cargo's folder can be written to");
    let modules = pages.iter().map(|page| module_of_page(page, &place(&root, page)));
    write("pages.rs", modules.chain([module_of_page(&documented, &place(&root, &macros))]).collect());
    write("programs.rs", list_programs(&pages.iter().flat_map(|page| programs(&root, page)).collect::<Vec<_>>()));
}

/// The doc comments of a file.
fn documentation(file: &Path) -> String {
    let source = fs::read_to_string(file).expect("a readable file");
    let lines = source.lines().map(|line| match line.trim_start().strip_prefix("///") {
        Some(text) => text.strip_prefix(' ').unwrap_or(text),
        None => "",
    });
    // Each at its place, so that a failure names the line in the file.
    lines.map(|line| format!("{line}\n")).collect()
}

/// The path of a page below the root.
fn place(root: &Path, page: &Path) -> String {
    page.strip_prefix(root).expect("it is below the root").to_string_lossy().replace('\\', "/")
}

fn module_of_page(page: &Path, place: &str) -> String {
    let name = place.to_lowercase().replace(|it: char| !it.is_ascii_alphanumeric(), "_");
    format!("#[cfg(doctest)]\n#[doc = include_str!({:?})]\nmod {name} {{}}\n", page.display().to_string())
}

/// The programs of a page: blocks of Rust with a `main`, directly before a block of text.
fn programs(root: &Path, page: &Path) -> Vec<Program> {
    let text = fs::read_to_string(page).expect("a readable page");
    let mut found = Vec::new();
    let mut last: Option<(usize, String)> = None;
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(word) = line.strip_prefix("```") else {
            if !line.is_empty() {
                last = None;
            }
            continue;
        };
        let block: String = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```")
            .map(|line| format!("{line}\n"))
            .collect();
        match (word, last.take()) {
            ("rust", _) if block.contains("fn main()") => last = Some((number + 1, block)),
            ("text", Some((line, code))) => {
                found.push(Program { page: place(root, page), line, code, output: block });
            }
            _ => {}
        }
    }
    found
}

fn list_programs(programs: &[Program]) -> String {
    let mut text = String::new();
    for (number, Program { code, .. }) in programs.iter().enumerate() {
        text += &format!(
            "#[allow(warnings, clippy::all)]\nmod program_{number} {{\n{}}}\n",
            code.replace("fn main()", "pub fn main()")
        );
    }
    text += "\n/// The page and line of each program, what it should print, and the program.\n";
    text += &format!("const PROGRAMS: [(&str, &str, Program); {}] = [\n", programs.len());
    for (number, Program { page, line, output, .. }) in programs.iter().enumerate() {
        text += &format!("    ({:?}, {output:?}, || report(program_{number}::main())),\n", format!("{page}:{line}"));
    }
    text + "];\n"
}
