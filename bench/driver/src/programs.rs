//! The programs: files of Lua whose first comments say what they are.

use crate::Result;
use crate::options::bench_folder;
use std::path::{Path, PathBuf};

/// One program.
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// What it is a kind of: the comment at its beginning.
    pub(crate) about: String,
    /// `After`, the published algorithm or program that it follows.
    pub(crate) source: String,
    /// `Needs`, what implementations of older versions of Lua do not have.
    pub(crate) needs: String,
}

/// All programs in a folder of `bench`, by name.
pub(crate) fn all(folder: &str) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for entry in std::fs::read_dir(bench_folder().join(folder))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "lua") {
            programs.push(read(&path)?);
        }
    }
    programs.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(programs)
}

fn read(path: &Path) -> Result<Program> {
    let name = path.file_stem().expect("it has an extension").to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path)?;
    let mut program =
        Program { name, path: path.to_owned(), about: String::new(), source: String::new(), needs: String::new() };
    let mut part = &mut program.about;
    for line in text.lines().map_while(|line| line.strip_prefix("-- ")) {
        let line = if let Some(rest) = line.strip_prefix("After ") {
            part = &mut program.source;
            rest
        } else if let Some(rest) = line.strip_prefix("Needs ") {
            part = &mut program.needs;
            rest
        } else {
            line
        };
        if !part.is_empty() {
            part.push(' ');
        }
        part.push_str(line);
    }
    if program.about.is_empty() {
        return Err(format!("{} does not say in its first comment what it is", path.display()).into());
    }
    Ok(program)
}

const BEGIN: &str = "<!-- programs: written by `fife-bench list` -->\n";
const END: &str = "<!-- end of programs -->\n";

/// Writes the table of programs into the README, or checks that it is there.
pub(crate) fn list(is_check: bool) -> Result<()> {
    let mut table = String::from("| program | what it is a kind of | after | needs |\n|---|---|---|---|\n");
    for Program { name, path: _, about, source, needs } in all("programs")? {
        let cell = |text: &str| text.trim_end_matches('.').replace('|', "\\|");
        table += &format!("| `{name}` | {} | {} | {} |\n", cell(&about), cell(&source), cell(&needs));
    }
    let path = bench_folder().join("README.md");
    let text = std::fs::read_to_string(&path)?;
    let (before, rest) = text.split_once(BEGIN).ok_or("README.md has no place for the table")?;
    let (_, after) = rest.split_once(END).ok_or("README.md has no end of the table")?;
    let new = format!("{before}{BEGIN}{table}{END}{after}");
    if !is_check {
        return Ok(std::fs::write(path, new)?);
    }
    if new == text {
        Ok(())
    } else {
        Err("the table of programs in bench/README.md is old: `fife-bench list` writes it".into())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_program_says_what_it_is_and_stands_in_the_readme() {
        super::list(true).unwrap();
        assert!(
            super::all("programs")
                .unwrap()
                .iter()
                .any(|program| program.name == "fft" && program.source.contains("Tukey"))
        );
        assert!(super::all("scaling").unwrap().iter().any(|script| script.about.contains("Largest: 100000")));
    }
}
