//! The command line.

use crate::Result;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "usage: fife-bench COMMAND [OPTION...]
commands:
  run            builds all implementations and runs all programs with each
  report         shows what an earlier run measured (--from)
  agree          compares the means of two earlier runs (--from A --from B)
  instructions   counts instructions and compares them with bench/instructions.tsv
  scaling        how cost grows over three decades, beside PUC-Rio Lua
  list [--check] writes the table of programs into bench/README.md, or checks that it is there
options:
  --only A,B             these programs alone
  --implementations A,B  these implementations alone (puc54 is always among them)
  --runs N               how often each program runs with each implementation (default 5)
  --least                least time instead of the median: for a machine that does other things too
  --user                 user time alone, without the system's
  --out FOLDER           where to write tables, charts and measurements (default bench/target/report)
  --from FILE            measurements of an earlier run, measurements.tsv
  --subset               of instructions: only the programs that CI counts
  --update               of instructions: stores the counts as the new budgets
  --size PROGRAM=N       of instructions, with --update: another size; may be repeated";

/// What the command line says.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) only: Vec<String>,
    pub(crate) implementations: Vec<String>,
    pub(crate) runs: usize,
    pub(crate) is_least: bool,
    pub(crate) is_user_alone: bool,
    pub(crate) out: PathBuf,
    pub(crate) from: Vec<PathBuf>,
    pub(crate) is_subset: bool,
    pub(crate) is_update: bool,
    pub(crate) sizes: Vec<(String, String)>,
}

impl Options {
    pub(crate) fn parse(words: &[String]) -> Result<Options> {
        let mut options = Options {
            only: Vec::new(),
            implementations: Vec::new(),
            runs: 5,
            is_least: false,
            is_user_alone: false,
            out: bench_folder().join("target/report"),
            from: Vec::new(),
            is_subset: false,
            is_update: false,
            sizes: Vec::new(),
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().cloned().ok_or_else(|| format!("{word} needs a value\n{USAGE}"));
            let names = |text: String| text.split(',').map(str::to_owned).collect();
            match word.as_str() {
                "--only" => options.only = names(value()?),
                "--implementations" => options.implementations = names(value()?),
                "--runs" => options.runs = value()?.parse()?,
                "--least" => options.is_least = true,
                "--user" => options.is_user_alone = true,
                "--out" => options.out = value()?.into(),
                "--from" => options.from.push(value()?.into()),
                "--subset" => options.is_subset = true,
                "--update" => options.is_update = true,
                "--size" => {
                    let text = value()?;
                    let (program, size) = text.split_once('=').ok_or("--size needs PROGRAM=N")?;
                    options.sizes.push((program.to_owned(), size.to_owned()));
                }
                _ => return Err(format!("unknown option {word:?}\n{USAGE}").into()),
            }
        }
        if options.runs == 0 {
            return Err("--runs needs at least 1".into());
        }
        Ok(options)
    }

    /// Whether a program is among those that were asked for.
    pub(crate) fn wants(&self, program: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == program)
    }
}

/// The folder `bench`, where this package is.
pub(crate) fn bench_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in a folder").to_owned()
}
